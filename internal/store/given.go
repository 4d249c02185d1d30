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

var _ signature.GivenStore = (*DB)(nil)

// AddEvidence keeps its promise in signature.GivenStore.
func (db *DB) AddEvidence(ctx context.Context, id string, sealed []byte, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO evidence (id, sealed, created_at) VALUES ($1, $2, $3)`, id, sealed, millis(at))
		return err
	})
}

// EvidenceOf keeps its promise in signature.GivenStore.
func (db *DB) EvidenceOf(ctx context.Context, signatureID string) (id string, sealed []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT e.id, e.sealed FROM signature_evidence s JOIN evidence e ON e.id = s.evidence_id
			WHERE s.signature_id = $1`, signatureID).Scan(&id, &sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, signature.ErrUnknown
	}
	return id, sealed, err
}

// EachName keeps its promise in signature.GivenStore.
func (db *DB) EachName(ctx context.Context, letterID string, fn func(name, country string)) error {
	err := db.Read(ctx, func(tx *Tx) error {
		var name, country string
		return each(tx, []any{&name, &country}, func() error {
			fn(name, country)
			return nil
		}, `SELECT name, country FROM signature WHERE letter_id = $1 AND state IN ('standing', 'waiting') AND name <> ''`, letterID)
	})
	if err != nil {
		return fmt.Errorf("read the names on the letter: %w", err)
	}
	return nil
}

// RecordGiven keeps its promise in signature.GivenStore.
func (db *DB) RecordGiven(ctx context.Context, s *signature.Signature, sealed, addressIndex []byte, evidenceID string, mail bool, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		if addressIndex != nil {
			if err := takeAddress(tx, addressIndex, s.ID, false); err != nil {
				return err
			}
		}
		if err := insertSignature(tx, s); err != nil {
			return err
		}
		if err := linkOrganisation(tx, s.ID, s.SignedAt); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO vault (signature_id, sealed) VALUES ($1, $2)`, s.ID, sealed); err != nil {
			return err
		}
		if evidenceID != "" {
			if _, err := tx.Exec(`INSERT INTO signature_evidence (signature_id, evidence_id) VALUES ($1, $2)`, s.ID, evidenceID); err != nil {
				return err
			}
		}
		if mail {
			if err := queueMail(tx, signature.MailRecorded, s.ID, s.ID, s.CreatedAt); err != nil {
				return err
			}
		}
		return addPending(tx, entry)
	})
}

// dropEvidence lets a signature's evidence go, and the file too when no other
// signature rests on it.
func dropEvidence(tx *Tx, signatureID string) error {
	var id string
	err := tx.QueryRow(`DELETE FROM signature_evidence WHERE signature_id = $1 RETURNING evidence_id`, signatureID).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM evidence WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM signature_evidence WHERE evidence_id = $1)`, id)
	return err
}
