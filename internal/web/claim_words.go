package web

import (
	"fmt"

	"pliego/internal/evidence"
	"pliego/internal/evidence/claim"
	"pliego/internal/locale"
	"pliego/internal/place"
)

var verdictKeys = map[evidence.Verdict]string{
	evidence.Supported: "claim.supported", evidence.NotSupported: "claim.not_supported", evidence.Mixed: "claim.mixed", evidence.CannotTest: "claim.cannot",
}

var verdictSigns = map[evidence.Verdict]string{evidence.Supported: "●", evidence.NotSupported: "○", evidence.Mixed: "◐", evidence.CannotTest: "–"}

var verdictClasses = map[evidence.Verdict]string{evidence.Supported: "is", evidence.NotSupported: "is-not", evidence.Mixed: "is-mixed", evidence.CannotTest: "is-open"}

// claimWords puts what was found into words of one language.
type claimWords struct {
	lang       string
	indicators []evidence.Indicator
	sources    []evidence.Source
	used       map[string]bool // sources that a figure names
}

func (c *claimWords) t(key string, args ...any) string { return locale.T(c.lang, key, args...) }

// words gives words with the language that they are in.
func (c *claimWords) words(w evidence.Words) words {
	for _, l := range []string{c.lang, "en", "es", "pt", "fr"} {
		if s := w[l]; s != "" {
			return words{Text: s, Lang: l}
		}
	}
	return words{}
}

func (c *claimWords) verdict(v evidence.Verdict) verdictView {
	return verdictView{Sign: verdictSigns[v], Words: locale.Named(c.lang, verdictKeys, v), Class: verdictClasses[v]}
}

func (c *claimWords) tally(found []claim.Result) (out []verdictTally) {
	for _, v := range evidence.Verdicts {
		t := verdictTally{verdictView: c.verdict(v)}
		for _, r := range found {
			if r.Verdict == v {
				t.N++
			}
		}
		out = append(out, t)
	}
	return out
}

func (c *claimWords) claim(r claim.Result) claimView {
	statement := c.words(r.Claim.Statements)
	out := claimView{Key: r.Claim.Key, Statement: statement.Text, TextLang: statement.Lang, Verdict: c.verdict(r.Verdict), Limits: c.words(r.Claim.Limits)}
	for _, p := range r.Parts {
		v := claimPartView{What: c.words(p.Part.What), Verdict: c.verdict(p.Verdict), Reason: c.words(p.Part.Reason), Study: p.Study != nil}
		if p.Part.Test == evidence.StudyTest && p.Study == nil {
			v.Reason = words{Text: c.t("claim.no_data"), Lang: c.lang}
		}
		if p.Study != nil {
			v.Count = c.t("study.count", "rose", p.Study.Rose(), "of", p.Study.Estimates())
			if p.Study.RisingBefore() {
				v.Count += " " + c.t("study.count_before")
			}
		}
		for _, t := range p.Tries {
			v.Findings = append(v.Findings, c.finding(p.Part, t))
		}
		out.Parts = append(out.Parts, v)
	}
	return out
}

func (c *claimWords) finding(p evidence.ClaimPart, t claim.Try) findingView {
	i, _ := evidence.Find(c.indicators, t.Indicator)
	out := findingView{Indicator: i.Names.In(c.lang)}
	counts := []any{"reached", t.Reached, "counted", t.Counted, "threshold", c.number(i, p.Threshold)}
	switch p.Test {
	case evidence.SumTest:
		out.Sentence = c.t("claim.sum", counts...)
	case evidence.RiseTest:
		out.Sentence = c.t("claim.rise", counts...)
	case evidence.CompareTest:
		if other, ok := evidence.Find(c.indicators, p.Indicators[len(p.Indicators)-1]); ok {
			out.Indicator += " / " + other.Names.In(c.lang)
		}
		out.Sentence = c.t("claim.compare", counts...)
	default:
		out.Sentence = c.t("claim.level", counts...)
	}
	switch t.Reason {
	case claim.FewPlaces:
		out.Why = c.t("claim.few")
	case claim.NoData:
		out.Why = c.t("claim.no_data")
	case claim.NoWholeSpan:
		out.Why = c.t("claim.no_span")
	}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, c.row(p, r))
	}
	out.Open = len(out.Rows) <= 4
	return out
}

func (c *claimWords) row(p evidence.ClaimPart, r claim.Row) findingRow {
	c.used[r.Source] = true
	source, _ := evidence.FindSource(c.sources, r.Source)
	out := findingRow{Place: areaName(c.lang, r.Place), Source: source.Short, SourceHref: "#source-" + r.Source, Reached: r.Reached, Left: r.Left}
	figure := func(x claim.Point, words string) link {
		return link{Href: figureHref(c.lang, evidence.Series{Indicator: x.Indicator, Place: r.Place, Source: r.Source}, evidence.Value{Period: x.Period}), Label: words}
	}
	point := func(x claim.Point) link {
		i, _ := evidence.Find(c.indicators, x.Indicator)
		return figure(x, fmt.Sprintf("%s (%s)", c.number(i, x.Value), x.Period))
	}
	switch p.Test {
	case evidence.SumTest:
		i, _ := evidence.Find(c.indicators, r.Last.Indicator)
		out.Figures = []link{{Label: c.number(i, r.Last.Value) + " = "}}
		for n, y := range r.Last.Parts {
			if n > 0 {
				out.Figures = append(out.Figures, link{Label: " + "})
			}
			out.Figures = append(out.Figures, figure(claim.Point{Indicator: y.Indicator, Period: y.Period}, fmt.Sprintf("%s: %s", y.Period, c.number(i, y.Value))))
		}
	case evidence.RiseTest:
		out.Figures = []link{point(r.First), {Label: " → "}, point(r.Last)}
	case evidence.CompareTest:
		out.Figures = []link{point(r.Last), {Label: " / "}, point(r.First)}
	default:
		out.Figures = []link{point(r.Last)}
	}
	return out
}

// number writes a value as its indicator is shown.
func (c *claimWords) number(i evidence.Indicator, v float64) string {
	if i.Unit != evidence.Percent {
		return locale.Decimal(c.lang, v, i.Decimals)
	}
	if v == float64(int64(v)) {
		return percentWords(c.lang, v, 0)
	}
	return percentWords(c.lang, v, i.Decimals)
}

// usedSources are those that a figure of the page names, in the store's order.
func (c *claimWords) usedSources() (out []claimSource) {
	for _, s := range c.sources {
		if c.used[s.Key] {
			out = append(out, claimSource{
				Key: s.Key, Title: s.Title, Publisher: s.Publisher, Licence: s.Licence, Vintage: s.Vintage, URL: s.URL,
				Copy: s.Copy, Notes: c.words(s.Notes),
			})
		}
	}
	return out
}

// areaName is the name of a place of figures, or its code.
func areaName(lang, code string) string {
	if a, ok := place.AreaByCode(code); ok {
		return a.Name(lang)
	}
	return code
}
