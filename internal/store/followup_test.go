package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pliego/internal/followup"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

var recordedOn = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func aLaw(id string, d followup.Direction) *followup.Item {
	return &followup.Item{ID: id, Kind: followup.Action, Addressee: "ury", Asks: []string{"use"}, Date: "2014-05-06", Action: followup.Law, Direction: d,
		Title: followup.Words{"en": "A law", "es": "Una ley"}, RecordedBy: "pack:example",
		Citations: []followup.Citation{{URL: "https://example.org/law", Publisher: "Example Gazette", Grade: followup.Official, Confidence: followup.Seen}}}
}

func aVerdict(id string, v followup.Value) *followup.Item {
	i := aLaw(id, "")
	i.Kind, i.Action, i.Title, i.Track, i.Value, i.Rubric = followup.Assessment, "", nil, followup.TrackEvidenced, v, 1
	return i
}

func TestRecordReadsBackInEveryVersion(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx, h := context.Background(), newHouse(t, cfg)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{aLaw("x/1", followup.Toward), aVerdict("x/2", followup.Substantial)}, recordedOn))
		better := aLaw("x/1", followup.Against)
		better.Version, better.Reason = 2, "The first reading was wrong."
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{better}, recordedOn.Add(time.Hour)))
		again := aLaw("x/1", followup.Against)
		again.Version, again.Reason = 2, "Somebody else corrects it too."
		if err := h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{again}, recordedOn.Add(time.Hour)); !errors.Is(err, followup.ErrChanged) {
			t.Errorf("two corrections of one version: %v", err)
		}
		r, err := h.db.RecordOf(ctx, l.ID)
		h.must(err)
		if len(r) != 3 {
			t.Fatalf("%d versions", len(r))
		}
		law := r[0]
		if law.ID != "x/1" || law.Title["es"] != "Una ley" || law.Citations[0].Publisher != "Example Gazette" || !law.RecordedAt.Equal(recordedOn) || law.RecordedBy != "pack:example" {
			t.Errorf("%+v", law)
		}
		asks := []string{"use"}
		at := followup.Cell{Addressee: "ury", Ask: "use"}
		if c := r.As(recordedOn, recordedOn).Cells(asks)[at]; c.Toward != 1 || c.Tracks[followup.TrackEvidenced].Value != followup.Substantial {
			t.Errorf("as first known: %+v", c)
		}
		if c := r.As(recordedOn, recordedOn.Add(2*time.Hour)).Cells(asks)[at]; c.Toward != 0 || c.Against != 1 {
			t.Errorf("as known now: %+v", c)
		}
		h.sequence()
		if n := rows(h, `SELECT count(*) FROM ledger_entry WHERE kind IN ('action', 'assessment')`); n != 3 {
			t.Errorf("%d entries in the ledger", n)
		}
		down := &followup.Item{ID: "x/1", Version: 3, Kind: followup.Action, Addressee: "ury", Reason: "A court ordered it.", TakenDown: true}
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{down}, recordedOn.Add(3*time.Hour)))
		h.sequence()
		if n := rows(h, `SELECT count(*) FROM ledger_entry WHERE subject = 'x/1' AND record IS NOT NULL`); n != 1 {
			t.Errorf("%d openings of what was taken down", n)
		}
	})
}

