package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/signature"
)

// AddressBounced keeps its promise in signature.BounceStore.
func (db *DB) AddressBounced(ctx context.Context, id string, generation int, status string, at time.Time, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		var now int
		var state signature.State
		var visibility signature.Visibility
		var basis signature.Basis
		err := tx.QueryRow(`SELECT generation, state, visibility, basis FROM signature WHERE id = $1`, id).Scan(&now, &state, &visibility, &basis)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return signature.ErrUnknown
		case err != nil:
			return err
		case now != generation:
			return signature.ErrReplaced
		case state.Ended():
			return nil // there is nothing to be doubted any more
		}
		if _, err := tx.Exec(`INSERT INTO mail_bounce (signature_id, generation, status, bounced_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (signature_id) DO UPDATE SET generation = excluded.generation, status = excluded.status, bounced_at = excluded.bounced_at`,
			id, generation, status, millis(at)); err != nil {
			return err
		}
		doubt := signature.Doubt{Rule: signature.RuleBounced, Detail: status}
		switch {
		case state == signature.Waiting, state == signature.Contested:
			return addDoubts(tx, id, []signature.Doubt{doubt}, at)
		case state == signature.Standing && visibility == signature.Shown && basis == signature.Confirmed:
			return setAside(tx, id, at, doubt, entry)
		}
		return nil
	})
}

// Bounced keeps its promise in signature.BounceStore.
func (db *DB) Bounced(ctx context.Context, id string) (status string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT b.status FROM mail_bounce b JOIN signature s ON s.id = b.signature_id AND s.generation = b.generation
			WHERE b.signature_id = $1`, id).Scan(&status)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read whether the address of signature %s takes mail: %w", id, err)
	}
	return status, nil
}
