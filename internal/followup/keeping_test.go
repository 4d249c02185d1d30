package followup

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func aDraft(kind Kind) *Draft {
	d := &Draft{ID: "d", State: DraftShown, EnteredBy: "a", ShownAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Item: &Item{
		ID: "i", Version: 1, Kind: kind, Addressee: "ury", Asks: []string{"use"}, Date: "2026-02-01", ByRule: true, Second: "forged",
		Citations: []Citation{{URL: "https://example.org", Grade: Official, Confidence: Seen}},
	}}
	if kind == Assessment {
		d.Item.Track, d.Item.Value, d.Item.Rubric = TrackEvidenced, Limited, RubricVersion
	} else {
		d.Item.Action, d.Item.Direction, d.Item.Title = Law, Toward, Words{"en": "A law"}
	}
	return d
}

var errBound = errors.New("any error")

func TestWhoPublishesADraftAndWhen(t *testing.T) {
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		kind   Kind
		spoil  func(*Draft)
		by     string
		alone  bool
		after  time.Duration
		err    error
		second string
	}{
		"a second person, after two weeks":    {Assessment, nil, "b", false, 14 * day, nil, "b"},
		"a moment too early":                  {Assessment, nil, "b", false, 14*day - 1, ErrTooEarly, ""},
		"who entered it, while others could":  {Assessment, nil, "a", false, 30 * day, ErrSamePerson, ""},
		"who entered it, and nobody else can": {Assessment, nil, "a", true, 14 * day, nil, ""},
		"alone, but too early":                {Assessment, nil, "a", true, 13 * day, ErrTooEarly, ""},
		"an act waits for nobody":             {Action, nil, "b", false, 0, nil, "b"},
		"an act needs a second person":        {Action, nil, "a", false, 0, ErrSamePerson, ""},
		"not shown":                           {Assessment, func(d *Draft) { d.State, d.ShownAt = DraftWritten, time.Time{} }, "b", false, 99 * day, ErrNotShown, ""},
		"published already":                   {Assessment, func(d *Draft) { d.State = DraftPublished }, "b", false, 99 * day, ErrDraftUnknown, ""},
		"dropped":                             {Assessment, func(d *Draft) { d.State = DraftDropped }, "b", false, 99 * day, ErrDraftUnknown, ""},
		"a verdict without a source":          {Assessment, func(d *Draft) { d.Item.Citations = nil }, "b", false, 14 * day, ErrNoCitation, ""},
		"a verdict without a rubric":          {Assessment, func(d *Draft) { d.Item.Rubric = 0 }, "b", false, 14 * day, ErrNoCitation, ""},
		"what no database holds":              {Assessment, func(d *Draft) { d.Item.Citations[0].Publisher = "a\x00b" }, "b", false, 14 * day, errBound, ""},
		"complete by one newspaper":           {Assessment, func(d *Draft) { d.Item.Value, d.Item.Citations[0].Grade = Complete, Press }, "b", false, 14 * day, ErrWeakSources, ""},
	} {
		d := aDraft(c.kind)
		if c.spoil != nil {
			c.spoil(d)
		}
		i, err := d.Publish(c.by, c.alone, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(c.after))
		if c.err == errBound && err != nil {
			continue
		}
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		} else if err == nil && (i.Second != c.second || i.RecordedBy != "a" || i.ByRule) {
			t.Errorf("%s: %+v", name, i)
		}
	}
}

