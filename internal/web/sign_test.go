package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pliego/internal/locale"
	"pliego/internal/signature"
)

// From the form to the list and off it again, as a signer without script goes.
func TestFromFormToList(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		sent, token := h.signed("Organización Ejemplo", "one@example.org")
		list := "/es/letters/" + openLetter + "/signatories"

		for range 2 { // mail scanners follow links
			a := h.get("/es/confirm/" + token)
			h.expect(a, http.StatusOK, privatePage)
			if forms := nodes(a.doc, tagged("form")); len(forms) != 1 || attr(forms[0], "method") != "post" {
				t.Errorf("the page has %d forms", len(forms))
			}
		}
		h.settle()
		if a := h.get(list); strings.Contains(a.body, "Organización Ejemplo") {
			t.Fatal("it is listed before anybody confirmed it")
		}

		// The sandbox of webmail sends no usable origin.
		r := h.request("POST", "/es/confirm/"+token, "")
		r.Header.Set("Origin", "null")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		a := h.do(r)
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/es/signature/") {
			t.Fatalf("confirm: %d to %q\n%s", a.StatusCode, a.Header.Get("Location"), a.body)
		}
		own, _, _ := strings.Cut(a.Header.Get("Location"), "?")
		h.expect(h.get(own), http.StatusOK, privatePage)
		h.settle()
		a = h.get(list)
		if got, want := names(a), []string{"1 Organización Ejemplo (EX) Uruguay · " + locale.T("es", "level.own_domain")}; !slices.Equal(got, want) {
			t.Fatalf("listed: %q, want %q", got, want)
		}
		if a := h.get(own); textOf(nodes(a.doc, tagged("h1"))[0]) != locale.T("es", "own.heading_number", "number", 1) {
			t.Errorf("own page: %s", textOf(nodes(a.doc, tagged("h1"))[0]))
		}
		if a := h.get("/es/confirm/" + token); a.StatusCode != http.StatusSeeOther {
			t.Errorf("the link after confirming: status %d", a.StatusCode)
		}

		fix := url.Values{"act": {"correct"}, "name": {"Organización Ejemplar"}, "country": {"CL"}, "acronym": {""}, "website": {""}}
		if a := h.post(own, fix); a.StatusCode != http.StatusSeeOther || !strings.HasSuffix(a.Header.Get("Location"), "?corrected") {
			t.Fatalf("correct: %d\n%s", a.StatusCode, a.body)
		}
		fix.Set("name", "...")
		a = h.post(own, fix)
		h.expect(a, http.StatusUnprocessableEntity, privatePage)
		if in := field1(a, "name"); attr(in, "value") != "..." || attr(in, "aria-invalid") != "true" {
			t.Error("what was typed in a correction is lost")
		}
		h.settle()
		if a := h.get(list + ".csv"); !strings.Contains(a.body, "\n1,organisation,Organización Ejemplar,,CL,,,,confirmed,") {
			t.Errorf("the list as CSV:\n%s", a.body)
		}
		if got, want := names(h.get(list)), []string{"1 Organización Ejemplar Chile"}; !slices.Equal(got, want) {
			t.Errorf("corrected: %q, want %q", got, want)
		}

		if a := h.post(own, url.Values{"act": {"withdraw"}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("withdraw: %d", a.StatusCode)
		}
		h.settle()
		a = h.get(list)
		if got, want := names(a), []string{"1 " + locale.T("es", "list.withdrawn", "date", "1 de mayo de 2026")}; !slices.Equal(got, want) {
			t.Errorf("withdrawn: %q, want %q", got, want)
		}
		a = h.get(own + "?ended")
		h.expect(a, http.StatusOK, privatePage)
		if strings.Contains(a.body, "Ejemplar") || len(nodes(a.doc, tagged("form"))) != 0 {
			t.Error("the own page of a withdrawn signature still names it, or offers to change it")
		}
		h.expect(h.get(sent), http.StatusOK, privatePage)
		if a := h.get(list + ".csv"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "\n1,organisation,,,,,,,confirmed,") || strings.Contains(a.body, "Ejemplar") {
			t.Errorf("the list as CSV after the withdrawal:\n%s", a.body)
		}
		for _, path := range []string{own, "/es/confirm/" + token} {
			if strings.Contains(h.log.String(), path[strings.LastIndexByte(path, '/')+1:]) {
				t.Error("a token is in the log")
			}
		}
		for _, personal := range []string{"one@example.org", "Example Signer", "Ejemplar", "127.0.0.1"} {
			if strings.Contains(h.log.String(), personal) {
				t.Errorf("%q is in the log", personal)
			}
		}
	})
}

func field1(a *answered, name string) *html.Node {
	found := nodes(a.doc, func(n *html.Node) bool { return attr(n, "name") == name && n.Data != "meta" })
	if len(found) == 0 {
		return &html.Node{}
	}
	return found[0]
}

