package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"pliego/internal/followup"
	"pliego/internal/ledger"
	"pliego/internal/signature"
)

// What bounds those who speak from outside the desk.
const (
	mostContests = 20 // of one addressee or signatory that wait
	mostOpinions = 50 // of one signatory about one cell
)

// FileContest keeps a contest until a coordinator has looked at it. It fails with
// followup.ErrContest when enough of the same wait.
func (db *DB) FileContest(ctx context.Context, f *followup.Filed) error {
	body, err := json.Marshal(f.Contest)
	if err != nil {
		return fmt.Errorf("keep a contest: %w", err)
	}
	err = db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`INSERT INTO record_contest (id, letter_id, item, addressee, signature_id, created_at, decided_at, published, body)
			SELECT $1, $2, $3, $4, $5, $6, 0, 0, $7 WHERE (SELECT count(*) FROM record_contest WHERE letter_id = $2 AND addressee = $4 AND signature_id = $5 AND decided_at = 0) < $8`,
			f.ID, f.LetterID, f.Item, f.Addressee, f.SignatureID, millis(f.CreatedAt), string(body), mostContests))
		if err == nil && n == 0 {
			return fmt.Errorf("%w: %d wait to be looked at", followup.ErrContest, mostContests)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a contest: %w", err)
	}
	return nil
}

// Contests are those of a letter's record that wait, the oldest first.
func (db *DB) Contests(ctx context.Context, letterID string) (list []*followup.Filed, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var f followup.Filed
		var id, body string
		var created int64
		return each(tx, []any{&id, &f.Item, &f.Addressee, &f.SignatureID, &created, &body}, func() error {
			one := followup.Filed{LetterID: letterID, Item: f.Item, Addressee: f.Addressee, SignatureID: f.SignatureID, CreatedAt: fromMillis(created)}
			if err := json.Unmarshal([]byte(body), &one.Contest); err != nil {
				return fmt.Errorf("contest %s: %w", id, err)
			}
			list = append(list, &one)
			return nil
		}, `SELECT id, item, addressee, signature_id, created_at, body FROM record_contest WHERE letter_id = $1 AND decided_at = 0 ORDER BY created_at, id LIMIT 500`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("list contests: %w", err)
	}
	return list, nil
}

