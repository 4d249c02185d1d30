package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pliego/internal/evidence"
	"pliego/internal/locale"
	"pliego/pack"
)

// withEvidence loads the shipped figures, and the claims of the model letter
// for the printed one.
func (h *house) withEvidence() {
	h.t.Helper()
	p, err := pack.Read(pack.Americas())
	h.must(err)
	ctx := context.Background()
	h.must(h.db.ReplaceEvidence(ctx, p.Key, &p.Evidence, h.clock.Now()))
	i := slices.IndexFunc(p.Letters, func(l pack.Letter) bool { return l.Slug == "mispa-iv-2013" })
	h.must(h.db.PutLetterEvidence(ctx, printedLetter, p.Letters[i].Evidence))
	h.must(h.site.Refresh(ctx))
}

// What is imported later is seen on the page, and in what it says.
func TestClaimsFollowTheEvidence(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withEvidence()
		path := "/en/letters/" + printedLetter + "/claims"
		if a := h.get(path); strings.Contains(a.body, "of a newspaper") {
			t.Fatal("it is there already")
		}
		var list []evidence.Observation
		for year := 2007; year <= 2012; year++ {
			list = append(list, evidence.Observation{Indicator: "homicide-count", Place: "MEX", Source: "newspaper", Period: evidence.Period{Year: year}, Value: 100})
		}
		source := evidence.Source{Key: "newspaper", Family: "newspaper", Title: "Count of a newspaper", Publisher: "Example Organisation", Short: "A newspaper", Licence: "none"}
		_, err := h.db.AddObservations(context.Background(), []evidence.Source{source}, list, false, false, h.clock.Now())
		h.must(err)
		h.must(h.site.Refresh(context.Background()))
		a := h.get(path)
		if !strings.Contains(a.body, "Count of a newspaper") || !strings.Contains(a.body, "Sources that reach 20,000: 2 of 3.") {
			t.Error("the page does not show the source that was imported")
		}
	})
}

func TestClaimsShowWhatWasFoundWithEveryFigure(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := "/letters/" + printedLetter + "/claims"
		if a := h.get("/en" + path); a.StatusCode != http.StatusNotFound {
			t.Errorf("a letter without claims: status %d", a.StatusCode)
		}
		h.withEvidence()
		for _, lang := range locale.Languages {
			a := h.get("/" + lang + path)
			h.expect(a, http.StatusOK, publicPage)
			if n := strings.Count(a.body, `class="claim" id=`); n != 22 { // 21 claims and the study
				t.Errorf("%s: %d sections", lang, n)
			}
			ids := map[string]bool{}
			for _, n := range nodes(a.doc, func(n *html.Node) bool { return has(n, "id") }) {
				ids[attr(n, "id")] = true
			}
			for _, n := range nodes(a.doc, tagged("a")) {
				if id, within := strings.CutPrefix(attr(n, "href"), "#"); within && !ids[id] {
					t.Errorf("%s: #%s leads nowhere", lang, id)
				}
			}
		}
		page := h.get("/en" + path).body
		for _, want := range []string{"121,613", "122,041", "Sources that reach 20,000: 2 of 2.", "Estimates that rose: 2 of 6.", "Operativo Conjunto Michoacán", "−2%"} {
			if !strings.Contains(page, want) {
				t.Errorf("%q is not on the page", want)
			}
		}
		if letter := h.get("/en/letters/" + printedLetter).body; !strings.Contains(letter, `href="/en`+path+`"`) {
			t.Error("the letter's page does not lead to its claims")
		}
		if open := h.get("/en/letters/" + openLetter).body; strings.Contains(open, "/claims") {
			t.Error("a letter without claims leads to some")
		}
	})
}

func TestOutcomesOfAnAskNameEveryCountryWithItsFigures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		path := "/letters/" + printedLetter + "/asks/first-ask"
		if a := h.get("/en" + path + "/outcome"); a.StatusCode != http.StatusNotFound {
			t.Errorf("an ask of which nothing is told: status %d", a.StatusCode)
		}
		h.withEvidence()
		h.must(h.db.PutLetterEvidence(context.Background(), printedLetter, evidence.LetterEvidence{Outcomes: []evidence.Measured{
			{Ask: "first-ask", Indicators: []string{"homicide-rate", "women-prisoner-share"}},
			{Ask: "second-ask", Why: evidence.Words{"en": "Nobody counts shade."}},
		}}))
		h.must(h.site.Refresh(context.Background()))
		h.clock.advance(2 * keepFor)
		if ask := h.get("/en" + path).body; !strings.Contains(ask, `href="/en`+path+`/outcome"`) {
			t.Error("the ask's page does not lead to what changed")
		}
		for _, lang := range locale.Languages {
			h.expect(h.get("/"+lang+path+"/outcome"), http.StatusOK, publicPage)
			h.expect(h.get("/"+lang+"/rules"), http.StatusOK, publicPage)
		}
		page := h.get("/en" + path + "/outcome").body
		for _, want := range []string{"Uruguay", "(2013)", "Share of women among prisoners", "UNODC via Our World in Data"} {
			if !strings.Contains(page, want) {
				t.Errorf("%q is not on the page", want)
			}
		}
		if shade := h.get("/en/letters/" + printedLetter + "/asks/second-ask/outcome"); shade.StatusCode != http.StatusOK || !strings.Contains(shade.body, "Nobody counts shade.") {
			t.Error("the page does not say that nothing measures the ask")
		}
	})
}
