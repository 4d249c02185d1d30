package reading

import (
	"strconv"
	"strings"

	"pliego/internal/place"
)

// amounts are the numbers by which letters announce how many asks follow.
var amounts = func() map[string]int {
	m := map[string]int{}
	for n, list := range map[int]string{
		2: "two dos dois duas deux", 3: "three tres trois", 4: "four cuatro quatro quatre", 5: "five cinco cinq", 6: "six seis",
		7: "seven siete sete sept", 8: "eight ocho oito huit", 9: "nine nueve nove neuf", 10: "ten diez dez dix",
	} {
		for w := range strings.FieldsSeq(list) {
			m[w] = n
		}
	}
	return m
}()

// amountIn gives the number that a sentence announces, 0 for none.
func amountIn(s string) int {
	for _, w := range words(s) {
		if n := amounts[w]; n > 0 {
			return n
		}
		if n, err := strconv.Atoi(w); err == nil && n > 1 && n < 21 {
			return n
		}
	}
	return 0
}

// paragraphAsks reads asks that are plain paragraphs below a sentence that
// asks and announces them: "We ask you to do four things:". Without a number
// they end where the writers speak of themselves again, or close.
func paragraphAsks(units []unit, announced bool) []draft {
	for i := range units {
		s := lastSentence(units[i].text)
		if units[i].kind == row || !asksIn(s) || !strings.HasSuffix(s, ":") && !announced && !(len(words(units[i].text)) <= 8 && hasStem(words(s), headsAsks)) {
			continue
		}
		n := amountIn(s)
		if announced != (n > 0) {
			continue
		}
		var asks []draft
		for j := i + 1; j < len(units) && (n == 0 || len(asks) < n); j++ {
			u := &units[j]
			w := words(firstWords(u.text, 12))
			if u.kind != line || u.mark.style != noMark || closes(u.text) || strings.HasSuffix(u.text, ":") || len(w) < 3 || n == 0 && (speaks(w) || len(asks) == 15 || len(asks) > 0 && numbered.MatchString(asks[0].parts[0]) && !numbered.MatchString(u.text)) {
				break
			}
			asks = append(asks, draft{"", []string{u.text}, u.at})
		}
		if len(asks) >= 2 && (n == 0 || len(asks) == n) {
			return asks
		}
	}
	return nil
}

// clauseAsks reads asks that are clauses of one sentence, parted by semicolons
// after a colon: "We demand: an inquiry; a date; and the truth."
func clauseAsks(units []unit) []draft {
	for i := range units {
		u := &units[i]
		lead, rest, ok := strings.Cut(u.text, ":")
		if u.kind != line || !ok || !strings.Contains(rest, ";") {
			continue
		}
		list, _ := firstSentence(strings.TrimSpace(rest))
		parts := strings.Split(list, ";")
		that := 0
		for k, p := range parts {
			p = strings.TrimSpace(p)
			for _, and := range []string{"and ", "y ", "e ", "et "} {
				p = strings.TrimPrefix(p, and)
			}
			parts[k] = p
			switch first, _, _ := strings.Cut(place.Fold(p), " "); first {
			case "que", "qu", "that", "to":
				that++
			}
		}
		w := words(lastSentence(lead))
		if len(parts) < 2 || !(hasStem(w, askStems) && speaks(w)) && (that < len(parts) || that < 2) {
			continue
		}
		var asks []draft
		for _, p := range parts {
			if p != "" {
				asks = append(asks, draft{"", []string{p}, u.at})
			}
		}
		return asks
	}
	return nil
}
