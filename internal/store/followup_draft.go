package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pliego/internal/account"
	"pliego/internal/followup"
)

// mostDrafts bounds the drafts of a letter that are open.
const mostDrafts = 5000

// ErrManyDrafts says that enough drafts of a letter are open.
var ErrManyDrafts = errors.New("enough drafts of this letter are open: publish or drop some")

// draftBody is a version of an item whole: what its JSON leaves to columns too.
type draftBody struct {
	ID, Reason, RecordedBy string
	Version                int
	Kind                   followup.Kind
	TakenDown              bool `json:",omitempty"`
	Item                   *followup.Item
}

func packDraft(i *followup.Item) (string, error) {
	b, err := json.Marshal(draftBody{i.ID, i.Reason, i.RecordedBy, i.Version, i.Kind, i.TakenDown, i})
	if err != nil {
		return "", fmt.Errorf("write a draft of %s: %w", i.ID, err)
	}
	return string(b), nil
}

// AddDrafts keeps new drafts, all or none. It fails with ErrManyDrafts.
func (db *DB) AddDrafts(ctx context.Context, list []*followup.Draft) error {
	bodies := make([]string, len(list))
	for n, d := range list {
		var err error
		if bodies[n], err = packDraft(d.Item); err != nil {
			return err
		}
	}
	err := db.Write(ctx, func(tx *Tx) error {
		for n, d := range list {
			added, err := changed(tx.Exec(`INSERT INTO record_draft (id, letter_id, addressee, state, entered_by, created_at, shown_at, decided_at, decided_by, revision, body)
				SELECT $1, $2, $3, 'written', $4, $5, 0, 0, '', 1, $6 WHERE (SELECT count(*) FROM record_draft WHERE letter_id = $2 AND decided_at = 0) < $7`,
				d.ID, d.LetterID, d.Item.Addressee, d.EnteredBy, millis(d.CreatedAt), bodies[n], mostDrafts))
			if err != nil {
				return err
			}
			if added == 0 {
				return ErrManyDrafts
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep drafts: %w", err)
	}
	return nil
}

// changeDraft runs a conditional UPDATE of one draft; followup.ErrChanged when it
// is not as the caller saw it.
func (db *DB) changeDraft(ctx context.Context, query string, args ...any) error {
	err := db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(query, args...))
		if err == nil && n == 0 {
			return followup.ErrChanged
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("change a draft: %w", err)
	}
	return nil
}

// RewriteDraft puts other words into a draft that only the desk sees. It fails with
// followup.ErrChanged when it is not at the draft's revision any more.
func (db *DB) RewriteDraft(ctx context.Context, d *followup.Draft) error {
	body, err := packDraft(d.Item)
	if err != nil {
		return err
	}
	return db.changeDraft(ctx, `UPDATE record_draft SET body = $4, addressee = $5, entered_by = $6, revision = revision + 1 WHERE id = $1 AND letter_id = $2 AND revision = $3 AND state = 'written'`,
		d.ID, d.LetterID, d.Revision, body, d.Item.Addressee, d.EnteredBy)
}

// ShowDraft lets the addressee see a draft, from now on.
func (db *DB) ShowDraft(ctx context.Context, d *followup.Draft, now time.Time) error {
	return db.changeDraft(ctx, `UPDATE record_draft SET state = 'shown', shown_at = $4, revision = revision + 1 WHERE id = $1 AND letter_id = $2 AND revision = $3 AND state = 'written'`,
		d.ID, d.LetterID, d.Revision, millis(now))
}

// TakeBackDraft takes a draft from the addressee's sight, to be written anew.
func (db *DB) TakeBackDraft(ctx context.Context, d *followup.Draft) error {
	return db.changeDraft(ctx, `UPDATE record_draft SET state = 'written', shown_at = 0, revision = revision + 1 WHERE id = $1 AND letter_id = $2 AND revision = $3 AND state = 'shown'`,
		d.ID, d.LetterID, d.Revision)
}

// DropDraft ends a draft that nobody will publish.
func (db *DB) DropDraft(ctx context.Context, d *followup.Draft, by string, now time.Time) error {
	return db.changeDraft(ctx, `UPDATE record_draft SET state = 'dropped', decided_at = $4, decided_by = $5, revision = revision + 1 WHERE id = $1 AND letter_id = $2 AND revision = $3 AND decided_at = 0`,
		d.ID, d.LetterID, d.Revision, millis(now), by)
}

// ReplyToDraft keeps what the addressee says of a draft that it can see. Whoever
// publishes it afterwards has to have read that: the revision is another.
func (db *DB) ReplyToDraft(ctx context.Context, d *followup.Draft) error {
	body, err := packDraft(d.Item)
	if err != nil {
		return err
	}
	return db.changeDraft(ctx, `UPDATE record_draft SET body = $5, revision = revision + 1 WHERE id = $1 AND letter_id = $2 AND revision = $3 AND state = 'shown' AND addressee = $4`,
		d.ID, d.LetterID, d.Revision, d.Item.Addressee, body)
}

// confirmers are the roles of those who may confirm what another entered, as SQL.
var confirmers = func() string {
	var list []string
	for _, r := range account.Roles {
		if r.May(account.ConfirmRecord) {
			list = append(list, "'"+string(r)+"'")
		}
	}
	return "(" + strings.Join(list, ", ") + ")"
}()

// othersConfirm finds whether anybody but $1 could confirm: who works at the desk in
// such a role and has entered it once.
var othersConfirm = `EXISTS (SELECT 1 FROM person WHERE id <> $1 AND ended_at = 0 AND entered_at > 0 AND role IN ` + confirmers + `)`

// AloneAtRecord tells whether nobody but a person could confirm what they enter.
func (db *DB) AloneAtRecord(ctx context.Context, person string) (alone bool, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var others int
		err := tx.QueryRow(`SELECT CASE WHEN `+othersConfirm+` THEN 1 ELSE 0 END`, person).Scan(&others)
		alone = others == 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look who could confirm a draft: %w", err)
	}
	return alone, nil
}

// PublishDraft writes the version that a draft becomes (followup.Draft.Publish) on
// the record with its ledger entry, and closes the draft, all in one transaction.
// The rules hold here once more: shown long enough, and confirmed by somebody else
// unless nobody is. It fails with followup.ErrChanged.
func (db *DB) PublishDraft(ctx context.Context, slug string, d *followup.Draft, item *followup.Item, by string, now time.Time) error {
	rows, err := newItemRows(d.LetterID, slug, []*followup.Item{item}, now)
	if err != nil {
		return err
	}
	err = db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE record_draft SET state = 'published', decided_at = $5, decided_by = $1, revision = revision + 1
			WHERE id = $2 AND letter_id = $3 AND revision = $4 AND state = 'shown' AND shown_at <= $6 AND (entered_by <> $1 OR NOT `+othersConfirm+`)`,
			by, d.ID, d.LetterID, d.Revision, millis(now), millis(now.Add(-followup.Wait(item)))))
		if err == nil && n == 0 {
			return followup.ErrChanged
		}
		if err != nil {
			return err
		}
		return appendRows(tx, d.LetterID, rows, now)
	})
	if err != nil {
		return fmt.Errorf("publish a draft of letter %s: %w", slug, err)
	}
	return nil
}

// Drafts are those of a letter that are open, the oldest first; of one addressee
// only what it can see.
func (db *DB) Drafts(ctx context.Context, letterID, addressee string) (list []*followup.Draft, err error) {
	return db.drafts(ctx, `letter_id = $1 AND decided_at = 0 AND (CAST($2 AS TEXT) = '' OR addressee = $2 AND state = 'shown') ORDER BY created_at, id`, letterID, addressee)
}

// RecordWaiting counts for each letter the drafts that are open and the contests
// that nobody has looked at.
func (db *DB) RecordWaiting(ctx context.Context) (n map[string]int, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		n = map[string]int{}
		var letterID string
		var count int
		return each(tx, []any{&letterID, &count}, func() error {
			n[letterID] += count
			return nil
		}, `SELECT letter_id, count(*) FROM record_draft WHERE decided_at = 0 GROUP BY letter_id
			UNION ALL SELECT letter_id, count(*) FROM record_contest WHERE decided_at = 0 GROUP BY letter_id`)
	})
	if err != nil {
		return nil, fmt.Errorf("count what waits for the record: %w", err)
	}
	return n, nil
}

// DraftByID gives a draft of a letter in whatever state; followup.ErrDraftUnknown
// for none.
func (db *DB) DraftByID(ctx context.Context, letterID, id string) (*followup.Draft, error) {
	list, err := db.drafts(ctx, `letter_id = $1 AND id = $2`, letterID, id)
	if err == nil && len(list) == 0 {
		return nil, followup.ErrDraftUnknown
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func (db *DB) drafts(ctx context.Context, where string, args ...any) (list []*followup.Draft, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var d followup.Draft
		var addressee, body string
		var created, shown, decided int64
		return each(tx, []any{&d.ID, &d.LetterID, &addressee, &d.State, &d.EnteredBy, &created, &shown, &decided, &d.DecidedBy, &d.Revision, &body}, func() error {
			one := d
			var b draftBody
			if err := json.Unmarshal([]byte(body), &b); err != nil {
				return fmt.Errorf("draft %s: %w", d.ID, err)
			}
			one.CreatedAt, one.ShownAt, one.DecidedAt, one.Item = fromMillis(created), fromMillis(shown), fromMillis(decided), b.Item
			b.Item.ID, b.Item.Reason, b.Item.RecordedBy, b.Item.Version, b.Item.Kind, b.Item.Addressee, b.Item.LetterID = b.ID, b.Reason, b.RecordedBy, b.Version, b.Kind, addressee, d.LetterID
			b.Item.TakenDown = b.TakenDown
			list = append(list, &one)
			return nil
		}, `SELECT id, letter_id, addressee, state, entered_by, created_at, shown_at, decided_at, decided_by, revision, body FROM record_draft WHERE `+where, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	return list, nil
}

// KeepCopy keeps an archived copy of a source under its hash.
func (db *DB) KeepCopy(ctx context.Context, letterID, hash, name string, content []byte, now time.Time) error {
	err := db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO record_copy (letter_id, hash, name, content, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, letterID, hash, name, content, millis(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a copy of a source: %w", err)
	}
	return nil
}

// CopyOf gives an archived copy; followup.ErrUnknown for none.
func (db *DB) CopyOf(ctx context.Context, letterID, hash string) (name string, content []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT name, content FROM record_copy WHERE letter_id = $1 AND hash = $2`, letterID, hash).Scan(&name, &content)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, followup.ErrUnknown
	}
	return name, content, err
}
