package reading

// box is an element of a page that holds units, such as a section or a list,
// inside another. Other formats have none.
type box struct {
	outer *box
	depth int
}

// within gives the innermost box that holds both; nil when there is none.
func within(a, b *box) *box {
	for a != b {
		switch {
		case a == nil || b == nil:
			return nil
		case a.depth >= b.depth:
			a = a.outer
		default:
			b = b.outer
		}
	}
	return a
}

// holds reports that b is the box or inside it.
func (x *box) holds(b *box) bool { return within(x, b) == x }

// parted reports that something stands between units[i] and the roll above it:
// a rule, the end of the table, or the end of the part of the page that holds
// the roll. ruledOff: rules are drawn above each entry, to sign on.
func parted(units []unit, i int, roll *box, lines int, ruledOff bool) bool {
	u := &units[i]
	return u.ruled && !ruledOff || units[i-1].kind == row && u.kind != row || roll != nil && !roll.holds(u.in) && (lines > 1 || units[i-1].kind == row)
}

// goesOn reports that the lines from units[i] on are more of the roll though
// something parts them from it: most of the next few are entries by
// themselves, or the first heads a group. Outside the roll's part of the page
// a body's name alone is no evidence: it may be the page's owner.
func goesOn(units []unit, i int, roll *box) bool {
	outside := roll != nil && !roll.holds(units[i].in)
	if plainlyGroup(units[i].text) {
		return true
	}
	like, n := 0, 0
	for j := i; j < min(len(units), i+4) && units[j].kind == line && !ends(&units[j], false); j++ {
		n++
		s := units[j].text
		if stillEntry(&units[j]) || !outside && institution(s) && !isProse(s) || j > i && plainlyGroup(s) {
			like++
		}
	}
	return like*2 > n
}

// doubtBelow warns of lines below the roll that were left out though they look
// like entries.
func (l *Letter) doubtBelow(units []unit, taken []bool) {
	last := -1
	for i, t := range taken {
		if t {
			last = i
		}
	}
	if last < 0 {
		return
	}
	const near, most = 12, 5
	said := 0
	for i := last + 1; i < min(len(units), last+1+near) && said < most; i++ {
		u := &units[i]
		if u.kind != line || !entryLike(u, false) || ends(u, false) || len(words(u.text)) < 2 {
			continue
		}
		if stillEntry(u) || institution(u.text) && !endsSentence(u.text) && !labelledLine(u.text) {
			l.warn(u.at, "%q looks like a signatory but stands apart from the list; it was left out", u.raw())
			said++
		}
	}
}
