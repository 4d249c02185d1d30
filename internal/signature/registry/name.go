package registry

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// maxWords bounds what is looked at of one name.
const maxWords = 40

// token is one word of a name, or several that mean one thing.
type token struct {
	text   string // folded
	key    string // what it is found and compared by: equal for translations
	class  class
	langs  uint8
	placed bool // a proper name after "of": where a chapter may be
}

// name is one name, taken apart.
type name struct {
	tokens   []token
	brand    int      // the first tokens that stand apart as a short name; 0: none
	tail     int      // where proper names after the last comma begin, as of a city; 0: none
	all      []string // folded words, without legal forms
	bare     []string // folded words without silent ones and legal forms
	compact  string   // folded, without legal forms and spaces
	acronyms []string // written in the name
	initials []string
	stated   string // the country that the name names, alpha-2
	langs    [4]int // how much speaks for each language
}

// segment is a part of a name between marks.
type segment struct {
	text  string
	apart bool // by a dash, colon or bracket, not by a comma only
}

// segments parts a name at its marks.
func segments(s string) []segment {
	var list []segment
	var b strings.Builder
	cut := func(apart bool) {
		if t := strings.TrimSpace(b.String()); t != "" {
			list = append(list, segment{t, apart})
		}
		b.Reset()
	}
	apart := false
	runes := []rune(s)
	for i, r := range runes {
		dash := (r == '-') && (i == 0 || i == len(runes)-1 || runes[i-1] == ' ' || runes[i+1] == ' ')
		switch {
		case dash || strings.ContainsRune("–—:()[]/|", r):
			cut(apart)
			apart = true
		case r == ',' || r == ';':
			cut(apart)
			apart = false
		default:
			b.WriteRune(r)
		}
	}
	cut(apart)
	return list
}

// looksAcronym reports a word of capitals.
func looksAcronym(s string) bool {
	upper, letters := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
			letters++
		case unicode.IsLetter(r):
			letters++
		case !unicode.IsDigit(r) && !strings.ContainsRune("-.&'’", r):
			return false
		}
	}
	return upper >= 2 && upper*3 >= letters*2 && letters <= 14
}

// foldAcronym is the key of an acronym: letters and digits only.
func foldAcronym(s string) string { return strings.ReplaceAll(place.Fold(s), " ", "") }

// parse takes a name apart.
func parse(s string) *name {
	if utf8.RuneCountInString(s) > 400 {
		s = string([]rune(s)[:400])
	}
	n := &name{}
	shouted := !strings.ContainsFunc(s, unicode.IsLower)
	parts := segments(s)
	var kept []segment
	for i, p := range parts {
		if len(parts) > 1 && !shouted && looksAcronym(p.text) && !strings.Contains(p.text, " ") && !words().atEnd[place.Fold(p.text)] && (p.apart || i == 0) {
			n.acronyms = append(n.acronyms, foldAcronym(p.text))
			continue
		}
		kept = append(kept, p)
	}
	if len(kept) == 0 {
		kept = parts
	}
	within, _ := place.Within(s)
	n.stated = within.Alpha2
	raws, ends := foldedWords(kept)
	raws, ends = dropLegalForms(raws, ends)
	if last := len(raws) - 1; last > 1 && !shouted && looksAcronym(raws[last].text) && len(raws[last].fold) > 2 {
		for _, w := range raws[:last] {
			n.all = append(n.all, w.fold)
		}
		if slices.Contains(initialsOf(raws[:last]), raws[last].fold) || spelled(raws[last].fold, n.all) {
			n.acronyms = append(n.acronyms, raws[last].fold)
			raws = raws[:last]
		}
		n.all = nil
	}
	n.tokenize(raws, ends, within)
	n.initials = initialsOf(raws)
	for _, w := range raws {
		n.compact += w.fold
		n.all = append(n.all, w.fold)
		if silent[w.fold] == 0 {
			n.bare = append(n.bare, w.fold)
		}
	}
	return n
}

// raw is a folded word with what it was written as.
type raw struct {
	fold, text string
	capital    bool
}

// foldedWords gives the words of all parts, and the number of words after which
// each part but the last ends.
func foldedWords(parts []segment) (list []raw, ends []int) {
	for i, p := range parts {
		for _, w := range strings.Fields(p.text) {
			first, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, "\"“”«»'‘’¡¿+"))
			text := w
			if strings.Contains(w, ".") && looksAcronym(w) { // "A.C." is one word
				if f := foldAcronym(w); f != "" {
					list = append(list, raw{f, text, true})
				}
				continue
			}
			for f := range strings.FieldsSeq(place.Fold(w)) {
				if len(list) < maxWords {
					list = append(list, raw{f, text, unicode.IsUpper(first)})
				}
			}
		}
		if i < len(parts)-1 {
			ends = append(ends, len(list))
		}
	}
	return list, ends
}

func joinRaw(list []raw) string {
	var b strings.Builder
	for i, w := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.fold)
	}
	return b.String()
}

