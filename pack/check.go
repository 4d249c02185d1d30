package pack

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"pliego/internal/letter"
	"pliego/internal/place"
)

const (
	maxLine = 1000 // characters of a single-line value
	maxURL  = 2000 // bytes
)

// Each check below says what is wrong with a value and what to do, or "".

// checkText looks for bytes and characters that no text needs and that hide
// what it says: invalid UTF-8, controls, and marks that turn the direction of
// what follows.
func checkText(s string, lines bool) string {
	if !utf8.ValidString(s) {
		return "is not UTF-8 text; save the file as UTF-8"
	}
	for _, c := range s {
		switch {
		case c == '\n' && lines:
		case c == '\n' || c == '\r':
			return "has a line break; write it on one line"
		case unicode.Is(unicode.Cc, c):
			return fmt.Sprintf("holds the control character U+%04X; take it out", c)
		case c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069:
			return fmt.Sprintf("holds the invisible direction mark U+%04X; take it out", c)
		}
	}
	return ""
}

func checkLine(s string) string {
	if msg := checkText(s, false); msg != "" {
		return msg
	}
	if n := utf8.RuneCountInString(s); n > maxLine {
		return fmt.Sprintf("has %d characters; %d at most", n, maxLine)
	}
	return ""
}

func checkKey(s string) string {
	if letter.CheckSlug(s) != nil {
		return fmt.Sprintf("%q is not a key; use 2 to 64 lower-case letters, digits and single hyphens", clip(s))
	}
	return ""
}

func checkURL(s string) string {
	u, err := url.Parse(s)
	switch {
	case len(s) > maxURL:
		return fmt.Sprintf("is longer than %d bytes; use a shorter address", maxURL)
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || strings.ContainsFunc(s, unicode.IsSpace):
		return fmt.Sprintf("%q is not a web address; begin with https:// or http://", clip(s))
	}
	return ""
}

// checkDay wants a whole date.
func checkDay(s string) string {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return fmt.Sprintf("%q is not a date; write it as 2013-11-19", clip(s))
	}
	return ""
}

// checkDate takes a date whose day, or day and month, are not known.
func checkDate(s string) string {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			return ""
		}
	}
	return fmt.Sprintf("%q is not a date; write it as 2013, 2013-11 or 2013-11-19", clip(s))
}

// before tells whether one date is surely before another, as far as both are
// known.
func before(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] < b[:n]
}

func checkCountry(s string) string {
	if len(s) != 2 || strings.ToUpper(s) != s {
		return fmt.Sprintf("%q is not a country; write its ISO 3166-1 code of two capital letters, such as UY", clip(s))
	}
	if _, ok := place.ByAlpha2(s); !ok {
		return fmt.Sprintf("no country has the code %q; write its ISO 3166-1 code of two letters, such as UY", s)
	}
	return ""
}

// checkTag takes the language of something outside the pack, whatever it is.
func checkTag(s string) string {
	if _, err := language.Parse(s); err != nil || s != strings.TrimSpace(s) || strings.Contains(s, "_") {
		return fmt.Sprintf("%q is not a language; write its BCP 47 tag, such as nl", clip(s))
	}
	return ""
}

func checkLang(s string) string { return checkOneOf(s, Languages) }

func checkOneOf(s string, allowed []string) string {
	if !slices.Contains(allowed, s) {
		return fmt.Sprintf("%q is not known here; use %s", clip(s), orList(allowed))
	}
	return ""
}

// checkSource holds a source to its confidence: what was seen has an address.
func checkSource(sourceURL, confidence string) string {
	if confidence == "seen" && sourceURL == "" {
		return "confidence is seen but source_url is empty; give the address, or write memory"
	}
	return ""
}

var confidences = []string{"seen", "memory"}

// orList writes "a, b or c".
func orList(s []string) string {
	if len(s) < 2 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}

// clip shortens a value for a message.
func clip(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
