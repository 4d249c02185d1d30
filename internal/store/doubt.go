package store

import (
	"time"

	"pliego/internal/signature"
)

// addDoubts writes the doubts about a signature; one rule speaks once.
func addDoubts(tx *Tx, id string, doubts []signature.Doubt, at time.Time) error {
	for _, d := range doubts {
		if _, err := tx.Exec(`INSERT INTO doubt (signature_id, rule, detail, raised_at, decided_at) VALUES ($1, $2, $3, $4, 0)
			ON CONFLICT DO NOTHING`, id, d.Rule, d.Detail, millis(at)); err != nil {
			return err
		}
	}
	return nil
}
