package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

type textsPage struct {
	page
	Letter letterRef
	Groups []textGroup
}

// textGroup is one language's versions, the newest first.
type textGroup struct {
	Lang, Name string
	Versions   []textVersion
}

type textVersion struct {
	Href, Label string // Href is "" on the version's own page
	Published   string
	Editorial   bool
	Reason      words
	Signers     string
	Hash        string
}

// texts lists every version of a letter's texts, and how many signed each.
func (s *Site) texts(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	versions, err := s.store.TextVersions(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	p := textsPage{
		page:   s.newLetterPage(lang, l, "/texts", locale.T(lang, "texts.title", "title", text.Title), locale.T(lang, "texts.lead")),
		Letter: refTo(lang, l, text),
	}
	for _, t := range versions {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Lang != t.Lang {
			p.Groups = append(p.Groups, textGroup{Lang: t.Lang, Name: locale.Name(t.Lang)})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Versions = append(g.Versions, newTextVersion(lang, l, t))
	}
	out, err := s.render("texts", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

func newTextVersion(lang string, l *letter.Letter, t letter.Text) textVersion {
	return textVersion{
		Href: versionPath(lang, l, t), Label: locale.T(lang, "texts.version", "n", t.Version),
		Published: locale.DateTime(lang, t.PublishedAt), Editorial: t.Editorial, Reason: words{t.Reason, t.Lang},
		Signers: locale.T(lang, "texts.signers", "n", t.Signers), Hash: t.Hash,
	}
}

// versionPath leads to one version of a text: its language and number.
func versionPath(lang string, l *letter.Letter, t letter.Text) string {
	return letterPath(lang, l) + "/texts/" + t.Lang + "-" + strconv.Itoa(t.Version)
}

// older says how many of those listed signed an earlier version of a text, and
// where the versions are; nothing while each text has one version.
func (s *Site) older(ctx context.Context, lang string, l *letter.Letter) (line, href string, err error) {
	for _, t := range l.Texts {
		if t.Version > 1 {
			href = letterPath(lang, l) + "/texts"
		}
	}
	if href == "" {
		return "", "", nil
	}
	versions, err := s.store.TextVersions(ctx, l.ID)
	if err != nil {
		return "", "", err
	}
	if n := letter.SignersOfOlder(versions); n > 0 {
		line = locale.T(lang, "letter.older", "n", n, "newest", locale.Number(lang, l.Counts.Listed()-n))
	}
	return line, href, nil
}

type textVersionPage struct {
	page
	Letter    letterRef
	TextsHref string
	Heading   string
	Version   textVersion
	TextLang  string
	Changed   []paragraph // against the version before; none for the first
	Before    string      // the way to it
	Words     []string    // the whole version, paragraph by paragraph
}

// paragraph is runs of words, each kept, inserted or deleted.
type paragraph []run

type run struct {
	Words             string
	Inserted, Deleted bool
}

// textVersion shows one version of a text and what changed in it.
func (s *Site) textVersion(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	versions, err := s.store.TextVersions(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	in, number, ok := strings.Cut(r.PathValue("version"), "-")
	n, err := strconv.Atoi(number)
	at := -1
	for i, t := range versions {
		if t.Lang == in && t.Version == n && strconv.Itoa(n) == number {
			at = i
		}
	}
	if !ok || err != nil || at < 0 {
		return nil, errNotFound
	}
	t := versions[at]
	title := locale.T(lang, "text.title", "n", t.Version, "language", locale.NameIn(lang, t.Lang), "title", t.Title)
	p := textVersionPage{
		page:   s.newLetterPage(lang, l, "/texts/"+in+"-"+number, title, locale.T(lang, "texts.lead")),
		Letter: refTo(lang, l, text), TextsHref: letterPath(lang, l) + "/texts",
		Heading: locale.T(lang, "text.heading", "n", t.Version, "language", locale.NameIn(lang, t.Lang)),
		Version: newTextVersion(lang, l, t), TextLang: t.Lang, Words: strings.Split(t.Plain(), "\n\n"),
	}
	p.Version.Href = "" // the reader is there
	if at+1 < len(versions) && versions[at+1].Lang == t.Lang {
		p.Changed, p.Before = paragraphs(letter.Difference(versions[at+1], t)), versionPath(lang, l, versions[at+1])
	}
	out, err := s.render("text_version", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// paragraphs cuts the runs of a difference at empty lines.
func paragraphs(runs []letter.Run) []paragraph {
	list := []paragraph{{}}
	for _, x := range runs {
		for i, part := range strings.Split(x.Words, "\n\n") {
			if i > 0 {
				list = append(list, paragraph{})
			}
			if part != "" {
				last := len(list) - 1
				list[last] = append(list[last], run{part, x.Change == letter.Inserted, x.Change == letter.Deleted})
			}
		}
	}
	return list
}

// newerText asks a signer whether they consent to a newer version of the text.
type newerText struct {
	Lead   string
	Href   string // what changed
	Reason words
	Hash   string
}

func newNewerText(lang string, v *signature.View, now time.Time) *newerText {
	t, ok := v.Newer()
	if !ok || v.Signature.State != signature.Standing || v.Text.Kind != t.Kind || v.Letter.SignableAt(now) != nil {
		return nil
	}
	return &newerText{
		Lead: locale.T(lang, "own.newer", "signed", v.Text.Version, "newest", t.Version, "date", locale.Date(lang, t.PublishedAt)),
		Href: versionPath(lang, v.Letter, t), Reason: words{t.Reason, t.Lang}, Hash: t.Hash,
	}
}
