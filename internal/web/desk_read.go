package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
)

// What was read of a file stands beside the file, each doubt at its line, and
// every part of it can be put right before anything is stored.

type deskReadPage struct {
	page
	Name, Action   string
	Fields         []field
	Body           string
	MaxBody        int
	Asks           []deskAsk
	Signatories    []readRow
	MoreSigners    int // how many more there are than the form shows
	Printed        bool
	Doubts         []doubtView // about the whole
	Lines          []sourceLine
	MoreLines      int
	Problems       []problem
	TextLang       string
	Countries      []option
	HasSignatories bool
	DoubtCount     int
}

type readRow struct {
	N, Number              int
	Name, Acronym, Country string
	Kind                   string
	Keep                   bool
	Doubtful               bool
	Line                   int
}

type doubtView struct {
	Line int // 0: the whole
	Text string
}

type sourceLine struct {
	At     int
	Text   string
	Doubts []string
	First  bool // of its number: lines of one number share an anchor
}

// Bounds of what the page shows; what is beyond is stored all the same.
const (
	maxReadRows  = 400
	maxReadLines = 5000
)

// deskReading shows what was understood of a file.
func (s *Site) deskReading(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	var kept readLetter
	if _, err := s.keptFile(ctx, r.PathValue("file"), "letter", &kept); err != nil {
		return err
	}
	form := url.Values{
		"title": {kept.Title}, "lang": {kept.Lang}, "slug": {suggestSlug(kept.Title, kept.Date)}, "date": {kept.Date},
		"publisher": {kept.Publisher}, "to": {kept.AddressedTo}, "body": {kept.Body},
	}
	for _, a := range kept.Asks {
		form.Add("ask_title", a.Title)
		form.Add("ask_body", a.Text)
	}
	for i, x := range kept.Signatories {
		if i >= maxReadRows {
			break
		}
		form.Add("sig_keep", strconv.Itoa(i+1))
		form.Add("sig_name", x.Name)
		form.Add("sig_acronym", x.Acronym)
		form.Add("sig_country", x.Country)
	}
	if len(kept.Signatories) > 0 {
		form.Set("printed", "1")
	}
	return s.draw(w, http.StatusOK, "desk_read", s.newDeskReadPage(d, r.URL.Path, &kept, form))
}

func (s *Site) newDeskReadPage(d *desk, path string, kept *readLetter, form url.Values) *deskReadPage {
	lang := d.lang()
	p := &deskReadPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "desk.read_title")), Name: kept.Name, Action: path,
		Body: form.Get("body"), MaxBody: letter.MaxBody, Printed: form.Get("printed") == "1", TextLang: form.Get("lang"),
		HasSignatories: len(kept.Signatories) > 0, DoubtCount: len(kept.Doubts),
	}
	if !locale.Known(p.TextLang) {
		p.TextLang = lang
	}
	p.Fields = []field{
		{ID: "title", Name: "title", Type: "text", Max: letter.MaxTitle, Value: form.Get("title"), Label: locale.T(lang, "desk.title_field")},
		langField(lang, form.Get("lang")), slugField(lang, form.Get("slug")),
		{ID: "date", Name: "date", Type: "date", Max: 10, Class: "narrow", Optional: true, Value: form.Get("date"), Label: locale.T(lang, "desk.letter_date")},
		{ID: "publisher", Name: "publisher", Type: "text", Max: letter.MaxPublisher, Optional: true, Value: form.Get("publisher"), Label: locale.T(lang, "desk.publisher")},
		{ID: "to", Name: "to", Type: "text", Max: maxOffice, Optional: true, Value: form.Get("to"), Label: locale.T(lang, "desk.addressed_to")},
	}
	titles, bodies := form["ask_title"], form["ask_body"]
	for i := range titles {
		p.Asks = append(p.Asks, deskAsk{N: i + 1, Title: titles[i], Body: bodies[i], First: i == 0})
	}
	doubtful := map[int]bool{}
	said := map[int][]string{}
	for _, x := range kept.Doubts {
		words := readingDoubt(lang, x)
		doubtful[x.Line] = true
		if x.Line == 0 {
			p.Doubts = append(p.Doubts, doubtView{0, words})
			continue
		}
		said[x.Line] = append(said[x.Line], words)
	}
	shown := map[int]bool{}
	for i, x := range kept.Source {
		if i >= maxReadLines {
			p.MoreLines = len(kept.Source) - i
			break
		}
		line := sourceLine{At: x.At, Text: x.Text, First: !shown[x.At]}
		if line.First {
			line.Doubts = said[x.At]
		}
		shown[x.At] = true
		p.Lines = append(p.Lines, line)
	}
	for _, x := range kept.Doubts {
		switch {
		case x.Line == 0:
		case shown[x.Line]:
			p.Doubts = append(p.Doubts, doubtView{x.Line, readingDoubt(lang, x)})
		default: // its line is not among those shown
			p.Doubts = append(p.Doubts, doubtView{0, readingDoubt(lang, x)})
		}
	}
	keep := map[string]bool{}
	for _, n := range form["sig_keep"] {
		keep[n] = true
	}
	names, acronyms, countries := form["sig_name"], form["sig_acronym"], form["sig_country"]
	for i := range min(len(kept.Signatories), maxReadRows, len(names)) {
		x := kept.Signatories[i]
		p.Signatories = append(p.Signatories, readRow{
			N: i + 1, Number: x.Number, Name: names[i], Acronym: acronyms[i], Country: countries[i], Kind: x.Kind,
			Keep: keep[strconv.Itoa(i+1)], Doubtful: x.Line > 0 && doubtful[x.Line], Line: x.Line,
		})
	}
	p.MoreSigners = max(len(kept.Signatories)-maxReadRows, 0)
	p.Countries = []option{{"", locale.T(lang, "list.no_country")}}
	for _, c := range place.List(lang) {
		p.Countries = append(p.Countries, option{c.Alpha2, c.Name(lang)})
	}
	return p
}

