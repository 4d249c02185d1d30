package reading

import (
	"strings"

	"pliego/internal/place"
)

// readItems reads the roll's entries and numbers them.
func (l *Letter) readItems(items []item) {
	items = signatureBlocks(countriesBelow(items))
	personal := personalGroups(items)
	coded := endInCodes(items)
	numbered := 0
	for i := range items {
		if items[i].mark.style == number {
			numbered++
		}
	}
	inNumbers := numbered*2 > len(items)
	last := 0
	for i := range items {
		it := &items[i]
		s := Signatory{Line: it.at, Raw: it.raw, Kind: Organisation, CountryBasis: None}
		switch {
		case it.cells != nil:
			l.readRow(&s, it)
		case signsFor(it):
			it.text, _, _ = signedFor(it.text)
			l.readOne(&s, it, false, coded)
		case it.signedBelow:
			l.readSigned(&s, it, coded)
		case it.below != nil:
			p := readBlock(it)
			s.Kind, s.Name, s.Titles, s.Role, s.Affiliation = Person, p.name, p.titles, p.role, p.affiliation
			s.Country, s.CountryBasis = p.country.Alpha2, p.basis
			if p.several {
				l.warn(it.at, "%q names more than one country; none was taken", it.raw)
			}
		case it.group.person || personal[it.list] || isPersons(it.text):
			l.readOne(&s, it, true, coded)
		default:
			l.readOne(&s, it, false, coded)
		}
		if s.Name == "" {
			l.warn(it.at, "%q has no name and was left out", it.raw)
			continue
		}
		s.Number = l.numberOf(it, last, inNumbers)
		last = s.Number
		if s.Country == "" && it.group.stated {
			s.Country, s.CountryBasis = it.group.country.Alpha2, Stated
		}
		l.Signatories = append(l.Signatories, s)
	}
}

// numberOf gives an entry's number: the printed one, or what its place implies
// where none is printed or the printed one cannot be.
func (l *Letter) numberOf(it *item, last int, inNumbers bool) int {
	printed := 0
	if it.mark.style == number {
		printed = it.mark.n
	}
	switch {
	case printed > last+1 && last > 0 && inNumbers:
		l.warn(it.at, "the list goes from number %d to %d; the numbers are kept as printed", last, printed)
		return printed
	case printed > last && inNumbers:
		return printed
	case printed == 0 && inNumbers:
		l.warn(it.at, "%q is printed without its number; its place implies %d", it.text, last+1)
	case printed > 0 && inNumbers && printed == 1:
		l.warn(it.at, "the numbers begin again at 1; the list is numbered on, from %d", last+1)
	case printed > 0 && inNumbers && it.mark.n == last:
		l.warn(it.at, "number %d is printed twice; the second is numbered %d", printed, last+1)
	}
	return last + 1
}

// readOne reads an entry that is a line of text.
func (l *Letter) readOne(s *Signatory, it *item, person, coded bool) {
	text := it.text
	var code place.Country
	if coded {
		text, code = cutCode(text)
	}
	several := false
	if person {
		p := readPerson(text)
		s.Kind, s.Name, s.Titles = Person, p.name, p.titles
		s.Role, s.Affiliation, s.CountryBasis = p.role, p.affiliation, p.basis
		s.Country, several = p.country.Alpha2, p.several
	} else {
		e := readEntry(text)
		s.Name, s.Acronym, s.Country, s.CountryBasis = e.name, e.acronym, e.country.Alpha2, e.basis
		several = e.several
		if it.group.stated && e.basis == InName {
			s.Country = ""
		}
	}
	if flag, ok := flagOf(it.mark.raw); ok && s.CountryBasis != Stated {
		s.Country, s.CountryBasis = flag.Alpha2, Stated
	}
	if code.Alpha2 != "" {
		s.Country, s.CountryBasis = code.Alpha2, Stated
	}
	if several {
		l.warn(it.at, "%q names more than one country; none was taken", it.raw)
	}
}

// flagOf reads a country's flag, two signs that stand for its code's letters.
func flagOf(s string) (place.Country, bool) {
	code := strings.Map(func(r rune) rune {
		if r >= 0x1F1E6 && r <= 0x1F1FF {
			return r - 0x1F1E6 + 'A'
		}
		return -1
	}, s)
	if len(code) != 2 {
		return place.Country{}, false
	}
	return place.ByAlpha2(code)
}

// readRow reads an entry that is a table's row.
func (l *Letter) readRow(s *Signatory, it *item) {
	cell := func(c column) string {
		for i, col := range it.cols {
			if col == c && i < len(it.cells) && it.cells[i] != "" {
				return it.cells[i]
			}
		}
		return ""
	}
	name := cell(nameColumn)
	person := cell(personColumn)
	s.Role, s.Affiliation = cell(roleColumn), cell(affiliationColumn)
	switch {
	case person != "":
		s.Kind = Person
		s.Name, s.Titles = cutTitles(trimName(person))
		if s.Affiliation == "" {
			s.Affiliation = name
		}
	case it.group.person || s.Role != "" && !organisationWord(firstWords(name, 1)) || s.Affiliation != "" || honorific(name):
		p := readPerson(name)
		s.Kind, s.Name, s.Titles, s.Country, s.CountryBasis = Person, p.name, p.titles, p.country.Alpha2, p.basis
		if s.Role == "" {
			s.Role = p.role
		}
		if s.Affiliation == "" {
			s.Affiliation = p.affiliation
		}
	default:
		e := readEntry(name)
		s.Name, s.Acronym, s.Country, s.CountryBasis = e.name, e.acronym, e.country.Alpha2, e.basis
	}
	if a := bareAcronym(cell(acronymColumn)); a != "" && a != "-" && a != "–" && a != "—" && s.Kind == Organisation {
		s.Acronym = a
	}
	if printed := cell(countryColumn); printed != "" {
		e := entry{basis: None}
		c, isCode := place.ByAlpha2(printed)
		if !isCode {
			c, isCode = place.ByAlpha3(printed)
		}
		switch {
		case isCode:
			s.Country, s.CountryBasis = c.Alpha2, Stated
		case e.countryIn(printed) && !e.several:
			if e.basis == Stated {
				s.Country, s.CountryBasis = e.country.Alpha2, Stated
			}
		case e.several:
			l.warn(it.at, "%q names more than one country; none was taken", it.raw)
			s.Country, s.CountryBasis = "", None
		default:
			if e := countryAmong(printed); e.basis == Stated { // "Lima, Perú", "México, D.F."
				s.Country, s.CountryBasis = e.country.Alpha2, Stated
			} else if printed != "-" && printed != "–" && printed != "—" {
				l.warn(it.at, "%q in the country column is no country that is known", printed)
			}
		}
	}
	if it.group.stated && s.CountryBasis == InName {
		s.Country = ""
	}
}

