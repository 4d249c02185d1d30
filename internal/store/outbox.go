package store

import (
	"context"
	"fmt"
	"time"

	"pliego/internal/signature"
)

// Mail is one row of the outbox: a message to be written and sent.
type Mail struct {
	ID        string
	Kind      signature.MailKind
	Recipient string // the signature to whose address it goes
	About     string // the signature that it speaks of
	Attempts  int    // how often sending was tried before
}

// queueMail adds a mail to the outbox, due at once (a zero time) or at a time,
// unless the vault knows no address to send it to.
func queueMail(tx *Tx, kind signature.MailKind, recipient, about string, due time.Time) error {
	id, err := newID()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO outbox (id, kind, recipient_id, about_id, attempts, due_at, failed)
		SELECT $1, $2, signature_id, $4, 0, $5, '' FROM vault WHERE signature_id = $3`,
		id, kind, recipient, about, millis(due))
	return err
}

// dueMail reads what is due: confirmations first, for somebody waits before a
// page for them; each query is served by an index of its own.
var dueMail = []string{
	`SELECT id FROM outbox WHERE failed = '' AND kind = 'confirm' AND due_at <= $1 ORDER BY due_at, id LIMIT $2`,
	`SELECT id FROM outbox WHERE failed = '' AND kind <> 'confirm' AND due_at <= $1 ORDER BY due_at, id LIMIT $2`,
}

// TakeMail gives at most limit mails that are due, confirmations first, and
// makes them due again after lease: who took one and died leaves it to the next. Two processes never
// take the same mail within a lease.
func (db *DB) TakeMail(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]Mail, error) {
	var list []Mail
	err := db.Read(ctx, func(tx *Tx) error { // an empty outbox must not wake the writer
		list = nil
		var m Mail
		for _, query := range dueMail {
			err := each(tx, []any{&m.ID}, func() error {
				list = append(list, m)
				return nil
			}, query, millis(now), limit-len(list))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var taken []Mail
	err = db.Write(ctx, func(tx *Tx) error {
		taken = nil
		for _, m := range list {
			err := each(tx, []any{&m.Kind, &m.Recipient, &m.About, &m.Attempts}, func() error {
				taken = append(taken, m)
				return nil
			}, `UPDATE outbox SET due_at = $2 WHERE id = $1 AND failed = '' AND due_at <= $3
				RETURNING kind, recipient_id, about_id, attempts`, m.ID, millis(now.Add(lease)), millis(now))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take mail from the outbox: %w", err)
	}
	return taken, nil
}

// MailSent takes a mail out of the outbox. With the last word to a signer who
// withdrew, the vault's record of the signature goes too.
func (db *DB) MailSent(ctx context.Context, m Mail) error {
	return db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`DELETE FROM outbox WHERE id = $1`, m.ID); err != nil {
			return err
		}
		return dropVault(tx, m)
	})
}

func dropVault(tx *Tx, m Mail) error {
	if m.Kind != signature.MailWithdrawn {
		return nil
	}
	_, err := tx.Exec(`DELETE FROM vault WHERE signature_id = $1`, m.Recipient)
	return err
}

// MailDelayed counts a failed attempt and says when to try again.
func (db *DB) MailDelayed(ctx context.Context, m Mail, due time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE outbox SET attempts = attempts + 1, due_at = $2 WHERE id = $1`, m.ID, millis(due))
		return err
	})
}

// MailPutOff says when to try a mail that was not tried.
func (db *DB) MailPutOff(ctx context.Context, m Mail, due time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE outbox SET due_at = $2 WHERE id = $1`, m.ID, millis(due))
		return err
	})
}

// MailFailed gives a mail up and keeps why, in words without an address.
func (db *DB) MailFailed(ctx context.Context, m Mail, why string) error {
	return db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`UPDATE outbox SET attempts = attempts + 1, failed = $2 WHERE id = $1`, m.ID, why); err != nil {
			return err
		}
		return dropVault(tx, m)
	})
}

// OutboxCounts tells how many mails wait and how many were given up.
func (db *DB) OutboxCounts(ctx context.Context) (waiting, failed int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT coalesce(sum(CASE WHEN failed = '' THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN failed = '' THEN 0 ELSE 1 END), 0) FROM outbox`).Scan(&waiting, &failed)
	})
	return waiting, failed, err
}
