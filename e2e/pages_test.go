package e2e

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

var languages = []string{"es", "pt", "en", "fr"}

// kindOfPage is a page that people meet, and the way to it.
type kindOfPage struct {
	name  string
	langs []string
	open  func(b *tab, lang string)
}

// kindsOfPage are all of them: those that most people see in each language, the
// others in one each.
var kindsOfPage = []kindOfPage{
	{"home", languages, at("")},
	{"letter-record", []string{"es", "fr"}, at("letters/mispa-iv-2013")},
	{"letter-open", languages, at("letters/practice-letter")},
	{"signatories", []string{"pt", "en"}, at("letters/mispa-iv-2013/signatories")},
	{"sign", languages, at("letters/practice-letter/sign")},
	{"sign-mistakes", []string{"es", "fr"}, signEmpty},
	{"signatories-alphabetical", []string{"pt"}, at("letters/mispa-iv-2013/signatories?order=name")},
	{"signatories-by-country", []string{"en"}, at("letters/mispa-iv-2013/signatories?order=country")},
	{"signatories-search", []string{"fr"}, at("letters/mispa-iv-2013/signatories?q=derechos")},
	{"signatories-search-nothing", []string{"es"}, at("letters/mispa-iv-2013/signatories?q=zzzz")},
	{"ask", []string{"pt"}, at("letters/mispa-iv-2013/asks/reduce-violence")},
	{"addressees", []string{"en"}, at("letters/mispa-iv-2013/addressees")},
	{"addressee", []string{"fr"}, at("letters/mispa-iv-2013/addressees/ury")},
	{"sign-closed", []string{"es"}, at("letters/mispa-iv-2013/sign")},
	{"sent", []string{"pt"}, func(b *tab, lang string) { b.open(signByForm(b, lang).sent) }},
	{"sent-wrong-code", []string{"en"}, wrongCode},
	{"confirm", []string{"fr"}, func(b *tab, lang string) { b.open(signByForm(b, lang).confirm) }},
	{"confirm-disown", []string{"es"}, func(b *tab, lang string) { b.open(signByForm(b, lang).confirm + "/disown") }},
	{"own", []string{"pt", "es"}, func(b *tab, lang string) { openOwn(b, lang) }},
	{"own-mistakes", []string{"en"}, ownMistakes},
	{"own-withdrawn", []string{"fr"}, ownWithdrawn},
	{"receipt", []string{"pt", "fr"}, ownReceipt},
	{"verify", []string{"es", "en"}, at("verify")},
	{"verify-receipt", []string{"pt"}, verifyReceipt},
	{"verify-nothing", []string{"es"}, func(b *tab, lang string) { b.open("/" + lang + "/verify"); b.send("") }},
	{"ledger", []string{"es", "fr"}, at("ledger")},
	{"texts", []string{"pt"}, atVersions("/texts")},
	{"text-version", []string{"es"}, atVersions("/texts/en-2")},
	{"desk-sign-in", []string{"en"}, func(b *tab, _ string) { b.open("/desk/sign-in") }},
	{"desk-enter", []string{"pt"}, func(b *tab, lang string) { b.open(b.site.invite(b.t, "reviewer", lang)) }},
	{"desk-letters", []string{"es"}, atDesk("")},
	{"desk-new", []string{"fr"}, atDesk("letters/new")},
	{"desk-letter", []string{"es"}, atDesk("letters/" + practice)},
	{"desk-text", []string{"en"}, atDesk("letters/" + practice + "/text/pt")},
	{"desk-read", []string{"pt"}, deskRead},
	{"desk-signatories", []string{"fr"}, atDesk("letters/mispa-iv-2013/signatories?q=derechos")},
	{"desk-yes", []string{"es"}, atDesk("letters/" + practice + "/yes")},
	{"desk-import", []string{"pt"}, atDesk("letters/" + practice + "/import")},
	{"desk-verdicts", []string{"en"}, deskVerdicts},
	{"desk-invitations", []string{"fr"}, func(b *tab, lang string) { deskInvited(b, lang) }},
	{"invitation", []string{"es", "pt"}, func(b *tab, lang string) { b.open(deskInvited(b, lang)) }},
	{"desk-delivery", []string{"pt"}, atDesk("letters/mispa-iv-2013/delivery")},
	{"desk-answers", []string{"fr"}, atDesk("letters/mispa-iv-2013/answers")},
	{"answer", []string{"en"}, openAnswer},
	{"desk-agenda", []string{"es"}, atDesk("letters/mispa-iv-2013/agenda")},
	{"desk-record", []string{"es"}, atDesk("letters/mispa-iv-2013/record?addressee=ury")},
	{"desk-record-edit", []string{"fr"}, atDesk("letters/mispa-iv-2013/record/edit?kind=commitment")},
	{"desk-record-draft", []string{"pt"}, func(b *tab, lang string) { deskDrafted(b, lang) }},
	{"desk-record-cells", []string{"en"}, atDesk("letters/mispa-iv-2013/record/cells?addressee=mex")},
	{"desk-record-import", []string{"es"}, atDesk("letters/mispa-iv-2013/record/import")},
	{"answer-record", []string{"fr"}, func(b *tab, lang string) { b.open(deskDrafted(b, lang)) }},
	{"desk-editions", []string{"en"}, atDesk("letters/mispa-iv-2013/editions")},
	{"delivery", []string{"fr"}, at("letters/mispa-iv-2013/delivery")},
	{"desk-registry", []string{"fr"}, atDesk("registry")},
	{"desk-review", []string{"en"}, atDesk("review")},
	{"desk-people", []string{"es"}, atDesk("people")},
	{"desk-sessions", []string{"fr"}, atDesk("sessions")},
	{"desk-log", []string{"pt"}, atDesk("log")},
	{"desk-set-aside", []string{"es"}, atDesk("review?state=contested")},
	{"notice", []string{"es"}, openNotice},
	{"own-data", []string{"pt"}, func(b *tab, lang string) { path, _, _ := strings.Cut(openOwn(b, lang), "?"); b.open(path + "/data") }},
	{"prints", []string{"en"}, at("letters/mispa-iv-2013/prints")},
	{"sealed", []string{"pt"}, at("sealed")},
	{"recover", []string{"fr"}, at("recover")},
	{"follow-up", []string{"es"}, at("letters/mispa-iv-2013/follow-up")},
	{"follow-up-day", []string{"fr"}, at("letters/mispa-iv-2013/follow-up?on=2016-06-30&show=moved&sort=newest")},
	{"cell", []string{"pt"}, at("letters/mispa-iv-2013/follow-up/mex/review-armed-forces")},
	{"agenda", []string{"es"}, at("letters/mispa-iv-2013/agenda")},
	{"agenda-item", []string{"fr"}, at("letters/mispa-iv-2013/agenda/reduce-violence")},
	{"own-agenda", []string{"pt"}, func(b *tab, lang string) { path, _, _ := strings.Cut(openOwn(b, lang), "?"); b.open(path + "/agenda") }},
	{"search", []string{"pt"}, at("search?q=muj")},
	{"search-nothing", []string{"es"}, at("search?q=zzzz+yyyy")},
	{"editions", []string{"fr"}, at("letters/mispa-iv-2013/editions")},
	{"edition", []string{"es"}, at("letters/mispa-iv-2013/editions/1")},
	{"edition-government", []string{"pt"}, at("letters/mispa-iv-2013/editions/1/jam")},
	{"forums", []string{"es"}, at("forums")},
	{"forum", []string{"fr"}, at("forums/oas-ga-43")},
	{"rubric", []string{"en"}, at("rubric")},
	{"indicators", []string{"pt"}, at("indicators")},
	{"indicator", []string{"fr"}, at("indicators/homicide-rate?places=HND,SLV,MEX,COL,CRI&from=1995")},
	{"indicator-map", []string{"es"}, at("indicators/homicide-rate?view=map")},
	{"indicator-bars", []string{"pt"}, at("indicators/prisoner-rate?view=bars")},
	{"indicator-nothing", []string{"en"}, at("indicators/prison-occupancy?places=HND&from=1800&to=1801")},
	{"places", []string{"fr"}, at("places")},
	{"place", []string{"es"}, at("places/MEX")},
	{"place-island", []string{"en"}, at("places/DMA")},
	{"figure", []string{"pt"}, at("indicators/homicide-rate/HND/2011")},
	{"penalties", []string{"pt"}, at("penalties?country=COL")},
	{"penalties-amounts", []string{"fr"}, at("penalties/amounts?country=PER")},
	{"penalties-compare", []string{"es"}, at("penalties/compare")},
	{"claims", []string{"pt"}, at("letters/mispa-iv-2013/claims")},
	{"outcome", []string{"es"}, at("letters/mispa-iv-2013/asks/reduce-violence/outcome")},
	{"outcome-unmeasured", []string{"pt"}, at("letters/mispa-iv-2013/asks/review-armed-forces/outcome")},
	{"rules", []string{"fr"}, at("rules")},
	{"privacy", []string{"es", "en"}, at("privacy")},
	{"not-found", []string{"pt"}, at("letters/none")},
	{"error-link", []string{"en"}, at("confirm/none")},
	{"error-request", []string{"fr"}, at("letters/mispa-iv-2013/signatories?q=" + strings.Repeat("a", 500))},
}

