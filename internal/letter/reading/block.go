package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// signatureBlocks makes one entry of each person's block of lines, as at the
// end of an official letter: the name, then the role, the organisation and
// perhaps the place, each on a line of its own. Blocks are parted by blank
// lines or, where all lines are alike, known by a role on every second line
// of equal blocks.
func signatureBlocks(items []item) []item {
	var out []item
	for from := 0; from < len(items); {
		to := from + 1
		for to < len(items) && items[to].list == items[from].list && items[to].group == items[from].group {
			to++
		}
		out = append(out, blocksOf(items[from:to])...)
		from = to
	}
	return out
}

// blocksOf reads one list's entries as blocks, or gives them back as they are.
func blocksOf(items []item) []item {
	starts := 0
	for i := range items {
		if items[i].cells != nil || items[i].mark.style != noMark {
			return items
		}
		if i == 0 || items[i].gap {
			starts++
		}
	}
	var blocks [][]item
	if starts*2 <= len(items) {
		for i := range items {
			if i == 0 || items[i].gap {
				blocks = append(blocks, nil)
			}
			blocks[len(blocks)-1] = append(blocks[len(blocks)-1], items[i])
		}
	} else if starts == len(items) {
		for size := 4; size >= 2 && blocks == nil; size-- {
			if len(items)%size != 0 || len(items) == size && size == 2 {
				continue
			}
			for i := 0; i < len(items); i += size {
				blocks = append(blocks, items[i:i+size])
			}
			for _, b := range blocks {
				if !personalBlock(b) {
					blocks = nil
					break
				}
			}
		}
	}
	personal := 0
	for _, b := range blocks {
		if personalBlock(b) {
			personal++
		}
	}
	if personal == 0 || personal*10 < len(blocks)*7 {
		return items
	}
	var out []item
	for _, b := range blocks {
		if !personalBlock(b) {
			out = append(out, b...)
			continue
		}
		it := b[0]
		for _, more := range b[1:] {
			it.below = append(it.below, more.text)
			it.raw += " " + more.raw
		}
		out = append(out, it)
	}
	return out
}

// personalBlock reports lines of which the first is a person's name and a
// later one a role or a body.
func personalBlock(b []item) bool {
	if len(b) < 2 || len(b) > 6 || !personsName(b[0].text) {
		return false
	}
	if isRole(b[1].text) && !personsName(b[1].text) {
		return true
	}
	return honorific(b[0].text) && institution(b[1].text)
}

// personsName reports a line that may be a person's name and nothing else.
func personsName(s string) bool {
	name, degree, parted := strings.Cut(s, ",")
	f := strings.Fields(name)
	if parted && !isDegree(strings.TrimSpace(degree)) || len(f) < 2 || len(f) > 7 || inCapitals(f[0]) && len(f) < 3 {
		return false
	}
	titled := honorific(name)
	for i, w := range f {
		r, _ := utf8.DecodeRuneInString(w)
		if titled && i == 0 {
			continue
		}
		if !unicode.IsUpper(r) && !functionWord[strings.ToLower(w)] || organisationWord(w) || roles[place.Fold(w)] && !titled {
			return false
		}
	}
	return true
}

// readBlock reads a person's block: a role, the affiliation, a country.
func readBlock(it *item) personEntry {
	p := personEntry{name: trimName(it.text), basis: None}
	var affiliations []string
	for _, text := range it.below {
		text = trimEnd(strings.TrimSpace(text))
		e := entry{basis: None}
		if p.basis == None && e.countryIn(text) {
			p.country, p.basis, p.several = e.country, e.basis, e.several
			continue
		}
		if p.role == "" && len(affiliations) == 0 && isRole(text) {
			if head, tail, sep, ok := firstSeparator(text); ok && sep == "," && institution(tail) && len(it.below) < 3 {
				text = head // "Director, Centre for X"
				affiliations = append(affiliations, tail)
			}
			p.role = text
			continue
		}
		if head, tail, _, ok := lastSeparator(text); ok && p.basis == None {
			if e.countryIn(tail) {
				p.country, p.basis, text = e.country, e.basis, head
			}
		}
		if len(affiliations) == 0 {
			affiliations = append(affiliations, text)
		}
	}
	p.affiliation = strings.Join(affiliations, ", ")
	return p
}
