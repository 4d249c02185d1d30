package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pliego/internal/locale"
)

// Every page that can be reached is sound, in every language, and every link
// on it leads somewhere.
func TestEveryPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		sent, token := h.signed("Organización Ejemplo", "one@example.org")
		_, other := h.signed("Otra Organización", "two@example.org")
		confirmed := h.post("/es/confirm/"+token, nil)
		if confirmed.StatusCode != http.StatusSeeOther {
			t.Fatalf("confirm: status %d", confirmed.StatusCode)
		}
		own, _, _ := strings.Cut(confirmed.Header.Get("Location"), "?")
		h.settle()
		for _, lang := range locale.Languages {
			seen := map[string]bool{}
			queue := []string{"/" + lang + "/"}
			for len(queue) > 0 {
				path := queue[0]
				queue = queue[1:]
				if seen[path] {
					continue
				}
				seen[path] = true
				a := h.get(path)
				if a.doc == nil { // a feed
					if a.StatusCode != http.StatusOK {
						t.Errorf("%s: status %d", path, a.StatusCode)
					}
					continue
				}
				if strings.Contains(path, "after=") || strings.Contains(path, "country=") || strings.Contains(path, "q=") {
					h.expect(a, http.StatusOK, everyPage)
				} else {
					h.expect(a, http.StatusOK, publicPage)
				}
				if got := attr(nodes(a.doc, tagged("html"))[0], "lang"); got != lang {
					t.Errorf("%s: lang %q", path, got)
				}
				for _, n := range nodes(a.doc, tagged("a", "link", "form")) {
					for _, name := range []string{"href", "action"} {
						target := attr(n, name)
						if n.Data == "form" && attr(n, "method") == "post" || !strings.HasPrefix(target, "/") {
							continue
						}
						target, _, _ = strings.Cut(target, "#")
						switch {
						case strings.HasPrefix(target, "/assets/"):
							if !seen[target] {
								seen[target] = true
								if a := h.get(target); a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
									t.Errorf("%s: %d, %s", target, a.StatusCode, a.Header.Get("Cache-Control"))
								}
							}
						case strings.HasPrefix(target, "/"+lang+"/"):
							queue = append(queue, target)
						}
					}
				}
			}
			for _, path := range []string{
				"/letters/" + openLetter, "/letters/" + openLetter + "/sign", "/letters/" + openLetter + "/asks/benches",
				"/letters/" + printedLetter, "/letters/" + printedLetter + "/signatories", "/letters/" + printedLetter + "/signatories?order=country",
				"/letters/" + printedLetter + "/addressees/ury", "/letters/" + openLetter + "/feed.atom", "/privacy", "/ledger",
			} {
				if !seen["/"+lang+path] {
					t.Errorf("no link leads to /%s%s", lang, path)
				}
			}
			swap := func(path string) string { return strings.Replace(path, "/es/", "/"+lang+"/", 1) }
			for _, path := range []string{swap(sent), swap(own), swap(own) + "?new", "/" + lang + "/confirm/" + other, "/" + lang + "/confirm/" + other + "/disown"} {
				h.expect(h.get(path), http.StatusOK, privatePage)
			}
			h.expect(h.get("/"+lang+"/nothing"), http.StatusNotFound, everyPage)
			h.expect(h.get("/"+lang+"/letters/nothing"), http.StatusNotFound, everyPage)
			h.expect(h.get("/"+lang+"/confirm/nothing"), http.StatusNotFound, everyPage)
			h.expect(h.post("/"+lang+"/letters/"+openLetter+"/sign", url.Values{"name": {"x"}}), http.StatusUnprocessableEntity, everyPage)
		}
	})
}

func TestLanguageOfTheReader(t *testing.T) {
	h := onSQLite(t)
	for accept, want := range map[string]string{"": "/en/", "es-AR,es;q=0.9": "/es/", "pt-BR": "/pt/", "fr": "/fr/", "ja": "/en/"} {
		r := h.request("GET", "/", "")
		r.Header.Set("Accept-Language", accept)
		a := h.do(r)
		if a.StatusCode != http.StatusFound || a.Header.Get("Location") != want || !strings.Contains(a.Header.Get("Vary"), "Accept-Language") {
			t.Errorf("%q: %d to %q, Vary %q; want %q", accept, a.StatusCode, a.Header.Get("Location"), a.Header.Get("Vary"), want)
		}
	}
}

