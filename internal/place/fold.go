package place

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold gives the key by which names are compared without regard to case,
// accents and punctuation: lower case, compatibility forms and diacritics
// taken away, and every run of anything but letters, marks and digits made
// one space, with none at the ends. Folding twice changes nothing.
func Fold(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if !ascii {
		s = norm.NFKD.String(strings.ToValidUTF8(s, " "))
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	put := func(r rune) {
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	for _, r := range s {
		r = unicode.ToLower(r)
		if 0x300 <= r && r <= 0x36f {
			continue // a diacritic that NFKD took off its letter
		}
		if plain, ok := undecomposed[r]; ok {
			for _, p := range plain {
				put(p)
			}
			continue
		}
		if !unicode.In(r, unicode.L, unicode.M, unicode.N) || r == unicode.ReplacementChar {
			space = true
			continue
		}
		put(r)
	}
	return b.String()
}

// undecomposed are Latin letters that Unicode does not take apart but that
// people type plainly.
var undecomposed = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ı': "i",
}
