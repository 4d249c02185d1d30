package web

import (
	"context"
	"net/http"
	"slices"

	"pliego/internal/evidence"
	"pliego/internal/followup/wording"
	"pliego/internal/locale"
	"pliego/internal/place"
)

type figurePage struct {
	page
	Indicator link
	Place     string
	Period    string
	Unit      string
	Figures   []figureView
}

type figureView struct {
	Value, How, Flag, Note string
	Source                 sourceView
	Parts                  []fact
}

// figure shows what each source says of one indicator in one place and period,
// with the parts that it was computed from: what every figure on a page leads to.
func (s *Site) figure(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	key, code := r.PathValue("indicator"), r.PathValue("place")
	period, err := evidence.ParsePeriod(r.PathValue("period"))
	if err != nil {
		return errNotFound
	}
	indicators, err := s.store.Indicators(ctx)
	if err != nil {
		return err
	}
	i, ok := evidence.Find(indicators, key)
	if _, known := place.AreaByCode(code); !ok || !known {
		return errNotFound
	}
	name := areaName(lang, code)
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return err
	}
	series, err := evidence.Read(ctx, s.store, evidence.Query{Indicators: []string{key}, Places: []string{code}, Monthly: period.Month != 0})
	if err != nil {
		return err
	}
	title := locale.T(lang, "figure.title", "indicator", i.Names.In(lang), "place", name, "period", period.String())
	p := &figurePage{page: s.newPage(lang, "/indicators/"+key+"/"+code+"/"+period.String(), title, locale.T(lang, "figure.lead")),
		Indicator: link{Href: "/" + lang + "/indicators/" + key + "?places=" + code, Label: i.Names.In(lang)}, Place: name, Period: period.String(), Unit: locale.Named(lang, wording.Units, i.Unit)}
	for _, x := range series {
		for _, v := range x.Values {
			if v.Period != period {
				continue
			}
			source, _ := evidence.FindSource(sources, x.Source)
			view := figureView{Value: locale.Decimal(lang, v.Value, i.Decimals), How: locale.T(lang, "figure.published"), Note: v.Note, Source: newSourceView(lang, source)}
			if v.Flag != evidence.Sound {
				view.Flag = locale.Named(lang, flagNames, v.Flag)
			}
			if x.Derived {
				view.How = locale.T(lang, "figure.computed")
			}
			for _, part := range v.Parts {
				of, _ := evidence.Find(indicators, part.Indicator)
				view.Parts = append(view.Parts, fact{Label: of.Names.In(lang), Value: locale.Decimal(lang, part.Value, of.Decimals),
					Href: "/" + lang + "/indicators/" + part.Indicator + "/" + part.Place + "/" + part.Period.String()})
			}
			if i.Ratio != nil && len(v.Parts) > 1 {
				of, _ := evidence.Find(indicators, i.Ratio.Of)
				by, _ := evidence.Find(indicators, i.Ratio.By)
				view.How = locale.T(lang, "figure.of", "of", of.Names.In(lang), "by", by.Names.In(lang), "times", locale.Decimal(lang, i.Ratio.Times, 0))
			}
			p.Figures = append(p.Figures, view)
		}
	}
	sums, err := s.sumsOfStates(ctx, lang, i, code, period, sources)
	if err != nil {
		return err
	}
	for _, sum := range sums {
		if !slices.ContainsFunc(p.Figures, func(f figureView) bool { return f.Source.Key == sum.Source.Key }) {
			p.Figures = append(p.Figures, sum)
		}
	}
	if len(p.Figures) == 0 {
		return errNotFound
	}
	w.Header()["Cache-Control"] = revalidate
	return s.draw(w, http.StatusOK, "figure", p)
}

// sumsOfStates gives what sources say of a country that publish its states alone:
// the sum, where a source has every one of them.
func (s *Site) sumsOfStates(ctx context.Context, lang string, i evidence.Indicator, code string, period evidence.Period, sources []evidence.Source) ([]figureView, error) {
	states := place.States(code)
	if len(states) == 0 || i.OverYear != evidence.Sum {
		return nil, nil
	}
	codes := make([]string, len(states))
	for n, a := range states {
		codes[n] = a.Code
	}
	series, err := evidence.Read(ctx, s.store, evidence.Query{Indicators: []string{i.Key}, Places: codes, Monthly: period.Month != 0})
	if err != nil {
		return nil, err
	}
	total, parts := map[string]float64{}, map[string][]fact{}
	for _, x := range series {
		for _, v := range x.Values {
			if v.Period == period {
				total[x.Source] += v.Value
				parts[x.Source] = append(parts[x.Source], fact{Label: areaName(lang, x.Place), Value: locale.Decimal(lang, v.Value, i.Decimals), Href: figureHref(lang, x, v)})
			}
		}
	}
	var out []figureView
	for _, source := range sources {
		if len(parts[source.Key]) == len(states) {
			out = append(out, figureView{Value: locale.Decimal(lang, total[source.Key], i.Decimals), How: locale.T(lang, "figure.sum", "n", len(states)),
				Source: newSourceView(lang, source), Parts: parts[source.Key]})
		}
	}
	return out, nil
}
