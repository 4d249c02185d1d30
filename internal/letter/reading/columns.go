package reading

import (
	"slices"
	"strings"

	"pliego/internal/place"
)

// column is what a table's column holds.
type column int

const (
	otherColumn column = iota
	nameColumn
	acronymColumn
	countryColumn
	numberColumn
	roleColumn
	affiliationColumn
	personColumn // a person's name
)

// headings of columns in the four languages, folded, by their first words.
var columnHeadings = func() map[string]column {
	m := map[string]column{}
	for c, list := range map[column]string{
		nameColumn: `organisation|organization|organización|organização|name|nombre|nome|nom|entidad|entidade|entité|institution|institución|instituição|
			name of organisation|name of organization|name of the organisation|name of the organization|organisation name|organization name|nombre de la organización|nome da organização|nome da entidade|
			nom de l’organisation|nombre de la entidad|asociación|associação|association|signatory|signataire|firmante|signatário|signatária|signatories|signataires|firmantes|
			organizaciones|organizações|organisations|organizations|group|grupo|groupe|razón social|colectivo|coletivo|red|organización firmante|entidade signatária|organisation signataire|
			nombre completo|nome completo|full name|nom complet|organización/red|structure|nom de la structure|signed by`,
		acronymColumn: `acronym|sigla|siglas|acrónimo|acrônimo|acronyme|sigle|abbreviation|abreviatura|abréviation|abrev|abbr|initials|iniciales`,
		countryColumn: `country|país|pais|pays|country/region|país/región|países|countries|estado|nation|nación|based in|país o región|country or region|país de origen|land`,
		numberColumn:  `no|n|nº|n.º|n°|#|num|núm|número|number|numéro|nr|item|ítem|orden|ordem|ordre`,
		roleColumn:    `role|cargo|función|função|fonction|title|position|titre|puesto|profesión|profissão|profession|poste|qualité|ocupación`,
		affiliationColumn: `affiliation|afiliación|afiliação|filiación|filiação|pertenencia|adscripción|institutional affiliation|afiliación institucional|
			rattachement|vínculo|adscripción institucional`,
		personColumn: `person|persona|pessoa|personne|nombre y apellido|nombre y apellidos|nombres y apellidos|nome e sobrenome|nom et prénom|nom et prénoms|nom prénom|prénom et nom|first and last name`,
	} {
		for h := range strings.SplitSeq(list, "|") {
			m[place.Fold(h)] = c
		}
	}
	return m
}()

// headingOf reads a cell as a column's heading.
func headingOf(cell string) column {
	key := place.Fold(cell)
	if c, ok := columnHeadings[key]; ok {
		return c
	}
	if strings.TrimSpace(cell) == "#" || key == "n o" {
		return numberColumn
	}
	// "Organización / Organisation", "País (Country)".
	parts := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("/(|–-", r) })
	if len(parts) > 1 {
		if c := columnHeadings[place.Fold(parts[0])]; c != otherColumn {
			return c
		}
	}
	// "Provincia o país", "Organización que firma".
	w := strings.Fields(key)
	if len(w) < 2 || len(w) > 5 || len(cell) > 60 {
		return otherColumn
	}
	for _, x := range w {
		switch c := columnHeadings[x]; c {
		case countryColumn, acronymColumn, roleColumn, affiliationColumn:
			if len(x) > 3 {
				return c
			}
		case nameColumn: // "Association Exemple" is an entry
			if x == "nombre" || x == "nome" || x == "name" || x == "nom" {
				return c
			}
		}
	}
	return otherColumn
}

// isHeader reports the row that names a table's columns.
func isHeader(u *unit) ([]column, bool) {
	cols := make([]column, len(u.cells))
	known := 0
	for i, c := range u.cells {
		if cols[i] = headingOf(c); cols[i] != otherColumn {
			known++
		}
		if _, country := place.Parse(c); country && !u.header {
			return nil, false
		}
	}
	if known == 0 || !u.header && known*2 < len(u.cells) {
		return nil, false
	}
	hasName := slices.Contains(cols, nameColumn) || slices.Contains(cols, personColumn)
	if !hasName {
		// A role or affiliation column means persons; else the first unknown
		// column holds the names.
		i := slices.Index(cols, otherColumn)
		if i < 0 {
			return nil, false
		}
		cols[i] = nameColumn
	}
	if n := slices.Index(cols, nameColumn); slices.Contains(cols, personColumn) && n >= 0 {
		if slices.Contains(cols, roleColumn) || cols[0] == personColumn {
			cols[n] = affiliationColumn // persons, with the organisation they are of
		}
	} else if k := slices.Index(cols[n+1:], nameColumn); n >= 0 && k >= 0 && !slices.Contains(cols, roleColumn) && bareName[place.Fold(u.cells[n])] {
		cols[n], cols[n+1+k] = personColumn, affiliationColumn // "Name, organisation"
	} else if n >= 0 && slices.Contains(cols, roleColumn) {
		first := true // "Name, role, organisation": two of a kind, the first is the person
		for i, c := range cols {
			if c == nameColumn && !first {
				cols[i] = affiliationColumn
			}
			first = first && c != nameColumn
		}
	}
	return cols, true
}

// bareName are headings that beside one of organisations mean persons.
var bareName = phrases("name|nombre|nome|nom|nombre completo|nome completo|full name|nom complet")

// guessColumns tells columns by what they hold, for a table without header.
func guessColumns(rows []unit) []column {
	width := 0
	for i := range rows {
		width = max(width, len(rows[i].cells))
	}
	width = min(width, 20)
	cols := make([]column, width)
	longest, length := -1, 0
	for c := range width {
		filled, countries, acronyms, numbers, bytes := 0, 0, 0, 0, 0
		for i := range rows {
			if c >= len(rows[i].cells) || rows[i].cells[c] == "" {
				continue
			}
			cell := rows[i].cells[c]
			filled++
			bytes += len(cell)
			if _, ok := place.Parse(cell); ok || regions[place.Fold(cell)] {
				countries++
			} else if _, ok := place.ByAlpha2(cell); ok && len(cell) == 2 {
				countries++
			}
			if strings.Trim(cell, "0123456789.)ºª-# ") == "" {
				numbers++
			}
			if inCapitals(bareAcronym(cell)) || len(strings.Fields(cell)) == 1 && len(cell) <= 12 {
				acronyms++
			}
		}
		switch {
		case filled == 0:
		case countries*10 >= filled*6:
			cols[c] = countryColumn
		case numbers*10 >= filled*8:
			cols[c] = numberColumn
		case acronyms*10 >= filled*7 && bytes < 14*filled:
			cols[c] = acronymColumn
		default:
			if bytes > length {
				longest, length = c, bytes
			}
		}
	}
	if longest < 0 {
		longest = slices.Index(cols, acronymColumn)
		if longest < 0 {
			return nil
		}
	}
	cols[longest] = nameColumn
	return cols
}

// sideBySide reports a table whose cells are entries each, set in columns to
// save paper.
func sideBySide(cols []column, rows []unit) bool {
	if slices.ContainsFunc(cols, func(c column) bool { return c != nameColumn && c != otherColumn }) || len(cols) < 2 {
		return false
	}
	for c := range cols {
		bytes, filled := 0, 0
		for i := range rows {
			if c < len(rows[i].cells) && rows[i].cells[c] != "" {
				bytes += len(rows[i].cells[c])
				filled++
			}
		}
		if filled == 0 || bytes < 10*filled {
			return false
		}
	}
	return true
}
