package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/store"
)

type signatoriesPage struct {
	page
	Letter         letterRef
	Heading        string
	About          string
	Orders         []link
	Action         string
	Query, Country string
	Countries      []option
	Found          string
	SignHref       string
	Width          string // class: how wide the numbers are
	Empty          bool
	Groups         []group
	Pages          []pageLink
}

// group is a run of names, under a heading or none.
type group struct {
	Heading string
	Count   int64
	Href    string
	Rows    []signatory
}

type signatory struct {
	ID       string // n and the number, for links to the row; on the registration list only
	Position string // the number, or the place in a list ordered otherwise
	Name     string
	Website  string
	Detail   string
	Gone     string // what stands in the place of a withdrawn one
}

type option struct{ Value, Label string }

// pageLink is one page of a list in many; a gap stands for pages left out.
type pageLink struct {
	link
	Gap bool
}

// The orders of the list.
const (
	byNumber  = ""
	byName    = "name"
	byCountry = "country"
)

// listQuery is what the reader of a list asks for, in its one proper form.
type listQuery struct {
	order   string
	page    int64  // by number
	search  string // by name
	country string
	after   string // by name: the cursor of the page before
	from    int64  // by name: the place of the first row
}

// maxSearch bounds what is searched for, in bytes.
const maxSearch = 400

func readListQuery(q url.Values) (listQuery, error) {
	l := listQuery{page: 1, from: 1, search: strings.TrimSpace(q.Get("q")), country: strings.ToUpper(q.Get("country")), after: q.Get("after")}
	if len(l.search) > maxSearch {
		return l, fmt.Errorf("%w: the search is too long", errBadRequest)
	}
	if _, ok := place.ByAlpha2(l.country); l.country != "" && !ok {
		return l, fmt.Errorf("%w: no such country", errNotFound)
	}
	for name, to := range map[string]*int64{"page": &l.page, "from": &l.from} {
		if value := q.Get(name); value != "" {
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 1 {
				return l, fmt.Errorf("%w: %s is no page", errNotFound, name)
			}
			*to = n
		}
	}
	switch order := q.Get("order"); {
	case l.search != "" || l.country != "" || l.after != "":
		l.order = byName
	case order == byNumber || order == byName || order == byCountry:
		l.order = order
	default:
		return l, fmt.Errorf("%w: no such order", errNotFound)
	}
	return l, nil
}

// signatories shows the list of a letter's signatures.
func (s *Site) signatories(w http.ResponseWriter, r *http.Request, lang string) error {
	q := listQuery{page: 1, from: 1}
	if r.URL.RawQuery != "" {
		var err error
		if q, err = readListQuery(r.URL.Query()); err != nil {
			return err
		}
	}
	draw := func(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
		return s.drawSignatories(ctx, r, lang, q)
	}
	if q.search != "" || q.country != "" || q.after != "" { // too many to keep
		ctx, cancel := within(r)
		defer cancel()
		d, err := draw(ctx, r, lang)
		if err != nil {
			return err
		}
		d.serve(w, r)
		return nil
	}
	key := r.URL.Path
	if q.order != byNumber || q.page > 1 {
		key = fmt.Sprintf("%s?order=%s&page=%d", key, q.order, q.page)
	}
	return s.serveCached(w, r, lang, key, draw)
}

