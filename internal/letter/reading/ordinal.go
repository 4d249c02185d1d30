package reading

import (
	"strings"

	"pliego/internal/place"
)

// ordinalNumbers are the words by which asks are counted in running text:
// their number, 0 for what goes on ("then"), -1 for what may end ("lastly").
var ordinalNumbers = func() map[string]int {
	m := map[string]int{}
	for n, list := range map[int]string{
		1:  "first firstly primero primera primer primeramente primeiro primeira primeiramente premierement premier",
		2:  "second secondly segundo segunda deuxiemement deuxieme secondement",
		3:  "third thirdly tercero tercera tercer terceiro terceira troisiemement troisieme",
		4:  "fourth fourthly cuarto cuarta quarto quarta quatriemement quatrieme",
		5:  "fifth fifthly quinto quinta cinquiemement cinquieme",
		6:  "sixth sixthly sexto sexta sixiemement sixieme",
		7:  "seventh septimo septima setimo setima septiemement septieme",
		8:  "eighth octavo octava oitavo oitava huitiemement huitieme",
		0:  "next then also likewise moreover furthermore additionally luego despues asimismo ademas igualmente tambien depois ademais tambem ensuite puis egalement",
		-1: "finally lastly last finalmente ultimo enfin finalement",
	} {
		for w := range strings.FieldsSeq(list) {
			m[w] = n
		}
	}
	return m
}()

// ordinalPhrases are such of several words, folded.
var ordinalPhrases = map[string]int{
	"tout d abord": 1, "d abord": 1, "en premier lieu": 1, "en primer lugar": 1, "en primer termino": 1, "em primeiro lugar": 1, "in the first place": 1, "first of all": 1,
	"en deuxieme lieu": 2, "en second lieu": 2, "en segundo lugar": 2, "en segundo termino": 2, "em segundo lugar": 2, "in the second place": 2,
	"en troisieme lieu": 3, "en tercer lugar": 3, "en tercer termino": 3, "em terceiro lugar": 3, "en quatrieme lieu": 4, "en cuarto lugar": 4, "em quarto lugar": 4,
	"en quinto lugar": 5, "em quinto lugar": 5, "en cinquieme lieu": 5, "en sexto lugar": 6, "em sexto lugar": 6,
	"de meme": 0, "de plus": 0, "en outre": 0, "par ailleurs": 0, "de igual modo": 0, "de igual manera": 0, "de la misma manera": 0, "da mesma forma": 0, "alem disso": 0, "em seguida": 0, "a continuacion": 0,
	"por otra parte": 0, "por otro lado": 0, "por outro lado": 0, "after that": 0, "in addition": 0,
	"por ultimo": -1, "por fim": -1, "en fin": -1, "en dernier lieu": -1, "last of all": -1, "last but not least": -1,
}

// cutOrdinal takes "First, ", "En segundo lugar, ", "TERCERO. " off the
// beginning of a text. counted says that it counts and does nothing else, as a
// number does: it is a phrase, is set apart by a stop or a dash, or stands
// before a sentence that asks by itself ("First, we ask …"). In "First, open
// the roads" it is part of the sentence.
func cutOrdinal(s string) (n int, rest string, counted, ok bool) {
	f := strings.Fields(firstWords(s, 6))
	from := 0
	if len(f) > 1 {
		switch place.Fold(f[0]) {
		case "and", "y", "e", "et": // "Y, por último, …"
			from = 1
		}
	}
	for to := min(len(f), from+5); to > from; to-- {
		last := f[to-1]
		sign := last[len(last)-1]
		key := place.Fold(strings.Join(f[from:to], " "))
		n, phrase := ordinalPhrases[key]
		if !phrase {
			if n, ok = ordinalNumbers[key]; !ok {
				continue
			}
		}
		next := ""
		if to < len(f) {
			next = f[to]
		}
		set := strings.IndexByte(",:.;)-", sign) >= 0
		dash := next == "-" || next == "–" || next == "—" || next == ":"
		if !set && !dash && (!phrase || n < 1) {
			return 0, s, false, false
		}
		rest := s
		for range to {
			rest = strings.TrimLeft(rest, " ")
			_, rest, _ = strings.Cut(rest, " ")
		}
		rest = strings.TrimLeft(rest, " -–—:")
		w := words(firstWords(rest, 4))
		return n, rest, phrase && to-from > 2 || sign == '.' || sign == ')' || sign == '-' || dash || asksFirst(w) && speaks(w), rest != ""
	}
	return 0, s, false, false
}

