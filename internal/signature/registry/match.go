package registry

import (
	"slices"
	"strings"
)

// What the rule gives and where it stops. A pair of names is scored by the
// share of the weight of their words that they have in common, and then held
// down where a word tells them apart.
const (
	apart        = 0.5  // a word on each side that the other lacks
	byAcronym    = 0.9  // one is known by the acronym alone, same country
	byInitials   = 0.82 // one is the other's initials
	byShort      = 0.85 // one is the brand of the other
	withoutPlace = 0.95 // factor when one country is not known
)

// compare judges two prepared organisations: the best of their pairs of names.
func compare(a, b *prepared) Match {
	best := Match{}
	for _, x := range a.names {
		for _, y := range b.names {
			if m := compareNames(a, b, x, y); m.Score > best.Score || best.Reasons == nil {
				best = m
			}
		}
	}
	return best
}

// clash reports that two organisations are of two countries, and whether they
// share one that is known.
func clash(a, b *prepared, x, y *name) (different, shared bool) {
	for _, p := range [][2]string{{a.country, b.country}, {x.stated, y.stated}, {x.stated, b.country}, {a.country, y.stated}} {
		if p[0] == "" || p[1] == "" {
			continue
		}
		if p[0] != p[1] {
			return true, false
		}
		shared = true
	}
	return false, shared
}

func compareNames(a, b *prepared, x, y *name) Match {
	m := compareWords(x, y)
	different, shared := clash(a, b, x, y)
	if !different {
		if by := compareAcronyms(a, b, x, y, m, shared); by.Score > m.Score {
			m = by
		}
	}
	domain := a.domain != "" && a.domain == b.domain
	if domain {
		m.Reasons = append(m.Reasons, SameDomain)
		if m.Score > 0.3 && !m.Has(OtherChapter) {
			m.Score = max(m.Score, 0.8)
		}
	}
	switch {
	case different && !(domain && m.Score > 0.9 && x.stated == y.stated):
		m.Score = min(m.Score, apart)
		m.Reasons = append(m.Reasons, OtherCountry)
	case shared:
		m.Reasons = append(m.Reasons, SameCountry)
	case !domain:
		m.Score *= withoutPlace
	}
	return m
}

// compareAcronyms judges by acronym and initials; words is the judgement of the
// names themselves.
func compareAcronyms(a, b *prepared, x, y *name, words Match, shared bool) Match {
	common := ""
	for _, s := range a.acronyms {
		if slices.Contains(b.acronyms, s) {
			common = s
		}
	}
	la, lb := x.lone(), y.lone()
	switch {
	case la != "" && slices.Contains(b.acronyms, la), lb != "" && slices.Contains(a.acronyms, lb):
		return Match{byAcronym, []Reason{SameAcronym}}
	case common != "":
		foreign := x.language() != y.language() && x.language() >= 0 && y.language() >= 0
		longer := words.Has(OnlyInGeneral) && shared && len(common) > 3
		if words.Score > 0.55 && !words.Has(OtherChapter) || foreign && shared && len(common) > 3 || longer {
			return Match{max(words.Score, byInitials), append([]Reason{SameAcronym}, words.Reasons...)}
		}
		return words
	}
	for _, p := range []struct {
		lone string
		full *name
	}{{la, y}, {lb, x}} {
		if len(p.lone) < 3 || len(p.full.all) < 3 {
			continue
		}
		if slices.Contains(p.full.initials, p.lone) {
			return Match{byInitials, []Reason{Initials}}
		}
		if shared && spelled(p.lone, p.full.all) {
			return Match{byInitials, []Reason{Initials}}
		}
	}
	return words
}

// spelled reports that the beginnings of a name's words, in order and from the
// first, make the acronym: IELSUR of "Instituto de Estudios Legales y Sociales
// del Uruguay". A short one takes one letter of a word.
func spelled(acronym string, list []string) bool {
	if len(list) == 0 || len(acronym) < 4 || !strings.HasPrefix(acronym, list[0][:1]) {
		return false
	}
	most := 3
	if len(acronym) == 4 {
		most = 1
	}
	// reach[i]: the words so far can spell the first i letters.
	reach := make([]bool, len(acronym)+1)
	reach[0] = true
	for _, w := range list {
		next := slices.Clone(reach)
		for i, ok := range reach {
			for k := 1; ok && k <= min(most, len(w), len(acronym)-i) && acronym[i+k-1] == w[k-1]; k++ {
				next[i+k] = true
			}
		}
		reach = next
	}
	return reach[len(acronym)]
}

// compareWords judges by the words of two names.
func compareWords(x, y *name) Match {
	if x.compact != "" && x.compact == y.compact {
		return Match{1, []Reason{SameName}}
	}
	if oneTypo(x.bare, y.bare) {
		return Match{0.92, []Reason{Spelling}}
	}
	best := compareTokens(x.tokens, y.tokens, x, y)
	for _, p := range []struct{ short, full []token }{{x.tokens[:x.brand], y.tokens}, {y.tokens[:y.brand], x.tokens}, {x.tokens[:x.brand], y.tokens[:y.brand]}} {
		if len(p.short) == 0 || len(p.full) == 0 {
			continue
		}
		if m := compareTokens(p.short, p.full, x, y); m.Score >= byShort && m.Score > best.Score && !m.Has(ShortName) {
			best = Match{byShort, []Reason{ShortName}}
		}
	}
	for _, p := range [][2]*name{{x, y}, {y, x}} {
		long, full := p[0], p[1]
		var rests [][]token
		if long.brand > 0 && len(long.tokens)-long.brand > 2 { // without its brand
			rests = append(rests, long.tokens[long.brand:])
		}
		if long.tail > 0 && full.tail == 0 { // without its place
			rests = append(rests, long.tokens[:long.tail])
		}
		for _, rest := range rests {
			if m := compareTokens(rest, full.tokens, x, y); m.Score > best.Score && m.Score >= byShort && !m.Has(ShortName) {
				best = Match{byShort, append(m.Reasons, ShortName)}
			}
		}
	}
	return best
}