// at opens a path under the language.
func at(path string) func(*tab, string) {
	return func(b *tab, lang string) { b.open("/" + lang + "/" + path) }
}

// unconfirmed is a signature of the practice letter that waits for its signer.
type unconfirmed struct{ sent, confirm string }

var signers atomic.Int64

// signByForm sends the form as a program does, and reads the mail.
func signByForm(b *tab, lang string) unconfirmed {
	b.t.Helper()
	id := string(rune('a' + signers.Add(1)))
	email := "pagina-" + id + "@example.org"
	b.site.keepOut(email, "Persona Exemplo "+id, "Vocera "+id)
	sent := b.site.post(b.t, "/"+lang+"/letters/"+practice+"/sign", url.Values{
		"kind": {"organisation"}, "name": {"Organización Ejemplo para la Página " + strings.ToUpper(id)}, "acronym": {"OEP"}, "country": {"BR"},
		"website": {"https://example.org"}, "signer_name": {"Persona Exemplo " + id}, "signer_role": {"Vocera " + id},
		"email": {email}, "visibility": {"public"}, "consent": {"1"},
	})
	return unconfirmed{sent, b.site.mail.wait(b.t, email, 1).link(b.t, b.site, confirmPage)}
}

// post sends a form and returns the path that the answer leads to.
func (s *site) post(t *testing.T, path string, form url.Values) (leadsTo string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.PostForm(s.base+path, form)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("a form that was sent is answered with %s", res.Status)
	}
	return res.Header.Get("Location")
}

