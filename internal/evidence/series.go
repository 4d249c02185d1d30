package evidence

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// EncodeValues writes values as the store and packs keep them: a line for each
// with period, value, flag and note, parted by tabs, as many of the four as are
// not empty.
func EncodeValues(values []Value) string {
	var b strings.Builder
	for _, v := range values {
		b.WriteString(v.Period.String())
		b.WriteByte('\t')
		b.WriteString(FormatNumber(v.Value))
		if v.Flag != Sound || v.Note != "" {
			b.WriteByte('\t')
			b.WriteString(string(v.Flag))
		}
		if v.Note != "" {
			b.WriteByte('\t')
			b.WriteString(v.Note)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// DecodeValues reads what EncodeValues wrote.
func DecodeValues(body string) ([]Value, error) {
	values := make([]Value, 0, strings.Count(body, "\n"))
	for line := range strings.Lines(body) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
		if len(f) < 2 {
			return nil, fmt.Errorf("%q is no line of a series", clip(line))
		}
		var v Value
		var err error
		if v.Period, err = ParsePeriod(f[0]); err != nil {
			return nil, err
		}
		if v.Value, err = ParseNumber(f[1]); err != nil {
			return nil, err
		}
		if len(f) > 2 {
			v.Flag = Flag(f[2])
		}
		if len(f) > 3 {
			v.Note = f[3]
		}
		values = append(values, v)
	}
	return values, nil
}

// FormatNumber writes a number with all its digits and no more.
func FormatNumber(v float64) string {
	if a := math.Abs(v); a != 0 && a < 1e-9 {
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// MaxNumber is the largest figure that is taken for one.
const MaxNumber = 1e15

// ParseNumber reads a decimal number with a point.
func ParseNumber(s string) (float64, error) {
	if s == "" || len(s) > 40 || strings.Trim(s, "0123456789.-+eE") != "" {
		return 0, fmt.Errorf("%q is no number; write it with a point and without spaces (1234.5)", clip(s))
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%q is no number; write it with a point and without spaces (1234.5)", clip(s))
	case math.Abs(v) > MaxNumber:
		return 0, fmt.Errorf("%q is larger than any figure can be", clip(s))
	}
	if v == 0 {
		return 0, nil // not minus nothing
	}
	return v, nil
}

// MaxNote is the longest note of a value, in bytes.
const MaxNote = 500

// CleanNote makes a note fit for keeping: one line without tabs.
func CleanNote(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, " ")), " ")
	if len(s) > MaxNote {
		s = strings.ToValidUTF8(s[:MaxNote], "")
	}
	return s
}

// Fate is what became of an observation that was to be added.
type Fate string

// The fates.
const (
	Added    Fate = "added"
	Same     Fate = "same"     // was there already
	Replaced Fate = "replaced" // another value stood there
	Differs  Fate = "differs"  // another value stands there, and stays
)

// Merge puts values into a series, by period. What stands there stays unless
// replace is asked; the fates are those of the values given, in their order.
func Merge(has, add []Value, replace bool) (out []Value, fates []Fate) {
	out = slices.Clone(has)
	at := make(map[Period]int, len(has)+len(add))
	for i, v := range out {
		at[v.Period] = i
	}
	for _, v := range add {
		i, there := at[v.Period]
		switch {
		case !there:
			at[v.Period] = len(out)
			out = append(out, v)
			fates = append(fates, Added)
		case out[i].Value == v.Value && out[i].Flag == v.Flag && out[i].Note == v.Note:
			fates = append(fates, Same)
		case replace:
			out[i] = v
			fates = append(fates, Replaced)
		case out[i].Value == v.Value:
			fates = append(fates, Same) // another wording is no other figure
		default:
			fates = append(fates, Differs)
		}
	}
	slices.SortFunc(out, func(a, b Value) int { return a.Period.Compare(b.Period) })
	return out, fates
}

// Beyond gives the values of a series that others do not hold as they are.
func Beyond(values, others []Value) []Value {
	var out []Value
	for _, v := range values {
		if i, ok := slices.BinarySearchFunc(others, v.Period, func(o Value, p Period) int { return o.Period.Compare(p) }); ok &&
			others[i].Value == v.Value && others[i].Flag == v.Flag && others[i].Note == v.Note {
			continue
		}
		out = append(out, v)
	}
	return out
}
