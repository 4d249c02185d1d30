package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pliego/internal/account"
	"pliego/internal/followup"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// A draft becomes public by one transaction, once, when the rules hold: whatever
// the caller says.
func TestDraftIsPublishedOnceByTheRules(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx, h := context.Background(), newHouse(t, cfg)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		keep := func(id string, item *followup.Item) *followup.Draft {
			t.Helper()
			h.must(h.db.AddDrafts(ctx, []*followup.Draft{{ID: id, LetterID: l.ID, Item: item, EnteredBy: "a", CreatedAt: recordedOn}}))
			d, err := h.db.DraftByID(ctx, l.ID, id)
			h.must(err)
			return d
		}
		verdict := aVerdict("x/1", followup.Limited)
		verdict.Version, verdict.Reason = 1, ""
		d := keep("d1", verdict)
		if d.Item.ID != "x/1" || d.Item.Kind != followup.Assessment || d.Item.Addressee != "ury" || d.Item.Version != 1 || d.State != followup.DraftWritten || d.EnteredBy != "a" {
			t.Fatalf("read back: %+v %+v", d, d.Item)
		}
		publish := func(d *followup.Draft, by string, now time.Time) error {
			item := *d.Item
			item.RecordedBy = "a"
			return h.db.PublishDraft(ctx, l.Slug, d, &item, by, now)
		}
		later := recordedOn.Add(followup.PreviewWithin)
		refused := func(what string, err error) {
			t.Helper()
			if !errors.Is(err, followup.ErrChanged) {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("a draft that was not shown", publish(d, "b", later))
		h.must(h.db.ShowDraft(ctx, d, recordedOn))
		refused("another revision", h.db.RewriteDraft(ctx, d))
		stale := d
		d, err = h.db.DraftByID(ctx, l.ID, "d1")
		h.must(err)
		refused("what the addressee can see is rewritten", h.db.RewriteDraft(ctx, d))
		d.Item.Reply = &followup.Said{Text: "Not so.", Lang: "en", On: "2026-11-25"}
		other := *d
		elsewhere := *d.Item
		elsewhere.Addressee, other.Item = "bra", &elsewhere
		refused("a reply of another addressee", h.db.ReplyToDraft(ctx, &other))
		h.must(h.db.ReplyToDraft(ctx, d))
		refused("who has not read the reply", publish(d, "b", later))
		refused("long ago", publish(stale, "b", later))
		d, err = h.db.DraftByID(ctx, l.ID, "d1")
		h.must(err)
		refused("too early", publish(d, "b", later.Add(-time.Millisecond)))
		h.must(h.db.AddPerson(ctx, &account.Person{ID: "c", Role: account.Reviewer, Lang: "es", CreatedAt: recordedOn, LinkUntil: later}, []byte("c"), []byte("c"), false, account.Line{ID: "1", PersonID: "c", Act: "x"}))
		if alone, err := h.db.AloneAtRecord(ctx, "a"); err != nil || !alone {
			t.Errorf("alone while the other has never entered: %v %v", alone, err)
		}
		h.must(h.db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE person SET entered_at = 1 WHERE id = 'c'`)
			return err
		}))
		if alone, err := h.db.AloneAtRecord(ctx, "a"); err != nil || alone {
			t.Errorf("alone, with another: %v %v", alone, err)
		}
		refused("who entered it, while another could", publish(d, "a", later))
		if n := rows(h, `SELECT count(*) FROM record`) + rows(h, `SELECT count(*) FROM citation`); n != 0 {
			t.Errorf("%d rows of what was refused", n)
		}
		if r, err := h.db.RecordOf(ctx, l.ID); err != nil || len(r) != 0 {
			t.Errorf("a draft is read with the record: %v %v", r, err)
		}
		weak := *d.Item
		weak.Citations = nil
		if err := h.db.PublishDraft(ctx, l.Slug, d, &weak, "c", later); !errors.Is(err, followup.ErrNoCitation) {
			t.Errorf("a verdict without a source: %v", err)
		}
		h.must(publish(d, "c", later))
		refused("twice", publish(d, "c", later))
		refused("dropped after all", h.db.DropDraft(ctx, d, "c", later))
		r, err := h.db.RecordOf(ctx, l.ID)
		h.must(err)
		if len(r) != 1 || r[0].Reply == nil || r[0].Reply.Text != "Not so." || !r[0].RecordedAt.Equal(later) {
			t.Errorf("on record: %+v", r)
		}
		h.sequence()
		if n := rows(h, `SELECT count(*) FROM ledger_entry WHERE kind = 'assessment'`); n != 1 {
			t.Errorf("%d entries in the ledger", n)
		}

		// Whoever is alone may; a correction of what was corrected meanwhile may not.
		h.must(h.db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE person SET ended_at = 1 WHERE id = 'c'`)
			return err
		}))
		again := aLaw("x/2", followup.Toward)
		again.Version = 2
		again.Reason = "Better."
		d = keep("d2", again)
		h.must(h.db.ShowDraft(ctx, d, later))
		d, err = h.db.DraftByID(ctx, l.ID, "d2")
		h.must(err)
		if err := publish(d, "a", later); !errors.Is(err, followup.ErrChanged) {
			t.Errorf("a second version without a first: %v", err)
		}
		if d, err = h.db.DraftByID(ctx, l.ID, "d2"); err != nil || d.State != followup.DraftShown {
			t.Errorf("the draft is lost with what was refused: %+v %v", d, err)
		}
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{aLaw("x/2", followup.Against)}, later))
		h.must(publish(d, "a", later))
		for _, addressee := range []string{"", "ury"} {
			if list, err := h.db.Drafts(ctx, l.ID, addressee); err != nil || len(list) != 0 {
				t.Errorf("drafts that are still open: %v %v", list, err)
			}
		}
	})
}

