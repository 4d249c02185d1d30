package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pliego/internal/signature"
)

var _ signature.InvitationStore = (*DB)(nil)

// invitationColumns are an invitation's, and whether its organisation signed: by
// the signature that it led to, or from the same address.
const invitationColumns = `id, letter_id, name, country, lang, state, generation, signature_id,
	CASE WHEN EXISTS (SELECT 1 FROM signature s WHERE s.id = invitation.signature_id AND s.state IN ('standing', 'waiting', 'contested'))
		OR EXISTS (SELECT 1 FROM signed_address a JOIN signature s ON s.id = a.signature_id
			WHERE a.address_index = invitation.address_index AND s.state IN ('standing', 'waiting', 'contested')) THEN 1 ELSE 0 END,
	CASE WHEN address_index IS NULL THEN 0 ELSE 1 END, created_at, sent_at, mails, answered_at`

func scanInvitation(row scanner) (*signature.Invitation, error) {
	var i signature.Invitation
	var signed, reachable, created, sent, answered int64
	err := row.Scan(&i.ID, &i.LetterID, &i.Name, &i.Country, &i.Lang, &i.State, &i.Generation, &i.SignatureID, &signed, &reachable,
		&created, &sent, &i.Mails, &answered)
	if err != nil {
		return nil, err
	}
	i.Signed, i.Reachable = signed == 1, reachable == 1
	i.CreatedAt, i.SentAt, i.AnsweredAt = fromMillis(created), fromMillis(sent), fromMillis(answered)
	return &i, nil
}

// AddInvitation keeps its promise in signature.InvitationStore.
func (db *DB) AddInvitation(ctx context.Context, i *signature.Invitation, nameKey string, sealed, addressIndex []byte) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`INSERT INTO invitation (id, letter_id, name, name_key, country, lang, state, generation, sealed, address_index,
			signature_id, created_at, sent_at, mails, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11, 0, 0, 0) ON CONFLICT DO NOTHING`,
			i.ID, i.LetterID, i.Name, nameKey, i.Country, i.Lang, i.State, i.Generation, sealed, addressIndex, millis(i.CreatedAt)))
		if err != nil {
			return fmt.Errorf("store an invitation: %w", err)
		}
		if n == 0 {
			return signature.ErrInvitedAlready
		}
		return nil
	})
}

// InvitationByID keeps its promise in signature.InvitationStore.
func (db *DB) InvitationByID(ctx context.Context, id string) (i *signature.Invitation, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		i, err = scanInvitation(tx.QueryRow(`SELECT `+invitationColumns+` FROM invitation WHERE id = $1`, id))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, signature.ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("read invitation %s: %w", id, err)
	}
	return i, nil
}

// Invitations keeps its promise in signature.InvitationStore.
func (db *DB) Invitations(ctx context.Context, letterID string) (list []*signature.Invitation, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		rows, err := tx.Query(`SELECT `+invitationColumns+` FROM invitation WHERE letter_id = $1 ORDER BY id`, letterID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			i, err := scanInvitation(rows)
			if err != nil {
				return err
			}
			list = append(list, i)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list the invitations of a letter: %w", err)
	}
	return list, nil
}

// SealedInvitation keeps its promise in signature.InvitationStore.
func (db *DB) SealedInvitation(ctx context.Context, id string) (sealed []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT sealed FROM invitation WHERE id = $1 AND sealed IS NOT NULL`, id).Scan(&sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, signature.ErrUnknown
	}
	return sealed, err
}

// AnswerInvitation keeps its promise in signature.InvitationStore.
func (db *DB) AnswerInvitation(ctx context.Context, id string, to signature.InvitationState, not []signature.InvitationState, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		var now signature.InvitationState
		if err := tx.QueryRow(`SELECT state FROM invitation WHERE id = $1`, id).Scan(&now); errors.Is(err, sql.ErrNoRows) {
			return signature.ErrUnknown
		} else if err != nil {
			return err
		}
		for _, x := range not {
			if now == x {
				return nil
			}
		}
		_, err := tx.Exec(`UPDATE invitation SET state = $3, answered_at = $4 WHERE id = $1 AND state = $2`, id, now, to, millis(at))
		return err
	})
}

// LinkInvitation keeps its promise in signature.InvitationStore.
func (db *DB) LinkInvitation(ctx context.Context, id, signatureID string) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE invitation SET signature_id = $2 WHERE id = $1`, id, signatureID)
		return err
	})
}

// MailInvitation keeps its promise in signature.InvitationStore.
func (db *DB) MailInvitation(ctx context.Context, id string, kind signature.MailKind, at, notSince time.Time) (queued bool, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		queued = false
		n, err := changed(tx.Exec(`UPDATE invitation SET sent_at = $2, mails = mails + 1 WHERE id = $1 AND sent_at <= $3 AND address_index IS NOT NULL`,
			id, millis(at), millis(notSince)))
		if err != nil || n == 0 {
			return err
		}
		queued = true
		return queueDeskMail(tx, kind, id)
	})
	return queued, err
}

// DropInvitation keeps its promise in signature.InvitationStore.
func (db *DB) DropInvitation(ctx context.Context, id string) (gone bool, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`DELETE FROM invitation WHERE id = $1 AND mails = 0 AND state = 'invited' AND signature_id = ''`, id))
		gone = n > 0
		return err
	})
	return gone, err
}

// forgetGuests erases the addresses of those invited to a letter, and the mail
// that still waits for them.
func forgetGuests(tx *Tx, letterID string) error {
	for _, erase := range []string{
		`DELETE FROM outbox WHERE recipient_id IN (SELECT id FROM invitation WHERE letter_id = $1)`,
		`UPDATE invitation SET sealed = NULL, address_index = NULL WHERE letter_id = $1 AND sealed IS NOT NULL`,
	} {
		if _, err := tx.Exec(erase, letterID); err != nil {
			return fmt.Errorf("erase the addresses of those invited: %w", err)
		}
	}
	return nil
}
