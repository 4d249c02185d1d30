package claim

import (
	"fmt"
	"strings"

	"pliego/internal/evidence"
	"pliego/internal/evidence/study"
)

// FigureOut is one figure that a verdict rests on, for those who compute with it.
type FigureOut struct {
	Part      string  `json:"part"`
	What      string  `json:"what"` // at-letter, first, sum, year, compared-with, effect, before, p-places, p-dates
	Indicator string  `json:"indicator,omitempty"`
	Place     string  `json:"place,omitempty"`
	Period    string  `json:"period,omitempty"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit,omitempty"` // of what is no indicator's
	Source    string  `json:"source,omitempty"`
	Reached   *bool   `json:"reached,omitempty"`
	Dating    string  `json:"dating,omitempty"`
	Horizon   int     `json:"horizon,omitempty"` // months
	Variant   string  `json:"variant,omitempty"`
}

// Figures lists every figure that the claim's verdict rests on.
func (r Result) Figures() []FigureOut {
	out := []FigureOut{}
	for _, p := range r.Parts {
		for _, t := range p.Tries {
			for _, row := range t.Rows {
				out = append(out, row.figures(p.Part)...)
			}
		}
		if p.Study != nil {
			out = append(out, p.Study.figures(p.Part.Key)...)
		}
	}
	return out
}

func (w Row) figures(p evidence.ClaimPart) (out []FigureOut) {
	add := func(what string, pt Point, reached *bool) {
		out = append(out, FigureOut{Part: p.Key, What: what, Indicator: pt.Indicator, Place: w.Place, Period: pt.Period.String(), Value: pt.Value, Source: w.Source, Reached: reached})
	}
	reached := &w.Reached
	if w.Left {
		reached = nil
	}
	switch p.Test {
	case evidence.SumTest:
		last := w.Last
		add("sum", last, reached)
		out[0].Period = fmt.Sprintf("%d/%d", p.From, p.To)
		for _, year := range last.Parts {
			add("year", Point{Indicator: year.Indicator, Period: year.Period, Value: year.Value}, nil)
		}
	case evidence.CompareTest:
		add("larger", w.Last, reached)
		add("compared-with", w.First, nil)
	case evidence.RiseTest:
		add("first", w.First, nil)
		add("at-letter", w.Last, reached)
	default:
		add("at-letter", w.Last, reached)
	}
	return out
}

func (s *Study) figures(part string) (out []FigureOut) {
	for _, list := range [][]study.Estimate{s.Report.Prior, s.Report.Estimates} {
		for _, e := range list {
			base := FigureOut{Part: part, Source: s.Source, Dating: string(e.Dating), Horizon: e.Horizon, Variant: string(e.Variant)}
			effect := base
			effect.What, effect.Value, effect.Unit = "effect", e.Percent(), "percent"
			if e.Horizon == 0 {
				effect.What = "before"
			}
			if e.Variant == study.Levels {
				effect.Value, effect.Unit = e.Effect, string(evidence.Per100k)
			}
			if e.Variant == study.Main && e.Horizon > 0 {
				rose := e.Rose()
				effect.Reached = &rose
			}
			byPlaces, byDates := base, base
			byPlaces.What, byPlaces.Value = "p-places", e.PStates
			byDates.What, byDates.Value = "p-dates", e.PDates
			out = append(out, effect, byPlaces)
			if e.Dates > 0 {
				out = append(out, byDates)
			}
			if e.Variant != study.Main || e.Horizon == 0 {
				continue
			}
			for _, p := range e.Places {
				one := base
				one.What, one.Place, one.Value, one.Unit = "effect", s.Places[p.Place], study.Percent(p.Effect), "percent"
				out = append(out, one)
			}
		}
	}
	for _, w := range s.Without {
		for _, e := range w.Effects {
			out = append(out, FigureOut{Part: part, What: "effect", Source: s.Source, Dating: string(e.Dating), Horizon: e.Horizon, Variant: "without-" + w.Place, Value: e.Percent(), Unit: "percent"})
		}
	}
	return out
}

// Summary says in one line of English what was found, for the command line.
func (p PartResult) Summary() string {
	switch {
	case p.Part.Test == evidence.NoTest:
		return p.Part.Key + ": " + p.Part.Reason.In("en")
	case p.Study != nil:
		return p.Part.Key + ": " + p.Study.summary()
	case p.Part.Test == evidence.StudyTest:
		return p.Part.Key + ": " + string(p.Reason)
	}
	var out []string
	for _, t := range p.Tries {
		line := fmt.Sprintf("%s: %d of %d places", t.Indicator, t.Reached, t.Counted)
		if p.Part.Test == evidence.SumTest {
			line = fmt.Sprintf("%s: %d of %d sources", t.Indicator, t.Reached, t.Counted)
			for _, r := range t.Rows {
				if !r.Left {
					line += fmt.Sprintf(" (%s: %s)", r.Source, evidence.FormatNumber(r.Last.Value))
				}
			}
		}
		if t.Reason != NoReason {
			line += " (" + string(t.Reason) + ")"
		}
		out = append(out, line)
	}
	return p.Part.Key + ": " + strings.Join(out, "; ")
}

func (s *Study) summary() string {
	var out []string
	for _, e := range s.Report.Estimates {
		if e.Variant == study.Main {
			out = append(out, fmt.Sprintf("%s operation, %d months: %+.0f %% (p %.3f by places, %.3f by dates)", e.Dating, e.Horizon, e.Percent(), e.PStates, e.PDates))
		}
	}
	for _, e := range s.Report.Prior {
		out = append(out, fmt.Sprintf("year before the %s: %+.0f %% (p %.3f)", e.Dating, e.Percent(), e.PStates))
	}
	return strings.Join(out, "; ")
}
