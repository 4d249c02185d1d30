package store

import (
	"context"
	"time"

	"pliego/internal/signature"
)

// SetProven keeps its promise in signature.ProofStore.
func (db *DB) SetProven(ctx context.Context, id, organisationID, domain string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE signature SET proven_at = $4 WHERE id = $1 AND organisation_id = $2
			AND state IN ('standing', 'waiting') AND kind = 'organisation' AND visibility = 'public'
			AND EXISTS (SELECT 1 FROM organisation WHERE id = $2 AND domain = $3)`, id, organisationID, domain, millis(at)))
		if err != nil {
			return err
		}
		if n == 0 {
			return signature.ErrProofMoved
		}
		return showAnew(tx, id)
	})
}

// forgetProofs takes back the proofs of an entry's signatures when it is merged
// into one of another domain: what they proved is not that one's.
func forgetProofs(tx *Tx, from, into string) error {
	var ids []string
	var id string
	err := each(tx, []any{&id}, func() error {
		ids = append(ids, id)
		return nil
	}, `SELECT id FROM signature WHERE organisation_id = $1 AND proven_at > 0
		AND (SELECT domain FROM organisation WHERE id = $1) <> (SELECT domain FROM organisation WHERE id = $2)`, from, into)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := tx.Exec(`UPDATE signature SET proven_at = 0 WHERE id = $1`, id); err != nil {
			return err
		}
		if err := showAnew(tx, id); err != nil {
			return err
		}
	}
	return nil
}
