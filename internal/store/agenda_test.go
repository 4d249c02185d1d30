package store_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestAgendaOnlyGrows(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx, h := context.Background(), newHouse(t, cfg)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		item := func(version int, state dialogue.AgendaState) *dialogue.AgendaItem {
			i := &dialogue.AgendaItem{ID: "first-letter/agenda/a", Version: version, RecordedBy: "somebody", Ask: "use", By: dialogue.Coalition,
				Text: "Acordar umbrales.", Lang: "es", State: state, Since: "2026-11-24"}
			if version > 1 {
				i.Reason = "The meeting said so."
			}
			return i
		}
		put := func(i *dialogue.AgendaItem, at time.Time) error {
			return h.db.AppendAgenda(ctx, l.ID, l.Slug, []*dialogue.AgendaItem{i}, at)
		}
		h.must(put(item(1, dialogue.Proposed), recordedOn))
		if err := put(item(1, dialogue.Proposed), recordedOn); !errors.Is(err, dialogue.ErrAgendaChanged) {
			t.Errorf("a first version twice: %v", err)
		}
		if err := put(item(2, dialogue.Agreed), recordedOn); !errors.Is(err, dialogue.ErrAgenda) {
			t.Errorf("agreed, and nothing shows it: %v", err)
		}
		if err := put(item(2, dialogue.Done), recordedOn); !errors.Is(err, dialogue.ErrAgenda) {
			t.Errorf("done before it was agreed: %v", err)
		}
		agreed := item(2, dialogue.Agreed)
		agreed.AgreedBy, agreed.Shown = "Example Ministry", followup.Citation{URL: "https://example.org/minutes"}
		h.must(put(agreed, recordedOn.Add(time.Hour)))
		a, err := h.db.AgendaOf(ctx, l.ID)
		h.must(err)
		if len(a) != 2 || a[1].Shown.URL != "https://example.org/minutes" || a[0].State != dialogue.Proposed || a[1].Reason == "" {
			t.Errorf("%+v", a)
		}
		again, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		if again.Agenda != 1 || again.Version <= l.Version {
			t.Errorf("the letter counts %d items, version %d after %d", again.Agenda, again.Version, l.Version)
		}
		for _, statement := range []string{`UPDATE agenda_item SET body = ''`, `DELETE FROM agenda_item`,
			`INSERT INTO agenda_item (id, version, letter_id, recorded_at, recorded_by, reason, taken_down, state, shown, body) VALUES ('x', 1, '` + l.ID + `', 0, 'x', '', 0, 'agreed', '', '{}')`} {
			if err := h.db.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(statement); return err }); err == nil {
				t.Errorf("%s went through", statement)
			}
		}
		h.must(put(&dialogue.AgendaItem{ID: "first-letter/agenda/a", Version: 3, TakenDown: true, Reason: "It named a person.", State: dialogue.Agreed}, recordedOn.Add(2*time.Hour)))
		a, err = h.db.AgendaOf(ctx, l.ID)
		h.must(err)
		if list := a.Newest(recordedOn.Add(time.Minute)); len(list) != 0 {
			t.Errorf("what was taken down is shown as of before: %+v", list)
		}
		h.sequence()
		if n := rows(h, `SELECT count(*) FROM ledger_entry WHERE kind = 'agenda-item'`); n != 3 {
			t.Errorf("%d entries in the ledger", n)
		}
	})
}

func TestProposalsWaitAndAreBounded(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx, h := context.Background(), newHouse(t, cfg)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		for n := range 21 {
			err = h.db.ProposeAgenda(ctx, store.AgendaProposal{ID: "p" + strconv.Itoa(n), LetterID: l.ID, SignatureID: "s", CreatedAt: recordedOn, Item: dialogue.AgendaItem{Ask: "use", Text: "x"}})
			if n < 20 {
				h.must(err)
			}
		}
		if !errors.Is(err, store.ErrManyProposals) {
			t.Errorf("the twenty-first proposal of one signature: %v", err)
		}
		list, err := h.db.AgendaProposals(ctx, l.ID)
		h.must(err)
		if len(list) != 20 || list[0].Item.Ask != "use" {
			t.Errorf("%d wait", len(list))
		}
		h.must(h.db.DecideProposal(ctx, l.ID, "p0", "", recordedOn))
		if err := h.db.DecideProposal(ctx, l.ID, "p0", "", recordedOn); !errors.Is(err, dialogue.ErrAgendaUnknown) {
			t.Errorf("decided twice: %v", err)
		}
	})
}