// Each fault is said beside its field and above the form, and nothing that was
// typed is lost.
func TestFormWithFaults(t *testing.T) {
	h := onSQLite(t)
	typed := url.Values{
		"kind": {"person"}, "name": {`"><b>Ana`}, "acronym": {strings.Repeat("A", 41)}, "country": {"UY"}, "website": {"not a site"},
		"signer_name": {"Kept"}, "signer_role": {"Also kept"}, "email": {"ana.example.org"}, "visibility": {"sealed"},
	}
	for _, lang := range locale.Languages {
		a := h.post("/"+lang+"/letters/"+openLetter+"/sign", typed)
		h.expect(a, http.StatusUnprocessableEntity, everyPage)
		for name, values := range typed {
			switch in := field1(a, name); name {
			case "kind":
				checked := nodes(a.doc, func(n *html.Node) bool { return attr(n, "name") == "kind" && has(n, "checked") })
				if len(checked) != 1 || attr(checked[0], "value") != "person" {
					t.Error("the choice of who signs is lost")
				}
			case "country":
				chosen := nodes(in, func(n *html.Node) bool { return has(n, "selected") })
				if len(chosen) != 1 || attr(chosen[0], "value") != "UY" {
					t.Error("the country is lost")
				}
			case "visibility":
			default:
				if attr(in, "value") != values[0] {
					t.Errorf("%s: %q came back as %q", name, values[0], attr(in, "value"))
				}
			}
		}
		for _, name := range []string{"acronym", "website", "email", "consent"} {
			in := field1(a, name)
			if attr(in, "aria-invalid") != "true" || attr(in, "aria-describedby") == "" {
				t.Errorf("%s: the fault is not said beside the field", name)
			}
		}
		summary := nodes(a.doc, func(n *html.Node) bool { return attr(n, "id") == "problems" })
		if len(summary) != 1 || len(nodes(summary[0], tagged("li"))) != 5 {
			t.Errorf("the summary: %v", summary)
		}
	}
	if countries := nodes(h.get("/es/letters/"+openLetter+"/sign").doc, tagged("option")); len(countries) < 200 {
		t.Errorf("%d countries to choose from", len(countries))
	}
}

// Every code that a form's check can give has words in every language.
func TestEveryProblemHasWords(t *testing.T) {
	codes := []string{
		signature.Missing, signature.TooLong, signature.BadText, signature.NoLetters, signature.NotAChoice, signature.UnknownCountry,
		signature.NoAt, signature.BadEmail, signature.BadWebsite, signature.SealedNotHere, signature.ConsentRequired,
		signature.LinkInName, signature.PersonsCountry, signature.BadDate,
	}
	if len(codes) != len(problemKeys) {
		t.Errorf("%d codes, %d with words", len(codes), len(problemKeys))
	}
	for _, code := range codes {
		for _, lang := range locale.Languages {
			if text := problemText(lang, "name", code); text == "" || strings.ContainsAny(text, "⟦{") {
				t.Errorf("%s, %s: %q", lang, code, text)
			}
		}
	}
}