// countryAmong reads the country among the parts of a cell.
func countryAmong(cell string) entry {
	e := entry{basis: None}
	for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(",;/()–-", r) }) {
		if c, ok := place.Parse(part); ok {
			e.setCountry(c)
		}
	}
	return e
}

// tableItems reads a table's rows as entries. g is the group that rows of one
// cell, such as a country's name, begin.
func tableItems(rows []unit, g *group) []item {
	var items []item
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].table == rows[0].table {
			n++
		}
		items = append(items, oneTable(rows[:n], g)...)
		rows = rows[n:]
	}
	return items
}

func oneTable(rows []unit, g *group) []item {
	var cols []column
	headed := false
	for i := 0; i < min(2, len(rows)); i++ {
		if c, ok := isHeader(&rows[i]); ok && filled(rows[i].cells) > 1 || ok && len(rows[i].cells) == 1 {
			cols, headed, rows = c, true, rows[i+1:]
			break
		}
	}
	if !headed {
		cols = guessColumns(rows)
	}
	if cols == nil {
		return nil
	}
	aside := !headed && sideBySide(cols, rows)
	var items []item
	for i := range rows {
		u := &rows[i]
		if filled(u.cells) == 1 && len(cols) > 1 {
			text := strings.Join(u.cells, "")
			if next, ok := readGroup(text, true); ok {
				*g = next
				continue
			}
		}
		if _, again := isHeader(u); again && u.header {
			continue
		}
		if aside || len(u.cells) == 1 {
			for _, c := range u.cells {
				m, text := cutMarker(c)
				if text != "" {
					items = append(items, item{text: text, mark: m, at: u.at, raw: c, group: *g})
				}
			}
			continue
		}
		it := item{cells: u.cells, cols: cols, at: u.at, raw: u.raw(), group: *g}
		for k, c := range cols {
			if k < len(u.cells) && c == numberColumn {
				it.mark, _ = cutMarker(strings.TrimRight(u.cells[k], ".) ") + ". x")
			}
			if k < len(u.cells) && c == nameColumn && it.mark.style == noMark {
				if m, text := cutMarker(u.cells[k]); m.style == number && m.sure {
					it.mark = m
					it.cells = append([]string(nil), u.cells...)
					it.cells[k] = text
				}
			}
		}
		items = append(items, it)
	}
	return items
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

// personalGroups tells the lists most of whose entries look like persons.
func personalGroups(items []item) map[int]bool {
	all, like := map[int]int{}, map[int]int{}
	for i := range items {
		if items[i].cells == nil {
			all[items[i].list]++
			if looksPersonal(items[i].text) {
				like[items[i].list]++
			}
		}
	}
	persons := map[int]bool{}
	for list, n := range like {
		persons[list] = n*10 >= all[list]*6
	}
	return persons
}

// countriesBelow mends a list in which each country stands on the line below
// its entry: it was taken for the heading of the next.
func countriesBelow(items []item) []item {
	changes := 0
	for i := 1; i < len(items); i++ {
		if items[i].group.stated && items[i].group != items[i-1].group {
			changes++
		}
	}
	if len(items) < 4 || items[0].group.stated || changes*10 < (len(items)-1)*8 {
		return items
	}
	for i := range items {
		items[i].group.stated = false
		if i+1 < len(items) {
			items[i].group.country, items[i].group.stated = items[i+1].group.country, items[i+1].group.country.Alpha2 != ""
		}
	}
	return items
}

// endInCodes reports a list whose entries end in ISO codes, so that "(PE)" is
// a country and no acronym.
func endInCodes(items []item) bool {
	n := 0
	for i := range items {
		if _, c := cutCode(items[i].text); c.Alpha2 != "" {
			n++
		}
	}
	return n >= 2 && n*2 >= len(items)
}

// cutCode takes an ISO code in capitals off the end of an entry.
func cutCode(s string) (string, place.Country) {
	s = strings.TrimRight(s, " .;,")
	head, tail := "", ""
	if open, ok := openingBracket(s); ok {
		head, tail = s[:open], s[open+1:len(s)-1]
	} else if h, t, sep, ok := lastSeparator(s); ok && sep != ":" {
		head, tail = h, t
	}
	tail = strings.TrimSpace(tail)
	if tail != strings.ToUpper(tail) || strings.TrimSpace(head) == "" {
		return s, place.Country{}
	}
	c, ok := place.ByAlpha2(tail)
	if !ok {
		c, ok = place.ByAlpha3(tail)
	}
	if !ok || len(tail) == 2 && isLegalForm(tail) && tail != "CO" && tail != "CR" {
		return s, place.Country{}
	}
	return strings.TrimSpace(head), c
}
