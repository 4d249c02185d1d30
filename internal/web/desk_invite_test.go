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
)

func TestOrganisationsAreInvitedAndAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		page := "/desk/letters/" + openLetter + "/invitations"
		h.expect(h.at(c, "GET", page, nil), http.StatusOK, deskPage)
		a := h.at(c, "POST", page, url.Values{"act": {"add"}, "name": {"Asamblea Ejemplo"}, "email": {"nothing"}, "language": {"es"}})
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		if attr(field1(a, "name"), "value") != "Asamblea Ejemplo" {
			t.Error("what was typed is lost")
		}
		add := url.Values{"act": {"add"}, "name": {"Asamblea Ejemplo"}, "country": {"UY"}, "email": {"asamblea@example.org"}, "language": {"es"}}
		if a = h.at(c, "POST", page, add); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("add: %d\n%.900s", a.StatusCode, a.body)
		}
		if a = h.at(c, "POST", page, add); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("invited twice: %d", a.StatusCode)
		}
		a = h.at(c, "POST", page, url.Values{"act": {"list"}, "pasted": {"nombre\tpaís\tcorreo\nRed Ejemplo\tChile\tred@example.org\nOtra Ejemplo\tChile\tno-es\nAsamblea Ejemplo\tUruguay\t\nLiga Ejemplo\tPerú\tliga@example.org\n"}})
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		left := textOf(nodes(a.doc, tagged("textarea"))[0])
		if !strings.Contains(left, "Otra Ejemplo") || !strings.Contains(left, "Asamblea Ejemplo") || strings.Contains(left, "Red Ejemplo") {
			t.Errorf("left in the form: %q", left)
		}
		list, err := h.db.Invitations(ctx, h.letterID(openLetter))
		h.must(err)
		if len(list) != 3 {
			t.Fatalf("%d invitations", len(list))
		}
		links := map[string]string{}
		ids := url.Values{"act": {"send"}}
		for _, i := range list {
			token, err := h.signing.InvitationToken(i)
			h.must(err)
			links[i.Name] = "/" + i.Lang + "/invitation/" + token
			ids.Add("id", i.ID)
		}
		if a = h.at(c, "POST", page, ids); a.Header.Get("Location") != page+"?done=send&n=3" {
			t.Errorf("send: %d to %s", a.StatusCode, a.Header.Get("Location"))
		}
		if a = h.at(c, "POST", page, ids); a.Header.Get("Location") != page+"?done=send&n=0" {
			t.Errorf("sent twice at once: %s", a.Header.Get("Location"))
		}
		if a = h.at(c, "POST", page, url.Values{"act": {"send"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("nothing ticked: %d", a.StatusCode)
		}

		state := func(name string) signature.InvitationState {
			t.Helper()
			list, err := h.db.Invitations(ctx, h.letterID(openLetter))
			h.must(err)
			for _, i := range list {
				if i.Name == name {
					return i.Now()
				}
			}
			return ""
		}
		// Opening the page says nothing; only what is pressed does.
		for _, lang := range locale.Languages {
			h.expect(h.get("/"+lang+links["Asamblea Ejemplo"][3:]), http.StatusOK, privatePage)
		}
		if got := state("Asamblea Ejemplo"); got != signature.InvitationMade {
			t.Errorf("a page that was opened makes it %s", got)
		}
		a = h.post(links["Asamblea Ejemplo"], url.Values{"act": {"sign"}})
		form := a.Header.Get("Location")
		if !strings.HasPrefix(form, "/es/letters/"+openLetter+"/sign?invitation=") || state("Asamblea Ejemplo") != signature.InvitationOpened {
			t.Fatalf("to the form: %s, %s", form, state("Asamblea Ejemplo"))
		}
		a = h.get(form)
		h.expect(a, http.StatusOK, everyPage)
		values := formOf(a, "signer_name")
		if values.Get("name") != "Asamblea Ejemplo" || values.Get("country") != "UY" || values.Get("invitation") == "" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the form: %v", values)
		}
		if kept := h.get("/es/letters/" + openLetter + "/sign"); strings.Contains(kept.body, "Asamblea Ejemplo") {
			t.Error("the form of others names the invited")
		}
		values.Set("signer_name", "Example Signer")
		values.Set("email", "another@example.org")
		values.Set("consent", "")
		a = h.post("/es/letters/"+openLetter+"/sign", values)
		h.expect(a, http.StatusUnprocessableEntity, everyPage)
		values = formOf(a, "signer_name")
		values.Set("consent", "1")
		a = h.post("/es/letters/"+openLetter+"/sign", values)
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("sign: %d\n%.900s", a.StatusCode, a.body)
		}
		if got := state("Asamblea Ejemplo"); got != signature.InvitationOpened {
			t.Errorf("before it is confirmed: %s", got)
		}
		sent := a.Header.Get("Location")
		id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
		h.must(err)
		h.post("/es/confirm/"+h.confirmToken(id), nil)
		if got := state("Asamblea Ejemplo"); got != signature.InvitationYes {
			t.Errorf("after it is confirmed: %s", got)
		}
		a = h.get(links["Asamblea Ejemplo"])
		h.expect(a, http.StatusOK, privatePage)
		if !strings.Contains(a.body, locale.T("es", "invite.said_yes")) {
			t.Error("the page does not say that they signed")
		}
		// A yes from the invited address counts, by whatever way it came.
		_, token := h.signed("Red Ejemplo de Chile", "red@example.org")
		h.post("/es/confirm/"+token, nil)
		if got := state("Red Ejemplo"); got != signature.InvitationYes {
			t.Errorf("signed from the invited address: %s", got)
		}
		h.post(links["Liga Ejemplo"], url.Values{"act": {"awaiting"}})
		h.post(links["Liga Ejemplo"], url.Values{"act": {"sign"}})
		if got := state("Liga Ejemplo"); got != signature.InvitationAwaiting {
			t.Errorf("reading again took the answer back: %s", got)
		}
		h.post(links["Liga Ejemplo"], url.Values{"act": {"no"}})
		if got := state("Liga Ejemplo"); got != signature.InvitationNo {
			t.Errorf("no: %s", got)
		}
		a = h.at(c, "GET", page+"?state=no", nil)
		h.expect(a, http.StatusOK, deskPage)
		if !strings.Contains(a.body, "Liga Ejemplo") || strings.Contains(a.body, "<b lang=\"es\">Red Ejemplo") {
			t.Error("the filter by state")
		}
		for name, path := range map[string]string{"a link that is none": "/es/invitation/abc", "one of another purpose": "/es/invitation/" + token} {
			if a := h.get(path); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
		}
		if a := h.post(links["Liga Ejemplo"], url.Values{"act": {"yes"}}); a.StatusCode != http.StatusBadRequest {
			t.Errorf("an act that is none: %d", a.StatusCode)
		}
		// Nobody is taken off the list who has heard of it.
		if a := h.at(c, "POST", page, url.Values{"act": {"drop"}, "id": ids["id"]}); a.Header.Get("Location") != page+"?done=drop&n=0" {
			t.Errorf("drop: %s", a.Header.Get("Location"))
		}
		a = h.at(c, "GET", "/desk/log", nil)
		if !strings.Contains(a.body, "invitation.send") || strings.Contains(a.body, "Asamblea") || strings.Contains(h.log.String(), "asamblea@") {
			t.Error("the log lacks what was done, or names who was invited")
		}
	})
}

// Nothing ties a sealed signature to the invitation that led to it.
func TestSealedSignatureIsNotNotedOnItsInvitation(t *testing.T) {
	h := onSQLite(t)
	ctx := context.Background()
	l, err := h.db.LetterBySlug(ctx, openLetter)
	h.must(err)
	i, err := h.signing.Invite(ctx, h.db, l, signature.Guest{Name: "Asamblea Ejemplo", Email: "asamblea@example.org"})
	h.must(err)
	h.offer()
	token, err := h.signing.InvitationToken(i)
	h.must(err)
	form := signForm("Asamblea Ejemplo", "asamblea@example.org")
	form.Set("visibility", "sealed")
	form.Set("invitation", token)
	if a := h.post("/es/letters/"+openLetter+"/sign", form); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign: %d", a.StatusCode)
	}
	i, err = h.db.InvitationByID(ctx, i.ID)
	h.must(err)
	if i.SignatureID != "" || i.Signed {
		t.Errorf("it is noted: %+v", i)
	}
}
