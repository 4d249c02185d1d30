package outcome_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pliego/internal/evidence/outcome"
)

var letterDay = time.Date(2013, time.November, 19, 0, 0, 0, 0, time.UTC)

// years makes a series that begins in a year; NaN is a year without a value.
func years(from int, values ...float64) outcome.Series {
	s := outcome.Series{Source: "s"}
	for i, v := range values {
		if !math.IsNaN(v) {
			s.Values = append(s.Values, outcome.Value{Year: from + i, Value: v})
		}
	}
	return s
}

func TestJudge(t *testing.T) {
	gap := math.NaN()
	// Steps of 2, 1, 3, 2, 2 until 2013: the usual step is 2, clear is above 6
	// and from a tenth of the baseline (20) on.
	before := []float64{20, 22, 21, 24, 22, 20}
	with := func(after ...float64) outcome.Series {
		return years(2008, append(append([]float64{}, before...), after...)...)
	}
	for name, c := range map[string]struct {
		series []outcome.Series
		good   outcome.Direction
		want   outcome.Verdict
		reason outcome.Reason
	}{
		"fell clearly":               {[]outcome.Series{with(19, 13.9)}, outcome.Lower, outcome.Improved, ""},
		"rose clearly":               {[]outcome.Series{with(19, 26.1)}, outcome.Lower, outcome.Worsened, ""},
		"rose, and that is good":     {[]outcome.Series{with(26.1)}, outcome.Higher, outcome.Improved, ""},
		"exactly three steps":        {[]outcome.Series{with(14)}, outcome.Lower, outcome.NoClearChange, ""},
		"did not move":               {[]outcome.Series{with(20)}, outcome.Lower, outcome.NoClearChange, ""},
		"only the latest counts":     {[]outcome.Series{with(50, 20)}, outcome.Lower, outcome.NoClearChange, ""},
		"smooth, under a tenth":      {[]outcome.Series{years(2008, 100, 100, 100, 100, 100, 100, 91)}, outcome.Lower, outcome.NoClearChange, ""},
		"smooth, a tenth":            {[]outcome.Series{years(2008, 100, 100, 100, 100, 100, 100, 90)}, outcome.Lower, outcome.Improved, ""},
		"nothing":                    {nil, outcome.Lower, outcome.NoData, outcome.NoSeries},
		"nothing after":              {[]outcome.Series{with()}, outcome.Lower, outcome.NoData, outcome.NoLatest},
		"nothing at the letter":      {[]outcome.Series{years(2004, 1, 2, 3, 4, 5, 6, 7, gap, gap, gap, 9)}, outcome.Lower, outcome.NoData, outcome.NoBaseline},
		"2010 is too early":          {[]outcome.Series{years(2005, 1, 2, 3, 4, 5, 6, gap, gap, gap, 9)}, outcome.Lower, outcome.NoData, outcome.NoBaseline},
		"2011 is near enough":        {[]outcome.Series{years(2005, 1, 2, 3, 4, 5, 6, 7, gap, gap, 9)}, outcome.Lower, outcome.NoClearChange, ""},
		"three steps are too few":    {[]outcome.Series{years(2010, 1, 2, 3, 4, 50)}, outcome.Lower, outcome.NoData, outcome.TooFew},
		"steps over a gap are none":  {[]outcome.Series{years(2005, 1, gap, 2, gap, 3, gap, 4, gap, 5, 50)}, outcome.Lower, outcome.NoData, outcome.TooFew},
		"old steps do not count":     {[]outcome.Series{years(1998, 1, 2, 3, 4, 5, gap, gap, gap, gap, gap, gap, gap, gap, gap, gap, 9, 50)}, outcome.Lower, outcome.NoData, outcome.TooFew},
		"no good direction":          {[]outcome.Series{with(1)}, outcome.Neither, outcome.NoData, outcome.NoDirection},
		"the second source has it":   {[]outcome.Series{with(), with(1)}, outcome.Lower, outcome.Improved, ""},
		"the first source that says": {[]outcome.Series{{Source: "empty"}, with(), years(2013, 1)}, outcome.Lower, outcome.NoData, outcome.NoLatest},
	} {
		t.Run(name, func(t *testing.T) {
			got := outcome.Judge(c.series, c.good, letterDay)
			if got.Verdict != c.want || got.Reason != c.reason {
				t.Errorf("%+v; want %s (%s)", got, c.want, c.reason)
			}
		})
	}
}

