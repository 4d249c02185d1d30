// Package penalty holds what drug laws threaten, beside what the same State
// threatens for homicide and other violence: a table of penalties and of the
// amounts at which they begin, each row with its source and how sure it is, and
// a calculator over them.
//
// The rows are research, not legal advice. A row says which text it was read
// in and whether that text was seen; what was only remembered is marked, and
// nothing is compared by it unless the reader asks for that.
package penalty

import (
	"encoding/json"
	"slices"
)

// Confidence says how far a row was verified.
type Confidence string

// Seen: all of the row stood in the source named. Partial: some of it did, the
// note says which. Memory: none of it was seen.
const (
	Seen    Confidence = "seen"
	Partial Confidence = "partial"
	Memory  Confidence = "memory"
)

// Confidences are the values of Confidence, the surest first.
var Confidences = []Confidence{Seen, Partial, Memory}

// weaker gives the less sure of two.
func weaker(a, b Confidence) Confidence {
	if slices.Index(Confidences, a) >= slices.Index(Confidences, b) {
		return a
	}
	return b
}

// Penalty is one row: what one article threatens for one conduct.
type Penalty struct {
	Country       string   `json:"country"` // ISO 3166-1 alpha-3
	Statute       string   `json:"statute"`
	Article       string   `json:"article"`
	Offence       Offence  `json:"offence"`
	Words         string   `json:"words"`          // the conduct, in English, shortened by whoever read it
	Acts          []Act    `json:"acts,omitempty"` // what somebody does to fall under it; none: not in the calculator
	Substances    Scope    `json:"substances,omitempty"`
	Amounts       Amounts  `json:"amounts"`
	Circumstances []string `json:"circumstances,omitempty"` // that the row asks for, such as "violence"; see Violence
	Months        Range    `json:"prison"`
	Alternatives  string   `json:"alternatives,omitempty"` // to prison, in English; "" when none was found
	Women         string   `json:"women,omitempty"`        // whom among women it speaks of, in English; "" for all alike
	From          Date     `json:"in_force_from,omitempty"`
	// To is the first day on which it no longer held.
	To          Date       `json:"in_force_to,omitempty"`
	TextVersion string     `json:"text_version,omitempty"` // of the text that was read
	Sources     []string   `json:"sources"`
	Confidence  Confidence `json:"confidence"`
	Derived     bool       `json:"derived"` // bounds computed from a rule of the law, such as "raised by half"
	Note        string     `json:"note,omitempty"`
}

// Range is a range of prison in months. Life without Max has no upper bound.
type Range struct {
	Min, Max       int
	Life           bool
	HasMin, HasMax bool
}

// rangeJSON is a Range as JSON: null stands for a bound that is not there.
type rangeJSON struct {
	Min  *int `json:"min_months"`
	Max  *int `json:"max_months"`
	Life bool `json:"life"`
}

// MarshalJSON writes a bound that is not there as null.
func (r Range) MarshalJSON() ([]byte, error) {
	out := rangeJSON{Life: r.Life}
	if r.HasMin {
		out.Min = &r.Min
	}
	if r.HasMax {
		out.Max = &r.Max
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Range) UnmarshalJSON(data []byte) error {
	var in rangeJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*r = Range{Life: in.Life, HasMin: in.Min != nil, HasMax: in.Max != nil}
	if r.HasMin {
		r.Min = *in.Min
	}
	if r.HasMax {
		r.Max = *in.Max
	}
	return nil
}

// NoPrison tells a range that ends before it begins: no prison at all.
func (r Range) NoPrison() bool { return r.HasMax && r.Max == 0 && !r.Life }

// Known tells whether the row states any bound.
func (r Range) Known() bool { return r.HasMin || r.HasMax || r.Life }

// Violence is the circumstance that the calculator asks for.
const Violence = "violence"

// mildCircumstances lessen a penalty. They depend on the person, whom the
// calculator does not know, so such a row may apply or not.
var mildCircumstances = []string{"first-offence", "need", "free", "not-for-trade"}

// Threshold is an amount that a law names for a substance.
type Threshold struct {
	Country   string `json:"country"`
	Statute   string `json:"statute"`
	Article   string `json:"article"`
	Kind      string `json:"kind"` // such as personal-max
	Substance string `json:"substance"`
	Amount    string `json:"amount"` // a decimal number; "" when the law names none
	Unit      string `json:"unit"`
	From      Date   `json:"in_force_from,omitempty"`
	// To is the first day on which it no longer held.
	To         Date       `json:"in_force_to,omitempty"`
	Sources    []string   `json:"sources"`
	Confidence Confidence `json:"confidence"`
	Note       string     `json:"note,omitempty"`
}
