package web

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pliego/internal/account"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

// bring posts a form with a file to the desk.
func (h *house) bring(c *http.Cookie, path, name, content string, form url.Values) *answered {
	h.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key, values := range form {
		for _, v := range values {
			h.must(w.WriteField(key, v))
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		h.must(err)
		_, err = part.Write([]byte(content))
		h.must(err)
	}
	h.must(w.Close())
	r := h.request("POST", path, b.String())
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.AddCookie(c)
	return h.do(r)
}

// formOf is what a browser would send of the page's form that holds a button or
// field of this name.
func formOf(a *answered, name string) url.Values {
	for _, f := range nodes(a.doc, tagged("form")) {
		values, found := url.Values{}, false
		for _, in := range nodes(f, tagged("input", "textarea", "select", "button")) {
			found = found || attr(in, "name") == name
			switch kind := attr(in, "type"); {
			case in.Data == "button" || attr(in, "name") == "" || kind == "file":
			case (kind == "checkbox" || kind == "radio") && !has(in, "checked"):
			case in.Data == "textarea":
				values.Add(attr(in, "name"), strings.TrimPrefix(rawText(in), "\n"))
			case in.Data == "select":
				for _, o := range nodes(in, tagged("option")) {
					if has(o, "selected") {
						values.Set(attr(in, "name"), attr(o, "value"))
					}
				}
			default:
				values.Add(attr(in, "name"), attr(in, "value"))
			}
		}
		if found {
			return values
		}
	}
	return nil
}

func rawText(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return out.String()
}

const waterLetter = `Carta abierta por el agua

3 de mayo de 2026

Las organizaciones firmantes pedimos a los gobiernos de la región:

1. Publicar cada mes la calidad del agua. Que se sepa en cada barrio.

2. Reparar las redes públicas antes de construir otras.

Firmantes

1. Organización Ejemplo Uno (OEU), Uruguay
2. Organización Ejemplo Dos, Chile
`

func TestLetterFromFileToOpen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		h.expect(h.at(c, "GET", "/desk/letters/new", nil), http.StatusOK, deskPage)

		a := h.bring(c, "/desk/letters/read", "carta.txt", waterLetter, nil)
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("reading a file: %d\n%.900s", a.StatusCode, a.body)
		}
		reading := a.Header.Get("Location")
		a = h.at(c, "GET", reading, nil)
		h.expect(a, http.StatusOK, deskPage)
		form := formOf(a, "sig_name")
		if form.Get("title") != "Carta abierta por el agua" || form.Get("lang") != "es" || len(form["ask_title"]) != 2 || !slices.Equal(form["sig_keep"], []string{"1", "2"}) {
			t.Fatalf("what was read: %v", form)
		}
		form.Set("slug", "NO such")
		form["sig_name"][0] = "Organización Corregida"
		a = h.at(c, "POST", reading, form)
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		if again := formOf(a, "sig_name"); again.Get("slug") != "NO such" || again["sig_name"][0] != "Organización Corregida" {
			t.Error("what was typed is lost")
		}
		form.Set("slug", openLetter)
		if a = h.at(c, "POST", reading, form); !strings.Contains(a.body, locale.T("es", "desk.slug_taken")) {
			t.Errorf("a slug that is taken: %d", a.StatusCode)
		}
		form.Set("slug", "agua")
		if a = h.at(c, "POST", reading, form); a.Header.Get("Location") != "/desk/letters/agua?done=stored" {
			t.Fatalf("store: %d\n%.900s", a.StatusCode, a.body)
		}
		if a = h.at(c, "GET", reading, nil); a.StatusCode != http.StatusNotFound {
			t.Error("the file that was read is kept")
		}
		h.settle()
		l, err := h.db.LetterBySlug(ctx, "agua")
		h.must(err)
		if l.State != letter.Draft || l.Counts.Highest != 2 || l.Texts[0].Asks[1].Title != "Reparar las redes públicas antes de construir otras" {
			t.Errorf("stored: %s, %+v, %+v", l.State, l.Counts, l.Texts)
		}

		// A translation, with what is missing marked.
		page := "/desk/letters/agua/text/en"
		a = h.at(c, "GET", page, nil)
		h.expect(a, http.StatusOK, deskPage)
		form = formOf(a, "body")
		form.Set("act", "save")
		form.Set("title", "Open letter for water")
		form.Set("body", "We ask the governments of the region.")
		form["ask_title"][0], form["ask_body"][0] = "Publish the quality of water", "Each month."
		form.Set("matches", "1")
		if a = h.at(c, "POST", page, form); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("save: %d\n%.900s", a.StatusCode, a.body)
		}
		a = h.at(c, "GET", "/desk/letters/agua", nil)
		h.expect(a, http.StatusOK, deskPage)
		if !strings.Contains(a.body, locale.T("es", "desk.asks_missing", "n", 1)) {
			t.Error("the ask that is missing is not marked")
		}
		if a = h.at(c, "POST", "/desk/letters/agua", url.Values{"act": {"publish"}, "lang": {"en"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a text without an ask is published: %d", a.StatusCode)
		}
		// Whoever goes on from an old revision loses nothing, and overwrites nothing.
		a = h.at(c, "POST", page, form)
		h.expect(a, http.StatusConflict, deskPage)
		if formOf(a, "body").Get("title") != "Open letter for water" {
			t.Error("what was typed is lost")
		}
		form = formOf(h.at(c, "GET", page, nil), "body")
		form.Set("act", "save")
		form["ask_title"][1], form["ask_body"][1] = "Repair the networks", "First."
		h.at(c, "POST", page, form)
		for _, path := range []string{"/preview/en", "/preview/es"} {
			h.expect(h.at(c, "GET", "/desk/letters/agua"+path, nil), http.StatusOK, deskPage)
		}
		if a = h.at(c, "GET", "/desk/letters/agua/preview/en/letter.pdf", nil); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "%PDF-") {
			t.Errorf("the PDF: %d", a.StatusCode)
		}

		act := func(form url.Values) *answered {
			t.Helper()
			a := h.at(c, "POST", "/desk/letters/agua", form)
			if a.StatusCode != http.StatusSeeOther {
				t.Fatalf("%v: %d\n%.1500s", form, a.StatusCode, a.body)
			}
			h.must(h.site.Refresh(ctx))
			return a
		}
		act(url.Values{"act": {"circulate"}})
		a = h.at(c, "GET", "/desk/letters/agua", nil)
		at := strings.Index(a.body, baseURL+"/es/letters/~")
		if at < 0 {
			t.Fatal("the desk does not show the link")
		}
		link := strings.TrimPrefix(a.body[at:at+strings.IndexAny(a.body[at:], "<\"")], baseURL)
		for _, there := range []string{link, link + "/signatories", link + "/sign", link + "/letter.pdf", strings.Replace(link, "/es/", "/en/", 1)} {
			if a := h.get(there); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", there, a.StatusCode)
			}
		}
		hidden := func() {
			t.Helper()
			for _, path := range []string{"/es/letters/agua", "/es/letters/agua/sign", "/es/letters/agua/letter.pdf", "/es/letters/agua/signatories", "/es/letters/agua/signatories.csv",
				"/es/letters/agua/feed.atom", "/api/v1/letters/agua", "/api/v1/letters/agua/signatures", "/api/v1/letters/agua/prints", link + "x", link + "/feed.atom"} {
				if a := h.get(path); a.StatusCode != http.StatusNotFound {
					t.Errorf("%s: %d", path, a.StatusCode)
				}
			}
			for _, path := range []string{"/es/", "/sitemap.xml", "/api/v1/letters", "/ledger/openings/0"} {
				if a := h.get(path); strings.Contains(a.body, "agua") || strings.Contains(a.body, "Organización Corregida") {
					t.Errorf("%s names the letter", path)
				}
			}
			if a := h.post("/es/letters/agua/sign", signForm("Organización Extraña", "x@example.org")); a.StatusCode != http.StatusNotFound {
				t.Errorf("it is signed without the link: %d", a.StatusCode)
			}
		}
		hidden()
		if a = h.get(link); strings.Contains(a.body, "og:title") || !strings.Contains(a.body, "noindex") || strings.Contains(a.body, "application/ld+json") {
			t.Error("the page by the link makes a preview card, or may be listed")
		}

		// Under embargo it can be signed, and opens by itself.
		if a := h.at(c, "POST", "/desk/letters/agua", url.Values{"act": {"embargo"}, "at": {"2026-04-01T10:00"}, "zone": {"-180"}}); a.StatusCode != http.StatusUnprocessableEntity ||
			formOf(a, "at").Get("at") != "2026-04-01T10:00" {
			t.Errorf("an hour that has passed: %d", a.StatusCode)
		}
		act(url.Values{"act": {"embargo"}, "at": {"2026-05-02T10:00"}, "zone": {"-180"}})
		if a = h.get(link); !strings.Contains(a.body, "13:00") {
			t.Error("the page by the link does not name the hour")
		}
		a = h.post(link+"/sign", signForm("Organización Invitada", "in@example.org"))
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("signing by the link: %d", a.StatusCode)
		}
		sent := a.Header.Get("Location")
		h.expect(h.get(sent), http.StatusOK, privatePage)
		id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
		h.must(err)
		a = h.post("/es/confirm/"+h.confirmToken(id), nil)
		if a = h.get(a.Header.Get("Location")); !strings.Contains(a.body, link) {
			t.Error("the signer's own page does not lead back to the letter")
		}
		h.settle()
		h.clock.advance(24 * time.Hour)
		if opened, err := h.letters.OpenDue(ctx); err != nil || len(opened) > 0 {
			t.Errorf("opened early: %v, %v", opened, err)
		}
		hidden()
		h.clock.advance(time.Hour)
		if opened, err := h.letters.OpenDue(ctx); err != nil || !slices.Equal(opened, []string{"agua"}) {
			t.Errorf("opened: %v, %v", opened, err)
		}
		h.settle()
		a = h.get("/es/letters/agua")
		h.expect(a, http.StatusOK, publicPage)
		if strings.Contains(a.body, "~") {
			t.Error("the public page shows the link")
		}
		if a = h.get(link); a.StatusCode != http.StatusOK || strings.Contains(a.body, link+"/sign") || !strings.Contains(a.body, `"/es/letters/agua/sign"`) {
			t.Error("the link does not lead on to the public letter")
		}

		_, c = h.staff("another@example.org", account.Coordinator) // the first session has ended

		// A deadline, its extension, the end, and once more.
		act(url.Values{"act": {"deadline"}, "at": {"2026-05-10T23:59"}, "zone": {"0"}})
		if a := h.at(c, "POST", "/desk/letters/agua", url.Values{"act": {"deadline"}, "at": {"2026-05-20T23:59"}, "zone": {"0"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("extended without a reason: %d", a.StatusCode)
		}
		act(url.Values{"act": {"deadline"}, "at": {"2026-05-20T23:59"}, "zone": {"0"}, "reason": {"Diez organizaciones esperan a su asamblea."}})
		act(url.Values{"act": {"close"}})
		if a := h.at(c, "POST", "/desk/letters/agua", url.Values{"act": {"reopen"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("opened again without a reason: %d", a.StatusCode)
		}
		act(url.Values{"act": {"reopen"}, "reason": {"Llegaron firmas por correo."}})
		a = h.get("/es/letters/agua")
		for _, want := range []string{"Diez organizaciones esperan a su asamblea.", "Llegaron firmas por correo."} {
			if !strings.Contains(a.body, want) {
				t.Errorf("readers do not see: %s", want)
			}
		}
		if a = h.get("/es/letters/agua/sign"); !strings.Contains(a.body, `name="signer_name"`) {
			t.Error("it cannot be signed again")
		}
		a = h.at(c, "GET", "/desk/log", nil)
		for _, want := range []string{"letter.create", "text.save", "letter.circulate", "letter.embargo", "letter.deadline", "letter.close", "letter.reopen"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the log lacks %s", want)
			}
		}
	})
}

