package evidence_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"pliego/internal/evidence"
)

var defined = []evidence.Indicator{
	{Key: "deaths", Unit: evidence.Deaths, OverYear: evidence.Sum, Sources: []string{"b", "a"}},
	{Key: "people", Unit: evidence.Persons, OverYear: evidence.Average},
	{Key: "rate", Unit: evidence.Per100k, Ratio: &evidence.Ratio{Of: "deaths", By: "people", Times: 100_000}, Sources: []string{"b", "a"}},
	{Key: "share", Unit: evidence.Percent, Most: 100, Ratio: &evidence.Ratio{Of: "deaths", By: "people", Times: 100}},
}

var sources = []evidence.Source{{Key: "a-2020", Family: "a"}, {Key: "a-2010", Family: "a"}, {Key: "b-1", Family: "b"}}

func values(of ...any) (out []evidence.Value) {
	for i := 0; i < len(of); i += 2 {
		p, err := evidence.ParsePeriod(of[i].(string))
		if err != nil {
			panic(err)
		}
		out = append(out, evidence.Value{Period: p, Value: of[i+1].(float64)})
	}
	return out
}

func TestRatesAreComputedWithinOneSourceAndShowTheirParts(t *testing.T) {
	observed := []evidence.Series{
		{Indicator: "deaths", Place: "HND", Source: "a-2020", Values: values("2010", 10.0, "2011", 30.0, "2012", 5.0)},
		{Indicator: "people", Place: "HND", Source: "a-2020", Values: values("2010", 1000.0, "2011", 20.0)},
		{Indicator: "deaths", Place: "HND", Source: "a-2010", Values: values("2010", 11.0)},
		{Indicator: "people", Place: "SLV", Source: "a-2020", Values: values("2010", 1000.0)},
	}
	got := evidence.Compute(defined, sources, observed, evidence.Query{Indicators: []string{"share"}})
	if len(got) != 1 || !got[0].Derived || got[0].Source != "a-2020" || len(got[0].Values) != 2 {
		t.Fatalf("%+v", got)
	}
	v := got[0].Values
	if v[0].Value != 1 || v[0].Flag != evidence.Sound || len(v[0].Parts) != 2 || v[0].Parts[0].Value != 10 || v[0].Parts[1].Indicator != "people" {
		t.Errorf("%+v", v[0])
	}
	if v[1].Value != 150 || v[1].Flag != evidence.Implausible {
		t.Errorf("a share of 150 %% is %+v", v[1])
	}
}

func TestWhatASourcePublishesIsNotComputed(t *testing.T) {
	observed := []evidence.Series{
		{Indicator: "deaths", Place: "HND", Source: "a-2020", Values: values("2010", 10.0)},
		{Indicator: "people", Place: "HND", Source: "a-2020", Values: values("2010", 1000.0)},
		{Indicator: "share", Place: "HND", Source: "a-2020", Values: values("2009", 2.0)},
	}
	got := evidence.Compute(defined, sources, observed, evidence.Query{Indicators: []string{"share"}})
	if len(got) != 1 || got[0].Derived || len(got[0].Values) != 1 || got[0].Values[0].Value != 2 {
		t.Errorf("%+v", got)
	}
}

func TestMonthsMakeYearsOnlyWhenWhole(t *testing.T) {
	var months, people []evidence.Value
	for m := 1; m <= 12; m++ {
		months = append(months, evidence.Value{Period: evidence.Period{Year: 2010, Month: m}, Value: float64(m)})
		people = append(people, evidence.Value{Period: evidence.Period{Year: 2010, Month: m}, Value: 78_000})
	}
	months = append(months, values("2011-01", 9.0)...)
	observed := []evidence.Series{
		{Indicator: "deaths", Place: "MEX-09", Source: "a-2020", Values: months},
		{Indicator: "people", Place: "MEX-09", Source: "a-2020", Values: people},
	}
	got := evidence.Compute(defined, sources, observed, evidence.Query{Indicators: []string{"deaths", "rate"}})
	if len(got) != 2 || len(got[0].Values) != 1 || got[0].Values[0].Value != 78 || len(got[0].Values[0].Parts) != 12 || !got[0].Derived {
		t.Fatalf("%+v", got)
	}
	if r := got[1].Values; len(r) != 1 || r[0].Value != 100 {
		t.Errorf("the year's rate: %+v", r)
	}
	got = evidence.Compute(defined, sources, observed, evidence.Query{Indicators: []string{"rate"}, Monthly: true, From: 2010, To: 2010})
	if len(got) != 1 || len(got[0].Values) != 12 || math.Abs(got[0].Values[0].Value-1200.0/78) > 1e-9 {
		t.Errorf("by months: %+v", got)
	}
}

