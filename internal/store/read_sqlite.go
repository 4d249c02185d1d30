package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// sqliteReaders are the sessions that read. Each keeps its prepared statements:
// parsing one costs more than running it on pages that are in memory, and
// database/sql would parse it anew in every transaction. (pgx keeps prepared
// statements by itself.)
type sqliteReaders struct {
	pool  *sql.DB
	slots chan struct{} // one for each reading transaction under way

	mu   sync.Mutex
	idle []*sqliteSession // the one used last is taken first
}

func newSQLiteReaders(pool *sql.DB, most int) *sqliteReaders {
	return &sqliteReaders{pool: pool, slots: make(chan struct{}, most)}
}

// read runs fn in a transaction that sees one state.
func (r *sqliteReaders) read(ctx context.Context, fn func(tx *Tx) error) (err error) {
	if err := ctx.Err(); err != nil { // select would choose a free slot as often
		return err
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	s, err := r.take(ctx)
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	if err := s.run("BEGIN"); err != nil {
		return errors.Join(fmt.Errorf("begin to read: %w", err), s.close())
	}
	tx := &Tx{ctx: ctx, on: s}
	defer func() { // also when fn panics
		tx.end()
		if s.run("ROLLBACK") != nil {
			err = errors.Join(err, s.close())
			return
		}
		s.trim()
		r.mu.Lock()
		r.idle = append(r.idle, s)
		r.mu.Unlock()
	}()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.end()
}

func (r *sqliteReaders) take(ctx context.Context) (*sqliteSession, error) {
	r.mu.Lock()
	if n := len(r.idle); n > 0 {
		s := r.idle[n-1]
		r.idle = r.idle[:n-1]
		r.mu.Unlock()
		return s, nil
	}
	r.mu.Unlock()
	return newSQLiteSession(ctx, r.pool)
}

// close waits for the reads under way and ends the sessions.
func (r *sqliteReaders) close() error {
	for range cap(r.slots) {
		r.slots <- struct{}{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, s := range r.idle {
		errs = append(errs, s.close())
	}
	r.idle = nil
	return errors.Join(errs...)
}
