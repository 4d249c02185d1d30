package reading

import "strings"

// titledAsks reads asks that are sections: under a heading of asks, each with
// a heading of its own.
func titledAsks(units []unit) []draft {
	const far = 1000 // units below the heading
	var best []draft
	tries := 0
	for i := range units {
		if tries >= 50 || i+1 >= len(units) || !asksBelow(&units[i]) {
			continue
		}
		first := &units[i+1]
		if first.kind != heading && !(first.bold() && first.mark.style == noMark) {
			continue
		}
		tries++
		var asks []draft
		for j := i + 1; j < min(len(units), i+far); j++ {
			u := &units[j]
			title := u.kind == heading && u.level == first.level || first.kind == line && u.bold() && u.kind == line
			switch {
			case u.kind == heading && (first.kind == line || u.level < first.level):
				j = len(units)
			case title:
				_, text := cutMarker(u.text)
				asks = append(asks, draft{text, []string{text}, u.at})
			case len(asks) > 0 && (u.mark.style != noMark || len(asks[len(asks)-1].parts) < 2 || laterTitle(units, j, first)):
				d := &asks[len(asks)-1]
				d.parts = append(d.parts, u.text)
			}
		}
		to := 0
		for _, a := range asks {
			if putTo(strings.TrimRight(a.lead, ":")) {
				to++
			}
		}
		if len(asks) >= 2 && len(asks) > len(best) && to*2 < len(asks) { // titles that say to whom have the asks below
			best = asks
		}
	}
	return best
}

func laterTitle(units []unit, j int, first *unit) bool {
	for end := min(len(units), j+50); j < end; j++ {
		if u := &units[j]; u.kind == heading && u.level == first.level || first.kind == line && u.bold() && u.kind == line {
			return true
		}
	}
	return false
}

// boldAsks reads paragraphs that begin with a bold sentence; when led, only
// those below a sentence that asks.
func boldAsks(units []unit, led bool) []draft {
	var asks []draft
	open := !led
	for i := range units {
		u := &units[i]
		if u.kind != line {
			if len(asks) > 0 && u.kind == heading {
				break
			}
			open = open || asksBelow(u)
			continue
		}
		if open && u.lead != "" && (!u.bold() || len(words(u.text)) > 8) && (len(words(u.lead)) >= 2 || len(asks) > 0 || i+1 < len(units) && units[i+1].lead != "") && !asksBelow(u) {
			asks = append(asks, draft{u.lead, []string{u.text}, u.at})
			continue
		}
		if len(asks) > 0 && u.mark.style != noMark {
			d := &asks[len(asks)-1]
			d.parts = append(d.parts, "- "+u.text)
		}
		open = open || asksBelow(u) || i+1 < len(units) && units[i+1].lead != "" && hasStem(words(lastSentence(u.text)), askStems)
	}
	if len(asks) < 2 {
		return nil
	}
	return asks
}

// inlineAsks reads asks that are counted inside a paragraph: "we ask that it
// (i) publish …; (ii) stop …; and (iii) pay …".
func inlineAsks(units []unit) []draft {
	var asks []draft
	for i := range units {
		lead, parts := splitCounted(units[i].text)
		if len(parts) < 2 {
			continue
		}
		w := words(lastSentence(lead))
		if !hasStem(w, askStems) && !anyOf(w, duty) && !(i > 0 && asksBelow(&units[i-1])) {
			continue
		}
		for _, p := range parts {
			asks = append(asks, draft{"", []string{p}, units[i].at})
		}
	}
	return asks
}

// splitCounted parts a paragraph at "(i)", "(ii)" …, or "a)", "b)" …, or "1)",
// "2)" … that follow one another.
func splitCounted(s string) (lead string, parts []string) {
	type found struct{ at, end, n int }
	for _, want := range []style{roman, letter, number} {
		var seq []found
		for i := 0; i < len(s); i++ {
			if i > 0 && s[i-1] != ' ' {
				continue
			}
			end := strings.IndexAny(s[i:min(len(s), i+8)], ")")
			if end < 0 && want == number {
				if e := strings.Index(s[i:min(len(s), i+5)], ". "); e > 0 {
					end = e
				}
			}
			if end <= 0 || i+end+1 >= len(s) {
				continue
			}
			label := strings.TrimPrefix(s[i:i+end], "(")
			n := 0
			switch {
			case want == roman:
				n = romanValue(label)
				if label != strings.ToLower(label) {
					n = 0
				}
			case want == letter && len(label) == 1 && label[0] >= 'a' && label[0] <= 'z':
				n = int(label[0]-'a') + 1
			case want == number && label != "" && len(label) < 3 && strings.Trim(label, "0123456789") == "":
				for _, c := range label {
					n = 10*n + int(c-'0')
				}
			}
			if n == len(seq)+1 {
				seq = append(seq, found{i, i + end + 1, n})
			}
		}
		if len(seq) < 2 {
			continue
		}
		for k, f := range seq {
			end := len(s)
			if k+1 < len(seq) {
				end = seq[k+1].at
			}
			part := strings.TrimSpace(s[f.end:end])
			if k+1 == len(seq) { // the last may be followed by other sentences
				if first, rest := firstSentence(part); rest != "" {
					part = first
				}
			}
			parts = append(parts, part)
		}
		return s[:seq[0].at], parts
	}
	return "", nil
}

// spokenAsks takes the sentences that ask, in the writers' own voice.
func spokenAsks(units []unit) []draft {
	var asks []draft
	for i := range units {
		if units[i].kind != line || len(asks) >= 200 {
			continue
		}
		for rest := units[i].text; rest != ""; {
			var s string
			s, rest = firstSentence(rest)
			w := words(s)
			if (len(w) > 5 || len(w) > 3 && asksFirst(w)) && (hasStem(w[:min(len(w), 14)], askStems) || len(asks) > 0 && wishesToo(w)) && !strings.HasSuffix(s, "?") && speaks(w) {
				if _, rest, counted, ok := cutOrdinal(s); ok && counted {
					s = rest
				}
				asks = append(asks, draft{"", []string{s}, units[i].at})
			}
		}
	}
	return asks
}

// wishesToo reports a sentence that adds a wish: after an ask it is another.
func wishesToo(w []string) bool {
	first := w[:min(len(w), 7)]
	return anyOf(first, besides) && anyOf(first, wishes)
}

var wishes = set("souhaitons souhaiterions voudrions aimerions quisieramos deseamos queremos gostariamos desejamos queremos wish would")

// speaks reports the first person in a sentence's beginning.
func speaks(w []string) bool {
	for _, x := range w[:min(len(w), 10)] {
		if x == "we" || x == "nous" || x == "therefore" || strings.HasSuffix(x, "mos") || x == "signatories" || x == "organisations" || x == "organizations" {
			return true
		}
	}
	return false
}
