package locale

// The plural categories of whole numbers in the four languages.
const (
	one   = "one"
	many  = "many"
	other = "other"
)

// categories are the plural categories that a message must have in a language.
var categories = map[string][]string{
	"en": {one, other},
	"es": {one, many, other},
	"pt": {one, many, other},
	"fr": {one, many, other},
}

// category gives the plural category of a whole number, by the rules of CLDR
// 45 (supplemental/plurals.xml). They are written out because the tables in
// golang.org/x/text are of CLDR 32, which had no "many" for Spanish,
// Portuguese and French ("1 000 000 de firmas").
func category(lang string, n int64) string {
	if n < 0 {
		n = -n
	}
	switch lang {
	case "es":
		if n == 1 {
			return one
		}
	case "pt", "fr":
		if n == 0 || n == 1 {
			return one
		}
	default:
		if n == 1 {
			return one
		}
		return other
	}
	if n != 0 && n%1_000_000 == 0 {
		return many
	}
	return other
}
