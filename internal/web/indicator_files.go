package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"pliego/internal/evidence"
)

// indicatorFile tells the page of an indicator from its files, whose names end
// it: a pattern of net/http takes whole parts of a path only.
func (s *Site) indicatorFile(w http.ResponseWriter, r *http.Request, lang string) error {
	name := r.PathValue("indicator")
	for _, file := range []struct {
		end    string
		handle handler
	}{{".csv", s.indicatorCSV}, {".svg", s.indicatorSVG}, {".png", s.indicatorPNG}, {".embed", s.indicatorEmbed}} {
		if key, is := strings.CutSuffix(name, file.end); is {
			r.SetPathValue("indicator", key)
			return file.handle(w, r, lang)
		}
	}
	return s.indicator(w, r, lang)
}

var svgType = "image/svg+xml"

// indicatorSVG is the chart as a file, for other pages and for print.
func (s *Site) indicatorSVG(w http.ResponseWriter, r *http.Request, lang string) error {
	sel := selectionOf(r)
	return s.serveCached(w, r, lang, s.versions.evidenceKey(r.URL.Path+sel.query()), func(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
		x, err := s.show(ctx, r.PathValue("indicator"), sel)
		if err != nil {
			return nil, err
		}
		if len(x.series) == 0 {
			return nil, errNotFound
		}
		c, err := s.scene(ctx, lang, sel, x, wideWidth, wideHeight, false)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := c.SVG(&b, true); err != nil {
			return nil, err
		}
		return newDrawn("", s.versions.of(""), s.now(), svgType, b.Bytes())
	})
}

// indicatorCSV gives the figures as a file: of the places and years that were
// chosen, or of all; from every source, or from the one that was chosen.
func (s *Site) indicatorCSV(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	key, sel := r.PathValue("indicator"), selectionOf(r)
	indicators, err := s.store.Indicators(ctx)
	if err != nil {
		return err
	}
	i, ok := evidence.Find(indicators, key)
	if !ok {
		return errNotFound
	}
	q := evidence.Query{Indicators: []string{key}, Places: sel.places, From: sel.from, To: sel.to}
	if sel.source != "" {
		q.Sources = []string{sel.source}
	}
	series, err := evidence.Read(ctx, s.store, q)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Cache-Control"], h["Access-Control-Allow-Origin"] = revalidate, anyOrigin
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+key+`.csv"`)
	out := csv.NewWriter(w)
	rows := [][]string{{"place", "period", "value", "unit", "source"}}
	for _, x := range series {
		for _, v := range x.Values {
			rows = append(rows, []string{x.Place, v.Period.String(), strconv.FormatFloat(v.Value, 'f', -1, 64), string(i.Unit), x.Source})
		}
	}
	return out.WriteAll(rows)
}
