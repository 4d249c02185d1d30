package store

import (
	"context"
	"time"

	"pliego/internal/signature"
)

// SetVouched keeps its promise in signature.LevelStore.
func (db *DB) SetVouched(ctx context.Context, id string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE signature SET vouched_at = $2
			WHERE id = $1 AND state = 'standing' AND kind = 'organisation' AND visibility = 'public'`, id, millis(at)))
		if err != nil {
			return err
		}
		if n == 0 {
			return signature.ErrNotStanding
		}
		return showAnew(tx, id)
	})
}

// showAnew has the pages of a signature's letter drawn again.
func showAnew(tx *Tx, signatureID string) error {
	_, err := tx.Exec(`UPDATE letter SET version = version + 1 WHERE id = (SELECT letter_id FROM signature WHERE id = $1)`, signatureID)
	return err
}
