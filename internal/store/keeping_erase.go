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

// RowsAbout keeps its promise in signature.KeptStore.
func (db *DB) RowsAbout(ctx context.Context, id string) (signature.Rows, error) {
	var r signature.Rows
	err := db.Read(ctx, func(tx *Tx) error {
		r = signature.Rows{}
		var e signature.KeptEntry
		var opened int64
		add := func() error {
			e.Opened = opened == 1
			r.Entries = append(r.Entries, e)
			return nil
		}
		for _, query := range []string{
			`SELECT leaf, kind, CASE WHEN salt IS NULL THEN 0 ELSE 1 END FROM ledger_entry WHERE subject = $1 ORDER BY leaf`,
			`SELECT -1, kind, CASE WHEN salt IS NULL THEN 0 ELSE 1 END FROM ledger_pending WHERE subject = $1 ORDER BY id`,
		} {
			if err := each(tx, []any{&e.Leaf, &e.Kind, &opened}, add, query, id); err != nil {
				return err
			}
		}
		var m signature.KeptMail
		var due, failed int64
		if err := each(tx, []any{&m.Kind, &due, &m.Attempts, &failed}, func() error {
			m.Due, m.GivenUp = fromMillis(due), failed == 1
			r.Mails = append(r.Mails, m)
			return nil
		}, `SELECT kind, due_at, attempts, CASE WHEN failed = '' THEN 0 ELSE 1 END FROM outbox WHERE recipient_id = $1 ORDER BY id`, id); err != nil {
			return err
		}
		for query, to := range map[string]*bool{
			`SELECT (SELECT count(*) FROM signed_address WHERE signature_id = $1) + (SELECT count(*) FROM shared_address WHERE signature_id = $1)`: &r.Address,
			`SELECT count(*) FROM sealed_box WHERE signature_id = $1`:                                                                              &r.Box,
			`SELECT count(*) FROM signature_evidence WHERE signature_id = $1`:                                                                      &r.Evidence,
		} {
			var n int64
			if err := tx.QueryRow(query, id).Scan(&n); err != nil {
				return err
			}
			*to = n > 0
		}
		if err := tx.QueryRow(`SELECT (SELECT count(*) FROM agenda_proposal WHERE signature_id = $1) + (SELECT count(*) FROM record_opinion WHERE signature_id = $1)
			+ (SELECT count(*) FROM record_contest WHERE signature_id = $1)`, id).Scan(&r.Said); err != nil {
			return err
		}
		var sealed int64
		if err := tx.QueryRow(`SELECT count(*) FROM sealed_address WHERE signature_id = $1`, id).Scan(&sealed); err != nil {
			return err
		}
		r.Address = r.Address || sealed > 0
		err := tx.QueryRow(`SELECT status FROM mail_bounce WHERE signature_id = $1`, id).Scan(&r.Bounced)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return r, fmt.Errorf("read what is kept about signature %s: %w", id, err)
	}
	return r, nil
}

// EraseSignature keeps its promise in signature.KeptStore.
func (db *DB) EraseSignature(ctx context.Context, id string, at time.Time, withdrawn, erased ledger.Pending) (gone bool, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		gone = false
		var state signature.State
		err := tx.QueryRow(`SELECT state FROM signature WHERE id = $1`, id).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			return signature.ErrUnknown
		}
		if err != nil {
			return err
		}
		if state.Confirmed() {
			if err := endSignature(tx, id, signature.Withdrawn, at, withdrawn); err != nil {
				return err
			}
		} else if !state.Ended() {
			return whyNot(tx, id)
		}
		if err := dropBelongings(tx, id); err != nil {
			return err
		}
		known, again, err := inLog(tx, id)
		switch {
		case err != nil || again:
			return err
		case !known:
			gone = true
			_, err := tx.Exec(`DELETE FROM signature WHERE id = $1`, id)
			return err
		}
		// The gap needs its number, the text and the two days; not how it came.
		if _, err := tx.Exec(`UPDATE signature SET created_at = signed_at, code_tries = 0, mails_asked = 0 WHERE id = $1`, id); err != nil {
			return err
		}
		return addPending(tx, erased)
	})
	return gone, err
}

// inLog tells whether the log has an entry about a signature, and one that says
// it was erased; those that wait for their place count.
func inLog(tx *Tx, id string) (known, erased bool, err error) {
	for _, query := range []string{`SELECT kind FROM ledger_entry WHERE subject = $1`, `SELECT kind FROM ledger_pending WHERE subject = $1`} {
		var kind ledger.Kind
		err := each(tx, []any{&kind}, func() error {
			known, erased = true, erased || kind == ledger.SignatureErased
			return nil
		}, query, id)
		if err != nil {
			return false, false, err
		}
	}
	return known, erased, nil
}
