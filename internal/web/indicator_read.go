package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pliego/internal/chart"
	"pliego/internal/evidence"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
)

// mostLines is how many places one chart shows.
const mostLines = 8

// mostPlaces is how many the other views show.
const mostPlaces = 60

// defaultLines is how many it shows when nobody has chosen.
const defaultLines = 5

// selection is what an address asks to see of an indicator. It is written back
// into every address of the page.
type selection struct {
	places   []string // codes; none: the program chooses
	from, to int      // 0: as far as there are figures
	source   string   // key; "": the preferred one for each place
	many     bool     // more places were asked for than fit
	view     string   // one of views
}

// selectionOf reads ?places=HND,SLV&from=2005&to=2015&source=…; what is no code,
// year or key is passed over.
func selectionOf(r *http.Request) selection {
	q := r.URL.Query()
	sel := selection{view: viewLine}
	if v := q.Get("view"); slices.Contains(views, v) {
		sel.view = v
	}
	most := mostLines
	if sel.view != viewLine {
		most = mostPlaces
	}
	for _, part := range q["places"] {
		for code := range strings.SplitSeq(part, ",") {
			code = strings.ToUpper(strings.TrimSpace(code))
			if _, ok := place.AreaByCode(code); !ok || slices.Contains(sel.places, code) {
				continue
			}
			if len(sel.places) == most {
				sel.many = true
				break
			}
			sel.places = append(sel.places, code)
		}
	}
	year := func(name string) int {
		if n, err := strconv.Atoi(q.Get(name)); err == nil && n >= 1800 && n <= 2200 {
			return n
		}
		return 0
	}
	sel.from, sel.to, sel.source = year("from"), year("to"), excerpt(q.Get("source"), 80)
	return sel
}

// query writes a selection as an address has it.
func (sel selection) query() string {
	var parts []string
	if len(sel.places) > 0 {
		parts = append(parts, "places="+strings.Join(sel.places, ","))
	}
	if sel.from > 0 {
		parts = append(parts, "from="+strconv.Itoa(sel.from))
	}
	if sel.to > 0 {
		parts = append(parts, "to="+strconv.Itoa(sel.to))
	}
	if sel.view != viewLine {
		parts = append(parts, "view="+sel.view)
	}
	if sel.source != "" {
		parts = append(parts, "source="+url.QueryEscape(sel.source))
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}

// shown is an indicator with the series that a selection shows: one for each
// place, never of two sources.
type shown struct {
	indicator evidence.Indicator
	sources   []evidence.Source
	all       []evidence.Series // of every place and source, whole
	series    []evidence.Series // shown, within the years
	from, to  int
}

// show reads an indicator and chooses what is shown of it.
func (s *Site) show(ctx context.Context, key string, sel selection) (*shown, error) {
	indicators, err := s.store.Indicators(ctx)
	if err != nil {
		return nil, err
	}
	out := &shown{}
	var ok bool
	if out.indicator, ok = evidence.Find(indicators, key); !ok {
		return nil, errNotFound
	}
	if out.sources, err = s.store.Sources(ctx); err != nil {
		return nil, err
	}
	if out.all, err = evidence.Read(ctx, s.store, evidence.Query{Indicators: []string{key}}); err != nil {
		return nil, err
	}
	preferred := map[string]evidence.Series{}
	for _, x := range out.all { // the preferred source of each place comes first
		if _, has := preferred[x.Place]; !has && len(x.Values) > 0 && (sel.source == "" || x.Source == sel.source) {
			preferred[x.Place] = x
		}
	}
	codes := sel.places
	if len(codes) == 0 {
		codes = highest(preferred)
		if sel.view == viewLine || sel.view == viewTable {
			codes = codes[:min(len(codes), defaultLines)]
		}
	}
	for _, code := range codes {
		x, has := preferred[code]
		if !has {
			continue
		}
		x.Values = slices.DeleteFunc(slices.Clone(x.Values), func(v evidence.Value) bool {
			return v.Period.Month != 0 || sel.from > 0 && v.Period.Year < sel.from || sel.to > 0 && v.Period.Year > sel.to
		})
		if len(x.Values) > 0 {
			out.series = append(out.series, x)
		}
	}
	out.from, out.to = sel.from, sel.to
	for _, x := range out.series {
		if first := x.Values[0].Period.Year; sel.from == 0 && (out.from == 0 || first < out.from) {
			out.from = first
		}
		if last := x.Values[len(x.Values)-1].Period.Year; sel.to == 0 {
			out.to = max(out.to, last)
		}
	}
	return out, nil
}

// highest are the countries, those with the highest latest value first.
func highest(series map[string]evidence.Series) []string {
	var codes []string
	for code := range series {
		if len(code) == 3 {
			codes = append(codes, code)
		}
	}
	last := func(code string) float64 { return series[code].Values[len(series[code].Values)-1].Value }
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(cmp.Compare(last(b), last(a)), cmp.Compare(a, b)) })
	return codes
}

