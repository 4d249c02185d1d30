package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pliego/internal/account"
	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/signature/registry"
	"pliego/internal/signature/roll"
)

const listOfFive = "Organización;País;Correo electrónico;Sigla;Sobra\n" +
	"Organización Ejemplo Azul;Chile;azul@example.org;OEA;x\n" +
	"Organización Ejemplo Roja;Perú;no-es-correo;;\n" +
	"Organización Ejemplo Verde;Uruguay;;;\n" +
	"Organización Ejemplo Verde;Uruguay;;;\n" +
	"Red Ejemplo;Atlántida;;;\n"

func TestListIsImportedRowByRow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		_, reviewer := h.staff("reviewer@example.org", account.Reviewer)
		base := "/desk/letters/" + openLetter
		h.expect(h.at(c, "GET", base+"/import", nil), http.StatusOK, deskPage)
		a := h.bring(c, base+"/import", "lista.csv", listOfFive, url.Values{"channel": {"paper"}, "received": {"2026-04-30"}})
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("read: %d\n%.900s", a.StatusCode, a.body)
		}
		look := a.Header.Get("Location")
		a = h.at(c, "GET", look, nil)
		h.expect(a, http.StatusOK, deskPage)
		if !strings.Contains(a.body, locale.T("es", "desk.roll_fine", "n", 2)) || !strings.Contains(a.body, locale.T("es", "desk.roll_bad", "n", 3)) || !strings.Contains(a.body, locale.T("es", "desk.column_unknown")) {
			t.Errorf("the verdicts:\n%s", textOf(a.doc))
		}
		h.settle()
		if l, err := h.db.LetterBySlug(ctx, openLetter); err != nil || l.Counts.Highest != 0 {
			t.Errorf("looking recorded something: %+v, %v", l.Counts, err)
		}
		if a = h.bring(c, look, "", "", nil); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("recorded without anything that shows it: %d", a.StatusCode)
		}
		if a := h.at(c, "GET", strings.Replace(look, openLetter, printedLetter, 1), nil); a.StatusCode != http.StatusNotFound {
			t.Errorf("the list of another letter: %d", a.StatusCode)
		}
		a = h.bring(c, look, "hoja.pdf", "%PDF-1.7 scan", url.Values{"mail": {"1"}})
		left := a.Header.Get("Location")
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(left, base+"/import/") {
			t.Fatalf("record: %d to %s\n%.900s", a.StatusCode, left, a.body)
		}
		h.settle()
		if got := names(h.get("/es/letters/" + openLetter + "/signatories")); len(got) != 2 {
			t.Errorf("listed: %q", got)
		}
		a = h.at(c, "GET", left, nil)
		h.expect(a, http.StatusOK, deskPage)
		a = h.at(c, "GET", left+"/rejected.csv", nil)
		back, err := roll.Read("l.csv", strings.NewReader(a.body))
		h.must(err)
		if len(back.Rows) != 3 || back.Cell(back.Rows[0], roll.Name) != "Organización Ejemplo Roja" || !strings.Contains(a.body, locale.T("es", "problem.no_at")) {
			t.Errorf("handed back:\n%s", a.body)
		}
		if a := h.at(c, "GET", look, nil); a.StatusCode != http.StatusNotFound {
			t.Error("the list that was recorded is kept")
		}

		// The list of the desk, its filters, and who sees what.
		list := base + "/signatories"
		a = h.at(c, "GET", list, nil)
		h.expect(a, http.StatusOK, deskPage)
		if !strings.Contains(a.body, "azul@example.org") || !strings.Contains(a.body, "/desk/evidence/") {
			t.Error("a coordinator does not see what is known of a signature")
		}
		a = h.at(reviewer, "GET", list, nil)
		h.expect(a, http.StatusOK, deskPage)
		if strings.Contains(a.body, "azul@example.org") || strings.Contains(a.body, "/desk/evidence/") || !strings.Contains(a.body, "Organización Ejemplo Azul") {
			t.Error("a reviewer sees an address, or no name")
		}
		for query, want := range map[string]int{"": 2, "?q=azul": 1, "?q=oea": 1, "?country=UY": 1, "?basis=given": 2, "?basis=confirmed": 0, "?state=standing&order=name": 2, "?state=withdrawn": 0, "?kind=person": 0, "?q=zz": 0} {
			a := h.at(c, "GET", list+query, nil)
			if got := strings.Count(a.body, `name="id"`); a.StatusCode != http.StatusOK || got != want {
				t.Errorf("%s: %d, %d rows, want %d", query, a.StatusCode, got, want)
			}
		}
		if a := h.at(c, "GET", list+"?after=nothing", nil); a.StatusCode != http.StatusNotFound {
			t.Errorf("a place that is none: %d", a.StatusCode)
		}
		found, err := h.db.SignaturesNumbered(ctx, h.letterID(openLetter), 1, 1)
		h.must(err)
		id := found[0].ID
		if a := h.at(c, "POST", list, url.Values{"act": {"vouch"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("nothing ticked: %d", a.StatusCode)
		}
		if a := h.at(c, "POST", list, url.Values{"act": {"vouch"}, "id": {id, "no-such"}, "query": {"q=azul"}}); a.Header.Get("Location") != list+"?done=vouch&n=1&q=azul" {
			t.Errorf("vouch: %d to %s", a.StatusCode, a.Header.Get("Location"))
		}
		if sig, err := h.db.SignatureByID(ctx, id); err != nil || sig.Level() != signature.LevelVouched {
			t.Errorf("the signature's level: %v, %v", sig.Level(), err)
		}
		a = h.at(c, "GET", "/desk/evidence/"+id, nil)
		if a.body != "%PDF-1.7 scan" || a.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("the evidence: %d %v", a.StatusCode, a.Header)
		}
		a = h.at(c, "GET", list+".csv", nil)
		if strings.Contains(a.body, "azul@example.org") || !strings.Contains(a.body, "Organización Ejemplo Azul") {
			t.Errorf("the export without private data:\n%s", a.body)
		}
		for _, ending := range []string{".csv", ".xlsx"} {
			a = h.at(c, "GET", list+ending+"?private=1", nil)
			back, err := roll.Read("l"+ending, strings.NewReader(a.body))
			h.must(err)
			if len(back.Rows) != 2 || back.Cell(back.Rows[0], roll.Email) != "azul@example.org" {
				t.Errorf("%s: %+v", ending, back)
			}
		}
		a = h.at(c, "GET", "/desk/log", nil)
		for _, want := range []string{"signature.import", "signature.vouch", "signature.export-private", "evidence.open"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the log lacks %s", want)
			}
		}
		if strings.Contains(a.body, "azul@example.org") || strings.Contains(h.log.String(), "azul@") {
			t.Error("an address is in a log")
		}
	})
}

