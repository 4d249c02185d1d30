package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// source is a file taken apart: its text in order, and what its format says
// besides.
type source struct {
	units []unit
	meta  meta
}

// meta is what a page's or document's own fields say; each may be "".
type meta struct {
	title, site, date string
}

// kind is what a unit of text is by its format.
type kind int

const (
	line    kind = iota // a paragraph, or one line of it
	heading             // marked as one by the format
	row                 // of a table
)

// unit is a piece of text that stands by itself: a paragraph, or a line when
// line breaks mean something, a heading, a list item, a row of a table.
type unit struct {
	kind   kind
	level  int      // of a heading, from 1
	text   string   // without the marker, white space made single
	mark   marker   // its list marker, if any
	cells  []string // of a row
	header bool     // the row is marked as the table's header
	table  int      // which table the row is of, from 1
	lead   string   // bold text that text begins with
	at     int      // line number
	indent int      // columns before the marker or the text
	gap    bool     // something parts it from the unit before: a blank line, a paragraph's end
	page   bool     // a page ended before it
	ruled  bool     // a rule, such as "-----", stands before it
	in     *box     // of a web page
	hard   bool     // the line break before it is the writer's own
	width  int      // of the last physical line, in characters, with indent
}

// raw is the unit as printed.
func (u *unit) raw() string {
	if u.kind == row {
		return strings.Join(u.cells, " | ")
	}
	if u.mark.raw != "" {
		return u.mark.raw + " " + u.text
	}
	return u.text
}

// bold reports that the whole unit is bold.
func (u *unit) bold() bool { return u.lead != "" && len(u.lead) >= len(u.text)-1 }

// headed reports that a unit's form makes it a heading: by format, bold, in
// capitals, or ending in a colon.
func (u *unit) headed() bool {
	return u.kind == heading || u.kind == line && u.mark.style == noMark && (u.bold() || strings.HasSuffix(u.text, ":") || shouted(u.text))
}

func shouted(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 3
}

// words gives the folded words of a text.
func words(s string) []string { return strings.Fields(place.Fold(s)) }

func set(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, l := range lists {
		for w := range strings.FieldsSeq(l) {
			m[w] = true
		}
	}
	return m
}

// capitals gives the share of a text's content words that begin with a
// capital or digit, and the number of all its words. Names are mostly
// capitals, sentences mostly not.
func capitals(s string) (share float64, n int) {
	content, capital := 0, 0
	for w := range strings.FieldsSeq(s) {
		n++
		w = strings.TrimLeft(w, "(\"“«'‘¿¡[")
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || functionWord[strings.Trim(strings.ToLower(w), ",.;:")] {
			continue
		}
		content++
		if unicode.IsUpper(r) || unicode.IsDigit(r) {
			capital++
		}
	}
	if content == 0 {
		return 0, n
	}
	return float64(capital) / float64(content), n
}

// isProse reports a sentence or more of running text, as opposed to a name, a
// heading or a line of an address.
func isProse(s string) bool {
	share, n := capitals(s)
	switch {
	case n > 60:
		return true
	case n >= 14 && share < 0.35:
		return true
	case n >= 7 && share < 0.5 && endsSentence(s):
		return true
	}
	return false
}

// endsSentence reports that a text ends as sentences do, not in a legal form
// such as "A.C." or another abbreviation.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"”»’)* ")
	if s == "" {
		return false
	}
	switch s[len(s)-1] {
	case '?', '!', ':', ';':
		return true
	case '.':
		return !isAbbreviated(s)
	}
	return false
}

// isAbbreviated reports that the full stop at the end of s belongs to its last
// word: a legal form, an initial, or a word with stops inside.
func isAbbreviated(s string) bool {
	last := s[strings.LastIndexAny(s, " ,(-")+1:]
	bare := strings.TrimSuffix(last, ".")
	if before := strings.TrimSuffix(s[:len(s)-len(last)], " "); len(last) < 5 && strings.HasSuffix(before, ".") { // "Bs. As."
		if first := before[strings.LastIndexByte(before, ' ')+1:]; len(first) < 5 {
			return true
		}
	}
	return strings.Contains(bare, ".") || utf8.RuneCountInString(bare) == 1 || legalForms[strings.ToLower(bare)]
}

// legalForms are the abbreviations of legal forms that end names of
// organisations, lower case without stops.
var legalForms = set(`ac a.c a.c. sc s.c sa s.a srl s.r.l iap i.a.p abp a.b.p aida ong ngo asbl a.s.b.l inc ltd llc llp
	ltda eirl ev e.v plc corp co gmbh vzw npo osc oscip cic c.i.c fbo ca c.a cv c.v rl esal sas s.a.s a.s pty asoc assoc
	spa s.p.a iad stichting nv b.v bv cbo ipss ies ei`)
