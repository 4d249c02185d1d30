package web

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"pliego/internal/chart"
	"pliego/internal/evidence"
	"pliego/internal/followup/wording"
	"pliego/internal/locale"
	"pliego/internal/typeset"
)

// The ways to see an indicator, by ?view=; the first is the way without one.
const (
	viewLine      = "line"
	viewBars      = "bars"
	viewMultiples = "multiples"
	viewMap       = "map"
	viewTable     = "table"
)

var viewNames = map[string]string{viewLine: "indicator.view_line", viewBars: "indicator.view_bars", viewMultiples: "indicator.view_multiples", viewMap: "indicator.view_map", viewTable: "indicator.view_table"}

var views = []string{viewLine, viewBars, viewMultiples, viewMap, viewTable}

// inWindow is how many years back the latest figure of a country may lie in a
// ranking and on the map.
const inWindow = 5

// Bounds of what fits on one card for messengers.
const (
	barsOnCard      = 15
	multiplesOnCard = 18
)

// latest are the last figures of the series within the window, the highest
// first. It says since which year.
func (x *shown) latest() (list []evidence.Series, since int) {
	since = max(x.from, x.to-inWindow+1)
	for _, s := range x.series {
		if s.Values[len(s.Values)-1].Period.Year >= since {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b evidence.Series) int {
		return cmp.Compare(b.Values[len(b.Values)-1].Value, a.Values[len(a.Values)-1].Value)
	})
	return list, since
}

// scene lays out what a selection shows, in the way that it is to be seen; for a
// card as much of it as fits. A table is drawn as lines where a picture is asked.
func (s *Site) scene(ctx context.Context, lang string, sel selection, x *shown, width, height float64, card bool) (*chart.Scene, error) {
	write := x.format(lang)
	name := x.indicator.Names.In(lang)
	switch sel.view {
	case viewBars:
		list, since := x.latest()
		if card {
			list = list[:min(len(list), barsOnCard)]
			width = max(width*0.8, chart.BarStep*float64(len(list))*chart.CardRoomWidth/chart.CardRoomHeight)
		}
		c := chart.Bars{Width: width, Format: write, Says: sayLatest(lang, name, list, since, x, write)}
		for _, one := range list {
			v := one.Values[len(one.Values)-1]
			c.Bars = append(c.Bars, chart.Bar{Key: one.Place, Name: areaName(lang, one.Place), Value: v.Value, When: v.Period.String(), Doubtful: v.Flag != evidence.Sound})
		}
		return c.Lay(), nil
	case viewMap:
		list, since := x.latest()
		if card {
			width, height = chart.CardRoomWidth/1.1, chart.CardRoomHeight/1.1
		}
		list = slices.DeleteFunc(list, func(s evidence.Series) bool { return !chart.OnMap(s.Place) })
		c := chart.Map{Width: width, Height: height, Format: write, Says: sayLatest(lang, name, list, since, x, write),
			Nothing: locale.T(lang, "indicator.no_figure"), Inset: locale.T(lang, "indicator.caribbean"), Regions: map[string]chart.Region{}}
		for _, code := range x.places() {
			c.Regions[code] = chart.Region{Name: areaName(lang, code), None: true}
		}
		bounds := steps(list)
		for _, one := range list {
			v := one.Values[len(one.Values)-1]
			step := 0
			for step < len(bounds)-2 && v.Value >= bounds[step+1] {
				step++
			}
			c.Regions[one.Place] = chart.Region{Name: areaName(lang, one.Place), Value: v.Value, When: v.Period.String(), Step: step}
		}
		for n := 0; n+1 < len(bounds); n++ {
			c.Legend = append(c.Legend, locale.T(lang, "indicator.step", "from", write(bounds[n]), "to", write(bounds[n+1])))
		}
		return c.Lay(), nil
	}
	lines, err := s.lines(ctx, lang, sel, x, width, height)
	if err != nil || sel.view != viewMultiples {
		if card { // it has no room for the words that marks need
			for n := range lines.Lines {
				lines.Lines[n].Acts = nil
			}
		}
		return lines.Lay(), err
	}
	m := chart.Multiples{Says: lines.Says, Lines: lines.Lines, Markers: lines.Markers, From: lines.From, To: lines.To, Columns: 4, Width: width, Format: write, Axis: lines.Axis}
	if width < 600 {
		m.Columns = 2
	}
	if card {
		m.Columns, m.Lines, m.Width = 6, m.Lines[:min(len(m.Lines), multiplesOnCard)], chart.CardRoomWidth*0.94
	}
	return m.Lay(), nil
}

