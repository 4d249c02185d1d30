package followup

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var letterDay = time.Date(2013, 11, 19, 0, 0, 0, 0, time.UTC)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func source(publisher string, grade Grade) Citation {
	return Citation{URL: "https://" + publisher + ".example.org/x", Publisher: publisher, Grade: grade, Confidence: Seen}
}

func act(id, date string, kind ActionKind, d Direction, c ...Citation) *Item {
	return &Item{ID: id, Version: 1, Kind: Action, Addressee: "ury", Asks: []string{"use"}, Date: Date(date), Action: kind, Direction: d,
		Title: Words{"en": "Something"}, Citations: c}
}

func assessment(v Value, c ...Citation) *Item {
	return &Item{ID: "a", Version: 1, Kind: Assessment, Addressee: "ury", Asks: []string{"use"}, Date: "2016", Track: TrackEvidenced, Value: v, Rubric: 1, Citations: c}
}

func TestDatesHappenWhenTheirPeriodIsOver(t *testing.T) {
	recorded := day("2026-11-24")
	for _, c := range []struct {
		date string
		on   string
		want bool
	}{
		{"2016-06-30", "2016-06-30", true}, {"2016-07-01", "2016-06-30", false}, {"2016-06", "2016-06-29", false}, {"2016-06", "2016-06-30", true},
		{"2016", "2016-12-30", false}, {"2016", "2016-12-31", true}, {"2026", "2026-11-23", false}, {"2026", "2026-11-24", true}, {"2027", "2026-12-31", false},
		{"2016-02", "2016-02-29", true}, {"nonsense", "2026-01-01", false}, {"", "2026-01-01", false},
	} {
		if got := Date(c.date).By(day(c.on), recorded); got != c.want {
			t.Errorf("%s by %s: %v", c.date, c.on, got)
		}
	}
	if Date("2013").After(letterDay) || !Date("2014").After(letterDay) || !Date("2013-11-20").After(letterDay) || Date("2013-11").After(letterDay) {
		t.Error("what is surely after the letter is not told from what may be before")
	}
}

func TestNoVerdictWithoutItsSources(t *testing.T) {
	remembered := Citation{Publisher: "a", Grade: Official, Confidence: Memory}
	for name, c := range map[string]struct {
		item *Item
		want error
	}{
		"limited, one press report":          {assessment(Limited, source("a", Press)), nil},
		"no citation":                        {assessment(Limited), ErrNoCitation},
		"remembered only":                    {assessment(Limited, remembered), ErrNoCitation},
		"substantial, one press report":      {assessment(Substantial, source("a", Press)), ErrWeakSources},
		"substantial, one publisher twice":   {assessment(Substantial, source("a", Press), source("A", Press)), ErrWeakSources},
		"substantial, two publishers":        {assessment(Substantial, source("a", Press), source("b", Press)), nil},
		"substantial, one copy":              {assessment(Substantial, source("a", Copy)), ErrWeakSources},
		"complete, official":                 {assessment(Complete, source("a", Official)), nil},
		"reversed, official but remembered":  {assessment(Reversed, source("b", Press), remembered), ErrWeakSources},
		"the default is nobody's assessment": {assessment(NotAssessed, source("a", Press)), errAny},
		"a value of another track":           {assessment(Done, source("a", Press)), errAny},
		"no evidence found, nowhere":         {assessment(NoEvidenceFound, source("a", Press)), errAny},
	} {
		err := c.item.Check()
		if c.want == errAny && err != nil || c.want != errAny && errors.Is(err, c.want) {
			continue
		}
		t.Errorf("%s: %v", name, err)
	}
	old := assessment(Limited, source("a", Press))
	old.Rubric = 0
	if err := old.Check(); !errors.Is(err, ErrNoCitation) {
		t.Errorf("without a rubric: %v", err)
	}
	old.Rubric = RubricVersion + 1
	if err := old.Check(); err == nil {
		t.Error("a rubric that does not exist is taken")
	}
}

var errAny = errors.New("any")

