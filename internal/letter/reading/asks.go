package reading

import "strings"

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
	titled, vague := len(asks) > 0, false
	if !titled {
		asks = listedAsks(units, lists, true)
	}
	if len(asks) > 0 && !strongly(units, asks[0].at) {
		// "States must:" may be a reminder; what is counted under "We ask:" is asked.
		if counted := ordinalAsks(units); len(counted) > 1 && strongly(units, counted[0].at) {
			asks = counted
		}
	}
	for _, way := range []struct {
		find func() []draft
		warn string
	}{
		{func() []draft { return inlineAsks(units) }, ""},
		{func() []draft { return clauseAsks(units) }, ""},
		{func() []draft { return boldAsks(units, true) }, ""},
		{func() []draft { return ordinalAsks(units) }, ""},
		{func() []draft { return ordinalSentences(units) }, ""},
		{func() []draft { return paragraphAsks(units, true) }, ""},
		{func() []draft { return paragraphAsks(units, false) }, "the paragraphs from here on, below a sentence that asks, were read as the asks"},
		{func() []draft { return sectionAsks(units) }, "no sentence says so, but the sections from here on say what is to be done and were read as the asks"},
		{func() []draft { return listedAsks(units, lists, false) }, "no sentence says so, but the list that begins here was read as the asks"},
		{func() []draft { return boldAsks(units, false) }, "no sentence says so, but the paragraphs with bold leads from here on were read as the asks"},
		{func() []draft { return spokenAsks(units) }, "the asks are in running text; each sentence that asks was taken for one"},
	} {
		if len(asks) > 0 {
			break
		}
		if asks = way.find(); len(asks) > 0 && way.warn != "" {
			l.warn(asks[0].at, "%s", way.warn)
			vague = true
		}
	}
	if len(asks) > 0 && !titled && !vague {
		asks = append(asks, furtherAsks(units, asks[len(asks)-1].at)...)
	}
	for _, a := range withoutLabels(asks) {
		text := trimAsk(strings.Join(a.parts, "\n\n"))
		if text == "" {
			continue
		}
		l.Asks = append(l.Asks, Ask{len(l.Asks) + 1, askTitle(a.lead, text), text})
	}
}

// strongly reports that what begins at a line stands below a sentence or a
// heading in which the writers ask, not one that says what somebody must do.
func strongly(units []unit, at int) bool {
	for i := 1; i < len(units); i++ {
		if units[i].at == at {
			w := words(lastSentence(units[i-1].text))
			return hasStem(w, askStems) || hasStem(w, headsAsks)
		}
	}
	return false
}

// askList is a run of list items and what leads to it.
type askList struct {
	from, to int // units
	items    []draft
	first    marker
	last     int // number of the last item
	asks     bool
	facts    bool
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
	return alike && v.mark.levels() == u.mark.levels() && v.indent <= u.indent+1 && (u.mark.style != bullet || u.mark.raw == v.mark.raw || v.indent <= u.indent)
}

// factStems begin the words of sentences that lead to facts, not to asks.
var factStems = strings.Fields(`concern note notes noting observe recall considering whereas welcome preocup constat considerando consideran recorda observ
	inquiet rappel because evidence facts figures data hechos cifras datos fatos dados faits chiffres example ejemplo exemplo exemple include incluy inclu
	reconoc reconhec reconn recognis recogniz document saludamos causes causas signatories know sabemos denunc alarm lament deplor`)

// duty are the words that ask softly: "Governments must:".
var duty = set("must should shall debe deben deberian deve devem deveriam doit doivent devraient deberia necesitamos precisamos need essential imperative indispensable imprescindible indispensavel imprescindivel essencial")

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
	return u.headed() && len(w) <= 10 && (hasStem(w, headsAsks) || u.kind == heading && hasStem(w, askStems))
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
		section := u.mark.style == number && short(u.text) && u.mark.levels() < units[i].mark.levels()
		if u.mark.style != noMark && !section || u.kind == row {
			return false, false
		}
		w := words(lastSentence(u.text))
		colon := section || strings.HasSuffix(u.text, ":")
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
			goesOn := l.first.style == p.first.style && l.first.levels() == p.first.levels() && (l.first.style == bullet && l.first.raw == p.first.raw || l.first.n == p.last+1)
			colon := l.from > 0 && strings.HasSuffix(units[l.from-1].text, ":")
			if colon {
				_, _, _, also := cutOrdinal(units[l.from-1].text)
				colon = !also // "Finally, as to schools:"
			}
			l.asks = goesOn && (!colon || l.first.n == p.last+1 && l.first.n > 1) || l.first.style == p.first.style && underLikeLines(units, p.from, l.from)
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

// underLikeLines reports two lists that stand under lines of one kind, "To the
// Parliament:" and "To the Ministry:", the first of them below what asks.
func underLikeLines(units []unit, first, second int) bool {
	if first < 2 || second < 1 {
		return false
	}
	a, b := &units[first-1], &units[second-1]
	return headsPart(a) && headsPart(b) && !asksBelow(a) && (a.lead != "") == (b.lead != "")
}

func headsPart(u *unit) bool {
	return u.mark.style == noMark && u.headed() && len(words(u.text)) <= 12
}

func short(s string) bool {
	n := len(words(s))
	return n > 0 && n <= 14 && !strings.HasSuffix(s, ";") && !strings.HasSuffix(s, ",")
}