// openOwn confirms a signature and opens its own page, once it is numbered and
// with everything unfolded.
func openOwn(b *tab, lang string) (path string) {
	b.t.Helper()
	path = b.site.post(b.t, signByForm(b, lang).confirm, nil)
	b.open(path)
	b.reloadUntil("the signature has its number", func() bool { return strings.ContainsAny(b.heading(), "0123456789") })
	ask[any](b, `document.querySelectorAll('details').forEach(d => { d.open = true })`)
	return path
}

// openNotice signs for an organisation with a website, and opens what its public
// address is sent.
func openNotice(b *tab, lang string) {
	b.t.Helper()
	id := string(rune('a' + signers.Add(1)))
	email, site := "empleada-"+id+"@example.org", "organizacion-"+id+".uy"
	b.site.keepOut(email, "Empleada Ejemplo "+id)
	b.site.post(b.t, "/"+lang+"/letters/"+practice+"/sign", url.Values{
		"kind": {"organisation"}, "name": {"Organización Ejemplo del Aviso " + strings.ToUpper(id)}, "country": {"UY"}, "website": {site},
		"signer_name": {"Empleada Ejemplo " + id}, "email": {email}, "visibility": {"public"}, "consent": {"1"},
	})
	b.site.post(b.t, b.site.mail.wait(b.t, email, 1).link(b.t, b.site, confirmPage), nil)
	b.open(b.site.mail.wait(b.t, "info@"+site, 1).link(b.t, b.site, noticePage))
	ask[any](b, `document.querySelectorAll('details').forEach(d => { d.open = true })`)
}

