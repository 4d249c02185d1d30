package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// crawlMost bounds the crawl; the demonstration has a few hundred addresses.
const crawlMost = 4000

// found is a page of the crawl.
type found struct {
	ids   map[string]bool
	links []string // absolute
}

// crawl follows every internal link from the home pages: each resolves, to its
// place on the page too, and no answer sets a cookie.
func crawl(t *testing.T, s *site) {
	base, err := url.Parse(s.base)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]*found{} // by address without fragment
	from := map[string]string{}
	queue := []string{s.base + "/", s.base + "/robots.txt", s.base + "/sitemap.xml"}
	fragments := map[string]string{}
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		if pages[address] != nil {
			continue
		}
		if len(pages) == crawlMost {
			t.Fatalf("more than %d addresses; the last from %s: %s", crawlMost, from[address], address)
		}
		page := visit(t, address, from[address])
		pages[address] = page
		for _, link := range page.links {
			u, err := base.Parse(link)
			if err != nil {
				t.Errorf("%s has a link that is none: %q: %v", address, link, err)
				continue
			}
			if u.Host != base.Host || u.Scheme != base.Scheme {
				continue
			}
			fragment := u.Fragment
			u.Fragment = ""
			target := u.String()
			if fragment != "" {
				fragments[target+"#"+fragment] = address
			}
			if from[target] == "" {
				from[target] = address
				queue = append(queue, target)
			}
		}
	}
	for link, on := range fragments {
		address, id, _ := strings.Cut(link, "#")
		if page := pages[address]; page == nil || page.ids[id] {
			continue
		}
		// Others sign meanwhile: a feed read later links to a row that the list
		// did not have yet when it was read.
		if !visit(t, address, on).ids[id] {
			t.Errorf("%s links to %s, and there is no such place", on, link)
		}
	}
	for _, lang := range languages {
		if pages[s.base+"/"+lang+"/letters/mispa-iv-2013/addressees"] == nil {
			t.Errorf("no way leads from the home page to the addressees in %s", lang)
		}
	}
	t.Logf("%d addresses", len(pages))
}

// visit fetches one address and finds its links.
func visit(t *testing.T, address, from string) *found {
	t.Helper()
	page := &found{ids: map[string]bool{}}
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Errorf("%s, linked from %s, answers %d", address, from, res.StatusCode)
		return page
	}
	if len(res.Header["Set-Cookie"]) > 0 {
		t.Errorf("%s sets a cookie", address)
	}
	switch kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";"); kind {
	case "text/html":
		if !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s has the policy %q", address, res.Header.Get("Content-Security-Policy"))
		}
		readLinks(t, page, address, body)
	case "application/xml", "text/xml", "application/atom+xml":
		readLinks(t, page, address, body)
	}
	return page
}

// readLinks takes links and places out of HTML, and well enough out of the
// sitemap and the feeds.
func readLinks(t *testing.T, page *found, address string, body []byte) {
	t.Helper()
	on, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for tokens := html.NewTokenizer(bytes.NewReader(body)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			if slices.ContainsFunc(token.Attr, func(a html.Attribute) bool { return a.Key == "rel" && strings.Contains(a.Val, "nofollow") }) {
				continue // the same page on other days, without end
			}
			if token.Data == "loc" && tokens.Next() == html.TextToken {
				page.links = append(page.links, string(tokens.Text()))
			}
			for _, a := range token.Attr {
				switch a.Key {
				case "id":
					page.ids[a.Val] = true
				case "href", "src":
					u, err := on.Parse(a.Val)
					if err != nil {
						t.Errorf("%s has a link that is none: %q", address, a.Val)
						continue
					}
					page.links = append(page.links, u.String())
				}
			}
		}
	}
}
