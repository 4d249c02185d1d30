package penalty

import (
	"math/big"
	"slices"
	"time"
)

// Case is what the calculator is asked.
type Case struct {
	Substance string
	Amount    *big.Rat // grams, or plants; nil: not said
	Act       Act
	Violence  bool // with violence or weapons
	Woman     bool
	On        time.Time // the day whose law is asked for
	Today     time.Time
	// Unverified also counts rows that were not seen whole.
	Unverified bool
}

// Match is a row that applies to the case, or may.
type Match struct {
	Penalty
	Sure       bool       // false: it may apply; Why says what is open
	Why        []Doubt    // what is open, in the order of Doubts
	Confidence Confidence // of the row and of the amounts that were used
}

// Doubt is a reason why a row may not apply.
type Doubt string

// What can be open about a row.
const (
	DoubtDate      Doubt = "date"      // the row's dates do not settle that day
	DoubtSubstance Doubt = "substance" // the law classes drugs in a way not recorded here
	DoubtAmount    Doubt = "amount"    // no amount is recorded for this substance, or none was asked
	DoubtPerson    Doubt = "person"    // it turns on who the person is
)

// Answer is what the laws of one country threaten for a case.
type Answer struct {
	Country string
	Matches []Match // all that apply or may, the surest first
	// Range spans the rows that count: those that surely apply and, unless
	// Unverified was asked, were seen whole. Counted is how many they are.
	Range   Range
	Counted int
	// LeftOut counts rows that would apply but were not seen whole.
	LeftOut int
	// Homicide spans the rows for simple homicide that count in the same way.
	Homicide         Range
	HomicideRows     []Match
	HomicideWeakest  Confidence // of the rows that count
	Alternatives     []Match    // to prison
	LeastAbove       bool       // the least for this is more than the least for homicide
	MostAbove        bool       // the most for this is more than the most for homicide
	Compared         bool       // both sides have a range
	WeakestCounted   Confidence
	HomicideUnproven bool // a row on homicide exists but was left out
}

// Calculate answers a case for each country of the table, in its order.
func Calculate(c Case, rows []Penalty, thresholds []Threshold) []Answer {
	var answers []Answer
	byCountry := map[string]int{}
	for _, p := range rows {
		if _, ok := byCountry[p.Country]; !ok {
			byCountry[p.Country] = len(answers)
			answers = append(answers, Answer{Country: p.Country, WeakestCounted: Seen, HomicideWeakest: Seen})
		}
		a := &answers[byCountry[p.Country]]
		when := inForce(p.From, p.To, c.On, c.Today)
		if when == no {
			continue
		}
		switch {
		case p.Offence == Homicide:
			a.HomicideRows = append(a.HomicideRows, c.match(p, when, yes, yes, Seen))
		case p.Offence == "alternatives":
			if p.Women == "" || c.Woman {
				a.Alternatives = append(a.Alternatives, c.match(p, when, yes, yes, Seen))
			}
		case slices.Contains(p.Acts, c.Act):
			if m, ok := c.applies(p, when, thresholds); ok {
				a.Matches = append(a.Matches, m)
				if p.Alternatives != "" {
					a.Alternatives = append(a.Alternatives, m)
				}
			}
		}
	}
	for i := range answers {
		answers[i].sum(c)
	}
	return answers
}

// applies holds a row against the case.
func (c Case) applies(p Penalty, when certainty, thresholds []Threshold) (Match, bool) {
	if p.Women != "" && !c.Woman {
		return Match{}, false
	}
	for _, circumstance := range p.Circumstances {
		if slices.Contains(mildCircumstances, circumstance) {
			continue
		}
		if !slices.Contains(p.Circumstances, Violence) || !c.Violence {
			return Match{}, false // it asks for what is not said to be there
		}
	}
	scope := p.Substances.admit(c.Substance)
	amount, confidence := p.Amounts.admit(c.Substance, c.Amount, func(kind string) (*Threshold, certainty) {
		return c.threshold(p.Country, kind, thresholds)
	})
	if scope == no || amount == no {
		return Match{}, false
	}
	return c.match(p, when, scope, amount, confidence), true
}

// match notes what is open about a row.
func (c Case) match(p Penalty, when, scope, amount certainty, confidence Confidence) Match {
	m := Match{Penalty: p, Confidence: weaker(p.Confidence, confidence)}
	for _, open := range []struct {
		is  bool
		why Doubt
	}{
		{when == perhaps, DoubtDate},
		{scope == perhaps, DoubtSubstance},
		{amount == perhaps, DoubtAmount},
		{p.Women != "" || slices.ContainsFunc(p.Circumstances, func(s string) bool { return slices.Contains(mildCircumstances, s) }), DoubtPerson},
	} {
		if open.is {
			m.Why = append(m.Why, open.why)
		}
	}
	m.Sure = len(m.Why) == 0
	return m
}

// threshold finds the amount of a kind that a country's law names for the
// case's substance on its day.
func (c Case) threshold(country, kind string, all []Threshold) (found *Threshold, sure certainty) {
	for _, substance := range broader(c.Substance) {
		for i := range all {
			t := &all[i]
			if t.Country != country || t.Kind != kind || t.Substance != substance || t.Amount == "" {
				continue
			}
			if when := inForce(t.From, t.To, c.On, c.Today); when > sure {
				found, sure = t, when
			}
		}
		if found != nil {
			return found, sure
		}
	}
	return nil, no
}

// sum spans what counts and compares it with homicide.
func (a *Answer) sum(c Case) {
	slices.SortStableFunc(a.Matches, func(x, y Match) int {
		switch {
		case x.Sure == y.Sure:
			return 0
		case x.Sure:
			return -1
		default:
			return 1
		}
	})
	a.Range, a.Counted, a.LeftOut = span(a.Matches, c.Unverified, &a.WeakestCounted)
	var counted, left int
	a.Homicide, counted, left = span(a.HomicideRows, c.Unverified, &a.HomicideWeakest)
	a.HomicideUnproven = counted == 0 && left > 0
	a.Compared = a.Counted > 0 && counted > 0
	if a.Compared {
		a.LeastAbove = a.Range.HasMin && a.Homicide.HasMin && a.Range.Min > a.Homicide.Min
		a.MostAbove = (a.Range.Life && !a.Homicide.Life) ||
			(!a.Homicide.Life && a.Range.HasMax && a.Homicide.HasMax && a.Range.Max > a.Homicide.Max)
	}
}

// span puts together the ranges of the rows that count.
func span(rows []Match, unverified bool, weakest *Confidence) (out Range, counted, left int) {
	for _, m := range rows {
		switch {
		case !m.Sure || !m.Months.Known():
			continue
		case m.Confidence != Seen && !unverified:
			left++
			continue
		}
		counted++
		*weakest = weaker(*weakest, m.Confidence)
		r := m.Months
		if r.HasMin && (!out.HasMin || r.Min < out.Min) {
			out.Min, out.HasMin = r.Min, true
		}
		if r.HasMax && (!out.HasMax || r.Max > out.Max) {
			out.Max, out.HasMax = r.Max, true
		}
		out.Life = out.Life || r.Life
	}
	if out.Life {
		out.HasMax, out.Max = false, 0
	}
	return out, counted, left
}