// DecideContest closes a contest that waits; with shown it also writes the version
// of the item that shows it (followup.Record.Contested), in the same transaction.
// It fails with followup.ErrContestUnknown when it does not wait any more, and with
// followup.ErrChanged when the item is another meanwhile.
func (db *DB) DecideContest(ctx context.Context, letterID, slug, id string, shown *followup.Item, now time.Time) error {
	var rows []itemRow
	if shown != nil {
		var err error
		if rows, err = newItemRows(letterID, slug, []*followup.Item{shown}, now); err != nil {
			return err
		}
	}
	err := db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE record_contest SET decided_at = $3, published = $4 WHERE id = $1 AND letter_id = $2 AND decided_at = 0`, id, letterID, millis(now), flag(shown != nil)))
		if err == nil && n == 0 {
			return followup.ErrContestUnknown
		}
		if err != nil || shown == nil {
			return err
		}
		return appendRows(tx, letterID, rows, now)
	})
	if err != nil {
		return fmt.Errorf("decide about a contest: %w", err)
	}
	return nil
}

// FileOpinion adds what a signatory judges of a cell. It fails with the rule that
// the opinion breaks, and with followup.ErrManyOpinions.
func (db *DB) FileOpinion(ctx context.Context, o *followup.Opinion) error {
	if err := o.Check(); err != nil {
		return err
	}
	body, err := json.Marshal(o.Item)
	if err != nil {
		return fmt.Errorf("keep an opinion: %w", err)
	}
	source := ""
	for _, c := range o.Item.Citations {
		if c.Confidence == followup.Seen && source == "" {
			source = c.URL
		}
	}
	err = db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`INSERT INTO record_opinion (id, letter_id, signature_id, addressee, ask, at, value, source, body)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE (SELECT count(*) FROM record_opinion WHERE letter_id = $2 AND signature_id = $3 AND addressee = $4 AND ask = $5) < $10`,
			o.ID, o.LetterID, o.SignatureID, o.Item.Addressee, o.Item.Asks[0], millis(o.At), o.Item.Value, source, string(body), mostOpinions))
		if err == nil && n == 0 {
			return followup.ErrManyOpinions
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keep an opinion: %w", err)
	}
	return nil
}

// Opinions are the newest of each signatory organisation whose signature stands, as
// far as known then, about one addressee and (ask not "") one ask; of one signature
// when it is named.
func (db *DB) Opinions(ctx context.Context, letterID, addressee, ask, signatureID string, known time.Time) (list []*followup.Opinion, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		newest := map[string]int{}
		var o followup.Opinion
		var at, number int64
		var key, body string
		return each(tx, []any{&o.ID, &o.SignatureID, &number, &key, &at, &body}, func() error {
			one := followup.Opinion{ID: o.ID, LetterID: letterID, SignatureID: o.SignatureID, Number: number, At: fromMillis(at), Item: &followup.Item{}}
			if err := json.Unmarshal([]byte(body), one.Item); err != nil {
				return fmt.Errorf("opinion %s: %w", o.ID, err)
			}
			one.Item.Kind, one.Item.Addressee = followup.Assessment, addressee
			if n, ok := newest[o.SignatureID+" "+key]; ok {
				list[n] = &one
				return nil
			}
			newest[o.SignatureID+" "+key] = len(list)
			list = append(list, &one)
			return nil
		}, `SELECT o.id, o.signature_id, coalesce(s.number, 0), o.ask, o.at, o.body FROM record_opinion o JOIN signature s ON s.id = o.signature_id
			WHERE o.letter_id = $1 AND o.addressee = $2 AND (CAST($3 AS TEXT) = '' OR o.ask = $3) AND (CAST($4 AS TEXT) = '' OR o.signature_id = $4) AND o.at <= $5
			AND s.state = $6 AND s.kind = $7 ORDER BY o.at, o.id`, letterID, addressee, ask, signatureID, millis(known), signature.Standing, signature.Organisation)
	})
	if err != nil {
		return nil, fmt.Errorf("read the opinions of signatories: %w", err)
	}
	return list, nil
}

// AddLook records that somebody looked at a cell and found nothing changed, with
// its ledger entry.
func (db *DB) AddLook(ctx context.Context, letterID, slug string, l followup.Look) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("name a look: %w", err)
	}
	entry, err := ledger.NewPending(ledger.AssessmentRecorded, letterID, slug, id.String(), "", l.At, map[string]string{
		"id": id.String(), "addressee": l.Addressee, "ask": l.Ask, "nothing_changed": strconv.FormatInt(l.At.UTC().Unix(), 10),
	})
	if err != nil {
		return err
	}
	err = db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`INSERT INTO record_look (id, letter_id, addressee, ask, at, by_person) VALUES ($1, $2, $3, $4, $5, $6)`,
			id.String(), letterID, l.Addressee, l.Ask, millis(l.At), l.By); err != nil {
			return err
		}
		if err := addPending(tx, entry); err != nil {
			return err
		}
		return bumpLetter(tx, letterID)
	})
	if err != nil {
		return fmt.Errorf("record that nothing has changed: %w", err)
	}
	return nil
}

// Looks are all of a letter, the oldest first.
func (db *DB) Looks(ctx context.Context, letterID string) (list []followup.Look, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var l followup.Look
		var at int64
		return each(tx, []any{&l.Addressee, &l.Ask, &at, &l.By}, func() error {
			l.At = fromMillis(at)
			list = append(list, l)
			return nil
		}, `SELECT addressee, ask, at, by_person FROM record_look WHERE letter_id = $1 ORDER BY at, id`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("read who looked: %w", err)
	}
	return list, nil
}