// No statement changes what was recorded, and none writes a verdict without its
// sources, whoever has the database open.
func TestTablesOfTheRecordOnlyGrow(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx, h := context.Background(), newHouse(t, cfg)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{aLaw("x/1", followup.Toward), aVerdict("x/2", followup.Limited)}, recordedOn))
		refused := func(want, query string, args ...any) {
			t.Helper()
			err := h.db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(query, args...)
				return err
			})
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), want) {
				t.Errorf("%s: %v", query, err)
			}
		}
		refused("only grows", `UPDATE record SET value = 'complete' WHERE id = 'x/2'`)
		refused("only grows", `UPDATE record SET recorded_at = 0`)
		refused("only grows", `DELETE FROM record WHERE id = 'x/1'`)
		refused("only grows", `UPDATE citation SET url = 'https://example.org/other'`)
		refused("only grows", `DELETE FROM citation`)
		refused("only grows", `INSERT INTO citation (id, version, n, url, publisher, grade, confidence) VALUES ('x/2', 1, 9, 'https://example.org', 'x', 'official', 'seen')`)
		const insert = `INSERT INTO record (id, version, corrects, kind, letter_id, addressee, recorded_at, recorded_by, reason, taken_down, track, value, rubric, cited, body)
			VALUES ($1, $2, $3, 'assessment', $4, 'ury', $5, 'x', $6, 0, 'evidenced', $7, $8, $9, '{}')`
		now := recordedOn.UnixMilli()
		refused("", insert, "x/3", 1, nil, l.ID, now, "", "limited", 1, nil)  // no citation
		refused("", insert, "x/3", 1, nil, l.ID, now, "", "limited", 1, 1)    // a citation that is not there
		refused("", insert, "x/2", 3, 2, l.ID, now, "again", "limited", 1, 1) // a version is left out
		cite := func(id string, version int, grade, publisher, confidence string) {
			h.must(h.db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(`INSERT INTO citation (id, version, n, url, publisher, grade, confidence) VALUES ($1, $2, 1, 'https://example.org', $3, $4, $5)`,
					id, version, publisher, grade, confidence)
				return err
			}))
		}
		cite("x/4", 1, "press", "one", "seen")
		refused("constraint", insert, "x/4", 1, nil, l.ID, now, "", "limited", 0, 1) // no rubric
		refused("two independent", insert, "x/4", 1, nil, l.ID, now, "", "reversed", 1, 1)
		cite("x/5", 1, "official", "one", "memory")
		refused("was read", insert, "x/5", 1, nil, l.ID, now, "", "limited", 1, 1)
		cite("x/2", 2, "official", "one", "seen")
		refused("constraint", insert, "x/2", 2, 1, l.ID, now, "", "complete", 1, 1) // no reason
		refused("before what it corrects", insert, "x/2", 2, 1, l.ID, now-1, "better", "complete", 1, 1)
		if r, err := h.db.RecordOf(ctx, l.ID); err != nil || len(r) != 2 {
			t.Errorf("%d versions at the end, %v", len(r), err)
		}
	})
}

func TestMergingARecordWritesOnlyWhatChanged(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx, h := context.Background(), newHouse(t, cfg)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		merge := func(want int, items ...*followup.Item) {
			t.Helper()
			n, err := h.db.MergeRecord(ctx, l.ID, l.Slug, "example/", "The pack has changed.", items, recordedOn)
			if err != nil || n != want {
				t.Errorf("%d versions written, want %d: %v", n, want, err)
			}
		}
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{aLaw("somebody/1", followup.Toward)}, recordedOn))
		merge(2, aLaw("example/1", followup.Toward), aVerdict("example/2", followup.Limited))
		merge(0, aLaw("example/1", followup.Toward), aVerdict("example/2", followup.Limited))
		merge(1, aLaw("example/1", followup.Against), aVerdict("example/2", followup.Limited))
		merge(1, aLaw("example/1", followup.Against))
		merge(1, aLaw("example/1", followup.Against), aVerdict("example/2", followup.Limited)) // it comes back
		merge(0, aLaw("example/1", followup.Against), aVerdict("example/2", followup.Limited))
		if n := rows(h, `SELECT count(*) FROM record WHERE id = 'somebody/1'`); n != 1 {
			t.Error("what others recorded was touched")
		}
	})
}

func rows(h *house, query string) (n int) {
	h.must(h.db.Read(context.Background(), func(tx *store.Tx) error { return tx.QueryRow(query).Scan(&n) }))
	return n
}
