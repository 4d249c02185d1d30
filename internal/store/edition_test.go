package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pliego/internal/followup"
	"pliego/internal/followup/edition"
	"pliego/internal/letter"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// An edition says for ever what it said, whatever becomes of the record; what is
// taken down leaves it too, in a further issue.
func TestEditionsAreFrozen(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx, h := context.Background(), newHouse(t, cfg)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		l.Date = "2013-11-19"
		l.Addressees = []letter.Addressee{{Key: "ury", Country: "UY"}}
		l.Texts = []letter.Text{{Lang: "es", Title: "Carta", Asks: []letter.Ask{{Key: "use", Title: "Uso"}}}}
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{aLaw("x/1", followup.Toward), aVerdict("x/2", followup.Substantial)}, recordedOn))
		at := followup.Cell{Addressee: "ury", Ask: "use"}
		make := func(previous *edition.Edition, now time.Time) *edition.Edition {
			t.Helper()
			e, err := edition.Make(ctx, h.db, l, edition.Choice{}, previous, now)
			h.must(err)
			return e
		}
		first := make(nil, recordedOn.Add(time.Hour))
		h.must(h.db.AddEdition(ctx, l.ID, first, "pack:example"))
		if err := h.db.AddEdition(ctx, l.ID, make(nil, recordedOn.Add(time.Hour)), "pack:example"); !errors.Is(err, edition.ErrTaken) {
			t.Errorf("a second edition 1: %v", err)
		}
		_, hash, err := h.db.Edition(ctx, l.ID, 1)
		h.must(err)

		reversed := aVerdict("x/2", followup.Reversed)
		reversed.Version, reversed.Reason = 2, "It was read again."
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{reversed, aLaw("x/3", followup.Against)}, recordedOn.Add(2*time.Hour)))
		was, same, err := h.db.Edition(ctx, l.ID, 1)
		h.must(err)
		if same != hash || was.Cells()[at].Tracks[followup.TrackEvidenced].Value != followup.Substantial || was.Cells()[at].Against != 0 {
			t.Error("edition 1 changed with the record")
		}
		second := make(was, recordedOn.Add(3*time.Hour))
		if len(second.Changes) != 1 || second.Changes[0].Was != followup.Substantial || second.Changes[0].Is != followup.Reversed || len(second.Added) != 1 || second.Added[0] != "x/3" {
			t.Errorf("since edition 1: %+v, added %v", second.Changes, second.Added)
		}
		h.must(h.db.AddEdition(ctx, l.ID, second, "command"))

		file := store.EditionFile{LetterID: l.ID, Number: 1, Issue: 1, Lang: "es", Format: "pdf", Hash: strings.Repeat("a", 64), IssuedAt: recordedOn, Body: []byte("first")}
		kept, err := h.db.KeepEditionFile(ctx, file)
		h.must(err)
		file.Body, file.Hash = []byte("another"), strings.Repeat("b", 64)
		if kept, err = h.db.KeepEditionFile(ctx, file); err != nil || string(kept.Body) != "first" {
			t.Errorf("a file set again gave %q, %v", kept.Body, err)
		}

		down := &followup.Item{ID: "x/1", Version: 2, Kind: followup.Action, Addressee: "ury", Reason: "A court ordered it.", TakenDown: true}
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{down}, recordedOn.Add(4*time.Hour)))
		list, err := h.db.Editions(ctx, l.ID)
		h.must(err)
		if len(list) != 2 || list[0].Number != 2 || list[0].Issue != 2 || list[1].Issue != 2 || list[1].Reason != "A court ordered it." || list[1].Hash == hash {
			t.Errorf("after something was taken down: %+v", list)
		}
		again, _, err := h.db.Edition(ctx, l.ID, 1)
		h.must(err)
		body, err := again.Body()
		h.must(err)
		if strings.Contains(string(body), "Una ley") || again.Cells()[at].Toward != 0 || len(again.Items) != len(was.Items) {
			t.Errorf("the new issue of edition 1 says %s", body)
		}
		if _, err := h.db.EditionFileOf(ctx, l.ID, 1, 1, "es", "pdf"); !errors.Is(err, edition.ErrNotFound) {
			t.Errorf("the file with what was taken down: %v", err)
		}
		if known, err := h.db.EditionFilesByHash(ctx, strings.Repeat("a", 64)); err != nil || len(known) != 1 || known[0].ReplacedAt.IsZero() {
			t.Errorf("the old file's hash: %+v, %v", known, err)
		}
		file.Issue = 1
		if _, err := h.db.KeepEditionFile(ctx, file); !errors.Is(err, edition.ErrNotFound) {
			t.Errorf("a file of the old issue: %v", err)
		}
		h.sequence()
		if n := rows(h, `SELECT count(*) FROM ledger_entry WHERE kind = 'edition'`); n != 4 {
			t.Errorf("%d entries in the ledger for two editions in two issues", n)
		}
		for _, statement := range []string{`UPDATE edition SET body = ''`, `DELETE FROM edition`} {
			if err := h.db.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(statement); return err }); err == nil {
				t.Errorf("%s went through", statement)
			}
		}
		for _, c := range []edition.Choice{{On: "2030-01-01"}, {From: "2020-01-01", On: "2019-01-01"}, {On: "never"}} {
			if _, err := edition.Make(ctx, h.db, l, c, nil, recordedOn); !errors.Is(err, edition.ErrPeriod) {
				t.Errorf("%+v: %v", c, err)
			}
		}
		if _, err := edition.Make(ctx, h.db, l, edition.Choice{Asks: []string{"none"}}, nil, recordedOn); !errors.Is(err, edition.ErrNothing) {
			t.Errorf("an ask that is none: %v", err)
		}
	})
}
