package dialogue

import (
	"errors"
	"testing"
	"time"

	"pliego/internal/followup"
)

func anItem(state AgendaState) *AgendaItem {
	return &AgendaItem{ID: "l/agenda/a", Version: 1, Ask: "use", By: Coalition, Text: "Agree on thresholds.", Lang: "en", State: state, Since: "2026-11-24",
		AgreedBy: "Example Ministry", Shown: followup.Citation{URL: "https://example.org/minutes"}}
}

// What is agreed is shown by a document, nothing begins as dropped, and each state
// is followed by those that it may be followed by.
func TestAgendaStatesFollowTheTable(t *testing.T) {
	for _, from := range AgendaStates {
		for _, to := range AgendaStates {
			next := anItem(to)
			next.Version, next.Reason = 2, "The meeting said so."
			allowed := from == to
			for _, x := range from.Next() {
				allowed = allowed || x == to
			}
			if err := next.Check(anItem(from)); (err == nil) != allowed || err != nil && !errors.Is(err, ErrAgenda) {
				t.Errorf("from %s to %s: %v, and it is allowed: %v", from, to, err, allowed)
			}
		}
	}
	for name, spoil := range map[string]func(*AgendaItem){
		"agreed by nobody":       func(i *AgendaItem) { i.AgreedBy = "" },
		"shown by nothing":       func(i *AgendaItem) { i.Shown.URL = "" },
		"no text":                func(i *AgendaItem) { i.Text = " " },
		"no ask":                 func(i *AgendaItem) { i.Ask = "" },
		"no language":            func(i *AgendaItem) { i.Lang = "" },
		"no date":                func(i *AgendaItem) { i.Since = "soon" },
		"a due date that is not": func(i *AgendaItem) { i.Due = "soon" },
		"a state that is none":   func(i *AgendaItem) { i.State = "perhaps" },
		"a proposer that is not": func(i *AgendaItem) { i.By = "somebody" },
		"a text too long":        func(i *AgendaItem) { i.Text = string(make([]byte, MaxAgendaText+1)) },
	} {
		i := anItem(Agreed)
		spoil(i)
		if err := i.Check(nil); !errors.Is(err, ErrAgenda) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := anItem(Dropped).Check(nil); !errors.Is(err, ErrAgenda) {
		t.Errorf("an item that begins as dropped: %v", err)
	}
	silent := anItem(Agreed)
	silent.Version = 2
	if err := silent.Check(anItem(Proposed)); !errors.Is(err, ErrAgenda) {
		t.Errorf("a change without a reason: %v", err)
	}
}

func TestAgendaAsItWasKnown(t *testing.T) {
	day := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	first, second, other := anItem(Proposed), anItem(Agreed), anItem(Proposed)
	first.RecordedAt, second.RecordedAt, other.RecordedAt = day, day.AddDate(0, 0, 2), day
	second.Version, other.ID = 2, "l/agenda/b"
	down := &AgendaItem{ID: "l/agenda/b", Version: 2, TakenDown: true, RecordedAt: day.AddDate(0, 0, 3)}
	a := Agenda{first, other, second, down}
	if list := a.Newest(day.AddDate(0, 0, 1)); len(list) != 1 || list[0].State != Proposed {
		t.Errorf("on the next day: %+v", list)
	}
	if list := a.Newest(day.AddDate(0, 0, 9)); len(list) != 1 || list[0].State != Agreed {
		t.Errorf("later: %+v", list)
	}
}
