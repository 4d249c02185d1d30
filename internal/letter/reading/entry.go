package reading

import (
	"strings"

	"pliego/internal/place"
)

// entry is what one line of the roll says.
type entry struct {
	name, acronym string
	country       place.Country
	basis         string
	several       bool // it names more than one country apart from the name
	region        bool // where a country would stand is a region
}

// readEntry takes an organisation's line apart: the country and the acronym
// are peeled off its end, in any order, then looked for before and inside the
// name. What is neither stays in the name, as printed.
func readEntry(text string) entry {
	e := entry{basis: None}
	s := strings.Trim(oneLine(text), " ;,·|*†‡")
	s = footnote(s)
	for range 6 {
		s = trimEnd(s)
		rest, ok := e.peelBrackets(s)
		if !ok {
			rest, ok = e.peelTail(s)
		}
		if !ok {
			break
		}
		s = rest
	}
	s = e.peelFront(trimEnd(s))
	s = e.peelMiddle(s)
	e.name = trimName(s)
	if e.basis == None && !e.several {
		if c, ok := place.Within(e.name); ok {
			e.country, e.basis = c, InName
		}
	}
	return e
}

// footnote takes note signs off the end: "[3]", "¹", "(*)".
func footnote(s string) string {
	s = strings.TrimRight(s, " ¹²³⁴⁵⁶⁷⁸⁹⁰*†‡")
	if i := strings.LastIndexByte(s, '['); i > 0 && strings.HasSuffix(s, "]") && strings.Trim(s[i:], "[]0123456789*") == "" {
		return strings.TrimSpace(s[:i])
	}
	return strings.TrimSpace(strings.TrimSuffix(s, "(*)"))
}

// trimEnd takes separators and a sentence's full stop off the end, but not the
// stop of a legal form.
func trimEnd(s string) string {
	for {
		t := strings.TrimRight(s, " ,;:·|–—")
		if strings.HasSuffix(t, " -") || strings.HasSuffix(t, "- ") {
			t = strings.TrimRight(t, " -")
		}
		t = strings.TrimSuffix(t, "-")
		if strings.HasSuffix(t, ".") && !isAbbreviated(t) {
			t = strings.TrimSuffix(t, ".")
		}
		if t == s {
			return s
		}
		s = t
	}
}

func trimName(s string) string {
	s = footnote(trimEnd(strings.TrimLeft(s, " ,;:.·|–—-")))
	for _, q := range []string{"“”", "\"\"", "«»", "‘’"} { // quotes around the whole name
		r := []rune(q)
		inner, opened := strings.CutPrefix(s, string(r[0]))
		inner, closed := strings.CutSuffix(inner, string(r[1]))
		if opened && closed && !strings.ContainsAny(inner, q) {
			s = strings.TrimSpace(inner)
		}
	}
	return oneLine(s)
}

// setCountry notes a country printed apart. Two different ones are none.
func (e *entry) setCountry(c place.Country) {
	if e.basis == Stated && e.country != c {
		e.several = true
		e.country, e.basis = place.Country{}, None
		return
	}
	if !e.several {
		e.country, e.basis = c, Stated
	}
}

// countryIn reads a part printed apart as a country, or as several ("Chile y
// Argentina"), or as a region where a country would stand.
func (e *entry) countryIn(s string) bool {
	s = strings.Trim(s, " .,;:*\"“”")
	if c, ok := place.Parse(s); ok {
		e.setCountry(c)
		return true
	}
	if s == "RD" || s == "R.D" { // as Dominicans write
		c, _ := place.ByAlpha2("DO")
		e.setCountry(c)
		return true
	}
	if code := strings.ToUpper(s); code == s && (len(s) == 2 || len(s) == 3) && !isLegalForm(s) {
		// Codes are read by readEntry's callers, who see the whole list.
		return false
	}
	if regions[place.Fold(s)] {
		e.region = true
		return true
	}
	for _, lead := range []string{"de ", "del ", "do ", "da ", "from ", "du ", "d'", "d’", "de la ", "of ", "en ", "in ", "au ", "em "} {
		if rest, ok := strings.CutPrefix(s, lead); ok {
			if c, ok := place.Parse(rest); ok {
				e.setCountry(c)
				return true
			}
		}
	}
	if parts := splitCountries(s); len(parts) > 1 && len(parts) < 12 {
		var all []place.Country
		for _, p := range parts {
			c, ok := place.Parse(p)
			if !ok {
				return false
			}
			all = append(all, c)
		}
		for _, c := range all {
			e.setCountry(c)
		}
		return true
	}
	return false
}

