package reading

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is the kind of a list marker.
type style int

const (
	noMark style = iota
	bullet
	number
	letter
	roman
)

// marker is what stands before a list item.
type marker struct {
	style style
	n     int    // its place in the list by what is printed; 0 for a bullet or a lost number
	raw   string // as printed
	sure  bool   // unmistakable; else it counts only beside its neighbours in the list
}

// levels counts the levels that a marker shows: two of "3.1".
func (m marker) levels() int {
	return 1 + strings.Count(strings.TrimRight(m.raw, ".)-–º°ª "), ".")
}

// bullets that need no space after them; hyphens, dashes and the like do.
const bullets = "•◦▪■□‣●○►▶➢➤✓✔❖∙⁃\uf0b7\uf0a7"

// cutMarker takes the list marker off the beginning of a line.
func cutMarker(s string) (marker, string) {
	first, size := utf8.DecodeRuneInString(s)
	switch {
	case s == "":
	case strings.ContainsRune(bullets, first):
		return marker{bullet, 0, string(first), true}, strings.TrimSpace(s[size:])
	case unicode.Is(unicode.So, first): // "✅ Example", "🇨🇱 Example"
		sign := len(s) - len(strings.TrimLeftFunc(s, func(r rune) bool { return unicode.In(r, unicode.So, unicode.Sk, unicode.Mn, unicode.Cf) }))
		if text := strings.TrimSpace(s[sign:]); text != "" && text != s[sign:] {
			return marker{bullet, 0, s[:sign], true}, text
		}
	case strings.HasPrefix(s, "[x] "), strings.HasPrefix(s, "[X] "), strings.HasPrefix(s, "[ ] "): // a box that is ticked
		return marker{bullet, 0, "[x]", true}, strings.TrimSpace(s[4:])
	case strings.ContainsRune("-–—*·+>→»", first) && len(s) > size && unicode.IsSpace(rune(s[size])):
		return marker{bullet, 0, string(first), true}, strings.TrimSpace(s[size:])
	case (first == '.' || first == ')') && len(s) > 1 && s[1] == ' ' && len(s) > 2:
		return marker{number, 0, string(first), false}, strings.TrimSpace(s[1:])
	}
	return cutEnumerator(s)
}

// decimal is an enumerator of two or three levels: "1.2", "3.1.4.".
var decimal = regexp.MustCompile(`^(\d{1,2}(?:\.\d{1,2})?\.(\d{1,2})[.)]?)\s+`)

// cutEnumerator reads "1.", "1)", "(1)", "1.-", "N.º 1", "01 –", "a)", "(iv)",
// "II." and the like.
func cutEnumerator(s string) (marker, string) {
	rest := s
	open := strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "[")
	if open {
		rest = rest[1:]
	}
	n := 0
	for n < len(rest) && n < 8 && (rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z' || rest[n] >= '0' && rest[n] <= '9') {
		n++
	}
	label := rest[:n]
	m := marker{}
	if d := decimal.FindStringSubmatch(s); d != nil {
		m.style, m.raw = number, strings.TrimSpace(d[1])
		m.n, _ = strconv.Atoi(d[2])
		return m, s[len(d[0]):]
	}
	switch {
	case label == "":
		return m, s
	case strings.Trim(label, "0123456789") == "" && n <= 6:
		m.style = number
		m.n, _ = strconv.Atoi(label) // six digits at most
	case romanValue(label) > 0 && (len(label) > 1 || strings.ContainsAny(label, "ivxIVX")):
		m.style, m.n = roman, romanValue(label)
	case n == 1:
		m.style, m.n = letter, int(label[0]|0x20-'a')+1
	default:
		return marker{}, s
	}
	after := rest[n:]
	closer := ""
	for _, c := range []string{".-", ".–", ".)", ")", "]", "º.-", "º -", "º –", "º)", "ª -", "ª –", "ª.", "ª)", "° -", "° –", "°.", "°)", ".º", ".", "º.", "°.", "º", "°", "ª", ":", "/", "-", " -", " –", "–"} {
		if strings.HasPrefix(after, c) {
			closer = c
			break
		}
	}
	after = after[len(closer):]
	text := strings.TrimSpace(after)
	if text == "" || after == text {
		return marker{}, s // "350.org", "1.5 %", "A.C." and other words
	}
	next, _ := utf8.DecodeRuneInString(text)
	bracket := closer == ")" || closer == ".)" || closer == "]"
	switch {
	case open && !bracket:
		return marker{}, s
	case m.style == number:
		if !open && closer == "" && !unicode.IsUpper(next) && !strings.ContainsAny(after[:2], "\t") {
			return marker{}, s
		}
		m.sure = m.n < 1000 && (bracket || closer == "." || closer == ".-")
	case label == strings.ToLower(label):
		if !bracket && (closer != "." && closer != ".-" || m.style == letter && label == "y") {
			return marker{}, s
		}
		m.sure = bracket || closer == "." || closer == ".-"
	default: // capitals: "A)", "II."; "A. Pérez" is a person
		if !bracket && (m.style != roman || closer == "") || m.style == letter && !bracket {
			return marker{}, s
		}
		m.sure = bracket
	}
	m.raw = strings.TrimSpace(s[:len(s)-len(after)])
	return m, text
}

func romanValue(s string) int {
	value := map[byte]int{'i': 1, 'v': 5, 'x': 10, 'l': 50}
	total := 0
	for i := range len(s) {
		v := value[s[i]|0x20]
		if v == 0 {
			return 0
		}
		if i+1 < len(s) && value[s[i+1]|0x20] > v {
			v = -v
		}
		total += v
	}
	return total
}

// settleMarkers keeps a doubtful marker only where a neighbouring one of its
// style counts towards it, and gives the others back to their text: "19 Nov
// 2013" is no item 19, and "2019. The court" none either.
func settleMarkers(units []unit) []unit {
	for i := range units {
		u := &units[i]
		if i > 0 && countedWithin(&units[i-1], u) {
			u.text = u.mark.raw + " " + u.text
			u.mark = marker{}
			continue
		}
		if u.mark.style == noMark || u.mark.sure {
			continue
		}
		near := func(j, step int) bool {
			for seen := 0; j >= 0 && j < len(units) && seen < 6; j, seen = j+step, seen+1 {
				m := units[j].mark
				if m.style == u.mark.style && m.n > 0 {
					return u.mark.n == 0 || m.n == u.mark.n+step || m.n == u.mark.n+2*step
				}
			}
			return false
		}
		if near(i-1, -1) || near(i+1, 1) {
			u.mark.sure = true
			continue
		}
		// Give the marker back as it was printed, spaced as words are.
		u.text = u.mark.raw + " " + u.text
		u.mark = marker{}
	}
	return units
}

// countedWithin reports a line that begins with "(b)" only because a paragraph
// that counts "(a) …; (b) …" was broken there.
func countedWithin(prev, u *unit) bool {
	if u.gap || u.mark.n < 2 || !strings.HasPrefix(u.mark.raw, "(") || prev.mark.n > 0 {
		return false
	}
	label := ""
	switch n := u.mark.n - 1; u.mark.style {
	case letter:
		label = string(rune('a' + n - 1))
	case roman:
		label = romanOf(n)
	case number:
		label = strconv.Itoa(n)
	}
	return strings.Contains(prev.text, " ("+label+") ")
}