// dropLegalForms takes legal forms off the end and the beginning, as long as a
// name remains; those before a mark, too.
func dropLegalForms(list []raw, ends []int) ([]raw, []int) {
	x := words()
	for again := true; again; {
		again = false
		for k := min(6, len(list)-1); k > 0; k-- {
			if x.atEnd[joinRaw(list[len(list)-k:])] {
				list, again = list[:len(list)-k], true
				break
			}
			if x.atStart[joinRaw(list[:k])] {
				list, again = list[k:], true
				for i := range ends {
					ends[i] -= k
				}
				break
			}
		}
	}
	return list, ends
}

// initialsOf are the first letters of the words, with silent ones and without.
func initialsOf(list []raw) []string {
	var all, bare strings.Builder
	for _, w := range list {
		r, _ := utf8.DecodeRuneInString(w.fold)
		all.WriteRune(r)
		if silent[w.fold] == 0 {
			bare.WriteRune(r)
		}
	}
	if all.Len() == bare.Len() {
		return []string{all.String()}
	}
	return []string{bare.String(), all.String()}
}

// tokenize makes tokens of the words and finds the brand.
func (n *name) tokenize(list []raw, ends []int, within place.Country) {
	x := words()
	stems := make([]string, len(list))
	for i, w := range list {
		stems[i] = stem(w.fold)
		for column := range n.langs {
			if silent[w.fold]&(1<<column) != 0 {
				n.langs[column]++
			}
		}
	}
	brandEnds, tailBegins := 0, 0
	if len(ends) > 0 {
		brandEnds, tailBegins = ends[0], ends[len(ends)-1]
	}
	for i := 0; i < len(list); {
		if i == brandEnds && i > 0 {
			n.brand = len(n.tokens)
		}
		if i == tailBegins && i > 0 {
			n.tail = len(n.tokens)
		}
		w := list[i]
		if length := countryAt(list[i:], within); length > 0 {
			n.tokens = append(n.tokens, token{text: joinRaw(list[i : i+length]), key: "@" + within.Alpha2, class: country})
			i += length
			continue
		}
		if m, length, ok := x.meaningOf(stems[i:]); ok && (length > 1 || silent[w.fold] == 0) {
			n.tokens = append(n.tokens, token{text: joinRaw(list[i : i+length]), key: m.key, class: m.class, langs: m.langs})
			for column := range n.langs {
				if m.langs == 1<<column {
					n.langs[column]++
				}
			}
			i += length
			continue
		}
		switch c, adjective := place.Adjective(w.fold); {
		case silent[w.fold] != 0 && len(list) > 1:
		case adjective:
			n.tokens = append(n.tokens, token{text: w.fold, key: "@" + c.Alpha2, class: country})
			if n.stated == "" {
				n.stated = c.Alpha2
			}
		case strings.Trim(w.fold, "0123456789") == "":
			n.tokens = append(n.tokens, token{text: w.fold, key: w.fold, class: number})
		default:
			placed := w.capital && i > 0 && (belonging[list[i-1].fold] || i > 1 && silent[list[i-1].fold] != 0 && belonging[list[i-2].fold])
			n.tokens = append(n.tokens, token{text: w.fold, key: cognate(w.fold), class: ordinary, placed: placed})
		}
		i++
	}
	if n.brand > 3 || !tells(n.tokens[:n.brand]) {
		n.brand = 0
	}
	after := n.tokens[n.tail:]
	if n.tail < 2 || len(after) > 3 || slices.ContainsFunc(after, func(t token) bool { return t.class != ordinary && t.class != country }) {
		n.tail = 0
	}
}

// tells reports that the tokens hold a word that tells one name from another.
func tells(list []token) bool {
	for _, t := range list {
		if t.class == ordinary {
			return true
		}
	}
	return false
}

// countryAt is the number of words at the beginning that name the country.
func countryAt(list []raw, c place.Country) int {
	if c.Alpha2 == "" || silent[list[0].fold] != 0 {
		return 0
	}
	for n := min(5, len(list)); n > 0; n-- {
		if found, ok := place.Parse(joinRaw(list[:n])); ok && found == c {
			return n
		}
		// abbreviations count in capitals only
		if n == 1 {
			if found, ok := place.Parse(list[0].text); ok && found == c {
				return 1
			}
		}
	}
	return 0
}

// language is the column that most speaks for, or -1.
func (n *name) language() int {
	best, at, second := 0, -1, 0
	for i, v := range n.langs {
		if v > best {
			best, at, second = v, i, best
		} else if v > second {
			second = v
		}
	}
	if best == second {
		return -1
	}
	return at
}

// lone is the one word of a name that is neither a form nor a country: what may
// be an acronym or a brand.
func (n *name) lone() string {
	found := ""
	for _, t := range n.tokens {
		switch t.class {
		case form, country:
		default:
			if found != "" {
				return ""
			}
			found = t.text
		}
	}
	return strings.ReplaceAll(found, " ", "")
}