func TestLetterIsWrittenAtTheDesk(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		a := h.at(c, "POST", "/desk/letters/new", url.Values{"title": {""}, "slug": {"Aire"}, "lang": {"xx"}})
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		if formOf(a, "slug").Get("slug") != "Aire" {
			t.Error("what was typed is lost")
		}
		page := "/desk/letters/aire/text/es"
		if a = h.at(c, "POST", "/desk/letters/new", url.Values{"title": {"Aire limpio"}, "slug": {"aire"}, "lang": {"es"}}); a.Header.Get("Location") != page {
			t.Fatalf("begin: %d\n%.900s", a.StatusCode, a.body)
		}
		form := formOf(h.at(c, "GET", page, nil), "body")
		form.Set("act", "add")
		a = h.at(c, "POST", page, form)
		h.expect(a, http.StatusOK, deskPage)
		form = formOf(a, "body")
		form.Set("act", "add")
		form["ask_title"][0] = "Medir el aire"
		form = formOf(h.at(c, "POST", page, form), "body")
		form["ask_title"][1] = "Publicar lo medido"
		form.Set("act", "up:2")
		form = formOf(h.at(c, "POST", page, form), "body")
		if !slices.Equal(form["ask_title"], []string{"Publicar lo medido", "Medir el aire"}) {
			t.Errorf("order: %q", form["ask_title"])
		}
		form.Set("body", "# Pedimos\r\n\r\nAire.")
		form.Set("act", "save")
		if a = h.at(c, "POST", page, form); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("save: %d", a.StatusCode)
		}
		works, err := h.letters.Store.Workings(context.Background(), h.letterID("aire"))
		h.must(err)
		if len(works) != 1 || works[0].Text.Asks[0].Key != "publicar-lo-medido" || works[0].Text.Body != "# Pedimos\n\nAire." {
			t.Errorf("kept: %+v", works)
		}
		// A draft shows to nobody, and opens with what is ready.
		if a = h.get("/es/letters/aire"); a.StatusCode != http.StatusNotFound {
			t.Errorf("the draft: %d", a.StatusCode)
		}
		if a = h.at(c, "POST", "/desk/letters/aire", url.Values{"act": {"open"}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("open: %d\n%.900s", a.StatusCode, a.body)
		}
		h.settle()
		h.expect(h.get("/es/letters/aire"), http.StatusOK, publicPage)
		// A key that is public does not change any more.
		a = h.at(c, "GET", page, nil)
		for _, in := range nodes(a.doc, func(n *html.Node) bool { return attr(n, "name") == "ask_key" }) {
			if attr(in, "type") != "hidden" {
				t.Error("a published key can be changed")
			}
		}
		for name, form := range map[string]url.Values{
			"rows that do not match": {"act": {"save"}, "revision": {"1"}, "ask_key": {"a", "b"}, "ask_title": {"a"}, "ask_body": {"a"}},
			"no revision":            {"act": {"save"}},
			"an act that is none":    {"act": {"burn"}, "revision": {"1"}},
			"a row that is none":     {"act": {"drop:9"}, "revision": {"1"}},
		} {
			if a := h.at(c, "POST", page, form); a.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
		}
		for _, bad := range []struct{ name, content string }{{"a.pdf", "%PDF-1.7"}, {"a.docx", "PK\x03\x04rest"}, {"a.txt", "  \n"}, {"", ""}} {
			a := h.bring(c, "/desk/letters/read", bad.name, bad.content, url.Values{"pasted": {"  "}})
			h.expect(a, http.StatusUnprocessableEntity, deskPage)
		}
	})
}

// Every doubt that the reader can have is said in the desk's language.
func TestEveryDoubtOfTheReaderHasWords(t *testing.T) {
	said := 0
	files, err := filepath.Glob("../letter/reading/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source of the reader: %v", err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`warn\([^,"]+, ("(?:[^"\\]|\\.)*")`).FindAllSubmatch(source, -1) {
			kind, err := strconv.Unquote(string(match[1]))
			if err != nil {
				t.Fatal(err)
			}
			if kind == "%s" { // one of several sentences
				continue
			}
			said++
			if readingDoubt("es", readDoubt{Kind: kind, Said: "as the reader says"}) == "as the reader says" {
				t.Errorf("%s: %q", file, kind)
			}
		}
	}
	if said < 15 {
		t.Errorf("only %d doubts were found", said)
	}
}

func (h *house) letterID(slug string) string {
	h.t.Helper()
	l, err := h.db.LetterBySlug(context.Background(), slug)
	h.must(err)
	return l.ID
}
