package followup

import (
	"errors"
	"slices"
	"time"
)

// ErrManyOpinions says that a signatory has judged a cell often enough.
var ErrManyOpinions = errors.New("this cell was judged too often by the same signatory")

// Opinion is what a signatory organisation itself judges of the evidenced track of
// a cell. It stands beside the coalition's verdict and never in it; the newest of
// each signatory counts.
type Opinion struct {
	ID          string // UUIDv7
	LetterID    string
	SignatureID string
	Number      int64 // of the signature, when read
	At          time.Time
	Item        *Item // an assessment: held against the same rules
}

// Check holds an opinion against the rules of every verdict.
func (o *Opinion) Check() error {
	if o.Item.Kind != Assessment || o.Item.Track != TrackEvidenced {
		return errors.New("signatories judge what the evidence supports")
	}
	return o.Item.Check()
}

// Tally is how many chose a value.
type Tally struct {
	Value Value
	N     int
}

// Spread is how the opinions of signatories lie. There is no mean: the values are
// steps, and not numbers.
type Spread struct {
	N         int     // signatories
	Tallies   []Tally // of the values that somebody chose, in the order of the scale
	Agree     int     // how many chose the value that most chose
	Most      Value   // the value that most chose; "" when two were chosen as often
	Low, High Value   // the ends of what was chosen on the scale; "" when nobody chose a step of it
}

// scale are the steps of the evidenced track from the worst to the best. Who found
// no evidence stands on none of them.
var scale = []Value{Reversed, NotStarted, Limited, Substantial, Complete}

// SpreadOf counts values.
func SpreadOf(values []Value) Spread {
	s := Spread{N: len(values)}
	counts := map[Value]int{}
	for _, v := range values {
		counts[v]++
	}
	for _, v := range append(slices.Clone(scale), NoEvidenceFound) {
		n := counts[v]
		if n == 0 {
			continue
		}
		s.Tallies = append(s.Tallies, Tally{v, n})
		switch {
		case n > s.Agree:
			s.Agree, s.Most = n, v
		case n == s.Agree:
			s.Most = ""
		}
		if v != NoEvidenceFound {
			if s.Low == "" {
				s.Low = v
			}
			s.High = v
		}
	}
	return s
}
