package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pliego/internal/account"
	"pliego/internal/followup"
	"pliego/internal/letter"
)

// Signatories judge for themselves: they are counted apart, never as a mean and
// never without their number, and who withdraws counts no more.
func TestSignatoriesJudgeForThemselves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.must(h.letters.AddAddressee(t.Context(), openLetter, letter.Addressee{Key: "ury", Country: "UY", Office: map[string]string{"es": "Ministerio de Ejemplos"}, SourceURL: "https://example.org/uy", Confidence: "seen"}))
		h.settle()
		cell := "/es/letters/" + openLetter + "/follow-up/ury/benches"
		owns := []string{h.signedAt("Uno", "uno.example.org", "uno@uno.example.org"), h.signedAt("Dos", "dos.example.org", "dos@dos.example.org"), h.signedAt("Tres", "tres.example.org", "tres@tres.example.org")}
		h.settle()
		judge := func(own, value, grade string, want int) *answered {
			t.Helper()
			a := h.post(own+"/record", url.Values{"act": {"opinion"}, "addressee": {"ury"}, "ask": {"benches"}, "verdict": {"evidenced/" + value}, "url_0": {"https://example.org/mine"}, "grade_0": {grade}, "quote_0": {"mis palabras"}})
			if a.StatusCode != want {
				t.Errorf("%s: %d, not %d\n%s", value, a.StatusCode, want, a.body)
			}
			return a
		}
		if a := h.get(owns[0]); !strings.Contains(a.body, owns[0]+"/record") {
			t.Error("the own page does not lead there")
		}
		h.expect(h.get(owns[0]+"/record"), http.StatusOK, privatePage)
		if a := judge(owns[0], "complete", "press", http.StatusUnprocessableEntity); !strings.Contains(a.body, "mis palabras") {
			t.Error("what was typed is lost")
		}
		judge(owns[0], "limited", "", http.StatusUnprocessableEntity)
		if a := h.get(cell); strings.Contains(a.body, "n = ") {
			t.Error("a number without anybody")
		}
		judge(owns[0], "complete", "official", http.StatusSeeOther)
		judge(owns[0], "limited", "press", http.StatusSeeOther) // in its place
		judge(owns[1], "limited", "press", http.StatusSeeOther)
		judge(owns[2], "reversed", "official", http.StatusSeeOther)
		a := h.get(cell)
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"n = 3 organizaciones.", "2 de 3 coinciden en: limitado", "Van de retroceso a limitado"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the cell lacks %q: %s", want, a.body[strings.Index(a.body, "<aside"):])
			}
		}
		if strings.Contains(a.body, "mis palabras") || strings.Contains(a.body, "Uno") {
			t.Error("who judged is told")
		}
		if csv := h.get("/es/letters/" + openLetter + "/follow-up.csv").body; !strings.Contains(csv, "ury,benches,not recorded,nothing recorded,not yet assessed") {
			t.Errorf("the coalition's verdict is another: %s", csv)
		}
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		if a := h.at(c, "GET", "/desk/letters/"+openLetter+"/record/cells?addressee=ury", nil); strings.Count(a.body, "mis palabras") != 3 {
			t.Error("the desk does not see the sources")
		}
		if a := h.get(owns[2] + "/data"); !strings.Contains(a.body, "1 propuesta, juicio o cuestionamiento") {
			t.Error("what is kept does not name the judgement")
		}
		if a := h.post(owns[2], url.Values{"act": {"withdraw"}}); a.StatusCode >= 400 {
			t.Fatalf("withdraw: %d", a.StatusCode)
		}
		if a := h.get(cell); !strings.Contains(a.body, "n = 2") || strings.Contains(a.body, "retroceso a") {
			t.Error("who withdrew still counts")
		}
		if a := h.get(owns[2] + "/record"); a.StatusCode == http.StatusOK {
			t.Error("who withdrew still judges")
		}

		// A signatory contests what is public, by its number.
		l, err := h.db.LetterBySlug(t.Context(), openLetter)
		h.must(err)
		h.must(h.db.AppendRecord(t.Context(), l.ID, l.Slug, []*followup.Item{{ID: "x/1", Kind: followup.Action, Addressee: "ury", Asks: []string{"benches"}, Date: "2026-04", Action: followup.Law, Direction: followup.Toward,
			Title: followup.Words{"es": "Una ley"}, RecordedBy: "pack:x", Citations: []followup.Citation{{URL: "https://example.org/law", Grade: followup.Official, Confidence: followup.Seen}}}}, h.clock.Now()))
		h.settle()
		at := owns[0] + "/record?addressee=ury&ask=benches&item=x%2F1"
		h.expect(h.get(at), http.StatusOK, privatePage)
		contest := url.Values{"act": {"contest"}, "addressee": {"ury"}, "ask": {"benches"}, "item": {"x/1"}, "text": {"Nunca se aplicó."}, "source": {"https://example.org/never"}}
		if a := h.post(owns[0]+"/record", contest); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("contest: %d", a.StatusCode)
		}
		waiting, err := h.db.Contests(t.Context(), l.ID)
		h.must(err)
		if a := h.at(c, "POST", "/desk/letters/"+openLetter+"/record", url.Values{"act": {"confirm"}, "contest": {waiting[0].ID}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("confirm: %d", a.StatusCode)
		}
		h.settle()
		if a := h.get(cell); !strings.Contains(a.body, "Nunca se aplicó.") || !strings.Contains(a.body, "Firmante número 1") {
			t.Error("the contest is not shown with its number")
		}
	})
}

func TestNothingHasChangedSinceIsRecordedAndStaleCellsMarked(t *testing.T) {
	h := onSQLite(t)
	h.withRecord()
	p, _ := h.staff("coordinator@example.org", account.Coordinator)
	cell := followUpPath + "/ury/first-ask"
	if a := h.get(cell); strings.Contains(a.body, "desactualizada") {
		t.Error("stale on its first day")
	}
	h.clock.advance(366 * 24 * time.Hour)
	c := h.enters(p)
	h.settle()
	if a := h.get(cell); !strings.Contains(a.body, "puede estar desactualizada") {
		t.Error("not stale after a year")
	}
	if a := h.get(followUpPath + "/ury/second-ask"); strings.Contains(a.body, "desactualizada") {
		t.Error("what nobody ever touched is stale")
	}
	a := h.at(c, "GET", recordDesk+"/cells?show=stale", nil)
	h.expect(a, http.StatusOK, deskPage)
	if !strings.Contains(a.body, `value="ury/first-ask"`) || strings.Contains(a.body, `value="ury/second-ask"`) || !strings.Contains(a.body, "2 celdas sin tocar") {
		t.Error("the desk does not list the stale cells")
	}
	if a := h.at(c, "POST", recordDesk+"/cells", url.Values{"cell": {"ury/none"}}); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a cell that is none: %d", a.StatusCode)
	}
	a = h.at(c, "POST", recordDesk+"/cells", url.Values{"cell": {"ury/first-ask"}, "here": {"show=stale"}})
	if a.StatusCode != http.StatusSeeOther || !strings.Contains(a.Header.Get("Location"), "show=stale") {
		t.Fatalf("one click: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	h.settle()
	if a := h.get(cell); strings.Contains(a.body, "desactualizada") || !strings.Contains(a.body, "Se miró el 2 de mayo de 2027") {
		t.Error("the look is not shown")
	}
	if a := h.get(cell + "?on=2027-05-01"); strings.Contains(a.body, "Se miró") {
		t.Error("the look is shown on a day before it")
	}
}
