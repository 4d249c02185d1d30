package place

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold gives the key by which names are compared without regard to case,
// accents and punctuation: lower case, compatibility forms and diacritics
// taken away, and every run of anything but letters, marks and digits made
// one space, with none at the ends. Folding twice changes nothing.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if r >= 0x180 && !(0x2010 <= r && r <= 0x201f) || r == 'Ŀ' || r == 'ŀ' { // the two Catalan letters hold a dot
			return foldAny(s)
		}
		plain := ""
		if r < 0x180 {
			plain = latin()[r]
		}
		if plain == "" { // dashes and quotation marks, too
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteString(plain)
	}
	return b.String()
}

// latin holds what Fold makes of each letter of Latin-1 and Latin Extended-A,
// "" for what parts words: nearly all text is made of them.
var latin = sync.OnceValue(func() *[0x180]string {
	var t [0x180]string
	for r := range rune(len(t)) {
		t[r] = foldAny(string(r))
	}
	return &t
})

// foldAny is Fold for text in any script.
func foldAny(s string) string {
	s = norm.NFKD.String(strings.ToValidUTF8(s, " "))
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