// places are the countries that something is known of.
func (x *shown) places() (codes []string) {
	for _, s := range x.all {
		if len(s.Place) == 3 {
			codes = append(codes, s.Place)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func sayLatest(lang, name string, list []evidence.Series, since int, x *shown, write func(float64) string) string {
	says := []string{locale.T(lang, "indicator.says_latest", "name", name, "from", strconv.Itoa(since), "to", strconv.Itoa(x.to))}
	for n, s := range list {
		if n == 3 && len(list) > 4 {
			n = len(list) - 1
			s = list[n]
			says = append(says, "…")
		}
		v := s.Values[len(s.Values)-1]
		says = append(says, areaName(lang, s.Place)+": "+write(v.Value)+" ("+v.Period.String()+").")
		if n == len(list)-1 {
			break
		}
	}
	return strings.Join(says, " ")
}

// steps are the bounds of a map's steps: about as many countries in each, at
// round numbers.
func steps(list []evidence.Series) []float64 {
	var values []float64
	for _, s := range list {
		values = append(values, s.Values[len(s.Values)-1].Value)
	}
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	out := []float64{rounded(values[0], math.Floor)}
	for n := 1; n < chart.Steps; n++ {
		if v := rounded(values[n*len(values)/chart.Steps], math.Round); v > out[len(out)-1] {
			out = append(out, v)
		}
	}
	if v := rounded(values[len(values)-1], math.Ceil); v > out[len(out)-1] {
		return append(out, v)
	}
	return append(out, out[len(out)-1]+1)
}

// rounded gives two digits that count.
func rounded(v float64, how func(float64) float64) float64 {
	if v == 0 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-1)
	return how(v/power) * power
}

var pictureFonts = sync.OnceValues(func() (*chart.Fonts, error) {
	var files [3][]byte
	for n, name := range []string{"SourceSans3-Regular", "SourceSans3-Semibold", "SourceSerif4Display-Semibold"} {
		data, err := typeset.FontFile(name)
		if err != nil {
			return nil, err
		}
		files[n] = data
	}
	return chart.ReadFonts(files[0], files[1], files[2])
})

var pngType = "image/png"

// indicatorPNG is the chart as a picture for messengers.
func (s *Site) indicatorPNG(w http.ResponseWriter, r *http.Request, lang string) error {
	sel := selectionOf(r)
	return s.serveCached(w, r, lang, s.versions.evidenceKey(r.URL.Path+sel.query()), func(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
		x, err := s.show(ctx, r.PathValue("indicator"), sel)
		if err != nil {
			return nil, err
		}
		if len(x.series) == 0 {
			return nil, errNotFound
		}
		scene, err := s.scene(ctx, lang, sel, x, chart.CardRoomWidth/1.35, chart.CardRoomHeight/1.35, true)
		if err != nil {
			return nil, err
		}
		fonts, err := pictureFonts()
		if err != nil {
			return nil, err
		}
		card := chart.Card{Title: x.indicator.Names.In(lang), Under: locale.Named(lang, wording.Units, x.indicator.Unit) + " · " + x.years(sel), Source: x.credit(lang), Site: host(s.base), Scene: scene}
		var b bytes.Buffer
		if err := card.PNG(&b, fonts); err != nil {
			return nil, err
		}
		return newDrawn("", s.versions.of(""), s.now(), pngType, b.Bytes())
	})
}

// years are those that a view shows.
func (x *shown) years(sel selection) string {
	from := x.from
	if sel.view == viewBars || sel.view == viewMap {
		_, from = x.latest()
	}
	return strconv.Itoa(from) + "–" + strconv.Itoa(x.to)
}

// credit is the line under a chart: its sources, and who drew it.
func (x *shown) credit(lang string) string {
	var short []string
	for _, s := range x.series {
		if source, _ := evidence.FindSource(x.sources, s.Source); !slices.Contains(short, source.Short) {
			short = append(short, source.Short)
		}
	}
	return locale.T(lang, "indicator.processed", "sources", strings.Join(short, "; "))
}

// embedPolicy is that of the one kind of page which others may frame.
var embedPolicy = []string{strings.Replace(scriptPolicy, "frame-ancestors 'none'", "frame-ancestors *", 1)}

// indicatorEmbed is the chart alone on a page, for a frame on another site.
func (s *Site) indicatorEmbed(w http.ResponseWriter, r *http.Request, lang string) error {
	sel := selectionOf(r)
	w.Header()["Content-Security-Policy"] = embedPolicy
	err := s.serveCached(w, r, lang, s.versions.evidenceKey(r.URL.Path+sel.query()), func(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
		p, x, err := s.indicatorShown(ctx, r.PathValue("indicator"), sel, lang)
		if err != nil {
			return nil, err
		}
		if len(x.series) == 0 {
			return nil, errNotFound
		}
		p.Private = true // the page itself is what search engines list
		out, err := s.render("indicator_embed", p)
		if err != nil {
			return nil, err
		}
		return newDrawn("", s.versions.of(""), s.now(), htmlType, out)
	})
	if err != nil {
		w.Header()["Content-Security-Policy"] = headerPolicy
	}
	return err
}
