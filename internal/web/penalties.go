package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/locale"
	"pliego/internal/penalty"
	"pliego/internal/place"
)

type penaltiesPage struct {
	page
	Tabs                            []link
	Empty                           bool
	Action                          string
	Country, Offence, Substance, On string
	Countries, Offences, Substances []option
	OnWhy                           string
	Found                           string
	Rows                            []penaltyRow
	Amounts                         []amountRow
	CSV                             string
}

// penaltyRow is a row of the table of penalties, in words.
type penaltyRow struct {
	ID                              string // of the row on the page
	Country, Offence, Words         string
	Statute, Article, Range, Dates  string
	Alternatives, Women, Text, Note string
	Sure                            string
	Verified                        bool
	Derived                         bool
	Sources                         []link
	Why                             []string // why it may not apply, in the calculator
	MayApply                        bool
}

type amountRow struct {
	Country, Substance, Amount, Kind string
	Statute, Article, Dates, Note    string
	Sure                             string
	Verified                         bool
	Sources                          []link
}

// penaltyPage begins a page about the laws, with the way to the others.
func (s *Site) penaltyPage(lang, rest string) penaltiesPage {
	p := penaltiesPage{page: s.newPage(lang, "/penalties"+rest, locale.T(lang, "penalty.title"), locale.T(lang, "penalty.lead")), Action: "/" + lang + "/penalties" + rest}
	base := "/" + lang + "/penalties"
	p.Tabs = []link{
		{Href: base, Label: locale.T(lang, "penalty.tab_table"), Current: rest == ""},
		{Href: base + "/amounts", Label: locale.T(lang, "penalty.tab_thresholds"), Current: rest == "/amounts"},
		{Href: base + "/compare", Label: locale.T(lang, "penalty.tab_calculator"), Current: rest == "/compare"},
	}
	return p
}

// penalties is the table of penalties, by country, conduct and day.
func (s *Site) penalties(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	rows, _, err := s.store.Law(ctx)
	if err != nil {
		return err
	}
	p := s.penaltyPage(lang, "")
	p.Empty = len(rows) == 0
	q := r.URL.Query()
	p.Country, p.Offence, p.On = q.Get("country"), q.Get("offence"), excerpt(q.Get("on"), 20)
	on, ok := isoDate(p.On)
	if p.On != "" && !ok {
		p.OnWhy = locale.T(lang, "penalty.case_bad_date")
	}
	var countries []string
	for _, row := range rows {
		countries = append(countries, row.Country)
	}
	p.Countries = countryOptions(lang, countries)
	for _, o := range penalty.Offences {
		p.Offences = append(p.Offences, option{string(o), locale.Named(lang, penaltyOffences, o)})
	}
	found := rows[:0:0]
	for _, row := range rows {
		if (p.Country == "" || row.Country == p.Country) && (p.Offence == "" || string(row.Offence) == p.Offence) && (!ok || row.MayHold(on, s.now())) {
			found = append(found, row)
		}
	}
	sortPenalties(lang, found)
	for _, row := range found {
		p.Rows = append(p.Rows, penaltyWords(lang, row))
	}
	p.Found = locale.T(lang, "penalty.found", "n", len(found))
	p.CSV = "/" + lang + "/penalties.csv"
	w.Header()["Cache-Control"] = revalidate
	return s.draw(w, http.StatusOK, "penalties", &p)
}