func TestJudgeShowsItsFigures(t *testing.T) {
	got := outcome.Judge([]outcome.Series{years(2008, 20, 22, 21, 24, 22, 20, 18, 12)}, outcome.Lower, letterDay)
	want := outcome.Result{
		Verdict: outcome.Improved, Source: "s",
		Baseline: outcome.Value{Year: 2013, Value: 20}, Latest: outcome.Value{Year: 2015, Value: 12},
		Change: -8, Step: 2, Steps: 5, Needed: 6,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestFlaggedAndBrokenValuesCountForNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		want := outcome.Judge([]outcome.Series{s}, outcome.Lower, letterDay)
		n := rapid.IntRange(1, 5).Draw(t, "n")
		for range n {
			v := outcome.Value{Year: rapid.IntRange(2000, 2024).Draw(t, "year"), Value: rapid.Float64Range(-1e6, 1e6).Draw(t, "v")}
			switch rapid.IntRange(0, 2).Draw(t, "wrong") {
			case 0:
				v.Flagged = true
			case 1:
				v.Value = math.NaN()
			case 2:
				v.Value = math.Inf(1)
			}
			at := rapid.IntRange(0, len(s.Values)).Draw(t, "at")
			s.Values = append(s.Values[:at:at], append([]outcome.Value{v}, s.Values[at:]...)...)
		}
		if got := outcome.Judge([]outcome.Series{s}, outcome.Lower, letterDay); got != want {
			t.Fatalf("%+v became %+v", want, got)
		}
	})
}

// drawSeries draws whole numbers, so that scaling by powers of two is exact.
func drawSeries(t *rapid.T) outcome.Series {
	s := outcome.Series{Source: "drawn"}
	for y := 2000; y <= 2023; y++ {
		if rapid.IntRange(0, 9).Draw(t, "there") < 8 {
			s.Values = append(s.Values, outcome.Value{Year: y, Value: float64(rapid.IntRange(0, 200).Draw(t, "value"))})
		}
	}
	return s
}

func TestScaleAndUnitDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		factor := math.Ldexp(1, rapid.IntRange(-20, 20).Draw(t, "power"))
		scaled := outcome.Series{Source: s.Source}
		for _, v := range s.Values {
			v.Value *= factor
			scaled.Values = append(scaled.Values, v)
		}
		a := outcome.Judge([]outcome.Series{s}, outcome.Lower, letterDay)
		b := outcome.Judge([]outcome.Series{scaled}, outcome.Lower, letterDay)
		if a.Verdict != b.Verdict || a.Reason != b.Reason {
			t.Fatalf("%v times %v: %+v became %+v", s, factor, a, b)
		}
	})
}

func TestTheOtherDirectionTurnsTheVerdict(t *testing.T) {
	turned := map[outcome.Verdict]outcome.Verdict{
		outcome.Improved: outcome.Worsened, outcome.Worsened: outcome.Improved,
		outcome.NoClearChange: outcome.NoClearChange, outcome.NoData: outcome.NoData,
	}
	rapid.Check(t, func(t *rapid.T) {
		s := []outcome.Series{drawSeries(t)}
		low, high := outcome.Judge(s, outcome.Lower, letterDay), outcome.Judge(s, outcome.Higher, letterDay)
		if high.Verdict != turned[low.Verdict] || high.Change != low.Change {
			t.Fatalf("lower is better: %+v; higher is better: %+v", low, high)
		}
	})
}

func TestALargerImprovementIsNeverJudgedWorse(t *testing.T) {
	rank := map[outcome.Verdict]int{outcome.Worsened: 0, outcome.NoClearChange: 1, outcome.Improved: 2}
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		a := outcome.Judge([]outcome.Series{s}, outcome.Lower, letterDay)
		if a.Verdict == outcome.NoData {
			return // nothing to compare
		}
		better := outcome.Series{Source: s.Source, Values: append([]outcome.Value(nil), s.Values...)}
		better.Values[len(better.Values)-1].Value -= float64(rapid.IntRange(1, 100).Draw(t, "better"))
		b := outcome.Judge([]outcome.Series{better}, outcome.Lower, letterDay)
		if rank[b.Verdict] < rank[a.Verdict] {
			t.Fatalf("%+v, and with a better latest value %+v", a, b)
		}
	})
}

func TestWithoutBaselineOrLatestThereIsNoData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		after := rapid.Bool().Draw(t, "after")
		kept := outcome.Series{Source: s.Source}
		for _, v := range s.Values {
			if after && v.Year > 2013 || !after && outcome.AtLetter(v.Year, letterDay) {
				continue
			}
			kept.Values = append(kept.Values, v)
		}
		if got := outcome.Judge([]outcome.Series{kept}, outcome.Lower, letterDay); got.Verdict != outcome.NoData || got.Reason == "" {
			t.Fatalf("%+v", got)
		}
	})
}

func TestCombine(t *testing.T) {
	i, w, n, d := outcome.Improved, outcome.Worsened, outcome.NoClearChange, outcome.NoData
	for _, c := range []struct {
		of   []outcome.Verdict
		want outcome.Verdict
	}{
		{nil, d}, {[]outcome.Verdict{d, d}, d}, {[]outcome.Verdict{i, d}, i}, {[]outcome.Verdict{d, w}, w},
		{[]outcome.Verdict{i, n}, i}, {[]outcome.Verdict{n, w}, w}, {[]outcome.Verdict{i, w}, n}, {[]outcome.Verdict{n, d}, n},
	} {
		if got := outcome.Combine(c.of); got != c.want {
			t.Errorf("%v give %s, want %s", c.of, got, c.want)
		}
	}
}
