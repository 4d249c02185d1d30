package evidence

import (
	"context"
	"slices"
	"time"

	"pliego/internal/evidence/outcome"
)

// IndicatorOutcome is what became of one indicator in one place.
type IndicatorOutcome struct {
	Indicator string
	outcome.Result
}

// AskOutcome is what became of what an ask is measured by, in one place.
type AskOutcome struct {
	Ask, Place string
	Verdict    outcome.Verdict
	Indicators []IndicatorOutcome // in the order in which the ask names them
}

// Outcomes tells what moved in some places since a letter, for each ask and
// place: asks first, places in the order given. Years that were not over at the
// moment until count for nothing; zero counts all. It says nothing of why.
func Outcomes(ctx context.Context, s Store, asks []Measured, places []string, letter, until time.Time) ([]AskOutcome, error) {
	indicators, err := s.Indicators(ctx)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, a := range asks {
		keys = append(keys, a.Indicators...)
	}
	type cell struct{ indicator, place string }
	series := map[cell][]outcome.Series{}
	if len(keys) > 0 {
		found, err := Read(ctx, s, Query{Indicators: slices.Compact(slices.Sorted(slices.Values(keys))), Places: places})
		if err != nil {
			return nil, err
		}
		for _, x := range found { // the preferred source first
			c := cell{x.Indicator, x.Place}
			series[c] = append(series[c], x.Judged(until))
		}
	}
	var out []AskOutcome
	for _, a := range asks {
		for _, p := range places {
			o := AskOutcome{Ask: a.Ask, Place: p}
			var verdicts []outcome.Verdict
			for _, key := range a.Indicators {
				i, ok := Find(indicators, key)
				if !ok {
					continue
				}
				r := outcome.Judge(series[cell{key, p}], i.Good, letter)
				o.Indicators = append(o.Indicators, IndicatorOutcome{key, r})
				verdicts = append(verdicts, r.Verdict)
			}
			o.Verdict = outcome.Combine(verdicts)
			out = append(out, o)
		}
	}
	return out, nil
}

// Judged gives the yearly values of a series as the rule of outcomes takes them,
// those of years that were over at the moment until; zero gives all.
func (s Series) Judged(until time.Time) outcome.Series {
	out := outcome.Series{Source: s.Source}
	for _, v := range s.Values {
		over := time.Date(v.Period.Year+1, time.January, 1, 0, 0, 0, 0, time.UTC)
		if v.Period.Month == 0 && (until.IsZero() || !over.After(until.Add(24*time.Hour))) {
			out.Values = append(out.Values, outcome.Value{Year: v.Period.Year, Value: v.Value, Flagged: v.Flag != Sound, Ref: v.Period.String()})
		}
	}
	return out
}
