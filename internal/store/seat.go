package store

import (
	"context"
	"database/sql"
	"errors"

	"pliego/internal/signature"
)

// AddressHolders keeps its promise in signature.ShareStore.
func (db *DB) AddressHolders(ctx context.Context, addressIndex []byte) (ids []string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		ids = nil
		var id string
		var seat int64
		return each(tx, []any{&id, &seat}, func() error {
			ids = append(ids, id)
			return nil
		}, `SELECT signature_id, 1 AS seat FROM signed_address WHERE address_index = $1
			UNION ALL SELECT signature_id, seat FROM shared_address WHERE address_index = $1 ORDER BY seat`, addressIndex)
	})
	return ids, err
}

// takeAddress gives an address to a signature: alone, or beside others when a
// person of the coalition will look at it.
func takeAddress(tx *Tx, addressIndex []byte, id string, shares bool) error {
	take := func() (bool, error) {
		n, err := changed(tx.Exec(`INSERT INTO signed_address (address_index, signature_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, addressIndex, id))
		return n == 1, err
	}
	if taken, err := take(); err != nil || taken {
		return err
	}
	if !shares {
		return signature.ErrTaken
	}
	// Whoever holds the address cannot leave while the row is held.
	n, err := changed(tx.Exec(`UPDATE signed_address SET signature_id = signature_id WHERE address_index = $1`, addressIndex))
	if err != nil {
		return err
	}
	if n == 0 { // the holder left in between
		if taken, err := take(); err != nil || taken {
			return err
		}
		return signature.ErrTaken
	}
	for seat := 2; seat <= signature.MaxSharing; seat++ {
		n, err := changed(tx.Exec(`INSERT INTO shared_address (address_index, seat, signature_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			addressIndex, seat, id))
		if err != nil || n == 1 {
			return err
		}
	}
	return signature.ErrCrowded
}

// leaveAddress frees a signature's address. When others share it, the next of them
// holds it, so that nobody new takes it without a look.
func leaveAddress(tx *Tx, id string) error {
	if _, err := tx.Exec(`DELETE FROM shared_address WHERE signature_id = $1`, id); err != nil {
		return err
	}
	var index []byte
	err := tx.QueryRow(`UPDATE signed_address SET signature_id = signature_id WHERE signature_id = $1 RETURNING address_index`, id).Scan(&index)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	for {
		var heir string
		var seat int64
		err := tx.QueryRow(`SELECT signature_id, seat FROM shared_address WHERE address_index = $1 ORDER BY seat LIMIT 1`, index).Scan(&heir, &seat)
		if errors.Is(err, sql.ErrNoRows) {
			_, err := tx.Exec(`DELETE FROM signed_address WHERE address_index = $1`, index)
			return err
		}
		if err != nil {
			return err
		}
		n, err := changed(tx.Exec(`DELETE FROM shared_address WHERE address_index = $1 AND seat = $2`, index, seat))
		if err != nil {
			return err
		}
		if n == 1 { // else that one is leaving too
			_, err := tx.Exec(`UPDATE signed_address SET signature_id = $2 WHERE address_index = $1`, index, heir)
			return err
		}
	}
}

// askThemselves turns mail that would tell others of a signature that is going,
// which their address had signed, into the mail that asks them to confirm.
func askThemselves(tx *Tx, id string) error {
	_, err := tx.Exec(`UPDATE outbox SET kind = 'confirm', about_id = recipient_id
		WHERE about_id = $1 AND recipient_id <> $1 AND kind = 'already-signed' AND failed = ''`, id)
	return err
}
