package study_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"pliego/internal/evidence/study"
)

// flat makes a panel of n places with the same deaths each month among
// 1,200,000 people; alter changes what a test is about.
func flat(t interface{ Fatal(...any) }, n, months int, alter func(place, month int, deaths float64) float64) *study.Panel {
	var names []string
	deaths, people := make([][]float64, n), make([][]float64, n)
	for i := range n {
		names = append(names, fmt.Sprintf("P%02d", i))
		for m := range months {
			deaths[i] = append(deaths[i], alter(i, m, 10))
			people[i] = append(people[i], 1_200_000)
		}
	}
	p, err := study.NewPanel(names, deaths, people)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(b)) }

// TestByHand: two places of eight have an event in month 100. In the first,
// deaths double from month 101 on; in the second they stay. The comparison
// rises by half everywhere from month 113 on.
func TestByHand(t *testing.T) {
	panel := flat(t, 8, 160, func(place, month int, d float64) float64 {
		if place == 0 && month > 100 {
			return 2 * d
		}
		if place > 1 && month > 112 {
			return 1.5 * d
		}
		return d
	})
	d := study.Design{Panel: panel, Events: []study.Event{{Place: 0, Month: 100}, {Place: 1, Month: 100}}, Top: -1, Draws: 99, Seed: 1}
	r, err := d.Run()
	if err != nil {
		t.Fatal(err)
	}
	// A window of twelve months holds 120 deaths in 1,200,000 person-years.
	double, half := math.Log(240.5/120.5), math.Log(180.5/120.5)
	for _, c := range []struct {
		horizon int
		want    float64
	}{
		{12, double / 2}, // (log 2 + 0) / 2 against nothing
		{24, double/2 - half},
		{36, double/2 - half},
	} {
		e, ok := r.Of(study.Main, study.First, c.horizon)
		if !ok || !near(e.Effect, c.want) {
			t.Errorf("at %d months: %v, want %v", c.horizon, e.Effect, c.want)
		}
	}
	e, _ := r.Of(study.Levels, study.Last, 12)
	if !near(e.Effect, 5) { // the first from 10 to 20 a year per 100,000, the second not
		t.Errorf("in levels %v, want 5", e.Effect)
	}
	p := e.Places[0]
	if p.Place != 0 || p.Before != (study.Window{Deaths: 120, Years: 1_200_000}) || p.After.Deaths != 240 || !near(p.After.Rate(), 20) {
		t.Errorf("the first place is %+v", p)
	}
	e, _ = r.Of(study.Whole, study.First, 24)
	// Months 1 to 24: twelve at 10 and twelve at 15 in the comparison.
	if want := (math.Log(480.5/2_400_000)-math.Log(120.5/1_200_000)+math.Log(240.5/2_400_000)-math.Log(120.5/1_200_000))/2 -
		(math.Log(300.5/2_400_000) - math.Log(120.5/1_200_000)); !near(e.Effect, want) {
		t.Errorf("whole: %v, want %v", e.Effect, want)
	}
	if len(r.Prior) != 2 || !near(r.Prior[0].Effect, 0) {
		t.Errorf("prior %+v", r.Prior)
	}
}

// noisy is a panel in which nothing happens but chance.
func noisy(t interface{ Fatal(...any) }, seed uint64, alter func(place, month int, d float64) float64) *study.Panel {
	r := rand.New(rand.NewPCG(seed, 7))
	return flat(t, 32, 180, func(place, month int, d float64) float64 {
		return alter(place, month, math.Round(d+3*r.NormFloat64()*r.Float64()+3))
	})
}

func tenEvents() []study.Event {
	var out []study.Event
	for i := range 10 {
		out = append(out, study.Event{Place: i * 3, Month: 90 + i}, study.Event{Place: i * 3, Month: 100 + i})
	}
	return out
}

func TestAPlantedRiseIsSupported(t *testing.T) {
	panel := noisy(t, 1, func(place, month int, d float64) float64 {
		if place%3 == 0 && place < 30 && month > 90+place/3 {
			return 2*d + float64(month-90)/2
		}
		return d
	})
	r, err := study.Design{Panel: panel, Events: tenEvents(), Top: -1, Draws: 999, Seed: 5}.Run()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range study.Horizons {
		if e, _ := r.Of(study.Main, study.First, h); !e.Rose() || e.PStates != 0.001 {
			t.Errorf("first, %d: %+v", h, e.PStates)
		}
	}
	// The year before a last event lies after the first one here, so the rate
	// was rising already and the rule does not call it supported.
	if !r.RisingBefore(study.Last) || r.RisingBefore(study.First) || r.Verdict != study.Mixed {
		t.Errorf("rising before: first %v, last %v; verdict %s", r.RisingBefore(study.First), r.RisingBefore(study.Last), r.Verdict)
	}
	var one []study.Event
	for _, e := range tenEvents() {
		if e.Month < 100 {
			one = append(one, e)
		}
	}
	if r, err = (study.Design{Panel: panel, Events: one, Top: -1, Draws: 999, Seed: 5}).Run(); err != nil || r.Verdict != study.Supported {
		t.Errorf("with one event each: %v, %v", r, err)
	}
}

func TestWhereNothingHappensNothingIsFound(t *testing.T) {
	low := 0
	for seed := range uint64(40) {
		panel := noisy(t, seed+100, func(_, _ int, d float64) float64 { return d })
		r, err := study.Design{Panel: panel, Events: tenEvents(), Top: -1, Draws: 199, Seed: seed}.Run()
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict == study.Supported {
			t.Errorf("seed %d: supported", seed)
		}
		if e, _ := r.Of(study.Main, study.First, 12); e.PStates <= 0.1 {
			low++
		}
	}
	// One in ten is expected, 4 of 40; 12 or more has a chance of about 1 in 3,000.
	if low >= 12 {
		t.Errorf("%d of 40 null panels have p of at most 0.1", low)
	}
}

