package study

import (
	"fmt"
	"math/bits"
	"slices"
)

// Event is the start of something in a place.
type Event struct {
	Place int // position in the panel
	Month int // position in the panel's months
	// Apart marks an event that the variant Later leaves out.
	Apart bool
}

// Dating says which of a place's events dates it.
type Dating string

// The datings.
const (
	First Dating = "first"
	Last  Dating = "last"
)

// Datings are both, in the order in which they are shown.
var Datings = []Dating{First, Last}

// Horizons are the months at which the year after is looked at.
var Horizons = []int{12, 24, 36}

// Variant is one way of computing the effect. Main alone makes the verdict.
type Variant string

// The variants; doc/evidence-claims.md says what each changes.
const (
	Main       Variant = "main"
	Whole      Variant = "whole"       // months 1 to h taken together
	LongBefore Variant = "long-before" // 24 months before
	Distant    Variant = "distant"     // compared with places that share no border with one that had events
	Levels     Variant = "levels"      // differences of rates instead of logarithms
	Middle     Variant = "median"      // the median over places instead of the mean
	Later      Variant = "later"       // without the events set apart
	WithoutTop Variant = "without-top" // without the place whose rise was the largest
)

// Variants are all variants, Main first.
var Variants = []Variant{Main, Whole, LongBefore, Distant, Levels, Middle, Later, WithoutTop}

// Design is what is studied.
type Design struct {
	Panel   *Panel
	Events  []Event
	Borders [][2]int // pairs of places that share a border
	Top     int      // the place that WithoutTop leaves out; -1 for none
	Draws   int      // of placebo places
	Seed    uint64
}

// ErrDesign is wrapped by what is wrong with a design.
var ErrDesign = fmt.Errorf("the study cannot be made")

// MaxDraws bounds how often the dates are given by lot.
const MaxDraws = 100_000

// dated is one place with the month that dates it.
type dated struct{ place, month int }

// set is a set of places.
type set uint64

func (s set) has(place int) bool { return s>>place&1 == 1 }
func (s set) len() int           { return bits.OnesCount64(uint64(s)) }

func setOf(of []dated) set {
	var s set
	for _, d := range of {
		s |= 1 << d.place
	}
	return s
}

// check refuses a design that no estimate can be made of.
func (d Design) check() error {
	if d.Panel == nil || d.Draws < 1 || d.Draws > MaxDraws {
		return fmt.Errorf("%w: it needs a panel and 1 to %d draws", ErrDesign, MaxDraws)
	}
	n := len(d.Panel.Places)
	for _, e := range d.Events {
		if e.Place < 0 || e.Place >= n || e.Month < 0 || e.Month >= d.Panel.months {
			return fmt.Errorf("%w: an event lies outside the panel (place %d of %d, month %d of %d)", ErrDesign, e.Place, n, e.Month, d.Panel.months)
		}
	}
	for _, b := range d.Borders {
		if min(b[0], b[1]) < 0 || max(b[0], b[1]) >= n {
			return fmt.Errorf("%w: a border between places %d and %d of %d", ErrDesign, b[0], b[1], n)
		}
	}
	for _, v := range Variants {
		treated := d.treated(First, v)
		if len(treated) == 0 {
			return fmt.Errorf("%w: no place has an event (variant %s)", ErrDesign, v)
		}
		if len(treated)*2 > n {
			return fmt.Errorf("%w: %d of %d places have events; the comparison needs at least as many without", ErrDesign, len(treated), n)
		}
	}
	return nil
}

// treated gives the places that had events, each with its date.
func (d Design) treated(dating Dating, v Variant) []dated {
	by := map[int]int{}
	for _, e := range d.Events {
		if v == Later && e.Apart || v == WithoutTop && e.Place == d.Top {
			continue
		}
		m, ok := by[e.Place]
		if !ok || dating == First && e.Month < m || dating == Last && e.Month > m {
			by[e.Place] = e.Month
		}
	}
	var out []dated
	for place := range d.Panel.Places {
		if m, ok := by[place]; ok {
			out = append(out, dated{place, m})
		}
	}
	return out
}

// taking gives the places that take part at all: those whose events a variant
// leaves out are no comparison either, since something did happen there.
func (d Design) taking(v Variant) []int {
	treated := setOf(d.treated(First, v))
	var out []int
	for place := range d.Panel.Places {
		had := slices.ContainsFunc(d.Events, func(e Event) bool { return e.Place == place })
		if treated.has(place) || !had {
			out = append(out, place)
		}
	}
	return out
}

// neighbours gives for each place those that share a border with it.
func (d Design) neighbours() []set {
	out := make([]set, len(d.Panel.Places))
	for _, b := range d.Borders {
		out[b[0]] |= 1 << b[1]
		out[b[1]] |= 1 << b[0]
	}
	return out
}

// spans are the windows of a variant at a horizon. The prior horizon is the
// year before the event against the year before that.
func spans(v Variant, horizon int) (before, after Span) {
	if horizon == prior {
		return Span{-24, -13}, Span{-12, -1}
	}
	before, after = Span{-12, -1}, Span{horizon - 11, horizon}
	switch v {
	case Whole:
		after.From = 1
	case LongBefore:
		before.From = -24
	}
	return before, after
}

// prior stands for the horizon before the event.
const prior = 0