// What stands beside the record only grows too, and no opinion stands without a
// source.
func TestWhatStandsBesideTheRecordOnlyGrows(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx, h := context.Background(), newHouse(t, cfg)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		o := &followup.Opinion{ID: "o1", LetterID: l.ID, SignatureID: "s", At: recordedOn, Item: aVerdict("", followup.Limited)}
		h.must(h.db.FileOpinion(ctx, o))
		o.Item.Citations = nil
		if err := h.db.FileOpinion(ctx, o); !errors.Is(err, followup.ErrNoCitation) {
			t.Errorf("an opinion without a source: %v", err)
		}
		o.Item = aLaw("", followup.Toward)
		if err := h.db.FileOpinion(ctx, o); err == nil {
			t.Error("a law is an opinion")
		}
		h.must(h.db.AddLook(ctx, l.ID, l.Slug, followup.Look{Cell: followup.Cell{Addressee: "ury", Ask: "use"}, At: recordedOn, By: "a"}))
		d := &followup.Draft{ID: "d", LetterID: l.ID, Item: aLaw("x", followup.Toward), EnteredBy: "a", CreatedAt: recordedOn, Revision: 1}
		h.must(h.db.AddDrafts(ctx, []*followup.Draft{d}))
		h.must(h.db.DropDraft(ctx, d, "a", recordedOn))
		for _, query := range []string{
			`UPDATE record_opinion SET value = 'complete'`, `UPDATE record_look SET at = 0`, `DELETE FROM record_look`,
			`UPDATE record_draft SET state = 'shown', shown_at = 1`,
			`INSERT INTO record_opinion (id, letter_id, signature_id, addressee, ask, at, value, source, body) SELECT 'o2', letter_id, 's', 'ury', 'use', 1, 'complete', '', '{}' FROM record_opinion`,
		} {
			err := h.db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(query)
				return err
			})
			if err == nil {
				t.Errorf("%s is done", query)
			} else if strings.HasPrefix(query, "DELETE") && !strings.Contains(err.Error(), "only grows") {
				t.Errorf("%s: %v", query, err)
			}
		}
		looks, err := h.db.Looks(ctx, l.ID)
		if err != nil || len(looks) != 1 || looks[0].By != "a" || !looks[0].At.Equal(recordedOn) {
			t.Errorf("%v %v", looks, err)
		}
		h.sequence()
		if n := rows(h, `SELECT count(*) FROM ledger_entry WHERE kind = 'assessment'`); n != 1 {
			t.Errorf("%d entries in the ledger", n)
		}
		if n := rows(h, `SELECT count(*) FROM record_opinion`); n != 1 {
			t.Errorf("%d opinions", n)
		}
	})
}
