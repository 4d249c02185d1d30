package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pliego/internal/letter"
	"pliego/internal/signature"
)

// DB is the store of the sweeper and of promises.
var (
	_ signature.KeeperStore  = (*DB)(nil)
	_ signature.PromiseStore = (*DB)(nil)
)

// belongings are the rows about a signature that hold or betray something of
// its signer, besides its own row and its entries in the log.
var belongings = []string{
	`DELETE FROM vault WHERE signature_id = $1`,
	`DELETE FROM doubt WHERE signature_id = $1`,
	`DELETE FROM refusal WHERE signature_id = $1`,
	`DELETE FROM sealed_box WHERE signature_id = $1`,
	`DELETE FROM sealed_address WHERE signature_id = $1`,
	`DELETE FROM mail_bounce WHERE signature_id = $1`,
	`DELETE FROM notice WHERE signature_id = $1`,
	`DELETE FROM record_opinion WHERE signature_id = $1`,
	`DELETE FROM record_contest WHERE signature_id = $1`, // one that is shown is the record's own by now, with a number alone
	`DELETE FROM outbox WHERE recipient_id = $1 OR about_id = $1`,
}

// dropBelongings erases them.
func dropBelongings(tx *Tx, id string) error {
	// What the record took from a proposal is its own by now; the proposal is not.
	if _, err := tx.Exec(`DELETE FROM agenda_proposal WHERE signature_id = $1`, id); err != nil {
		return err
	}
	if err := leaveAddress(tx, id); err != nil {
		return err
	}
	if err := askThemselves(tx, id); err != nil {
		return err
	}
	for _, erase := range belongings {
		if _, err := tx.Exec(erase, id); err != nil {
			return err
		}
	}
	if err := unlinkOrganisation(tx, id); err != nil {
		return err
	}
	return dropEvidence(tx, id)
}

// DropUnconfirmedBefore keeps its promise in signature.KeeperStore.
func (db *DB) DropUnconfirmedBefore(ctx context.Context, before time.Time, limit int) (int, error) {
	return db.dropSignatures(ctx, signature.Unconfirmed,
		`SELECT id FROM signature WHERE state = 'unconfirmed' AND created_at < $1 ORDER BY created_at LIMIT $2`, before, limit)
}

// DropRefusedBefore keeps its promise in signature.KeeperStore.
func (db *DB) DropRefusedBefore(ctx context.Context, before time.Time, limit int) (int, error) {
	return db.dropSignatures(ctx, signature.Refused,
		`SELECT id FROM signature WHERE state = 'refused'
			AND (SELECT max(decided_at) FROM doubt WHERE signature_id = signature.id) < $1 LIMIT $2`, before, limit)
}

