package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pliego/internal/account"
	"pliego/internal/signature"
)

var _ account.Store = (*DB)(nil)

const personColumns = `person.id, role, lang, generation, link_until, person.created_at, entered_at, ended_at`

func scanPerson(row scanner, more ...any) (*account.Person, error) {
	var p account.Person
	var until, created, entered, ended int64
	err := row.Scan(append([]any{&p.ID, &p.Role, &p.Lang, &p.Generation, &until, &created, &entered, &ended}, more...)...)
	if err != nil {
		return nil, err
	}
	p.LinkUntil, p.CreatedAt, p.EnteredAt, p.EndedAt = fromMillis(until), fromMillis(created), fromMillis(entered), fromMillis(ended)
	return &p, nil
}

// AddPerson keeps its promise in account.Store.
func (db *DB) AddPerson(ctx context.Context, p *account.Person, addressIndex, sealed []byte, mail bool, line account.Line) error {
	return db.Write(ctx, func(tx *Tx) error {
		sent := int64(0)
		if mail {
			sent = millis(p.CreatedAt)
		}
		n, err := changed(tx.Exec(`INSERT INTO person (id, role, lang, generation, link_until, link_sent_at, created_at, entered_at, ended_at, address_index, sealed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9) ON CONFLICT DO NOTHING`,
			p.ID, p.Role, p.Lang, p.Generation, millis(p.LinkUntil), sent, millis(p.CreatedAt), addressIndex, sealed))
		if err != nil {
			return err
		}
		if n == 0 {
			return account.ErrInvited
		}
		if mail {
			if err := queueDeskMail(tx, signature.MailDeskInvitation, p.ID); err != nil {
				return err
			}
		}
		return addLine(tx, line)
	})
}

// PersonByID keeps its promise in account.Store.
func (db *DB) PersonByID(ctx context.Context, id string) (*account.Person, error) {
	return db.onePerson(ctx, `SELECT `+personColumns+` FROM person WHERE id = $1`, id)
}

// PersonByAddress keeps its promise in account.Store.
func (db *DB) PersonByAddress(ctx context.Context, addressIndex []byte) (*account.Person, error) {
	return db.onePerson(ctx, `SELECT `+personColumns+` FROM person WHERE address_index = $1 AND ended_at = 0`, addressIndex)
}

func (db *DB) onePerson(ctx context.Context, query string, arg any) (p *account.Person, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		p, err = scanPerson(tx.QueryRow(query, arg))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, account.ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("read a person of the desk: %w", err)
	}
	return p, nil
}

// People keeps its promise in account.Store.
func (db *DB) People(ctx context.Context) (list []*account.Person, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		rows, err := tx.Query(`SELECT ` + personColumns + ` FROM person ORDER BY id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			p, err := scanPerson(rows)
			if err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list the people of the desk: %w", err)
	}
	return list, nil
}

// SealedAddress keeps its promise in account.Store.
func (db *DB) SealedAddress(ctx context.Context, id string) (sealed []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT sealed FROM person WHERE id = $1 AND sealed IS NOT NULL`, id).Scan(&sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, account.ErrUnknown
	}
	return sealed, err
}

// SendLink keeps its promise in account.Store.
func (db *DB) SendLink(ctx context.Context, id string, until, notSince time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE person SET link_until = CASE WHEN link_until < $2 THEN $2 ELSE link_until END, link_sent_at = $4
			WHERE id = $1 AND ended_at = 0 AND link_sent_at <= $3`, id, millis(until), millis(notSince), millis(until.Add(-account.LinkWithin))))
		if err != nil || n == 0 {
			return err
		}
		return queueDeskMail(tx, signature.MailDeskLink, id)
	})
}

// SetLang keeps its promise in account.Store.
func (db *DB) SetLang(ctx context.Context, id, lang string) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE person SET lang = $2 WHERE id = $1`, id, lang)
		return err
	})
}

// EndPerson keeps its promise in account.Store.
func (db *DB) EndPerson(ctx context.Context, id string, at time.Time, line account.Line) error {
	return db.Write(ctx, func(tx *Tx) error {
		// All coordinators' rows are taken first, in one order, so that two who end
		// each other's access at once do not both succeed.
		var coordinators int
		if _, err := tx.Exec(`UPDATE person SET role = role WHERE role = 'coordinator' AND ended_at = 0`); err != nil {
			return err
		}
		if err := tx.QueryRow(`SELECT count(*) FROM person WHERE role = 'coordinator' AND ended_at = 0 AND id <> $1`, id).Scan(&coordinators); err != nil {
			return err
		}
		var role account.Role
		err := tx.QueryRow(`UPDATE person SET ended_at = $2, address_index = NULL, sealed = NULL, generation = generation + 1
			WHERE id = $1 AND ended_at = 0 RETURNING role`, id, millis(at)).Scan(&role)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if role == account.Coordinator && coordinators == 0 {
			return account.ErrLast
		}
		for _, erase := range []string{`DELETE FROM session WHERE person_id = $1`, `DELETE FROM outbox WHERE recipient_id = $1`} {
			if _, err := tx.Exec(erase, id); err != nil {
				return err
			}
		}
		return addLine(tx, line)
	})
}

// queueDeskMail adds a mail to somebody who works at the desk, due at once.
func queueDeskMail(tx *Tx, kind signature.MailKind, personID string) error {
	id, err := newID()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO outbox (id, kind, recipient_id, about_id, attempts, due_at, failed) VALUES ($1, $2, $3, $3, 0, 0, '')`,
		id, kind, personID)
	return err
}
