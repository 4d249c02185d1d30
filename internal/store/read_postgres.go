package store

import (
	"context"
	"database/sql"
	"fmt"
)

// readPostgres runs fn in a transaction that sees one state. fn runs once, but a
// transaction that could not begin is begun again: after a restart of the server every
// kept connection is dead, and the first to use it finds out.
func readPostgres(ctx context.Context, pool *sql.DB, fn func(tx *Tx) error) error {
	sqlTx, err := beginReading(ctx, pool)
	if err != nil {
		return lost(fmt.Errorf("begin to read: %w", err))
	}
	defer sqlTx.Rollback()
	tx := &Tx{ctx: ctx, on: sqlTx}
	defer tx.end()
	if err := fn(tx); err != nil {
		return lost(err)
	}
	return lost(tx.end())
}

func beginReading(ctx context.Context, pool *sql.DB) (sqlTx *sql.Tx, err error) {
	for n := range maxAttempts {
		if err := pauseBefore(ctx, n); err != nil {
			return nil, err
		}
		sqlTx, err = pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
		if err == nil || !connectionLost(err) {
			return sqlTx, err
		}
	}
	return nil, err
}

// lost says so when it was the connection that failed.
func lost(err error) error {
	if err != nil && connectionLost(err) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}
