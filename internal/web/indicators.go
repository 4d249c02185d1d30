package web

import (
	"context"
	"net/http"
	"strconv"

	"pliego/internal/evidence"
	"pliego/internal/locale"
)

type indicatorsPage struct {
	page
	Rows      []indicatorRow
	Penalties string
}

type indicatorRow struct {
	Href, Name, Definition, Holds string
	Derived                       bool
}

var flagNames = map[evidence.Flag]string{
	evidence.Implausible: "indicator.flag_implausible",
	evidence.Provisional: "indicator.flag_provisional",
}

// indicators lists what is measured.
func (s *Site) indicators(w http.ResponseWriter, r *http.Request, lang string) error {
	return s.serveCached(w, r, lang, s.versions.evidenceKey(r.URL.Path), s.drawIndicators)
}

func (s *Site) drawIndicators(ctx context.Context, _ *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	list, err := s.store.Indicators(ctx)
	if err != nil {
		return nil, err
	}
	holdings, err := s.store.Holdings(ctx, nil)
	if err != nil {
		return nil, err
	}
	p := indicatorsPage{page: s.newPage(lang, "/indicators", locale.T(lang, "indicators.title"), locale.T(lang, "indicators.lead")), Penalties: "/" + lang + "/penalties"}
	for _, i := range list {
		row := indicatorRow{Href: "/" + lang + "/indicators/" + i.Key, Name: i.Names.In(lang), Definition: i.Definitions.In(lang)}
		places, first, last := map[string]bool{}, 0, 0
		for _, h := range holdings {
			if h.Indicator != i.Key {
				continue
			}
			places[h.Place] = true
			if first == 0 || h.First.Year < first {
				first = h.First.Year
			}
			last = max(last, h.Last.Year)
		}
		if len(places) > 0 {
			row.Holds = locale.T(lang, "indicators.holds", "places", locale.T(lang, "indicators.places", "n", len(places)), "first", strconv.Itoa(first), "last", strconv.Itoa(last))
		}
		row.Derived = i.Ratio != nil
		p.Rows = append(p.Rows, row)
	}
	out, err := s.render("indicators", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}