// A letter that has no text in the page's language is shown in the original
// one, marked as such, and the page says so.
func TestTextInAnotherLanguage(t *testing.T) {
	h := onSQLite(t)
	a := h.get("/fr/letters/" + openLetter)
	h1 := nodes(a.doc, tagged("h1"))[0]
	if attr(h1, "lang") != "es" || textOf(h1) != "Open letter (es)" {
		t.Errorf("title %q, lang %q", textOf(h1), attr(h1, "lang"))
	}
	if !strings.Contains(textOf(a.doc), locale.T("fr", "letter.other_language", "language", "espagnol")) {
		t.Error("the page does not say that the text is in Spanish")
	}
	if strings.Contains(a.body, "alert(1)") {
		t.Error("raw HTML of a letter passed")
	}
	if h2 := nodes(a.doc, tagged("h2")); textOf(h2[0]) != "A heading" {
		t.Errorf("the text's own heading became %q", textOf(h2[0]))
	}
}

// Draft letters exist for nobody; circulating ones only for who has the link.
func TestDraftsAreNotThere(t *testing.T) {
	h := onSQLite(t)
	for _, path := range []string{"/es/letters/draft-letter", "/es/letters/draft-letter/sign", "/es/letters/draft-letter/signatories", "/api/v1/letters/draft-letter", "/es/letters/draft-letter/feed.atom"} {
		if a := h.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
	for _, path := range []string{"/es/", "/sitemap.xml", "/api/v1/letters"} {
		if a := h.get(path); a.StatusCode != http.StatusOK || strings.Contains(a.body, "draft-letter") {
			t.Errorf("%s: status %d, or it names the draft", path, a.StatusCode)
		}
	}
}

func names(a *answered) []string {
	var list []string
	for _, ol := range nodes(a.doc, func(n *html.Node) bool { return n.Data == "ol" && attr(n, "class") == "names" }) {
		for _, li := range nodes(ol, tagged("li")) {
			list = append(list, textOf(li))
		}
	}
	return list
}

func TestSignatoriesInEveryOrder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		base := "/en/letters/" + printedLetter + "/signatories"
		for query, want := range map[string][]string{
			"":                      {"1 Zeta Example (ZE) Uruguay", "2 Águila Example Brazil", "3 Boundless <b>Example</b>"},
			"?order=name":           {"1 Águila Example Brazil · no. 2", "2 Boundless <b>Example</b> no. 3", "3 Zeta Example (ZE) Uruguay · no. 1"},
			"?order=country":        {"2 Águila Example", "1 Zeta Example (ZE)", "3 Boundless <b>Example</b>"},
			"?q=aguila":             {"1 Águila Example Brazil · no. 2"},
			"?q=ze&country=UY":      {"1 Zeta Example (ZE) Uruguay · no. 1"},
			"?country=uy":           {"1 Zeta Example (ZE) Uruguay · no. 1"},
			"?q=%25":                {"1 Águila Example Brazil · no. 2", "2 Boundless <b>Example</b> no. 3", "3 Zeta Example (ZE) Uruguay · no. 1"},
			"?q=nobody":             nil,
			"?q=&country=&order=":   {"1 Zeta Example (ZE) Uruguay", "2 Águila Example Brazil", "3 Boundless <b>Example</b>"},
			"?page=1&unknown=param": {"1 Zeta Example (ZE) Uruguay", "2 Águila Example Brazil", "3 Boundless <b>Example</b>"},
		} {
			a := h.get(base + query)
			h.expect(a, http.StatusOK, everyPage)
			if got := names(a); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		for _, query := range []string{"?page=2", "?page=0", "?page=-1", "?page=x", "?page=99999999999999999999", "?order=size", "?country=ZZ", "?after=nonsense", "?after=AA.x"} {
			if a := h.get(base + query); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: status %d", query, a.StatusCode)
			}
		}
		if a := h.get(base + "?q=" + strings.Repeat("a", 500)); a.StatusCode != http.StatusBadRequest {
			t.Errorf("a search of 500 letters: status %d", a.StatusCode)
		}
	})
}

func FuzzListQuery(f *testing.F) {
	f.Add("order=name&page=3")
	f.Add("q=a&country=uy&after=x.1&from=9")
	f.Fuzz(func(t *testing.T, raw string) {
		values, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		q, err := readListQuery(values)
		if err == nil && (q.page < 1 || q.from < 1 || len(q.search) > maxSearch || len(q.country) > 2) {
			t.Errorf("%q read as %+v", raw, q)
		}
	})
}
