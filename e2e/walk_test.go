package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pliego/internal/locale"
)

// way is how a walk is made.
type way struct {
	width         int64
	script        bool
	neighbourhood string // tells its letter from the others
}

func (w way) String() string {
	script := "script"
	if !w.script {
		script = "no-script"
	}
	return fmt.Sprintf("walk-%d-%s", w.width, script)
}

var walks = []way{
	{360, true, "Ejemplo Norte"}, {360, false, "Ejemplo Sur"},
	{1280, true, "Ejemplo Oriente"}, {1280, false, "Ejemplo Poniente"},
}

// Labels of the form.
var (
	labelName    = say("field.name")
	labelAcronym = say("field.acronym")
	labelCountry = say("field.country")
	labelWebsite = say("field.website")
	labelSigner  = say("field.signer_name")
	labelRole    = say("field.signer_role")
	labelEmail   = say("field.email")
	labelConsent = say("sign.consent")
)

// say is what the Spanish pages say, as a reader sees it: white space is white
// space.
func say(key string, args ...any) string {
	if !locale.Has(key) {
		panic("the pages have no message " + key)
	}
	return strings.Join(strings.Fields(locale.T("es", key, args...)), " ")
}

// walk takes a letter from its file to a withdrawn signature.
func walk(t *testing.T, s *site, browser context.Context, w way) {
	slug := "agua-" + w.String()
	organisation := "Colectivo Ejemplo del Río " + strings.TrimPrefix(w.neighbourhood, "Ejemplo ")
	signer, email := "Firmante de Ejemplo "+w.neighbourhood, slug+"@example.org"
	s.keepOut(organisation, signer, email, "Vocera "+slug)

	title := s.importLetter(t, slug, w.neighbourhood)
	b := newTab(t, browser, s, view{width: w.width}, w.script)
	b.open("/es/")
	b.reloadUntil("the letter stands on the home page", func() bool { return ask[bool](b, call("has", "link", title)) })
	b.follow(title)
	b.titled(title)
	b.sees("Publicar el horario de servicio", "Sentarse a la mesa con el barrio")

	b.follow(say("letter.sign"))
	signWithMistakes(b, organisation, signer)
	b.fill(labelName, organisation)
	b.fill(labelWebsite, "https://example.org/rio")
	b.fill(labelEmail, email)
	b.press("field", labelConsent)
	b.holds(labelConsent, "true")
	b.submit(say("sign.submit"))
	b.titled(say("sent.heading"))

	asked := s.mail.wait(t, email, 1)
	if !strings.Contains(asked.subject, "confirme su firma") || !strings.Contains(asked.subject, title) {
		t.Errorf("the mail's subject is %q", asked.subject)
	}
	confirm := asked.link(t, s, confirmPage)
	s.keepOut(confirm[len("/es/confirm/"):], asked.code(t))
	if status, page := s.get(t, confirm); status != http.StatusOK || !strings.Contains(page, organisation) {
		t.Errorf("the confirmation page answers %d to a program", status)
	}
	b.open(confirm)
	b.titled(say("confirm.heading"))
	b.sees(title, organisation, "México", "https://example.org/rio")
	if list := s.signatures(t, slug); len(list) != 4 {
		t.Errorf("looking at the confirmation page signed: the list has %d rows", len(list))
	}
	b.submit(say("confirm.submit"))
	b.sees(say("own.thanks"))
	b.reloadUntil("the signature has its number", func() bool { return b.heading() == say("own.heading_number", "number", 5) })
	b.sees(organisation, "México")

	b.follow("5")
	b.reloadUntil("the signature is listed", func() bool { return b.row("5") != "" })
	b.titled(say("list.heading", "n", 5))
	if row := b.row("5"); !strings.Contains(row, organisation+" (CER)") || !strings.Contains(row, "México") || !strings.Contains(row, say("basis.confirmed")) {
		t.Errorf("the row is %q", row)
	}
	if row := b.row("1"); !strings.Contains(row, "Asamblea Ejemplo por el Agua (AEA)") || !strings.Contains(row, say("basis.printed")) {
		t.Errorf("the row of the first printed name is %q", row)
	}
	b.follow(title)
	b.reloadUntil("the signature is counted", func() bool { return strings.Contains(b.text(), "5 "+say("tally.organisations", "n", 5)) })
	printed := s.pdfText(t, ask[string](b, call("href", say("letter.pdf"))))
	for _, want := range []string{title, organisation, "5"} {
		if !strings.Contains(printed, want) {
			t.Errorf("the PDF has not %q:\n%s", want, printed)
		}
	}

	thanks := s.mail.wait(t, email, 2)
	if !strings.Contains(thanks.subject, "Gracias por firmar") {
		t.Errorf("the second mail's subject is %q", thanks.subject)
	}
	own := thanks.link(t, s, ownPage)
	s.keepOut(own[len("/es/signature/"):])
	b.open(own)
	corrected := organisation + " y sus Afluentes"
	correct(b, corrected)
	b.follow("5")
	b.reloadUntil("the correction is listed", func() bool { return strings.Contains(b.row("5"), corrected) })

	b.open(own)
	b.press("fold", say("own.withdraw"))
	b.submit(say("own.withdraw_submit"))
	b.sees(say("own.withdrawn_done"))
	b.misses(organisation)
	withdrawn(b, s, slug, organisation)
	if last := s.mail.wait(t, email, 3); !strings.Contains(last.subject, "fue retirada") {
		t.Errorf("the third mail's subject is %q", last.subject)
	}
}