func splitCountries(s string) []string {
	for _, and := range []string{", ", " and ", " y ", " e ", " et ", " & ", " - ", " – "} {
		s = strings.ReplaceAll(s, and, "/")
	}
	return strings.Split(s, "/")
}

// peelBrackets reads brackets at the end: "(Perú)", "(CELS)", "(CELS,
// Argentina)", "(IDPC, por sus siglas en inglés)", "(Lima, Perú)".
func (e *entry) peelBrackets(s string) (string, bool) {
	open, ok := openingBracket(s)
	if !ok || strings.TrimSpace(s[:open]) == "" {
		return s, false
	}
	name := trimEnd(s[:open])
	content := strings.TrimSpace(s[open+1 : len(s)-1])
	if e.basis != Stated && !(e.acronym == "" && spelt(content, name)) && e.countryIn(content) {
		return name, true
	}
	if a, ok := takesAcronym(content, name, "("); ok && e.acronym == "" {
		e.acronym = a
		return name, true
	}
	parts := strings.FieldsFunc(content, func(r rune) bool { return strings.ContainsRune(",;/–—·|", r) })
	if len(parts) == 1 {
		parts = strings.Split(content, "-")
	}
	if len(parts) < 2 || len(parts) > 4 {
		return s, false
	}
	try := *e
	read := 0
	for _, p := range parts {
		p = strings.TrimSpace(p)
		a, isAcronym := takesAcronym(p, name, "(")
		switch {
		case try.basis != Stated && try.countryIn(p):
			read++
		case isAcronym && try.acronym == "":
			try.acronym = a
			read++
		case saysAcronym(p):
		case len(words(p)) > 4:
			return s, false
		}
	}
	if read == 0 {
		return s, false
	}
	*e = try
	return name, true
}

// saysAcronym reports the words that explain an acronym: "por sus siglas en
// inglés", "for its acronym in Spanish", "sigle en anglais".
func saysAcronym(s string) bool {
	for _, w := range words(s) {
		if acronymWords[w] {
			return true
		}
	}
	return false
}

var acronymWords = set("sigla siglas sigle acronym acronimo acronyme initials iniciales")

// peelTail reads what stands after the last separator.
func (e *entry) peelTail(s string) (string, bool) {
	if i := strings.LastIndex(s, ". "); i > 0 && e.basis != Stated { // "Asociación Ejemplo. Perú"
		if c, ok := place.Parse(s[i+2:]); ok && !strings.Contains(s[i+2:], ",") {
			e.setCountry(c)
			return s[:i+1], true
		}
	}
	head, tail, sep, ok := lastSeparator(s)
	if !ok || tail == "" || head == "" || isLegalForm(tail) {
		return s, false
	}
	if city, country, ok := strings.Cut(tail, "-"); ok && e.basis != Stated && cities[place.Fold(city)] { // ", Lomé-Togo"
		if c, ok := place.Parse(country); ok {
			e.setCountry(c)
			return strings.TrimSuffix(s, "-"+country), true
		}
	}
	if sep != ":" && e.basis != Stated && !e.several && !(e.acronym == "" && spelt(tail, head)) {
		if e.countryIn(tail) {
			// "Chile / Perú": a second country beside the first.
			if h, t, _, ok := lastSeparator(head); ok {
				if c, isCountry := place.Parse(t); isCountry {
					e.setCountry(c)
					return h, true
				}
			}
			return head, true
		}
	}
	if sep == "/" && e.acronym == "" && len(tail) == 2 && tail == strings.ToUpper(tail) { // "Fórum Exemplo – FEX/RJ"
		if name, a, sign, ok := lastSeparator(head); ok && sign == "-" && inCapitals(a) && spells(a, name) >= 0.6 {
			e.acronym = a + "/" + tail
			return name, true
		}
	}
	// "CELS", or "CELS Argentina" after a dash.
	if e.acronym == "" {
		if a, ok := takesAcronym(tail, head, sep); ok {
			e.acronym = a
			return head, true
		}
		if a, rest, ok := strings.Cut(tail, " "); ok && sep == "-" && e.basis != Stated && inCapitals(a) {
			if c, isCountry := place.Parse(rest); isCountry && spells(a, head) >= 0.5 {
				e.acronym = a
				e.setCountry(c)
				return head, true
			}
		}
	}
	return s, false
}