func (s *Site) drawSignatories(ctx context.Context, r *http.Request, lang string, q listQuery) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	p := signatoriesPage{
		page:   s.newLetterPage(lang, l, "/signatories", locale.T(lang, "list.title", "title", text.Title), countLine(lang, l)),
		Letter: refTo(lang, l, text), Heading: locale.T(lang, "list.heading", "n", l.Counts.Listed()),
		Action: letterPath(lang, l) + "/signatories", Query: q.search, Country: q.country,
		SignHref: newTally(lang, l, s.now()).SignHref, Empty: l.Counts.Highest == 0,
	}
	for _, order := range []struct{ name, label string }{
		{byNumber, locale.T(lang, "list.by_number")}, {byName, locale.T(lang, "list.alphabetical")}, {byCountry, locale.T(lang, "list.by_country")},
	} {
		href := p.Action
		if order.name != "" {
			href += "?order=" + order.name
		}
		current := q.order == order.name && q.search == "" && q.country == ""
		p.Orders = append(p.Orders, link{Href: href, Label: order.label, Current: current})
	}
	if p.Countries, err = s.countryChoice(ctx, lang, l); err != nil {
		return nil, err
	}
	switch q.order {
	case byNumber:
		err = s.listByNumber(ctx, lang, l, q, &p)
	case byName:
		err = s.listByName(ctx, lang, l, q, &p)
	case byCountry:
		err = s.listByCountry(ctx, lang, l, &p)
	}
	if err != nil {
		return nil, err
	}
	out, err := s.render("signatories", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// listByNumber is the registration list: page n holds the numbers
// 500(n-1)+1 to 500n, with the gaps of those withdrawn.
func (s *Site) listByNumber(ctx context.Context, lang string, l *letter.Letter, q listQuery, p *signatoriesPage) error {
	const size int64 = store.RegistrationPage
	pages := max((l.Counts.Highest+size-1)/size, 1)
	if q.page > pages {
		return fmt.Errorf("%w: the list has %d pages", errNotFound, pages)
	}
	list, err := s.store.SignaturesNumbered(ctx, l.ID, size*(q.page-1)+1, size*q.page)
	if err != nil {
		return err
	}
	p.Width = numberWidth(min(size*q.page, l.Counts.Highest))
	p.Groups = []group{{Rows: s.rows(lang, list, p, byRegistration(lang), false)}}
	for i, sig := range list {
		p.Groups[0].Rows[i].ID = fmt.Sprintf("n%d", sig.Number)
	}
	if q.page > 1 {
		first, last := size*(q.page-1)+1, min(size*q.page, l.Counts.Highest)
		p.Title = locale.T(lang, "list.title_page", "range", numberRange(lang, first, last), "title", p.Letter.Title)
		p.Canonical += fmt.Sprintf("?page=%d", q.page)
		for i := range p.Alternates {
			p.Alternates[i].URL += fmt.Sprintf("?page=%d", q.page)
			p.Alternates[i].Path += fmt.Sprintf("?page=%d", q.page)
		}
	}
	p.Pages = numberPages(lang, p.Action, q.page, pages, l.Counts.Highest)
	return nil
}

// listByName is the alphabetical list, all of it or what a search found,
// numbered as it runs with the registration number beside.
func (s *Site) listByName(ctx context.Context, lang string, l *letter.Letter, q listQuery, p *signatoriesPage) error {
	list, next, err := s.store.SignaturesByName(ctx, l.ID, store.ListQuery{
		Country: q.country, Search: q.search, After: q.after, Limit: store.RegistrationPage,
	})
	if err != nil {
		return err
	}
	first := q.after == ""
	searching := q.search != "" || q.country != ""
	if searching && first {
		switch {
		case len(list) == 0:
			p.Found = locale.T(lang, "list.found_none")
		case next != "":
			p.Found = locale.T(lang, "list.found_first", "shown", len(list))
		default:
			p.Found = locale.T(lang, "list.found", "n", len(list))
		}
	}
	if l.ConvenersFirst && first && !searching {
		conveners, err := s.store.Conveners(ctx, l.ID)
		if err != nil {
			return err
		}
		if len(conveners) > 0 {
			p.Groups = append(p.Groups, group{Heading: locale.T(lang, "list.conveners"), Count: int64(len(conveners)),
				Rows: s.rows(lang, conveners, p, beside(lang, 1), false)})
		}
	}
	p.Width = numberWidth(q.from + int64(len(list)) - 1)
	g := group{Rows: s.rows(lang, list, p, beside(lang, q.from), false)}
	if len(p.Groups) > 0 {
		g.Heading, g.Count = locale.T(lang, "list.everyone"), l.Counts.Listed()
	}
	p.Groups = append(p.Groups, g)
	p.Private = p.Private || searching || !first
	base := url.Values{"order": {byName}}
	if q.search != "" {
		base.Set("q", q.search)
	}
	if q.country != "" {
		base.Set("country", q.country)
	}
	if !first {
		p.Pages = append(p.Pages, pageLink{link: link{Href: p.Action + "?" + base.Encode(), Label: locale.T(lang, "list.first_page")}})
	}
	if next != "" {
		base.Set("after", next)
		base.Set("from", strconv.FormatInt(q.from+int64(len(list)), 10))
		p.Pages = append(p.Pages, pageLink{link: link{Href: p.Action + "?" + base.Encode(), Label: locale.T(lang, "list.next_page")}})
	}
	return nil
}

// listByCountry groups the names by country when one page can hold them; of a
// longer list it shows the countries, each leading to its own list.
func (s *Site) listByCountry(ctx context.Context, lang string, l *letter.Letter, p *signatoriesPage) error {
	counts, err := s.store.CountryCounts(ctx, l.ID)
	if err != nil {
		return err
	}
	byCode := map[string]*group{}
	var groups []*group
	for code, n := range counts {
		g := &group{Heading: place.Name(code, lang), Count: n, Href: p.Action + "?country=" + code}
		switch code {
		case "":
			g.Heading, g.Href = locale.T(lang, "list.no_country"), ""
		case store.Withheld:
			g.Heading, g.Href = locale.T(lang, "list.withheld"), ""
		}
		byCode[code] = g
		groups = append(groups, g)
	}
	order := collate.New(language.Make(lang))
	slices.SortFunc(groups, func(a, b *group) int {
		if (a.Href == "") != (b.Href == "") { // those of no country come last
			if a.Href == "" {
				return 1
			}
			return -1
		}
		return order.CompareString(a.Heading, b.Heading)
	})
	if l.Counts.Listed() <= store.RegistrationPage {
		list, _, err := s.store.SignaturesByName(ctx, l.ID, store.ListQuery{Limit: store.RegistrationPage})
		if err != nil {
			return err
		}
		sorted := map[string][]*signature.Signature{}
		for _, sig := range list {
			code := sig.Public.Country
			if sig.Sealed() && code == "" {
				code = store.Withheld
			}
			sorted[code] = append(sorted[code], sig)
		}
		for code, signatures := range sorted {
			if g := byCode[code]; g != nil {
				g.Rows, g.Href = s.rows(lang, signatures, p, byRegistration(lang), true), ""
			}
		}
	}
	p.Width = numberWidth(l.Counts.Highest)
	for _, g := range groups {
		p.Groups = append(p.Groups, *g)
	}
	return nil
}

// countryChoice is what the search form offers: the countries of the letter's
// signatures, or every country when counting them would take long.
func (s *Site) countryChoice(ctx context.Context, lang string, l *letter.Letter) ([]option, error) {
	const countUpTo = 5000
	var present map[string]int64
	if l.Counts.Listed() <= countUpTo {
		var err error
		if present, err = s.store.CountryCounts(ctx, l.ID); err != nil {
			return nil, err
		}
	}
	var options []option
	for _, country := range place.List(lang) {
		if present == nil || present[country.Alpha2] > 0 {
			options = append(options, option{country.Alpha2, country.Name(lang)})
		}
	}
	return options, nil
}
