package typeset

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// What one Letter may hold. A hostile one is refused before anything is set.
const (
	// MaxTitle is the most runes of a title.
	MaxTitle = 1000
	// MaxSignatories is the longest list of signatories.
	MaxSignatories = 250_000
	// MaxAsks is the most asks.
	MaxAsks = 1000
	// MaxAddressees is the most addressees.
	MaxAddressees = 10_000
	// MaxBlocks is the most blocks, counted through all lists.
	MaxBlocks = 100_000
	// MaxDepth is how deep lists and quotes may stand in one another.
	MaxDepth = 8
	// MaxField is the most bytes of one short text: a name, a label, an office.
	MaxField = 4096
	// MaxText is the most bytes of all blocks together.
	MaxText = 8 << 20
)

// ErrLetter is what every error about the Letter itself wraps.
var ErrLetter = errors.New("letter cannot be set")

// bad says which field of the letter is wrong, and how.
func bad(field, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrLetter, field, fmt.Sprintf(format, args...))
}

// check refuses a letter that lacks what must be printed or exceeds the bounds.
func (l *Letter) check() error {
	if err := checkLang("language", l.Lang); err != nil {
		return err
	}
	if l.TextLang != "" {
		if err := checkLang("text's language", l.TextLang); err != nil {
			return err
		}
	}
	if strings.TrimSpace(l.Title) == "" {
		return bad("title", "is empty")
	}
	if n := utf8.RuneCountInString(l.Title); n > MaxTitle {
		return bad("title", "has %d characters, more than %d", n, MaxTitle)
	}
	if l.URL != "" {
		if u, err := url.Parse(l.URL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return bad("address", "%.80q is not an http or https address", l.URL)
		}
	}
	if b, err := hex.DecodeString(l.TextHash); err != nil || (len(b) != 0 && len(b) != 32) {
		return bad("hash", "%.80q is not a SHA-256 of 64 hex digits", l.TextHash)
	}
	if l.Published.IsZero() {
		return bad("published", "has no time")
	}
	if err := l.checkCounts(); err != nil {
		return err
	}
	if err := l.checkLabels(); err != nil {
		return err
	}
	return l.checkFields()
}

func checkLang(field, tag string) error {
	// The shape is checked too: the tag goes into file structures as it is.
	if t, err := language.Parse(tag); err != nil || t == language.Und || len(tag) > 35 {
		return bad(field, "%.40q is not a language tag such as es or pt-BR", tag)
	}
	for _, r := range tag {
		if r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return bad(field, "%.40q is not a language tag such as es or pt-BR", tag)
		}
	}
	return nil
}

func (l *Letter) checkCounts() error {
	for _, c := range []struct {
		field  string
		n, max int
	}{
		{"signatories", len(l.Signatories), MaxSignatories},
		{"asks", len(l.Asks), MaxAsks},
		{"addressees", len(l.AddressedTo), MaxAddressees},
	} {
		if c.n > c.max {
			return bad(c.field, "%d are more than %d", c.n, c.max)
		}
	}
	t := tally{}
	for _, b := range [][]Block{l.Notice, l.Intro, l.Closing} {
		if err := t.blocks(b, 0); err != nil {
			return err
		}
	}
	for _, a := range l.Asks {
		if err := t.blocks(a.Text, 0); err != nil {
			return err
		}
	}
	return nil
}

// tally counts through the blocks of a whole letter.
type tally struct{ count, bytes int }

func (t *tally) blocks(bs []Block, depth int) error {
	if depth > MaxDepth {
		return bad("text", "lists stand more than %d deep in one another", MaxDepth)
	}
	for _, b := range bs {
		if t.count++; t.count > MaxBlocks {
			return bad("text", "has more than %d paragraphs", MaxBlocks)
		}
		for _, r := range b.Runs {
			t.bytes += len(r.Text) + len(r.URL)
		}
		if t.bytes > MaxText {
			return bad("text", "is longer than %d bytes", MaxText)
		}
		for _, item := range b.Items {
			if err := t.blocks(item, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *Letter) checkLabels() error {
	b := l.Labels
	for _, c := range []struct {
		name, label string
		needed      bool
	}{
		{"To", b.To, len(l.AddressedTo) > 0},
		{"Asks", b.Asks, len(l.Asks) > 0},
		{"Signatories", b.Signatories, len(l.Signatories) > 0},
		{"Number", b.Number, len(l.Signatories) > 0},
		{"Name", b.Name, len(l.Signatories) > 0},
		{"Country", b.Country, len(l.Signatories) > 0},
		{"Address", b.Address, l.URL != ""},
		{"Hash", b.Hash, l.TextHash != ""},
	} {
		if c.needed && strings.TrimSpace(c.label) == "" {
			return bad("label "+c.name, "is empty in %s", l.Lang)
		}
		if len(c.label) > MaxField {
			return bad("label "+c.name, "is longer than %d bytes", MaxField)
		}
	}
	if len(b.Page) > 100 {
		return bad("label Page", "is longer than 100 bytes")
	}
	return nil
}

func (l *Letter) checkFields() error {
	for _, f := range []struct{ name, text string }{
		{"date", l.DateLine}, {"occasion", l.Occasion}, {"signatories' note", l.SignatoriesNote}, {"address", l.URL},
	} {
		if len(f.text) > MaxField {
			return bad(f.name, "is longer than %d bytes", MaxField)
		}
	}
	for i, o := range l.AddressedTo {
		if len(o) > MaxField {
			return bad(fmt.Sprintf("addressee %d", i+1), "is longer than %d bytes", MaxField)
		}
	}
	for i, a := range l.Asks {
		if a.Number < 1 {
			return bad(fmt.Sprintf("ask %d in order", i+1), "has number %d; numbers begin at 1", a.Number)
		}
		if len(a.Title) > MaxField {
			return bad(fmt.Sprintf("ask %d", a.Number), "has a title longer than %d bytes", MaxField)
		}
	}
	for i := range l.Signatories {
		s := &l.Signatories[i]
		if s.Number < 1 {
			return bad(fmt.Sprintf("signatory %d in order", i+1), "has number %d; numbers begin at 1", s.Number)
		}
		if strings.TrimSpace(s.Name) == "" && strings.TrimSpace(s.Note) == "" {
			return bad(fmt.Sprintf("signatory %d", s.Number), "has neither a name nor a note")
		}
		if len(s.Name)+len(s.Latin)+len(s.Acronym)+len(s.Country)+len(s.Note) > MaxField {
			return bad(fmt.Sprintf("signatory %d", s.Number), "is longer than %d bytes", MaxField)
		}
	}
	return nil
}

// pageLabel is the page number's text, "2 / 5" unless the labels say otherwise.
func (b Labels) pageLabel(page, pages int) string {
	pattern := b.Page
	if pattern == "" {
		pattern = "{page} / {pages}"
	}
	return strings.NewReplacer("{page}", fmt.Sprint(page), "{pages}", fmt.Sprint(pages)).Replace(pattern)
}

// textLang is the language that the letter's own text is in.
func (l *Letter) textLang() string {
	if l.TextLang != "" {
		return l.TextLang
	}
	return l.Lang
}

// safeURL gives back u if a link may lead there, else "".
func safeURL(u string) string {
	if len(u) > MaxField {
		return ""
	}
	p, err := url.Parse(u)
	if err != nil {
		return ""
	}
	switch strings.ToLower(p.Scheme) {
	case "http", "https":
		if p.Host == "" {
			return ""
		}
	case "mailto":
		if p.Opaque == "" {
			return ""
		}
	default:
		return ""
	}
	return p.String()
}
