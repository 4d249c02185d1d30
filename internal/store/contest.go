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

// queueNotice tells an organisation's public address what was signed in its
// name, from the transaction in which the signature begins to stand: once for
// each letter, not for one that a coordinator vouches for, and never of one that
// is sealed. A signature that does not name a website has no such address unless
// a coordinator entered one.
func queueNotice(tx *Tx, id string, at time.Time) error {
	n, err := changed(tx.Exec(`INSERT INTO notice (signature_id, letter_id, organisation_id, sent_at, answer, answered_at)
		SELECT id, letter_id, organisation_id, $2, '', 0 FROM signature WHERE id = $1 AND kind = 'organisation' AND visibility = 'public'
			AND basis = 'confirmed' AND state = 'standing' AND vouched_at = 0 AND organisation_id <> ''
			AND (website <> '' OR EXISTS (SELECT 1 FROM organisation_address a WHERE a.organisation_id = signature.organisation_id))
		ON CONFLICT DO NOTHING`, id, millis(at)))
	if err != nil || n == 0 {
		return err
	}
	return queueMail(tx, signature.MailNotice, id, id, at)
}

// NoticeOf keeps its promise in signature.ContestStore.
func (db *DB) NoticeOf(ctx context.Context, id string) (n signature.Notice, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var sent, answered int64
		err := tx.QueryRow(`SELECT sent_at, answer, answered_at, sealed FROM notice WHERE signature_id = $1`, id).
			Scan(&sent, &n.Answer, &answered, &n.Sealed)
		n.SentAt, n.AnsweredAt = fromMillis(sent), fromMillis(answered)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return n, signature.ErrNoNotice
	}
	if err != nil {
		return n, fmt.Errorf("read the notice about signature %s: %w", id, err)
	}
	return n, nil
}

// AcknowledgeNotice keeps its promise in signature.ContestStore.
func (db *DB) AcknowledgeNotice(ctx context.Context, id string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE notice SET answer = $2, answered_at = $3 WHERE signature_id = $1 AND answer <> $4`,
			id, signature.Acknowledged, millis(at), signature.Objected))
		if err == nil && n == 0 {
			return signature.ErrNoNotice
		}
		return err
	})
}

// ContestSignature keeps its promise in signature.ContestStore.
func (db *DB) ContestSignature(ctx context.Context, id string, at time.Time, sealed []byte, entry ledger.Pending) (state signature.State, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT state FROM signature WHERE id = $1`, id).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !state.Confirmed() {
			return signature.ErrNoNotice
		}
		if err != nil {
			return err
		}
		n, err := changed(tx.Exec(`UPDATE notice SET answer = $2, answered_at = $3, sealed = coalesce($4, sealed)
			WHERE signature_id = $1 AND answer <> $2`, id, signature.Objected, millis(at), sealed))
		if err != nil || n == 0 { // said before; a person decides, or decided
			return err
		}
		if state == signature.Standing {
			if err := setAside(tx, id, at, signature.Doubt{Rule: signature.RuleObjection}, entry); err != nil {
				return err
			}
			state = signature.Contested
			return queueMail(tx, signature.MailContested, id, id, at)
		}
		return addDoubts(tx, id, []signature.Doubt{{Rule: signature.RuleObjection}}, at)
	})
	return state, err
}

// setAside takes a standing signature out of the list and the count until a
// person decides.
func setAside(tx *Tx, id string, at time.Time, why signature.Doubt, entry ledger.Pending) error {
	n, err := changed(tx.Exec(`UPDATE signature SET state = 'contested', set_aside_at = $2
		WHERE id = $1 AND state = 'standing' AND visibility = 'public'`, id, millis(at)))
	if err != nil {
		return err
	}
	if n == 0 { // somebody else decided in between
		return signature.ErrNotStanding
	}
	if err := addDoubts(tx, id, []signature.Doubt{why}, at); err != nil {
		return err
	}
	if err := takeNameOut(tx, id, at); err != nil {
		return err
	}
	return addPending(tx, entry)
}

// RestoreSignature keeps its promise in signature.ContestStore.
func (db *DB) RestoreSignature(ctx context.Context, id string, at time.Time, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := move(tx, id, signature.Contested, signature.Standing, signature.ErrNotContested); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE signature SET set_aside_at = 0 WHERE id = $1`, id); err != nil {
			return err
		}
		if err := decideDoubts(tx, id, at); err != nil {
			return err
		}
		if err := addPending(tx, entry); err != nil {
			return err
		}
		var objected bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM notice WHERE signature_id = $1 AND answer = $2)`, id, signature.Objected).Scan(&objected); err != nil {
			return err
		}
		if objected {
			if err := queueMail(tx, signature.MailNoticeDecided, id, id, at); err != nil {
				return err
			}
		}
		return queueMail(tx, signature.MailRestored, id, id, at)
	})
}

// OrganisationAddress keeps its promise in signature.ContestStore.
func (db *DB) OrganisationAddress(ctx context.Context, signatureID string) (sealed []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT a.sealed FROM organisation_address a JOIN signature s ON s.organisation_id = a.organisation_id
			WHERE s.id = $1`, signatureID).Scan(&sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the address of the organisation of signature %s: %w", signatureID, err)
	}
	return sealed, nil
}

// SetOrganisationAddress keeps its promise in signature.ContestStore. What stands
// in the organisation's name already is told to the address, once.
func (db *DB) SetOrganisationAddress(ctx context.Context, organisationID string, sealed []byte) error {
	return db.Write(ctx, func(tx *Tx) error {
		if sealed == nil {
			_, err := tx.Exec(`DELETE FROM organisation_address WHERE organisation_id = $1`, organisationID)
			return err
		}
		n, err := changed(tx.Exec(`INSERT INTO organisation_address (organisation_id, sealed) SELECT id, $2 FROM organisation WHERE id = $1
			ON CONFLICT (organisation_id) DO UPDATE SET sealed = excluded.sealed`, organisationID, sealed))
		if err != nil {
			return err
		}
		if n == 0 {
			return signature.ErrNoOrganisation
		}
		var id string
		var list []string
		var at int64
		err = each(tx, []any{&id, &at}, func() error {
			list = append(list, id)
			return nil
		}, `SELECT id, signed_at FROM signature WHERE organisation_id = $1 AND state = 'standing' ORDER BY id`, organisationID)
		if err != nil {
			return err
		}
		for _, id := range list {
			if err := queueNotice(tx, id, fromMillis(at)); err != nil {
				return err
			}
		}
		return nil
	})
}
