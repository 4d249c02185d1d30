package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// readAddressee finds whom the letter is put to: a label, the title, the lines
// of an address, or the salutation.
func (l *Letter) readAddressee(units []unit, start int, taken []bool) {
	for i := 0; i < min(start+1, len(units)); i++ {
		if label, rest := labelled(units[i].text); label == toLabel && rest != "" && !taken[i] {
			l.AddressedTo, taken[i] = strings.TrimRight(rest, " .,"), true
			return
		}
	}
	for i := 0; i < min(start+1, len(units)); i++ {
		if u := &units[i]; !taken[i] && (u.kind == line || i > 0) && u.mark.style == noMark && putTo(u.text) && (i+1 >= len(units) || i+1 >= start || units[i+1].gap || present(units[i+1].text)) {
			if i+1 < start && present(units[i+1].text) {
				taken[i+1] = true
			}
			l.AddressedTo, taken[i] = withoutTo(strings.TrimRight(u.text, " .,:;")), true
			return
		}
	}
	if to := addresseeInTitle(l.Title); to != "" {
		l.AddressedTo = to
		return
	}
	// The lines of an address above the salutation.
	var lines []string
	for i := 0; i < min(start, len(units)); i++ {
		u := &units[i]
		if taken[i] || u.kind == heading || u.kind == row || dateOnly(u.text) || isByline(u.text) {
			continue
		}
		if addresses(u.text) || len(lines) > 0 && !u.gap {
			if !present(u.text) {
				lines = append(lines, strings.TrimRight(u.text, " ,;:."))
			}
			taken[i] = true
		} else if len(lines) > 0 {
			break
		}
	}
	if len(lines) > 0 {
		l.AddressedTo = withoutTo(strings.Join(lines, ", "))
		return
	}
	if start < len(units) && salutes(units[start].text) {
		s := strings.TrimRight(units[start].text, " ,:.")
		if first, rest, ok := strings.Cut(s, " "); ok && salutations[words(first)[0]] {
			s = rest
		}
		l.AddressedTo = s
		return
	}
	l.warn(0, "whom the letter is addressed to was not found")
}

// addresseeInTitle reads "Open letter to X", "Carta abierta al X", "Lettre
// ouverte aux X".
func addresseeInTitle(title string) string {
	f := strings.Fields(title)
	w := make([]string, len(f))
	for i := range f {
		w[i] = strings.Join(words(f[i]), " ")
	}
	seen := false
	for i, x := range w {
		seen = seen || x == "letter" || x == "carta" || x == "lettre" || x == "letters" || x == "appeal" || x == "appel" || x == "llamado" || x == "llamamiento" || x == "petition"
		if !seen || i+1 >= len(w) {
			continue
		}
		switch x {
		case "to", "al", "a", "ao", "aos", "as", "au", "aux", "para":
			rest := f[i+1:]
			for len(rest) > 1 && leadingArticles[strings.ToLower(rest[0])] {
				rest = rest[1:]
			}
			to := strings.Join(rest, " ")
			if head, _, ok := strings.Cut(to, ": "); ok {
				to = head
			}
			to = withoutSubject(to)
			return strings.TrimRight(to, " .,:;")
		}
	}
	return ""
}

// withoutSubject takes off an addressee in a title what the letter is about:
// "la Presidencia sobre compras conjuntas". "Comité sobre …" is a body's name.
func withoutSubject(to string) string {
	f := strings.Fields(to)
	for i := 1; i+1 < len(f); i++ {
		switch f[i] {
		case "sobre", "regarding", "about", "concernant":
			if !namedFor[place.Fold(f[i-1])] {
				return strings.Join(f[:i], " ")
			}
			return to
		case "por", "pour", "pela", "pelo", "pelos", "pelas": // "al Presidente por la reforma de …"
			if !namedFor[place.Fold(f[0])] {
				return strings.Join(f[:i], " ")
			}
			return to
		}
	}
	return to
}

// namedFor are bodies and offices that are called by their subject.
var namedFor = set(`comite comision comissao conferencia convencion convencao convenio grupo relator relatora relatores relatoras mesa dialogo cumbre cupula
	secretaria programa consejo conselho foro forum panel painel especial independiente independente`)

var leadingArticles = set("the la las los el le les l o os a as")

// putTo reports a line that is an addressee and no more: "Ao Ministério da
// Saúde", "A la Comisión de Agricultura del Senado", "To the Members of …:".
func putTo(s string) bool {
	f := strings.Fields(strings.TrimRight(s, " .,:;"))
	if len(f) < 2 || len(f) > 25 || isProse(s) || dateOnly(s) {
		return false
	}
	first := strings.ToLower(f[0])
	joined := strings.HasPrefix(first, "à l'") || strings.HasPrefix(first, "à l’") || strings.HasPrefix(first, "a l'")
	switch first {
	case "to", "al", "ao", "aos", "à", "às", "au", "aux":
		f = f[1:]
	case "a":
		if second := strings.ToLower(f[1]); second != "la" && second != "los" && second != "las" && second != "le" && second != "su" {
			return false
		}
		f = f[1:]
	default:
		if !joined {
			return false
		}
	}
	for !joined && len(f) > 1 && (leadingArticles[strings.ToLower(f[0])] || strings.ToLower(f[0]) == "all" || strings.ToLower(f[0]) == "su") {
		f = f[1:]
	}
	for _, w := range words(s) {
		if w == "quien" || w == "quem" || w == "whom" {
			return false // "To whom it may concern"
		}
	}
	r, _ := utf8.DecodeRuneInString(f[0])
	share, _ := capitals(strings.Join(f, " "))
	return joined || unicode.IsUpper(r) && share >= 0.4
}

// present reports the word that ends an address delivered by hand.
func present(s string) bool {
	w := words(s)
	return len(w) > 0 && len(w) < 3 && (w[0] == "presente" || w[0] == "present")
}
