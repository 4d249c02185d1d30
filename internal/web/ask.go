package web

import (
	"context"
	"html/template"
	"net/http"

	"pliego/internal/locale"
)

type askPage struct {
	page
	Letter            letterRef
	Place             string
	Heading, TextLang string
	To                template.HTML
	OtherLang         string
	Body              template.HTML
	Others            []askView
}

// ask shows one thing that a letter asks.
func (s *Site) ask(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	ask, number, ok := text.Ask(r.PathValue("ask"))
	if !ok {
		return nil, errNotFound
	}
	plain, err := toText(ask.Body)
	if err != nil {
		return nil, err
	}
	title := locale.T(lang, "ask.title", "ask", ask.Title, "title", text.Title)
	p := askPage{
		page:   s.newLetterPage(lang, l, "/asks/"+ask.Key, title, excerpt(plain, 200)),
		Letter: refTo(lang, l, text), Heading: ask.Title, TextLang: text.Lang,
		Place:     locale.T(lang, "ask.place", "number", number, "total", len(text.Asks)),
		To:        toWhom(lang, l),
		OtherLang: otherLanguage(lang, text),
	}
	if p.Body, err = toHTML(ask.Body); err != nil {
		return nil, err
	}
	if p.Others, err = askViews(lang, l, text, false); err != nil {
		return nil, err
	}
	p.Others[number-1].Current = true
	out, err := s.render("ask", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}
