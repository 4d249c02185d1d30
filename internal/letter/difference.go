package letter

import (
	"strings"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Change is what became of a run of words between two versions of a text.
type Change int

// The changes.
const (
	Same Change = iota
	Inserted
	Deleted
)

// Run is a run of words with one fate.
type Run struct {
	Change Change
	Words  string // with the spaces and line breaks between them
}

// Plain is everything a signer of the text consents to, as plain lines: the
// title, the body, the asks and the closing.
func (t Text) Plain() string {
	parts := []string{t.Title, t.Body}
	if !t.AsksInBody {
		for _, a := range t.Asks {
			parts = append(parts, a.Title, a.Body)
		}
	}
	parts = append(parts, t.Closing)
	var kept []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n\n")
}

// Difference tells word by word what changed from one version to the next.
func Difference(before, after Text) []Run {
	// Each different word stands for one character, so that words are compared
	// and never letters. Texts are bounded, so there are enough characters.
	known := map[string]rune{}
	var words []string
	encode := func(s string) []rune {
		var out []rune
		for _, w := range splitWords(s) {
			r, ok := known[w]
			if !ok {
				r = firstCode + rune(len(words))
				known[w] = r
				words = append(words, w)
			}
			out = append(out, r)
		}
		return out
	}
	d := diffmatchpatch.New()
	var runs []Run
	for _, x := range d.DiffCleanupSemantic(d.DiffMainRunes(encode(before.Plain()), encode(after.Plain()), false)) {
		var b strings.Builder
		for _, r := range x.Text {
			b.WriteString(words[r-firstCode])
		}
		fate := Same
		switch x.Type {
		case diffmatchpatch.DiffInsert:
			fate = Inserted
		case diffmatchpatch.DiffDelete:
			fate = Deleted
		}
		runs = append(runs, Run{fate, b.String()})
	}
	return runs
}

// firstCode is the first of the code points that stand for words: beyond the
// surrogates, which are no characters.
const firstCode = 0xE000

// splitWords cuts a text into words and the white space between them.
func splitWords(s string) []string {
	var out []string
	start, inSpace := 0, false
	for i, r := range s {
		if is := unicode.IsSpace(r); is != inSpace {
			if i > start {
				out = append(out, s[start:i])
			}
			start, inSpace = i, is
		}
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}
