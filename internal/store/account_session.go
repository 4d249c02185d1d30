package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pliego/internal/account"
)

// Enter keeps its promise in account.Store.
func (db *DB) Enter(ctx context.Context, id string, generation int, s *account.Session, secret []byte, line account.Line) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE person SET generation = generation + 1, entered_at = $3, link_until = 0
			WHERE id = $1 AND generation = $2 AND ended_at = 0 AND link_until >= $3`, id, generation, millis(s.CreatedAt)))
		if err != nil {
			return err
		}
		if n == 0 {
			return account.ErrLink
		}
		if _, err := tx.Exec(`INSERT INTO session (id, secret, person_id, device, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			s.ID, secret, s.PersonID, s.Device, millis(s.CreatedAt), millis(s.SeenAt)); err != nil {
			return err
		}
		return addLine(tx, line)
	})
}

// SessionBySecret keeps its promise in account.Store.
func (db *DB) SessionBySecret(ctx context.Context, secret []byte, begunAfter, seenAfter time.Time) (s *account.Session, p *account.Person, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		s = &account.Session{}
		var created, seen int64
		p, err = scanPerson(tx.QueryRow(`SELECT `+personColumns+`, session.id, person_id, device, session.created_at, seen_at
			FROM session JOIN person ON person.id = person_id
			WHERE secret = $1 AND session.created_at > $2 AND seen_at > $3 AND ended_at = 0`, secret, millis(begunAfter), millis(seenAfter)),
			&s.ID, &s.PersonID, &s.Device, &created, &seen)
		s.CreatedAt, s.SeenAt = fromMillis(created), fromMillis(seen)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, account.ErrNoSession
	}
	if err != nil {
		return nil, nil, fmt.Errorf("look for a session: %w", err)
	}
	return s, p, nil
}

// TouchSession keeps its promise in account.Store.
func (db *DB) TouchSession(ctx context.Context, id string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE session SET seen_at = $2 WHERE id = $1`, id, millis(at))
		return err
	})
}

// Sessions keeps its promise in account.Store.
func (db *DB) Sessions(ctx context.Context, personID string, begunAfter, seenAfter time.Time) (list []*account.Session, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var s account.Session
		var created, seen int64
		return each(tx, []any{&s.ID, &s.PersonID, &s.Device, &created, &seen}, func() error {
			one := s
			one.CreatedAt, one.SeenAt = fromMillis(created), fromMillis(seen)
			list = append(list, &one)
			return nil
		}, `SELECT id, person_id, device, created_at, seen_at FROM session
			WHERE person_id = $1 AND created_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, id DESC`, personID, millis(begunAfter), millis(seenAfter))
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return list, nil
}

// EndSessions keeps its promise in account.Store; without a person it ends
// everybody's.
func (db *DB) EndSessions(ctx context.Context, personID, id string, line account.Line) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`DELETE FROM session WHERE (person_id = $1 OR CAST($1 AS TEXT) = '') AND (id = $2 OR CAST($2 AS TEXT) = '')`, personID, id)
		if err != nil {
			return err
		}
		return addLine(tx, line)
	})
}

// Log keeps its promise in account.Store.
func (db *DB) Log(ctx context.Context, line account.Line) error {
	return db.Write(ctx, func(tx *Tx) error { return addLine(tx, line) })
}

func addLine(tx *Tx, l account.Line) error {
	_, err := tx.Exec(`INSERT INTO desk_log (id, at, person_id, act, subject, letter, before_value, after_value) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.ID, millis(l.At), l.PersonID, l.Act, l.Subject, l.Letter, l.Before, l.After)
	return err
}

// Lines keeps its promise in account.Store.
func (db *DB) Lines(ctx context.Context, before string, limit int) (list []account.Line, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var l account.Line
		var at int64
		return each(tx, []any{&l.ID, &at, &l.PersonID, &l.Act, &l.Subject, &l.Letter, &l.Before, &l.After}, func() error {
			l.At = fromMillis(at)
			list = append(list, l)
			return nil
		}, `SELECT id, at, person_id, act, subject, letter, before_value, after_value FROM desk_log
			WHERE id < $1 OR CAST($1 AS TEXT) = '' ORDER BY id DESC LIMIT $2`, before, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("read the desk's log: %w", err)
	}
	return list, nil
}
