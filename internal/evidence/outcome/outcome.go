// Package outcome says whether an indicator moved since a letter, by one rule
// for all of them. The rule was written down before any verdict was computed;
// doc/evidence-claims.md holds it in words, and the page of the rule in four
// languages.
//
// It works on plain series: whoever calls it takes each from one source and
// one vintage, so that nothing is spliced here.
package outcome

import (
	"math"
	"slices"
	"time"
)

// Verdict is what became of an indicator, or of an ask, in one place.
type Verdict string

// The verdicts. NoData is the default: it accuses nobody.
const (
	NoData        Verdict = "no data"
	Improved      Verdict = "improved"
	NoClearChange Verdict = "no clear change"
	Worsened      Verdict = "worsened"
)

// Verdicts are all verdicts in the order in which they are shown.
var Verdicts = []Verdict{Improved, NoClearChange, Worsened, NoData}

// Direction says which way an indicator should move.
type Direction int

// The directions. The zero Direction judges nothing: an indicator that has no
// good way to move has no verdict.
const (
	Neither Direction = 0
	Lower   Direction = -1
	Higher  Direction = 1
)

// The rule's numbers.
const (
	BaselineYears = 3   // how far before the letter the baseline may lie
	StepYears     = 10  // over how many years before the baseline steps are taken
	MinSteps      = 4   // fewer do not show how a series moves by itself
	ClearSteps    = 3.0 // a clear change is larger than this many usual steps
	ClearShare    = 0.1 // and at least this share of the baseline
)

// Value is one yearly value. A flagged one is shown elsewhere and counts for
// nothing here. Ref leads back to the observation and means nothing to the rule.
type Value struct {
	Year    int
	Value   float64
	Flagged bool
	Ref     string
}

// Series is one indicator in one place from one source and vintage.
type Series struct {
	Source string
	Values []Value
}

// Reason says why there is no verdict.
type Reason string

// The reasons, in the order in which the rule meets them.
const (
	NoReason    Reason = ""
	NoSeries    Reason = "no series"            // no source has a value that counts
	NoDirection Reason = "no direction"         // lower is no better than higher
	NoBaseline  Reason = "no baseline"          // none in the three years before the letter
	NoLatest    Reason = "nothing since"        // none after the letter
	TooFew      Reason = "too few years before" // the usual step is not known
)

// Result is the verdict with every figure that it rests on.
type Result struct {
	Verdict  Verdict
	Reason   Reason // when the verdict is NoData
	Source   string // of the series used, "" for none
	Baseline Value  // without a verdict, as far as found
	Latest   Value
	Change   float64 // latest less baseline
	Step     float64 // the usual step from year to year
	Steps    int     // from how many differences it was taken
	Needed   float64 // the size that a clear change reaches
}

// HasBaseline and HasLatest tell whether those values were found.
func (r Result) HasBaseline() bool { return r.Baseline.Year != 0 }

// HasLatest tells whether a value after the letter was found.
func (r Result) HasLatest() bool { return r.Latest.Year != 0 }

// Judge gives the verdict for one indicator in one place. The series come in
// the order of preference; the first that gives a verdict is used, else the
// first that has any value says why there is none.
func Judge(series []Series, good Direction, letter time.Time) Result {
	first := Result{Verdict: NoData, Reason: NoSeries}
	for _, s := range series {
		r := judge(s, good, letter)
		if r.Verdict != NoData {
			return r
		}
		if first.Reason == NoSeries && r.Reason != NoSeries {
			first = r
		}
	}
	return first
}

func judge(s Series, good Direction, letter time.Time) Result {
	r := Result{Verdict: NoData, Source: s.Source}
	values := counting(s.Values)
	if len(values) == 0 {
		r.Reason = NoSeries
		return r
	}
	for _, v := range values {
		middle := Middle(v.Year)
		switch {
		case middle.After(letter):
			r.Latest = v
		case middle.After(letter.AddDate(-BaselineYears, 0, 0)):
			r.Baseline = v
		}
	}
	if r.HasBaseline() {
		r.Step, r.Steps = usualStep(values, r.Baseline.Year)
	}
	switch {
	case good == Neither:
		r.Reason = NoDirection
	case !r.HasBaseline():
		r.Reason = NoBaseline
	case !r.HasLatest():
		r.Reason = NoLatest
	case r.Steps < MinSteps:
		r.Reason = TooFew
	}
	if r.HasBaseline() && r.HasLatest() {
		r.Change = r.Latest.Value - r.Baseline.Value
		r.Needed = max(ClearSteps*r.Step, ClearShare*math.Abs(r.Baseline.Value))
	}
	if r.Reason == NoReason {
		r.Verdict = r.decide(good)
	}
	return r
}

// decide holds the change against what the series does by itself.
func (r Result) decide(good Direction) Verdict {
	size := math.Abs(r.Change)
	clear := size > ClearSteps*r.Step && size >= ClearShare*math.Abs(r.Baseline.Value)
	switch {
	case !clear:
		return NoClearChange
	case (r.Change > 0) == (good == Higher):
		return Improved
	default:
		return Worsened
	}
}

// Middle is when a yearly value stands.
func Middle(year int) time.Time { return time.Date(year, time.July, 1, 0, 0, 0, 0, time.UTC) }

// AtLetter tells whether a yearly value may be the baseline of a letter.
func AtLetter(year int, letter time.Time) bool {
	m := Middle(year)
	return !m.After(letter) && m.After(letter.AddDate(-BaselineYears, 0, 0))
}

// counting gives the values that count, by year; of a year that is there
// twice, the first, since a series has one value a year.
func counting(values []Value) []Value {
	var out []Value
	for _, v := range values {
		if !v.Flagged && !math.IsNaN(v.Value) && !math.IsInf(v.Value, 0) {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b Value) int { return a.Year - b.Year })
	return slices.CompactFunc(out, func(a, b Value) bool { return a.Year == b.Year })
}

// usualStep is the median of the absolute differences between neighbouring
// years in the years up to the baseline, and how many there are.
func usualStep(values []Value, baseline int) (float64, int) {
	var steps []float64
	for i := 1; i < len(values); i++ {
		a, b := values[i-1], values[i]
		if b.Year == a.Year+1 && b.Year <= baseline && a.Year >= baseline-StepYears {
			steps = append(steps, math.Abs(b.Value-a.Value))
		}
	}
	if len(steps) == 0 {
		return 0, 0
	}
	return Median(steps), len(steps)
}

// Median is the middle of some numbers, or halfway between the two in the
// middle; 0 of none.
func Median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return sorted[n/2-1]/2 + sorted[n/2]/2
}

// Combine gives the verdict for an ask from those of its indicators.
func Combine(verdicts []Verdict) Verdict {
	better, worse, known := false, false, false
	for _, v := range verdicts {
		better = better || v == Improved
		worse = worse || v == Worsened
		known = known || v != NoData
	}
	switch {
	case !known:
		return NoData
	case better && !worse:
		return Improved
	case worse && !better:
		return Worsened
	}
	return NoClearChange
}
