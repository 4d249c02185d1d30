package study

import (
	"pliego/internal/evidence/outcome"
)

// PlaceEffect is what is found in one place.
type PlaceEffect struct {
	Place         int
	Month         int // of the event
	Before, After Window
	Change        float64 // of the place
	Others        float64 // mean change of the comparison over the same months
	Effect        float64 // Change less Others
}

// changes holds, for some months, how the rate of every place moved around
// each, so that many placebo draws share the arithmetic.
type changes struct {
	row  map[int]int // month -> row
	rows [][]float64 // [row][place]
}

func (d Design) changesAt(v Variant, horizon int, months []int) changes {
	before, after := spans(v, horizon)
	c := changes{row: map[int]int{}}
	for _, m := range months {
		if _, ok := c.row[m]; ok {
			continue
		}
		row := make([]float64, len(d.Panel.Places))
		for place := range d.Panel.Places {
			row[place] = change(d.Panel.window(place, m, before), d.Panel.window(place, m, after), v == Levels)
		}
		c.row[m] = len(c.rows)
		c.rows = append(c.rows, row)
	}
	return c
}

// estimator computes the pooled effect of one variant.
type estimator struct {
	variant    Variant
	taking     []int
	neighbours []set
	effects    []float64 // used again by each call of pool
}

func (d Design) estimator(v Variant) *estimator {
	return &estimator{variant: v, taking: d.taking(v), neighbours: d.neighbours()}
}

// comparison gives the places that those with dates are held against.
func (e *estimator) comparison(treated set) []int {
	near := treated
	if e.variant == Distant {
		for place, n := range e.neighbours {
			if treated.has(place) {
				near |= n
			}
		}
	}
	out := make([]int, 0, len(e.taking))
	for _, place := range e.taking {
		if !near.has(place) {
			out = append(out, place)
		}
	}
	return out
}

// pool gives the pooled effect; ok is false when nothing is left to compare with.
func (e *estimator) pool(c changes, treated []dated, comparison []int) (effect float64, ok bool) {
	if len(treated) == 0 || len(comparison) == 0 {
		return 0, false
	}
	e.effects = e.effects[:0]
	for _, t := range treated {
		row := c.rows[c.row[t.month]]
		e.effects = append(e.effects, row[t.place]-mean(row, comparison))
	}
	if e.variant == Middle {
		return outcome.Median(e.effects), true
	}
	sum := 0.0
	for _, x := range e.effects {
		sum += x
	}
	return sum / float64(len(e.effects)), true
}

func mean(row []float64, of []int) float64 {
	sum := 0.0
	for _, place := range of {
		sum += row[place]
	}
	return sum / float64(len(of))
}

// placeEffects gives the effect of each place with its parts.
func (d Design) placeEffects(v Variant, horizon int, treated []dated, comparison []int) []PlaceEffect {
	before, after := spans(v, horizon)
	c := d.changesAt(v, horizon, monthsOf(treated))
	var out []PlaceEffect
	for _, t := range treated {
		row := c.rows[c.row[t.month]]
		p := PlaceEffect{
			Place: t.place, Month: t.month,
			Before: d.Panel.window(t.place, t.month, before), After: d.Panel.window(t.place, t.month, after),
			Change: row[t.place], Others: mean(row, comparison),
		}
		p.Effect = p.Change - p.Others
		out = append(out, p)
	}
	return out
}

func monthsOf(of []dated) []int {
	var out []int
	for _, d := range of {
		out = append(out, d.month)
	}
	return out
}