// maxOffice bounds the name of an office, in characters.
const maxOffice = 500

// deskStore stores what was read, as it was put right.
func (s *Site) deskStore(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lang := d.lang()
	var kept readLetter
	f, err := s.keptFile(ctx, r.PathValue("file"), "letter", &kept)
	if err != nil {
		return err
	}
	form := r.PostForm
	n := len(form["ask_title"])
	m := min(len(kept.Signatories), maxReadRows)
	if n != len(form["ask_body"]) || n > maxAskRows || len(form["sig_name"]) != m || len(form["sig_acronym"]) != m || len(form["sig_country"]) != m {
		return errBadRequest
	}
	slug := strings.TrimSpace(form.Get("slug"))
	t := letter.Text{Lang: form.Get("lang"), Kind: letter.FullText, Title: oneLine(form.Get("title")), Body: unixLines(form.Get("body")), AsksInBody: true}
	for i := range n {
		t.Asks = append(t.Asks, letter.Ask{Title: oneLine(form["ask_title"][i]), Body: unixLines(form["ask_body"][i])})
	}
	t.Asks = tidyAsks(t.Asks)
	l := &letter.Letter{Slug: slug, State: letter.Draft, OriginalLang: t.Lang, Date: strings.TrimSpace(form.Get("date")), Publisher: oneLine(form.Get("publisher"))}
	printed := printedOf(&kept, form)
	var problems []problem
	complain := func(name, why string) {
		problems = append(problems, problem{"#" + name, why})
	}
	if !locale.Known(t.Lang) {
		complain("lang", locale.T(lang, "desk.choose_language"))
	}
	if letter.CheckSlug(slug) != nil {
		complain("slug", locale.T(lang, "desk.bad_slug"))
	}
	facts := letter.Facts{Date: l.Date, Publisher: l.Publisher}
	if errors.Is(facts.Check(), letter.ErrBadDate) {
		complain("date", locale.T(lang, "desk.bad_date"))
	}
	if errors.Is(facts.Check(), letter.ErrBadPublisher) {
		complain("publisher", locale.T(lang, "desk.bad_publisher"))
	}
	to := oneLine(form.Get("to"))
	if len(to) > maxOffice {
		complain("to", locale.T(lang, "problem.too_long", "max", maxOffice))
	}
	if locale.Known(t.Lang) {
		problems = append(problems, textProblems(lang, t)...)
	}
	if len(problems) == 0 {
		if to != "" {
			l.Addressees = []letter.Addressee{{Key: "addressee", Office: map[string]string{t.Lang: to}, OfficeNative: to, NativeLang: t.Lang}}
		}
		switch err = s.storeRead(ctx, d, l, t, printed); {
		case errors.Is(err, letter.ErrSlugTaken):
			complain("slug", locale.T(lang, "desk.slug_taken"))
		case err != nil:
			return err
		}
	}
	if len(problems) > 0 {
		p := s.newDeskReadPage(d, r.URL.Path, &kept, form)
		p.Problems = problems
		for _, x := range problems {
			if i := indexOf(p.Fields, strings.TrimPrefix(x.Href, "#")); i >= 0 {
				p.Fields[i].Why = x.Text
			}
		}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_read", p)
	}
	if err := s.store.DropDeskFile(ctx, f.ID); err != nil {
		return err
	}
	http.Redirect(w, r, deskLetterPath(slug)+"?done=stored", http.StatusSeeOther)
	return nil
}

