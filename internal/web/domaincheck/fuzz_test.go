package domaincheck

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pliego/internal/signature"
)

// Whatever a domain shows: the code is found only where it stands, and what is
// shown of the rest is short, clean text.
func FuzzReadFileAndRecord(f *testing.F) {
	for _, seed := range []string{
		"", code, "pliego-verification=" + code, "\xef\xbb\xbf" + code + "\r\n", "pliego-verification=", "\"pliego-verification=x\"",
		strings.Repeat("pliego-verification=y\n", 300), "\x00\xff\x1b[2J", "\u202eabc", strings.Repeat("é", 5000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		holds := strings.Contains(strings.ToLower(content), code)
		file, shownOfFile := readFile([]byte(content), code)
		record, shownOfRecord := readRecords(strings.Split(content, "\n"), code)
		if (file == signature.SightCode || record == signature.SightCode) && !holds {
			t.Fatalf("a code is found in %q", content)
		}
		if (file == signature.SightTooLarge) != (len(content) > mostBytes) {
			t.Fatalf("%d bytes: %s", len(content), file)
		}
		for _, seen := range []string{shownOfFile, shownOfRecord} {
			if utf8.RuneCountInString(seen) > mostShown || !utf8.ValidString(seen) || strings.ContainsFunc(seen, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Fatalf("%q is shown", seen)
			}
		}
	})
}