// peelFront reads what stands before the name: "CELS – Centro de …",
// "CELS (Centro de …)", "Argentina: Centro …".
func (e *entry) peelFront(s string) string {
	if open, ok := openingBracket(s); ok && e.acronym == "" {
		head, content := strings.TrimSpace(s[:open]), strings.TrimSpace(s[open+1:len(s)-1])
		if inCapitals(head) && len(strings.Fields(content)) >= 2 && spells(head, content) >= 0.4 {
			e.acronym = bareAcronym(head)
			return content
		}
	}
	for range 2 {
		head, tail, sep, ok := firstSeparator(s)
		if strings.HasPrefix(s, "(") || strings.HasPrefix(s, "[") {
			if i := strings.IndexAny(s, ")]"); i > 0 && len(s) > i+1 {
				head, tail, sep, ok = s[1:i], strings.TrimLeft(s[i+1:], " ,-–—:"), "(", true
			}
		}
		if !ok || tail == "" {
			return s
		}
		if e.basis == None && !e.several && sep != "," && sep != "/" {
			if c, isCountry := place.Parse(head); isCountry {
				e.setCountry(c)
				s = tail
				continue
			}
			if regions[place.Fold(head)] && !e.region { // "REGIONAL - Red Ejemplo"
				e.region = true
				s = tail
				continue
			}
		}
		if e.acronym == "" && len(strings.Fields(tail)) >= 2 && inCapitals(head) {
			share := spells(head, tail)
			if share >= 0.6 || sep != "," && sep != "/" && !shouted(s) && share >= 0.25 {
				e.acronym = bareAcronym(head)
				return tail
			}
		}
		return s
	}
	return s
}

// peelMiddle reads an acronym in brackets inside the name: "Comisión … (CEDHU)
// de Ecuador". What follows is part of the name, unless it is a country.
func (e *entry) peelMiddle(s string) string {
	if e.acronym != "" && !strings.Contains(s, "("+e.acronym+")") {
		return s
	}
	for from := 0; ; {
		i := strings.IndexAny(s[from:], "([")
		if i < 0 {
			return s
		}
		i += from
		n := strings.IndexAny(s[i:], ")]")
		if n < 0 {
			return s
		}
		name, rest := strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+n+1:])
		a, ok := takesAcronym(s[i+1:i+n], name, "(")
		if !ok || e.acronym != "" && e.acronym != a {
			from = i + n
			continue
		}
		e.acronym = a
		if rest == "" {
			return name
		}
		after := strings.Trim(rest, " ,-–—")
		if c, isCountry := place.Parse(after); isCountry && e.basis == None {
			e.setCountry(c)
			return name
		}
		if first, tail, _ := strings.Cut(after, " "); e.basis == None && functionWord[strings.ToLower(first)] {
			if c, isCountry := place.Parse(tail); isCountry {
				e.country, e.basis = c, InName
				return name
			}
		}
		if strings.HasPrefix(rest, ",") || strings.HasPrefix(rest, ".") {
			return name + rest
		}
		return name + " " + rest
	}
}