// openAnswer opens the page on which an addressee answers, by the link that the desk
// shows.
func openAnswer(b *tab, lang string) {
	b.t.Helper()
	atDesk("letters/mispa-iv-2013/answers")(b, lang)
	b.leads("the link", func() { ask[any](b, `document.querySelector('main button[value=link]').click()`) })
	b.open(strings.TrimPrefix(ask[string](b, `document.querySelector('main code.hash').textContent`), b.site.base))
}

// deskDrafted enters a verdict at the desk, shows it to the government, and gives
// the address by which that reads it.
func deskDrafted(b *tab, lang string) (own string) {
	b.t.Helper()
	atDesk("letters/mispa-iv-2013/record/edit?kind=assessment&addressee=jam&ask=reduce-violence")(b, lang)
	ask[any](b, `(() => { for (const [name, value] of Object.entries({verdict: 'evidenced/limited', url_0: 'https://www.example.org/gazette', quote_0: 'the quoted words', grade_0: 'official'})) document.querySelector('[name='+name+']').value = value })()`)
	b.send("")
	b.leads("the draft", func() { ask[any](b, `document.querySelector('main button[value=show]').click()`) })
	return strings.TrimPrefix(ask[string](b, `document.querySelector('main code.hash').textContent`), b.site.base)
}

// send sends a form of the page as it is, by what it does.
func (b *tab) send(form string) {
	b.t.Helper()
	b.leads("the form", func() { ask[any](b, `document.querySelector('main form`+form+`').requestSubmit()`) })
}

func signEmpty(b *tab, lang string) {
	b.open("/" + lang + "/letters/" + practice + "/sign")
	b.send("")
}

func wrongCode(b *tab, lang string) {
	b.open(signByForm(b, lang).sent)
	b.send(`:has([name=code])`)
}

// ownReceipt opens the receipt of a signature that the log holds.
func ownReceipt(b *tab, lang string) {
	b.t.Helper()
	openReceipt(b, lang)
}

func openReceipt(b *tab, lang string) (path string) {
	b.t.Helper()
	path, _, _ = strings.Cut(openOwn(b, lang), "?")
	b.open(path + "/receipt")
	b.reloadUntil("the receipt is there", func() bool {
		return ask[bool](b, `(document.querySelector('.code img')?.naturalWidth ?? 0) > 100`)
	})
	return path
}

// verifyReceipt has a receipt checked on the page.
func verifyReceipt(b *tab, lang string) {
	b.t.Helper()
	res, err := http.Get(b.site.base + openReceipt(b, lang) + "/receipt.tlog-proof")
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	receipt, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.open("/" + lang + "/verify")
	ask[any](b, `document.querySelector('main textarea').value = `+strconv.Quote(string(receipt)))
	b.send("")
}

func ownMistakes(b *tab, lang string) {
	openOwn(b, lang)
	ask[any](b, `document.querySelector('main [name=name]').value = ''`)
	b.send(`:has([value=correct])`)
}

func ownWithdrawn(b *tab, lang string) {
	openOwn(b, lang)
	b.send(`:has([value=withdraw])`)
}
