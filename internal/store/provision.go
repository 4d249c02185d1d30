package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
)

// MergeProvisions brings what forums adopted to what a pack holds: new points are
// added, those that differ become further versions for the reason given, and those
// whose IDs begin with the prefix and that are there no more are taken down. The
// versions of the letters concerned grow. It returns how many versions it wrote.
func (db *DB) MergeProvisions(ctx context.Context, prefix, reason string, list []*dialogue.Provision, now time.Time) (written int, err error) {
	if prefix == "" {
		return 0, fmt.Errorf("merge provisions: the prefix of their IDs is missing")
	}
	has, err := db.Provisions(ctx)
	if err != nil {
		return 0, err
	}
	old := map[string]*dialogue.Provision{}
	for _, p := range has {
		old[p.ID] = p
	}
	type row struct {
		*dialogue.Provision
		place int
		body  string
	}
	var write []row
	add := func(p *dialogue.Provision, place int) error {
		p.RecordedAt = now
		if err := p.Check(); err != nil {
			return fmt.Errorf("provision %s: %w", p.ID, err)
		}
		body, err := json.Marshal(p)
		write = append(write, row{p, place, string(body)})
		return err
	}
	kept := map[string]bool{}
	for place, p := range list {
		kept[p.ID], p.Version = true, 1
		if before := old[p.ID]; before != nil {
			same, err := sameProvision(before, p)
			if err != nil {
				return 0, err
			}
			if same {
				continue
			}
			p.Version, p.Reason = before.Version+1, reason
		}
		if err := add(p, place); err != nil {
			return 0, err
		}
	}
	for _, p := range has {
		if strings.HasPrefix(p.ID, prefix) && !kept[p.ID] && !p.TakenDown {
			gone := &dialogue.Provision{ID: p.ID, Version: p.Version + 1, Forum: p.Forum, LetterID: p.LetterID, RecordedBy: p.RecordedBy, Reason: reason, TakenDown: true}
			if err := add(gone, 0); err != nil {
				return 0, err
			}
		}
	}
	if len(write) == 0 {
		return 0, nil
	}
	err = db.Write(ctx, func(tx *Tx) error {
		letters := map[string]bool{}
		gone := map[string]map[string]string{} // what was taken down, by letter
		for _, p := range write {
			var corrects any
			if p.Version > 1 {
				corrects = p.Version - 1
			}
			n, err := changed(tx.Exec(`INSERT INTO provision (id, version, corrects, forum_key, letter_id, recorded_at, recorded_by, reason, taken_down, place, body)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
				p.ID, p.Version, corrects, p.Forum, p.LetterID, millis(p.RecordedAt), p.RecordedBy, p.Reason, flag(p.TakenDown), p.place, p.body))
			if err != nil {
				return err
			}
			if n == 0 { // somebody else recorded this version in between
				return followup.ErrChanged
			}
			letters[p.LetterID] = true
			if p.TakenDown {
				if gone[p.LetterID] == nil {
					gone[p.LetterID] = map[string]string{}
				}
				gone[p.LetterID][p.ID] = p.Reason
			}
		}
		for id, what := range gone {
			if err := reissueEditions(tx, id, what, now); err != nil {
				return err
			}
		}
		for id := range letters {
			if err := bumpLetter(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("record provisions: %w", err)
	}
	return len(write), nil
}

func sameProvision(a, b *dialogue.Provision) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	if err != nil {
		return false, err
	}
	return !a.TakenDown && a.Forum == b.Forum && a.LetterID == b.LetterID && string(x) == string(y), nil
}

// Provisions reads the newest version of each provision, by forum and in their
// order; those taken down are stubs with their reason.
func (db *DB) Provisions(ctx context.Context) (list []*dialogue.Provision, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var p dialogue.Provision
		var at, down int64
		var body string
		return each(tx, []any{&p.ID, &p.Version, &p.Forum, &p.LetterID, &at, &p.RecordedBy, &p.Reason, &down, &body}, func() error {
			one := dialogue.Provision{ID: p.ID, Version: p.Version, Forum: p.Forum, LetterID: p.LetterID,
				RecordedAt: fromMillis(at), RecordedBy: p.RecordedBy, Reason: p.Reason, TakenDown: down == 1}
			if !one.TakenDown {
				if err := json.Unmarshal([]byte(body), &one); err != nil {
					return fmt.Errorf("%s, version %d: %w", one.ID, one.Version, err)
				}
			}
			list = append(list, &one)
			return nil
		}, `SELECT id, version, forum_key, letter_id, recorded_at, recorded_by, reason, taken_down, body FROM provision p
			WHERE NOT EXISTS (SELECT 1 FROM provision q WHERE q.id = p.id AND q.version > p.version) ORDER BY forum_key, place, id`)
	})
	if err != nil {
		return nil, fmt.Errorf("read what forums adopted: %w", err)
	}
	return list, nil
}
