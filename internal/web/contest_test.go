package web

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pliego/internal/account"
	"pliego/internal/ledger/verify"
	"pliego/internal/mail"
	"pliego/internal/signature"
)

// signedAt signs for an organisation with a website, confirms, and gives the path
// of the signer's own page.
func (h *house) signedAt(name, website, email string) (own string) {
	h.t.Helper()
	f := signForm(name, email)
	f.Set("website", website)
	_, confirm := h.fillForm(f)
	a := h.post("/es/confirm/"+confirm, nil)
	if a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("confirm: status %d\n%s", a.StatusCode, a.body)
	}
	own, _, _ = strings.Cut(a.Header.Get("Location"), "?")
	return own
}

// noticeIn finds the mail to an address, and the path that it leads to.
func (h *house) noticeIn(list []*mail.Message, to string) (m *mail.Message, path string) {
	h.t.Helper()
	for _, m := range list {
		if m.To == to {
			link := mailedLink.FindString(m.Text)
			return m, strings.TrimPrefix(link, baseURL)
		}
	}
	h.t.Fatalf("no mail to %s", to)
	return nil, ""
}

// listedNow is how many signatures the API counts.
func (h *house) listedNow() (n int64) {
	h.t.Helper()
	var l apiLetterRow
	h.must(json.Unmarshal([]byte(h.get("/api/v1/letters/"+openLetter).body), &l))
	return l.Signatures.Listed
}

// sound holds counts and bundle against the log.
func (h *house) sound() {
	h.t.Helper()
	wrong, err := h.db.Miscounted(context.Background())
	if err != nil || len(wrong) > 0 {
		h.t.Errorf("miscounted: %v, %v", wrong, err)
	}
	if _, err := verify.Check(context.Background(), verify.Config{Files: h.bundled(), Key: h.seq.Key.Verifier(), Now: h.clock.Now}); err != nil {
		h.t.Errorf("the bundle: %v", err)
	}
}

const (
	deniedName    = "Fundación Ejemplo Desmentida"
	deniedWebsite = "fundacion-desmentida.uy"
	deniedOffice  = "info@fundacion-desmentida.uy"
	employeeMail  = "empleada@correo-propio.uy"
)

