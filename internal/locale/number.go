package locale

import (
	"math"
	"strconv"
	"strings"
)

// narrowSpace is the narrow no-break space, U+202F.
const narrowSpace = "\u202f"

// Number writes a whole number with the language's grouping. Spanish follows
// the rule of the academies (a thin space, from five digits on), which reads
// alike in the countries that write 1,000 and in those that write 1.000.
func Number(lang string, n int64) string {
	separator, from := ",", 4
	switch lang {
	case "es":
		separator, from = narrowSpace, 5
	case "pt":
		separator = "."
	case "fr":
		separator = narrowSpace
	}
	digits, sign := strconv.FormatInt(n, 10), ""
	if digits[0] == '-' {
		digits, sign = digits[1:], "\u2212"
	}
	if len(digits) < from {
		return sign + digits
	}
	out := make([]byte, 0, len(sign)+2*len(digits))
	out = append(out, sign...)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out = append(out, separator...)
		}
		out = append(out, digits[i])
	}
	return string(out)
}

// Decimal writes a number with so many digits after the decimal sign, which is
// a point in English and a comma in the other languages.
func Decimal(lang string, v float64, digits int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	whole, rest, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil { // beyond all figures that are shown
		return text
	}
	out := Number(lang, n)
	if digits > 0 {
		sign := ","
		if lang == "en" {
			sign = "."
		}
		out += sign + rest
	}
	if v < 0 && strings.Trim(text, "0.") != "" {
		out = "\u2212" + out
	}
	return out
}
