package place

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed mexico.tsv
var mexicoTSV string

// Area is what figures are of: a country, or a part of one. The zero Area is
// none.
type Area struct {
	// Code is HND for a country, MEX-09 for a state of Mexico and MEX-09007 for
	// one of its municipalities (ISO 3166-1 alpha-3, INEGI).
	Code    string
	Country Country
}

// state is one line of mexico.tsv.
type state struct {
	names [len(languages)]string
	near  []string // codes of those that share a border with it
}

// mexico holds the states by their codes, and the codes in order.
var mexico = sync.OnceValues(func() (map[string]state, []string) {
	states := map[string]state{}
	var codes []string
	for line := range strings.Lines(mexicoTSV) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(f) != 2+len(languages) {
			panic(fmt.Sprintf("place: mexico.tsv has a line of %d fields: %q", len(f), line))
		}
		states[f[0]] = state{[len(languages)]string(f[1 : 1+len(languages)]), strings.Fields(f[1+len(languages)])}
		codes = append(codes, f[0])
	}
	return states, codes
})

// AreaByCode finds an area by its code, which is in upper case. Municipalities
// are known by the form of their code alone.
func AreaByCode(code string) (Area, bool) {
	head, rest, part := strings.Cut(code, "-")
	if len(head) != 3 {
		return Area{}, false
	}
	c, ok := ByAlpha3(head)
	if !ok || c.Alpha3 != head {
		return Area{}, false
	}
	if !part {
		return Area{Code: code, Country: c}, true
	}
	states, _ := mexico()
	if head != "MEX" || len(rest) != 2 && len(rest) != 5 || strings.Trim(rest, "0123456789") != "" {
		return Area{}, false
	}
	if _, ok := states[rest[:2]]; !ok {
		return Area{}, false
	}
	return Area{Code: code, Country: c}, true
}

// Name gives the area's name in a language; that of a municipality is its code.
func (a Area) Name(lang string) string {
	if a.IsCountry() {
		return a.Country.Name(lang)
	}
	states, _ := mexico()
	if s, ok := states[strings.TrimPrefix(a.Code, "MEX-")]; ok {
		return s.names[column(lang)]
	}
	return a.Code
}

// IsCountry tells a country from a part of one.
func (a Area) IsCountry() bool { return a.Code == a.Country.Alpha3 }

// IsState tells whether it is a state of Mexico.
func (a Area) IsState() bool { return len(a.Code) == len("MEX-09") }

// Within is the state of a municipality and the country of a state; a country
// lies within none.
func (a Area) Within() (Area, bool) {
	switch len(a.Code) {
	case len("MEX-09007"):
		return Area{Code: a.Code[:len("MEX-09")], Country: a.Country}, true
	case len("MEX-09"):
		return Area{Code: a.Country.Alpha3, Country: a.Country}, true
	}
	return Area{}, false
}

// States gives the states of a country that are known here, by their codes:
// those of Mexico.
func States(alpha3 string) []Area {
	if alpha3 != "MEX" {
		return nil
	}
	c, _ := ByAlpha3(alpha3)
	_, codes := mexico()
	out := make([]Area, 0, len(codes))
	for _, code := range codes {
		out = append(out, Area{Code: "MEX-" + code, Country: c})
	}
	return slices.Clip(out)
}

// Borders tells which other states share a border with a state of Mexico.
func (a Area) Borders() []Area {
	states, _ := mexico()
	var out []Area
	for _, code := range states[strings.TrimPrefix(a.Code, "MEX-")].near {
		out = append(out, Area{Code: "MEX-" + code, Country: a.Country})
	}
	return out
}
