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

// InState keeps its promise in signature.ReviewStore.
func (db *DB) InState(ctx context.Context, state signature.State, letterID, after string, limit int) ([]*signature.Signature, error) {
	var where string
	switch state { // written out, so that the index of that state serves
	case signature.Waiting:
		where = `state = 'waiting'`
	case signature.Refused:
		where = `state = 'refused'`
	case signature.Contested:
		where = `state = 'contested'`
	default:
		return nil, fmt.Errorf("list the signatures under review: none is %s", state)
	}
	args := []any{after, limit}
	if letterID != "" {
		where, args = where+` AND letter_id = $3`, append(args, letterID)
	}
	return db.signatures(ctx, `SELECT `+signatureColumns+` FROM signature WHERE `+where+` AND id > $1 ORDER BY id LIMIT $2`, args...)
}

// CountInState counts the signatures that wait or were refused, by letter.
func (db *DB) CountInState(ctx context.Context, state signature.State) (map[string]int64, error) {
	where := `state = 'waiting'`
	switch state {
	case signature.Refused:
		where = `state = 'refused'`
	case signature.Contested:
		where = `state = 'contested'`
	}
	counts := map[string]int64{}
	err := db.Read(ctx, func(tx *Tx) error {
		var id string
		var n int64
		return each(tx, []any{&id, &n}, func() error {
			counts[id] = n
			return nil
		}, `SELECT letter_id, count(*) FROM signature WHERE `+where+` GROUP BY letter_id`)
	})
	if err != nil {
		return nil, fmt.Errorf("count the signatures under review: %w", err)
	}
	return counts, nil
}

// Doubts keeps its promise in signature.ReviewStore.
func (db *DB) Doubts(ctx context.Context, id string) ([]signature.Doubt, error) {
	var list []signature.Doubt
	err := db.Read(ctx, func(tx *Tx) error {
		var d signature.Doubt
		var raised, decided int64
		return each(tx, []any{&d.Rule, &d.Detail, &raised, &decided}, func() error {
			d.RaisedAt, d.DecidedAt = fromMillis(raised), fromMillis(decided)
			list = append(list, d)
			return nil
		}, `SELECT rule, detail, raised_at, decided_at FROM doubt WHERE signature_id = $1 ORDER BY raised_at, rule`, id)
	})
	if err != nil {
		return nil, fmt.Errorf("read the doubts about signature %s: %w", id, err)
	}
	return list, nil
}

// SealedNote keeps its promise in signature.ReviewStore.
func (db *DB) SealedNote(ctx context.Context, id string) (sealed []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT sealed FROM refusal WHERE signature_id = $1`, id).Scan(&sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the refusal of signature %s: %w", id, err)
	}
	return sealed, nil
}

// AcceptSignature keeps its promise in signature.ReviewStore.
func (db *DB) AcceptSignature(ctx context.Context, id string, at time.Time, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := move(tx, id, signature.Waiting, signature.Standing, signature.ErrNotWaiting); err != nil {
			return err
		}
		if err := decideDoubts(tx, id, at); err != nil {
			return err
		}
		if err := addPending(tx, entry); err != nil {
			return err
		}
		if err := queueNotice(tx, id, at); err != nil {
			return err
		}
		return queueMail(tx, signature.MailSigned, id, id, at)
	})
}

// ReleaseSignature keeps its promise in signature.ReviewStore.
func (db *DB) ReleaseSignature(ctx context.Context, id string, at time.Time, entry ledger.Pending) (stands bool, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		stands = false
		if _, err := tx.Exec(`UPDATE doubt SET decided_at = $2 WHERE signature_id = $1 AND rule = $3 AND decided_at = 0`,
			id, millis(at), signature.RulePaused); err != nil {
			return err
		}
		var doubted bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM doubt WHERE signature_id = $1 AND decided_at = 0)`, id).Scan(&doubted); err != nil {
			return err
		}
		if doubted {
			return nil
		}
		if err := move(tx, id, signature.Waiting, signature.Standing, signature.ErrNotWaiting); err != nil {
			return err
		}
		stands = true
		if err := addPending(tx, entry); err != nil {
			return err
		}
		if err := queueNotice(tx, id, at); err != nil {
			return err
		}
		return queueMail(tx, signature.MailSigned, id, id, at)
	})
	return stands, err
}

// RefuseSignature keeps its promise in signature.ReviewStore.
func (db *DB) RefuseSignature(ctx context.Context, id string, at time.Time, sealedNote []byte) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := move(tx, id, signature.Waiting, signature.Refused, signature.ErrNotWaiting); err != nil {
			return err
		}
		if err := decideDoubts(tx, id, at); err != nil {
			return err
		}
		if sealedNote != nil {
			if _, err := tx.Exec(`INSERT INTO refusal (signature_id, sealed) VALUES ($1, $2)`, id, sealedNote); err != nil {
				return err
			}
		}
		return queueMail(tx, signature.MailRefused, id, id, at)
	})
}

// ReopenSignature keeps its promise in signature.ReviewStore.
func (db *DB) ReopenSignature(ctx context.Context, id string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := move(tx, id, signature.Refused, signature.Waiting, signature.ErrNotRefused); err != nil {
			return err
		}
		for _, reopen := range []string{
			`UPDATE doubt SET decided_at = 0 WHERE signature_id = $1
				AND decided_at = (SELECT max(decided_at) FROM doubt WHERE signature_id = $1)`,
			`DELETE FROM refusal WHERE signature_id = $1`,
		} {
			if _, err := tx.Exec(reopen, id); err != nil {
				return err
			}
		}
		return queueMail(tx, signature.MailWaiting, id, id, at)
	})
}

// move takes a signature from one state to another, or fails with otherwise
// when it is not in the first.
func move(tx *Tx, id string, from, to signature.State, otherwise error) error {
	n, err := changed(tx.Exec(`UPDATE signature SET state = $3 WHERE id = $1 AND state = $2`, id, from, to))
	if err != nil || n == 1 {
		return err
	}
	var one int
	err = tx.QueryRow(`SELECT 1 FROM signature WHERE id = $1`, id).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return signature.ErrUnknown
	}
	if err != nil {
		return err
	}
	return otherwise
}

// decideDoubts marks every doubt that is still open.
func decideDoubts(tx *Tx, id string, at time.Time) error {
	_, err := tx.Exec(`UPDATE doubt SET decided_at = $2 WHERE signature_id = $1 AND decided_at = 0`, id, millis(at))
	return err
}

// PersonListed keeps its promise in review.Names.
func (db *DB) PersonListed(ctx context.Context, letterID string, p signature.Public, except string) (listed bool, err error) {
	nameKey, _ := nameKeys(p)
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM signature WHERE letter_id = $1 AND name_key = $2 AND kind = 'person'
			AND (state = 'standing' OR state = 'waiting') AND country = $3 AND id <> $4)`, letterID, nameKey, p.Country, except).Scan(&listed)
	})
	if err != nil {
		return false, fmt.Errorf("look for a person of this name: %w", err)
	}
	return listed, nil
}
