package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// draft is an ask as it is gathered from one or more units.
type draft struct {
	lead  string // bold lead or heading
	parts []string
	at    int
}

// readAsks finds what the letter asks for. Letters differ, so the ways in
// which asks are set are tried from the plainest to the vaguest, and the
// vague ones warn.
func (l *Letter) readAsks(units []unit) {
	lists := listsOf(units)
	asks := titledAsks(units)
	if len(asks) == 0 {
		asks = listedAsks(units, lists, true)
	}
	for _, way := range []struct {
		find func() []draft
		warn string
	}{
		{func() []draft { return inlineAsks(units) }, ""},
		{func() []draft { return boldAsks(units, true) }, ""},
		{func() []draft { return ordinalAsks(units) }, ""},
		{func() []draft { return listedAsks(units, lists, false) }, "no sentence says so, but the list that begins here was read as the asks"},
		{func() []draft { return boldAsks(units, false) }, "no sentence says so, but the paragraphs with bold leads from here on were read as the asks"},
		{func() []draft { return spokenAsks(units) }, "the asks are in running text; each sentence that asks was taken for one"},
	} {
		if len(asks) > 0 {
			break
		}
		if asks = way.find(); len(asks) > 0 && way.warn != "" {
			l.warn(asks[0].at, "%s", way.warn)
		}
	}
	for _, a := range asks {
		text := trimAsk(strings.Join(a.parts, "\n\n"))
		if text == "" {
			continue
		}
		l.Asks = append(l.Asks, Ask{len(l.Asks) + 1, askTitle(a.lead, text), text})
	}
}

// askList is a run of list items and what leads to it.
type askList struct {
	from, to int // units
	items    []draft
	first    marker
	last     int // number of the last item
	asks     bool
	facts    bool
	titled   bool // every item is a short title with paragraphs below
}

// listsOf gathers the lists of a text. Items of another kind or further in
// belong to the item above them, as do paragraphs set in as far as it.
func listsOf(units []unit) []askList {
	var lists []askList
	for i := 0; i < len(units); {
		u := &units[i]
		if u.mark.style == noMark || u.kind == row {
			i++
			continue
		}
		l := askList{from: i, first: u.mark}
		j := i
		for ; j < len(units); j++ {
			v := &units[j]
			switch {
			case v.kind == heading || v.kind == row:
			case v.mark.style != noMark && sameList(u, v):
				l.items = append(l.items, draft{v.lead, []string{v.text}, v.at})
				l.last = v.mark.n
				continue
			case v.mark.style != noMark && len(l.items) > 0 && (v.indent > u.indent || v.mark.style != u.mark.style):
				d := &l.items[len(l.items)-1]
				d.parts = append(d.parts, "- "+v.text)
				continue
			case v.mark.style == noMark && v.indent > 0 && v.indent >= u.indent+min(2, u.indent) && !endsOpenList(units, j):
				d := &l.items[len(l.items)-1]
				d.parts = append(d.parts, v.text)
				continue
			}
			break
		}
		l.to = j
		l.asks, l.facts = leadOf(units, i)
		lists = append(lists, l)
		i = max(j, i+1)
	}
	return lists
}

// endsOpenList reports a paragraph that leads to a list of its own.
func endsOpenList(units []unit, i int) bool {
	return strings.HasSuffix(units[i].text, ":") && i+1 < len(units) && units[i+1].mark.style != noMark && units[i].indent == 0
}

// sameList reports that v is an item on the level of u. "(i)" after "(h)" is
// a letter though it looks roman.
func sameList(u, v *unit) bool {
	alike := v.mark.style == u.mark.style || u.mark.style == letter && v.mark.style == roman || u.mark.style == roman && v.mark.style == letter
	return alike && v.indent <= u.indent+1 && (u.mark.style != bullet || u.mark.raw == v.mark.raw || v.indent <= u.indent)
}

// factStems begin the words of sentences that lead to facts, not to asks.
var factStems = strings.Fields(`concern note notes noting observe recall considering whereas welcome preocup constat considerando consideran recorda observ
	inquiet rappel because evidence facts figures data hechos cifras datos fatos dados faits chiffres example ejemplo exemplo exemple include incluy inclu
	reconoc reconhec reconn recognis recogniz document saludamos causes causas signatories know sabemos denunc alarm lament deplor`)

