package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// cutTitles parts a person's name from the titles around it: "Dra. Ana Pérez",
// "The Rev. Canon John Smith, PhD". The titles come back as printed, parted by
// commas where they stood apart.
func cutTitles(s string) (name, titles string) {
	var found []string
	name = s
	f := strings.Fields(name)
	n := 0
	for n < len(f)-1 && isTitle(f, n) {
		n++
	}
	if n > 0 {
		found = append(found, strings.Join(f[:n], " "))
		name = strings.Join(f[n:], " ")
	}
	for {
		i := strings.LastIndexAny(name, ", ")
		if i <= 0 || !isDegree(name[i+1:]) || name[i] == ' ' && name[i-1] != ',' && name[i+1:] != strings.ToUpper(name[i+1:]) {
			break
		}
		found = append(found, name[i+1:])
		name = strings.TrimRight(name[:i], ", ")
	}
	return name, strings.Join(found, ", ")
}

// isTitle reports that the words before a name at f[n] go on with a title.
func isTitle(f []string, n int) bool {
	first, _ := utf8.DecodeRuneInString(f[n])
	bare := strings.ToLower(strings.TrimRight(f[n], "."))
	if bare == "the" {
		return n == 0 && len(f) > 2 && isTitle(f, 1)
	}
	if !unicode.IsUpper(first) && n == 0 {
		return false
	}
	if bare == "m" { // "M. Jean Dupont", but "M. Dupont" may be Marie
		return f[n] == "M." && n+2 < len(f) && !strings.HasSuffix(f[n+1], ".")
	}
	return honorifics[bare] || n > 0 && furtherTitles[place.Fold(bare)]
}

// furtherTitles stand only after another title: "Rev. Canon", "Sr. Presidente".
var furtherTitles = set("canon padre father sister brother obispo bishop pastor emeritus emerita phd")

// honorific reports a title of a person before the name.
func honorific(s string) bool {
	f := strings.Fields(firstWords(s, 4))
	return len(f) > 1 && isTitle(f, 0)
}

var honorifics = set(`dr dra dre drs prof profa prof.ª prof.a profª mr mrs ms mx sr sra srta sres lic licda licdo lcda lcdo ing arq abg abog adv mtra mtro mg mgter psic
	sor fray pbro mons professor professora profesor profesora professeur professeure doctor doctora doutor doutora maitre maître me rev revd hon sir dame mme mlle pe pr
	don doña hna hno eng engª enga dom`)
