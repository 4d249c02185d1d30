package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/evidence"
	"pliego/internal/evidence/claim"
	"pliego/internal/evidence/outcome"
	"pliego/internal/followup/wording"
	"pliego/internal/locale"
)

type outcomesPage struct {
	page
	Letter     letterRef
	Ask        link
	AskLang    string
	Why        words // nothing measures what was asked
	Tally      []verdictTally
	Indicators []outcomeIndicator
	Sources    []claimSource
}

// outcomeIndicator is what became of one indicator, place by place.
type outcomeIndicator struct {
	Key, Name, Definition, Comparison string
	Tally                             []verdictTally
	Rows                              []outcomeRow
}

type outcomeRow struct {
	Place, Clear, Why  string
	Figures            []link // those without an address are signs between them
	Verdict            verdictView
	Source, SourceHref string
}

var outcomeSigns = map[outcome.Verdict]string{outcome.Improved: "●", outcome.NoClearChange: "○", outcome.Worsened: "◆", outcome.NoData: "–"}

var outcomeClasses = map[outcome.Verdict]string{outcome.Improved: "is", outcome.NoClearChange: "is-not", outcome.Worsened: "is-mixed", outcome.NoData: "is-open"}

var outcomeReasons = map[outcome.Reason]string{
	outcome.NoSeries: "outcome.why_none", outcome.NoDirection: "outcome.why_direction", outcome.NoBaseline: "outcome.why_baseline",
	outcome.NoLatest: "outcome.why_latest", outcome.TooFew: "outcome.why_few",
}

// askOutcome shows what moved since the letter, for one ask in every country it
// is put to.
func (s *Site) askOutcome(w http.ResponseWriter, r *http.Request, lang string) error {
	return s.serveCached(w, r, lang, s.versions.evidenceKey(r.URL.Path), s.drawAskOutcome)
}

func (s *Site) drawAskOutcome(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	ask, _, ok := text.Ask(r.PathValue("ask"))
	if !ok {
		return nil, errNotFound
	}
	e, err := s.store.LetterEvidence(ctx, l.Slug)
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(e.Outcomes, func(m evidence.Measured) bool { return m.Ask == ask.Key })
	of, undated := claim.Of(l)
	if n < 0 || undated != nil {
		return nil, errNotFound // nothing is measured, or there is no day to measure from
	}
	measured := e.Outcomes[n]
	found, err := evidence.Outcomes(ctx, s.store, []evidence.Measured{measured}, of.Places, of.Date, time.Time{})
	if err != nil {
		return nil, err
	}
	indicators, err := s.store.Indicators(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	v := claimWords{lang: lang, indicators: indicators, sources: sources, used: map[string]bool{}}
	title := locale.T(lang, "outcome.title", "ask", ask.Title)
	p := outcomesPage{
		page:   s.newLetterPage(lang, l, "/asks/"+ask.Key+"/outcome", title, locale.T(lang, "outcome.lead")),
		Letter: refTo(lang, l, text), Ask: link{Href: letterPath(lang, l) + "/asks/" + ask.Key, Label: ask.Title}, AskLang: text.Lang,
		Why: v.words(measured.Why),
	}
	if len(measured.Indicators) > 0 {
		var verdicts []outcome.Verdict
		for _, o := range found {
			verdicts = append(verdicts, o.Verdict)
		}
		p.Tally = v.outcomeTally(verdicts)
	}
	for _, key := range measured.Indicators {
		if i, ok := evidence.Find(indicators, key); ok {
			p.Indicators = append(p.Indicators, v.outcomes(i, found))
		}
	}
	p.Sources = v.usedSources()
	out, err := s.render("outcomes", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

func (c *claimWords) outcomeVerdict(v outcome.Verdict) verdictView {
	return verdictView{Sign: outcomeSigns[v], Words: locale.Named(c.lang, wording.Outcomes, v), Class: outcomeClasses[v]}
}

func (c *claimWords) outcomeTally(verdicts []outcome.Verdict) (out []verdictTally) {
	for _, v := range outcome.Verdicts {
		t := verdictTally{verdictView: c.outcomeVerdict(v)}
		for _, has := range verdicts {
			if has == v {
				t.N++
			}
		}
		out = append(out, t)
	}
	return out
}

// outcomes puts one indicator's results into words, those with a verdict first.
func (c *claimWords) outcomes(i evidence.Indicator, found []evidence.AskOutcome) outcomeIndicator {
	out := outcomeIndicator{Key: i.Key, Name: i.Names.In(c.lang), Definition: i.Definitions.In(c.lang), Comparison: i.Comparison.In(c.lang)}
	var verdicts []outcome.Verdict
	for _, o := range found {
		for _, x := range o.Indicators {
			if x.Indicator == i.Key {
				verdicts = append(verdicts, x.Verdict)
				out.Rows = append(out.Rows, c.outcomeRow(i, o.Place, x.Result))
			}
		}
	}
	out.Tally = c.outcomeTally(verdicts)
	none, order := c.outcomeVerdict(outcome.NoData), collate.New(language.Make(c.lang))
	slices.SortStableFunc(out.Rows, func(a, b outcomeRow) int {
		switch {
		case (a.Verdict == none) == (b.Verdict == none):
			return order.CompareString(a.Place, b.Place)
		case a.Verdict == none:
			return 1
		}
		return -1
	})
	return out
}

func (c *claimWords) outcomeRow(i evidence.Indicator, where string, r outcome.Result) outcomeRow {
	row := outcomeRow{Place: areaName(c.lang, where), Verdict: c.outcomeVerdict(r.Verdict), Why: locale.Named(c.lang, outcomeReasons, r.Reason)}
	value := func(v outcome.Value) link {
		series := evidence.Series{Indicator: i.Key, Place: where, Source: r.Source}
		return link{Href: figureHref(c.lang, series, evidence.Value{Period: evidence.Period{Year: v.Year}}), Label: fmt.Sprintf("%s (%d)", c.number(i, v.Value), v.Year)}
	}
	switch {
	case r.HasBaseline() && r.HasLatest():
		row.Figures = []link{value(r.Baseline), {Label: " → "}, value(r.Latest)}
	case r.HasBaseline():
		row.Figures = []link{value(r.Baseline), {Label: " → –"}}
	case r.HasLatest():
		row.Figures = []link{{Label: "– → "}, value(r.Latest)}
	}
	if r.Verdict != outcome.NoData {
		row.Clear = locale.T(c.lang, "outcome.clear", "size", locale.Decimal(c.lang, r.Needed, max(i.Decimals, 1)))
	}
	if r.Source != "" {
		c.used[r.Source] = true
		s := c.sourceLink(r.Source)
		row.Source, row.SourceHref = s.Label, s.Href
	}
	return row
}
