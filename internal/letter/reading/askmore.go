package reading

import (
	"regexp"
	"strings"

	"pliego/internal/place"
)

// numbered is a label that counts: "Recommendation 1: …", "Compromisso 2. …",
// "Demande n° 3 – …".
var numbered = regexp.MustCompile(`^((?:\pL+ ){1,2})(?:n\.?[º°o] ?)?([0-9]{1,2}|[IVX]{1,4}) ?(?:\.-|[.:)–—-])\s*`)

// withoutLabels takes off all asks the label that they have in common.
func withoutLabels(asks []draft) []draft {
	label := ""
	for i := range asks {
		m := numbered.FindStringSubmatch(asks[i].parts[0])
		if m == nil || i > 0 && m[1] != label {
			return asks
		}
		label = m[1]
	}
	if len(asks) < 2 {
		return asks
	}
	for i := range asks {
		d := &asks[i]
		d.parts[0] = d.parts[0][len(numbered.FindString(d.parts[0])):]
		d.lead = d.lead[len(numbered.FindString(d.lead)):]
		if d.parts[0] == "" {
			d.parts = d.parts[1:]
		}
	}
	return asks
}

// sectionAsks reads sections that say each in a sentence what must be done:
// "Cancel. Creditors should cancel …".
func sectionAsks(units []unit) []draft {
	var best, asks []draft
	level := -1
	for i := range units {
		u := &units[i]
		title := u.kind == heading || u.kind == line && u.bold() && u.mark.style == noMark && len(words(u.text)) <= 12
		rank := u.level // 0 for a bold line
		switch {
		case title && i+1 < len(units) && units[i+1].kind == line && saysDuty(units[i+1].text):
			if rank != level {
				asks, level = nil, rank
			}
			asks = append(asks, draft{u.text, []string{u.text}, u.at})
		case title:
			asks, level = nil, -1
		case len(asks) > 0 && len(asks[len(asks)-1].parts) < 2:
			d := &asks[len(asks)-1]
			d.parts = append(d.parts, u.text)
		}
		if len(asks) > len(best) {
			best = asks
		}
	}
	if len(best) < 2 {
		return nil
	}
	return best
}

// saysDuty reports that a paragraph begins by saying what somebody must do.
func saysDuty(s string) bool {
	first, _ := firstSentence(s)
	w := words(firstWords(first, 14))
	return anyOf(w, duty) || hasStem(w, askStems) && speaks(w)
}

// besides are words by which a sentence adds an ask to those of a list.
var besides = set(`ademas asimismo tambien igualmente finalmente also further furthermore finally moreover additionally lastly likewise alem tambem ademais outrossim
	igualmente egalement aussi enfin outre fim ultimo`)

// furtherAsks finds the paragraphs after the asks' list that ask for something
// more: "Pedimos, además, al Senado que …". They must speak in the writers'
// own voice and lead to no list.
func furtherAsks(units []unit, after int) []draft {
	var more []draft
	for i := range units {
		u := &units[i]
		if u.at <= after || u.kind != line || u.mark.style != noMark || strings.HasSuffix(u.text, ":") {
			continue
		}
		s, _ := firstSentence(u.text)
		if _, rest, _, ok := cutOrdinal(s); ok {
			s = rest
			if w := words(firstWords(s, 4)); asksFirst(w) && speaks(w) {
				more = append(more, draft{"", []string{strings.TrimSpace(u.text[strings.Index(u.text, s[:min(len(s), 20)]):])}, u.at})
			}
			continue
		}
		w := words(s)
		if len(w) < 6 || strings.HasSuffix(s, "?") {
			continue
		}
		verb := -1
		for j, x := range w[:min(len(w), 24)] {
			if hasStem([]string{x}, askStems) && !callNoun(w, j) && speaks(w[max(0, j-2):j+1]) {
				verb = j
				break
			}
		}
		if verb < 0 || verb > 4 && !toWords[w[0]] {
			continue
		}
		for j := max(0, verb-3); j < min(len(w), verb+4); j++ {
			if besides[w[j]] {
				more = append(more, draft{"", []string{u.text}, u.at})
				break
			}
		}
	}
	return more
}

// asksFirst reports that a verb that asks is among the first words.
func asksFirst(w []string) bool { return hasStem(w[:min(len(w), 3)], askStems) }

// labelledLine reports a line such as "Ampliation : Ministère …" or "Temas:
// semillas", whose label is none of a country, a region, a group or an
// acronym: no entry of a roll is so.
func labelledLine(s string) bool {
	head, rest, ok := strings.Cut(s, ":")
	head = strings.TrimSpace(head)
	if w := strings.Fields(head); !ok || rest == "" || !strings.HasPrefix(rest, " ") || len(w) == 0 || len(w) > 2 || inCapitals(head) || strings.ContainsAny(head, "(),") {
		return false
	}
	if _, country := place.Parse(head); country || regions[place.Fold(head)] {
		return false
	}
	_, group := readGroup(head, true)
	return !group
}