// duty are the words that ask softly: "Governments must:".
var duty = set("must should shall debe deben deberian deve devem deveriam doit doivent devraient deberia necesitamos precisamos need")

// headsAsks are stems of headings of asks.
var headsAsks = strings.Fields(`demand recommend ask request recomend solicit petici peticion pedido exig reivindic revendic propuest propost propos call llam plead pleito petitor`)

// asksBelow reports a unit that leads to asks: its last sentence asks and
// ends with a colon, or it is a heading of asks.
func asksBelow(u *unit) bool {
	s := lastSentence(u.text)
	w := words(s)
	if strings.HasSuffix(u.text, ":") && (hasStem(w, askStems) || anyOf(w, duty)) {
		return true
	}
	return u.headed() && len(w) <= 10 && hasStem(w, headsAsks)
}

func anyOf(words []string, m map[string]bool) bool {
	for _, w := range words {
		if m[w] {
			return true
		}
	}
	return false
}

func lastSentence(s string) string {
	for _, end := range []string{". ", "? ", "! "} {
		if i := strings.LastIndex(s, end); i >= 0 && len(s)-i > 12 {
			s = s[i+len(end):]
		}
	}
	return s
}

// leadOf judges the sentence above a list.
func leadOf(units []unit, i int) (asks, facts bool) {
	for j := i - 1; j >= 0 && j >= i-2; j-- {
		u := &units[j]
		if u.mark.style != noMark || u.kind == row {
			return false, false
		}
		w := words(lastSentence(u.text))
		colon := strings.HasSuffix(u.text, ":")
		if colon || u.kind == heading || j == i-1 {
			switch {
			case hasStem(w, askStems) || (colon || u.kind == heading) && (anyOf(w, duty) || hasStem(w, headsAsks)):
				return true, false
			case (colon || u.kind == heading) && hasStem(w, factStems):
				return false, true
			}
		}
	}
	return false, false
}

// listedAsks takes the lists that a sentence makes asks, and those that go on
// with them. Without such a sentence, and when not sure, the longest list that
// is not one of facts.
func listedAsks(units []unit, lists []askList, sure bool) []draft {
	var asks []draft
	if !sure {
		best := -1
		for i := range lists {
			if !lists[i].facts && len(lists[i].items) >= 2 && (best < 0 || len(lists[i].items) >= len(lists[best].items)) {
				best = i
			}
		}
		if best < 0 {
			return nil
		}
		lists[best].asks = true
	}
	on := -1 // the list that is being gone on with
	for i := range lists {
		l := &lists[i]
		if !l.asks && !l.facts && on >= 0 {
			p := &lists[on]
			goesOn := l.first.style == p.first.style && (l.first.style == bullet && l.first.raw == p.first.raw || l.first.n == p.last+1)
			colon := l.from > 0 && strings.HasSuffix(units[l.from-1].text, ":")
			l.asks = goesOn && (!colon || l.first.n == p.last+1 && l.first.n > 1)
		}
		if !l.asks {
			continue
		}
		items := l.items
		if n := len(items); n == 1 && short(items[0].parts[0]) && l.first.style != bullet {
			// "1. Free the data", then paragraphs about it.
			end := len(units)
			if i+1 < len(lists) {
				end = lists[i+1].from
			}
			for j := l.to; j < end && units[j].kind == line && (j == l.to || i+1 < len(lists)); j++ {
				items[0].lead = items[0].parts[0]
				items[0].parts = append(items[0].parts, units[j].text)
			}
		}
		asks = append(asks, items...)
		on = i
	}
	return asks
}

func short(s string) bool {
	n := len(words(s))
	return n > 0 && n <= 14 && !strings.HasSuffix(s, ";") && !strings.HasSuffix(s, ",")
}