// Organisations denied what an employee had signed. Here the organisation hears
// of it at its public address, takes its name off with one press, and a person
// decides; nothing of who signed is told to it.
func TestOrganisationDeniesWhatAnEmployeeSigned(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const base = "/es/letters/" + openLetter
		h.confirmed("Organización que se queda", "stays@example.org")
		own := h.signedAt(deniedName, deniedWebsite, employeeMail)
		h.settle()
		h.must(h.seq.SignHead(t.Context()))
		if n := h.listedNow(); n != 2 {
			t.Fatalf("%d listed", n)
		}
		notice, path := h.noticeIn(h.postMail(), deniedOffice)
		for _, secret := range []string{employeeMail, "Example Signer", own} {
			if strings.Contains(notice.Text+notice.HTML+notice.Subject, secret) {
				t.Errorf("the notice tells %s", secret)
			}
		}
		// Whoever only looks, as scanners of mail do, changes nothing.
		for range 2 {
			a := h.get(path)
			h.looksWell(privatePage, a)
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, deniedName) || strings.Contains(a.body, employeeMail) || strings.Contains(a.body, "Example Signer") {
				t.Fatalf("the page of the notice: %d\n%s", a.StatusCode, a.body)
			}
		}
		if a := h.post(path, url.Values{"act": {"object"}, "reason": {strings.Repeat("x", signature.MaxObjection+1)}}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "xxx</textarea>") {
			t.Errorf("an objection that is too long: %d", a.StatusCode)
		}
		if n := h.listedNow(); n != 2 {
			t.Fatalf("%d listed after looking", n)
		}
		h.clock.advance(time.Minute)
		if a := h.post(path, url.Values{"act": {"object"}, "reason": {"Nadie de aquí firmó. Llamar a la oficina."}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("object: %d\n%s", a.StatusCode, a.body)
		}
		if a := h.get(path); !strings.Contains(a.body, "Su objeción está guardada") {
			t.Errorf("after objecting:\n%s", a.body)
		}
		// Nothing that is printed anew shows the name, even before the log says so.
		for _, file := range []string{"/letter.pdf", "/letter.docx"} {
			if text, _ := h.inside(base + file); strings.Contains(text, deniedName) {
				t.Errorf("%s shows the name", file)
			}
		}
		h.sound()
		h.settle()
		for _, where := range []string{
			base, base + "/signatories", base + "/signatories?order=name", base + "/signatories?order=country", base + "/signatories?q=desmentida",
			base + "/signatories.csv", base + "/feed.atom", "/api/v1/letters/" + openLetter + "/signatures", "/ledger/openings/000",
		} {
			if text, _ := h.inside(where); strings.Contains(text, deniedName) {
				t.Errorf("%s shows the name", where)
			}
		}
		if text := h.get(base + "/signatories").body; !strings.Contains(text, "en revisión desde el") {
			t.Error("the list does not say that the signature is under review")
		}
		if n := h.listedNow(); n != 1 {
			t.Errorf("%d listed while it is set aside", n)
		}
		h.sound()
		told, _ := h.noticeIn(h.postMail(), employeeMail)
		if !strings.Contains(told.Subject, "apartada") || strings.Contains(told.Text, "Llamar a la oficina") {
			t.Errorf("the signer is told %q:\n%s", told.Subject, told.Text)
		}
		if a := h.get(own); !strings.Contains(a.body, "La firma está apartada") || !strings.Contains(a.body, "dice que no firmó") {
			t.Errorf("the own page:\n%s", a.body)
		}

		_, reviewer := h.staff("reviewer@example.org", account.Reviewer)
		queue := h.at(reviewer, "GET", "/desk/review?state=contested", nil)
		if !strings.Contains(queue.body, deniedName) || !strings.Contains(queue.body, "Llamar a la oficina") || strings.Contains(queue.body, employeeMail) {
			t.Errorf("the queue:\n%s", queue.body)
		}
		id := h.idOf(own)
		if a := h.at(reviewer, "POST", "/desk/review", url.Values{"act": {"uphold"}, "id": {id}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("uphold: %d", a.StatusCode)
		}
		h.sound()
		h.settle()
		if n := h.listedNow(); n != 1 {
			t.Errorf("%d listed at the end", n)
		}
		if text := h.get(base + "/signatories").body; !strings.Contains(text, "retirada el") || strings.Contains(text, "en revisión") {
			t.Error("the list has no gap")
		}
		h.sound()
		if a := h.get(path); a.StatusCode != http.StatusGone {
			t.Errorf("the notice's page at the end: %d", a.StatusCode)
		}
		// The number is not given again.
		h.confirmed("Organización siguiente", "next@example.org")
		h.settle()
		if !strings.Contains(h.get(base+"/signatories").body, `id="n3"`) {
			t.Error("the next one is not number 3")
		}
	})
}

func TestObjectionThatDoesNotHold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const base = "/es/letters/" + openLetter
		own := h.signedAt(deniedName, deniedWebsite, employeeMail)
		h.settle()
		h.must(h.seq.SignHead(t.Context()))
		_, path := h.noticeIn(h.postMail(), deniedOffice)
		h.post(path, url.Values{"act": {"ours"}})
		if a := h.get(path); !strings.Contains(a.body, "sabe de esta firma") {
			t.Errorf("after acknowledging:\n%s", a.body)
		}
		h.post(path, url.Values{"act": {"object"}}) // they may think again
		h.post(path, url.Values{"act": {"object"}})
		h.settle()
		if n := h.listedNow(); n != 0 {
			t.Errorf("%d listed while it is set aside", n)
		}
		h.postMail()
		h.must(h.signing.Restore(t.Context(), h.idOf(own)))
		h.sound()
		h.settle()
		h.sound()
		if n := h.listedNow(); n != 1 || !strings.Contains(h.get(base+"/signatories").body, deniedName) {
			t.Errorf("%d listed after the decision", n)
		}
		list := h.postMail()
		if m, _ := h.noticeIn(list, deniedOffice); !strings.Contains(m.Subject, "se mantiene") {
			t.Errorf("the organisation is told %q", m.Subject)
		}
		if m, _ := h.noticeIn(list, employeeMail); !strings.Contains(m.Subject, "vuelve a la lista") {
			t.Errorf("the signer is told %q", m.Subject)
		}
		// A person has decided: objecting once more changes nothing.
		h.post(path, url.Values{"act": {"object"}})
		h.settle()
		if n := h.listedNow(); n != 1 {
			t.Errorf("%d listed after objecting again", n)
		}
	})
}

