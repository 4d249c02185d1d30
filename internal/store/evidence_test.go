package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"pliego/internal/evidence"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

var evidenceDay = time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)

func sampleContent() *evidence.Content {
	return &evidence.Content{
		Indicators: []evidence.Indicator{
			{Key: "homicide-rate", Names: evidence.Words{"en": "Homicide rate"}, Unit: evidence.Per100k, Good: -1},
			{Key: "population", Names: evidence.Words{"en": "Population"}, Unit: evidence.Persons},
		},
		Sources: []evidence.Source{
			{Key: "one-2019", Family: "one", Vintage: "2019", Title: "One"},
			{Key: "one-2022", Family: "one", Vintage: "2022", Title: "One"},
		},
		Series: []evidence.Series{
			{Indicator: "homicide-rate", Place: "HND", Source: "one-2019", Values: []evidence.Value{
				{Period: evidence.Period{Year: 2011}, Value: 85.1, Note: "a note"}, {Period: evidence.Period{Year: 2012, Month: 3}, Value: 7, Flag: evidence.Provisional}}},
			{Indicator: "homicide-rate", Place: "HND", Source: "one-2022", Values: []evidence.Value{{Period: evidence.Period{Year: 2011}, Value: 83.2}}},
			{Indicator: "population", Place: "HND", Source: "one-2022", Values: []evidence.Value{{Period: evidence.Period{Year: 2011}, Value: 8_000_000}}},
		},
		Events: []evidence.Event{{Kind: "joint-operation", Date: "2008-03-27", Title: "Operativo", Places: []string{"MEX-08"}, Source: "one-2019"}},
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestEvidenceOfAPackReadsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		ctx, db := context.Background(), open()
		if v := must[int64](t)(db.EvidenceVersion(ctx)); v != 0 {
			t.Errorf("an empty store has version %d", v)
		}
		if err := db.ReplaceEvidence(ctx, "p", sampleContent(), evidenceDay); err != nil {
			t.Fatal(err)
		}
		first := must[int64](t)(db.EvidenceVersion(ctx))
		if err := db.ReplaceEvidence(ctx, "p", sampleContent(), evidenceDay); err != nil {
			t.Fatal(err)
		}
		if v := must[int64](t)(db.EvidenceVersion(ctx)); v != first || v == 0 {
			t.Errorf("loading the same again made version %d of %d", v, first)
		}
		got := must[[]evidence.Series](t)(db.Observed(ctx, evidence.Query{Indicators: []string{"homicide-rate"}, Places: []string{"HND", "SLV"}}))
		if len(got) != 2 || got[0].Source != "one-2019" || evidence.EncodeValues(got[0].Values) != evidence.EncodeValues(sampleContent().Series[0].Values) {
			t.Errorf("%+v", got)
		}
		if got := must[[]evidence.Series](t)(db.Observed(ctx, evidence.Query{Sources: []string{"one-2019"}})); len(got) != 1 {
			t.Errorf("by source: %+v", got)
		}
		s := must[[]evidence.Source](t)(db.Sources(ctx))
		if len(s) != 2 || s[0].Key != "one-2022" || s[0].Imported {
			t.Errorf("sources: %+v", s)
		}
		i := must[[]evidence.Indicator](t)(db.Indicators(ctx))
		if len(i) != 2 || i[0].Key != "homicide-rate" || i[0].Good != -1 || i[0].Names["en"] != "Homicide rate" {
			t.Errorf("indicators: %+v", i)
		}
		h := must[[]evidence.Holding](t)(db.Holdings(ctx, nil))
		if len(h) != 3 || h[0].Values != 2 || h[0].Last != (evidence.Period{Year: 2012, Month: 3}) {
			t.Errorf("holdings: %+v", h)
		}
		e := must[[]evidence.Event](t)(db.Events(ctx, "joint-operation"))
		if len(e) != 1 || e[0].Places[0] != "MEX-08" {
			t.Errorf("events: %+v", e)
		}
		less := sampleContent()
		less.Series = less.Series[1:]
		if err := db.ReplaceEvidence(ctx, "p", less, evidenceDay); err != nil {
			t.Fatal(err)
		}
		if h := must[[]evidence.Holding](t)(db.Holdings(ctx, nil)); len(h) != 2 {
			t.Errorf("what a pack no longer holds is still there: %+v", h)
		}
	})
}

