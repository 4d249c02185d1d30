package reading

import (
	"strconv"
	"strings"

	"pliego/internal/place"
)

// pieces parts a paragraph that holds several entries: parted by semicolons,
// bars or dots, numbered in a row, or, where the paragraph is all there is
// (commas), by commas. "Perú: A; B" says the country of all. Fewer than two
// pieces mean that the paragraph is one entry, or none.
func pieces(u *unit, text string, g group, commas bool) []item {
	if head, tail, ok := strings.Cut(text, ":"); ok && strings.TrimSpace(tail) != "" {
		if own, isGroup := readGroup(head, false); isGroup {
			if strings.Contains(tail, ";") {
				return piecesOf(u, splitPieces(tail), own)
			}
			if parts := splitCommas(tail); own.stated && len(parts) > 1 {
				return piecesOf(u, parts, own)
			}
		}
	}
	parts := splitPieces(text)
	if len(parts) < 2 {
		if m, rest := cutMarker(strings.TrimSpace(text)); u.mark.style == noMark && m.style == number {
			parts = splitNumbered(m, rest)
		} else {
			parts = splitNumbered(u.mark, text)
		}
	}
	if len(parts) < 2 && commas {
		parts = splitCommas(text)
		if len(parts) < 3 {
			return nil
		}
	}
	return piecesOf(u, parts, g)
}

func piecesOf(u *unit, parts []string, g group) []item {
	var items []item
	marked := 0
	lower := 0
	for _, p := range parts {
		if m, _ := cutMarker(strings.TrimSpace(p)); m.style != noMark {
			marked++
		} else if beginsLower(strings.TrimSpace(p)) {
			lower++
		}
	}
	if lower*2 > len(parts) {
		return nil // clauses of a sentence
	}
	for _, p := range parts {
		p = strings.TrimSpace(p)
		for _, and := range []string{"y ", "e ", "and ", "et ", "& "} {
			if rest, ok := strings.CutPrefix(p, and); ok {
				p = strings.TrimSpace(rest)
				break
			}
		}
		m, rest := marker{}, p
		if marked*2 > len(parts) { // else "350 Caribe" is a name
			m, rest = cutMarker(p)
		}
		if strings.Trim(rest, " .,;") == "" {
			continue
		}
		if len(rest) > 1000 || len(strings.Fields(rest)) > 45 {
			return nil // sentences, not names
		}
		items = append(items, item{text: rest, mark: m, at: u.at, raw: p, group: g})
	}
	return items
}

// splitPieces parts at semicolons, bars, bullets or middle dots outside
// brackets, whichever there are; one piece when there are fewer than two.
func splitPieces(s string) []string {
	for _, sep := range []string{";", " • ", " · ", " | ", " ▪ ", " * ", " / "} {
		if n := strings.Count(s, sep); n >= 2 || sep == ";" && n == 1 {
			parts := splitOutside(s, sep)
			kept := parts[:0]
			for _, p := range parts {
				if strings.Trim(p, " .") == "" {
					continue
				}
				if _, country := place.Parse(p); country && len(kept) > 0 && len(kept[len(kept)-1]) < 600 {
					kept[len(kept)-1] += ", " + strings.TrimSpace(p)
					continue
				}
				kept = append(kept, p)
			}
			if len(kept) >= 2 && (sep != " / " || len(kept) >= 4) {
				return splitLast(kept)
			}
		}
	}
	return nil
}

func splitOutside(s, sep string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(s) && len(parts) < maxEntries; i++ {
		switch s[i] {
		case '(', '[':
			depth++
		case ')', ']':
			depth = max(depth-1, 0)
		}
		if depth == 0 && strings.HasPrefix(s[i:], sep) {
			parts = append(parts, s[start:i])
			start = i + len(sep)
			i = start - 1
		}
	}
	return append(parts, s[start:])
}

// splitCommas parts at commas; a country, region, acronym or legal form belongs
// to the entry before it.
func splitCommas(s string) []string {
	var parts []string
	for _, p := range splitOutside(s, ",") {
		p = strings.TrimSpace(p)
		if p == "" {
			continue
		}
		bare := strings.TrimRight(p, ".")
		_, country := place.Parse(bare)
		if len(parts) > 0 && len(parts[len(parts)-1]) < 600 && (country || regions[place.Fold(bare)] || beginsLegalForm(p) || inCapitals(bare) && spells(bare, parts[len(parts)-1]) >= 0.6) {
			parts[len(parts)-1] += ", " + p
			continue
		}
		parts = append(parts, p)
	}
	// The last two are often joined: "A, B y C".
	if n := len(parts) - 1; n > 0 {
		for _, and := range []string{" y ", " e ", " and ", " et "} {
			if i := strings.LastIndex(parts[n], and); i > 0 {
				a, b := parts[n][:i], parts[n][i+len(and):]
				shareA, nA := capitals(a)
				shareB, nB := capitals(b)
				if nA >= 3 && nB >= 2 && shareA > 0.8 && shareB > 0.8 && (organisationWord(firstWords(b, 1)) || institution(a) && institution(b)) {
					parts = append(parts[:n], a, b)
					break
				}
			}
		}
	}
	return parts
}

// splitNumbered parts "1. A, Chile 2. B, Perú 3. C" where the numbers go on.
func splitNumbered(m marker, s string) []string {
	if m.style != number {
		return nil
	}
	var parts []string
	n := m.n
	for {
		n++
		at := -1
		near := s[:min(len(s), 2000)] // the next number is no farther
		for _, closer := range []string{". ", ") ", ".- "} {
			if i := strings.Index(near, " "+strconv.Itoa(n)+closer); i > 0 && (at < 0 || i < at) {
				at = i
			}
		}
		if at < 0 || len(parts) > maxEntries {
			break
		}
		parts = append(parts, strconv.Itoa(n-1)+". "+s[:at])
		_, s, _ = strings.Cut(s[at+1:], " ")
	}
	if len(parts) == 0 {
		return nil
	}
	return append(parts, strconv.Itoa(n-1)+". "+s)
}

// beginsLegalForm reports a legal form, perhaps with brackets after it: "Inc.
// (USA)".
func beginsLegalForm(s string) bool {
	form, rest, _ := strings.Cut(s, " ")
	return isLegalForm(s) || isLegalForm(form) && strings.HasPrefix(rest, "(")
}

// splitLast parts the last of several entries where a country and "and" stand
// inside: "Coalición Ejemplo, Bolivia y la Red Modelo, Perú".
func splitLast(parts []string) []string {
	if len(parts) < 2 || len(parts[len(parts)-1]) > 600 {
		return parts
	}
	last := strings.TrimSpace(parts[len(parts)-1])
	for _, and := range []string{" y ", " e ", " and ", " et "} {
		i := strings.LastIndex(last, and)
		if i < 0 {
			continue
		}
		a, b := last[:i], last[i+len(and):]
		if first, rest, ok := strings.Cut(b, " "); ok && leadingArticles[first] {
			b = rest
		}
		if _, country := place.Parse(strings.TrimRight(b, ". ")); country || len(strings.Fields(b)) < 2 || beginsLower(b) {
			continue
		}
		if readEntry(a).basis == Stated && !readEntry(a).several {
			return append(parts[:len(parts)-1:len(parts)-1], a, b)
		}
	}
	return parts
}