func TestNoNoticeWhereNoneBelongs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.signedAt("Organización que avisa a sí misma", "misma-casa.uy", "info@misma-casa.uy")
		h.signedAt("Organización de prueba", "example.org", "alguien@correo-propio.uy")
		h.signedAt("Organización sin sitio", "", "otra@correo-propio.uy")
		_, confirm := h.fillForm(personForm("Persona Ejemplo", "UY", "persona@correo-propio.uy"))
		h.post("/es/confirm/"+confirm, nil)
		for _, m := range h.postMail() {
			if strings.Contains(m.Subject, "Se firmó en nombre") {
				t.Errorf("a notice to %s", m.To)
			}
		}
		// The coordinator enters an address afterwards.
		entry := h.column(`SELECT organisation_id FROM signature WHERE name = 'Organización sin sitio'`)
		h.must(h.signing.SetOrganisationAddress(t.Context(), entry[0], "oficina@sin-sitio.uy"))
		if _, path := h.noticeIn(h.postMail(), "oficina@sin-sitio.uy"); h.get(path).StatusCode != http.StatusOK {
			t.Error("the notice leads nowhere")
		}
		if n := h.count(`SELECT count(*) FROM organisation_address`); n != 1 {
			t.Errorf("%d addresses", n)
		}
	})
}

func TestBouncedMailLeavesTheCount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := h.confirmed("Organización de buzón muerto", "muerto@example.org")
		h.settle()
		h.must(h.seq.SignHead(t.Context()))
		sig, err := h.db.SignatureByID(t.Context(), h.idOf(own))
		h.must(err)
		message, err := h.signing.MailID("0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f", sig)
		h.must(err)
		_, err = h.signing.Returned(t.Context(), message+"@example.org", "5.1.1")
		h.must(err)
		h.settle()
		if n := h.listedNow(); n != 0 {
			t.Errorf("%d listed after the mail came back", n)
		}
		h.sound()
		if a := h.get(own); !strings.Contains(a.body, "ya no recibe mensajes") {
			t.Errorf("the own page:\n%s", a.body)
		}
		h.must(h.signing.Restore(t.Context(), sig.ID))
		h.settle()
		if n := h.listedNow(); n != 1 {
			t.Errorf("%d listed after the decision", n)
		}
		h.sound()
	})
}

// Whatever is objected to, restored, upheld and withdrawn in whatever order, the
// counts are those of the list, and the bundle holds.
func TestCountsHoldWhateverIsContested(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rnd := rand.New(rand.NewPCG(2013, 11))
		var owns, paths []string
		for i := range 6 {
			site := "casa-" + string(rune('a'+i)) + ".uy"
			owns = append(owns, h.signedAt("Casa Ejemplo "+string(rune('A'+i)), site, "alguien@correo-"+string(rune('a'+i))+".uy"))
			_, path := h.noticeIn(h.postMail(), "info@"+site)
			paths = append(paths, path)
		}
		for step := range 60 {
			i := rnd.IntN(len(owns))
			id := h.idOf(owns[i])
			switch rnd.IntN(7) {
			case 0, 1:
				h.post(paths[i], url.Values{"act": {"object"}})
			case 2:
				sig, err := h.db.SignatureByID(ctx, id)
				h.must(err)
				message, err := h.signing.MailID("0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f", sig)
				h.must(err)
				_, _ = h.signing.Returned(ctx, message, "5.1.1") // refused once it is over
			case 3:
				_ = h.signing.Restore(ctx, id)
			case 4:
				if step > 30 {
					_ = h.signing.Uphold(ctx, id)
				}
			case 5:
				if step > 45 {
					h.post(owns[i], url.Values{"act": {"withdraw"}})
				}
			case 6:
				h.settle()
				h.must(h.seq.SignHead(ctx))
			}
			if step > 5 && step%5 == 0 {
				h.settle()
				h.must(h.seq.SignHead(ctx))
				h.sound()
				want := h.count(`SELECT count(*) FROM signature WHERE state = 'standing' AND letter_id = (SELECT id FROM letter WHERE slug = '` + openLetter + `')`)
				if got := h.listedNow(); got != want {
					t.Fatalf("step %d: %d are counted, %d stand", step, got, want)
				}
			}
		}
	})
}
