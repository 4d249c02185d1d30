package place

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Within finds the country that a longer name names as whole words, as in
// "Instituto de Estudios Legales del Uruguay" or "Transparencia Venezuela".
// Adjectives (Brasileña, Canadian) are not countries; a name that is as well
// a person's, a saint's, a town's or a state's (Georgia, Santa Lucía, San
// Martín, Granada) does not count, and some (Jordan, Chad) only after a
// preposition. A name with two different countries yields none.
func Within(name string) (Country, bool) {
	if len(name) > 2000 {
		return Country{}, false
	}
	words := split(name)
	if len(words) < 2 {
		return Country{}, false
	}
	shouted := true // no lower case: capitals say nothing then
	lower := true
	for _, w := range words {
		shouted = shouted && !w.hasLower
		lower = lower && !w.capital
	}
	t, phrases := load(), longest()
	found, any := 0, false
	for i := 0; i < len(words); {
		n, country := phrases.match(t, words[i:], shouted)
		if n == 0 {
			i++
			continue
		}
		if country >= 0 && (lower || words[i].capital || words[i+n-1].capital) && t.counts(words, i, n) {
			if any && country != found {
				return Country{}, false
			}
			found, any = country, true
		}
		i += n
	}
	if !any {
		return Country{}, false
	}
	return t.countries[found], true
}

// counts applies the caution that a name needs inside others.
func (t *table) counts(words []word, i, n int) bool {
	key := join(words[i : i+n])
	if alsoOther[key] {
		return false
	}
	if key == "salvador" || key == "le salvador" { // French only; else a city of Brazil or a man
		return i > 0 && (words[i-1].fold == "au" || words[i-1].fold == "du") || n == 2
	}
	if afterPreposition[key] {
		return i > 0 && prepositions[words[i-1].fold]
	}
	return true
}

// alsoOther are names that inside a longer one mean something else more often
// than the country.
var alsoOther = keys(`Georgia|Géorgie|Geórgia|Granada|Grenade|Santa Lucía|Santa Lúcia|Sainte-Lucie|San Martín|
	São Martinho|Saint-Martin|Saint Martin|San Bartolomé|São Bartolomeu|Saint-Barthélemy|Santa Elena|Santa Helena|Saint Helena|
	Sainte-Hélène|Reunión|Réunion|Reunião|La Réunion|Guadalupe|Jersey|Maurice|Mauricio|Maurício|Dominique|Congo|
	Montserrat|Antigua|Trinidad|Tobago|Wales|England|San Marino|Saint-Marin|Bonaire|Emirates|Burkina|Isla de Navidad|
	Ceylon|Formosa|Bharat|Macedonia|Santa Sede|San Pedro y Miquelón|Barbade`)

// afterPreposition are names of countries that are names of persons as well.
var afterPreposition = keys(`Jordan|Chad|Israel|Israël|Dominica|Malta|Níger|Niger|Guinea|Guiné|Guinée|Jordania|
	Irlanda|Francia|Martinica|Man|Polonia|Samoa`)

// misleading are phrases in which a country's name does not mean the country.
var misleading = keys(`New Mexico|Nuevo México|Novo México|Nouveau-Mexique|Golfo de México|Gulf of Mexico|Golfo do México|
	Golfe du Mexique|Nueva Granada|Nova Granada|New Jersey|Nueva Jersey|New England|Nueva Inglaterra|New South Wales|
	Nueva Gales|Niger Delta|Delta del Níger|Delta du Niger|Delta de Níger|Gulf of Guinea|Golfo de Guinea|
	Golfo da Guiné|Golfe de Guinée|Nueva Guinea|New Guinea|Nouvelle-Guinée|Rosa Luxemburgo|Rosa Luxembourg|Jamaica Plain|
	Concepción del Uruguay|Río Paraguay|Latin America|Nueva Escocia|Nova Scotia|Nova Escócia|British Columbia|
	Nueva Irlanda|Prince of Wales|Scotland Yard|Isla de Man`)

var prepositions = set(`de del do da dos das du des of in en em au aux para por pour for e d`)

func keys(names string) map[string]bool {
	m := map[string]bool{}
	for name := range strings.SplitSeq(names, "|") {
		m[Fold(name)] = true
	}
	return m
}

type word struct {
	fold              string
	capital, hasLower bool
}

// split gives the words of a name; each part of a hyphenated one is a word.
func split(name string) []word {
	var words []word
	for _, w := range strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N) && r != '.'
	}) {
		// "EE.UU." and "U.S." are words with stops inside, which Fold parts.
		first, _ := utf8.DecodeRuneInString(w)
		has := strings.ContainsFunc(w, unicode.IsLower)
		for part := range strings.FieldsSeq(Fold(w)) {
			words = append(words, word{part, unicode.IsUpper(first), has})
		}
	}
	return words
}

func join(words []word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.fold)
	}
	return b.String()
}

// index holds every phrase by its first word's place in a map, with the
// length in words of the longest phrase that begins so.
type index struct {
	phrases map[string]int // folded → country, or -1 for a misleading phrase
	upper   map[string]int // abbreviations that count in capitals only
	longest map[string]int
}

var longest = sync.OnceValue(func() *index {
	t := load()
	x := &index{phrases: map[string]int{}, upper: map[string]int{}, longest: map[string]int{}}
	put := func(m map[string]int, key string, country int) {
		m[key] = country
		words := strings.Fields(key)
		x.longest[words[0]] = max(x.longest[words[0]], len(words))
	}
	for i := range t.countries {
		for _, name := range t.names[i] {
			put(x.phrases, Fold(name), i)
		}
	}
	for key, i := range t.spoken {
		if _, ok := x.phrases[key]; !ok {
			put(x.phrases, key, i)
		}
	}
	for _, m := range []string{variantsTSV, countriesTSV} {
		for line := range strings.Lines(m) {
			code, names, _ := strings.Cut(strings.TrimSpace(line), "\t")
			if i, ok := t.alpha2[code]; ok {
				for name := range strings.SplitSeq(names[strings.LastIndexByte(names, '\t')+1:], "|") {
					if key := Fold(name); key != "" && !isAbbreviation(name) {
						put(x.phrases, key, i)
					}
				}
			}
		}
	}
	for _, key := range []string{"us", "u s", "usa", "u s a", "uk", "u k", "eua", "rdc", "drc"} {
		put(x.upper, key, t.codes[key])
	}
	for key := range misleading {
		put(x.phrases, key, -1)
	}
	return x
})

// match finds the longest phrase that words begin with: its length in words
// and its country, -1 for a misleading one; 0 words when none.
func (x *index) match(t *table, words []word, shouted bool) (n, country int) {
	for n = min(x.longest[words[0].fold], len(words)); n > 0; n-- {
		key := join(words[:n])
		if c, ok := x.phrases[key]; ok {
			return n, c
		}
		if c, ok := x.upper[key]; ok && !shouted && words[0].capital && !words[0].hasLower {
			return n, c
		}
	}
	return 0, -1
}