func TestCodeAndMailAgain(t *testing.T) {
	h := onSQLite(t)
	sent, _ := h.signed("Organización Ejemplo", "one@example.org")
	if a := h.post(sent, url.Values{"act": {"address"}, "email": {"  "}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no address: status %d", a.StatusCode)
	}
	a := h.post(sent, url.Values{"act": {"address"}, "email": {"nowhere"}})
	h.expect(a, http.StatusUnprocessableEntity, privatePage)
	if attr(field1(a, "email"), "value") != "nowhere" {
		t.Error("the address that was typed is lost")
	}
	if a := h.post(sent, url.Values{"act": {"address"}, "email": {"right@example.org"}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("another address: status %d", a.StatusCode)
	}
	var last *answered
	for range 10 {
		last = h.post(sent, url.Values{"act": {"again"}})
	}
	h.expect(last, http.StatusUnprocessableEntity, privatePage)

	a = h.post(sent, url.Values{"act": {"code"}, "code": {"12"}})
	h.expect(a, http.StatusUnprocessableEntity, privatePage)
	id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
	h.must(err)
	sig, err := h.db.SignatureByID(context.Background(), id)
	h.must(err)
	code := h.signing.Vault.Code(signature.TokenConfirm, id, sig.Generation)
	a = h.post(sent, url.Values{"act": {"code"}, "code": {" " + code[:3] + " " + code[3:]}})
	if a.StatusCode != http.StatusSeeOther || !strings.Contains(a.Header.Get("Location"), "/signature/") {
		t.Errorf("the right code: status %d\n%s", a.StatusCode, a.body)
	}
	if a := h.post(sent, url.Values{"act": {"dance"}}); a.StatusCode != http.StatusBadRequest {
		t.Errorf("an act that is none: status %d", a.StatusCode)
	}
}

// What a link says when it can do nothing any more.
func TestLinksThatHaveEnded(t *testing.T) {
	h := onSQLite(t)
	sent, token := h.signed("Organización Ejemplo", "one@example.org")
	h.post(sent, url.Values{"act": {"address"}, "email": {"right@example.org"}})
	h.expect(h.get("/es/confirm/"+token), http.StatusGone, everyPage) // a newer link was sent
	id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
	h.must(err)
	token = h.confirmToken(id)
	h.expect(h.get("/es/confirm/"+token), http.StatusOK, privatePage)
	h.clock.advance(signature.ConfirmWithin + time.Hour)
	h.expect(h.get("/es/confirm/"+token), http.StatusGone, everyPage)
	h.expect(h.post("/es/confirm/"+token, nil), http.StatusGone, everyPage)
	h.expect(h.get("/es/confirm/"+token+"/disown"), http.StatusOK, privatePage) // erasing still works
	h.expect(h.post("/es/confirm/"+token+"/disown", nil), http.StatusOK, everyPage)
	h.expect(h.get("/es/confirm/"+token), http.StatusNotFound, everyPage)
	h.expect(h.get("/es/signature/"+token), http.StatusNotFound, everyPage) // a token of another purpose
}

// A letter that is closed says so with status 200, on the form and after it.
func TestClosedLetter(t *testing.T) {
	h := onSQLite(t)
	_, token := h.signed("Organización Ejemplo", "one@example.org")
	h.clock.advance(31 * 24 * time.Hour)
	a := h.get("/fr/letters/" + openLetter + "/sign")
	h.expect(a, http.StatusOK, publicPage)
	if len(nodes(a.doc, tagged("form"))) != 0 || !strings.Contains(textOf(a.doc), "La signature est close depuis le 31 mai 2026") {
		t.Errorf("a closed letter's form: %s", textOf(a.doc))
	}
	h.expect(h.post("/fr/letters/"+openLetter+"/sign", signForm("x", "x@example.org")), http.StatusOK, publicPage)
	h.expect(h.post("/fr/confirm/"+token, nil), http.StatusGone, everyPage)
	h.expect(h.get("/es/letters/"+printedLetter+"/sign"), http.StatusOK, publicPage)
	if a := h.get("/es/letters/" + openLetter); strings.Contains(a.body, "/sign\"") {
		t.Error("a closed letter still asks for signatures")
	}
}

func TestSigningByAPI(t *testing.T) {
	h := onSQLite(t)
	path := "/api/v1/letters/" + openLetter + "/signatures"
	send := func(contentType, body string) *answered {
		r := h.request("POST", path, body)
		r.Header.Set("Content-Type", contentType)
		return h.do(r)
	}
	good := `{"kind":"organisation","name":"Example Organisation","country":"uy","signer_name":"Example Signer","email":"a@example.org","visibility":"public","consent":"1","lang":"pt"}`
	for _, c := range []struct {
		contentType, body string
		status            int
		fields            []string
	}{
		{"application/json", good, http.StatusAccepted, nil},
		{"application/json; charset=utf-8", good, http.StatusAccepted, nil},
		{"application/x-www-form-urlencoded", "name=x", http.StatusUnsupportedMediaType, nil},
		{"application/json", `{"kind":"person"}`, http.StatusUnprocessableEntity, []string{"consent", "country", "email", "name"}},
		{"application/json", `{"kind":5}`, http.StatusBadRequest, nil},
		{"application/json", `{"kind":"person","extra":1}`, http.StatusBadRequest, nil},
		{"application/json", good + good, http.StatusBadRequest, nil},
		{"application/json", ``, http.StatusBadRequest, nil},
		{"application/json", `{"name":"` + strings.Repeat("x", 70_000) + `"}`, http.StatusRequestEntityTooLarge, nil},
	} {
		a := send(c.contentType, c.body)
		var answer struct {
			Status string
			Error  struct {
				Code, Message string
				Fields        map[string]string
			}
		}
		if err := json.Unmarshal([]byte(a.body), &answer); err != nil {
			t.Errorf("%.40s: %v in %s", c.body, err, a.body)
		}
		var fields []string
		for name := range answer.Error.Fields {
			fields = append(fields, name)
		}
		slices.Sort(fields)
		if a.StatusCode != c.status || !slices.Equal(fields, c.fields) || (c.status == http.StatusAccepted) != (answer.Error.Code == "") {
			t.Errorf("%.40s: %d %s", c.body, a.StatusCode, a.body)
		}
	}
	if a := h.do(h.request("POST", "/api/v1/letters/nothing/signatures", good)); a.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("without a type: %d", a.StatusCode)
	}
}

func TestAPIShowsWhatPagesShow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var letters struct{ Letters []apiLetterRow }
		h.must(json.Unmarshal([]byte(h.get("/api/v1/letters").body), &letters))
		if len(letters.Letters) != 2 {
			t.Errorf("%d letters", len(letters.Letters))
		}
		var full apiLetterFull
		h.must(json.Unmarshal([]byte(h.get("/api/v1/letters/"+printedLetter).body), &full))
		if full.Signatures.Listed != 3 || len(full.Texts) != 4 || len(full.Texts[0].Asks) != 2 || len(full.Addressees) != 2 || full.Elsewhere == nil {
			t.Errorf("the letter: %+v", full)
		}
		var list apiSignatureList
		h.must(json.Unmarshal([]byte(h.get("/api/v1/letters/"+printedLetter+"/signatures").body), &list))
		if len(list.Signatures) != 3 || list.Signatures[0].Name != "Zeta Example" || list.Signatures[0].Basis != signature.AsPrinted || list.Pages != 1 {
			t.Errorf("the signatures: %+v", list)
		}
		for path, status := range map[string]int{
			"/api/v1/letters/" + printedLetter + "/signatures?page=2": http.StatusNotFound,
			"/api/v1/letters/" + printedLetter + "/signatures?page=x": http.StatusBadRequest,
			"/api/v1/letters/nothing":                                 http.StatusNotFound,
			"/api/v1/nothing":                                         http.StatusNotFound,
		} {
			if a := h.get(path); a.StatusCode != status || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
				t.Errorf("%s: %d %s", path, a.StatusCode, a.Header.Get("Content-Type"))
			}
		}
	})
}

