package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/text/language"
)

// The checks of this file say what is wrong with a page, whatever it shows.
// They are put together with all, so that a test tells everything at once.

type check func(a *answered) []string

func all(checks ...check) check {
	return func(a *answered) (faults []string) {
		for _, c := range checks {
			faults = append(faults, c(a)...)
		}
		return faults
	}
}

// everyPage is what must hold of any page.
var everyPage = all(headers, oneHeading, pageLanguage, inputsLabelled, nothingInline, idsUnique, noMissingMessage, landmarks)

func nodes(root *html.Node, match func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			found = append(found, n)
		}
	}
	return found
}

func tagged(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(names, n.Data) }
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func headers(a *answered) (faults []string) {
	for name, want := range map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff",
		"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
	} {
		if name == "Content-Security-Policy" && len(nodes(a.doc, func(n *html.Node) bool { return n.Data == "script" && attr(n, "src") != "" })) > 0 {
			want = scriptPolicy // a page with a script of this site, which others do not allow
		}
		if got := a.Header.Get(name); got != want {
			faults = append(faults, fmt.Sprintf("%s is %q, want %q", name, got, want))
		}
	}
	for _, name := range []string{"Referrer-Policy", "Permissions-Policy", "Cache-Control"} {
		if a.Header.Get(name) == "" {
			faults = append(faults, name+" is missing")
		}
	}
	if a.Header.Get("Set-Cookie") != "" {
		faults = append(faults, "the page sets a cookie")
	}
	return faults
}

func oneHeading(a *answered) []string {
	h1 := nodes(a.doc, tagged("h1"))
	if len(h1) != 1 || textOf(h1[0]) == "" {
		return []string{fmt.Sprintf("%d h1", len(h1))}
	}
	title := nodes(a.doc, func(n *html.Node) bool { // drawings have titles of their own
		return n.Data == "title" && n.Parent != nil && n.Parent.Data == "head"
	})
	if len(title) != 1 || textOf(title[0]) == "" {
		return []string{"no title"}
	}
	level := 1
	for _, n := range nodes(a.doc, tagged("h1", "h2", "h3", "h4", "h5", "h6")) {
		next := int(n.Data[1] - '0')
		if next > level+1 {
			return []string{fmt.Sprintf("%s %q follows a heading of level %d", n.Data, textOf(n), level)}
		}
		level = next
	}
	return nil
}

func pageLanguage(a *answered) (faults []string) {
	for _, n := range nodes(a.doc, func(n *html.Node) bool { return n.Data == "html" || has(n, "lang") }) {
		if tag, err := language.Parse(attr(n, "lang")); err != nil || tag == language.Und {
			faults = append(faults, fmt.Sprintf("<%s lang=%q>", n.Data, attr(n, "lang")))
		}
	}
	return faults
}

func inputsLabelled(a *answered) (faults []string) {
	labels := map[string]bool{}
	for _, n := range nodes(a.doc, tagged("label")) {
		if textOf(n) != "" {
			labels[attr(n, "for")] = true
		}
	}
	ids := map[string]bool{}
	for _, n := range nodes(a.doc, func(n *html.Node) bool { return has(n, "id") }) {
		ids[attr(n, "id")] = true
	}
	for _, n := range nodes(a.doc, tagged("input", "select", "textarea")) {
		if attr(n, "type") != "hidden" && !labels[attr(n, "id")] {
			faults = append(faults, fmt.Sprintf("<%s name=%q> has no label", n.Data, attr(n, "name")))
		}
	}
	for _, n := range nodes(a.doc, func(n *html.Node) bool { return has(n, "aria-describedby") }) {
		for id := range strings.FieldsSeq(attr(n, "aria-describedby")) {
			if !ids[id] {
				faults = append(faults, fmt.Sprintf("aria-describedby names %q, which is not there", id))
			}
		}
	}
	for _, n := range nodes(a.doc, tagged("a")) {
		if id, found := strings.CutPrefix(attr(n, "href"), "#"); found && !ids[id] {
			faults = append(faults, fmt.Sprintf("a link to #%s, which is not there", id))
		}
		if textOf(n) == "" {
			faults = append(faults, fmt.Sprintf("a link to %s without words", attr(n, "href")))
		}
	}
	return faults
}