func TestObservationsAreAddedOnceAndNeverOverwrittenUnasked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		ctx, db := context.Background(), open()
		if err := db.ReplaceEvidence(ctx, "p", sampleContent(), evidenceDay); err != nil {
			t.Fatal(err)
		}
		mine := []evidence.Source{{Key: "mine", Family: "mine", Vintage: "2026"}}
		list := []evidence.Observation{
			{Indicator: "homicide-rate", Place: "HND", Source: "one-2022", Period: evidence.Period{Year: 2011}, Value: 83.2},
			{Indicator: "homicide-rate", Place: "HND", Source: "one-2022", Period: evidence.Period{Year: 2010}, Value: 70},
			{Indicator: "homicide-rate", Place: "HND", Source: "one-2019", Period: evidence.Period{Year: 2011}, Value: 1},
			{Indicator: "population", Place: "SLV", Source: "mine", Period: evidence.Period{Year: 2011}, Value: 6e6},
			{Indicator: "population", Place: "SLV", Source: "mine", Period: evidence.Period{Year: 2011}, Value: 7e6},
		}
		want := []evidence.Fate{evidence.Same, evidence.Added, evidence.Differs, evidence.Added, evidence.Differs}
		check := func(fates []evidence.Fate, want ...evidence.Fate) {
			t.Helper()
			for i := range want {
				if fates[i] != want[i] {
					t.Errorf("row %d: %s, want %s", i, fates[i], want[i])
				}
			}
		}
		before := must[int64](t)(db.EvidenceVersion(ctx))
		check(must[[]evidence.Fate](t)(db.AddObservations(ctx, mine, list, false, true, evidenceDay)), want...)
		if v := must[int64](t)(db.EvidenceVersion(ctx)); v != before {
			t.Error("a dry run changed something")
		}
		check(must[[]evidence.Fate](t)(db.AddObservations(ctx, mine, list, false, false, evidenceDay)), want...)
		after := must[int64](t)(db.EvidenceVersion(ctx))
		if after <= before {
			t.Error("the version did not grow")
		}
		check(must[[]evidence.Fate](t)(db.AddObservations(ctx, mine, list, false, false, evidenceDay)), evidence.Same, evidence.Same, evidence.Differs, evidence.Same, evidence.Differs)
		if v := must[int64](t)(db.EvidenceVersion(ctx)); v != after {
			t.Error("importing again changed something")
		}
		check(must[[]evidence.Fate](t)(db.AddObservations(ctx, mine, list[:3], true, false, evidenceDay)), evidence.Same, evidence.Same, evidence.Replaced)
		got := must[[]evidence.Series](t)(db.Observed(ctx, evidence.Query{Indicators: []string{"homicide-rate"}, Sources: []string{"one-2022"}}))
		if len(got) != 1 || len(got[0].Values) != 2 || got[0].Values[0].Value != 70 {
			t.Errorf("%+v", got)
		}
		// What was imported stays when the pack is loaded anew.
		more := sampleContent()
		more.Events = nil
		if err := db.ReplaceEvidence(ctx, "p", more, evidenceDay); err != nil {
			t.Fatal(err)
		}
		if got := must[[]evidence.Series](t)(db.Observed(ctx, evidence.Query{Sources: []string{"mine"}})); len(got) != 1 {
			t.Errorf("the import is gone: %+v", got)
		}
		got = must[[]evidence.Series](t)(db.Observed(ctx, evidence.Query{Indicators: []string{"homicide-rate"}}))
		if len(got) != 2 || got[0].Values[0].Value != 1 || len(got[1].Values) != 2 {
			t.Errorf("imported beside the pack's: %+v", got)
		}
	})
}

func TestImportedFilesAreKnownAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		ctx, db := context.Background(), open()
		if _, found, err := db.ImportedBefore(ctx, "abc"); err != nil || found {
			t.Fatalf("%v %v", found, err)
		}
		for _, source := range []string{"first", "second"} {
			if err := db.NoteImport(ctx, "abc", source, evidenceDay); err != nil {
				t.Fatal(err)
			}
		}
		if source, found, err := db.ImportedBefore(ctx, "abc"); err != nil || !found || source != "first" {
			t.Errorf("%q %v %v", source, found, err)
		}
	})
}

func TestClaimsOfALetterReadBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		ctx, db := context.Background(), open()
		if e := must[evidence.LetterEvidence](t)(db.LetterEvidence(ctx, "a-letter")); len(e.Claims)+len(e.Outcomes) != 0 {
			t.Errorf("a letter without claims has %+v", e)
		}
		e := evidence.LetterEvidence{
			Outcomes: []evidence.Measured{{Ask: "less-violence", Indicators: []string{"homicide-rate"}}},
			Claims: []evidence.Claim{{Key: "murders", Ask: "less-violence", Statements: evidence.Words{"en": "Many were killed."},
				Parts: []evidence.ClaimPart{{Key: "sum", Test: evidence.SumTest, Place: "MEX", From: 2007, To: 2012, Threshold: 20000}}}},
		}
		for range 2 {
			if err := db.PutLetterEvidence(ctx, "a-letter", e); err != nil {
				t.Fatal(err)
			}
		}
		if v := must[int64](t)(db.EvidenceVersion(ctx)); v != 1 {
			t.Errorf("version %d after storing the same twice", v)
		}
		if got := must[evidence.LetterEvidence](t)(db.LetterEvidence(ctx, "a-letter")); !reflect.DeepEqual(got, e) {
			t.Errorf("%+v", got)
		}
		if got := must[[]string](t)(db.LettersWithClaims(ctx)); len(got) != 1 || got[0] != "a-letter" {
			t.Errorf("%v", got)
		}
	})
}
