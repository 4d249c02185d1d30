package locale

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// And joins items as a sentence does: "a, b and c", "a, b y c". Spanish "y"
// becomes "e" before the sound i.
func And(lang string, items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	head, last := items[:len(items)-1], items[len(items)-1]
	word := " and "
	switch lang {
	case "es":
		word = " y "
		if startsWithI(last) {
			word = " e "
		}
	case "pt":
		word = " e "
	case "fr":
		word = " et "
	}
	return strings.Join(head, ", ") + word + last
}

// startsWithI tells whether a Spanish word begins with the vowel i: "Islas",
// "historia", but neither "hierro" nor "Iota", where it is a consonant.
func startsWithI(word string) bool {
	plain := strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(word)))
	plain = strings.TrimPrefix(strings.TrimLeft(plain, "«“\"'("), "h")
	rest, found := strings.CutPrefix(plain, "i")
	return found && (rest == "" || !strings.ContainsRune("aeou", rune(rest[0])))
}
