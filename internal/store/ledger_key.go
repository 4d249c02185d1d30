package store

import (
	"context"
	"fmt"

	"pliego/internal/ledger"
)

var _ ledger.RotationStore = (*DB)(nil)

// RotateKey keeps its promise in ledger.RotationStore.
func (db *DB) RotateKey(ctx context.Context, old string, c ledger.KeyChange, signed []byte, entry ledger.Pending) error {
	err := db.Write(ctx, func(tx *Tx) error {
		// From here on no sequencer of the old key can claim a place.
		n, err := changed(tx.Exec(`UPDATE log_head SET verifier = $4 WHERE origin = $1 AND size = $2 AND verifier = $3 AND frozen = 0`,
			c.Origin, c.Size, old, c.Next))
		if err != nil {
			return err
		}
		if n == 0 {
			return ledger.ErrLost
		}
		n, err = changed(tx.Exec(`INSERT INTO log_key (origin, size, verifier, statement) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			c.Origin, c.Size, old, string(signed)))
		if err != nil {
			return err
		}
		if n == 0 { // the entry of the change before has no place yet
			return ledger.ErrLost
		}
		return addPending(tx, entry)
	})
	if err != nil {
		return fmt.Errorf("keep the log's new key: %w", err)
	}
	return nil
}

// KeyHistory reads the keys that the log has had, and how each gave way.
func (db *DB) KeyHistory(ctx context.Context) (h ledger.KeyHistory, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		h, err = keyHistory(tx)
		return err
	})
	return h, err
}

func keyHistory(tx *Tx) (h ledger.KeyHistory, err error) {
	head, err := sequenceStep{tx: tx}.Head()
	if err != nil {
		return h, fmt.Errorf("read the log's keys: %w", err)
	}
	h = ledger.KeyHistory{Origin: head.Origin, Keys: []string{}, Statements: []string{}}
	var key, statement string
	err = each(tx, []any{&key, &statement}, func() error {
		h.Keys, h.Statements = append(h.Keys, key), append(h.Statements, statement)
		return nil
	}, `SELECT verifier, statement FROM log_key WHERE origin = $1 ORDER BY size`, head.Origin)
	if err != nil {
		return h, fmt.Errorf("read the log's keys: %w", err)
	}
	h.Keys = append(h.Keys, head.Verifier)
	return h, nil
}
