// Package place knows the countries of ISO 3166-1: their codes, their names
// in the four languages, and how to recognise one in free text, where people
// write "EE.UU.", "Perú" or "Instituto … del Uruguay".
//
// A name here identifies an entry of the ISO standard for the sake of sorting
// and matching; it takes no position on anybody's status.
package place

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

//go:generate go run ./generate

//go:embed countries.tsv
var countriesTSV string

//go:embed variants.tsv
var variantsTSV string

// Country is one entry of ISO 3166-1, by its codes in upper case. The zero
// Country is none.
type Country struct {
	Alpha2, Alpha3 string
}

// languages are the columns of names in countries.tsv, in its order.
var languages = [...]string{"es", "pt", "en", "fr"}

// english is the column that an unknown language falls back to.
const english = 2

// table is everything read from the embedded files.
type table struct {
	countries []Country // by alpha-2
	alpha2    map[string]int
	alpha3    map[string]int
	names     [][len(languages)]string
	spoken    map[string]int // folded name or abbreviation → country
	codes     map[string]int // abbreviations that count in upper case only, folded
}

// load reads the embedded files once. They are part of the program, so a
// fault in them is a fault of the program, and every test meets it.
var load = sync.OnceValue(func() *table {
	t := &table{alpha2: map[string]int{}, alpha3: map[string]int{}, spoken: map[string]int{}, codes: map[string]int{}}
	for line := range strings.Lines(countriesTSV) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 3+len(languages) {
			continue
		}
		i := len(t.countries)
		t.countries = append(t.countries, Country{f[0], f[1]})
		t.alpha2[f[0]], t.alpha3[f[1]] = i, i
		t.names = append(t.names, [len(languages)]string(f[2:2+len(languages)]))
	}
	for line := range strings.Lines(countriesTSV) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if i, ok := t.alpha2[f[0]]; ok {
			t.add(i, f[2:2+len(languages)]...)
			t.add(i, strings.Split(f[len(f)-1], "|")...)
		}
	}
	for line := range strings.Lines(variantsTSV) {
		if code, names, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			i, known := t.alpha2[code]
			if !known {
				panic(fmt.Sprintf("place: variants.tsv names an unknown country %q", code))
			}
			t.add(i, strings.Split(names, "|")...)
		}
	}
	return t
})

func (t *table) add(i int, names ...string) {
	for _, name := range names {
		key := matchKey(name)
		if key == "" {
			continue
		}
		into := t.spoken
		if isAbbreviation(name) {
			into = t.codes
		}
		if had, taken := into[key]; taken && had != i {
			panic(fmt.Sprintf("place: %q is a name of both %s and %s", name, t.countries[had].Alpha2, t.countries[i].Alpha2))
		}
		into[key] = i
	}
}

// ByAlpha2 finds a country by its ISO 3166-1 alpha-2 code, in any case.
func ByAlpha2(code string) (Country, bool) {
	return at(load().alpha2, code)
}

// ByAlpha3 finds a country by its ISO 3166-1 alpha-3 code, in any case.
func ByAlpha3(code string) (Country, bool) {
	return at(load().alpha3, code)
}

func at(index map[string]int, code string) (Country, bool) {
	i, ok := index[strings.ToUpper(code)]
	if !ok {
		return Country{}, false
	}
	return load().countries[i], true
}

// Name gives the country's name in a language ("es", "pt", "en", "fr"; a
// region such as "pt-BR" is allowed). An unknown language gets English; the
// zero Country has the name "".
func (c Country) Name(lang string) string {
	i, ok := load().alpha2[c.Alpha2]
	if !ok {
		return ""
	}
	return load().names[i][column(lang)]
}

// Name gives the name of the country with this alpha-2 code in a language, or
// "" when no country has it.
func Name(alpha2, lang string) string {
	c, _ := ByAlpha2(alpha2)
	return c.Name(lang)
}

func column(lang string) int {
	if i := strings.IndexAny(lang, "-_"); i >= 0 {
		lang = lang[:i]
	}
	if i := slices.Index(languages[:], strings.ToLower(lang)); i >= 0 {
		return i
	}
	return english
}

// sorted holds the countries in the order of their names, a list a language.
var sorted = sync.OnceValue(func() [len(languages)][]Country {
	var lists [len(languages)][]Country
	t := load()
	for col, lang := range languages {
		c := collate.New(language.MustParse(lang), collate.Loose)
		list := slices.Clone(t.countries)
		slices.SortFunc(list, func(a, b Country) int {
			return cmp.Or(
				c.CompareString(t.names[t.alpha2[a.Alpha2]][col], t.names[t.alpha2[b.Alpha2]][col]),
				cmp.Compare(a.Alpha2, b.Alpha2))
		})
		lists[col] = list
	}
	return lists
})

// List gives every country in the order of its name in a language, as a
// reader of that language sorts it. The slice is the caller's own.
func List(lang string) []Country {
	return slices.Clone(sorted()[column(lang)])
}
