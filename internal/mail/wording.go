package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"slices"
	"strings"
	"text/template"
	"unicode"
)

// Languages are the ones that every message can be written in.
var Languages = []string{"es", "pt", "en", "fr"}

const (
	maxShown   = 200 // characters of a name or title that a message repeats
	maxInTitle = 80  // characters of a letter's title in a subject
	maxLink    = 900 // bytes of a link: it stands on a line of its own, and lines have 998
)

// The words of each message stand in templates/KIND.LANG.tmpl as named blocks,
// those that all share in templates/shared.LANG.tmpl. They are plain text: the
// two layouts put them into text and HTML, where html/template escapes both
// words and data.
//
//go:embed templates
var files embed.FS

var (
	layoutText = template.Must(template.ParseFS(files, "templates/layout.txt"))
	layoutHTML = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/layout.html"))
	wordings   = mustReadWordings("confirm", "sealed", "signed", "already", "another", "waiting", "refused", "revised", "recorded", "withdrawn", "contested", "restored", "notice", "notice-decided", "invitation", "enter", "sign-invitation", "sign-reminder")
)

// mustReadWordings reads the blocks of each kind in each language.
func mustReadWordings(kinds ...string) map[string]*template.Template {
	all := make(map[string]*template.Template)
	for _, kind := range kinds {
		for _, lang := range Languages {
			all[kind+"."+lang] = template.Must(template.New("").Option("missingkey=error").ParseFS(files,
				"templates/shared."+lang+".tmpl", "templates/"+kind+"."+lang+".tmpl"))
		}
	}
	return all
}

// fact is one line of "label: value"; label names a block of shared.LANG.tmpl.
type fact struct {
	label, value string
	lang         string // of the value, if it is known
	optional     bool   // left out when the value is empty
}

// link is a URL of a message; field names it in errors.
type link struct{ field, url string }

// sheet is what one message says, before it is put into words.
type sheet struct {
	kind, lang string
	letter     string // the letter's title
	facts      []fact
	button     link
	code       string // typed instead of pressing the button; may be empty
	also       link   // a second, quieter link; may be empty
	paused     bool   // the letter takes more than can be checked
	contact    string // of the coalition; empty: the message can be answered
}

// said is what the words themselves may speak of.
type said struct {
	Letter, Host string
	Contact      string // or "": the message can be answered
	Paused       bool   // the letter takes more than can be checked
}

// shownFact and view are what the layouts see: words, all of them ready.
type shownFact struct{ Label, Value, Lang string }

type view struct {
	Lang, Title, Colon  string
	Before, After       []string // paragraphs
	Facts               []shownFact
	Button, Fallback    string
	URL                 string
	CodeLabel, Code     string
	Also, AlsoURL, Foot string
}

// write puts a sheet into words. ID and To are left for the caller.
func (s sheet) write() (*Message, error) {
	w := wordings[s.kind+"."+s.lang]
	if w == nil {
		return nil, fmt.Errorf("mail: the %s message cannot be written in %.20q: only in %s", s.kind, s.lang, strings.Join(Languages, ", "))
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("mail: the %s message cannot be written: %w", s.kind, err)
	}
	host, err := url.Parse(s.button.url)
	if err != nil { // check has parsed it already
		return nil, err
	}
	data := said{Letter: clean(s.letter, maxInTitle), Host: host.Host, Contact: clean(s.contact, maxShown), Paused: s.paused}

	var failed error
	block := func(name string) string {
		var b strings.Builder
		if err := w.ExecuteTemplate(&b, name, data); err != nil && failed == nil {
			failed = err
		}
		return strings.TrimSpace(b.String())
	}
	v := view{
		Lang: s.lang, Title: block("title"), Colon: colon(s.lang),
		Before: paragraphs(block("before")), After: paragraphs(block("after")),
		Button: block("button"), Fallback: block("fallback"), URL: s.button.url,
		AlsoURL: s.also.url, Foot: block("foot"),
	}
	if s.code != "" {
		v.CodeLabel, v.Code = block("code"), clean(s.code, 40)
	}
	if s.also.url != "" {
		v.Also = block("also")
	}
	for _, f := range s.facts {
		if value := clean(f.value, maxShown); value != "" {
			v.Facts = append(v.Facts, shownFact{block(f.label), value, f.lang})
		}
	}
	m := &Message{Lang: s.lang, Subject: block("subject")}
	if failed != nil {
		return nil, fmt.Errorf("mail: the %s message in %s: %w", s.kind, s.lang, failed)
	}
	var text, html bytes.Buffer
	if err := layoutText.Execute(&text, v); err != nil {
		return nil, fmt.Errorf("mail: the %s message in %s: %w", s.kind, s.lang, err)
	}
	if err := layoutHTML.Execute(&html, v); err != nil {
		return nil, fmt.Errorf("mail: the %s message in %s: %w", s.kind, s.lang, err)
	}
	m.Text, m.HTML = text.String(), html.String()
	return m, nil
}

// check refuses a sheet with something missing, naming the field.
func (s sheet) check() error {
	for _, f := range s.facts {
		if !f.optional && clean(f.value, maxShown) == "" {
			return fmt.Errorf("%s is empty", f.label)
		}
		if f.lang != "" && (len(f.lang) > 35 || !langForm.MatchString(f.lang)) {
			return fmt.Errorf("the language of %s is no language tag such as es or pt-BR", f.label)
		}
	}
	if err := s.button.check(); err != nil {
		return err
	}
	if s.also.field != "" {
		return s.also.check()
	}
	return nil
}

// check wants an absolute web address. Its errors do not repeat the link, since
// links of mails hold keys to signatures.
func (l link) check() error {
	u, err := url.Parse(l.url)
	switch {
	case l.url == "":
		return fmt.Errorf("%s is empty", l.field)
	case len(l.url) > maxLink:
		return fmt.Errorf("%s has more than %d bytes", l.field, maxLink)
	case err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") ||
		strings.ContainsFunc(l.url, func(r rune) bool {
			return r >= 127 || unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>"`, r)
		}):
		return fmt.Errorf("%s must be a web address in ASCII that begins with https:// or http://", l.field)
	}
	return nil
}

// colon is written with a space before it in French, which must not break.
func colon(lang string) string {
	if lang == "fr" {
		return "\u00A0:"
	}
	return ":"
}

// paragraphs parts words at empty lines, and joins the lines of each.
func paragraphs(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = squeeze(p); p != "" {
			out = append(out, p)
		}
	}
	return slices.Clip(out)
}

// clean makes what somebody typed fit for one line of a message: valid UTF-8,
// without control characters and without those that turn the direction of the
// words after them (both could make it look like words of ours), and cut when
// longer than limit.
func clean(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
	s = squeeze(s)
	if r := []rune(s); len(r) > limit {
		s = strings.TrimRight(string(r[:limit-1]), " ") + "…"
	}
	return s
}

// squeeze makes one space of each run of ASCII white space. Spaces that do not
// break (before the colon in French) or are wide (in Japanese) stay.
func squeeze(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r == ' ' || r >= '\t' && r <= '\r'
	}), " ")
}