// titledAsks reads asks that are sections: under a heading of asks, each with
// a heading of its own.
func titledAsks(units []unit) []draft {
	var best []draft
	for i := range units {
		if !asksBelow(&units[i]) || i+1 >= len(units) {
			continue
		}
		first := &units[i+1]
		if first.kind != heading && !(first.bold() && first.mark.style == noMark) {
			continue
		}
		var asks []draft
		for j := i + 1; j < len(units); j++ {
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
		if len(asks) >= 2 && len(asks) > len(best) {
			best = asks
		}
	}
	return best
}

func laterTitle(units []unit, j int, first *unit) bool {
	for ; j < len(units); j++ {
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
		if open && u.lead != "" && (!u.bold() || len(words(u.text)) > 8) && (len(words(u.lead)) >= 2 || len(asks) > 0) && !asksBelow(u) {
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

// ordinals begin paragraphs that count: "First, …", "En segundo lugar, …".
var ordinals = set(`first firstly second secondly third thirdly fourth fifth sixth finally lastly primero primera segundo segunda tercero tercera cuarto cuarta quinto
	quinta sexto finalmente primeiro primeira terceiro terceira quarto quarta premierement deuxiemement troisiemement quatriemement cinquiemement enfin
	secondement`)

func ordinalAsks(units []unit) []draft {
	var asks []draft
	for i := range units {
		w := words(units[i].text)
		if len(w) < 5 || units[i].kind != line {
			continue
		}
		if ordinals[w[0]] && strings.Contains(firstWords(units[i].text, 2), ",") || (w[0] == "en" || w[0] == "em") && ordinals[w[1]] && (w[2] == "lugar" || w[2] == "lieu") ||
			ordinals[w[0]] && strings.Contains(firstWords(units[i].text, 2), ":") {
			asks = append(asks, draft{"", []string{units[i].text}, units[i].at})
		}
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
			if len(w) > 5 && hasStem(w[:min(len(w), 14)], askStems) && !strings.HasSuffix(s, "?") && speaks(w) {
				asks = append(asks, draft{"", []string{s}, units[i].at})
			}
		}
	}
	return asks
}

// speaks reports the first person in a sentence's beginning.
func speaks(w []string) bool {
	for _, x := range w[:min(len(w), 10)] {
		if x == "we" || x == "nous" || x == "therefore" || strings.HasSuffix(x, "mos") || x == "signatories" || x == "organisations" || x == "organizations" {
			return true
		}
	}
	return false
}

// firstSentence parts a text after its first sentence.
func firstSentence(s string) (first, rest string) {
	for i, r := range s {
		if r != '.' && r != '?' && r != '!' {
			continue
		}
		end := i + 1
		for end < len(s) && strings.ContainsRune("”\"’»)", rune(s[end])) {
			end++
		}
		after := strings.TrimLeft(s[end:], "”’» \"\u00a0")
		if end >= len(s) || after == s[end:] || after == "" {
			continue
		}
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, "“\"«¿¡("))
		if r == '.' && (isAbbreviated(s[:i+1]) || !unicode.IsUpper(next) && !unicode.IsDigit(next)) {
			continue
		}
		return strings.TrimSpace(s[:len(s)-len(after)]), after
	}
	return strings.TrimSpace(s), ""
}

// trimAsk takes off the end what joined the ask to the next: ";", "; and".
func trimAsk(s string) string {
	s = strings.TrimSpace(s)
	for _, and := range []string{" and", " y", " e", " et", " or", " o", " ou"} {
		if rest, ok := strings.CutSuffix(s, and); ok {
			if rest = strings.TrimSpace(rest); strings.HasSuffix(rest, ";") || strings.HasSuffix(rest, ",") {
				s = rest
			}
		}
	}
	return strings.TrimRight(s, " ;,")
}

// askTitle gives an ask's short name: its lead, a label before a colon, or its
// first sentence, cut at a word when long.
func askTitle(lead, text string) string {
	paragraph, _, _ := strings.Cut(text, "\n")
	title, _ := firstSentence(paragraph)
	if lead != "" && len(words(lead)) > 1 {
		title = lead
	} else if head, rest, ok := strings.Cut(title, ": "); ok && len(words(head)) <= 8 && len(rest) > 20 {
		title = head
	}
	title = strings.TrimRight(oneLine(title), " .;:,")
	if utf8.RuneCountInString(title) > 160 {
		r := []rune(title)[:150]
		cut := strings.LastIndexByte(string(r), ' ')
		if cut < 60 {
			cut = len(string(r))
		}
		title = strings.TrimRight(string(r)[:cut], " ,;:") + "…"
	}
	return title
}
