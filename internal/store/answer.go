package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pliego/internal/followup"
)

// AnswerLink is what an addressee's link is made of; it is there from when it is
// first asked for. With renew the links made before end.
func (db *DB) AnswerLink(ctx context.Context, letterID, addressee string, renew bool) (id string, generation int, err error) {
	fresh, err := uuid.NewV7()
	if err != nil {
		return "", 0, fmt.Errorf("make a link for an answer: %w", err)
	}
	more := 0
	if renew {
		more = 1
	}
	err = db.Write(ctx, func(tx *Tx) error {
		return tx.QueryRow(`INSERT INTO answer_link (id, letter_id, addressee, generation) VALUES ($1, $2, $3, 1)
			ON CONFLICT (letter_id, addressee) DO UPDATE SET generation = answer_link.generation + $4 RETURNING id, generation`,
			fresh.String(), letterID, addressee, more).Scan(&id, &generation)
	})
	if err != nil {
		return "", 0, fmt.Errorf("make a link for an answer: %w", err)
	}
	return id, generation, nil
}

// AnswerLinkOf finds whose a link is; followup.ErrReplyUnknown for one that ended.
func (db *DB) AnswerLinkOf(ctx context.Context, id string, generation int) (letterID, addressee string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT letter_id, addressee FROM answer_link WHERE id = $1 AND generation = $2`, id, generation).Scan(&letterID, &addressee)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", followup.ErrReplyUnknown
	}
	return letterID, addressee, err
}

// mostAnswers bounds what one addressee may have waiting.
const mostAnswers = 20

// KeepAnswer keeps an answer as it came. It fails with followup.ErrReply when too
// many of the addressee's wait.
func (db *DB) KeepAnswer(ctx context.Context, r *followup.Reply, file []byte) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	var content any
	if len(file) > 0 {
		content = file
	}
	err = db.Write(ctx, func(tx *Tx) error {
		var waiting int
		if err := tx.QueryRow(`SELECT count(*) FROM answer WHERE letter_id = $1 AND addressee = $2 AND decided_at = 0`, r.LetterID, r.Addressee).Scan(&waiting); err != nil {
			return err
		}
		if waiting >= mostAnswers {
			return fmt.Errorf("%w: %d wait to be looked at", followup.ErrReply, waiting)
		}
		_, err := tx.Exec(`INSERT INTO answer (id, letter_id, addressee, created_at, decided_at, published, body, file, file_hash) VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7)`,
			r.ID, r.LetterID, r.Addressee, millis(r.CreatedAt), string(body), content, r.FileHash)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	return nil
}

// DecideAnswer notes what became of an answer that waits. It fails with
// followup.ErrReplyUnknown when it does not wait any more.
func (db *DB) DecideAnswer(ctx context.Context, r *followup.Reply, published bool, now time.Time) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("decide about an answer: %w", err)
	}
	err = db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE answer SET decided_at = $3, published = $4, body = $5 WHERE id = $1 AND letter_id = $2 AND decided_at = 0`,
			r.ID, r.LetterID, millis(now), flag(published), string(body)))
		if err == nil && n == 0 {
			return followup.ErrReplyUnknown
		}
		if err != nil {
			return err
		}
		return bumpLetter(tx, r.LetterID)
	})
	if err != nil {
		return fmt.Errorf("decide about an answer: %w", err)
	}
	return nil
}

// Answers are those of a letter, or (addressee not "") of one addressee, the oldest
// first, without their files.
func (db *DB) Answers(ctx context.Context, letterID, addressee string) (list []*followup.Reply, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var r followup.Reply
		var created, decided, published int64
		var body string
		return each(tx, []any{&r.ID, &r.Addressee, &created, &decided, &published, &body, &r.FileHash}, func() error {
			one := followup.Reply{}
			if err := json.Unmarshal([]byte(body), &one); err != nil {
				return err
			}
			one.ID, one.LetterID, one.Addressee, one.FileHash = r.ID, letterID, r.Addressee, r.FileHash
			one.CreatedAt, one.DecidedAt, one.Published = fromMillis(created), fromMillis(decided), published == 1
			list = append(list, &one)
			return nil
		}, `SELECT id, addressee, created_at, decided_at, published, body, file_hash FROM answer
			WHERE letter_id = $1 AND (addressee = $2 OR CAST($2 AS TEXT) = '') ORDER BY created_at, id`, letterID, addressee)
	})
	if err != nil {
		return nil, fmt.Errorf("read the answers to a letter: %w", err)
	}
	return list, nil
}

// AnswerFile is the file that came with an answer; followup.ErrReplyUnknown for none.
func (db *DB) AnswerFile(ctx context.Context, letterID, id string) (file []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT file FROM answer WHERE id = $1 AND letter_id = $2 AND file IS NOT NULL`, id, letterID).Scan(&file)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, followup.ErrReplyUnknown
	}
	return file, err
}
