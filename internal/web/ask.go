package web

import (
	"context"
	"html/template"
	"net/http"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/evidence"
	"pliego/internal/followup"
	"pliego/internal/letter"
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
	Since             string // how many acts are on record
	MatrixHref        string
	Governments       []governmentCell
	Points            []forumPoint // what forums adopted on it
	Outcome           string       // address of what changed since; "" when nothing is told of it
}

// governmentCell is one government's cell of an ask.
type governmentCell struct {
	Name words
	Cell followUpCell
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
	if err := s.governments(ctx, &p, lang, l, ask.Key); err != nil {
		return nil, err
	}
	if p.Points, err = s.pointsOn(ctx, lang, l, ask.Key); err != nil {
		return nil, err
	}
	measured, err := s.store.LetterEvidence(ctx, l.Slug)
	if err != nil {
		return nil, err
	}
	if l.Date != "" && slices.ContainsFunc(measured.Outcomes, func(m evidence.Measured) bool { return m.Ask == ask.Key }) {
		p.Outcome = letterPath(lang, l) + "/asks/" + ask.Key + "/outcome"
	}
	out, err := s.render("ask", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// governments adds where each government stands on the ask.
func (s *Site) governments(ctx context.Context, p *askPage, lang string, l *letter.Letter, ask string) error {
	record, err := s.recordOf(ctx, l)
	if err != nil || len(record) == 0 {
		return err
	}
	cells := record.As(s.now(), s.now()).Cells([]string{ask})
	p.Since = countsSince(lang, cells, func(followup.Cell) bool { return true })
	p.MatrixHref = letterPath(lang, l) + "/follow-up"
	list := make([]followup.Cell, len(l.Addressees))
	for n, a := range l.Addressees {
		list[n] = followup.Cell{Addressee: a.Key, Ask: ask}
	}
	for n, c := range s.cellLinks(lang, l, cells, list) {
		var g governmentCell
		g.Name.Text, g.Name.Lang = addresseeName(lang, l.Addressees[n])
		g.Cell = c
		p.Governments = append(p.Governments, g)
	}
	order := collate.New(language.Make(lang))
	slices.SortStableFunc(p.Governments, func(a, b governmentCell) int { return order.CompareString(a.Name.Text, b.Name.Text) })
	return nil
}
