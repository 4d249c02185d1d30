package claim

import (
	"slices"

	"pliego/internal/evidence"
	"pliego/internal/place"
)

// level holds each place's value at the letter against a threshold.
func (c *checker) level(p evidence.ClaimPart, key string) Try {
	t := Try{Indicator: key}
	done := map[string]bool{}
	for _, s := range c.series[key] {
		if done[s.Place] || !c.takesPart(s.Place) || !isCountry(s.Place) {
			continue
		}
		if v, ok := c.atLetter(s); ok { // of the first source that has one
			done[s.Place] = true
			t.Rows = append(t.Rows, Row{Place: s.Place, Source: s.Source, Last: point(key, v), Reached: v.Value >= p.Threshold})
		}
	}
	t.judge(LevelMost, LevelLeast, false)
	return t
}

// rise holds each place's first value against that at the letter.
func (c *checker) rise(p evidence.ClaimPart, key string) Try {
	t := Try{Indicator: key}
	done := map[string]bool{}
	for _, s := range c.series[key] {
		if done[s.Place] || !c.takesPart(s.Place) || !isCountry(s.Place) {
			continue
		}
		last, ok := c.atLetter(s)
		if !ok {
			continue
		}
		for _, first := range sound(s) {
			if first.Period.Year < p.From {
				continue
			}
			if last.Period.Year-first.Period.Year >= RiseYears {
				done[s.Place] = true
				t.Rows = append(t.Rows, Row{
					Place: s.Place, Source: s.Source, First: point(key, first), Last: point(key, last),
					Reached: last.Value > first.Value*(1+RiseShare),
				})
			}
			break
		}
	}
	t.judge(2.0/3, 1.0/3, false)
	return t
}

// compare holds two indicators of the same source and year against each other,
// or of one table where the source is one. The newest such pair of a place
// counts.
func (c *checker) compare(p evidence.ClaimPart) Try {
	if len(p.Indicators) != 2 {
		return Try{Verdict: evidence.CannotTest, Reason: NoData}
	}
	t := Try{Indicator: p.Indicators[0]}
	done := map[string]bool{}
	for _, a := range c.series[p.Indicators[0]] {
		if done[a.Place] || !c.takesPart(a.Place) || !isCountry(a.Place) {
			continue
		}
		for _, b := range c.series[p.Indicators[1]] {
			if b.Place != a.Place || b.Source != a.Source {
				continue
			}
			source, _ := evidence.FindSource(c.sources, a.Source)
			if x, y, ok := pair(sound(a), sound(b), source.OneTable); ok {
				done[a.Place] = true
				t.Rows = append(t.Rows, Row{
					Place: a.Place, Source: a.Source, Last: point(a.Indicator, x), First: point(b.Indicator, y), Reached: x.Value > y.Value,
				})
			}
		}
	}
	t.judge(CompareMost, 1-CompareMost, true)
	return t
}

// pair finds the newest values of one year, or of one table.
func pair(a, b []evidence.Value, oneTable bool) (x, y evidence.Value, ok bool) {
	if oneTable && len(a) > 0 && len(b) > 0 {
		return a[len(a)-1], b[len(b)-1], true
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].Period == b[j].Period {
				return a[i], b[j], true
			}
		}
	}
	return x, y, false
}

// sum adds the values of one place over some years, for each source that has
// all of them; a source that has the place's states instead is added over them.
func (c *checker) sum(p evidence.ClaimPart, key string) Try {
	t := Try{Indicator: key}
	states := map[string]bool{}
	for _, s := range place.States(p.Place) {
		states[s.Code] = true
	}
	type years map[int][]evidence.Value
	whole, parted := map[string]years{}, map[string]years{}
	var order []string
	note := func(into map[string]years, s evidence.Series) {
		if into[s.Source] == nil {
			into[s.Source] = years{}
			if !slices.Contains(order, s.Source) {
				order = append(order, s.Source)
			}
		}
		for _, v := range sound(s) {
			if y := v.Period.Year; y >= p.From && y <= p.To {
				into[s.Source][y] = append(into[s.Source][y], v)
			}
		}
	}
	for _, s := range c.series[key] {
		switch {
		case s.Place == p.Place:
			note(whole, s)
		case states[s.Place]:
			note(parted, s)
		}
	}
	full := 0
	for _, source := range order {
		got, need := whole[source], 1
		if got == nil {
			got, need = parted[source], len(states)
		}
		r := Row{Place: p.Place, Source: source, Last: Point{Indicator: key}}
		covered := 0
		for y := p.From; y <= p.To; y++ {
			if len(got[y]) != need {
				continue
			}
			covered++
			add := evidence.Part{Indicator: key, Place: p.Place, Period: evidence.Period{Year: y}}
			for _, v := range got[y] {
				add.Value += v.Value
			}
			r.Last.Value += add.Value
			r.Last.Period = add.Period
			r.Last.Parts = append(r.Last.Parts, add)
		}
		if covered == 0 {
			continue
		}
		r.Left = covered <= p.To-p.From
		r.Reached = r.Last.Value >= p.Threshold
		t.Rows = append(t.Rows, r)
		if r.Left {
			continue
		}
		full++
		if r.Reached {
			t.Reached++
		}
	}
	t.Counted = full
	switch {
	case full == 0:
		t.Verdict, t.Reason = evidence.CannotTest, NoWholeSpan
	case t.Reached == full:
		t.Verdict = evidence.Supported
	case t.Reached == 0:
		t.Verdict = evidence.NotSupported
	default:
		t.Verdict = evidence.Mixed
	}
	return t
}

func isCountry(code string) bool {
	a, ok := place.AreaByCode(code)
	return ok && a.IsCountry()
}
