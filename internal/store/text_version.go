package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
)

// TextVersions reads every version of a letter's texts: by language, the newest
// first.
func (db *DB) TextVersions(ctx context.Context, letterID string) (texts []letter.Text, err error) {
	err = db.Read(ctx, func(tx *Tx) (err error) {
		texts, err = readTexts(tx, `SELECT `+textColumns+` FROM letter_text WHERE letter_id = $1 ORDER BY lang, version DESC`, letterID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the versions of a letter's texts: %w", err)
	}
	return texts, nil
}

// ConsentToText keeps its promise in signature.Store.
func (db *DB) ConsentToText(ctx context.Context, id, fromText string, to letter.Text, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		var number sql.NullInt64
		err := tx.QueryRow(`UPDATE signature SET text_id = $3, text_hash = $4
			WHERE id = $1 AND text_id = $2 AND state = 'standing' RETURNING number`, id, fromText, to.ID, to.Hash).Scan(&number)
		if errors.Is(err, sql.ErrNoRows) {
			return whyNot(tx, id)
		}
		if err != nil {
			return err
		}
		if number.Valid { // else it is counted when it gets its number
			if err := countSigners(tx, fromText, -1); err != nil {
				return err
			}
			if err := countSigners(tx, to.ID, 1); err != nil {
				return err
			}
		}
		return addPending(tx, entry)
	})
}

// countSigners brings the count of a text's signers up to date.
func countSigners(tx *Tx, textID string, by int64) error {
	_, err := tx.Exec(`UPDATE letter_text SET signers = signers + $2 WHERE id = $1`, textID, by)
	return err
}

// QueueRevised keeps its promise in signature.Store.
func (db *DB) QueueRevised(ctx context.Context, letterID, lang, newest, after string, limit int, at time.Time) (last string, n int, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		last, n = after, 0
		var ids []string
		var id string
		err := each(tx, []any{&id}, func() error {
			ids = append(ids, id)
			return nil
		}, `SELECT s.id FROM signature s JOIN letter_text t ON t.id = s.text_id
			WHERE s.letter_id = $1 AND t.lang = $2 AND s.text_id <> $3 AND s.id > $4 AND s.state = 'standing'
			AND EXISTS (SELECT 1 FROM vault WHERE signature_id = s.id) ORDER BY s.id LIMIT $5`, letterID, lang, newest, after, limit)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := queueMail(tx, signature.MailRevised, id, id, at); err != nil {
				return err
			}
			last, n = id, n+1
		}
		return nil
	})
	return last, n, err
}
