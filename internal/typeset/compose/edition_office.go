package compose

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pliego/internal/chart"
	"pliego/internal/evidence"
	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/followup/edition"
	"pliego/internal/followup/wording"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/typeset"
)

// OfficeSection begins the ID of a government's chapter; its key follows.
const OfficeSection = "g-"

// office is a government's chapter: where each ask stands, what moved, and what
// is on record, the newest first.
func (c *report) office(o edition.Office) typeset.Section {
	s := typeset.Section{ID: OfficeSection + o.Key, Title: c.in(o.Name), Minor: true}
	s.Parts = append(s.Parts, typeset.Part{Table: c.standing(o)})
	for _, a := range c.e.Asks {
		if i := c.cell(o.Key, a.Key).Tracks[followup.TrackEvidenced].Item; i != nil {
			for _, said := range c.beside(&s, i) {
				s.Parts = append(s.Parts, text(c.in(a.Title)+": "+said))
			}
		}
	}
	s.Parts = append(s.Parts, c.charts(&s, o)...)
	var items []edition.Item
	for _, i := range c.e.Items {
		if i.Addressee == o.Key && i.Kind != followup.Assessment && i.Body != nil {
			items = append(items, i)
		}
	}
	if len(items) == 0 {
		s.Parts = append(s.Parts, text(c.t("edition.nothing")))
	}
	slices.SortStableFunc(items, newest)
	for _, i := range items {
		s.Parts = append(s.Parts, typeset.Part{Entry: c.entry(&s, i)})
	}
	return s
}

// standing is the table of a government's asks.
func (c *report) standing(o edition.Office) *typeset.Table {
	t := &typeset.Table{
		Caption: c.in(o.Name), Widths: []float64{3.6, 2.5, 1.1, 4.6},
		Heads: []string{c.t("edition.ask"), locale.Named(c.lang, wording.Tracks, followup.TrackEvidenced), c.t("edition.acts"), c.t("cell.outcome")},
	}
	for _, a := range c.e.Asks {
		x := c.cell(o.Key, a.Key)
		value := c.value(x.Tracks[followup.TrackEvidenced].Value)
		value.URL = c.base + "/" + c.lang + "/letters/" + c.e.Letter + "/follow-up/" + o.Key + "/" + a.Key
		var others []string
		for _, track := range followup.Tracks {
			if v := x.Tracks[track]; track != followup.TrackEvidenced && v.Item != nil {
				others = append(others, locale.Named(c.lang, wording.Tracks, track)+": "+locale.Named(c.lang, wording.Values, v.Value))
			}
		}
		value.Quiet = strings.Join(others, "; ")
		t.Rows = append(t.Rows, []typeset.Cell{{Text: c.in(a.Title), Bold: true}, value, {Text: moves(x)}, c.outcome(o.Key, a.Key)})
	}
	return t
}

// outcome is what moved in a cell, with the figures that tell it.
func (c *report) outcome(office, ask string) typeset.Cell {
	for _, o := range c.e.Outcomes {
		if o.Addressee != office || o.Ask != ask {
			continue
		}
		cell := typeset.Cell{Text: locale.Named(c.lang, wording.Outcomes, o.Verdict)}
		var figures []string
		for _, m := range o.Moved {
			i, ok := c.indicator(m.Indicator)
			if !ok || m.Verdict == outcome.NoData || m.BaselineYear == 0 || m.LatestYear == 0 {
				continue
			}
			figures = append(figures, c.in(i.Name)+" "+locale.Decimal(c.lang, m.Baseline, i.Decimals)+" ("+strconv.Itoa(m.BaselineYear)+") → "+
				locale.Decimal(c.lang, m.Latest, i.Decimals)+" ("+strconv.Itoa(m.LatestYear)+")")
		}
		cell.Quiet = strings.Join(figures, "; ")
		return cell
	}
	return typeset.Cell{Text: locale.Named(c.lang, wording.Outcomes, outcome.NoData)}
}

func (c *report) indicator(key string) (edition.Indicator, bool) {
	for _, i := range c.e.Indicators {
		if i.Key == key {
			return i, true
		}
	}
	return edition.Indicator{}, false
}

const (
	mostCharts   = 2 // of one government
	fewestPoints = 3 // that make a line worth drawing
)

// charts draw what an edition's outcomes rest on in one country: of each ask the
// first indicator that has a line worth drawing.
func (c *report) charts(s *typeset.Section, o edition.Office) []typeset.Part {
	country, ok := place.ByAlpha2(o.Country)
	if !ok {
		return nil
	}
	var parts []typeset.Part
	drawn := map[string]bool{}
	for _, out := range c.e.Outcomes {
		if out.Addressee != o.Key || len(parts) == mostCharts {
			continue
		}
		for _, m := range out.Moved {
			n := slices.IndexFunc(c.e.Series, func(x edition.Series) bool {
				return x.Indicator == m.Indicator && x.Place == country.Alpha3 && x.Source == m.Source && len(x.Points) >= fewestPoints
			})
			i, known := c.indicator(m.Indicator)
			if n < 0 || !known || drawn[m.Indicator] {
				continue
			}
			drawn[m.Indicator] = true
			parts = append(parts, c.drawn(s, o, i, c.e.Series[n]))
			break
		}
	}
	return parts
}

