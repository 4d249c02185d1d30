package evidence

import (
	"cmp"
	"context"
	"slices"

	"pliego/internal/evidence/outcome"
)

// Read gives the series that a query asks for, published and derived, with
// their implausible values flagged: by indicator in the order of definition,
// by place in the query's order (else by code), and the preferred source first.
func Read(ctx context.Context, s Store, q Query) ([]Series, error) {
	indicators, err := s.Indicators(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := s.Sources(ctx)
	if err != nil {
		return nil, err
	}
	wide := q
	wide.Indicators = withParts(indicators, q.Indicators)
	observed, err := s.Observed(ctx, wide)
	if err != nil {
		return nil, err
	}
	return Compute(indicators, sources, observed, q), nil
}

// withParts adds to some indicators those that they are computed from.
func withParts(defined []Indicator, keys []string) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k)
		if i, ok := Find(defined, k); ok && i.Ratio != nil {
			out = append(out, i.Ratio.Of, i.Ratio.By)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Compute makes what Read gives out of the series as they were published.
func Compute(indicators []Indicator, sources []Source, observed []Series, q Query) []Series {
	type name struct{ indicator, place, source string }
	by := map[name]Series{}
	for _, s := range observed {
		if !q.Monthly {
			i, _ := Find(indicators, s.Indicator)
			s = yearly(s, i.OverYear)
		} else {
			s = monthly(s)
		}
		if len(s.Values) > 0 {
			by[name{s.Indicator, s.Place, s.Source}] = s
		}
	}
	for n, s := range by {
		if i, ok := Find(indicators, n.indicator); ok {
			by[n] = flagged(s, i)
		}
	}
	for _, i := range indicators {
		if i.Ratio == nil || len(q.Indicators) > 0 && !slices.Contains(q.Indicators, i.Key) {
			continue
		}
		for n, of := range by {
			if n.indicator != i.Ratio.Of {
				continue
			}
			own := name{i.Key, n.place, n.source}
			if _, published := by[own]; published {
				continue
			}
			if d := divide(i, of, by[name{i.Ratio.By, n.place, n.source}]); len(d.Values) > 0 {
				by[own] = flagged(d, i)
			}
		}
	}
	var out []Series
	for _, s := range by {
		if len(q.Indicators) > 0 && !slices.Contains(q.Indicators, s.Indicator) {
			continue
		}
		s.Values = slices.DeleteFunc(s.Values, func(v Value) bool {
			return q.From != 0 && v.Period.Year < q.From || q.To != 0 && v.Period.Year > q.To
		})
		if len(s.Values) > 0 {
			out = append(out, s)
		}
	}
	order(out, indicators, sources, q.Places)
	return out
}

// order sorts series as Read promises.
func order(series []Series, indicators []Indicator, sources []Source, places []string) {
	type rank struct{ indicator, preference, source int }
	position := make(map[string]int, len(indicators))
	for n, i := range indicators {
		position[i.Key] = n
	}
	ranks := map[[2]string]rank{}
	of := func(s Series) rank {
		key := [2]string{s.Indicator, s.Source}
		r, ok := ranks[key]
		if !ok {
			r = rank{len(indicators), len(sources), len(sources)}
			if n := slices.IndexFunc(sources, func(x Source) bool { return x.Key == s.Source }); n >= 0 {
				r.source = n
			}
			if n, defined := position[s.Indicator]; defined {
				r.indicator = n
				if r.source < len(sources) {
					r.preference = indicators[n].Rank(sources[r.source])
				} else {
					r.preference = len(indicators[n].Sources) + 1
				}
			}
			ranks[key] = r
		}
		return r
	}
	slices.SortFunc(series, func(a, b Series) int {
		x, y := of(a), of(b)
		return cmp.Or(
			cmp.Compare(x.indicator, y.indicator),
			cmp.Compare(slices.Index(places, a.Place), slices.Index(places, b.Place)),
			cmp.Compare(a.Place, b.Place),
			cmp.Compare(x.preference, y.preference),
			cmp.Compare(x.source, y.source),
			cmp.Compare(a.Source, b.Source))
	})
}

// monthly keeps the months of a series.
func monthly(s Series) Series {
	out := s
	out.Values = nil
	for _, v := range s.Values {
		if v.Period.Month != 0 {
			out.Values = append(out.Values, v)
		}
	}
	return out
}

// yearly keeps the years of a series, or makes them of whole years of months.
func yearly(s Series, way OverYear) Series {
	out := s
	out.Values = nil
	months := map[int][]Value{}
	var years []int
	for _, v := range s.Values {
		if v.Period.Month == 0 {
			out.Values = append(out.Values, v)
			continue
		}
		if len(months[v.Period.Year]) == 0 {
			years = append(years, v.Period.Year)
		}
		months[v.Period.Year] = append(months[v.Period.Year], v)
	}
	if len(out.Values) > 0 || way == "" {
		return out // the source published years; months are not mixed in
	}
	for _, year := range years {
		if len(months[year]) != 12 {
			continue
		}
		v := Value{Period: Period{Year: year}}
		for _, m := range months[year] {
			v.Value += m.Value
			v.Flag = worse(v.Flag, m.Flag)
			v.Parts = append(v.Parts, Part{s.Indicator, s.Place, m.Period, m.Value, m.Flag})
		}
		if way == Average {
			v.Value /= 12
		}
		out.Values = append(out.Values, v)
	}
	out.Derived = len(out.Values) > 0
	return out
}

// divide computes an indicator from its two parts, period by period.
func divide(i Indicator, of, by Series) Series {
	out := Series{Indicator: i.Key, Place: of.Place, Source: of.Source, Derived: true}
	under := make(map[Period]Value, len(by.Values))
	for _, v := range by.Values {
		under[v.Period] = v
	}
	for _, v := range of.Values {
		d, ok := under[v.Period]
		if !ok || d.Value <= 0 {
			continue
		}
		times := i.Ratio.Times
		if v.Period.Month != 0 && i.Unit == Per100k {
			times *= 12 // a month's rate is given as that of a year
		}
		out.Values = append(out.Values, Value{
			Period: v.Period, Value: v.Value / d.Value * times, Flag: worse(v.Flag, d.Flag), Note: joinNotes(v.Note, d.Note),
			Parts: []Part{
				{of.Indicator, of.Place, v.Period, v.Value, v.Flag},
				{by.Indicator, by.Place, d.Period, d.Value, d.Flag},
			},
		})
	}
	return out
}

func joinNotes(a, b string) string {
	if a == "" || a == b {
		return b
	}
	if b == "" {
		return a
	}
	return a + "; " + b
}

// worse gives the flag of what is made of two values.
func worse(a, b Flag) Flag {
	if a == Implausible || b == Sound {
		return a
	}
	return b
}

// flagged marks the values that lie outside of the indicator's bounds, or far
// from what is usual in their own series.
func flagged(s Series, i Indicator) Series {
	if i.Least == 0 && i.Most == 0 && i.Usual == 0 {
		return s
	}
	s.Values = slices.Clone(s.Values)
	var sound []float64
	for n, v := range s.Values {
		if v.Value < i.Least || i.Most != 0 && v.Value > i.Most {
			s.Values[n].Flag = Implausible
		}
		if s.Values[n].Flag == Sound {
			sound = append(sound, v.Value)
		}
	}
	usual := outcome.Median(sound)
	for n, v := range s.Values {
		far := v.Value > i.Usual*usual || v.Value*i.Usual < usual
		if i.Usual != 0 && len(sound) >= minUsual && far && max(v.Value, usual) >= i.UsualFrom && v.Flag == Sound {
			s.Values[n].Flag, s.Values[n].Note = Implausible, joinNotes(v.Note, unusual)
		}
	}
	return s
}

const (
	// minUsual is from how many values on a series shows what is usual in it.
	minUsual = 5
	unusual  = "far from what is usual in this series"
)