// A form that was open for too long, or whose text changed, comes back with all
// that was typed; pressing again is enough.
func TestFormThatWasOpenForLong(t *testing.T) {
	h := onSQLite(t)
	path := "/es/letters/" + openLetter + "/sign"
	open := func() string {
		a := h.get(path)
		h.expect(a, http.StatusOK, publicPage)
		return attr(field1(a, "form"), "value")
	}
	for name, c := range map[string]struct {
		meanwhile func()
		says      string
	}{
		"a day": {func() { h.clock.advance(25 * time.Hour) }, "problem.form_old"},
		"the text": {func() {
			l, err := h.db.LetterBySlug(context.Background(), openLetter)
			h.must(err)
			text, _ := l.Text("es")
			text.Body += "\n\nAnd more."
			text.Reason = "Más."
			h.must(h.letters.Publish(context.Background(), l, text))
		}, "problem.text_changed"},
	} {
		f := signForm("Organización Ejemplo", name+"@example.org")
		f.Set("email", strings.ReplaceAll(f.Get("email"), " ", "-"))
		f.Set("form", open())
		if f.Get("form") == "" || f.Get("form") != open() {
			t.Fatalf("the page's token: %q", f.Get("form"))
		}
		c.meanwhile()
		a := h.post(path, f)
		h.expect(a, http.StatusConflict, everyPage)
		if !strings.Contains(textOf(a.doc), locale.T("es", c.says)) {
			t.Errorf("%s: the page does not say what happened: %s", name, textOf(a.doc))
		}
		for _, field := range []string{"name", "acronym", "signer_name", "email"} {
			if got := attr(field1(a, field), "value"); got != f.Get(field) {
				t.Errorf("%s: %s came back as %q", name, field, got)
			}
		}
		if consent := field1(a, "consent"); !has(consent, "checked") {
			t.Errorf("%s: the consent is lost", name)
		}
		h.settle()
		again := attr(field1(a, "form"), "value")
		if again == f.Get("form") || again == "" {
			t.Fatalf("%s: the token is not fresh", name)
		}
		f.Set("form", again)
		if a := h.post(path, f); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: pressing again: %d\n%s", name, a.StatusCode, a.body)
		}
	}
	// Each reader gets the token of their time; who has the page keeps it for a
	// while.
	first := h.get(path)
	h.clock.advance(time.Second)
	second := h.get(path)
	if attr(field1(first, "form"), "value") == attr(field1(second, "form"), "value") {
		t.Error("two readers at different times get one token")
	}
	r := h.request("GET", path, "")
	r.Header.Set("If-None-Match", second.Header.Get("ETag"))
	if a := h.do(r); a.StatusCode != http.StatusNotModified {
		t.Errorf("the same page again: %d", a.StatusCode)
	}
	h.clock.advance(2 * time.Hour)
	if a := h.do(r); a.StatusCode != http.StatusOK {
		t.Errorf("two hours later: %d", a.StatusCode)
	}
	if a := h.do(h.request("HEAD", path, "")); a.StatusCode != http.StatusOK || a.body != "" || a.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD: %d", a.StatusCode)
	}
}
