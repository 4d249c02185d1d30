package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// signatureBlocks makes one entry of each block of lines that is one
// signature, as at the end of an official letter: a person's name, then the
// role, the organisation and perhaps the place, each on a line of its own; or
// an organisation and below it who signed for it. Blocks are parted by blank
// lines or, where all lines are alike, known by where the roles stand.
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

const maxBlock = 6 // lines

// blocksOf reads one list's entries as blocks, or gives them back as they are.
func blocksOf(items []item) []item {
	starts := 0
	for i := range items {
		if items[i].cells != nil || items[i].mark.style != noMark && i == 0 {
			return items
		}
		if i == 0 || items[i].gap {
			starts++
		}
	}
	var blocks [][]item
	switch {
	case starts == 1 && len(items) > 4:
		return items
	case starts*2 <= len(items) || starts < len(items) && starts > 1:
		for i := range items {
			if i == 0 || items[i].gap {
				blocks = append(blocks, nil)
			}
			blocks[len(blocks)-1] = append(blocks[len(blocks)-1], items[i])
		}
	case starts == len(items):
		blocks = evenBlocks(items)
	}
	// Blocks of one list are alike: most say where the person stands.
	var votes [3]int
	several := 0
	for _, b := range blocks {
		if len(b) < 2 {
			continue
		}
		several++
		if at := signerIn(b); at >= 0 {
			votes[at]++
		}
	}
	signer := 0
	if votes[1] > votes[0] {
		signer = 1
	}
	if leadsInBold(blocks) {
		return boldBlocks(blocks)
	}
	if votes[signer] == 0 || votes[signer]*10 < several*7 || several*2 < len(blocks) {
		return items
	}
	var out []item
	for _, b := range blocks {
		at := signerIn(b)
		if len(b) < 2 || len(b) > maxBlock || at >= 0 && at != signer || at < 0 && (signer == 0 || len(b) > 3 || !beginsWithName(b[1].text)) {
			out = append(out, b...)
			continue
		}
		out = append(out, oneBlock(b, signer == 1))
	}
	return out
}

// oneBlock makes an entry of a block's lines.
func oneBlock(b []item, signedBelow bool) item {
	it := b[0]
	it.signedBelow = signedBelow
	for _, more := range b[1:] {
		it.below = append(it.below, more.text)
		it.raw += " " + more.raw
	}
	return it
}

// leadsInBold reports three blocks or more of which each begins with a bold
// line and goes on with others that are not.
func leadsInBold(blocks [][]item) bool {
	for _, b := range blocks {
		if len(b) < 2 || len(b) > maxBlock {
			return false
		}
		for i := range b {
			if b[i].bold != (i == 0) {
				return false
			}
		}
	}
	return len(blocks) >= 3
}

// boldBlocks reads blocks by their bold lines: persons, when all may be, with
// a role below; else organisations with who signed for them.
func boldBlocks(blocks [][]item) []item {
	persons := 0
	for _, b := range blocks {
		if personsName(b[0].text) && !beginsWithName(b[1].text) || personAndRole(b[0].text) {
			persons++
		}
	}
	var out []item
	for _, b := range blocks {
		out = append(out, oneBlock(b, persons*10 < len(blocks)*7))
	}
	return out
}

// evenBlocks parts lines without blank lines between by the roles in them: the
// first tells how far from a block's beginning its role stands.
func evenBlocks(items []item) [][]item {
	var roleAt []int
	for i := range items {
		if onlyRole(items[i].text) || personAndRole(items[i].text) {
			roleAt = append(roleAt, i)
		}
	}
	if len(roleAt) < 2 && len(items) > 4 || len(roleAt) == 0 || roleAt[0] > 2 {
		return nil
	}
	first := roleAt[0]
	var blocks [][]item
	for k, at := range roleAt {
		from, to := at-first, len(items)
		if k+1 < len(roleAt) {
			to = roleAt[k+1] - first
		}
		if to <= at || to-from < 2 || to-from > maxBlock {
			return nil
		}
		if signerIn(items[from:to]) < 0 {
			return nil
		}
		blocks = append(blocks, items[from:to])
	}
	return blocks
}

// signerIn tells which line of a block names the person who signs: 0 for a
// person with role or body below, 1 for an organisation with its signer below,
// -1 for no such block.
func signerIn(b []item) int {
	if len(b) < 2 || len(b) > maxBlock {
		return -1
	}
	first, second := b[0].text, b[1].text
	switch {
	case personsName(first) && onlyRole(second):
		return 0
	case personAndRole(first) && !personAndRole(second) && !personsName(second), honorific(first) && personsName(first) && institution(second):
		return 0
	case personAndRole(second) && !personAndRole(first):
		return 1
	case personsName(second) && len(b) > 2 && onlyRole(b[2].text) && !personAndRole(first):
		return 1
	case personsName(second) && honorific(second) && institution(first):
		return 1
	}
	return -1
}

// onlyRole reports a line that says what a person does, and no name.
func onlyRole(s string) bool {
	first := firstWords(s, 1)
	return isRole(s) && (!organisationWord(first) || roles[place.Fold(first)]) && !personsName(s) && !personAndRole(s)
}

// personAndRole reports a line "Ana Pérez, directora", "Ana Pérez – directora"
// or "Ana Pérez (directora)".
func personAndRole(s string) bool {
	name, rest, _, ok := firstSeparator(s)
	if open := strings.IndexByte(s, '('); !ok && open > 0 {
		name, rest, ok = strings.TrimSpace(s[:open]), s[open+1:], true
	}
	if !ok || !personsName(name) {
		return false
	}
	first, _, _ := strings.Cut(rest, " ")
	return isRole(rest) || beginsLower(rest) && !functionWord[strings.ToLower(first)]
}

// beginsWithName reports a line that is a person's name, or one and something
// after it.
func beginsWithName(s string) bool {
	head, _, _, _ := firstSeparator(s)
	return personsName(head)
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
		if titled && i == 1 && !unicode.IsUpper(r) {
			return false // "Professor of Law"
		}
		if !unicode.IsUpper(r) && !functionWord[strings.ToLower(w)] || organisationWord(w) || roles[place.Fold(w)] && !titled {
			return false
		}
	}
	return true
}

// readBlock reads a person's block: a role, the affiliation, a country.
func readBlock(it *item) personEntry {
	p := personEntry{basis: None}
	p.name, p.titles = cutTitles(trimName(it.text))
	var affiliations []string
	if personAndRole(it.text) {
		p = readPerson(it.text)
		if p.affiliation != "" {
			affiliations = append(affiliations, p.affiliation)
		}
	}
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
