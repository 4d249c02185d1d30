package web

import (
	"fmt"
	"strings"

	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// placed gives the number that stands before a row, and what stands beside
// its name because of the list's order.
type placed func(sig *signature.Signature, index int) (position, note string)

// byRegistration puts the registration number before a row.
func byRegistration(lang string) placed {
	return func(sig *signature.Signature, _ int) (string, string) { return locale.Number(lang, sig.Number), "" }
}

// beside numbers the rows as they run, from a first place on, and puts the
// registration number beside the name.
func beside(lang string, from int64) placed {
	return func(sig *signature.Signature, index int) (string, string) {
		return locale.Number(lang, from+int64(index)), locale.T(lang, "list.number", "number", sig.Number)
	}
}

// rows makes the rows of a list. What all of them rest on is said once, above
// the list; only where the bases differ does each row name its own. Under a
// heading that is the country no row repeats it.
func (s *Site) rows(lang string, list []*signature.Signature, p *signatoriesPage, at placed, underCountry bool) []signatory {
	mixed := oneBasis(list) == ""
	if !mixed && p.About == "" {
		p.About = aboutBasis(lang, oneBasis(list))
	}
	out := make([]signatory, len(list))
	for i, sig := range list {
		row := &out[i]
		var note string
		row.Position, note = at(sig, i)
		if sig.State != signature.Standing {
			row.Gone = goneNote(lang, sig)
			continue
		}
		row.Name, row.Website = listedName(lang, sig), sig.Public.Website
		country := place.Name(sig.Public.Country, lang)
		if underCountry {
			country = ""
		}
		var details []string
		for _, detail := range []string{sig.Public.Role, sig.Public.Affiliation, country, note} {
			if detail != "" {
				details = append(details, detail)
			}
		}
		if mixed {
			details = append(details, basisName(lang, sig.Basis))
		}
		if level := levelName(lang, sig); level != "" {
			details = append(details, level)
		}
		row.Detail = strings.Join(details, " · ")
	}
	return out
}

// levelName says how far it was verified that a signature is its organisation's,
// where that is more than an address that confirmed it.
func levelName(lang string, sig *signature.Signature) string {
	switch sig.Level() {
	case signature.LevelOwnDomain:
		return locale.T(lang, "level.own_domain")
	case signature.LevelProven:
		return locale.T(lang, "level.domain_proven")
	case signature.LevelVouched:
		return locale.T(lang, "level.vouched")
	}
	return ""
}

// oneBasis is the basis of all standing signatures of a list, or "" when they
// differ.
func oneBasis(list []*signature.Signature) signature.Basis {
	var basis signature.Basis
	for _, sig := range list {
		if sig.State != signature.Standing || sig.Basis == basis {
			continue
		}
		if basis != "" {
			return ""
		}
		basis = sig.Basis
	}
	if basis == "" {
		return signature.Confirmed
	}
	return basis
}

func aboutBasis(lang string, basis signature.Basis) string {
	switch basis {
	case signature.AsPrinted:
		return locale.T(lang, "list.about_printed")
	case signature.Given:
		return locale.T(lang, "list.about_given")
	}
	return locale.T(lang, "list.about_confirmed")
}

func basisName(lang string, basis signature.Basis) string {
	switch basis {
	case signature.AsPrinted:
		return locale.T(lang, "basis.printed")
	case signature.Given:
		return locale.T(lang, "basis.given")
	}
	return locale.T(lang, "basis.confirmed")
}

// goneNote is what a signature that was withdrawn or set aside leaves on the
// list.
func goneNote(lang string, sig *signature.Signature) string {
	if sig.State == signature.Contested {
		return locale.T(lang, "list.set_aside", "date", locale.Date(lang, sig.SetAsideAt))
	}
	return locale.T(lang, "list.withdrawn", "date", locale.Date(lang, sig.EndedAt))
}

// shownName is a name with its acronym, unless the name holds it already.
func shownName(p signature.Public) string {
	if p.Acronym == "" || strings.Contains(p.Name, "("+p.Acronym+")") || p.Name == p.Acronym {
		return p.Name
	}
	return p.Name + " (" + p.Acronym + ")"
}

// numberWidth is the class that leaves room for numbers up to n.
func numberWidth(n int64) string {
	switch {
	case n >= 10_000:
		return "long"
	case n >= 100:
		return "wide"
	}
	return "short"
}

func numberRange(lang string, first, last int64) string {
	return locale.Number(lang, first) + "–" + locale.Number(lang, last)
}

// numberPages links the pages of the registration list: the first, the last,
// and those near the one that is shown.
func numberPages(lang, base string, current, pages, highest int64) []pageLink {
	const size, near = store.RegistrationPage, 2
	if pages < 2 {
		return nil
	}
	shown := []int64{1}
	for n := max(current-near, 2); n <= min(current+near, pages-1); n++ {
		shown = append(shown, n)
	}
	shown = append(shown, pages)
	var links []pageLink
	var before int64
	for _, n := range shown {
		if n > before+1 {
			links = append(links, pageLink{Gap: true})
		}
		before = n
		l := link{Href: base, Label: numberRange(lang, size*(n-1)+1, min(size*n, highest)), Current: n == current}
		if n > 1 {
			l.Href = fmt.Sprintf("%s?page=%d", base, n)
		}
		links = append(links, pageLink{link: l})
	}
	return links
}

// numberHref leads to a number's row on the registration list.
func numberHref(list string, number int64) string {
	const size = store.RegistrationPage
	if page := (number-1)/size + 1; page > 1 {
		return fmt.Sprintf("%s?page=%d#n%d", list, page, number)
	}
	return fmt.Sprintf("%s#n%d", list, number)
}