// format writes values of an indicator.
func (x *shown) format(lang string) func(float64) string {
	return func(v float64) string { return locale.Decimal(lang, v, x.indicator.Decimals) }
}

// lines is the chart.
func (s *Site) lines(ctx context.Context, lang string, sel selection, x *shown, width, height float64) (chart.Lines, error) {
	write := x.format(lang)
	c := chart.Lines{From: x.from, To: x.to, Width: width, Height: height, Whole: x.indicator.Decimals == 0, Format: write,
		Axis: func(v float64, digits int) string { return locale.Decimal(lang, v, digits) }}
	says := []string{locale.T(lang, "indicator.says", "name", x.indicator.Names.In(lang), "from", strconv.Itoa(x.from), "to", strconv.Itoa(x.to))}
	for _, series := range x.series {
		line := chart.Line{Name: areaName(lang, series.Place)}
		for _, v := range series.Values {
			line.Points = append(line.Points, chart.Point{X: float64(v.Period.Year), Y: v.Value, Doubtful: v.Flag != evidence.Sound})
		}
		for _, b := range x.indicator.Breaks {
			if source, _ := evidence.FindSource(x.sources, series.Source); (b.Place == "" || b.Place == series.Place) && (b.Source == "" || b.Source == source.Key || b.Source == source.Family) {
				line.Breaks = append(line.Breaks, b.Year)
			}
		}
		first, last := series.Values[0], series.Values[len(series.Values)-1]
		says = append(says, locale.T(lang, "indicator.says_line", "place", line.Name, "first", write(first.Value), "first_year", first.Period.String(),
			"last", write(last.Value), "last_year", last.Period.String()))
		c.Lines = append(c.Lines, line)
	}
	c.Says = strings.Join(says, " ")
	letters, err := s.lettersWithClaims(ctx)
	if err != nil {
		return c, err
	}
	for _, l := range letters {
		if day, ok := isoDate(l.Date); ok {
			c.Markers = append(c.Markers, chart.Marker{X: atDay(day), Label: locale.T(lang, "indicator.letter", "month", locale.Month(lang, day))})
		}
	}
	if sel.view != viewLine {
		return c, nil
	}
	done, err := s.acts(ctx, lang, x, letters)
	if err != nil {
		return c, err
	}
	for _, m := range done {
		c.Lines[m.line].Acts = append(c.Lines[m.line].Acts, m.act)
	}
	return c, nil
}

// lettersWithClaims are the public letters that are tied to the evidence.
func (s *Site) lettersWithClaims(ctx context.Context) ([]*letter.Letter, error) {
	slugs, err := s.store.LettersWithClaims(ctx)
	if err != nil {
		return nil, err
	}
	var out []*letter.Letter
	for _, slug := range slugs {
		l, err := s.store.LetterBySlug(ctx, slug)
		if err != nil {
			return nil, err
		}
		if l.State.Public() {
			out = append(out, l)
		}
	}
	return out, nil
}