// storeRead stores a letter that was read. With signatories that were printed on
// it its text is published at once, for it is what they signed; else it goes on
// being written.
func (s *Site) storeRead(ctx context.Context, d *desk, l *letter.Letter, t letter.Text, printed []signature.Printed) error {
	if len(printed) == 0 {
		return s.begin(ctx, d, l, t)
	}
	if err := s.accounts.Note(ctx, d.person.ID, "letter.create", "", l.Slug, "", string(l.State)); err != nil {
		return err
	}
	if _, err := s.letters.Import(ctx, l, t); err != nil {
		return err
	}
	stored, err := s.store.LetterBySlug(ctx, l.Slug)
	if err != nil {
		return err
	}
	if stored.Elsewhere != nil { // a record that has its signatories
		return nil
	}
	text, _ := stored.Text(t.Lang)
	_, err = s.signing.Record(ctx, s.store, stored, text, signature.AsPrinted, printed)
	return err
}

// printedOf are the signatories that were kept, as they were put right.
func printedOf(kept *readLetter, form url.Values) []signature.Printed {
	if form.Get("printed") != "1" {
		return nil
	}
	keep := map[string]bool{}
	for _, n := range form["sig_keep"] {
		keep[n] = true
	}
	var list []signature.Printed
	for i, x := range kept.Signatories {
		if i < maxReadRows {
			if !keep[strconv.Itoa(i+1)] {
				continue
			}
			x.Name, x.Acronym, x.Country = oneLine(form["sig_name"][i]), oneLine(form["sig_acronym"][i]), form["sig_country"][i]
			if _, known := place.ByAlpha2(x.Country); !known {
				x.Country = ""
			}
		}
		if x.Name == "" {
			continue
		}
		list = append(list, signature.Printed{Kind: signature.Kind(x.Kind), Number: int64(x.Number), Public: signature.Public{
			Name: x.Name, Acronym: x.Acronym, Country: x.Country, Role: x.Role, Affiliation: x.Affiliation,
		}})
	}
	return list
}

// readingDoubt says a doubt of the reader in the desk's language, or as the
// reader says it.
func readingDoubt(lang string, x readDoubt) string {
	about := append(append([]string(nil), x.About...), "", "")
	a, b := about[0], about[1]
	switch x.Kind {
	case "whom the letter is addressed to was not found":
		return locale.T(lang, "reading.no_addressee")
	case "no title was found":
		return locale.T(lang, "reading.no_title")
	case "the date %s was taken from a sentence":
		return locale.T(lang, "reading.date_sentence", "date", a)
	case "no date was found":
		return locale.T(lang, "reading.no_date")
	case "the date may mean two days; it was read day first, as %s":
		return locale.T(lang, "reading.date_two", "date", a)
	case "the language is none of Spanish, Portuguese, English and French, or there is too little text to tell":
		return locale.T(lang, "reading.no_language")
	case "no list of signatories was found; if there is one, put a heading such as \"Signatories\" above it":
		return locale.T(lang, "reading.no_list")
	case "no asks were found; if there are some, make them a list under a sentence such as \"We ask:\"":
		return locale.T(lang, "reading.no_asks")
	case "no heading says so, but the list that begins here was read as the signatories":
		return locale.T(lang, "reading.list_unheaded")
	case "%q looks like a signatory but stands apart from the list; it was left out":
		return locale.T(lang, "reading.apart", "name", a)
	case "%q names more than one country; none was taken":
		return locale.T(lang, "reading.countries", "name", a)
	case "%q has no name and was left out":
		return locale.T(lang, "reading.nameless", "name", a)
	case "the list goes from number %d to %d; the numbers are kept as printed":
		return locale.T(lang, "reading.jump", "from", a, "to", b)
	case "%q is printed without its number; its place implies %d":
		return locale.T(lang, "reading.unnumbered", "name", a, "number", b)
	case "the numbers begin again at 1; the list is numbered on, from %d":
		return locale.T(lang, "reading.again", "number", a)
	case "number %d is printed twice; the second is numbered %d":
		return locale.T(lang, "reading.twice", "number", a, "then", b)
	case "%q in the country column is no country that is known":
		return locale.T(lang, "reading.unknown_country", "name", a)
	case "the paragraphs from here on, below a sentence that asks, were read as the asks",
		"no sentence says so, but the sections from here on say what is to be done and were read as the asks",
		"no sentence says so, but the list that begins here was read as the asks",
		"no sentence says so, but the paragraphs with bold leads from here on were read as the asks":
		return locale.T(lang, "reading.asks_unsaid")
	case "the asks are in running text; each sentence that asks was taken for one":
		return locale.T(lang, "reading.asks_running")
	}
	return x.Said
}
