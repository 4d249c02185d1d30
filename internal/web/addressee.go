package web

import (
	"context"
	"net/http"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/followup"
	"pliego/internal/locale"
)

type addresseesPage struct {
	page
	Letter letterRef
	Rows   []addresseeRow
}

type addresseeRow struct {
	Href   string
	Name   words
	Office words // "" when the name says it already
}

// addressees lists whom a letter is put to.
func (s *Site) addressees(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	if len(l.Addressees) == 0 {
		return nil, errNotFound
	}
	title := locale.T(lang, "addressees.title", "title", text.Title)
	p := addresseesPage{
		page:   s.newLetterPage(lang, l, "/addressees", title, locale.T(lang, "addressees.lead")),
		Letter: refTo(lang, l, text),
	}
	for _, a := range l.Addressees {
		row := addresseeRow{Href: letterPath(lang, l) + "/addressees/" + a.Key}
		row.Name.Text, row.Name.Lang = addresseeName(lang, a)
		if a.Country != "" {
			row.Office.Text, row.Office.Lang = a.OfficeIn(lang)
		}
		p.Rows = append(p.Rows, row)
	}
	sortByName(lang, p.Rows)
	out, err := s.render("addressees", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

type addresseePage struct {
	page
	Letter                 letterRef
	ListHref               string
	Heading                words
	Office, Native         words
	SourceHref, SourceHost string
	Unverified             string
	TextLang, OtherLang    string
	Asks                   []askView
	Since                  string // how many acts are on record
	Agenda                 []agendaView
	Cells                  []followUpCell // where each ask stands; none while nothing is recorded
}

// addressee shows one office that a letter is put to.
func (s *Site) addressee(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	a, ok := l.Addressee(r.PathValue("addressee"))
	if !ok {
		return nil, errNotFound
	}
	name, nameLang := addresseeName(lang, a)
	office, officeLang := a.OfficeIn(lang)
	title := locale.T(lang, "addressee.title", "addressee", name, "title", text.Title)
	p := addresseePage{
		page:   s.newLetterPage(lang, l, "/addressees/"+a.Key, title, office),
		Letter: refTo(lang, l, text), ListHref: letterPath(lang, l) + "/addressees",
		Heading: words{name, nameLang}, Office: words{office, officeLang},
		SourceHref: a.SourceURL, SourceHost: host(a.SourceURL),
		TextLang: text.Lang, OtherLang: otherLanguage(lang, text),
	}
	if a.OfficeNative != "" && a.OfficeNative != office {
		p.Native = words{a.OfficeNative, a.NativeLang}
	}
	if a.Confidence == unverified {
		p.Unverified = locale.T(lang, "addressee.unverified")
	}
	if p.Asks, err = askViews(lang, l, text, false); err != nil {
		return nil, err
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	if len(record) > 0 {
		var list []followup.Cell
		for _, ask := range askKeys(text) {
			list = append(list, followup.Cell{Addressee: a.Key, Ask: ask})
		}
		cells := record.As(s.now(), s.now()).Cells(askKeys(text))
		p.Cells = s.cellLinks(lang, l, cells, list)
		p.Since = countsSince(lang, cells, func(at followup.Cell) bool { return at.Addressee == a.Key })
	}
	if p.Agenda, err = s.agendaOf(ctx, lang, l, ofAddressee(a.Key)); err != nil {
		return nil, err
	}
	out, err := s.render("addressee", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// unverified is the confidence of a source that was remembered, not read.
const unverified = "memory"

// sortByName puts rows in the order that readers of a language look for.
func sortByName(lang string, rows []addresseeRow) {
	order := collate.New(language.Make(lang))
	slices.SortStableFunc(rows, func(a, b addresseeRow) int { return order.CompareString(a.Name.Text, b.Name.Text) })
}
