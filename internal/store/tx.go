package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Tx is the transaction a function given to Write or Read works in. It belongs to
// one goroutine and ends when the function returns.
//
// Statements are one text for both engines, with placeholders $1, $2, …. A text
// holds one statement. Texts are prepared once and kept, so they are constants or
// come from a small set; values go into arguments.
type Tx struct {
	ctx    context.Context
	on     querier
	open   []*sql.Rows // handed out by Query
	failed error       // the first statement that failed
	ended  bool
}

// querier runs statements: a *sql.Tx or a sqliteSession.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// insideWrite marks the context of a running write, to refuse a Write inside it:
// on SQLite it would wait for itself.
type insideWrite struct{}

// Context is the context the function runs under. In a write it has the caller's
// values and a deadline of its own, and not the caller's cancellation.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Exec runs a statement that returns no rows.
func (tx *Tx) Exec(query string, args ...any) (sql.Result, error) {
	if err := tx.ready(query); err != nil {
		return nil, err
	}
	res, err := tx.on.ExecContext(tx.ctx, query, args...)
	return res, tx.note(err)
}

// Query runs a statement that returns rows. The caller closes them; what is still
// open when the function returns is closed then.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	if err := tx.ready(query); err != nil {
		return nil, err
	}
	rows, err := tx.on.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return nil, tx.note(err)
	}
	tx.open = append(tx.open, rows)
	return rows, nil
}

// QueryRow runs a statement that returns at most one row that matters. Errors wait
// for Scan.
func (tx *Tx) QueryRow(query string, args ...any) *Row {
	rows, err := tx.Query(query, args...)
	return &Row{tx: tx, rows: rows, err: err}
}

// Row is the answer of QueryRow. Unlike a *sql.Row it does not hold its statement
// open beyond the transaction's function when it was never scanned.
type Row struct {
	tx   *Tx
	rows *sql.Rows
	err  error
}

// Scan copies the first row's columns into dest. No row gives sql.ErrNoRows.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.tx.note(r.rows.Err()); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.tx.note(r.rows.Close())
}

// Err gives the statement's error without scanning.
func (r *Row) Err() error { return r.err }

// ready says why a statement may not run. After one failed none may: PostgreSQL
// refuses them, and SQLite may have rolled back the whole transaction, so that a
// further statement would be kept on its own.
func (tx *Tx) ready(query string) error {
	if tx.ended {
		return errTxEnded
	}
	tx.forgetClosed()
	if tx.failed != nil {
		return fmt.Errorf("a statement before this one failed: %w", tx.failed)
	}
	if controlsTransaction(query) {
		return tx.note(errors.New("store: a function must not begin, commit or roll back: " + firstWord(query)))
	}
	return nil
}

// note remembers the first failure.
func (tx *Tx) note(err error) error {
	if err != nil && tx.failed == nil {
		tx.failed = err
	}
	return err
}

// forgetClosed drops the rows that were closed and notes their errors.
func (tx *Tx) forgetClosed() {
	kept := tx.open[:0]
	for _, rows := range tx.open {
		tx.note(rows.Err())
		if isOpen(rows) {
			kept = append(kept, rows)
		}
	}
	tx.open = kept
}

// end closes what is open, forbids further use, and gives the first failure.
func (tx *Tx) end() error {
	for _, rows := range tx.open {
		tx.note(rows.Close())
		tx.note(rows.Err())
	}
	tx.open = nil
	tx.ended = true
	return tx.failed
}

// isOpen says whether rows still hold their statement. database/sql has no direct
// question for it; Columns fails exactly when they are closed.
func isOpen(rows *sql.Rows) bool {
	_, err := rows.Columns()
	return err == nil
}

// controlsTransaction says whether query is a statement that is Write's own.
func controlsTransaction(query string) bool {
	switch firstWord(query) {
	case "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE":
		return true
	}
	return false
}

func firstWord(query string) string {
	query = strings.TrimLeft(query, " \t\r\n;")
	end := strings.IndexFunc(query, func(r rune) bool {
		return r < 'A' || r > 'z' || (r > 'Z' && r < 'a')
	})
	if end < 0 {
		end = len(query)
	}
	if end > len("SAVEPOINT") {
		return ""
	}
	return strings.ToUpper(query[:end])
}
