package study

import (
	"math"
	"math/rand/v2"
)

// Bounds of the verdict, from the rule.
const (
	Rare      = 0.05 // a rise is one that so few placebos reach
	Suspicion = 0.10 // for having risen already before
)

// Estimate is a pooled effect and how unusual it is.
type Estimate struct {
	Variant Variant
	Dating  Dating
	Horizon int     // 12, 24 or 36; 0 for the year before against the year before that
	Effect  float64 // mean (or median) of the places'
	Places  []PlaceEffect
	// Comparison are the positions of the places it is held against.
	Comparison []int
	// PStates is the share of placebo draws, the real one among them, that
	// reach the effect; Draws is how many were drawn.
	PStates float64
	Draws   int
	// PDates is the same for false dates; Dates is how many there are, 0 for
	// the year before.
	PDates float64
	Dates  int
}

// Rose tells whether the rule counts this as a rise.
func (e Estimate) Rose() bool {
	return e.Effect > 0 && e.PStates <= Rare && e.Dates > 0 && e.PDates <= Rare
}

// Percent is the effect of a variant that works with logarithms, as a change in
// per cent.
func (e Estimate) Percent() float64 { return Percent(e.Effect) }

// Percent turns a difference of logarithms into per cent.
func Percent(logs float64) float64 { return (math.Exp(logs) - 1) * 100 }

// Verdict is what a study finds.
type Verdict string

// The verdicts of a study.
const (
	Supported    Verdict = "supported"
	NotSupported Verdict = "not supported"
	Mixed        Verdict = "mixed"
)

// Report is a whole study.
type Report struct {
	Estimates []Estimate // by variant, dating and horizon, in their orders
	Prior     []Estimate // by dating: whether it was rising already
	Verdict   Verdict
}

// Of finds an estimate.
func (r Report) Of(v Variant, dating Dating, horizon int) (Estimate, bool) {
	for _, e := range r.Estimates {
		if e.Variant == v && e.Dating == dating && e.Horizon == horizon {
			return e, true
		}
	}
	return Estimate{}, false
}

// RisingBefore tells whether the rule says, for a dating, that the rate was
// rising already.
func (r Report) RisingBefore(dating Dating) bool {
	for _, e := range r.Prior {
		if e.Dating == dating {
			return e.Effect > 0 && e.PStates <= Suspicion
		}
	}
	return false
}

// Run makes the study. It gives the same figures each time it is run on the
// same design.
func (d Design) Run() (*Report, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	r := &Report{}
	for _, v := range Variants {
		for _, dating := range Datings {
			horizons := Horizons
			if v == Main {
				horizons = append([]int{prior}, Horizons...)
			}
			for _, e := range d.estimates(v, dating, horizons) {
				if e.Horizon == prior {
					r.Prior = append(r.Prior, e)
				} else {
					r.Estimates = append(r.Estimates, e)
				}
			}
		}
	}
	r.Verdict = r.decide()
	return r, nil
}

// decide applies the rule to the main estimates.
func (r *Report) decide() Verdict {
	rose, of, before := 0, 0, false
	for _, e := range r.Estimates {
		if e.Variant != Main {
			continue
		}
		of++
		if e.Rose() {
			rose++
		}
	}
	for _, dating := range Datings {
		before = before || r.RisingBefore(dating)
	}
	switch {
	case rose == 0:
		return NotSupported
	case rose == of && !before:
		return Supported
	}
	return Mixed
}

// estimates computes one variant under one dating at some horizons. An
// estimate whose windows the panel does not hold is left out.
func (d Design) estimates(v Variant, dating Dating, horizons []int) []Estimate {
	treated := d.treated(dating, v)
	est := d.estimator(v)
	comparison := est.comparison(setOf(treated))
	var out []Estimate
	var moved []changes
	for _, h := range horizons {
		before, after := spans(v, h)
		if !d.holds(treated, before) || !d.holds(treated, after) {
			continue
		}
		c := d.changesAt(v, h, monthsOf(treated))
		effect, ok := est.pool(c, treated, comparison)
		if !ok {
			continue
		}
		e := Estimate{
			Variant: v, Dating: dating, Horizon: h, Effect: effect,
			Places: d.placeEffects(v, h, treated, comparison), Comparison: comparison,
		}
		if h != prior {
			e.PDates, e.Dates = d.placeboDates(est, e, treated, comparison)
		}
		out, moved = append(out, e), append(moved, c)
	}
	d.placeboPlaces(est, treated, out, moved)
	return out
}

func (d Design) holds(treated []dated, s Span) bool {
	for _, t := range treated {
		if !d.Panel.fits(t.month, s) {
			return false
		}
	}
	return true
}

// nearly lets sums that differ by the order of adding count as equal.
const nearly = 1e-12

// placeboPlaces gives the dates to places by lot and counts how often their
// pooled effect reaches the real one.
func (d Design) placeboPlaces(est *estimator, treated []dated, out []Estimate, moved []changes) {
	lot := rand.New(rand.NewPCG(d.Seed, 0))
	places := append([]int(nil), est.taking...)
	drawn := append([]dated(nil), treated...)
	reached, counted := make([]int, len(out)), make([]int, len(out))
	for range d.Draws {
		for i := range drawn {
			j := i + lot.IntN(len(places)-i)
			places[i], places[j] = places[j], places[i]
			drawn[i].place = places[i]
		}
		comparison := est.comparison(setOf(drawn))
		for i := range out {
			effect, ok := est.pool(moved[i], drawn, comparison)
			if !ok {
				continue
			}
			counted[i]++
			if effect >= out[i].Effect-nearly {
				reached[i]++
			}
		}
	}
	for i := range out {
		out[i].Draws = counted[i]
		out[i].PStates = float64(1+reached[i]) / float64(1+counted[i])
	}
}

// placeboDates gives all treated places one same false date before their first
// event, for every month that allows it, and says which share of these dates
// reaches the effect.
func (d Design) placeboDates(est *estimator, e Estimate, treated []dated, comparison []int) (p float64, dates int) {
	before, after := spans(e.Variant, e.Horizon)
	first := map[int]int{}
	for _, ev := range d.Events {
		if m, ok := first[ev.Place]; !ok || ev.Month < m {
			first[ev.Place] = ev.Month
		}
	}
	reached := 0
	for m := range d.Panel.months {
		if !d.Panel.fits(m, before) || !d.Panel.fits(m, after) {
			continue
		}
		var part []dated
		for _, t := range treated {
			if m+after.To < first[t.place] {
				part = append(part, dated{t.place, m})
			}
		}
		if len(part) < len(treated)-1 {
			continue
		}
		effect, ok := est.pool(d.changesAt(e.Variant, e.Horizon, []int{m}), part, comparison)
		if !ok {
			continue
		}
		dates++
		if effect >= e.Effect-nearly {
			reached++
		}
	}
	return float64(1+reached) / float64(1+dates), dates
}
