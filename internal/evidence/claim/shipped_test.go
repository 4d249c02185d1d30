package claim_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"pliego/internal/evidence"
	"pliego/internal/evidence/claim"
	"pliego/internal/evidence/outcome"
	"pliego/internal/evidence/study"
	"pliego/internal/place"
	"pliego/pack"
)

// content answers as a store would that holds what a pack brought.
type content struct{ evidence.Content }

func (c content) Indicators(context.Context) ([]evidence.Indicator, error) {
	return c.Content.Indicators, nil
}
func (c content) Sources(context.Context) ([]evidence.Source, error) { return c.Content.Sources, nil }
func (c content) EvidenceVersion(context.Context) (int64, error)     { return 1, nil }
func (c content) Holdings(context.Context, []string) ([]evidence.Holding, error) {
	return nil, nil
}

func (c content) Observed(_ context.Context, q evidence.Query) (out []evidence.Series, err error) {
	in := func(list []string, s string) bool { return len(list) == 0 || slices.Contains(list, s) }
	for _, s := range c.Series {
		if in(q.Indicators, s.Indicator) && in(q.Places, s.Place) && in(q.Sources, s.Source) {
			out = append(out, s)
		}
	}
	return out, nil
}

func (c content) Events(_ context.Context, kind string) (out []evidence.Event, err error) {
	for _, e := range c.Content.Events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out, nil
}

var letterDay = time.Date(2013, time.November, 19, 0, 0, 0, 0, time.UTC)

// shipped gives the Americas pack's letter and evidence.
func shipped(t testing.TB) (content, claim.Letter, evidence.LetterEvidence) {
	t.Helper()
	p, err := pack.Read(pack.Americas())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.Letters, func(l pack.Letter) bool { return l.Slug == "mispa-iv-2013" })
	l := claim.Letter{Date: letterDay}
	for _, a := range p.Letters[i].Addressees {
		if c, ok := place.ByAlpha2(a.Country); ok {
			l.Places = append(l.Places, c.Alpha3)
		}
	}
	return content{p.Evidence}, l, p.Letters[i].Evidence
}

// The verdicts that the written rules give on the shipped figures. A change
// here is a change of what the pages say: it needs a reason in the figures or
// in the rules.
func TestVerdictsOnTheShippedFigures(t *testing.T) {
	s, l, e := shipped(t)
	if len(e.Claims) != 21 {
		t.Fatalf("%d claims, want 21", len(e.Claims))
	}
	found, err := claim.Check(context.Background(), s, l, e.Claims)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]evidence.Verdict{
		"mexico-tens-of-thousands": evidence.Supported, "policy-can-raise-violence": evidence.Mixed, "policy-strains-prisons": evidence.Mixed,
		"women-hit-harder": evidence.Mixed, "women-prisoners-rise": evidence.Mixed, "prison-violence-from-policy": evidence.Mixed,
		"overcrowding-violates-rights": evidence.Mixed, "violence-rose-where-troops": evidence.Mixed, "force-raised-violence": evidence.Mixed,
	}
	tested := 0
	for _, r := range found {
		w, named := want[r.Claim.Key]
		if !named {
			w = evidence.CannotTest
		} else {
			tested++
		}
		if r.Verdict != w {
			t.Errorf("%s: %s, want %s", r.Claim.Key, r.Verdict, w)
		}
		if r.Verdict != evidence.CannotTest && len(r.Figures()) == 0 {
			t.Errorf("%s has a verdict and no figures", r.Claim.Key)
		}
	}
	if tested != len(want) {
		t.Errorf("%d of %d claims were tested", tested, len(want))
	}
	part := func(key string, n int) claim.PartResult {
		i := slices.IndexFunc(found, func(r claim.Result) bool { return r.Claim.Key == key })
		return found[i].Parts[n]
	}
	murders := part("mexico-tens-of-thousands", 0)
	sums := map[string]float64{}
	for _, r := range murders.Tries[0].Rows {
		sums[r.Source] = r.Last.Value
	}
	// Added by hand from the sources' own rows.
	if sums["unodc-gsh-2019"] != 121613 || sums["gargiulo-2024"] != 122041 || len(murders.Tries[0].Rows) != 3 || !murders.Tries[0].Rows[1].Left {
		t.Errorf("murders in Mexico: %v", murders.Tries[0].Rows)
	}
	if w := part("women-hit-harder", 0); w.Verdict != evidence.Supported || w.Tries[0].Counted != 9 || w.Tries[0].Reached != 9 {
		t.Errorf("women against men: %+v", w.Tries)
	}
	report := part("violence-rose-where-troops", 0).Study
	if report == nil || len(report.Places) != 32 || len(report.Without) != 10 {
		t.Fatal("the study is not made of 32 states, ten of them with operations")
	}
	for _, c := range []struct {
		dating  study.Dating
		horizon int
		percent float64
	}{{study.First, 12, -2}, {study.First, 24, 27}, {study.First, 36, 65}, {study.Last, 12, 9}, {study.Last, 24, 34}, {study.Last, 36, 37}} {
		x, ok := report.Report.Of(study.Main, c.dating, c.horizon)
		if !ok || math.Abs(x.Percent()-c.percent) > 0.5 || len(x.Places) != 10 {
			t.Errorf("%s operation, %d months: %+.1f %% in %d states, want %+.0f", c.dating, c.horizon, x.Percent(), len(x.Places), c.percent)
		}
	}
}

func TestOutcomesOfTheShippedLetter(t *testing.T) {
	s, l, e := shipped(t)
	found, err := evidence.Outcomes(context.Background(), s, e.Outcomes, l.Places, letterDay, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 6*len(l.Places) || len(l.Places) != 34 {
		t.Fatalf("%d outcomes for %d places", len(found), len(l.Places))
	}
	known := 0
	for _, o := range found {
		if o.Verdict != outcome.NoData {
			known++
		}
		if (o.Ask == "review-armed-forces" || o.Ask == "dialogue-with-civil-society") && o.Verdict != outcome.NoData {
			t.Errorf("%s of %s is %s, and nothing measures it", o.Ask, o.Place, o.Verdict)
		}
		for _, i := range o.Indicators {
			if i.Verdict != outcome.NoData && (!i.HasBaseline() || !i.HasLatest() || i.Source == "") {
				t.Errorf("%s of %s is judged without figures: %+v", i.Indicator, o.Place, i)
			}
		}
	}
	if known < 60 {
		t.Errorf("only %d of %d outcomes are known", known, len(found))
	}
}
