package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Meta reads one of the store's own notes; "" when it is not there.
func (db *DB) Meta(ctx context.Context, key string) (value string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT value FROM meta WHERE key = $1`, key).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the store's note %s: %w", key, err)
	}
	return value, nil
}

// KeepMeta writes a note unless there is one of this key, and returns the one
// that is there then.
func (db *DB) KeepMeta(ctx context.Context, key, value string) (kept string, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, key, value); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT value FROM meta WHERE key = $1`, key).Scan(&kept)
	})
	if err != nil {
		return "", fmt.Errorf("keep the store's note %s: %w", key, err)
	}
	return kept, nil
}