func TestYesThatCameByMail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		page := "/desk/letters/" + openLetter + "/yes"
		a := h.at(c, "GET", page, nil)
		h.expect(a, http.StatusOK, deskPage)
		form := formOf(a, "channel")
		form.Set("name", "Asamblea Ejemplo")
		form.Set("email", "asamblea@example.org")
		a = h.bring(c, page, "", "", form)
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		if formOf(a, "channel").Get("name") != "Asamblea Ejemplo" || !strings.Contains(a.body, locale.T("es", "problem.missing")) {
			t.Error("what was typed is lost, or the channel is not asked for")
		}
		form.Set("channel", "email")
		a = h.bring(c, page, "", "", form) // nothing shows it
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		form.Set("note", "Escribió el 30 de abril a la coordinación")
		if a = h.bring(c, page, "", "", form); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("record: %d\n%.900s", a.StatusCode, a.body)
		}
		a = h.bring(c, page, "", "", form)
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		if !strings.Contains(a.body, locale.T("es", "desk.twin", "name", "Asamblea Ejemplo")) {
			t.Error("the same yes is recorded twice")
		}
		h.settle()
		if got := names(h.get("/es/letters/" + openLetter + "/signatories")); len(got) != 1 || !strings.Contains(got[0], "Asamblea Ejemplo") {
			t.Errorf("listed: %q", got)
		}
		a = h.bring(c, "/desk/letters/draft-letter/yes", "", "", form)
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
	})
}

func TestLikeOrganisationsAreDecidedAbout(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		h.expect(h.at(c, "GET", "/desk/registry", nil), http.StatusOK, deskPage)
		for i, name := range []string{"Red Ejemplo de Derechos Humanos", "Red Ejemplo de Derechos Humanos A.C."} {
			_, token := h.signed(name, string(rune('a'+i))+"@example.org")
			h.post("/es/confirm/"+token, nil)
		}
		_, err := h.registry.Propose(ctx)
		h.must(err)
		pairs, err := h.db.Pairs(ctx, registry.Open)
		h.must(err)
		if len(pairs) == 0 {
			t.Fatal("no pair is proposed")
		}
		a := h.at(c, "GET", "/desk/registry", nil)
		h.expect(a, http.StatusOK, deskPage)
		if !strings.Contains(a.body, "Red Ejemplo de Derechos Humanos A.C.") || !strings.Contains(a.body, locale.T("es", "like.same_name")) {
			t.Errorf("the pair: %s", textOf(a.doc))
		}
		do := func(act string) *answered {
			return h.at(c, "POST", "/desk/registry", url.Values{"act": {act}, "a": {pairs[0].A.ID}, "b": {pairs[0].B.ID}})
		}
		if a := do("merge"); a.Header.Get("Location") != "/desk/registry?done=merge" {
			t.Errorf("merge: %d", a.StatusCode)
		}
		if a := do("merge"); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("merged twice: %d", a.StatusCode)
		}
		if a := h.at(c, "GET", "/desk/registry", nil); !strings.Contains(a.body, locale.T("es", "desk.merged_into", "name", pairs[0].B.Name)) {
			t.Error("the merge is not listed")
		}
		if a := do("unmerge"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("unmerge: %d", a.StatusCode)
		}
		if a := do("apart"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("apart: %d", a.StatusCode)
		}
		if open, err := h.db.Pairs(ctx, registry.Open); err != nil || len(open) != 0 {
			t.Errorf("still open: %v, %v", open, err)
		}
	})
}
