package reading

import (
	"strings"
	"unicode/utf8"

	"pliego/internal/place"
)

// item is one entry of the roll before it is read: its text or its cells,
// with what its group says.
type item struct {
	text  string
	cells []string
	cols  []column
	mark  marker
	at    int
	raw   string
	group group
	gap   bool     // a blank line or a paragraph's end before it
	bold  bool     // the whole line
	below []string // the lines of a block below its first
	// signedBelow: the first line of the block is an organisation, and those
	// below say who signed for it.
	signedBelow bool
	list        int // entries under one signature heading, or of one group of persons
}

// readRoll finds the roll, reads its entries into the letter and returns the
// units that are left: the letter's text, and after a roll at its end nothing
// but a date that may stand there.
func (l *Letter) readRoll(units []unit) []unit {
	taken := make([]bool, len(units))
	items := headedRolls(units, taken)
	if len(items) == 0 {
		if items = unheadedRoll(units, taken); len(items) > 0 {
			l.warn(items[0].at, "no heading says so, but the list that begins here was read as the signatories")
		}
	}
	l.readItems(items)
	l.doubtBelow(units, taken)
	return afterRoll(units, taken)
}

// afterRoll leaves out the roll, and what follows a roll at the end: contacts,
// notes, links. Which end is told by where most of the prose is.
func afterRoll(units []unit, taken []bool) []unit {
	first, last := -1, -1
	for i, t := range taken {
		if t {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return units
	}
	before, after := 0, 0
	for i := range units {
		if !taken[i] && isProse(units[i].text) {
			if i < first {
				before += len(units[i].text)
			} else if i > last {
				after += len(units[i].text)
			}
		}
	}
	var rest []unit
	for i := range units {
		if taken[i] || i > last && before > after && dateOf(units[i].text).iso == "" {
			continue
		}
		rest = append(rest, units[i])
	}
	return rest
}

// headedRolls gathers the entries under every heading of signatories.
func headedRolls(units []unit, taken []bool) []item {
	var items []item
	for i := 0; i < len(units); i++ {
		inline, ok := sigHeading(&units[i])
		if !ok {
			continue
		}
		var found []item
		g := headingGroup(&units[i])
		if inline != "" {
			if found = pieces(&units[i], inline, g, true); len(found) < 2 && len(units) > i+1 && units[i+1].gap {
				found = nil
			}
		}
		more, end := gather(units, i+1, &units[i], g)
		if inline != "" && len(found) == 0 {
			continue
		}
		found = append(found, more...)
		if len(found) == 0 {
			continue
		}
		for j := i; j < end; j++ {
			taken[j] = true
		}
		for k := range found {
			found[k].list += len(units) * i // one list for each heading
		}
		items = append(items, found...)
		i = end - 1
	}
	return items
}

func headingGroup(u *unit) group {
	head, _, _ := strings.Cut(u.text, ":")
	g, _ := readGroup(head, true)
	g.country, g.stated = place.Country{}, false // "Signatories of Chile's letter"
	return g
}

// gather takes the entries from units[from] on, until something is no entry.
func gather(units []unit, from int, head *unit, g group) (items []item, end int) {
	marked, lists, runs := 0, 0, 0
	var before struct{ marked, items int } // the group
	roll, lines := head.in, 0
	took := func(u *unit) { // the roll's part of the page holds its heading and first entries
		switch {
		case lines == 0 && roll == nil:
			roll = u.in
		case lines < 2:
			roll = within(roll, u.in)
		}
		lines++
	}
	end = from
	for i := from; i < len(units); i++ {
		u := &units[i]
		if u.kind == row {
			n := i
			for n < len(units) && units[n].kind == row {
				n++
			}
			took(u)
			items = append(items, tableItems(units[i:n], &g)...)
			i, end = n-1, n
			continue
		}
		if inline, ok := sigHeading(u); ok && i > from {
			if inline == "" {
				return items, end // the next heading gathers its own
			}
			return items, end
		}
		has := u.mark.style != noMark
		if strings.HasPrefix(u.mark.raw, "[") && marked > 0 && !strings.HasPrefix(items[0].mark.raw, "[") {
			break // a note
		}
		if u.mark.style == bullet && marked > 0 && items[0].mark.raw != u.mark.raw && endsSentence(u.text) {
			if share, n := capitals(u.text); share < 0.5 && n > 3 {
				break // "* The list was closed on 2 May."
			}
		}
		if next, ok := groupAt(units, i, marked > 0, head, len(items)); ok {
			g, end = next, i+1
			before.marked, before.items = marked, len(items) // a group may be set in its own way
			if roll != nil {
				roll = within(roll, u.in)
			}
			if !g.stated {
				lists++ // organisations may follow persons
			}
			continue
		}
		if ends(u, has && marked > 0) || u.kind == heading || startsLetter(u) {
			break
		}
		if !has && isIndexLetter(u.text) || u.mark.style == number && isIndexLetter(u.raw()) {
			end = i + 1
			continue
		}
		if u.mark.raw == "*" && marked == 0 && starred(items) {
			break // what the stars mean
		}
		if len(items) > 0 && !has && labelledLine(u.text) && !labelledLine(items[0].text) {
			break // "Copies: …"
		}
		if len(items) > 0 && parted(units, i, roll, lines, units[from].ruled) {
			if !goesOn(units, i, roll) {
				break
			}
			roll = within(roll, u.in)
		}
		if p := pieces(u, u.text, g, len(items) == 0 && loneParagraph(units, i)); len(p) > 1 {
			took(u)
			items = append(items, p...)
			end = i + 1
			runs++
			continue
		}
		if !entryLike(u, marked > 0) || runs > 1 && runs*2 > i-from && !goesOn(units, i, roll) {
			break
		}
		if n := marked - before.marked; !has && n >= 3 && n*10 >= (len(items)-before.items)*7 && !belongs(units, i) {
			break
		}
		if has {
			marked++
		}
		took(u)
		items = append(items, item{text: u.text, mark: u.mark, at: u.at, raw: u.raw(), group: g, gap: u.gap, bold: u.bold(), list: lists})
		end = i + 1
	}
	// A group's heading with nothing below is none.
	return items, end
}

// isIndexLetter reports a heading of an alphabetical list: "A", "– B –".
func isIndexLetter(s string) bool {
	s = strings.Trim(s, " -–—.*")
	return utf8.RuneCountInString(s) == 1 && strings.ToUpper(s) == s && strings.ToLower(s) != s
}

func starred(items []item) bool {
	for i := range items {
		if strings.HasSuffix(items[i].text, "*") {
			return true
		}
	}
	return false
}

// loneParagraph reports that the unit is all there is to the roll, so that its
// commas part entries.
func loneParagraph(units []unit, i int) bool {
	return len(units[i].text) > 100 && (i+1 == len(units) || units[i+1].gap && !entryLike(&units[i+1], false) ||
		i+1 < len(units) && ends(&units[i+1], false))
}

// entryLike reports a line that can be an entry of a roll.
func entryLike(u *unit, marked bool) bool {
	share, n := capitals(u.text)
	has := u.mark.style != noMark
	switch {
	case n == 0 || n > 60 || len(u.text) > 600:
		return false
	case has && marked:
		return n <= 45 || share >= 0.5
	case strings.HasSuffix(u.text, "?") || strings.HasSuffix(u.text, "!") && n > 6 && share < 0.6:
		return false
	}
	return !isProse(u.text)
}

// startsLetter reports what begins a letter after a roll at its top: its title
// or the salutation.
func startsLetter(u *unit) bool {
	return u.mark.style == noMark && (namesLetter(u.text) && u.gap || salutes(u.text))
}

// belongs judges a line without marker after lines with markers: an entry that
// lost its number is followed by more entries, or looks much like one.
func belongs(units []unit, i int) bool {
	for j := i + 1; j < len(units) && j <= i+3; j++ {
		if units[j].mark.style != noMark && units[j].kind == line {
			return true
		}
	}
	return stillEntry(&units[i])
}

// stillEntry reports a line that is an entry by itself: it has a country or an
// acronym, or is a person's.
func stillEntry(u *unit) bool {
	e := readEntry(u.text)
	return e.basis == Stated || e.acronym != "" || looksPersonal(u.text)
}

// groupAt reads units[i] as the heading of a group: by its words, or by being
// marked as a heading with entries below.
func groupAt(units []unit, i int, marked bool, head *unit, so int) (group, bool) {
	u := &units[i]
	if i+1 >= len(units) {
		return group{}, false
	}
	next := &units[i+1]
	nests := u.mark.style != noMark && next.mark.style != noMark && next.indent > u.indent+1
	if u.mark.style != noMark && !u.bold() && u.kind != heading && !nests {
		return group{}, false
	}
	if !(next.kind == row || entryLike(next, marked)) {
		if _, ok := place.Parse(strings.TrimRight(next.text, ":")); !ok {
			if parts := splitPieces(next.text); len(parts) < 2 {
				return group{}, false
			}
		}
	}
	form := u.headed() || nests
	apart := u.gap && !next.gap || marked && next.mark.style != noMark || form
	g, ok := readGroup(u.text, form)
	if ok && (g.stated || apart || nests || u.gap && (plainlyGroup(u.text) || regions[place.Fold(footnoteCount(u.text))])) {
		return g, true
	}
	// A heading of the format below the roll's own names a group in words of
	// its own.
	if u.kind == heading && !(head.kind == heading && u.level <= head.level) && !ends(u, false) {
		g, _ := readGroup(u.text, true)
		if c, ok := place.Within(u.text); ok {
			g.country, g.stated = c, true
		}
		return g, true
	}
	if u.kind == line && u.bold() && so > 0 && !ends(u, false) && !next.bold() && !personAndRole(next.text) && !personsName(next.text) && !(i > 1 && units[i-2].bold() || i+2 < len(units) && units[i+2].bold()) && len(words(u.text)) <= 8 && !strings.ContainsAny(u.text, ",;(") {
		return group{}, true
	}
	return group{}, false
}
