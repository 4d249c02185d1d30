package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// Reopen keeps its promise in letter.Store.
func (db *DB) Reopen(ctx context.Context, letterID string, deadline time.Time, e letter.Event, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE letter SET state = 'open', deadline = $2, version = version + 1 WHERE id = $1 AND state = 'closed'`,
			letterID, millis(deadline)))
		if err != nil {
			return fmt.Errorf("open a letter again: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("%w: it is not closed any more", letter.ErrState)
		}
		if err := addEvent(tx, e); err != nil {
			return err
		}
		return addPending(tx, entry)
	})
}

// SetDeadline keeps its promise in letter.Store.
func (db *DB) SetDeadline(ctx context.Context, letterID string, from, to time.Time, e letter.Event) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE letter SET deadline = $3, version = version + 1 WHERE id = $1 AND deadline = $2`,
			letterID, millis(from), millis(to)))
		if err != nil {
			return fmt.Errorf("change a letter's deadline: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("%w: its deadline was changed meanwhile", letter.ErrState)
		}
		return addEvent(tx, e)
	})
}

func addEvent(tx *Tx, e letter.Event) error {
	_, err := tx.Exec(`INSERT INTO letter_event (id, letter_id, at, act, before_value, after_value, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		e.ID, e.LetterID, millis(e.At), e.Act, e.Before, e.After, e.Reason)
	return err
}

// LetterEvents keeps its promise in letter.Store.
func (db *DB) LetterEvents(ctx context.Context, letterID string) (list []letter.Event, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var e letter.Event
		var at int64
		return each(tx, []any{&e.ID, &e.LetterID, &at, &e.Act, &e.Before, &e.After, &e.Reason}, func() error {
			e.At = fromMillis(at)
			list = append(list, e)
			return nil
		}, `SELECT id, letter_id, at, act, before_value, after_value, reason FROM letter_event WHERE letter_id = $1 ORDER BY id DESC`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("read what happened to a letter: %w", err)
	}
	return list, nil
}

// SetOpensAt keeps its promise in letter.Store.
func (db *DB) SetOpensAt(ctx context.Context, letterID string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE letter SET opens_at = $2, version = version + 1 WHERE id = $1 AND state = 'circulating'`, letterID, millis(at)))
		if err != nil {
			return fmt.Errorf("set when a letter opens: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("%w: it does not circulate any more", letter.ErrState)
		}
		return nil
	})
}

// OpensDue keeps its promise in letter.Store.
func (db *DB) OpensDue(ctx context.Context, now time.Time) (slugs []string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var slug string
		return each(tx, []any{&slug}, func() error {
			slugs = append(slugs, slug)
			return nil
		}, `SELECT slug FROM letter WHERE state = 'circulating' AND opens_at > 0 AND opens_at <= $1 ORDER BY id`, millis(now))
	})
	if err != nil {
		return nil, fmt.Errorf("find letters whose embargo has ended: %w", err)
	}
	return slugs, nil
}

// ReplaceLink keeps its promise in letter.Store.
func (db *DB) ReplaceLink(ctx context.Context, letterID string, from int) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE letter SET link_generation = link_generation + 1, version = version + 1 WHERE id = $1 AND link_generation = $2`, letterID, from)
		return err
	})
}

// SetFacts keeps its promise in letter.Store.
func (db *DB) SetFacts(ctx context.Context, letterID string, f letter.Facts) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE letter SET date = $2, publisher = $3, version = version + 1 WHERE id = $1`, letterID, f.Date, f.Publisher)
		return err
	})
}

// Workings keeps its promise in letter.Store.
func (db *DB) Workings(ctx context.Context, letterID string) (list []letter.Working, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		w := letter.Working{LetterID: letterID}
		var lang, body string
		var saved int64
		return each(tx, []any{&lang, &body, &w.Matches, &w.Revision, &saved}, func() error {
			w.Text = letter.Text{}
			if err := json.Unmarshal([]byte(body), &w.Text); err != nil {
				return fmt.Errorf("the text that is written in %s: %w", lang, err)
			}
			w.Text.Lang, w.SavedAt = lang, fromMillis(saved)
			list = append(list, w)
			return nil
		}, `SELECT lang, body, matches, revision, saved_at FROM letter_working WHERE letter_id = $1 ORDER BY lang`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("read the texts that are still written: %w", err)
	}
	return list, nil
}

// SaveWorking keeps its promise in letter.Store.
func (db *DB) SaveWorking(ctx context.Context, w letter.Working) error {
	body, err := json.Marshal(w.Text)
	if err != nil {
		return fmt.Errorf("write a text: %w", err)
	}
	return db.Write(ctx, func(tx *Tx) error {
		query := `UPDATE letter_working SET body = $3, matches = $4, revision = $5, saved_at = $6
			WHERE letter_id = $1 AND lang = $2 AND revision = CAST($5 AS BIGINT) - 1`
		if w.Revision == 1 {
			query = `INSERT INTO letter_working (letter_id, lang, body, matches, revision, saved_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
		}
		n, err := changed(tx.Exec(query, w.LetterID, w.Text.Lang, string(body), w.Matches, w.Revision, millis(w.SavedAt)))
		if err != nil {
			return fmt.Errorf("keep a text that is still written: %w", err)
		}
		if n == 0 {
			return letter.ErrSavedMeanwhile
		}
		return nil
	})
}
