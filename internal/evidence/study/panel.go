// Package study asks whether a rate rose after something happened in some
// places, more than where it did not happen: an event study by months, with
// inference by false dates and by places that are given the dates by lot.
//
// doc/evidence-claims.md says in words what it computes and how the verdict
// is reached; that was written down before it ran on any figures. It works on
// plain numbers: places are positions in a panel, months count from the
// panel's first.
package study

import (
	"errors"
	"fmt"
	"math"
)

// Panel holds deaths and people of some places, month by month.
type Panel struct {
	Places []string // what the places are called, in a fixed order
	months int
	// Running sums: the entry m holds all months before m.
	deaths, people [][]float64
}

// ErrPanel is wrapped by what is wrong with the numbers of a panel.
var ErrPanel = errors.New("the panel cannot be used")

// MaxPlaces bounds a panel: sets of places are kept in one word.
const MaxPlaces = 64

// NewPanel takes deaths[place][month] and people[place][month]. Every place
// needs all months: a window with a hole would be compared with a whole one.
func NewPanel(places []string, deaths, people [][]float64) (*Panel, error) {
	if len(places) == 0 || len(places) > MaxPlaces || len(deaths) != len(places) || len(people) != len(places) {
		return nil, fmt.Errorf("%w: %d places, %d rows of deaths, %d of people; 1 to %d, as many of each", ErrPanel, len(places), len(deaths), len(people), MaxPlaces)
	}
	p := &Panel{Places: places, months: len(deaths[0])}
	for i, name := range places {
		if len(deaths[i]) != p.months || len(people[i]) != p.months {
			return nil, fmt.Errorf("%w: %s has %d months of deaths and %d of people where the first place has %d", ErrPanel, name, len(deaths[i]), len(people[i]), p.months)
		}
		d, n := make([]float64, p.months+1), make([]float64, p.months+1)
		for m := range p.months {
			if !(deaths[i][m] >= 0) || !(people[i][m] > 0) || math.IsInf(deaths[i][m], 0) || math.IsInf(people[i][m], 0) {
				return nil, fmt.Errorf("%w: %s has %v deaths among %v people in month %d", ErrPanel, name, deaths[i][m], people[i][m], m)
			}
			d[m+1], n[m+1] = d[m]+deaths[i][m], n[m]+people[i][m]
		}
		p.deaths, p.people = append(p.deaths, d), append(p.people, n)
	}
	return p, nil
}

// Months is how many months the panel holds.
func (p *Panel) Months() int { return p.months }

// Span is a run of months relative to a month 0, both ends within.
type Span struct{ From, To int }

// fits tells whether a span around a month lies within the panel.
func (p *Panel) fits(at int, s Span) bool { return at+s.From >= 0 && at+s.To < p.months }

// Window is what one place has in one span.
type Window struct {
	Deaths float64
	Years  float64 // person-years
}

// Rate is deaths per 100,000 person-years.
func (w Window) Rate() float64 { return w.Deaths / w.Years * 100_000 }

func (p *Panel) window(place, at int, s Span) Window {
	from, to := at+s.From, at+s.To+1
	return Window{
		Deaths: p.deaths[place][to] - p.deaths[place][from],
		Years:  (p.people[place][to] - p.people[place][from]) / 12,
	}
}

// half is added to the deaths of each window, so that one without deaths has a
// logarithm.
const half = 0.5

// change is how the rate moved from one window to the other: the logarithm of
// their ratio, or their difference per 100,000.
func change(before, after Window, levels bool) float64 {
	if levels {
		return after.Rate() - before.Rate()
	}
	return math.Log((after.Deaths+half)/after.Years) - math.Log((before.Deaths+half)/before.Years)
}
