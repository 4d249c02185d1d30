package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
)

type letterPage struct {
	page
	Date, DateISO     string
	By                words
	Heading, TextLang string
	To, Origin        template.HTML
	Tally             tally
	OtherLang         string // says so when the text is not in the page's language
	Body, Closing     template.HTML
	Asks              []askView
	State, Opened     string
	Texts             []alternate
	Older             string // how many signed an earlier version, or ""
	VersionsHref      string // "" while there is one version only
	Print             string // the way to the printed letter, without its ending
	Prints            string // the way to what was printed of it
	Hash              string
	Events            []string // what happened to it, with the reason
	Embargo           string   // who may read it while it circulates, or ""
	// Of a preview at the desk: what it is, in the desk's language, and the way back.
	Preview, PreviewLang, PreviewBack, PreviewBackLabel string
}

type askView struct {
	Number    int
	Key, Href string
	Title     string
	Body      template.HTML
	Current   bool
}

// letter shows a letter.
func (s *Site) letter(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	p, err := s.newLetterView(ctx, lang, l, text)
	if err != nil {
		return nil, err
	}
	out, err := s.render("letter", p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// newLetterView puts a letter's page together.
func (s *Site) newLetterView(ctx context.Context, lang string, l *letter.Letter, text letter.Text) (*letterPage, error) {
	forums, err := s.store.Forums(ctx)
	if err != nil {
		return nil, err
	}
	description, err := describe(text)
	if err != nil {
		return nil, err
	}
	p := &letterPage{
		page: s.newLetterPage(lang, l, "", text.Title, description),
		Date: letterDate(lang, l), DateISO: l.Date, By: byline(lang, l, forums),
		Heading: text.Title, TextLang: text.Lang, To: toWhom(lang, l), Origin: origin(lang, l),
		Tally: newTally(lang, l, s.now()), OtherLang: otherLanguage(lang, text),
		State: stateName(lang, l.State), Print: letterPath(lang, l) + "/letter", Prints: letterPath(lang, l) + "/prints", Hash: text.Hash,
	}
	if !l.OpenedAt.IsZero() {
		p.Opened = locale.Date(lang, l.OpenedAt)
	}
	for _, in := range locale.Languages {
		if t, ok := l.Text(in); ok && t.Lang == in {
			p.Texts = append(p.Texts, alternate{Lang: in, Name: locale.Name(in), Path: letterPath(in, l)})
		}
	}
	if p.Older, p.VersionsHref, err = s.older(ctx, lang, l); err != nil {
		return nil, err
	}
	if p.Body, err = toHTML(text.Body); err != nil {
		return nil, err
	}
	if p.Closing, err = toHTML(text.Closing); err != nil {
		return nil, err
	}
	if text.AsksInBody { // the list of asks then stands after the whole letter
		p.Body, p.Closing = p.Body+p.Closing, ""
	}
	if p.Asks, err = askViews(lang, l, text, !text.AsksInBody); err != nil {
		return nil, err
	}
	events, err := s.letters.Store.LetterEvents(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if e.Reason != "" {
			p.Events = append(p.Events, eventWords(lang, e))
		}
	}
	switch {
	case l.State == letter.Circulating && !l.OpensAt.IsZero():
		p.Embargo = locale.T(lang, "letter.embargo", "when", locale.DateTime(lang, l.OpensAt))
	case l.State == letter.Circulating:
		p.Embargo = locale.T(lang, "letter.circulates")
	}
	if !p.Private {
		p.Structured = structuredLetter(&p.page, l, text)
	}
	return p, nil
}

// letterAndText finds the letter of a path, and its text for readers of lang.
func (s *Site) letterAndText(ctx context.Context, r *http.Request, lang string) (*letter.Letter, letter.Text, error) {
	l, err := s.letterAt(ctx, r.PathValue("letter"))
	if err != nil {
		return nil, letter.Text{}, err
	}
	text, ok := l.Text(lang)
	if !ok {
		return nil, letter.Text{}, fmt.Errorf("letter %s has no text yet: %w", l.Slug, letter.ErrNotFound)
	}
	return l, text, nil
}

// askViews lists the asks of a text, with their words if wanted.
func askViews(lang string, l *letter.Letter, text letter.Text, withBody bool) ([]askView, error) {
	var list []askView
	for i, a := range text.Asks {
		v := askView{Number: i + 1, Key: a.Key, Title: a.Title, Href: letterPath(lang, l) + "/asks/" + a.Key}
		if withBody {
			var err error
			if v.Body, err = toHTML(a.Body); err != nil {
				return nil, err
			}
		}
		list = append(list, v)
	}
	return list, nil
}

// describe is a text's beginning, for search engines and previews.
func describe(text letter.Text) (string, error) {
	plain, err := toText(text.Body)
	if err != nil {
		return "", err
	}
	return excerpt(plain, 200), nil
}

func letterDate(lang string, l *letter.Letter) string {
	if day, ok := isoDate(l.Date); ok {
		return locale.Date(lang, day)
	}
	return ""
}

// byline says what the letter was written for: the forum, or else who
// published it.
func byline(lang string, l *letter.Letter, forums map[string]dialogue.Forum) words {
	if forum, ok := forums[l.Forum]; ok {
		in := lang
		if forum.Names[lang] == "" {
			in = "en" // as Forum.NameIn falls back
		}
		if name := forum.NameIn(lang); name != "" {
			if place := forum.Place[in]; place != "" {
				name += ", " + place
			}
			return words{name, in}
		}
	}
	if l.Publisher != "" {
		return words{locale.T(lang, "letter.by", "publisher", l.Publisher), lang}
	}
	return words{}
}

// toWhom says whom the letter is put to, with a link to them all.
func toWhom(lang string, l *letter.Letter) template.HTML {
	n := len(l.Addressees)
	if n == 0 {
		return ""
	}
	list := letterPath(lang, l) + "/addressees"
	if n == 1 {
		name, _ := addresseeName(lang, l.Addressees[0])
		return sentence(lang, "letter.to_one", "whom", anchor(list+"/"+l.Addressees[0].Key, name))
	}
	countries := map[string]bool{}
	for _, a := range l.Addressees {
		countries[a.Country] = true
	}
	key := "letter.to_offices"
	if len(countries) == n && !countries[""] {
		key = "letter.to_states"
	}
	return sentence(lang, "letter.to", "whom", anchor(list, locale.T(lang, key, "n", n)))
}

// addresseeName is an addressee's short name: its country, or else its office.
func addresseeName(lang string, a letter.Addressee) (name, nameLang string) {
	if name := place.Name(a.Country, lang); name != "" {
		return name, lang
	}
	return a.OfficeIn(lang)
}

// origin says where the original stands of a letter published elsewhere.
func origin(lang string, l *letter.Letter) template.HTML {
	if l.Elsewhere == nil {
		return ""
	}
	link := anchor(l.Elsewhere.URL, host(l.Elsewhere.URL))
	for _, t := range l.Texts {
		if t.Kind == letter.FullText {
			return sentence(lang, "letter.elsewhere", "link", link)
		}
	}
	return sentence(lang, "letter.summary", "link", link)
}

// otherLanguage says so when a page in lang shows a text in another language.
func otherLanguage(lang string, text letter.Text) string {
	if text.Lang == lang {
		return ""
	}
	return locale.T(lang, "letter.other_language", "language", locale.NameIn(lang, text.Lang))
}

// structuredLetter describes a letter in the words of schema.org.
func structuredLetter(p *page, l *letter.Letter, text letter.Text) map[string]any {
	data := map[string]any{
		"@context": "https://schema.org", "@type": "CreativeWork", "genre": "open letter",
		"name": text.Title, "inLanguage": text.Lang, "url": p.Canonical, "description": p.Description,
	}
	if l.Date != "" {
		data["datePublished"] = l.Date
	} else if !l.OpenedAt.IsZero() {
		data["datePublished"] = l.OpenedAt.Format(time.DateOnly)
	}
	if l.Publisher != "" {
		data["publisher"] = map[string]any{"@type": "Organization", "name": l.Publisher}
	}
	if l.Elsewhere != nil {
		data["sameAs"] = l.Elsewhere.URL
	}
	return data
}
