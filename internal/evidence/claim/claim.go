// Package claim holds the statements of fact of a letter against the evidence:
// the descriptive ones by query, the causal one by an event study. The rules
// are those of doc/evidence-claims.md, which were written down before any
// verdict was computed.
package claim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pliego/internal/evidence"
	"pliego/internal/evidence/outcome"
	"pliego/internal/letter"
	"pliego/internal/place"
)

// The rule's numbers.
const (
	MinPlaces   = 5    // a test over places needs as many
	RiseShare   = 0.10 // more than this is a rise
	RiseYears   = 5    // and its two values lie at least so far apart
	LevelMost   = 0.5  // of places: supported from here on
	LevelLeast  = 0.25 // below: not supported
	CompareMost = 0.75
)

// Letter is what of a letter a check needs.
type Letter struct {
	Date   time.Time
	Places []string // of those it is put to, by alpha-3; none: everywhere
}

// ErrUndated is returned for a letter without a date: claims are held against
// the evidence of its day.
var ErrUndated = errors.New("the letter has no date")

// Of takes from a letter what a check needs. The places are the States whose
// offices it is put to, each once.
func Of(l *letter.Letter) (Letter, error) {
	date, err := time.Parse(time.DateOnly, l.Date)
	if err != nil {
		return Letter{}, fmt.Errorf("letter %s: %w", l.Slug, ErrUndated)
	}
	out := Letter{Date: date}
	for _, a := range l.Addressees {
		if c, ok := place.ByAlpha2(a.Country); ok && !slices.Contains(out.Places, c.Alpha3) { // a State may have several offices
			out.Places = append(out.Places, c.Alpha3)
		}
	}
	return out, nil
}

// Reason says why a test could not be made.
type Reason string

// The reasons; those of a part without a test stand in its words.
const (
	NoReason    Reason = ""
	FewPlaces   Reason = "too few places"
	NoData      Reason = "no data"
	NoWholeSpan Reason = "no source has all years"
)

// Result is a claim with what was found.
type Result struct {
	Claim   evidence.Claim
	Verdict evidence.Verdict
	Parts   []PartResult
}

// PartResult is one part with what was found.
type PartResult struct {
	Part    evidence.ClaimPart
	Verdict evidence.Verdict
	Reason  Reason
	Tries   []Try  // one for each indicator; one for a comparison
	Study   *Study // of the event study
}

// Try is a test with one indicator.
type Try struct {
	Indicator string
	Verdict   evidence.Verdict
	Reason    Reason
	Counted   int // places, or sources of a sum
	Reached   int // of those
	Rows      []Row
}

// Row is what was found in one place, or from one source.
type Row struct {
	Place, Source string
	First         Point // of a rise; the other value of a comparison; else none
	Last          Point // the value at the letter, or the sum
	Reached       bool
	Left          bool // it is shown and does not count
}

// Point is one value of a row.
type Point struct {
	Indicator string
	Period    evidence.Period
	Value     float64
	Parts     []evidence.Part
}

// Check tests every claim. It gives the same figures each time it is run on
// the same evidence.
func Check(ctx context.Context, s evidence.Store, l Letter, claims []evidence.Claim) ([]Result, error) {
	c := &checker{store: s, letter: l, series: map[string][]evidence.Series{}}
	if err := c.load(ctx, claims); err != nil {
		return nil, err
	}
	var out []Result
	for _, cl := range claims {
		r := Result{Claim: cl}
		for _, p := range cl.Parts {
			found, err := c.part(ctx, p)
			if err != nil {
				return nil, fmt.Errorf("claim %s: %w", cl.Key, err)
			}
			r.Parts = append(r.Parts, found)
		}
		r.Verdict = combine(r.Parts)
		out = append(out, r)
	}
	return out, nil
}

type checker struct {
	store   evidence.Store
	letter  Letter
	series  map[string][]evidence.Series // by indicator, the preferred source first
	sources []evidence.Source
	study   *Study
	studied bool
}

