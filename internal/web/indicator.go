package web

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pliego/internal/evidence"
	"pliego/internal/followup/wording"
	"pliego/internal/locale"
	"pliego/internal/place"
)

type indicatorPage struct {
	page
	Heading, Unit, Definition, Comparison string
	Derived                               string
	Wide, Narrow                          template.HTML
	Places                                []choice
	From, To                              string
	SourceChoices                         []option
	Source                                string
	Many                                  bool
	Empty                                 bool
	Heads                                 []tableHead
	Rows                                  []tableRow
	Sources                               []sourceView
	Breaks                                []string
	Query                                 string
	Base                                  string
	Short, Long, Embed                    string
	View                                  string
	Views                                 []link
	Window                                string
	Acts                                  []actView    // marked on the lines
	Ranking                               []latestView // of a ranking or a map: a row for each country
}

type choice struct {
	Value, Label string
	Chosen       bool
}

type tableHead struct{ Place, Source, SourceHref string }

type tableRow struct {
	Year  string
	Cells []tableCell
}

type tableCell struct {
	Text, Href, Flag string
}

type sourceView struct {
	Key, Title, Publisher, Issued, Licence, URL string
	Notes                                       string
}

// Sizes of the two drawings of a chart: for wide pages, and for phones.
const (
	wideWidth, wideHeight     = 960, 460
	narrowWidth, narrowHeight = 380, 360
)

// indicatorPage shows one indicator: chart, table, sources, and what to mind.
func (s *Site) indicator(w http.ResponseWriter, r *http.Request, lang string) error {
	sel := selectionOf(r)
	return s.serveCached(w, r, lang, s.versions.evidenceKey(r.URL.Path+sel.query()+strconv.FormatBool(sel.many)), func(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
		return s.drawIndicator(ctx, r.PathValue("indicator"), sel, lang)
	})
}

