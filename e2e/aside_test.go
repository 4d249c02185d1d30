package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// asides are what signers do besides the straight way, on the practice letter.
var asides = map[string]func(t *testing.T, s *site, browser context.Context){
	"code": byCode, "other-address": otherAddress, "already-signed": alreadySigned, "not-me": notMe,
}

const practice = "practice-letter"

// signPractice signs the practice letter as a person, as far as the page that
// says to look into the mail.
func signPractice(b *tab, name, email string) {
	b.t.Helper()
	b.site.keepOut(name, email)
	b.open("/es/letters/" + practice + "/sign")
	b.press("field", say("sign.person"))
	b.fill(labelName, name)
	b.choose(labelCountry, "Uruguay")
	b.fill(labelEmail, email)
	b.press("field", labelConsent)
	b.submit(say("sign.submit"))
	b.titled(say("sent.heading"))
}

// numbered waits for the number on the own page and gives it.
func numbered(b *tab) (number string) {
	b.t.Helper()
	before := strings.TrimSuffix(say("own.heading_number", "number", 7), "7")
	b.reloadUntil("the signature has its number", func() bool {
		var ok bool
		number, ok = strings.CutPrefix(b.heading(), before)
		return ok
	})
	return number
}

// listedAs tells whether the practice letter's list has a name.
func (s *site) listedAs(t *testing.T, name string) bool {
	t.Helper()
	_, body := s.get(t, "/api/v1/letters/"+practice+"/signatures")
	return strings.Contains(body, name)
}

// byCode confirms by typing the code, wrongly first.
func byCode(t *testing.T, s *site, browser context.Context) {
	const name, email = "Persona Ejemplo del Código", "codigo@example.org"
	b := newTab(t, browser, s, view{width: 360}, false)
	signPractice(b, name, email)
	code := s.mail.wait(t, email, 1).code(t)
	wrong := "000 000"
	if wrong == code {
		wrong = "111 111"
	}
	label := say("field.code")
	b.fill(label, wrong)
	b.submit(say("sent.code_submit"))
	b.why(label, say("problem.wrong_code"))
	b.holds(label, wrong)
	if s.listedAs(t, name) {
		t.Error("a wrong code signed")
	}
	b.fill(label, code)
	b.submit(say("sent.code_submit"))
	number := numbered(b)
	b.follow(number)
	b.reloadUntil("the signature is listed", func() bool { return strings.Contains(b.row(number), name) })
}

// otherAddress has the mail sent again, then to another address; after that the
// first link serves no more.
func otherAddress(t *testing.T, s *site, browser context.Context) {
	const name, mistyped, right = "Persona Ejemplo de la Errata", "errta@example.org", "errata@example.org"
	s.keepOut(right)
	b := newTab(t, browser, s, view{width: 1280}, true)
	signPractice(b, name, mistyped)
	first := s.mail.wait(t, mistyped, 1)
	b.submit(say("sent.again"))
	b.sees(say("sent.again_done"))
	again := s.mail.wait(t, mistyped, 2)
	if again.link(t, s, confirmPage) != first.link(t, s, confirmPage) {
		t.Error("the mail sent again has another link, so the first copy is worth nothing")
	}
	label := say("field.other_email")
	b.press("fold", say("sent.other"))
	b.fill(label, "errata.example.org")
	b.submit(say("sent.other_submit"))
	b.why(label, say("problem.no_at"))
	b.holds(label, "errata.example.org")
	b.fill(label, right)
	b.submit(say("sent.other_submit"))
	b.sees(say("sent.again_done"))
	mail := s.mail.wait(t, right, 1)
	b.open(first.link(t, s, confirmPage))
	b.titled(say("error.replaced"))
	b.open(mail.link(t, s, confirmPage))
	b.submit(say("confirm.submit"))
	numbered(b)
	b.sees(name)
	s.mail.wait(t, mistyped, 2) // the thanks go to the right address alone
}

// alreadySigned signs twice with one address: the page is the same as for a new
// one, and only the mail says that there is a signature.
func alreadySigned(t *testing.T, s *site, browser context.Context) {
	const name, second, email = "Persona Ejemplo de Siempre", "Persona Ejemplo de Nuevo", "siempre@example.org"
	b := newTab(t, browser, s, view{width: 360}, true)
	signPractice(b, name, email)
	b.open(s.mail.wait(t, email, 1).link(t, s, confirmPage))
	b.submit(say("confirm.submit"))
	numbered(b)
	s.mail.wait(t, email, 2)
	signPractice(b, second, email)
	already := s.mail.wait(t, email, 3)
	if !strings.Contains(already.subject, "Con esta dirección ya se firmó") {
		t.Errorf("the mail's subject is %q", already.subject)
	}
	b.open(already.link(t, s, ownPage))
	b.sees(name)
	b.misses(second)
	if s.listedAs(t, second) {
		t.Error("the second signature of one address is listed")
	}
}

// notMe is somebody whose address others signed with: before it is confirmed, and
// after.
func notMe(t *testing.T, s *site, browser context.Context) {
	const name, email = "Persona Ejemplo Ajena", "ajena@example.org"
	b := newTab(t, browser, s, view{width: 1280}, false)
	signPractice(b, name, email)
	mail := s.mail.wait(t, email, 1)
	b.open(mail.link(t, s, disownPage))
	b.titled(say("disown.title"))
	b.submit(say("disown.submit"))
	b.titled(say("disown.done"))
	if status, _ := s.get(t, mail.link(t, s, confirmPage)); status != http.StatusNotFound && status != http.StatusGone {
		t.Errorf("the link of the erased signature answers %d", status)
	}

	signPractice(b, name, email)
	b.open(s.mail.wait(t, email, 2).link(t, s, confirmPage))
	b.submit(say("confirm.submit"))
	number := numbered(b)
	b.press("fold", say("own.disown"))
	b.submit(say("own.disown_submit"))
	b.sees(say("own.disowned_done"))
	b.follow(number)
	b.reloadUntil("the gap is listed", func() bool {
		return strings.Contains(b.row(number), strings.TrimSpace(say("list.withdrawn", "date", "")))
	})
	if s.listedAs(t, name) {
		t.Error("the name is still in the API's list")
	}
}
