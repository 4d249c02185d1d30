package claim_test

import (
	"context"
	"fmt"
	"testing"

	"pliego/internal/evidence"
	"pliego/internal/evidence/claim"
)

var countries = []string{"ARG", "BOL", "BRA", "CHL", "COL", "CRI", "ECU", "GTM", "HND", "MEX"}

// yearly makes a series with one value a year.
func yearly(indicator, place, source string, from int, values ...float64) evidence.Series {
	s := evidence.Series{Indicator: indicator, Place: place, Source: source}
	for i, v := range values {
		s.Values = append(s.Values, evidence.Value{Period: evidence.Period{Year: from + i}, Value: v})
	}
	return s
}

func words(s string) evidence.Words { return evidence.Words{"en": s} }

func check(t *testing.T, series []evidence.Series, parts ...evidence.ClaimPart) claim.Result {
	t.Helper()
	c := content{evidence.Content{
		Indicators: []evidence.Indicator{{Key: "x", Sources: []string{"first"}}, {Key: "y"}},
		Sources:    []evidence.Source{{Key: "first", Family: "first"}, {Key: "second", Family: "second"}, {Key: "table", Family: "table", OneTable: true}},
		Series:     series,
	}}
	found, err := claim.Check(context.Background(), c, claim.Letter{Date: letterDay, Places: countries}, []evidence.Claim{{Key: "c", Parts: parts}})
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

func TestLevelAndRiseCountPlaces(t *testing.T) {
	level := evidence.ClaimPart{Key: "p", Test: evidence.LevelTest, Indicators: []string{"x"}, Threshold: 20}
	rise := evidence.ClaimPart{Key: "p", Test: evidence.RiseTest, Indicators: []string{"x"}}
	for _, c := range []struct {
		name    string
		part    evidence.ClaimPart
		reached int // of ten places
		want    evidence.Verdict
	}{
		{"level, half", level, 5, evidence.Supported},
		{"level, less than half", level, 4, evidence.Mixed},
		{"level, more than a quarter", level, 3, evidence.Mixed},
		{"level, less than a quarter", level, 2, evidence.NotSupported},
		{"rise, two thirds", rise, 7, evidence.Supported},
		{"rise, less", rise, 6, evidence.Mixed},
		{"rise, a third", rise, 4, evidence.Mixed},
		{"rise, less than a third", rise, 3, evidence.NotSupported},
	} {
		var series []evidence.Series
		for i, p := range countries {
			last := 10.0
			if i < c.reached {
				last = 20
			}
			series = append(series, yearly("x", p, "first", 2006, 10, 10, 10, 10, 10, 10, 10, last))
		}
		// None of these may count: a later value, another place, a state, a
		// source less preferred, a flagged value.
		series = append(series,
			yearly("x", "ARG", "second", 2006, 1, 1, 1, 1, 1, 1, 1, 99), yearly("x", "CUB", "first", 2006, 1, 1, 1, 1, 1, 1, 1, 99),
			yearly("x", "MEX-09", "first", 2006, 1, 1, 1, 1, 1, 1, 1, 99))
		flagged := yearly("x", "CHL", "second", 2006, 1, 1, 1, 1, 1, 1, 1, 99)
		flagged.Values[7].Flag = evidence.Implausible
		got := check(t, append(series, flagged), c.part)
		try := got.Parts[0].Tries[0]
		if got.Verdict != c.want || try.Counted != 10 || try.Reached != c.reached {
			t.Errorf("%s: %s, %d of %d; want %s", c.name, got.Verdict, try.Reached, try.Counted, c.want)
		}
		if n := len(got.Figures()); n < 10 {
			t.Errorf("%s: %d figures", c.name, n)
		}
	}
}

func TestFewPlacesCannotBeTested(t *testing.T) {
	var series []evidence.Series
	for _, p := range countries[:4] {
		series = append(series, yearly("x", p, "first", 2006, 1, 1, 1, 1, 1, 1, 1, 99))
	}
	for _, p := range countries[4:] { // too old for the letter, or too near each other
		series = append(series, yearly("x", p, "first", 2005, 1, 1, 1, 1, 1, 99))
	}
	got := check(t, series, evidence.ClaimPart{Key: "p", Test: evidence.RiseTest, Indicators: []string{"x"}})
	if got.Verdict != evidence.CannotTest || got.Parts[0].Reason != claim.FewPlaces {
		t.Errorf("%s (%s)", got.Verdict, got.Parts[0].Reason)
	}
}

func TestATenthIsNoRise(t *testing.T) {
	var series []evidence.Series
	for _, p := range countries {
		series = append(series, yearly("x", p, "first", 2008, 100, 100, 100, 100, 100, 110))
	}
	if got := check(t, series, evidence.ClaimPart{Key: "p", Test: evidence.RiseTest, Indicators: []string{"x"}}); got.Verdict != evidence.NotSupported {
		t.Errorf("up by a tenth is %s", got.Verdict)
	}
}

func TestCompareWantsOneYearOrOneTable(t *testing.T) {
	part := evidence.ClaimPart{Key: "p", Test: evidence.CompareTest, Indicators: []string{"x", "y"}}
	for _, c := range []struct {
		source string
		year   int // of the second value
		want   evidence.Verdict
	}{{"first", 2012, evidence.Supported}, {"first", 2011, evidence.CannotTest}, {"table", 2011, evidence.Supported}} {
		var series []evidence.Series
		for _, p := range countries {
			series = append(series, yearly("x", p, c.source, 2012, 60), yearly("y", p, c.source, c.year, 20))
		}
		if got := check(t, series, part); got.Verdict != c.want {
			t.Errorf("%s, %d: %s, want %s", c.source, c.year, got.Verdict, c.want)
		}
	}
}

func TestSumWantsEveryYearOfEverySource(t *testing.T) {
	part := evidence.ClaimPart{Key: "p", Test: evidence.SumTest, Indicators: []string{"x"}, Place: "MEX", From: 2007, To: 2009, Threshold: 30}
	states := func(n int, source string) (out []evidence.Series) {
		for i := range n {
			out = append(out, yearly("x", fmt.Sprintf("MEX-%02d", i+1), source, 2007, 1, 1, 1))
		}
		return out
	}
	for _, c := range []struct {
		name   string
		series []evidence.Series
		want   evidence.Verdict
		reason claim.Reason
	}{
		{"one source reaches it", []evidence.Series{yearly("x", "MEX", "first", 2006, 99, 10, 10, 10, 99)}, evidence.Supported, ""},
		{"one does, one does not", []evidence.Series{yearly("x", "MEX", "first", 2007, 10, 10, 10), yearly("x", "MEX", "second", 2007, 9, 10, 10)}, evidence.Mixed, ""},
		{"none does", []evidence.Series{yearly("x", "MEX", "first", 2007, 1, 1, 1)}, evidence.NotSupported, ""},
		{"a year is missing", []evidence.Series{yearly("x", "MEX", "first", 2008, 99, 99)}, evidence.CannotTest, claim.NoWholeSpan},
		{"added over the states", states(32, "first"), evidence.Supported, ""},
		{"a state is missing", states(31, "first"), evidence.CannotTest, claim.NoWholeSpan},
	} {
		got := check(t, c.series, part)
		if got.Verdict != c.want || got.Parts[0].Reason != c.reason {
			t.Errorf("%s: %s (%s), want %s", c.name, got.Verdict, got.Parts[0].Reason, c.want)
		}
	}
}

func TestVerdictsOfPartsMakeThatOfTheClaim(t *testing.T) {
	var series []evidence.Series
	for i, p := range countries {
		series = append(series, yearly("x", p, "first", 2013, 50), yearly("y", p, "first", 2013, float64(10*(i+1))))
	}
	level := func(indicator string, threshold float64, premise bool) evidence.ClaimPart {
		return evidence.ClaimPart{Key: "p", Test: evidence.LevelTest, Indicators: []string{indicator}, Threshold: threshold, Premise: premise}
	}
	none := evidence.ClaimPart{Key: "n", Test: evidence.NoTest, Reason: words("none")}
	yes, no, some := level("x", 50, false), level("x", 51, false), level("y", 70, false)
	for name, c := range map[string]struct {
		parts []evidence.ClaimPart
		want  evidence.Verdict
	}{
		"all cannot":          {[]evidence.ClaimPart{none, none}, evidence.CannotTest},
		"all are":             {[]evidence.ClaimPart{yes, yes}, evidence.Supported},
		"one cannot":          {[]evidence.ClaimPart{yes, none}, evidence.Mixed},
		"one is not":          {[]evidence.ClaimPart{no, none}, evidence.NotSupported},
		"one is, one is not":  {[]evidence.ClaimPart{yes, no}, evidence.Mixed},
		"a mixed one":         {[]evidence.ClaimPart{some, no}, evidence.Mixed},
		"the premise is not":  {[]evidence.ClaimPart{level("x", 51, true), yes}, evidence.NotSupported},
		"a study without any": {[]evidence.ClaimPart{{Key: "s", Test: evidence.StudyTest}}, evidence.CannotTest},
		"two that agree":      {[]evidence.ClaimPart{{Key: "p", Test: evidence.LevelTest, Indicators: []string{"x", "y"}, Threshold: 50}}, evidence.Supported},
		"two that disagree":   {[]evidence.ClaimPart{{Key: "p", Test: evidence.LevelTest, Indicators: []string{"x", "y"}, Threshold: 51}}, evidence.Mixed},
	} {
		if got := check(t, series, c.parts...); got.Verdict != c.want {
			t.Errorf("%s: %s, want %s", name, got.Verdict, c.want)
		}
	}
}

func TestCheckingAgainGivesTheSameFigures(t *testing.T) {
	s, l, e := shipped(t)
	var last string
	for range 2 {
		found, err := claim.Check(context.Background(), s, l, e.Claims)
		if err != nil {
			t.Fatal(err)
		}
		var all string
		for _, r := range found {
			all += fmt.Sprintf("%s %s %v\n", r.Claim.Key, r.Verdict, len(r.Figures()))
			for _, f := range r.Figures() {
				all += fmt.Sprintf("%s %s %v\n", f.What, f.Place, f.Value)
			}
		}
		if last != "" && all != last {
			t.Error("two checks differ")
		}
		last = all
	}
}
