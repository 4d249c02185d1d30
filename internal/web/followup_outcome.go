package web

import (
	"context"
	"time"

	"pliego/internal/evidence"
	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/place"
)

// outcomes gives, for each cell, what its ask's indicators did from the letter to
// a day. A cell without indicators or figures is left out: it has no data.
func (s *Site) outcomes(ctx context.Context, l *letter.Letter, d twoDays) (map[followup.Cell]outcome.Verdict, error) {
	since, err := time.Parse(time.DateOnly, l.Date)
	if err != nil { // a letter without a date has no day to compare with
		return nil, nil
	}
	measured, err := s.store.LetterEvidence(ctx, l.Slug)
	if err != nil || len(measured.Outcomes) == 0 {
		return nil, err
	}
	var places []string
	states := map[string][]string{} // addressees by place: one State may have several
	for _, a := range l.Addressees {
		if c, ok := place.ByAlpha2(a.Country); ok {
			if states[c.Alpha3] == nil {
				places = append(places, c.Alpha3)
			}
			states[c.Alpha3] = append(states[c.Alpha3], a.Key)
		}
	}
	found, err := evidence.Outcomes(ctx, s.store, measured.Outcomes, places, since, d.on)
	if err != nil {
		return nil, err
	}
	out := map[followup.Cell]outcome.Verdict{}
	for _, o := range found {
		if o.Verdict == outcome.NoData {
			continue
		}
		for _, key := range states[o.Place] {
			out[followup.Cell{Addressee: key, Ask: o.Ask}] = o.Verdict
		}
	}
	return out, nil
}
