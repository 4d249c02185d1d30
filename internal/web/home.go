package web

import (
	"context"
	"html/template"
	"net/http"

	"pliego/internal/letter"
	"pliego/internal/locale"
)

type homePage struct {
	page
	Letters []letterRow
}

type letterRow struct {
	tally
	Href, Title, TextLang string
	Date, State           string
	By                    words
	Excerpt               string
}

// publicStates are those of letters that anybody may find.
func publicStates() []letter.State {
	var states []letter.State
	for _, state := range letter.States {
		if state.Public() {
			states = append(states, state)
		}
	}
	return states
}

// home lists the public letters.
func (s *Site) home(ctx context.Context, _ *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	letters, err := s.store.Letters(ctx, publicStates()...)
	if err != nil {
		return nil, err
	}
	forums, err := s.store.Forums(ctx)
	if err != nil {
		return nil, err
	}
	p := homePage{page: s.newPage(lang, "/", locale.T(lang, "home.title"), locale.T(lang, "home.lead"))}
	p.OGType = "website"
	p.Structured = map[string]any{"@context": "https://schema.org", "@type": "WebSite", "name": "Pliego", "url": p.Canonical, "inLanguage": lang}
	for _, l := range letters {
		text, ok := l.Text(lang)
		if !ok {
			continue
		}
		row := letterRow{
			tally: newTally(lang, l, s.now()), Href: letterPath(lang, l), Title: text.Title, TextLang: text.Lang,
			Date: letterDate(lang, l), State: stateName(lang, l.State), By: byline(lang, l, forums),
		}
		plain, err := toText(text.Body)
		if err != nil {
			return nil, err
		}
		row.Excerpt = excerpt(plain, 260)
		p.Letters = append(p.Letters, row)
	}
	out, err := s.render("home", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}

// chooseLanguage sends a reader without a language in the path to theirs.
func (s *Site) chooseLanguage(w http.ResponseWriter, r *http.Request, _ string) error {
	h := w.Header()
	h.Set("Vary", "Accept-Language")
	h["Cache-Control"] = revalidate
	http.Redirect(w, r, "/"+locale.Match(r.Header.Get("Accept-Language"))+"/", http.StatusFound)
	return nil
}

// plainPage is a heading and a few sentences.
type plainPage struct {
	page
	Heading    string
	Paragraphs []string
	Links      []link
}

// keptLine is the sentence about what signing keeps, with its link.
func keptLine(lang string) template.HTML {
	return sentence(lang, "sign.kept", "link", anchor("/"+lang+"/privacy", locale.T(lang, "sign.kept_link")))
}
