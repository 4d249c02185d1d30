package web

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pliego/internal/chart"
	"pliego/internal/evidence"
	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
)

// fewestOfMedian is how many countries a median is drawn from at least.
const fewestOfMedian = 5

type placesPage struct {
	page
	Rows []link
}

// places lists the countries that something was measured in.
func (s *Site) places(w http.ResponseWriter, r *http.Request, lang string) error {
	return s.serveCached(w, r, lang, s.versions.evidenceKey(r.URL.Path), func(ctx context.Context, _ *http.Request, lang string) (*drawn, error) {
		generation := s.versions.of("")
		holdings, err := s.store.Holdings(ctx, nil)
		if err != nil {
			return nil, err
		}
		p := placesPage{page: s.newPage(lang, "/places", locale.T(lang, "places.title"), locale.T(lang, "places.lead"))}
		seen := map[string]bool{}
		for _, h := range holdings {
			if a, ok := place.AreaByCode(h.Place); ok && a.IsCountry() && !seen[h.Place] {
				seen[h.Place] = true
				p.Rows = append(p.Rows, link{Href: "/" + lang + "/places/" + h.Place, Label: a.Name(lang)})
			}
		}
		slices.SortFunc(p.Rows, func(a, b link) int { return cmp.Compare(place.Fold(a.Label), place.Fold(b.Label)) })
		out, err := s.render("places", &p)
		if err != nil {
			return nil, err
		}
		return newDrawn("", generation, s.now(), htmlType, out)
	})
}

type placePage struct {
	page
	Name      string
	Letters   []placeLetter
	Measured  []placeIndicator
	Penalties string
}

// placeLetter is where a letter's asks stand with the governments of a place.
type placeLetter struct {
	Letter     letterRef
	Government words
	Href       string
	Asks       []words
	Cells      []followUpCell
}

// placeIndicator is one indicator of a place, beside the median of all countries.
type placeIndicator struct {
	Name, Href         string
	Latest, Year, Unit string
	LatestHref         string
	Flag               string
	Points             string
	Median, MedianHref string // the latest year that has one, and the figures that it is the middle of
	Source             string
	Chart              template.HTML
}

// place shows the record and the evidence of one country, or of one state of it.
func (s *Site) place(w http.ResponseWriter, r *http.Request, lang string) error {
	code := r.PathValue("place")
	area, ok := place.AreaByCode(code)
	if !ok {
		return errNotFound
	}
	key := r.URL.Path + s.now().UTC().Format("2006-01-02") + strconv.FormatInt(s.versions.of(""), 10)
	return s.serveCached(w, r, lang, s.versions.evidenceKey(key), func(ctx context.Context, _ *http.Request, lang string) (*drawn, error) {
		generation := s.versions.of("")
		p := &placePage{page: s.newPage(lang, "/places/"+code, area.Name(lang), locale.T(lang, "place.lead")), Name: area.Name(lang)}
		p.Script = "chart.js"
		if err := s.placeLetters(ctx, p, lang, area); err != nil {
			return nil, err
		}
		if err := s.placeIndicators(ctx, p, lang, code); err != nil {
			return nil, err
		}
		if len(p.Letters)+len(p.Measured) == 0 {
			return nil, errNotFound
		}
		if area.IsCountry() {
			p.Penalties = "/" + lang + "/penalties?country=" + code
		}
		out, err := s.render("place", p)
		if err != nil {
			return nil, err
		}
		return newDrawn("", generation, s.now(), htmlType, out)
	})
}

func (s *Site) placeLetters(ctx context.Context, p *placePage, lang string, area place.Area) error {
	if !area.IsCountry() {
		return nil
	}
	letters, err := s.store.Letters(ctx, publicStates()...)
	if err != nil {
		return err
	}
	for _, l := range letters {
		for _, a := range l.Addressees {
			if a.Country != area.Country.Alpha2 {
				continue
			}
			row, err := s.placeLetter(ctx, lang, l, a)
			if err != nil {
				return err
			}
			if row != nil {
				p.Letters = append(p.Letters, *row)
			}
		}
	}
	return nil
}

func (s *Site) placeLetter(ctx context.Context, lang string, l *letter.Letter, a letter.Addressee) (*placeLetter, error) {
	text, ok := l.Text(lang)
	if !ok {
		return nil, nil
	}
	record, err := s.recordOf(ctx, l)
	if err != nil || len(record) == 0 {
		return nil, err
	}
	row := &placeLetter{Letter: refTo(lang, l, text), Href: letterPath(lang, l) + "/addressees/" + a.Key}
	row.Government.Text, row.Government.Lang = a.OfficeIn(lang)
	var list []followup.Cell
	for _, ask := range text.Asks {
		row.Asks = append(row.Asks, words{ask.Title, text.Lang})
		list = append(list, followup.Cell{Addressee: a.Key, Ask: ask.Key})
	}
	row.Cells = s.cellLinks(lang, l, record.As(s.now(), s.now()).Cells(askKeys(text)), list)
	return row, nil
}