func TestSpreadIsCountedAndHasNoMean(t *testing.T) {
	for name, c := range map[string]struct {
		values []Value
		want   Spread
	}{
		"nobody":      {nil, Spread{}},
		"one":         {[]Value{Limited}, Spread{N: 1, Tallies: []Tally{{Limited, 1}}, Agree: 1, Most: Limited, Low: Limited, High: Limited}},
		"most agree":  {[]Value{Complete, Limited, Limited}, Spread{N: 3, Tallies: []Tally{{Limited, 2}, {Complete, 1}}, Agree: 2, Most: Limited, Low: Limited, High: Complete}},
		"divided":     {[]Value{NotStarted, Reversed}, Spread{N: 2, Tallies: []Tally{{Reversed, 1}, {NotStarted, 1}}, Agree: 1, Low: Reversed, High: NotStarted}},
		"no evidence": {[]Value{NoEvidenceFound, NoEvidenceFound}, Spread{N: 2, Tallies: []Tally{{NoEvidenceFound, 2}}, Agree: 2, Most: NoEvidenceFound}},
	} {
		got := SpreadOf(c.values)
		if got.N != c.want.N || got.Agree != c.want.Agree || got.Most != c.want.Most || got.Low != c.want.Low || got.High != c.want.High || len(got.Tallies) != len(c.want.Tallies) {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		sum := 0
		for n, x := range got.Tallies {
			if sum += x.N; x != c.want.Tallies[n] {
				t.Errorf("%s: %+v", name, got.Tallies)
			}
		}
		if sum != got.N {
			t.Errorf("%s: %d of %d are counted", name, sum, got.N)
		}
	}
}

func TestContestStandsBesideAndChangesNothing(t *testing.T) {
	i := aDraft(Assessment).Item
	i.Second = "b"
	record := Record{i}
	c := Contest{ID: "c", By: ByAddressee, On: "2026-04-01", Text: "It is in force.", Lang: "en", Source: "https://example.org/law"}
	next, err := record.Contested("i", c, "a")
	if err != nil || next.Version != 2 || len(next.Contests) != 1 || next.Value != i.Value || next.Second != "b" || len(i.Contests) != 0 {
		t.Fatalf("%+v, %v", next, err)
	}
	if err := next.Check(); err != nil {
		t.Error(err)
	}
	record = append(record, next)
	third, err := record.Contested("i", c, "a")
	if err != nil || len(third.Contests) != 2 || len(next.Contests) != 1 {
		t.Errorf("%+v, %v", third, err)
	}
	if _, err := record.Contested("none", c, "a"); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	down, err := record.TakeDown("i", "A court ordered it.", "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := append(record, down).Contested("i", c, "a"); !errors.Is(err, ErrUnknown) {
		t.Errorf("what was taken down is contested: %v", err)
	}
	for name, spoil := range map[string]func(*Contest){
		"by nobody": func(c *Contest) { c.By = "somebody" }, "empty": func(c *Contest) { c.Text = " " }, "long": func(c *Contest) { c.Text = strings.Repeat("x", MaxSummary+1) },
		"no language": func(c *Contest) { c.Lang = "" }, "no source": func(c *Contest) { c.Source = "" }, "script": func(c *Contest) { c.Source = "javascript:alert(1)" }, "no text": func(c *Contest) { c.Text = "\xff" },
	} {
		bad := c
		spoil(&bad)
		if err := bad.Check(); !errors.Is(err, ErrContest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStaleIsWhatNobodyTouchedForAYear(t *testing.T) {
	at := func(month time.Month) time.Time { return time.Date(2025, month, 1, 0, 0, 0, 0, time.UTC) }
	item := *aDraft(Action).Item
	item.RecordedAt = at(1)
	down := Item{ID: "j", Version: 2, Addressee: "bra", TakenDown: true, RecordedAt: at(5)}
	gone := Item{ID: "j", Version: 1, Addressee: "bra", Asks: []string{"use"}, RecordedAt: at(2)}
	use, other := Cell{"ury", "use"}, Cell{"ury", "other"}
	touched := Record{&down, &item, &gone}.Touched([]string{"use", "other"}, []Look{{Cell: use, At: at(3)}})
	if !touched[use].Equal(at(3)) || !touched[other].IsZero() || !touched[Cell{"bra", "use"}].Equal(at(5)) || !touched[Cell{"bra", "other"}].IsZero() {
		t.Errorf("%v", touched)
	}
	if Stale(touched[use], at(3).Add(StaleAfter)) || !Stale(touched[use], at(3).Add(StaleAfter+1)) || Stale(touched[other], at(12).AddDate(9, 0, 0)) {
		t.Error("stale on the wrong day")
	}
}