func (s *Site) drawIndicator(ctx context.Context, key string, sel selection, lang string) (*drawn, error) {
	generation := s.versions.of("")
	p, _, err := s.indicatorShown(ctx, key, sel, lang)
	if err != nil {
		return nil, err
	}
	out, err := s.render("indicator", p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}

// indicatorShown is the page with what it shows.
func (s *Site) indicatorShown(ctx context.Context, key string, sel selection, lang string) (*indicatorPage, *shown, error) {
	x, err := s.show(ctx, key, sel)
	if err != nil {
		return nil, nil, err
	}
	i := x.indicator
	p := &indicatorPage{
		page: s.newPage(lang, "/indicators/"+key, i.Names.In(lang), i.Definitions.In(lang)), Heading: i.Names.In(lang), Unit: locale.Named(lang, wording.Units, i.Unit),
		Definition: i.Definitions.In(lang), Comparison: i.Comparison.In(lang), Source: sel.source, Many: sel.many, Empty: len(x.series) == 0, Query: sel.query(),
		Base: "/" + lang + "/indicators/" + key,
	}
	if sel.from > 0 {
		p.From = strconv.Itoa(sel.from)
	}
	if sel.to > 0 {
		p.To = strconv.Itoa(sel.to)
	}
	if slices.ContainsFunc(x.series, func(s evidence.Series) bool { return s.Derived }) {
		p.Derived = locale.T(lang, "indicators.derived")
	}
	p.View, p.Script = sel.view, "chart.js"
	for _, v := range views {
		other := sel
		other.view = v
		p.Views = append(p.Views, link{Href: p.Base + other.query(), Label: locale.Named(lang, viewNames, v), Current: v == sel.view})
	}
	if sel.view == viewBars || sel.view == viewMap {
		_, since := x.latest()
		p.Window = locale.T(lang, "indicator.window", "from", strconv.Itoa(since), "to", strconv.Itoa(x.to))
	}
	p.choices(lang, x)
	if !p.Empty {
		if err := s.drawCharts(ctx, p, lang, sel, x); err != nil {
			return nil, nil, err
		}
		if sel.view == viewBars || sel.view == viewMap {
			p.ranking(lang, x)
		} else {
			p.table(lang, x)
		}
		if sel.view == viewLine {
			if err := s.tellActs(ctx, p, lang, x); err != nil {
				return nil, nil, err
			}
		}
		p.OGImage, p.OGAlt = s.base+p.Base+".png"+p.Query, p.Heading
		p.cite(lang, x, s.base, locale.Date(lang, s.now()))
	}
	for _, b := range i.Breaks {
		where := locale.T(lang, "indicator.everywhere")
		if b.Place != "" {
			where = areaName(lang, b.Place)
		}
		p.Breaks = append(p.Breaks, where+", "+locale.T(lang, "indicator.break_at", "year", strconv.Itoa(b.Year))+": "+b.Why.In(lang))
	}
	return p, x, nil
}

func (s *Site) drawCharts(ctx context.Context, p *indicatorPage, lang string, sel selection, x *shown) error {
	if sel.view == viewTable {
		return nil
	}
	for _, size := range []struct {
		width, height float64
		into          *template.HTML
	}{{wideWidth, wideHeight, &p.Wide}, {narrowWidth, narrowHeight, &p.Narrow}} {
		c, err := s.scene(ctx, lang, sel, x, size.width, size.height, false)
		if err != nil {
			return err
		}
		var b strings.Builder
		if err := c.SVG(&b, false); err != nil {
			return err
		}
		*size.into = template.HTML(b.String()) // the drawing escapes what it is given
	}
	return nil
}

// choices fills the form.
func (p *indicatorPage) choices(lang string, x *shown) {
	places, sources := map[string]bool{}, map[string]bool{}
	for _, series := range x.all {
		places[series.Place], sources[series.Source] = true, true
	}
	for code := range places {
		p.Places = append(p.Places, choice{code, areaName(lang, code), slices.ContainsFunc(x.series, func(s evidence.Series) bool { return s.Place == code })})
	}
	slices.SortFunc(p.Places, func(a, b choice) int {
		return cmp.Or(cmp.Compare(len(a.Value), len(b.Value)), cmp.Compare(place.Fold(a.Label), place.Fold(b.Label)))
	})
	p.SourceChoices = []option{{"", locale.T(lang, "indicator.preferred")}}
	for _, source := range x.sources {
		if sources[source.Key] {
			p.SourceChoices = append(p.SourceChoices, option{source.Key, sourceName(source)})
		}
	}
}

// table puts beside the chart what it shows: a row for each year.
func (p *indicatorPage) table(lang string, x *shown) {
	write := x.format(lang)
	used := map[string]bool{}
	cells := map[int][]tableCell{}
	for n, series := range x.series {
		source, _ := evidence.FindSource(x.sources, series.Source)
		p.Heads = append(p.Heads, tableHead{areaName(lang, series.Place), source.Short, "#source-" + source.Key})
		if !used[source.Key] {
			used[source.Key] = true
			p.Sources = append(p.Sources, newSourceView(lang, source))
		}
		for _, v := range series.Values {
			if cells[v.Period.Year] == nil {
				cells[v.Period.Year] = make([]tableCell, len(x.series))
			}
			cell := tableCell{Text: write(v.Value), Href: figureHref(lang, series, v)}
			if v.Flag != evidence.Sound {
				cell.Flag = locale.Named(lang, flagNames, v.Flag)
			}
			cells[v.Period.Year][n] = cell
		}
	}
	for year := x.to; year >= x.from; year-- {
		if row := cells[year]; row != nil {
			p.Rows = append(p.Rows, tableRow{strconv.Itoa(year), row})
		}
	}
}

func newSourceView(lang string, s evidence.Source) sourceView {
	v := sourceView{
		Key: s.Key, Title: s.Title, Publisher: s.Publisher, Licence: locale.T(lang, "indicator.licence", "licence", s.Licence), URL: s.URL, Notes: s.Notes.In(lang),
	}
	if s.Vintage != "" {
		v.Issued = locale.T(lang, "indicator.issued", "date", s.Vintage)
	}
	return v
}

// figureHref leads to one figure with its source.
func figureHref(lang string, series evidence.Series, v evidence.Value) string {
	return "/" + lang + "/indicators/" + series.Indicator + "/" + series.Place + "/" + v.Period.String() + "#source-" + series.Source
}

// cite says how to quote the chart, and how to embed it.
func (p *indicatorPage) cite(lang string, x *shown, base, today string) {
	var long []string
	for _, s := range p.Sources {
		full := s.Publisher + ", " + s.Title
		if s.Issued != "" {
			full += ", " + s.Issued
		}
		if s.URL != "" {
			full += ", " + s.URL
		}
		long = append(long, full)
	}
	p.Short = x.credit(lang)
	p.Long = locale.T(lang, "indicator.long", "name", p.Heading, "unit", p.Unit, "sources", strings.Join(long, "; "), "url", base+p.Base+p.Query, "date", today)
	p.Embed = `<iframe src="` + base + p.Base + ".embed" + p.Query + `" title="` + template.HTMLEscapeString(p.Heading) + `" width="100%" height="` + strconv.Itoa(wideHeight+180) + `" loading="lazy" style="border:0"></iframe>`
}

// sourceName tells the vintages of a source apart.
func sourceName(s evidence.Source) string {
	if s.Vintage == "" {
		return s.Short
	}
	return s.Short + " (" + s.Vintage + ")"
}
