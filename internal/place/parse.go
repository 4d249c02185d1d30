package place

import (
	"strings"
	"unicode"
)

// Parse reads a whole string as one country: a name in any of the four
// languages, a long or short form of it, or a common abbreviation, with or
// without accents, articles and a trailing full stop. Abbreviations of two
// letters count in upper case only; ISO codes are not read (see ByAlpha2).
func Parse(s string) (Country, bool) {
	if len(s) > 200 { // longer than any name of a country
		return Country{}, false
	}
	t := load()
	key := matchKey(s)
	bare := s[strings.LastIndexByte(strings.TrimSpace(s), ' ')+1:] // without "the"
	if i, ok := t.codes[key]; ok && !strings.ContainsFunc(bare, unicode.IsLower) {
		return t.countries[i], true
	}
	if i, ok := t.spoken[key]; ok {
		return t.countries[i], true
	}
	if i, ok := t.parseLong(strings.Fields(key)); ok {
		return t.countries[i], true
	}
	// "Brasil (Brazil)", "Deutschland / Germany": two names of one country.
	if head, rest, ok := cutPair(s); ok {
		a, okA := Parse(head)
		b, okB := Parse(rest)
		if okA && okB && a == b {
			return a, true
		}
	}
	return Country{}, false
}

func cutPair(s string) (head, rest string, ok bool) {
	if head, rest, ok = strings.Cut(s, "/"); ok {
		return head, rest, head != "" && rest != ""
	}
	s, closed := strings.CutSuffix(strings.TrimSpace(s), ")")
	head, rest, ok = strings.Cut(s, "(")
	return head, rest, ok && closed && head != "" && rest != ""
}

// parseLong reads "Republic of X", "X, República de" and "X (Federated States
// of)", where X is a name of a country. Korea and the two Congos have more
// than one such form and are left to the tables.
func (t *table) parseLong(words []string) (int, bool) {
	head, tail := 0, len(words)
	for head < tail && longForm[words[head]] {
		head++
	}
	if head == 0 {
		for tail > 0 && longForm[words[tail-1]] {
			tail--
		}
	}
	if head == 0 && tail == len(words) || head == tail {
		return 0, false
	}
	stated := head == 0 && tail == len(words)-1 && articles[words[tail]] // "Bahamas (Las)"
	for _, w := range append(words[:head:head], words[tail:]...) {
		stated = stated || !connective[w]
	}
	i, ok := t.spoken[matchKey(strings.Join(words[head:tail], " "))]
	if !ok || !stated || severalStates[t.countries[i].Alpha2] {
		return 0, false
	}
	return i, true
}

var severalStates = map[string]bool{"KR": true, "KP": true, "CD": true, "CG": true, "CN": true, "TW": true}

// longForm are the words of which the long forms of States' names are made.
var longForm = set(`republic republica republique rep state estado etat states estados etats kingdom reino royaume
	commonwealth federation federacion federacao grand duchy principality principado principaute sultanate
	federal federative federativa federated federados democratic democratica democratique socialist socialista
	people s popular islamic islamica islamique plurinational plurinacional bolivarian bolivariana bolivarienne
	united unida unie oriental eastern cooperative cooperativa union independent independiente
	of the de del do da du des la el las los le les l d`)

var connective = set(`of the de del do da du des la el las los le les l d s`)

// articles may stand before a country's name.
var articles = set(`the los las la el le les l o os a as`)

// joiners tie the parts of a name ("Trinidad and Tobago"); people write "&".
var joiners = set(`and y e et`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// matchKey is Fold without a leading article and without joiners, with "St"
// written out, so that one key stands for all the ways to print a name.
func matchKey(s string) string {
	words := strings.Fields(Fold(s))
	for len(words) > 1 && articles[words[0]] && max(len(words[0]), len(words[1])) > 1 {
		words = words[1:]
	}
	kept := words[:0]
	for i, w := range words {
		switch {
		case i > 0 && i < len(words)-1 && joiners[w] && len(words[i-1]) > 1 && len(words[i+1]) > 1:
		case w == "st" && len(words) > 1:
			kept = append(kept, "saint")
		default:
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// isAbbreviation reports a name of two or three letters, such as "US" or
// "U.K.", that in lower case would be a word.
func isAbbreviation(name string) bool {
	letters := 0
	for _, r := range name {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters <= 3
}
