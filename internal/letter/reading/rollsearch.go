package reading

import (
	"strings"

	"pliego/internal/place"
)

// unheadedRoll looks for the run of lines that most looks like a roll.
func unheadedRoll(units []unit, taken []bool) []item {
	type run struct {
		items    []item
		from, to int
		score    float64
	}
	var best run
	firstProse := len(units)
	for i := range units {
		if units[i].kind != row && isProse(units[i].text) {
			firstProse = i
			break
		}
	}
	none := &unit{}
	for i := 0; i < len(units); {
		if j := sectionEnd(units, i); units[i].kind == heading && asksBelow(&units[i]) && j < len(units) {
			i = j
			continue
		}
		if i > 0 && (asksBelow(&units[i-1]) || units[i].mark.n > 1 && units[i-1].mark.n == units[i].mark.n-1) || units[i].kind == heading && !countryHeading(&units[i]) || ends(&units[i], false) {
			i++
			continue
		}
		items, end := gather(units, i, none, group{})
		if len(items) == 0 {
			i++
			continue
		}
		from := i
		i = max(end, i+1)
		items = signatureBlocks(items)
		// Lines of the head or the close before the run are not of it.
		for len(items) > 1 && rollScore(&items[0]) < 0.3 {
			items = items[1:]
		}
		for len(items) > 1 && rollScore(&items[len(items)-1]) < 0.3 && items[len(items)-1].mark.style == noMark && items[0].mark.style != noMark {
			items = items[:len(items)-1]
		}
		for units[from].at < items[0].at && from < end-1 {
			if _, ok := groupAt(units, from, false, none, 0); ok {
				break
			}
			from++
		}
		r := run{items: items, from: from, to: end}
		for k := range items {
			r.score += rollScore(&items[k])
		}
		mean := r.score / float64(len(items))
		enough := len(items) >= 3 && mean >= 0.5 || len(items) >= 2 && mean >= 1
		if from < firstProse {
			enough = len(items) >= 5 && mean >= 0.7
		}
		if enough && r.score >= best.score {
			best = r
		}
	}
	for i := best.from; i < best.to; i++ {
		taken[i] = true
	}
	return best.items
}

// sectionEnd gives the next heading as high as the one at i.
func sectionEnd(units []unit, i int) int {
	j := i + 1
	for j < len(units) && !(units[j].kind == heading && units[j].level <= units[i].level) {
		j++
	}
	return j
}

// countryHeading reports a heading that is a country's name and nothing else,
// by which a roll without a heading of its own may begin.
func countryHeading(u *unit) bool {
	_, ok := place.Parse(strings.TrimRight(footnoteCount(u.text), " :"))
	return ok
}

// rollScore says how much an entry looks like a signatory: a country and an
// acronym tell most, a number and capitals a little.
func rollScore(it *item) float64 {
	if it.cells != nil {
		return 0.8
	}
	if it.below != nil {
		return 1
	}
	score := 0.0
	e := readEntry(it.text)
	if e.basis == Stated || it.group.stated {
		score++
	}
	if e.acronym != "" {
		score += 0.8
	}
	if looksPersonal(it.text) {
		score++
	}
	if it.mark.style == number {
		score += 0.4
	}
	if share, n := capitals(it.text); share >= 0.65 && n >= 2 {
		score += 0.3
	}
	for _, w := range words(it.text) {
		if organisationWords[w] {
			score += 0.3
			break
		}
	}
	return min(score, 1.5)
}
