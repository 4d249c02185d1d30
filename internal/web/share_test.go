package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pliego/internal/account"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

func sharerForm(name, email string) url.Values {
	return url.Values{"kind": {"person"}, "name": {name}, "country": {"UY"}, "email": {email}, "visibility": {"public"}, "consent": {"1"}}
}

// fillForm sends the form and gives the page after it, and the token of the mail.
func (h *house) fillForm(f url.Values) (sent, confirm string) {
	h.t.Helper()
	a := h.post("/es/letters/"+openLetter+"/sign", f)
	if a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("sign: %d\n%s", a.StatusCode, a.body)
	}
	sent = a.Header.Get("Location")
	id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
	h.must(err)
	return sent, h.confirmToken(id)
}

// Another person at an address that has signed is led to say so, waits, is shown
// to the coordinator with the reason, and stands with a number of their own.
func TestAnotherPersonAtAnAddressSigns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, first := h.fillForm(sharerForm("Ana Ejemplo", "casa@example.org"))
		sentTwo, second := h.fillForm(sharerForm("Eva Ejemplo", "casa@example.org")) // before the first confirms
		if a := h.post("/es/confirm/"+first, nil); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("the first confirms: %d", a.StatusCode)
		}
		h.settle()
		choice := "/es/confirm/" + second
		id, _, err := h.signing.Vault.ParseToken(signature.TokenConfirm, second)
		h.must(err)
		for how, a := range map[string]*answered{
			"by the link": h.post(choice, nil),
			"by the code": h.post(sentTwo, url.Values{"act": {"code"}, "code": {h.signing.Vault.Code(signature.TokenConfirm, id, 1)}}),
		} {
			if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != choice {
				t.Errorf("%s: %d to %q", how, a.StatusCode, a.Header.Get("Location"))
			}
		}
		for _, lang := range locale.Languages {
			a := h.get("/" + lang + "/confirm/" + second)
			h.expect(a, http.StatusOK, privatePage)
			for _, want := range []string{"Ana Ejemplo", "Eva Ejemplo", locale.T(lang, "another.heading"), locale.T(lang, "another.submit")} {
				if !strings.Contains(textOf(a.doc), strings.Join(strings.Fields(want), " ")) {
					t.Errorf("%s: the page lacks %q", lang, want)
				}
			}
		}
		a := h.post(choice, url.Values{"act": {"another"}})
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/es/signature/") {
			t.Fatalf("as another: %d to %q", a.StatusCode, a.Header.Get("Location"))
		}
		own := a.Header.Get("Location")
		if a := h.get(own); !strings.Contains(textOf(a.doc), locale.T("es", "review.shared_address")) {
			t.Error("the own page does not say why it waits")
		}
		_, coordinator := h.staff("desk@example.org", account.Coordinator)
		if a := h.at(coordinator, "GET", "/desk/review", nil); !strings.Contains(textOf(a.doc), "Eva Ejemplo") || !strings.Contains(textOf(a.doc), "number 1") {
			t.Errorf("the desk does not show it and whom it shares the address with:\n%s", textOf(a.doc))
		}
		h.must(h.signing.Accept(t.Context(), id))
		h.settle()
		if got := names(h.get("/es/letters/" + openLetter + "/signatories")); len(got) != 2 || !strings.HasPrefix(got[1], "2 Eva Ejemplo") {
			t.Errorf("listed: %q", got)
		}

		// An organisation whose address has signed hears that it has.
		_, one := h.signed("Casa Uno", "info@example.org")
		_, two := h.signed("Casa Dos", "info@example.org")
		h.post("/es/confirm/"+one, nil)
		for _, form := range []url.Values{nil, {"act": {"another"}}} {
			h.expect(h.post("/es/confirm/"+two, form), http.StatusConflict, privatePage)
		}
	})
}

func TestTheSixthPersonAtAnAddressHearsWhy(t *testing.T) {
	h := onSQLite(t)
	var last *answered
	for i := range signature.MaxSharing + 1 {
		_, confirm := h.fillForm(sharerForm("Persona "+string(rune('A'+i)), "casa@example.org"))
		last = h.post("/es/confirm/"+confirm, url.Values{"act": {"another"}})
	}
	h.expect(last, http.StatusConflict, privatePage)
	if !strings.Contains(textOf(last.doc), locale.T("es", "error.crowded_text")) {
		t.Error("it does not say that no more can sign so")
	}
}
