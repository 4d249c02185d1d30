package penalty

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Amounts are the bounds within which a row applies: each "cannabis<=1000"
// (grams, or a number of plants), or ">@small-max" for the amount that the same
// country's thresholds of that kind name for the substance. "?" says that the
// law has more bounds than are recorded here.
type Amounts struct {
	bounds []bound
	open   bool // "?"
	text   string
}

type bound struct {
	substance string // "" when kind is set
	kind      string // of a threshold
	compare   string // one of < <= > >=
	value     *big.Rat
}

var comparisons = []string{"<=", ">=", "<", ">"} // the longer ones first

// maxBounds is how many bounds a row may have.
const maxBounds = 40

// ParseAmounts reads bounds, parted by spaces.
func ParseAmounts(s string) (Amounts, error) {
	a := Amounts{text: strings.Join(strings.Fields(s), " ")}
	words := strings.Fields(s)
	if len(words) > maxBounds {
		return Amounts{}, fmt.Errorf("has %d bounds; %d at most", len(words), maxBounds)
	}
	for _, w := range words {
		if w == "?" {
			a.open = true
			continue
		}
		b, err := parseBound(w)
		if err != nil {
			return Amounts{}, err
		}
		a.bounds = append(a.bounds, b)
	}
	return a, nil
}

func parseBound(w string) (bound, error) {
	at := strings.IndexAny(w, "<>")
	if at < 0 {
		return bound{}, fmt.Errorf("%q is no bound; write cannabis<=1000 or >@small-max", w)
	}
	b := bound{substance: w[:at]}
	rest := w[at:]
	for _, c := range comparisons {
		if strings.HasPrefix(rest, c) {
			b.compare, rest = c, rest[len(c):]
			break
		}
	}
	if kind, ok := strings.CutPrefix(rest, "@"); ok {
		if b.substance != "" || !slices.Contains(ThresholdKinds, kind) {
			return bound{}, fmt.Errorf("%q: after @ write the kind of a threshold (%s), and no substance before it", w, strings.Join(ThresholdKinds, ", "))
		}
		b.kind = kind
		return b, nil
	}
	var ok bool
	if b.value, ok = ParseAmount(rest); !ok || !slices.Contains(Substances, b.substance) {
		return bound{}, fmt.Errorf("%q: write a substance (%s), a comparison and a number", w, strings.Join(Substances, ", "))
	}
	return b, nil
}

// ParseAmount reads a decimal number of grams or plants; ok is false for
// anything else, or for one that is out of all bounds.
func ParseAmount(s string) (value *big.Rat, ok bool) {
	if len(s) == 0 || len(s) > 16 || strings.Trim(s, "0123456789.") != "" || strings.Count(s, ".") > 1 || s == "." {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// String is what ParseAmounts read.
func (a Amounts) String() string { return a.text }

// MarshalText writes what ParseAmounts reads.
func (a Amounts) MarshalText() ([]byte, error) { return []byte(a.text), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *Amounts) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAmounts(string(text))
	return err
}

// admit tells whether an amount of a substance lies within the bounds. The
// confidence is that of the thresholds that were used.
func (a Amounts) admit(substance string, amount *big.Rat, find func(kind string) (*Threshold, certainty)) (certainty, Confidence) {
	sure, confidence := yes, Seen
	if a.open {
		sure = perhaps
	}
	if amount == nil {
		if len(a.bounds) > 0 {
			return perhaps, confidence
		}
		return sure, confidence
	}
	for _, b := range a.bounds {
		value := b.value
		switch {
		case b.kind != "":
			t, there := find(b.kind)
			if there == no {
				return perhaps, confidence // the table names no amount for it
			}
			value, _ = ParseAmount(t.Amount)
			if value == nil {
				return perhaps, confidence
			}
			sure, confidence = min(sure, there), weaker(confidence, t.Confidence)
		case b.substance != substance:
			continue
		case a.open:
			sure = yes // this substance is among those recorded
		}
		if !holds(amount, b.compare, value) {
			return no, confidence
		}
	}
	return sure, confidence
}

func holds(amount *big.Rat, compare string, bound *big.Rat) bool {
	switch c := amount.Cmp(bound); compare {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	default:
		return c >= 0
	}
}

// Scope is which substances a row speaks of: all when empty, else those named;
// "!cannabis" all but that; "?" some that are not recorded here.
type Scope []string

// ParseScope reads substances, parted by spaces.
func ParseScope(s string) (Scope, error) {
	words := strings.Fields(s)
	for _, w := range words {
		if w != "?" && !slices.Contains(Substances, strings.TrimPrefix(w, "!")) {
			return nil, fmt.Errorf("%q is no substance; write one of %s, or ? for others", w, strings.Join(Substances, ", "))
		}
	}
	return words, nil
}

func (s Scope) admit(substance string) certainty {
	if substance == "cannabis-plants" && !slices.Contains(s, substance) {
		substance = "cannabis" // its plants are of it
	}
	switch {
	case len(s) == 0, slices.Contains(s, substance):
		return yes
	case slices.Contains(s, "!"+substance):
		return no
	case slices.Contains(s, "?"):
		return perhaps
	}
	if slices.ContainsFunc(s, func(w string) bool { return strings.HasPrefix(w, "!") }) {
		return yes
	}
	return no
}
