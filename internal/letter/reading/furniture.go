package reading

import (
	"regexp"
	"slices"
	"strings"

	"pliego/internal/place"
)

// pageLine is a line that holds a page's number and nothing else.
var pageLine = regexp.MustCompile(`(?i)^[\s\[(|–—-]*(?:(?:page|p[aá]gina|p[aá]g\.?|p\.|folio|hoja|seite)\s*)(?:n[.º°o]*\s*)?\d{1,4}(?:\s*(?:of|de|do|sur|/|-|–)\s*\d{1,4})?[\s\])|–—.-]*$|` +
	`^[–—-]+\s*\d{1,4}\s*[–—-]+$|^\d{1,3}\s*(?:/|of|de|sur)\s*\d{1,3}$|^\[\d{1,3}\]$|^\d{1,3}$`)

// pageTail is a page's number at an end of a running head: "Open letter | Page 2 of 3".
var pageTail = regexp.MustCompile(`(?i)^(.*\S)?\s*[|·•–—-]?\s*(?:page|p[aá]gina|p[aá]g\.)\s*\d{1,4}(?:\s*(?:of|de|sur|/)\s*\d{1,4})?\s*[|·•–—-]?\s*(.*)$`)

// dropFurniture takes page numbers and running heads out. Where a page ended
// in a paragraph, its parts are left to be joined again.
func dropFurniture(units []unit) []unit {
	drop := make([]bool, len(units))
	numbers := 0
	for i := range units {
		u := &units[i]
		if u.kind != row && isPageNumber(u) {
			drop[i] = true
			numbers++
		}
	}
	for key, at := range numberedHeads(units) {
		far := len(at) >= 2 // pages apart, unlike "Comité de la zona 1", "… 2"
		for k := 1; k < len(at); k++ {
			far = far && units[at[k]].at-units[at[k-1]].at >= 8
		}
		if far || titled(units, key, at[0]) {
			for _, i := range at {
				drop[i] = true
			}
		}
	}
	heads := runningHeads(units, drop)
	for i := range units {
		if !drop[i] && heads[i] {
			drop[i] = true
		}
	}
	kept := make([]unit, 0, len(units))
	removed := false
	for i, u := range units {
		if drop[i] {
			removed = true
			u.gap = false
			continue
		}
		if removed {
			u.page, removed = true, false
		}
		kept = append(kept, u)
	}
	return kept
}

// isPageNumber reports a page's number. A bare number counts only by itself
// between blank lines: it may be the number of a signatory set on its own.
func isPageNumber(u *unit) bool {
	s := u.raw()
	if len(s) > 60 || !strings.ContainsAny(s, "0123456789") {
		return false
	}
	if len(strings.Trim(s, "0123456789")) == 0 && !u.gap {
		return false
	}
	if pageLine.MatchString(strings.TrimSpace(s)) {
		return true
	}
	m := pageTail.FindStringSubmatch(s)
	return m != nil && len(words(m[1]+" "+m[2])) <= 9 && (m[1] == "" || m[2] == "")
}

// numberedHeads finds lines without marker that end or begin in a page's
// number, by their words without it: "Open letter to the Council 2".
func numberedHeads(units []unit) map[string][]int {
	found := map[string][]int{}
	for i := range units {
		u := &units[i]
		if u.kind != line || !u.gap || len(u.text) > 120 || i+1 < len(units) && !units[i+1].gap && !units[i+1].page {
			continue
		}
		s := strings.TrimRight(u.text, "0123456789")
		if digits := len(u.text) - len(s); u.mark.style == noMark && digits > 0 && digits < 4 && len(s) > 12 && strings.HasSuffix(s, " ") {
			key := place.Fold(s)
			found[key] = append(found[key], i)
		}
	}
	return found
}

// titled reports that a line above, at the letter's beginning, has the words.
func titled(units []unit, key string, before int) bool {
	for i := 0; i < min(before, 8); i++ {
		if place.Fold(units[i].text) == key {
			return true
		}
	}
	return false
}

// runningHeads finds the lines that stand beside the pages' ends and come
// again: word for word but for digits.
func runningHeads(units []unit, pageNumber []bool) []bool {
	near := make([]bool, len(units)) // within two lines of a page's end
	for i := range units {
		if pageNumber[i] || units[i].page {
			for j := max(0, i-2); j <= min(len(units)-1, i+2); j++ {
				near[j] = true
			}
		}
	}
	places := map[string][]int{}
	for i := range units {
		if s := units[i].text; units[i].kind != row && s != "" && len(s) < 160 && !pageNumber[i] {
			key := place.Fold(strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return -1
				}
				return r
			}, units[i].raw()))
			places[key] = append(places[key], i)
		}
	}
	heads := make([]bool, len(units))
	for key, at := range places {
		if len(at) < 2 || len(key) < 4 {
			continue
		}
		if _, isCountry := place.Parse(key); isCountry {
			continue
		}
		beside := 0
		for _, i := range at {
			if near[i] {
				beside++
			}
		}
		// All but the first stand at a page's end; the first may be the title.
		if beside >= 1 && beside >= len(at)-1 {
			for _, i := range at {
				heads[i] = near[i] && (i != slices.Min(at) || beside == len(at) && i > 12)
			}
		}
	}
	return heads
}
