package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pliego/internal/account"
	"pliego/internal/followup"
)

// An addressee answers by its own link, nothing is public before it is confirmed
// where it came from, and a change leaves the answer before it readable.
func TestAnswerFromLinkToRecord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		desk := "/desk/letters/" + printedLetter + "/answers"
		h.expect(h.at(c, "GET", desk, nil), http.StatusOK, deskPage)
		link := func(act string) string {
			t.Helper()
			a := h.at(c, "POST", desk, url.Values{"act": {act}, "addressee": {"ury"}})
			h.expect(a, http.StatusOK, deskPage)
			found := regexp.MustCompile(`/es/answer/[\w-]+`).FindString(a.body)
			if found == "" {
				t.Fatal("no link is shown")
			}
			return found
		}
		own := link("link")
		if again := link("link"); again != own {
			t.Error("the same link, shown again, is another")
		}
		h.expect(h.get(own), http.StatusOK, privatePage)
		wrong := url.Values{"lang": {"es"}, "date": {"2100-01-01"}, "text": {"Aceptamos <b>en parte</b>"}, "office": {"Dirección de Ejemplos"}}
		a := h.post(own, wrong)
		h.expect(a, http.StatusUnprocessableEntity, privatePage)
		if !strings.Contains(a.body, "Aceptamos &lt;b&gt;") || !strings.Contains(a.body, "Dirección de Ejemplos") {
			t.Error("what was typed is lost")
		}
		good := url.Values{"lang": {"es"}, "date": {"2014-02-03"}, "text": {"Aceptamos <b>en parte</b>"}, "office": {"Dirección de Ejemplos"}, "on_first-ask": {"accepted in part"}}
		if a := h.post(own, good); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("an answer: %d\n%.500s", a.StatusCode, a.body)
		}
		cell := "/es/letters/" + printedLetter + "/follow-up/ury/first-ask"
		if a := h.get(cell); strings.Contains(a.body, "Aceptamos") {
			t.Error("an answer is public before anybody confirmed it")
		}
		l, err := h.db.LetterBySlug(t.Context(), printedLetter)
		h.must(err)
		list, err := h.db.Answers(t.Context(), l.ID, "ury")
		h.must(err)
		if a := h.at(c, "POST", desk, url.Values{"act": {"confirm"}, "id": {list[0].ID}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("confirmed, and nobody says how: %d", a.StatusCode)
		}
		for _, want := range []int{http.StatusSeeOther, http.StatusUnprocessableEntity} {
			if a := h.at(c, "POST", desk, url.Values{"act": {"confirm"}, "id": {list[0].ID}, "confirmed": {"Vino del correo de la oficina"}}); a.StatusCode != want {
				t.Errorf("confirm: %d, not %d\n%.300s", a.StatusCode, want, a.body)
			}
		}
		h.settle()
		public := "/es/letters/" + printedLetter + "/answers/" + list[0].ID
		a = h.get(public)
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"Aceptamos &lt;b&gt;en parte", "Dirección de Ejemplos", "Vino del correo", "aceptada en parte"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the answer's page lacks %q", want)
			}
		}
		if a := h.get(cell); !strings.Contains(a.body, "aceptada en parte") || !strings.Contains(a.body, "/answers/"+list[0].ID) {
			t.Errorf("the cell does not show the answer and lead to it: %s", a.body[strings.Index(a.body, "<main"):])
		}
		if row := h.matrix("")["ury first-ask"]; row[2] != "accepted in part" {
			t.Errorf("the matrix says %v", row)
		}

		scan := h.bring(c, desk, "carta.pdf", "%PDF-1.4 example", url.Values{"act": {"record"}, "addressee": {"ury"}, "lang": {"es"}, "date": {"2015-01-01"}, "on_first-ask": {"rejected"}, "confirmed": {"Papel con sello"}, "government": {"Gobierno de ejemplo"}})
		if scan.StatusCode != http.StatusSeeOther {
			t.Fatalf("an answer recorded as it came: %d\n%.500s", scan.StatusCode, scan.body)
		}
		if a := h.bring(c, desk, "x.exe", "MZ\x90\x00", url.Values{"act": {"record"}, "addressee": {"ury"}, "lang": {"es"}, "date": {"2015-01-01"}, "confirmed": {"x"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a program is taken for an answer: %d", a.StatusCode)
		}
		h.settle()
		a = h.get(public)
		if !strings.Contains(a.body, "Aceptamos") || !strings.Contains(a.body, "carta.pdf") {
			t.Error("the second answer is not beside the first")
		}
		if row := h.matrix("")["ury first-ask"]; row[2] != "rejected" {
			t.Errorf("after the second answer the matrix says %v", row)
		}
		list, err = h.db.Answers(t.Context(), l.ID, "ury")
		h.must(err)
		file := h.get("/es/letters/" + printedLetter + "/answers/" + list[1].ID + "/file")
		if file.body != "%PDF-1.4 example" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") || file.Header.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("the file: %q %v", file.body, file.Header)
		}
		if a := h.at(c, "POST", desk, url.Values{"act": {"silent"}, "addressee": {"bra"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("silence without proof of delivery: %d", a.StatusCode)
		}
		fresh := link("renew")
		if a := h.get(own); a.StatusCode != http.StatusNotFound || fresh == own {
			t.Errorf("the link before: %d", a.StatusCode)
		}
		if a := h.post(fresh, url.Values{"lang": {"es"}, "date": {"2016-01-01"}, "elsewhere": {"Ministerio de Otras Cosas"}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("for another office: %d", a.StatusCode)
		}
		list, err = h.db.Answers(t.Context(), l.ID, "ury")
		h.must(err)
		if a := h.at(c, "POST", desk, url.Values{"act": {"confirm"}, "id": {list[2].ID}, "confirmed": {"Por teléfono"}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("confirm: %d\n%.500s", a.StatusCode, a.body)
		}
		l, err = h.db.LetterBySlug(t.Context(), printedLetter)
		h.must(err)
		if office, ok := l.Addressee("ury-2"); !ok || office.OfficeNative != "Ministerio de Otras Cosas" {
			t.Errorf("the other office is not put beside: %+v", l.Addressees)
		}
		record, err := h.db.RecordOf(t.Context(), l.ID)
		h.must(err)
		stub, err := record.TakeDown(list[0].Item, "A court ordered it.", "somebody")
		h.must(err)
		h.must(h.db.AppendRecord(t.Context(), l.ID, l.Slug, []*followup.Item{stub}, h.clock.Now()))
		h.settle()
		for _, path := range []string{public, "/es/letters/" + printedLetter + "/answers/" + list[1].ID + "/file"} {
			if a := h.get(path); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s of an answer that was taken down: %d", path, a.StatusCode)
			}
		}
		for _, path := range []string{"/es/answer/none", "/es/letters/" + printedLetter + "/answers/none", "/es/letters/" + printedLetter + "/answers/none/file"} {
			if a := h.get(path); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
	})
}

func TestSilenceIsRecordedWhenDeliveryIsProven(t *testing.T) {
	h := onSQLite(t)
	_, c := h.staff("coordinator@example.org", account.Coordinator)
	base := "/desk/letters/" + printedLetter
	if a := h.bring(c, base+"/delivery", "", "", url.Values{"act": {"deliver"}, "addressee": {"bra"}, "channel": {"hand"}, "sent_on": {"2026-01-02"}, "received_on": {"2026-01-03"}, "reference": {"17/2026"}, "due_on": {"2026-02-01"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("deliver: %d\n%.400s", a.StatusCode, a.body)
	}
	h.settle()
	if a := h.at(c, "GET", base+"/answers", nil); !strings.Contains(a.body, `value="silent"`) {
		t.Fatal("silence is not offered")
	}
	if a := h.at(c, "POST", base+"/answers", url.Values{"act": {"silent"}, "addressee": {"bra"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("silence: %d\n%.400s", a.StatusCode, a.body)
	}
	h.settle()
	if row := h.matrix("")["bra first-ask"]; row[2] != "no reply" {
		t.Errorf("the matrix says %v", row)
	}
	if a := h.at(c, "GET", base+"/answers", nil); strings.Contains(a.body, `value="silent"`) {
		t.Error("silence is offered twice")
	}
}