// dropSignatures erases what the query finds, if it is still in that state.
func (db *DB) dropSignatures(ctx context.Context, state signature.State, query string, before time.Time, limit int) (n int, err error) {
	var ids []string
	err = db.Read(ctx, func(tx *Tx) error { // a sweep that finds nothing must not wake the writer
		var id string
		return each(tx, []any{&id}, func() error {
			ids = append(ids, id)
			return nil
		}, query, millis(before), limit)
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	err = db.Write(ctx, func(tx *Tx) error {
		n = 0
		for _, id := range ids {
			var organisation string
			err := tx.QueryRow(`DELETE FROM signature WHERE id = $1 AND state = $2 RETURNING organisation_id`, id, state).Scan(&organisation)
			if errors.Is(err, sql.ErrNoRows) { // decided or confirmed meanwhile
				continue
			}
			if err != nil {
				return err
			}
			n++
			if err := dropBelongings(tx, id); err != nil {
				return err
			}
			if err := dropOrganisation(tx, organisation); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("erase signatures that are %s: %w", state, err)
	}
	return n, nil
}

// DropFailedMail keeps its promise in signature.KeeperStore.
func (db *DB) DropFailedMail(ctx context.Context, before time.Time, limit int) (int, error) {
	var ids []string
	err := db.Read(ctx, func(tx *Tx) error {
		var id string
		return each(tx, []any{&id}, func() error {
			ids = append(ids, id)
			return nil
		}, `SELECT id FROM outbox WHERE failed <> '' AND due_at < $1 ORDER BY due_at LIMIT $2`, millis(before), limit)
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	err = db.Write(ctx, func(tx *Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(`DELETE FROM outbox WHERE id = $1`, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("forget mails that were given up: %w", err)
	}
	return len(ids), nil
}

// PromiseOf keeps its promise in signature.PromiseStore.
func (db *DB) PromiseOf(ctx context.Context, letterID string) (p signature.Promise, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var on, done int64
		err := tx.QueryRow(`SELECT erase_on, erased_at FROM letter_keeping WHERE letter_id = $1`, letterID).Scan(&on, &done)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		p = signature.Promise{EraseOn: fromMillis(on), ErasedAt: fromMillis(done)}
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read until when a letter's addresses are kept: %w", err)
	}
	return p, nil
}

// Promise keeps its promise in signature.PromiseStore.
func (db *DB) Promise(ctx context.Context, letterID string, eraseOn time.Time, keepEarlier bool) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := beginKeeping(tx, letterID); err != nil {
			return err
		}
		n, err := changed(tx.Exec(`UPDATE letter_keeping SET erase_on = $2, erased_at = 0
			WHERE letter_id = $1 AND ($3 = 0 OR erase_on = 0 OR erase_on >= $2)`, letterID, millis(eraseOn), flag(keepEarlier)))
		if err != nil {
			return err
		}
		if n == 0 {
			return signature.ErrPromised
		}
		_, err = tx.Exec(`UPDATE letter SET version = version + 1 WHERE id = $1`, letterID)
		return err
	})
}

// beginKeeping makes a letter's row of letter_keeping when there is none.
func beginKeeping(tx *Tx, letterID string) error {
	_, err := tx.Exec(`INSERT INTO letter_keeping (letter_id, erase_on, erased_at, names_out) VALUES ($1, 0, 0, 0) ON CONFLICT DO NOTHING`, letterID)
	return err
}

// LettersToForget keeps its promise in signature.KeeperStore.
func (db *DB) LettersToForget(ctx context.Context, now time.Time) (list []*letter.Letter, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var ids []string
		var id string
		if err := each(tx, []any{&id}, func() error {
			ids = append(ids, id)
			return nil
		}, `SELECT letter_id FROM letter_keeping WHERE erase_on > 0 AND erase_on <= $1 AND erased_at = 0`, millis(now)); err != nil {
			return err
		}
		for _, id := range ids {
			l, err := db.readLetter(tx, `SELECT `+letterColumns+` FROM letter WHERE id = $1`, id)
			if err != nil {
				return err
			}
			list = append(list, l)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for addresses to erase: %w", err)
	}
	return list, nil
}

// ForgetAddresses keeps its promise in signature.KeeperStore.
func (db *DB) ForgetAddresses(ctx context.Context, letterID, after string, limit int, over bool) (last string, n int, err error) {
	erase := []string{`DELETE FROM outbox WHERE recipient_id = $1`}
	if over {
		erase = append(erase, `DELETE FROM signed_address WHERE signature_id = $1`, `DELETE FROM shared_address WHERE signature_id = $1`)
	}
	err = db.Write(ctx, func(tx *Tx) error {
		if err := forgetGuests(tx, letterID); err != nil {
			return err
		}
		var ids []string
		var id string
		err := each(tx, []any{&id}, func() error {
			ids = append(ids, id)
			return nil
		}, `SELECT id FROM signature WHERE letter_id = $1 AND id > $2 AND (state <> 'unconfirmed' OR $4 = 1)
			ORDER BY id LIMIT $3`, letterID, after, limit, flag(over))
		if err != nil {
			return err
		}
		last, n = "", 0
		for _, id := range ids {
			gone, err := changed(tx.Exec(`DELETE FROM vault WHERE signature_id = $1`, id))
			if err != nil {
				return err
			}
			n += int(gone)
			for _, statement := range erase {
				if _, err := tx.Exec(statement, id); err != nil {
					return err
				}
			}
			last = id
		}
		return nil
	})
	return last, n, err
}

// AddressesForgotten keeps its promise in signature.KeeperStore.
func (db *DB) AddressesForgotten(ctx context.Context, letterID string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE letter_keeping SET erased_at = $2 WHERE letter_id = $1`, letterID, millis(at))
		return err
	})
}