func (s *Site) placeIndicators(ctx context.Context, p *placePage, lang, code string) error {
	indicators, err := s.store.Indicators(ctx)
	if err != nil {
		return err
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return err
	}
	all, err := evidence.Read(ctx, s.store, evidence.Query{})
	if err != nil {
		return err
	}
	for _, i := range indicators {
		preferred := map[string]evidence.Series{} // by country: the preferred source comes first
		for _, x := range all {
			if _, has := preferred[x.Place]; !has && x.Indicator == i.Key && len(x.Values) > 0 {
				preferred[x.Place] = x
			}
		}
		if own, ok := preferred[code]; ok {
			row, err := placeIndicatorOf(lang, i, own, medians(preferred), sources)
			if err != nil {
				return err
			}
			p.Measured = append(p.Measured, row)
		}
	}
	return nil
}

// median is that of one year.
type median struct {
	value float64
	n     int
}

// medians gives the median of the countries for each year in which enough of them
// have a sound figure, each from the source preferred for it.
func medians(preferred map[string]evidence.Series) map[int]median {
	byYear := map[int][]float64{}
	for code, x := range preferred {
		if len(code) != 3 {
			continue
		}
		for _, v := range x.Values {
			if v.Period.Month == 0 && v.Flag == evidence.Sound {
				byYear[v.Period.Year] = append(byYear[v.Period.Year], v.Value)
			}
		}
	}
	out := map[int]median{}
	for year, list := range byYear {
		if len(list) >= fewestOfMedian {
			out[year] = median{outcome.Median(list), len(list)}
		}
	}
	return out
}

func placeIndicatorOf(lang string, i evidence.Indicator, own evidence.Series, all map[int]median, sources []evidence.Source) (placeIndicator, error) {
	write := func(v float64) string { return locale.Decimal(lang, v, i.Decimals) }
	source, _ := evidence.FindSource(sources, own.Source)
	last := own.Values[len(own.Values)-1]
	row := placeIndicator{
		Name: i.Names.In(lang), Href: "/" + lang + "/indicators/" + i.Key + "?places=" + own.Place, Latest: write(last.Value), Year: last.Period.String(),
		Unit: locale.Named(lang, wording.Units, i.Unit), LatestHref: figureHref(lang, own, last), Source: source.Short,
		Points: locale.T(lang, "place.points", "n", len(own.Values)), Median: locale.T(lang, "place.few"),
	}
	if last.Flag != evidence.Sound {
		row.Flag = locale.Named(lang, flagNames, last.Flag)
	}
	c := chart.Lines{From: own.Values[0].Period.Year, To: last.Period.Year, Width: narrowWidth, Height: 240, Whole: i.Decimals == 0, Format: write,
		Axis: func(v float64, digits int) string { return locale.Decimal(lang, v, digits) }}
	line := chart.Line{Name: areaName(lang, own.Place), Bare: true}
	for _, v := range own.Values {
		line.Points = append(line.Points, chart.Point{X: float64(v.Period.Year), Y: v.Value, Doubtful: v.Flag != evidence.Sound})
	}
	c.Lines = []chart.Line{line}
	// A rate or share can be laid beside the median; a count says only how large a
	// country is.
	between := chart.Line{Name: locale.T(lang, "place.median")}
	if i.Denominator != "" {
		for year := c.From; year <= c.To; year++ {
			if m, ok := all[year]; ok {
				between.Points = append(between.Points, chart.Point{X: float64(year), Y: m.value})
				row.Median = locale.T(lang, "place.median_says", "n", m.n, "year", strconv.Itoa(year), "value", write(m.value))
				row.MedianHref = "/" + lang + "/indicators/" + i.Key + "?from=" + strconv.Itoa(year) + "&to=" + strconv.Itoa(year) + "&view=" + viewBars
			}
		}
	} else {
		row.Median = ""
	}
	if len(between.Points) > 0 {
		c.Lines = append(c.Lines, between)
	}
	c.Says = row.Name + ", " + line.Name + ". " + locale.T(lang, "place.latest") + ": " + row.Latest + " (" + row.Year + "). " + row.Median
	var b strings.Builder
	err := c.Lay().SVG(&b, false)
	row.Chart = template.HTML(b.String()) // the drawing escapes what it is given
	return row, err
}
