package reading

import "strings"

// readAddressee finds whom the letter is put to: a label, the title, the lines
// of an address, or the salutation.
func (l *Letter) readAddressee(units []unit, start int, taken []bool) {
	for i := 0; i < min(start+1, len(units)); i++ {
		if label, rest := labelled(units[i].text); label == toLabel && rest != "" && !taken[i] {
			l.AddressedTo, taken[i] = strings.TrimRight(rest, " .,"), true
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
			if w := words(u.text); w[0] != "presente" && w[0] != "present" {
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
			return strings.TrimRight(to, " .,:;")
		}
	}
	return ""
}

var leadingArticles = set("the la las los el le les l o os a as")