func TestTheSameDesignGivesTheSameFigures(t *testing.T) {
	panel := noisy(t, 3, func(_, _ int, d float64) float64 { return d })
	d := study.Design{Panel: panel, Events: tenEvents(), Borders: [][2]int{{0, 1}, {2, 3}}, Top: 3, Draws: 199, Seed: 11}
	a, err := d.Run()
	if err != nil {
		t.Fatal(err)
	}
	b, _ := d.Run()
	if !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
	// The draws themselves must not change with the version of Go or of this
	// program, or published figures could not be found again.
	e, _ := a.Of(study.Main, study.First, 12)
	if got := fmt.Sprintf("%.3f %.4f", e.PStates, e.PDates); got != pinned {
		t.Errorf("p by states and by dates %s, were %s", got, pinned)
	}
	d.Seed++
	c, _ := d.Run()
	if x, _ := c.Of(study.Main, study.First, 12); x.Effect != e.Effect || math.Abs(x.PStates-e.PStates) > 0.12 {
		t.Errorf("another seed moves the effect from %v to %v, p from %v to %v", e.Effect, x.Effect, e.PStates, x.PStates)
	}
}

const pinned = "0.160 0.2794"

func TestMoreDeathsAfterNeverLowerTheEffect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(0, 1000).Draw(t, "seed")
		place, month := rapid.IntRange(0, 9).Draw(t, "place")*3, rapid.IntRange(103, 120).Draw(t, "month")
		more := float64(rapid.IntRange(1, 50).Draw(t, "more"))
		run := func(extra float64) *study.Report {
			p := noisy(t, seed, func(at, m int, d float64) float64 {
				if at == place && m == month {
					return d + extra
				}
				return d
			})
			var events []study.Event
			for i := range 10 {
				events = append(events, study.Event{Place: i * 3, Month: 100})
			}
			r, err := study.Design{Panel: p, Events: events, Top: -1, Draws: 1, Seed: 1}.Run()
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		a, b := run(0), run(more)
		for i, e := range b.Estimates {
			if e.Effect < a.Estimates[i].Effect {
				t.Fatalf("%s %s %d: %v became %v", e.Variant, e.Dating, e.Horizon, a.Estimates[i].Effect, e.Effect)
			}
		}
	})
}

func TestPeopleAndDeathsTogetherChangeNothing(t *testing.T) {
	panel := func(factor float64) *study.Panel {
		var names []string
		var deaths, people [][]float64
		r := rand.New(rand.NewPCG(9, 9))
		for i := range 12 {
			names = append(names, fmt.Sprint(i))
			var d, n []float64
			for range 150 {
				d, n = append(d, float64(5+r.IntN(20))), append(n, 1e6*factor)
			}
			deaths, people = append(deaths, d), append(people, n)
		}
		p, err := study.NewPanel(names, deaths, people)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	events := []study.Event{{Place: 0, Month: 90}, {Place: 5, Month: 95}}
	a, err := study.Design{Panel: panel(1), Events: events, Top: -1, Draws: 50, Seed: 1}.Run()
	if err != nil {
		t.Fatal(err)
	}
	b, _ := study.Design{Panel: panel(3), Events: events, Top: -1, Draws: 50, Seed: 1}.Run()
	for i, e := range b.Estimates {
		if e.Variant != study.Levels && !near(e.Effect, a.Estimates[i].Effect) {
			t.Errorf("three times the people move %s from %v to %v", e.Variant, a.Estimates[i].Effect, e.Effect)
		}
	}
}

func TestBadPanelsAndDesignsAreRefused(t *testing.T) {
	good := []float64{1, 2}
	for name, c := range map[string][2][][]float64{
		"no place":     {{}, {}},
		"a hole":       {{{1}}, {good}},
		"no people":    {{good}, {{1, 0}}},
		"fewer than 0": {{{1, -1}}, {good}},
		"not a number": {{{1, math.NaN()}}, {good}},
	} {
		var names []string
		for range c[0] {
			names = append(names, "x")
		}
		if _, err := study.NewPanel(names, c[0], c[1]); !errors.Is(err, study.ErrPanel) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := flat(t, 4, 100, func(_, _ int, d float64) float64 { return d })
	for name, d := range map[string]study.Design{
		"no panel":        {Draws: 1},
		"no draws":        {Panel: p, Events: []study.Event{{Place: 0, Month: 50}}},
		"no events":       {Panel: p, Draws: 1, Top: -1},
		"outside":         {Panel: p, Draws: 1, Top: -1, Events: []study.Event{{Place: 9, Month: 50}}},
		"most have one":   {Panel: p, Draws: 1, Top: -1, Events: []study.Event{{Place: 0, Month: 50}, {Place: 1, Month: 50}, {Place: 2, Month: 50}}},
		"border of none":  {Panel: p, Draws: 1, Top: -1, Events: []study.Event{{Place: 0, Month: 50}}, Borders: [][2]int{{0, 9}}},
		"the only one":    {Panel: p, Draws: 1, Top: 0, Events: []study.Event{{Place: 0, Month: 50}}},
		"too many draws":  {Panel: p, Draws: study.MaxDraws + 1, Top: -1, Events: []study.Event{{Place: 0, Month: 50}}},
		"month before it": {Panel: p, Draws: 1, Top: -1, Events: []study.Event{{Place: 0, Month: -1}}},
	} {
		if _, err := d.Run(); !errors.Is(err, study.ErrDesign) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
