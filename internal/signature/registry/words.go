package registry

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"pliego/internal/place"
)

//go:embed words.txt
var wordsText string

//go:embed legalforms.txt
var legalFormsText string

// class says what a word does in an organisation's name.
type class byte

const (
	form     class = 'f' // the kind of body: network, institute
	scope    class = 's' // national, international, civil
	region   class = 'r' // Latin American, north
	subject  class = 't' // human rights, women, drugs
	chapter  class = 'c' // a body within another one: section, faculty
	country  class = 'g' // a country or its adjective
	number   class = 'n'
	ordinary class = 'w' // any other word; it tells one name from another
)

// weights say how much it tells that two names share a word of a class.
var weights = map[class]float64{form: 0.5, scope: 0.4, region: 0.5, subject: 0.6, chapter: 0.5, country: 0.3, number: 1, ordinary: 1}

// meaning is what a phrase stands for, and in which of the four languages.
type meaning struct {
	key   string
	class class
	langs uint8 // a bit for each column of words.txt
}

type lexicon struct {
	phrases map[string]meaning // stems joined by spaces
	longest map[string]int     // first stem → words of the longest phrase
	atEnd   map[string]bool    // legal forms
	atStart map[string]bool
}

// words reads the embedded tables once. They are part of the program, so a
// fault in them is a fault of the program, and every test meets it.
var words = sync.OnceValue(func() *lexicon {
	x := &lexicon{phrases: map[string]meaning{}, longest: map[string]int{}, atEnd: map[string]bool{}, atStart: map[string]bool{}}
	n := 0
	for line := range strings.Lines(wordsText) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) != 5 || weights[class(line[0])] == 0 {
			panic(fmt.Sprintf("registry: words.txt: %q is no line of words", line))
		}
		n++
		for column, cell := range cells[1:] {
			for phrase := range strings.FieldsSeq(cell) {
				x.add(strings.ReplaceAll(phrase, "_", " "), meaning{fmt.Sprintf("#%d", n), class(line[0]), 1 << column})
			}
		}
	}
	for line := range strings.Lines(legalFormsText) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		line, start := strings.CutSuffix(line, "*")
		x.atEnd[line] = true
		if start {
			x.atStart[line] = true
		}
	}
	return x
})

// add keeps the first meaning of a phrase; "sociedad" is a form before it is a
// subject.
func (x *lexicon) add(phrase string, m meaning) {
	stems := strings.Fields(place.Fold(phrase))
	for i, w := range stems {
		stems[i] = stem(w)
	}
	key := strings.Join(stems, " ")
	had, ok := x.phrases[key]
	switch {
	case !ok:
		x.phrases[key] = m
	case had.key == m.key:
		had.langs |= m.langs
		x.phrases[key] = had
	}
	x.longest[stems[0]] = max(x.longest[stems[0]], len(stems))
}

// meaningOf finds the longest phrase that the stems begin with.
func (x *lexicon) meaningOf(stems []string) (m meaning, length int, ok bool) {
	for n := min(x.longest[stems[0]], len(stems)); n > 0; n-- {
		if m, ok := x.phrases[strings.Join(stems[:n], " ")]; ok {
			return m, n, true
		}
	}
	return meaning{}, 0, false
}

// stem takes the endings of number and gender off a folded word.
func stem(w string) string {
	if len(w) < 4 || w[0] >= '0' && w[0] <= '9' {
		return w
	}
	switch {
	case strings.HasSuffix(w, "oes") && len(w) > 5: // -ções
		w = w[:len(w)-3] + "ao"
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		w = w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "ais") && len(w) > 5:
		w = w[:len(w)-3] + "al"
	case strings.HasSuffix(w, "aux") && len(w) > 5:
		w = w[:len(w)-3] + "al"
	case strings.HasSuffix(w, "ss"):
	case strings.HasSuffix(w, "s") || strings.HasSuffix(w, "x"):
		w = w[:len(w)-1]
	}
	if n := len(w); n > 4 && strings.HasSuffix(w, "nne") { // feminine of -n
		w = w[:n-2]
	}
	if n := len(w); n > 3 && strings.ContainsRune("aoe", rune(w[n-1])) {
		w = w[:n-1]
	}
	if n := len(w); n > 4 && strings.HasSuffix(w, "qu") {
		w = w[:n-2] + "c"
	}
	return w
}

// cognates turn the endings by which the four languages form the same word
// into one, the longest first.
var cognates = [...][2]string{
	{"acion", "ation"}, {"acao", "ation"}, {"cion", "tion"}, {"cao", "tion"}, {"ssao", "sion"}, {"sao", "sion"},
	{"idad", "ity"}, {"dad", "ty"}, {"ite", "ity"}, {"it", "ity"}, {"encia", "ence"}, {"enci", "ence"}, {"ancia", "ance"}, {"anci", "ance"},
	{"mient", "ment"}, {"ment", "ment"}, {"logia", "logy"}, {"logi", "logy"}, {"ical", "ic"}, {"iqu", "ic"}, {"ismo", "ism"}, {"ista", "ist"}, {"aire", "ari"}, {"ario", "ari"},
}

// spellings are the letters that the four languages write differently.
var spellings = strings.NewReplacer("ph", "f", "th", "t", "qu", "k", "ch", "c", "y", "i", "k", "c", "z", "s", "mm", "m", "nn", "n", "ll", "l", "ss", "s", "tt", "t", "pp", "p", "cc", "c", "rr", "r", "ff", "f")

// cognate gives one key for a word and its like in the other languages.
func cognate(w string) string {
	s := stem(w)
	if len(s) < 4 {
		return s
	}
	for _, c := range cognates {
		if head, ok := strings.CutSuffix(s, c[0]); ok && len(head) > 2 {
			s = head + c[1]
			break
		}
	}
	return spellings.Replace(s)
}

// silent are the words that a name is the same without: articles,
// prepositions, conjunctions. A mark is the languages that they tell.
var silent = func() map[string]uint8 {
	m := map[string]uint8{}
	for column, list := range [...]string{
		"el la los las lo un una de del al y e o u en por para con sin sobre hacia contra pro ante entre su sus desde a",
		"o a os as um uma de do da dos das ao aos e em no na nos nas por pela pelo pelas pelos para pra com sem sobre contra pro entre seu sua",
		"the a an of and for on in at to from with without against by upon s",
		"le la les l un une de du des d et en au aux pour par avec sans sur contre vers a dans",
	} {
		for w := range strings.FieldsSeq(list) {
			m[w] |= 1 << column
		}
	}
	return m
}()

// belonging are the prepositions before the place that a chapter is in.
var belonging = map[string]bool{"de": true, "del": true, "do": true, "da": true, "dos": true, "das": true, "of": true, "du": true, "d": true, "in": true, "en": true, "em": true}