func TestBadItemsAreNamed(t *testing.T) {
	for what, change := range map[string]func(i *Item){
		"kind":      func(i *Item) { i.Kind = "rumour" },
		"addressee": func(i *Item) { i.Addressee = "" },
		"date":      func(i *Item) { i.Date = "2016-13" },
		"action":    func(i *Item) { i.Action = "wish" },
		"direction": func(i *Item) { i.Direction = "up" },
		"title":     func(i *Item) { i.Title = nil },
		"grade":     func(i *Item) { i.Citations[0].Grade = "gold" },
		"address":   func(i *Item) { i.Citations[0].URL = "javascript:alert(1)" },
		"summary":   func(i *Item) { i.Summary = Words{"en": strings.Repeat("x", MaxSummary+1)} },
		"asks":      func(i *Item) { i.Asks = nil },
		"corrects":  func(i *Item) { i.Version = 2 },
		"citations": func(i *Item) { i.Citations = make([]Citation, MaxCitations+1) },
	} {
		i := act("x", "2016", Law, Toward, source("a", Press))
		change(i)
		if err := i.Check(); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestDerive(t *testing.T) {
	a, b, gazette := source("a", Press), source("b", Press), source("gazette", Official)
	for name, c := range map[string]struct {
		acts []*Item
		want string // date value, …
	}{
		"nothing":                          {nil, ""},
		"one law toward":                   {[]*Item{act("1", "2014", Law, Toward, gazette)}, "2014 limited"},
		"two policies":                     {[]*Item{act("1", "2014", Policy, Toward, a), act("2", "2015", Policy, Toward, b)}, "2014 limited"},
		"a law and a policy":               {[]*Item{act("1", "2014", Law, Toward, a), act("2", "2015", Policy, Toward, b)}, "2014 limited, 2015 substantial"},
		"a law and a policy, one source":   {[]*Item{act("1", "2014", Law, Toward, a), act("2", "2015", Policy, Toward, a)}, "2014 limited"},
		"a bill and a statement":           {[]*Item{act("1", "2014", Bill, Toward, a), act("2", "2015", Statement, Toward, b)}, ""},
		"one against, one source":          {[]*Item{act("1", "2014", Law, Against, a)}, ""},
		"one against, official":            {[]*Item{act("1", "2014", Law, Against, gazette)}, "2014 reversed"},
		"two against":                      {[]*Item{act("1", "2014", Operation, Against, a), act("2", "2015", Operation, Against, b)}, "2015 reversed"},
		"toward, then an operation":        {[]*Item{act("1", "2014", Law, Toward, a), act("2", "2015", Operation, Against, gazette)}, "2014 limited"},
		"toward, then a law against":       {[]*Item{act("1", "2014", Law, Toward, a), act("2", "2015", Law, Against, gazette)}, "2014 limited, 2015 reversed"},
		"toward, against, toward":          {[]*Item{act("1", "2014", Law, Toward, a), act("2", "2015", Law, Against, gazette), act("3", "2016", Policy, Toward, b)}, "2014 limited, 2015 reversed, 2016 limited"},
		"substantial, then one thing else": {[]*Item{act("1", "2014", Law, Toward, a), act("2", "2015", Law, Toward, b), act("3", "2016", Operation, Against, a)}, "2014 limited, 2015 substantial, 2016 limited"},
		"before the letter":                {[]*Item{act("1", "2013-11", Law, Toward, gazette), act("2", "2013", Law, Toward, gazette)}, ""},
		"mixed":                            {[]*Item{act("1", "2014", Law, Mixed, gazette)}, ""},
		"one day":                          {[]*Item{act("1", "2014-05-01", Law, Toward, a), act("2", "2014-05-01", Law, Toward, b)}, "2014-05-01 substantial"},
	} {
		var got []string
		for _, i := range Derive(c.acts, letterDay) {
			i.ID = "x"
			if err := i.Check(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			got = append(got, string(i.Date)+" "+string(i.Value))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s; want %s", name, s, c.want)
		}
	}
	// What is unverified counts toward nothing.
	inferred := act("1", "2014", Law, Toward, gazette)
	inferred.Inferred = true
	remembered := act("2", "2015", Law, Toward, Citation{Publisher: "x", Grade: Official, Confidence: Memory})
	if list := Derive([]*Item{inferred, remembered}, letterDay); len(list) != 0 {
		t.Errorf("unverified acts give %s", list[0].Value)
	}
}

// Every derived verdict holds by the rules, and is the same whatever the order
// in which the acts come.
func TestDerivedVerdictsAlwaysHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "acts")
		acts := make([]*Item, n)
		for i := range acts {
			acts[i] = act(string(rune('a'+i)), rapid.SampledFrom([]string{"2012", "2014", "2014-05", "2014-05-06", "2016", "2020-01-01"}).Draw(t, "date"),
				rapid.SampledFrom(ActionKinds).Draw(t, "kind"), rapid.SampledFrom([]Direction{Toward, Against, Mixed}).Draw(t, "direction"),
				source(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "publisher"), rapid.SampledFrom(Grades).Draw(t, "grade")))
			acts[i].Inferred = rapid.Bool().Draw(t, "inferred")
		}
		first := Derive(acts, letterDay)
		again := Derive(rapid.Permutation(acts).Draw(t, "order"), letterDay)
		if len(first) != len(again) {
			t.Fatalf("%d and %d verdicts", len(first), len(again))
		}
		before := NotAssessed
		for n, i := range first {
			if err := i.Check(); err != nil {
				t.Fatal(err)
			}
			if i.Value != again[n].Value || i.Date != again[n].Date || i.Value == before {
				t.Fatalf("%s %s, then %s %s", i.Date, i.Value, again[n].Date, again[n].Value)
			}
			before = i.Value
		}
	})
}