// load reads the series of all tests at once.
func (c *checker) load(ctx context.Context, claims []evidence.Claim) (err error) {
	if c.sources, err = c.store.Sources(ctx); err != nil {
		return err
	}
	var keys []string
	for _, cl := range claims {
		for _, p := range cl.Parts {
			keys = append(keys, p.Indicators...)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	slices.Sort(keys)
	found, err := evidence.Read(ctx, c.store, evidence.Query{Indicators: slices.Compact(keys)})
	if err != nil {
		return err
	}
	for _, s := range found {
		c.series[s.Indicator] = append(c.series[s.Indicator], s)
	}
	return nil
}

func (c *checker) part(ctx context.Context, p evidence.ClaimPart) (PartResult, error) {
	out := PartResult{Part: p, Verdict: evidence.CannotTest}
	switch p.Test {
	case evidence.NoTest:
		return out, nil
	case evidence.StudyTest:
		s, err := c.eventStudy(ctx)
		if err != nil {
			return out, err
		}
		if s == nil {
			out.Reason = NoData
			return out, nil
		}
		out.Study, out.Verdict = s, s.verdict()
		return out, nil
	case evidence.CompareTest:
		out.Tries = []Try{c.compare(p)}
	default:
		for _, key := range p.Indicators {
			switch p.Test {
			case evidence.SumTest:
				out.Tries = append(out.Tries, c.sum(p, key))
			case evidence.LevelTest:
				out.Tries = append(out.Tries, c.level(p, key))
			case evidence.RiseTest:
				out.Tries = append(out.Tries, c.rise(p, key))
			default:
				return out, fmt.Errorf("there is no test %q", p.Test)
			}
		}
	}
	out.Verdict, out.Reason = agree(out.Tries)
	return out, nil
}

// agree gives the verdict of several indicators: theirs where those that could
// be tested agree, else mixed.
func agree(tries []Try) (evidence.Verdict, Reason) {
	verdict, reason := evidence.CannotTest, NoData
	for _, t := range tries {
		switch {
		case t.Verdict == evidence.CannotTest:
			if verdict == evidence.CannotTest {
				reason = t.Reason
			}
		case verdict == evidence.CannotTest:
			verdict, reason = t.Verdict, NoReason
		case verdict != t.Verdict:
			verdict = evidence.Mixed
		}
	}
	return verdict, reason
}

// combine gives the verdict of a claim from those of its parts.
func combine(parts []PartResult) evidence.Verdict {
	count := map[evidence.Verdict]int{}
	for _, p := range parts {
		if p.Part.Premise && p.Verdict == evidence.NotSupported {
			return evidence.NotSupported
		}
		count[p.Verdict]++
	}
	switch {
	case count[evidence.CannotTest] == len(parts):
		return evidence.CannotTest
	case count[evidence.Supported] == len(parts):
		return evidence.Supported
	case count[evidence.Supported]+count[evidence.Mixed] == 0:
		return evidence.NotSupported
	}
	return evidence.Mixed
}

// takesPart tells whether a place is one of those the letter is put to.
func (c *checker) takesPart(place string) bool {
	return len(c.letter.Places) == 0 || slices.Contains(c.letter.Places, place)
}

// sound gives the values that count, by year.
func sound(s evidence.Series) []evidence.Value {
	var out []evidence.Value
	for _, v := range s.Values {
		if v.Flag == evidence.Sound && v.Period.Month == 0 {
			out = append(out, v)
		}
	}
	return out
}

// atLetter gives the value at the letter.
func (c *checker) atLetter(s evidence.Series) (v evidence.Value, ok bool) {
	for _, x := range sound(s) {
		if outcome.AtLetter(x.Period.Year, c.letter.Date) {
			v, ok = x, true
		}
	}
	return v, ok
}

func point(indicator string, v evidence.Value) Point {
	return Point{Indicator: indicator, Period: v.Period, Value: v.Value, Parts: v.Parts}
}

// judge applies the shares that a test asks for.
func (t *Try) judge(most, least float64, leastCounts bool) {
	for _, r := range t.Rows {
		if r.Left {
			continue
		}
		t.Counted++
		if r.Reached {
			t.Reached++
		}
	}
	share := float64(t.Reached) / float64(max(t.Counted, 1))
	switch {
	case t.Counted < MinPlaces:
		t.Verdict, t.Reason = evidence.CannotTest, FewPlaces
	case share >= most:
		t.Verdict = evidence.Supported
	case share < least, leastCounts && share == least:
		t.Verdict = evidence.NotSupported
	default:
		t.Verdict = evidence.Mixed
	}
}