// leftover is what one name has and the other lacks.
type leftover struct {
	tokens  int
	classes map[class]int
	placed  bool // an ordinary word that may be a chapter's place
}

func leave(list []token, matched []bool) leftover {
	l := leftover{classes: map[class]int{}}
	for i, t := range list {
		if !matched[i] && t.class != country {
			l.tokens++
			l.classes[t.class]++
			l.placed = l.placed || t.placed
		}
	}
	return l
}

// compareTokens scores two lists of words and holds the score down by rule.
// Words that are only alike may pair otherwise from the other side; the better
// way counts, so that the order of the two does not matter.
func compareTokens(a, b []token, x, y *name) Match {
	m, exact := pairTokens(a, b, x, y)
	if !exact {
		if back, _ := pairTokens(b, a, y, x); back.Score > m.Score {
			return back
		}
	}
	return m
}

func pairTokens(a, b []token, x, y *name) (m Match, exact bool) {
	if len(a) == 0 || len(b) == 0 {
		return Match{}, true
	}
	inA, inB := make([]bool, len(a)), make([]bool, len(b))
	var common, quality float64
	var telling, subjects int
	translated, spelling, moved := false, false, false
	last := -1
	pairs := make([]int, len(a)) // the place in b, or -1
	hows := make([]float64, len(a))
	for i := range pairs {
		pairs[i] = -1
	}
	for _, same := range []bool{true, false} { // equal words first
		for i, s := range a {
			if pairs[i] >= 0 {
				continue
			}
			for j, t := range b {
				if inB[j] {
					continue
				}
				if v := alike(s, t); v > hows[i] && (v == 1 || !same) {
					pairs[i], hows[i] = j, v
				}
			}
			if pairs[i] >= 0 {
				inA[i], inB[pairs[i]] = true, true
			}
		}
	}
	for i, s := range a {
		if !inA[i] {
			continue
		}
		t, how := b[pairs[i]], hows[i]
		w := weights[s.class] + weights[t.class]
		common += w
		quality += w * how
		moved = moved || pairs[i] < last
		last = pairs[i]
		switch {
		case s.class == ordinary:
			telling++
		case s.class == subject || s.class == region:
			subjects++
		}
		spelling = spelling || how < 0.9
		translated = translated || s.text != t.text && s.class != ordinary && s.langs&t.langs == 0 && s.class != country || how == 0.9
	}
	la, lb := leave(a, inA), leave(b, inB)
	var total float64
	for i, t := range a {
		if t.class != country || inA[i] {
			total += weights[t.class]
		}
	}
	for i, t := range b {
		if t.class != country || inB[i] {
			total += weights[t.class]
		}
	}
	if common == 0 {
		return Match{}, true
	}
	m = Match{Score: common / total * (0.7 + 0.3*quality/common)}
	hold := func(most float64, r Reason) {
		m.Score = min(m.Score, most)
		m.Reasons = append(m.Reasons, r)
	}
	lx, ly := x.language(), y.language()
	foreign := lx >= 0 && ly >= 0 && lx != ly
	switch {
	case telling == 0 && subjects == 0 && (la.tokens > 0 || lb.tokens > 0):
		hold(apart, OnlyInGeneral)
	case la.tokens > 0 && lb.tokens > 0:
		if la.classes[number]+lb.classes[number] > 0 || !foreign {
			hold(apart, OtherSubject)
		}
	case la.tokens > 0:
		oneSided(&m, la, telling, subjects, hold)
	case lb.tokens > 0:
		oneSided(&m, lb, telling, subjects, hold)
	case translated:
		m.Reasons = append(m.Reasons, Translated)
	case spelling:
		m.Reasons = append(m.Reasons, Spelling)
	case moved:
		m.Reasons = append(m.Reasons, OtherOrder)
	default:
		m.Reasons = append(m.Reasons, SameName)
	}
	return m, quality == common
}

// oneSided judges what only one of the names has.
func oneSided(m *Match, l leftover, telling, subjects int, hold func(float64, Reason)) {
	switch {
	case l.classes[chapter]+l.classes[number]+l.classes[region] > 0:
		hold(apart, OtherChapter)
	case l.classes[ordinary] > 0 && l.placed:
		hold(apart, OtherChapter)
	case l.classes[ordinary]+l.classes[subject] > 0 && telling == 0:
		hold(apart, OnlyInGeneral)
	case l.tokens == l.classes[scope] || telling > 0:
		m.Score = max(m.Score, byShort-0.05)
		m.Reasons = append(m.Reasons, ShortName)
	case l.tokens == l.classes[form] && subjects >= 3:
		m.Score = max(m.Score, byShort-0.05)
		m.Reasons = append(m.Reasons, ShortName)
	default:
		hold(apart, OnlyInGeneral)
	}
}