// signWithMistakes sends the form with much wrong: each mistake is named above
// and beside its field, and what was typed stays.
func signWithMistakes(b *tab, organisation, signer string) {
	b.t.Helper()
	b.titled(say("sign.heading"))
	b.fill(labelAcronym, "CER")
	b.choose(labelCountry, "México")
	b.fill(labelWebsite, "nuestro sitio")
	b.fill(labelSigner, signer)
	b.fill(labelRole, "Vocera de ejemplo")
	b.fill(labelEmail, "firmante.example.org")
	b.submit(say("sign.submit"))
	b.sees(say("form.problems", "n", 4))
	for label, why := range map[string]string{
		labelName: say("problem.missing"), labelWebsite: say("problem.bad_website"),
		labelEmail: say("problem.no_at"), labelConsent: say("problem.consent_required"),
	} {
		b.why(label, why)
	}
	for label, typed := range map[string]string{
		labelName: "", labelAcronym: "CER", labelCountry: "México", labelWebsite: "nuestro sitio", labelSigner: signer,
		labelRole: "Vocera de ejemplo", labelEmail: "firmante.example.org", labelConsent: "false", say("sign.organisation"): "true",
	} {
		b.holds(label, typed)
	}
	b.press("link", say("problem.field", "field", labelWebsite, "problem", say("problem.bad_website")))
	eventually(b.t, "the summary's link leads into the field", func() bool { return ask[bool](b, call("focused", labelWebsite)) })
}

// correct changes the name on the own page, with a mistake first.
func correct(b *tab, name string) {
	b.t.Helper()
	b.press("fold", say("own.correct"))
	b.holds(labelCountry, "México")
	b.fill(labelName, "")
	b.submit(say("own.correct_submit"))
	b.why(labelName, say("problem.missing"))
	b.fill(labelName, name)
	b.submit(say("own.correct_submit"))
	b.sees(say("own.corrected"), name)
}

// withdrawn checks that the fifth signature of a letter left its gap, and its
// name nothing.
func withdrawn(b *tab, s *site, slug, name string) {
	b.t.Helper()
	b.follow("5")
	b.reloadUntil("the gap is listed", func() bool { return strings.Contains(b.row("5"), strings.TrimSpace(say("list.withdrawn", "date", ""))) })
	b.titled(say("list.heading", "n", 4))
	b.misses(name)
	list := s.signatures(b.t, slug)
	if len(list) != 5 || list[4].Number != 5 || list[4].Withdrawn == "" {
		b.t.Errorf("the API lists %+v", list)
	}
	for _, path := range []string{"/es/letters/%s", "/es/letters/%s/signatories?order=name", "/es/letters/%s/signatories?q=Colectivo",
		"/es/letters/%s/feed.atom", "/api/v1/letters/%s", "/api/v1/letters/%s/signatures"} {
		status, body := s.get(b.t, fmt.Sprintf(path, slug))
		if status != http.StatusOK || strings.Contains(body, name) {
			b.t.Errorf("%s answers %d and has the withdrawn name: %t", fmt.Sprintf(path, slug), status, strings.Contains(body, name))
		}
	}
	file := filepath.Join(b.t.TempDir(), "letter.pdf")
	s.run(b.t, "letter", "pdf", slug, "--lang", "es", "-o", file)
	if text := pdfText(b.t, file); strings.Contains(text, name) || !strings.Contains(text, strings.TrimSpace(say("list.withdrawn", "date", ""))) {
		b.t.Errorf("the PDF has the withdrawn name, or not the gap:\n%s", text)
	}
}

// listed is a row of the list as the API gives it.
type listed struct {
	Number    int64
	Name      string
	Withdrawn string `json:"withdrawn_at"`
}

// signatures is a letter's list as the API gives it.
func (s *site) signatures(t *testing.T, slug string) []listed {
	t.Helper()
	status, body := s.get(t, "/api/v1/letters/"+slug+"/signatures")
	var list struct{ Signatures []listed }
	if err := json.Unmarshal([]byte(body), &list); err != nil || status != http.StatusOK {
		t.Fatalf("the API answers %d (%v): %s", status, err, body)
	}
	return list.Signatures
}

// pdfText downloads a PDF of the site and returns its text.
func (s *site) pdfText(t *testing.T, path string) string {
	t.Helper()
	status, body := s.get(t, path)
	if status != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
		t.Fatalf("%s answers %d and no PDF", path, status)
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return pdfText(t, file)
}

// pdfText is the text of a PDF, each run of white space one space.
func pdfText(t *testing.T, file string) string {
	t.Helper()
	out, err := exec.Command("pdftotext", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}
