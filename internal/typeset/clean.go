package typeset

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clean makes text fit to be set on one line of thought: control and direction characters are
// dropped (a name must not be able to turn the text after it around), line ends and tabs become
// spaces, invalid bytes become U+FFFD, and letters and their accents are put together.
func clean(s string) string {
	if plain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return ' '
		case unwritable(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
	return norm.NFC.String(s)
}

// plain reports that s is printable ASCII, as most text is, and needs no cleaning.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// unwritable reports characters that have no place in a printed text: controls, direction
// marks and overrides, noncharacters, and the byte order mark. Joiners stay: some scripts need them.
func unwritable(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\ufeff', r == '\u00ad', r == '\u200b', r == '\u2060':
		return true
	case r == '\u200e', r == '\u200f', r == '\u061c', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	case r >= 0xfff9 && r <= 0xfffb, r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
		return true
	}
	return false
}

// invisible reports characters that need no glyph: joiners and variation selectors.
func invisible(r rune) bool {
	return r == '\u200c' || r == '\u200d' || r >= '\ufe00' && r <= '\ufe0f' || r >= 0xe0100 && r <= 0xe01ef
}
