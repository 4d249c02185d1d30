package web

import (
	"context"
	"net/url"
	"strings"
	"time"

	"pliego/internal/letter"
	"pliego/internal/locale"
)

// page is what every page has, whatever it shows.
type page struct {
	Lang        string
	Title       string
	Description string
	Path        string // after the language, such as /letters/x
	Canonical   string
	Default     string // where readers of other languages are sent to
	Alternates  []alternate
	Nav         []link
	OGType      string
	OGLocale    string
	Feed        string
	OGImage     string // in full: a picture of 1200 by 630 that stands for the page
	OGAlt       string
	Private     bool   // kept out of search engines, names no other address
	Structured  any    // JSON-LD, or nil
	Script      string // an asset that shows sooner what the page holds, on pages whose route allows it
	Desk        bool   // of the desk, which keeps a cookie for who signs in
}

func (p *page) language() string { return p.Lang }

// alternate is the same page in one of the languages.
type alternate struct {
	Lang, Name string
	Path       string // on this site
	URL        string // in full
	Current    bool
}

// link is an address with its words.
type link struct {
	Href, Label string
	Current     bool
}

// words are words in a language that may not be the page's.
type words struct {
	Text, Lang string
}

// fact is a line of a list of facts.
type fact struct {
	Label, Value string
	Href         string // the value is a link when set
	Lang         string // of the value, when known to differ
	Code         bool
}

// letterRef names the letter that a page belongs to.
type letterRef struct {
	Href, Title, Lang string
}

var ogLocales = map[string]string{"es": "es_419", "pt": "pt_BR", "en": "en_GB", "fr": "fr_FR"}

// newPage begins a public page. Path is what follows the language.
func (s *Site) newPage(lang, path, title, description string) page {
	p := page{
		Lang: lang, Title: title, Description: description, Path: path,
		Canonical: s.base + "/" + lang + path, OGType: "article", OGLocale: ogLocales[lang],
		Default: s.base + "/" + locale.Fallback + path,
	}
	for _, other := range locale.Languages {
		p.Alternates = append(p.Alternates, alternate{
			Lang: other, Name: locale.Name(other), Path: "/" + other + path,
			URL: s.base + "/" + other + path, Current: other == lang,
		})
	}
	return p
}

// newPrivatePage begins a page that search engines must not list.
func (s *Site) newPrivatePage(lang, title string) page {
	return page{Lang: lang, Title: title, Private: true}
}

// switchAt lets the reader of a private page change its language: path is what
// follows the language.
func (p *page) switchAt(path string) {
	for _, other := range locale.Languages {
		p.Alternates = append(p.Alternates, alternate{
			Lang: other, Name: locale.Name(other), Path: "/" + other + path, Current: other == p.Lang,
		})
	}
}

// newLetterPage begins a page that belongs to a letter: rest is what follows
// the letter's own path. A letter that circulates by its link alone is kept
// out of search engines.
func (s *Site) newLetterPage(lang string, l *letter.Letter, rest, title, description string) page {
	p := s.newPage(lang, "/letters/"+l.Ref()+rest, title, description)
	p.Nav = letterNav(lang, l, rest)
	if s.versions.load().claims[l.Slug] && l.Date != "" {
		p.Nav = append(p.Nav, link{Href: letterPath(lang, l) + "/claims", Label: locale.T(lang, "claim.nav"), Current: rest == "/claims"})
	}
	p.Private = !l.State.Public()
	if !p.Private {
		p.Feed = letterPath(lang, l) + "/feed.atom"
	}
	return p
}

// letterNav is the way around one letter.
func letterNav(lang string, l *letter.Letter, rest string) []link {
	base := letterPath(lang, l)
	nav := []link{
		{Href: base, Label: locale.T(lang, "letter.nav"), Current: rest == ""},
		{Href: base + "/signatories", Label: locale.T(lang, "letter.nav_list"), Current: rest == "/signatories"},
	}
	if len(l.Addressees) > 0 {
		nav = append(nav, link{Href: base + "/follow-up", Label: locale.T(lang, "letter.nav_follow_up"), Current: rest == "/follow-up"})
		nav = append(nav, link{Href: base + "/addressees", Label: locale.T(lang, "letter.nav_addressees"), Current: rest == "/addressees"})
	}
	if l.Agenda > 0 {
		nav = append(nav, link{Href: base + "/agenda", Label: locale.T(lang, "agenda.nav"), Current: rest == "/agenda"})
	}
	if l.Editions > 0 {
		nav = append(nav, link{Href: base + "/editions", Label: locale.T(lang, "editions.heading"), Current: rest == "/editions"})
	}
	if l.Delivered > 0 {
		nav = append(nav, link{Href: base + "/delivery", Label: locale.T(lang, "delivery.nav"), Current: rest == "/delivery"})
	}
	return nav
}

func letterPath(lang string, l *letter.Letter) string { return "/" + lang + "/letters/" + l.Ref() }

func refTo(lang string, l *letter.Letter, t letter.Text) letterRef {
	return letterRef{Href: letterPath(lang, l), Title: t.Title, Lang: t.Lang}
}

// letterAt finds the letter that a path names: a public one by its slug, one
// that circulates by its link alone.
func (s *Site) letterAt(ctx context.Context, ref string) (*letter.Letter, error) {
	if token, byLink := strings.CutPrefix(ref, letter.LinkMark); byLink {
		return s.signing.LetterByLink(ctx, token)
	}
	return public(s.store.LetterBySlug(ctx, ref))
}

// public hides a letter that not everybody may read.
func public(l *letter.Letter, err error) (*letter.Letter, error) {
	if err != nil {
		return nil, err
	}
	if !l.State.Public() {
		return nil, letter.ErrNotFound
	}
	return l, nil
}

// isoDate reads a date as letters and forums keep it; ok is false for none.
func isoDate(s string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return t, err == nil
}

// host is the name under which a reader knows the site of an address.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// excerpt cuts a text at a word's end, at most n characters long.
func excerpt(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	cut := string(runes[:n])
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		cut = cut[:space]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}