func TestSeriesComeInTheOrderOfPreference(t *testing.T) {
	var observed []evidence.Series
	for _, s := range []string{"a-2010", "a-2020", "b-1", "unknown"} {
		for _, p := range []string{"HND", "ARG"} {
			observed = append(observed, evidence.Series{Indicator: "deaths", Place: p, Source: s, Values: values("2010", 1.0)})
		}
	}
	got := evidence.Compute(defined, sources, observed, evidence.Query{Places: []string{"HND", "ARG"}})
	want := []string{"HND b-1", "HND a-2020", "HND a-2010", "HND unknown", "ARG b-1", "ARG a-2020", "ARG a-2010", "ARG unknown"}
	for i, s := range got {
		if s.Place+" "+s.Source != want[i] {
			t.Errorf("%d is %s %s, want %s", i, s.Place, s.Source, want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d series", len(got))
	}
}

func TestValuesFarFromTheUsualAreFlagged(t *testing.T) {
	indicator := []evidence.Indicator{{Key: "women", Usual: 5, UsualFrom: 50}}
	read := func(v ...any) (flags []evidence.Flag) {
		for _, s := range evidence.Compute(indicator, sources, []evidence.Series{{Indicator: "women", Place: "SLV", Source: "a-2020", Values: values(v...)}}, evidence.Query{}) {
			for _, x := range s.Values {
				flags = append(flags, x.Flag)
			}
		}
		return flags
	}
	got := read("2016", 3632.0, "2017", 3692.0, "2018", 3460.0, "2019", 3012.0, "2020", 58.0, "2021", 39.0, "2022", 3100.0)
	for i, f := range got {
		if (f == evidence.Implausible) != (i == 4 || i == 5) {
			t.Errorf("value %d is %q", i, f)
		}
	}
	for _, f := range read("2016", 1.0, "2017", 9.0, "2018", 2.0, "2019", 2.0, "2020", 40.0) {
		if f != evidence.Sound {
			t.Error("small numbers are flagged")
		}
	}
	for _, f := range read("2016", 1000.0, "2017", 9.0, "2018", 1000.0, "2019", 1000.0) {
		if f != evidence.Sound {
			t.Error("a short series is flagged")
		}
	}
}

func drawValues(t *rapid.T) []evidence.Value {
	seen := map[evidence.Period]bool{}
	var out []evidence.Value
	for range rapid.IntRange(0, 12).Draw(t, "n") {
		v := evidence.Value{
			Period: evidence.Period{Year: rapid.IntRange(2000, 2006).Draw(t, "year"), Month: rapid.IntRange(0, 3).Draw(t, "month")},
			Value:  rapid.Float64Range(-1e9, 1e9).Draw(t, "v") + 0, // not minus nothing
			Flag:   rapid.SampledFrom([]evidence.Flag{"", evidence.Implausible, evidence.Provisional}).Draw(t, "flag"),
			Note:   evidence.CleanNote(rapid.String().Draw(t, "note")),
		}
		if !seen[v.Period] {
			seen[v.Period] = true
			out = append(out, v)
		}
	}
	merged, _ := evidence.Merge(nil, out, false)
	return merged
}

func same(a, b []evidence.Value) bool { return evidence.EncodeValues(a) == evidence.EncodeValues(b) }

func TestValuesReadBackAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawValues(t)
		got, err := evidence.DecodeValues(evidence.EncodeValues(v))
		if err != nil || !same(got, v) {
			t.Fatalf("%+v became %+v: %v", v, got, err)
		}
	})
}

func TestMergingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		has, add := drawValues(t), drawValues(t)
		replace := rapid.Bool().Draw(t, "replace")
		once, _ := evidence.Merge(has, add, replace)
		twice, fates := evidence.Merge(once, add, replace)
		if !same(once, twice) {
			t.Fatalf("%+v became %+v", once, twice)
		}
		for _, f := range fates {
			if f == evidence.Added || f == evidence.Replaced {
				t.Fatalf("a second time: %s", f)
			}
		}
		if !replace {
			for _, v := range has {
				if i := indexOf(once, v.Period); once[i].Value != v.Value {
					t.Fatalf("%+v was lost", v)
				}
			}
		}
	})
}

func indexOf(values []evidence.Value, p evidence.Period) int {
	for i, v := range values {
		if v.Period == p {
			return i
		}
	}
	return -1
}

func FuzzDecodeValues(f *testing.F) {
	for _, s := range []string{"", "2010\t5\n", "2010-03\t5.5\timplausible\twhy\n", "2010\t\n", "\n", "2010\tNaN\n", "2010\t1\tx\ty\tz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := evidence.DecodeValues(s)
		if err != nil {
			return
		}
		again, err := evidence.DecodeValues(evidence.EncodeValues(v))
		if err != nil || !same(again, v) {
			t.Errorf("%q: %+v became %+v, %v", s, v, again, err)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1", "-1.5", "1e3", "1,5", "", "0x10", "1e999", "NaN", "--1", "1_0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := evidence.ParseNumber(s)
		if err != nil {
			return
		}
		if again, err := evidence.ParseNumber(evidence.FormatNumber(v)); err != nil || again != v {
			t.Errorf("%q is %v, written and read %v, %v", s, v, again, err)
		}
	})
}