func (c *report) drawn(s *typeset.Section, o edition.Office, i edition.Indicator, x edition.Series) typeset.Part {
	write := func(v float64) string { return locale.Decimal(c.lang, v, i.Decimals) }
	first, last := x.Points[0], x.Points[len(x.Points)-1]
	name := c.in(i.Name)
	lines := chart.Lines{
		Says: c.t("edition.says", "name", name, "place", c.in(o.Name), "first", write(first.Value), "first_year", strconv.Itoa(first.Year),
			"last", write(last.Value), "last_year", strconv.Itoa(last.Year)),
		From: first.Year, To: last.Year, Format: write,
		Axis: func(v float64, digits int) string { return locale.Decimal(c.lang, v, digits) },
	}
	line := chart.Line{Name: c.in(o.Name)}
	for _, p := range x.Points {
		line.Points = append(line.Points, chart.Point{X: float64(p.Year), Y: p.Value, Doubtful: p.Doubtful})
	}
	lines.Lines = []chart.Line{line}
	if day, err := time.Parse(time.DateOnly, c.e.Date); err == nil {
		lines.Markers = []chart.Marker{{X: float64(day.Year()) + float64(day.YearDay()-1)/365 - 0.5, Label: c.t("indicator.letter", "month", locale.Month(c.lang, day))}}
	}
	source := x.Source
	for _, k := range c.e.Sources {
		if k.Key == x.Source {
			source = joined(", ", k.Publisher, k.Vintage)
			c.note(s, sourceWords(k), k.URL)
		}
	}
	return typeset.Part{Chart: &typeset.ReportChart{
		Lines: lines, Caption: name + ", " + locale.Named(c.lang, wording.Units, evidence.Unit(i.Unit)), Source: c.t("forum.source") + ": " + source,
	}}
}

// entry tells one item of the record.
func (c *report) entry(s *typeset.Section, i edition.Item) *typeset.Entry {
	b := i.Body
	e := &typeset.Entry{When: wording.Date(c.lang, b.Date)}
	if i.Gone != "" {
		e.Title = c.t("cell.taken_down", "date", locale.Date(c.lang, c.e.MadeAt), "reason", i.Gone)
		return e
	}
	var in string
	e.Title, in = b.Title.In(c.lang)
	e.Text, _ = b.Summary.In(c.lang)
	switch i.Kind {
	case followup.Action:
		e.Kind = locale.Named(c.lang, wording.Actions, b.Action) + ", " + locale.Named(c.lang, wording.Directions, b.Direction)
		e.Mark = map[followup.Direction]string{followup.Toward: "+", followup.Against: "−", followup.Mixed: "±"}[b.Direction]
		e.Class = string(b.Direction)
		switch {
		case b.Inferred:
			e.Warn = c.t("cell.inferred") + " " + c.t("cell.unverified")
		case !b.Verified():
			e.Warn = c.t("cell.unverified")
		}
	case followup.Answer:
		e.Kind = c.t("cell.answer")
	case followup.Commitment:
		e.Kind = c.t("cell.commitment")
	}
	if b.Original != "" {
		e.Text = strings.TrimSpace(e.Text + " “" + b.Original + "”")
		if e.Title == "" {
			e.Title, in = e.Kind, c.lang
		}
	}
	if c.added[i.ID] {
		e.Kind += " · " + c.t("edition.new")
	}
	c.foreign(e, in)
	for _, x := range b.Citations {
		e.Notes = append(e.Notes, c.note(s, c.citation(x), x.URL))
	}
	e.Beside = c.beside(s, b)
	return e
}

// beside is what the government said of an item before it was public, and what was
// held against it since.
func (c *report) beside(s *typeset.Section, i *followup.Item) (list []string) {
	if i.Reply != nil {
		list = append(list, c.t("cell.reply")+" ("+wording.Date(c.lang, i.Reply.On)+"): “"+i.Reply.Text+"”")
	}
	for _, x := range i.Contests {
		n := c.note(s, wording.Contester(c.lang, x), x.Source)
		list = append(list, c.t("cell.contested")+" ("+wording.Contester(c.lang, x)+", "+wording.Date(c.lang, x.On)+"): “"+x.Text+"” ["+strconv.Itoa(n)+"]")
	}
	return list
}

// sourceWords names where figures come from.
func sourceWords(x edition.Source) string {
	return joined(", ", joined(": ", x.Publisher, x.Title), x.Vintage)
}

// joined puts what is there together.
func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), between)
}