func nothingInline(a *answered) (faults []string) {
	for _, n := range nodes(a.doc, func(*html.Node) bool { return true }) {
		if n.Data == "script" && attr(n, "type") != "application/ld+json" && !strings.HasPrefix(attr(n, "src"), "/assets/") || n.Data == "style" {
			faults = append(faults, "inline <"+n.Data+">")
		}
		for _, at := range n.Attr {
			if at.Key == "style" || strings.HasPrefix(at.Key, "on") || strings.HasPrefix(strings.ToLower(at.Val), "javascript:") {
				faults = append(faults, fmt.Sprintf("<%s %s=%q>", n.Data, at.Key, at.Val))
			}
		}
	}
	return faults
}

func idsUnique(a *answered) (faults []string) {
	seen := map[string]bool{}
	for _, n := range nodes(a.doc, func(n *html.Node) bool { return has(n, "id") }) {
		id := attr(n, "id")
		if seen[id] {
			faults = append(faults, fmt.Sprintf("id %q twice", id))
		}
		seen[id] = true
	}
	return faults
}

func noMissingMessage(a *answered) (faults []string) {
	for _, sign := range []string{"⟦", "{", "%!", "ZgotmplZ"} {
		for n := range a.doc.Descendants() {
			if n.Parent != nil && n.Parent.Data == "script" {
				continue
			}
			if n.Type == html.TextNode && strings.Contains(n.Data, sign) {
				faults = append(faults, fmt.Sprintf("%q in the text %q", sign, strings.TrimSpace(n.Data)))
			}
			for _, at := range n.Attr {
				if strings.Contains(at.Val, sign) {
					faults = append(faults, fmt.Sprintf("%q in %s=%q", sign, at.Key, at.Val))
				}
			}
		}
	}
	return faults
}

func landmarks(a *answered) (faults []string) {
	for _, name := range []string{"main", "header", "footer"} {
		if len(nodes(a.doc, tagged(name))) == 0 {
			faults = append(faults, "no <"+name+">")
		}
	}
	for _, n := range nodes(a.doc, tagged("nav")) {
		if attr(n, "aria-label") == "" {
			faults = append(faults, "a <nav> without a name")
		}
	}
	return faults
}

// publicPage is what must hold of pages that anybody may find.
var publicPage = all(everyPage, func(a *answered) (faults []string) {
	var languages []string
	for _, n := range nodes(a.doc, tagged("link")) {
		if attr(n, "rel") == "alternate" && has(n, "hreflang") {
			languages = append(languages, attr(n, "hreflang"))
		}
	}
	if want := []string{"es", "pt", "en", "fr", "x-default"}; !slices.Equal(languages, want) {
		faults = append(faults, fmt.Sprintf("hreflang of %v, want %v", languages, want))
	}
	canonical := nodes(a.doc, func(n *html.Node) bool { return n.Data == "link" && attr(n, "rel") == "canonical" })
	if len(canonical) != 1 || !strings.HasPrefix(attr(canonical[0], "href"), baseURL+"/") {
		faults = append(faults, "no canonical address")
	}
	return faults
})

// privatePage is what must hold of pages behind a token.
var privatePage = all(everyPage, func(a *answered) (faults []string) {
	if a.Header.Get("Cache-Control") != "no-store" {
		faults = append(faults, "it may be stored: "+a.Header.Get("Cache-Control"))
	}
	if a.Header.Get("Referrer-Policy") != "no-referrer" {
		faults = append(faults, "its address is told to others")
	}
	robots := nodes(a.doc, func(n *html.Node) bool { return n.Data == "meta" && attr(n, "name") == "robots" })
	if len(robots) != 1 || !strings.Contains(attr(robots[0], "content"), "noindex") {
		faults = append(faults, "search engines may list it")
	}
	if len(nodes(a.doc, func(n *html.Node) bool { return attr(n, "rel") == "canonical" })) != 0 {
		faults = append(faults, "it names a canonical address")
	}
	return faults
})

// expect says what is wrong with a page, if anything.
func (h *house) expect(a *answered, status int, c check) {
	h.t.Helper()
	if a.StatusCode != status {
		h.t.Errorf("%s %s: status %d, want %d\n%.600s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
		return
	}
	if a.doc == nil {
		h.t.Errorf("%s: not a page: %s", a.Request.URL.Path, a.Header.Get("Content-Type"))
		return
	}
	for _, fault := range c(a) {
		h.t.Errorf("%s %s: %s", a.Request.Method, a.Request.URL, fault)
	}
}

func parse(t testing.TB, source string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
