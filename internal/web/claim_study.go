package web

import (
	"fmt"
	"time"

	"pliego/internal/evidence/claim"
	"pliego/internal/evidence/study"
	"pliego/internal/locale"
)

// studyView is the event study in words.
type studyView struct {
	Verdict    verdictView
	Chance     string
	Source     link
	List       link // where the operations come from
	Main       []estimateRow
	Before     []estimateRow
	States     []stateTable
	Variants   []variantRow
	Operations []operationRow
}

type estimateRow struct {
	Dated, After, Effect, States, Dates string
	Found                               bool
}

type stateTable struct {
	Dated string
	Rows  []stateRow
}

type stateRow struct {
	State, Start string
	Effects      []string // at 12, 24 and 36 months
}

type variantRow struct {
	Name, Dated string
	Effects     []string
}

type operationRow struct{ Date, Title, Lang, States, Citation string }

var datingKeys = map[study.Dating]string{study.First: "study.first", study.Last: "study.last"}

var variantKeys = map[study.Variant]string{
	study.Whole: "study.whole", study.LongBefore: "study.long_before", study.Distant: "study.distant", study.Levels: "study.levels",
	study.Middle: "study.median", study.Later: "study.later",
}

func (c *claimWords) study(s *claim.Study) *studyView {
	c.used[s.Source] = true
	out := &studyView{
		Source: c.sourceLink(s.Source),
		Chance: c.t("study.chance", "draws", claim.Draws),
	}
	switch s.Report.Verdict {
	case study.Supported:
		out.Verdict = c.verdict("supported")
	case study.NotSupported:
		out.Verdict = c.verdict("not supported")
	default:
		out.Verdict = c.verdict("mixed")
	}
	for _, e := range s.Report.Estimates {
		if e.Variant == study.Main {
			out.Main = append(out.Main, estimateRow{
				Dated: locale.Named(c.lang, datingKeys, e.Dating), After: c.t("study.months", "months", e.Horizon), Effect: c.percent(e.Percent()),
				States: locale.Decimal(c.lang, e.PStates, 3), Dates: locale.Decimal(c.lang, e.PDates, 3), Found: e.Rose(),
			})
		}
	}
	for _, e := range s.Report.Prior {
		out.Before = append(out.Before, estimateRow{
			Dated: locale.Named(c.lang, datingKeys, e.Dating), After: c.t("study.before"), Effect: c.percent(e.Percent()),
			States: locale.Decimal(c.lang, e.PStates, 3), Found: s.Report.RisingBefore(e.Dating),
		})
	}
	for _, dating := range study.Datings {
		out.States = append(out.States, c.states(s, dating))
		for _, v := range study.Variants {
			if v == study.Main {
				continue
			}
			name := locale.Named(c.lang, variantKeys, v)
			if v == study.WithoutTop {
				name = c.t("study.without", "state", areaName(c.lang, claim.TopState))
			}
			row := variantRow{Name: name, Dated: locale.Named(c.lang, datingKeys, dating)}
			for _, h := range study.Horizons {
				if e, ok := s.Report.Of(v, dating, h); ok {
					row.Effects = append(row.Effects, fmt.Sprintf("%s (%s; %s)", c.effect(e), locale.Decimal(c.lang, e.PStates, 2), locale.Decimal(c.lang, e.PDates, 2)))
				} else {
					row.Effects = append(row.Effects, "–")
				}
			}
			out.Variants = append(out.Variants, row)
		}
	}
	for _, w := range s.Without {
		for n, dating := range study.Datings {
			row := variantRow{Name: c.t("study.without", "state", areaName(c.lang, w.Place)), Dated: locale.Named(c.lang, datingKeys, dating)}
			for _, e := range w.Effects[n*len(study.Horizons) : (n+1)*len(study.Horizons)] {
				row.Effects = append(row.Effects, c.effect(e))
			}
			out.Variants = append(out.Variants, row)
		}
	}
	for _, e := range s.Events {
		c.used[e.Source] = true
		out.List = c.sourceLink(e.Source)
		date := e.Date
		if day, err := time.Parse(time.DateOnly, e.Date); err == nil {
			date = locale.Date(c.lang, day)
		}
		states := ""
		for i, p := range e.Places {
			if i > 0 {
				states += ", "
			}
			states += areaName(c.lang, p)
		}
		out.Operations = append(out.Operations, operationRow{Date: date, Title: e.Title, Lang: e.Lang, States: states, Citation: e.Citation})
	}
	return out
}

// states lays the main effects of each state side by side.
func (c *claimWords) states(s *claim.Study, dating study.Dating) stateTable {
	out := stateTable{Dated: locale.Named(c.lang, datingKeys, dating)}
	for n, h := range study.Horizons {
		e, ok := s.Report.Of(study.Main, dating, h)
		if !ok {
			continue
		}
		for i, p := range e.Places {
			if len(out.Rows) <= i {
				out.Rows = append(out.Rows, stateRow{State: areaName(c.lang, s.Places[p.Place]), Start: s.Months[p.Month].String(), Effects: []string{"–", "–", "–"}})
			}
			out.Rows[i].Effects[n] = c.percent(study.Percent(p.Effect))
		}
	}
	return out
}

func (c *claimWords) sourceLink(key string) link {
	for _, s := range c.sources {
		if s.Key == key {
			return link{Href: "#source-" + key, Label: s.Short}
		}
	}
	return link{Href: "#source-" + key, Label: key}
}

// effect writes an estimate: in per cent, or as a difference of rates.
func (c *claimWords) effect(e study.Estimate) string {
	if e.Variant == study.Levels {
		return c.signed(locale.Decimal(c.lang, e.Effect, 1), e.Effect)
	}
	return c.percent(e.Percent())
}

func (c *claimWords) percent(v float64) string { return c.signed(percentWords(c.lang, v, 0), v) }

func (c *claimWords) signed(text string, v float64) string {
	if v > 0 {
		return "+" + text
	}
	return text
}
