package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// openingBracket finds the bracket that the one at the end of s closes.
func openingBracket(s string) (int, bool) {
	pairs := map[byte]byte{')': '(', ']': '['}
	if s == "" || pairs[s[len(s)-1]] == 0 {
		return 0, false
	}
	closing := s[len(s)-1]
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case closing:
			depth++
		case pairs[closing]:
			if depth--; depth == 0 {
				return i, true
			}
		}
	}
	return 0, false
}

// lastSeparator finds the last comma, dash, colon, slash or bar that parts a
// line, not inside brackets or quotes. A hyphen parts only with a space beside
// it; sep is its sign, "-" for every dash.
func lastSeparator(s string) (head, tail, sep string, ok bool) {
	depth := 0
	for i := len(s); i > 0; {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		i -= n
		switch r {
		case ')', ']', '”', '»':
			depth++
		case '(', '[', '“', '«':
			depth--
		}
		if depth > 0 {
			continue
		}
		if sep, ok := separates(s, i, r, n); ok {
			return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+n:]), sep, true
		}
	}
	return s, "", "", false
}

func firstSeparator(s string) (head, tail, sep string, ok bool) {
	depth := 0
	for i, r := range s {
		switch r {
		case '(', '[', '“', '«':
			depth++
		case ')', ']', '”', '»':
			depth--
		}
		n := utf8.RuneLen(r)
		if r == utf8.RuneError || depth > 0 {
			continue
		}
		if sep, ok := separates(s, i, r, n); ok {
			return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+n:]), sep, true
		}
	}
	return s, "", "", false
}

func separates(s string, i int, r rune, n int) (string, bool) {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+n:])
	spaced := unicode.IsSpace(before) || unicode.IsSpace(after)
	switch r {
	case ',', ';':
		return ",", i > 0 && !(unicode.IsDigit(before) && unicode.IsDigit(after))
	case '-', '‐', '‑':
		return "-", spaced && i > 0
	case '–', '—', '―':
		return "-", i > 0
	case ':':
		return ":", unicode.IsSpace(after)
	case '/':
		return "/", i > 0 && after != '/' && before != '/'
	case '|', '·', '•', '\t':
		return "|", i > 0
	}
	return "", false
}

// regions stand where a country would, and are none.
var regions = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.SplitSeq(`Internacional|International|Internationale|Internationale|Regional|Régional|Régionale|Global|Mundial|Mondial|Worldwide|
		América Latina|Latinoamérica|Latin America|Amérique latine|América Latina y el Caribe|América Latina y Caribe|América Latina e Caribe|Latin America and the Caribbean|
		Amérique latine et Caraïbes|LAC|ALC|Caribe|Caribbean|Caraïbes|Centroamérica|América Central|Central America|Amérique centrale|Mesoamérica|Sudamérica|
		Suramérica|South America|América do Sul|América del Sur|Amérique du Sud|North America|América del Norte|Américas|Las Américas|Americas|The Americas|Amériques|
		Europa|Europe|África|Africa|Afrique|Asia|Ásia|Asie|Oceanía|Multinacional|Multi-país|Varios países|Several countries|Plusieurs pays|Vários países|
		Región Andina|Andean Region|Cono Sur|Mercosur|Iberoamérica|Ibero-América|Unión Europea|European Union|Union européenne|UE|Afrique de l’Ouest|West Africa`, "|") {
		m[place.Fold(name)] = true
	}
	return m
}()
