package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pliego/internal/account"
)

// An item is proposed from the desk and by a signatory, is agreed only when a
// document shows it, and every version of it can be read.
func TestAgendaFromProposalToAgreement(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		desk, public := "/desk/letters/"+openLetter+"/agenda", "/es/letters/"+openLetter+"/agenda"
		h.expect(h.at(c, "GET", desk, nil), http.StatusOK, deskPage)
		h.expect(h.get(public), http.StatusOK, publicPage)
		if a := h.get("/es/letters/" + openLetter); strings.Contains(a.body, public) {
			t.Error("a page leads to an agenda that is empty")
		}
		l, err := h.db.LetterBySlug(t.Context(), openLetter)
		h.must(err)
		ask := l.Texts[0].Asks[0].Key
		form := url.Values{"act": {"save"}, "ask": {ask}, "text": {"Acordar umbrales <b>claros</b>"}, "lang": {"es"}, "by": {"coalition"}, "state": {"agreed"}, "office": {"Ministerio de Ejemplos"}, "due": {"2027"}}
		a := h.at(c, "POST", desk, form)
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		if !strings.Contains(a.body, "Acordar umbrales &lt;b&gt;") || !strings.Contains(a.body, "Ministerio de Ejemplos") {
			t.Error("what was typed is lost")
		}
		form.Set("state", "proposed")
		if a := h.at(c, "POST", desk, form); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("a new item: %d\n%.600s", a.StatusCode, a.body)
		}
		h.settle()
		agenda, err := h.db.AgendaOf(t.Context(), l.ID)
		h.must(err)
		id := agenda[0].ID
		change := url.Values{"act": {"save"}, "id": {id}, "version": {"1"}, "ask": {ask}, "lang": {"es"}, "text": {"Acordar umbrales claros"}, "text_en": {"Agree on clear thresholds"}, "state": {"agreed"},
			"since": {string(agenda[0].Since)}, "agreed_by": {"Example Ministry"}, "shown": {"https://example.org/minutes"}, "reason": {"La reunión lo acordó."}}
		for name, spoil := range map[string]string{"shown": "ftp://example.org/x", "reason": "", "version": "7", "state": "done", "ask": "none"} {
			bad := url.Values{}
			for k, v := range change {
				bad[k] = v
			}
			bad.Set(name, spoil)
			a := h.at(c, "POST", desk, bad)
			h.expect(a, http.StatusUnprocessableEntity, deskPage)
			if name != "ask" && !strings.Contains(a.body, "Agree on clear thresholds") {
				t.Errorf("a wrong %s: what was typed is lost", name)
			}
		}
		if a := h.at(c, "POST", desk, change); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("a change: %d\n%.600s", a.StatusCode, a.body)
		}

		own := h.signedAt("Organización de la Agenda", "agenda.example.org", "agenda@example.org")
		h.settle()
		if a := h.get(own); !strings.Contains(a.body, own+"/agenda") {
			t.Error("the signer's own page does not lead to the form")
		}
		h.expect(h.get(own+"/agenda"), http.StatusOK, privatePage)
		if a := h.post(own+"/agenda", url.Values{"ask": {ask}, "lang": {"es"}, "measure": {"Un informe al año"}}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Un informe al año") {
			t.Errorf("a proposal without a text: %d", a.StatusCode)
		}
		if a := h.post(own+"/agenda", url.Values{"ask": {ask}, "lang": {"es"}, "text": {"Publicar las cifras cada año"}, "measure": {"Un informe al año"}, "state": {"agreed"}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("a proposal: %d", a.StatusCode)
		}
		if a := h.get(public); strings.Contains(a.body, "Publicar las cifras") {
			t.Error("a proposal is public before anybody looked")
		}
		a = h.at(c, "GET", desk, nil)
		if !strings.Contains(a.body, "Publicar las cifras") {
			t.Fatal("the desk does not show what waits")
		}
		waiting, err := h.db.AgendaProposals(t.Context(), l.ID)
		h.must(err)
		for _, want := range []int{http.StatusSeeOther, http.StatusUnprocessableEntity} { // taken once only
			if a := h.at(c, "POST", desk, url.Values{"act": {"take"}, "proposal": {waiting[0].ID}}); a.StatusCode != want {
				t.Errorf("take it: %d", a.StatusCode)
			}
		}
		h.settle()

		a = h.get(public)
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"Publicar las cifras", "acordado desde", "Example Ministry", "https://example.org/minutes"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the agenda lacks %q", want)
			}
		}
		if strings.Contains(a.body, "Organización de la Agenda") {
			t.Error("the agenda keeps the name of a signatory")
		}
		if a := h.get("/en/letters/" + openLetter + "/agenda?state=agreed"); !strings.Contains(a.body, "Agree on clear thresholds") || strings.Contains(a.body, "Publicar las cifras") {
			t.Error("the choice of a state, or the translation, is not shown")
		}
		a = h.get(public + "/" + id[strings.LastIndexByte(id, '/')+1:])
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"La reunión lo acordó.", "Acordar umbrales &lt;b&gt;claros"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the item's story lacks %q", want)
			}
		}
		for path, kind := range map[string]string{".pdf": "application/pdf", ".docx": editionTypes["docx"], ".json": "application/json"} {
			if a := h.get(public + path); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != kind {
				t.Errorf("%s: %d %s", path, a.StatusCode, a.Header.Get("Content-Type"))
			}
		}
		if rows, err := csv.NewReader(strings.NewReader(h.get(public + ".csv").body)).ReadAll(); err != nil || len(rows) != 3 {
			t.Errorf("the CSV has %d rows, %v", len(rows), err)
		}
	})
}

func TestAgendaBeginsWithTheAsks(t *testing.T) {
	h := onSQLite(t)
	_, c := h.staff("coordinator@example.org", account.Coordinator)
	if a := h.at(c, "POST", "/desk/letters/"+printedLetter+"/agenda", url.Values{"act": {"draft"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("begin: %d\n%.500s", a.StatusCode, a.body)
	}
	h.settle()
	l, err := h.db.LetterBySlug(t.Context(), printedLetter)
	h.must(err)
	agenda, err := h.db.AgendaOf(t.Context(), l.ID)
	h.must(err)
	if len(agenda) != len(l.Texts[0].Asks) || agenda[0].State != "proposed" || agenda[0].Office != "" || string(agenda[0].Since) != l.Date {
		t.Errorf("%d items, the first %+v", len(agenda), agenda[0])
	}
	if a := h.at(c, "POST", "/desk/letters/"+printedLetter+"/agenda", url.Values{"act": {"draft"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("begun again: %d", a.StatusCode)
	}
}
