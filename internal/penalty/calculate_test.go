package penalty_test

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pliego/internal/penalty"
	"pliego/pack"
)

func law(t testing.TB) pack.Law {
	t.Helper()
	p, err := pack.Read(pack.Americas())
	if err != nil {
		t.Fatal(err)
	}
	return p.Law
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func grams(s string) *big.Rat {
	r, ok := penalty.ParseAmount(s)
	if !ok {
		panic(s)
	}
	return r
}

func answer(t testing.TB, answers []penalty.Answer, country string) penalty.Answer {
	t.Helper()
	i := slices.IndexFunc(answers, func(a penalty.Answer) bool { return a.Country == country })
	if i < 0 {
		t.Fatalf("no answer for %s", country)
	}
	return answers[i]
}

// Each line can be read off the shipped table by hand.
func TestAnswersThatCanBeReadOffTheTable(t *testing.T) {
	l := law(t)
	today := day("2026-11-24")
	for _, c := range []struct {
		country, substance, amount string
		act                        penalty.Act
		on                         string
		min, max                   int
		counted                    int
	}{
		{"COL", "cocaine", "100", "sell", "2013-11-15", 64, 108, 1},
		{"COL", "cocaine", "100.5", "sell", "2013-11-15", 96, 144, 1},
		{"COL", "cocaine", "2000.01", "sell", "2013-11-15", 128, 360, 1},
		{"COL", "mdma", "200", "sell", "2013-11-15", 64, 108, 1}, // under "synthetic"
		{"COL", "cannabis-plants", "50", "grow", "2013-11-15", 64, 108, 1},
		{"ECU", "cannabis", "300", "sell", "2014-09-01", 2, 6, 1},
		{"ECU", "cocaine", "1", "sell", "2026-11-24", 36, 60, 1},
		{"ECU", "cocaine", "5000.1", "sell", "2026-11-24", 264, 312, 1},
		{"ECU", "cocaine", "10", "sell", "2012-01-01", 144, 192, 1}, // the law of 1990
		{"MEX", "cocaine", "0.5", "use", "2013-11-15", 0, 0, 1},
		{"MEX", "cocaine", "10", "use", "2013-11-15", 10, 36, 1},
		{"MEX", "cocaine", "500", "use", "2013-11-15", 48, 90, 1},
		{"MEX", "cocaine", "10", "sell", "2013-11-15", 48, 96, 1},
		{"USA", "cocaine", "600", "sell", "2026-11-24", 60, 480, 1},
		{"BRA", "cannabis", "40", "use", "2026-11-24", 0, 0, 1},
		// Nothing is stated where a row's dates do not settle the day, …
		{"USA", "cocaine", "600", "sell", "2013-11-15", 0, 0, 0},
		// … where the table names no amount for the substance, …
		{"COL", "lsd", "1", "use", "2013-11-15", 0, 0, 0},
		// … or where rows were not seen.
		{"SLV", "cocaine", "5", "sell", "2026-11-24", 0, 0, 0},
	} {
		got := answer(t, penalty.Calculate(penalty.Case{
			Substance: c.substance, Amount: grams(c.amount), Act: c.act, On: day(c.on), Today: today,
		}, l.Penalties, l.Thresholds), c.country)
		if got.Counted != c.counted || got.Range.Min != c.min || got.Range.Max != c.max {
			t.Errorf("%s %s %s g, %s on %s: %d rows, %+v; want %d rows, %d to %d months",
				c.country, c.amount, c.substance, c.act, c.on, got.Counted, got.Range, c.counted, c.min, c.max)
		}
	}
}

func TestUnverifiedRowsCountOnlyWhenAskedFor(t *testing.T) {
	l := law(t)
	c := penalty.Case{Substance: "cocaine", Amount: grams("5"), Act: "sell", On: day("2026-11-24"), Today: day("2026-11-24")}
	without := answer(t, penalty.Calculate(c, l.Penalties, l.Thresholds), "SLV")
	c.Unverified = true
	with := answer(t, penalty.Calculate(c, l.Penalties, l.Thresholds), "SLV")
	if without.Counted != 0 || without.LeftOut != 1 || without.Compared {
		t.Errorf("unasked: %+v", without)
	}
	if with.Counted != 1 || with.Range.Min != 120 || with.Range.Max != 180 || with.WeakestCounted != penalty.Memory {
		t.Errorf("asked: %+v", with)
	}
}

func TestComparisonWithHomicide(t *testing.T) {
	l := law(t)
	c := penalty.Case{Substance: "cocaine", Amount: grams("600"), Act: "sell", On: day("2026-11-24"), Today: day("2026-11-24")}
	mexico := answer(t, penalty.Calculate(c, l.Penalties, l.Thresholds), "MEX")
	// Article 194: 120 to 300 months; homicide: 144 to 288.
	if !mexico.Compared || mexico.LeastAbove || !mexico.MostAbove {
		t.Errorf("Mexico: %+v", mexico)
	}
	ecuador := answer(t, penalty.Calculate(c, l.Penalties, l.Thresholds), "ECU")
	if ecuador.Compared || !ecuador.HomicideUnproven {
		t.Errorf("Ecuador's homicide row was not seen, and yet: %+v", ecuador)
	}
}

func TestWhatDependsOnThePersonIsNeverSure(t *testing.T) {
	l := law(t)
	c := penalty.Case{Substance: "cocaine", Act: "prison", Woman: true, On: day("2026-11-24"), Today: day("2026-11-24")}
	a := answer(t, penalty.Calculate(c, l.Penalties, l.Thresholds), "CRI")
	if len(a.Matches) != 2 || a.Counted != 1 || a.Matches[1].Sure || len(a.Alternatives) == 0 {
		t.Errorf("Costa Rica, a woman: %+v", a)
	}
	c.Woman = false
	if a := answer(t, penalty.Calculate(c, l.Penalties, l.Thresholds), "CRI"); len(a.Matches) != 1 {
		t.Errorf("Costa Rica, a man: %+v", a.Matches)
	}
	c = penalty.Case{Substance: "cocaine", Amount: grams("10"), Act: "sell", On: day("2026-11-24"), Today: day("2026-11-24")}
	calm := answer(t, penalty.Calculate(c, l.Penalties, l.Thresholds), "ARG")
	c.Violence = true
	violent := answer(t, penalty.Calculate(c, l.Penalties, l.Thresholds), "ARG")
	if len(violent.Matches) != len(calm.Matches)+1 || violent.Range.Max != 240 {
		t.Errorf("Argentina, with violence: %+v", violent.Range)
	}
}

// A law that parts amounts into bands leaves no gap and lets none overlap.
func TestBandsPartAllAmounts(t *testing.T) {
	l := law(t)
	rapid.Check(t, func(t *rapid.T) {
		milligrams := rapid.Int64Range(1, 50_000_000).Draw(t, "milligrams")
		country := rapid.SampledFrom([]string{"COL", "ECU"}).Draw(t, "country")
		substance := rapid.SampledFrom([]string{"cannabis", "cocaine", "heroin"}).Draw(t, "substance")
		answers := penalty.Calculate(penalty.Case{
			Substance: substance, Amount: big.NewRat(milligrams, 1000), Act: "sell", On: day("2026-11-24"), Today: day("2026-11-24"),
		}, l.Penalties, l.Thresholds)
		i := slices.IndexFunc(answers, func(a penalty.Answer) bool { return a.Country == country })
		if answers[i].Counted != 1 {
			t.Fatalf("%d rows apply", answers[i].Counted)
		}
	})
}

func FuzzParseAmounts(f *testing.F) {
	for _, s := range []string{"", "?", "cannabis<=1000", ">@small-max <=@medium-max", "cannabis<=40 ?", "<=@", "cannabis<=1e9", "<>", "cocaine>=.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := penalty.ParseAmounts(s)
		if err != nil {
			return
		}
		again, err := penalty.ParseAmounts(a.String())
		if err != nil || again.String() != a.String() {
			t.Errorf("%q reads back as %q: %v", s, again.String(), err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"", "2013", "2013-11", "2013-11-15", "2013-13", "0000", "2013-02-30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := penalty.ParseDate(s); err == nil && string(d) != s {
			t.Errorf("%q reads as %q", s, d)
		}
	})
}
