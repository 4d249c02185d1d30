package place

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed demonyms.tsv
var demonymsTSV string

// demonyms holds the stems of the countries' adjectives.
var demonyms = sync.OnceValue(func() map[string]Country {
	m := map[string]Country{}
	for line := range strings.Lines(demonymsTSV) {
		code, stems, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		c, known := ByAlpha2(code)
		if !known {
			panic(fmt.Sprintf("place: demonyms.tsv names an unknown country %q", code))
		}
		for stem := range strings.SplitSeq(stems, "|") {
			if had, taken := m[stem]; taken && had != c {
				panic(fmt.Sprintf("place: %q is an adjective of both %s and %s", stem, had.Alpha2, code))
			}
			m[stem] = c
		}
	}
	return m
})

// agreements are the endings by which an adjective agrees with its noun.
var agreements = [...]string{"", "s", "o", "a", "e", "os", "as", "es", "ne", "nes"}

// Adjective finds the country that one folded word means as an adjective, in
// any gender and number: "brasileña", "bresilienne", "canadian".
func Adjective(folded string) (Country, bool) {
	for _, end := range agreements {
		if stem, ok := strings.CutSuffix(folded, end); ok {
			if c, ok := demonyms()[stem]; ok {
				return c, true
			}
		}
	}
	return Country{}, false
}