// penaltyAmounts is the table of the amounts that laws name.
func (s *Site) penaltyAmounts(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	_, rows, err := s.store.Law(ctx)
	if err != nil {
		return err
	}
	p := s.penaltyPage(lang, "/amounts")
	p.Empty = len(rows) == 0
	q := r.URL.Query()
	p.Country, p.Substance = q.Get("country"), q.Get("substance")
	var countries, substances []string
	for _, row := range rows {
		countries, substances = append(countries, row.Country), append(substances, row.Substance)
	}
	p.Countries = countryOptions(lang, countries)
	slices.Sort(substances)
	for _, x := range slices.Compact(substances) {
		p.Substances = append(p.Substances, option{x, locale.Named(lang, penaltySubstances, x)})
	}
	order := collate.New(language.Make(lang))
	slices.SortStableFunc(rows, func(a, b penalty.Threshold) int {
		return order.CompareString(alpha3Name(lang, a.Country), alpha3Name(lang, b.Country))
	})
	for _, t := range rows {
		if p.Country != "" && t.Country != p.Country || p.Substance != "" && t.Substance != p.Substance {
			continue
		}
		p.Amounts = append(p.Amounts, amountRow{
			Country: alpha3Name(lang, t.Country), Substance: locale.Named(lang, penaltySubstances, t.Substance), Amount: amountWords(lang, t),
			Kind: locale.Named(lang, penaltyKinds, t.Kind), Statute: t.Statute, Article: t.Article, Dates: datesWords(lang, t.From, t.To), Note: t.Note,
			Sure: locale.Named(lang, penaltyConfidences, t.Confidence), Verified: t.Confidence == penalty.Seen, Sources: sourceLinks(t.Sources),
		})
	}
	p.Found = locale.T(lang, "penalty.found", "n", len(p.Amounts))
	p.CSV = "/" + lang + "/penalties/amounts.csv"
	w.Header()["Cache-Control"] = revalidate
	return s.draw(w, http.StatusOK, "penalty_amounts", &p)
}

// penaltyWords puts a row into words.
func penaltyWords(lang string, x penalty.Penalty) penaltyRow {
	prison := rangeWords(lang, x.Months)
	if x.Offence == "alternatives" {
		prison = ""
	}
	return penaltyRow{
		Country: alpha3Name(lang, x.Country), Offence: locale.Named(lang, penaltyOffences, x.Offence), Words: x.Words,
		Statute: x.Statute, Article: x.Article, Range: prison, Dates: datesWords(lang, x.From, x.To),
		Alternatives: x.Alternatives, Women: x.Women, Text: x.TextVersion, Note: x.Note,
		Sure: locale.Named(lang, penaltyConfidences, x.Confidence), Verified: x.Confidence == penalty.Seen, Derived: x.Derived,
		Sources: sourceLinks(x.Sources),
	}
}

// sortPenalties puts rows in the order of countries as readers look for them,
// then of conducts.
func sortPenalties(lang string, rows []penalty.Penalty) {
	order := collate.New(language.Make(lang))
	slices.SortStableFunc(rows, func(a, b penalty.Penalty) int {
		if c := order.CompareString(alpha3Name(lang, a.Country), alpha3Name(lang, b.Country)); c != 0 {
			return c
		}
		return slices.Index(penalty.Offences, a.Offence) - slices.Index(penalty.Offences, b.Offence)
	})
}

// countryOptions are the countries that a table has, by name.
func countryOptions(lang string, codes []string) []option {
	slices.Sort(codes)
	var out []option
	for _, c := range slices.Compact(codes) {
		out = append(out, option{c, alpha3Name(lang, c)})
	}
	order := collate.New(language.Make(lang))
	slices.SortFunc(out, func(a, b option) int { return order.CompareString(a.Label, b.Label) })
	return out
}

// alpha3Name is the name of a country in a language, or its code.
func alpha3Name(lang, code string) string {
	if c, ok := place.ByAlpha3(code); ok {
		return c.Name(lang)
	}
	return code
}

// sourceLinks name each source by its host; copies of laws in repositories by
// the repository, which says more.
func sourceLinks(urls []string) []link {
	var out []link
	for _, u := range urls {
		label := host(u)
		if parsed, err := url.Parse(u); err == nil && parsed.Host == "github.com" {
			if parts := strings.Split(strings.Trim(parsed.Path, "/"), "/"); len(parts) >= 2 {
				label = parts[0] + "/" + parts[1]
			}
		}
		out = append(out, link{Href: u, Label: label})
	}
	return out
}

// today is the day on which a page is drawn.
func (s *Site) today() time.Time { return s.now().UTC().Truncate(24 * time.Hour) }
