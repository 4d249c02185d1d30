package store

import (
	"errors"
	"fmt"
)

var (
	// ErrBusy says that the store cannot take a write now and that nothing of it
	// was kept; trying again later is right. The web answers 503 with Retry-After.
	ErrBusy = errors.New("the store is busy; try again in a moment")

	// ErrUnavailable says that the database could not be reached, or that the disk
	// did not take what was written (it is full, or broken), and that nothing was
	// kept; trying again helps once somebody has mended it.
	ErrUnavailable = errors.New("the database cannot be reached, or its disk takes nothing more")

	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("the store is closed")

	// ErrUnknownOutcome says that the connection was lost while PostgreSQL was
	// committing: the write may be there or not. Only the caller can find out, by
	// reading; repeating a write that is safe to repeat is right too.
	ErrUnknownOutcome = errors.New("the connection was lost during the commit: the write may or may not have been kept")

	// ErrNewerSchema says that a newer version of the program made this store.
	ErrNewerSchema = errors.New("the store was made by a newer version of this program; use that version or restore a backup")

	errTxEnded = errors.New("store: transaction used after its function returned")
)

// PanicError is a panic inside a function given to Write.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // the stack of the goroutine, as debug.Stack gives it
}

// Error gives the panic's value without the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic in a write: %v", e.Value)
}

// Unwrap gives the panic's value when it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