// counts follows asks that are counted by words: each must be the next.
type wordCount struct{ last, seen int }

func (c *wordCount) next(n int) bool {
	switch {
	case c.seen == 0 && n == 1, c.seen > 0 && n == c.last+1, c.seen > 0 && n < 1:
		c.last, c.seen = c.last+1, c.seen+1
		return true
	}
	return false
}

// ordinalAsks reads asks that are paragraphs counted by words. Of several such
// series it takes the first that asks, by itself or by the sentence above it.
func ordinalAsks(units []unit) []draft {
	var asks, other []draft
	var count wordCount
	led := false
	end := func() []draft {
		if len(asks) >= 2 {
			if led {
				return asks
			}
			if other == nil {
				other = asks
			}
		}
		asks, count, led = nil, wordCount{}, false
		return nil
	}
	for i := range units {
		u := &units[i]
		if u.kind != line || len(words(u.text)) < 4 {
			continue
		}
		n, rest, counted, ok := cutOrdinal(u.text)
		if !ok {
			continue
		}
		if n == 1 {
			if found := end(); found != nil {
				return found
			}
		}
		if !count.next(n) {
			continue
		}
		w := words(firstWords(rest, 20))
		led = led || hasStem(w, askStems) || anyOf(w, duty) || n == 1 && i > 0 && (asksBelow(&units[i-1]) || asksIn(lastSentence(units[i-1].text)))
		if !counted {
			rest = u.text
		}
		asks = append(asks, draft{"", []string{rest}, u.at})
	}
	if found := end(); found != nil {
		return found
	}
	return other
}

// asksIn reports a sentence in which the writers ask.
func asksIn(s string) bool {
	w := words(s)
	return hasStem(w, askStems) || anyOf(w, duty) || anyOf(w, awaiting)
}

// awaiting are words of sentences that announce asks without the verb: "We
// expect four steps of you."
var awaiting = set("expect expects attendons attendent esperamos esperan aguardamos esperam await")

// ordinalSentences reads asks that are counted by words inside a paragraph,
// after a sentence that asks, here or just above: "We ask three things. First,
// restore …. Second, fund …."
func ordinalSentences(units []unit) []draft {
	for i := range units {
		if units[i].kind != line {
			continue
		}
		var asks []draft
		var count wordCount
		lead := ""
		if i > 0 {
			lead = lastSentence(units[i-1].text)
		}
		asking := asksIn(lead)
		for _, s := range clauses(units[i].text) {
			n, rest, _, ok := cutOrdinal(s)
			switch {
			case ok && count.next(n):
				asks = append(asks, draft{"", []string{rest}, units[i].at})
				asking = asking || asksIn(firstWords(rest, 20))
			case len(asks) == 0:
				asking = asksIn(s)
			}
		}
		if len(asks) >= 2 && asking {
			return asks
		}
	}
	return nil
}

// clauses parts a paragraph at its sentences, semicolons and colons.
func clauses(s string) []string {
	var all []string
	for s != "" {
		var sentence string
		sentence, s = firstSentence(s)
		for part := range strings.SplitSeq(sentence, ";") {
			if head, tail, ok := strings.Cut(part, ": "); ok {
				all = append(all, head)
				part = tail
			}
			if part = strings.TrimSpace(part); part != "" {
				all = append(all, part)
			}
		}
	}
	return all
}