func TestCellsKeepTheTracksApart(t *testing.T) {
	claimed := assessment(Done, source("a", Press))
	claimed.ID, claimed.Track, claimed.Date = "claimed", TrackClaimed, "2015"
	early, late := assessment(Limited, source("a", Press)), assessment(Reversed, source("a", Official))
	early.ID, early.Date, late.ID, late.Date = "early", "2014-05", "late", "2018-01-02"
	unsure := act("unsure", "2015", Law, Toward, source("a", Press))
	unsure.Inferred = true
	r := Record{claimed, early, late, unsure, act("law", "2014-05-01", Law, Toward, source("a", Press)), act("raid", "2017-02-03", Operation, Against, source("a", Press))}
	for _, i := range r {
		i.RecordedAt = day("2026-11-24")
	}
	cell := func(on string) *CellStanding {
		c := r.As(day(on), day("2026-12-01")).Cells([]string{"use", "other"})[Cell{"ury", "use"}]
		if c == nil {
			c = Empty()
		}
		return c
	}
	for on, want := range map[string]Value{"2014-05-30": NotAssessed, "2014-05-31": Limited, "2017-12-31": Limited, "2018-01-02": Reversed} {
		if got := cell(on).Tracks[TrackEvidenced].Value; got != want {
			t.Errorf("on %s: %s, want %s", on, got, want)
		}
	}
	c := cell("2018-01-02")
	if c.Tracks[TrackClaimed].Value != Done || c.Tracks[TrackAnswer].Value != NotRecorded || c.Tracks[TrackSchedule].Value != NoDate {
		t.Errorf("%+v", c.Tracks)
	}
	if c.Toward != 1 || c.Against != 1 || c.Unverified != 1 || c.Newest != "2018-01-02" || len(c.Items) != 6 {
		t.Errorf("%+v", c)
	}
	if n := len(r.As(day("2026-01-01"), day("2026-11-23")).Items()); n != 0 {
		t.Errorf("%d items were known before any was recorded", n)
	}
}

// A drawing of the past stays what it was whatever is recorded later, but for what
// is taken down.
func TestThePastStaysAsItWasKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r Record
		versions := map[string]int{}
		at := day("2020-01-01")
		add := func() {
			at = at.Add(time.Duration(rapid.IntRange(1, 1000).Draw(t, "hours")) * time.Hour)
			id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id")
			i := act(id, rapid.SampledFrom([]string{"2014", "2016-05", "2018-07-09"}).Draw(t, "date"), Law, rapid.SampledFrom([]Direction{Toward, Against}).Draw(t, "direction"), source("a", Press))
			versions[id]++
			i.Version, i.RecordedAt = versions[id], at
			r = append(r, i)
		}
		for range rapid.IntRange(1, 8).Draw(t, "first") {
			add()
		}
		known, on := at, day(rapid.SampledFrom([]string{"2015-01-01", "2017-01-01", "2021-01-01"}).Draw(t, "on"))
		draw := func() string {
			var s strings.Builder
			for _, i := range r.As(on, known).Items() {
				s.WriteString(i.ID + " " + string(i.Date) + " " + string(i.Direction) + "; ")
			}
			return s.String()
		}
		before := draw()
		for range rapid.IntRange(1, 8).Draw(t, "more") {
			add()
		}
		if after := draw(); after != before {
			t.Fatalf("%s became %s", before, after)
		}
		r = append(r, &Item{ID: r[0].ID, Version: versions[r[0].ID] + 1, Kind: Action, RecordedAt: at.Add(time.Hour), Reason: "a wrong source", TakenDown: true})
		for _, i := range r.As(on, known).Items() {
			if i.ID == r[0].ID && (!i.TakenDown || len(i.Title) > 0 || len(i.Citations) > 0) {
				t.Fatal("what was taken down is shown")
			}
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"", "2013", "2013-11", "2013-11-19", "0000-00-00", "20131119"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && string(d) != s {
			t.Errorf("%q became %q", s, d)
		}
		first, last, ok := d.Days()
		if ok && last.Before(first) {
			t.Errorf("%q ends before it begins", s)
		}
	})
}
