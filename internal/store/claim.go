package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"pliego/internal/evidence"
)

// PutLetterEvidence stores the claims of a letter, and what its outcomes are
// told by, in the place of those that were there. Nothing is written when they
// are the same.
func (db *DB) PutLetterEvidence(ctx context.Context, letter string, e evidence.LetterEvidence) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("claims of letter %s: %w", letter, err)
	}
	err = db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`INSERT INTO letter_evidence (letter, body) VALUES ($1, $2)
			ON CONFLICT (letter) DO UPDATE SET body = excluded.body WHERE letter_evidence.body <> excluded.body`, letter, string(body)))
		if err != nil || n == 0 {
			return err
		}
		return raiseEvidence(tx)
	})
	if err != nil {
		return fmt.Errorf("store the claims of letter %s: %w", letter, err)
	}
	return nil
}

// LetterEvidence reads the claims of a letter, and what its outcomes are told
// by; both are empty for a letter that has none.
func (db *DB) LetterEvidence(ctx context.Context, letter string) (e evidence.LetterEvidence, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var body string
		err := tx.QueryRow(`SELECT body FROM letter_evidence WHERE letter = $1`, letter).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(body), &e)
	})
	if err != nil {
		return evidence.LetterEvidence{}, fmt.Errorf("read the claims of letter %s: %w", letter, err)
	}
	return e, nil
}

// LettersWithClaims gives the slugs of the letters that have claims, in order.
func (db *DB) LettersWithClaims(ctx context.Context) (slugs []string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var slug, body string
		return each(tx, []any{&slug, &body}, func() error {
			var e evidence.LetterEvidence
			if err := json.Unmarshal([]byte(body), &e); err != nil {
				return err
			}
			if len(e.Claims) > 0 {
				slugs = append(slugs, slug)
			}
			return nil
		}, `SELECT letter, body FROM letter_evidence ORDER BY letter`)
	})
	if err != nil {
		return nil, fmt.Errorf("list the letters with claims: %w", err)
	}
	return slugs, nil
}
