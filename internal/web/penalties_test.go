package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"pliego/pack"
)

// withLaw loads the shipped tables of drug laws.
func (h *house) withLaw() {
	h.t.Helper()
	p, err := pack.Read(pack.Americas())
	h.must(err)
	h.must(h.db.ReplaceLaw(context.Background(), p.Key, p.Law.Penalties, p.Law.Thresholds, h.clock.Now()))
}

func TestEveryPenaltyCanBeReadWithItsSourceAndCertainty(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if a := h.get("/en/penalties"); !strings.Contains(a.body, "No laws are loaded") {
			t.Error("without laws the page does not say so")
		}
		h.withLaw()
		h.withLaw() // twice is once
		all := h.get("/en/penalties")
		if n := strings.Count(all.body, `scope="row"`); n != 219 {
			t.Errorf("%d rows, want 219", n)
		}
		if n := strings.Count(all.body, "not verified: from memory"); n != 66 {
			t.Errorf("%d rows are marked as not verified, want 66", n)
		}
		ecuador := h.get("/es/penalties?country=ECU&offence=small-trade&on=2014-09-01")
		if n := strings.Count(ecuador.body, `scope="row"`); n != 1 || !strings.Contains(ecuador.body, "de 2 meses a 6 meses") || !strings.Contains(ecuador.body, "eluniverso.com") {
			t.Errorf("Ecuador in September 2014: %d rows", n)
		}
		if a := h.get("/es/penalties?on=ayer"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Escriba la fecha") {
			t.Errorf("a date that is none: status %d", a.StatusCode)
		}
		amounts := h.get("/pt/penalties/amounts?substance=cannabis&country=URY")
		if !strings.Contains(amounts.body, "40 g") || !strings.Contains(amounts.body, "até aqui, uso pessoal") {
			t.Error("the amount of cannabis of Uruguay's law is not there")
		}
	})
}

func TestCaseComparesOnlyWhatWasSeen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withLaw()
		case600 := "/en/penalties/compare?substance=cocaine&amount=600&act=sell&on=" + h.clock.Now().Format("2006-01-02")
		mexico := h.get(case600).body
		if !strings.Contains(mexico, "10 years to 25 years") || !strings.Contains(mexico, "The most is more than for homicide.") {
			t.Error("Mexico's answer is missing")
		}
		unasked, asked := h.get(case600).body, h.get(case600+"&unverified=1").body
		if strings.Contains(asked, "left out.</span>") || !strings.Contains(unasked, "left out.</span>") {
			t.Error("asking for unverified rows changes nothing")
		}
		for _, bad := range []string{"amount=a+lot", "amount=1e9", "amount=-1", "on=2025-13-40"} {
			a := h.get("/en/penalties/compare?" + bad)
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `aria-invalid="true"`) || strings.Contains(a.body, `class="law case"`) {
				t.Errorf("%s: status %d, or answered as if it were good", bad, a.StatusCode)
			}
		}
	})
}

// What the site hands out can be loaded again as a pack, and is the same.
func TestLawsLeaveAsTheyCame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withLaw()
		for file, want := range map[string]string{"/en/penalties.csv": "law/penalties.csv", "/en/penalties/amounts.csv": "law/thresholds.csv"} {
			got, err := csv.NewReader(strings.NewReader(h.get(file).body)).ReadAll()
			h.must(err)
			data, err := fs.ReadFile(pack.Americas(), want)
			h.must(err)
			had, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
			h.must(err)
			if len(got) != len(had) {
				t.Fatalf("%s: %d lines of %d", file, len(got), len(had))
			}
			for i := range had {
				if strings.Join(got[i], "|") != strings.Join(had[i], "|") {
					t.Fatalf("%s line %d:\n%q\nwant\n%q", file, i+1, got[i], had[i])
				}
			}
		}
		var api struct {
			Penalties []struct {
				Country string
				Prison  struct {
					Min *int `json:"min_months"`
				}
			}
			Thresholds []struct{ Amount string }
		}
		h.must(json.Unmarshal([]byte(h.get("/api/v1/penalties").body), &api))
		if len(api.Penalties) != 219 || len(api.Thresholds) != 149 || api.Penalties[0].Prison.Min == nil {
			t.Errorf("the API gives %d penalties and %d thresholds", len(api.Penalties), len(api.Thresholds))
		}
	})
}
