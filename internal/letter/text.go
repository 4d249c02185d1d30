package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// TextKind tells the letter's own words from a summary of a letter published
// elsewhere.
type TextKind string

// The kinds of text.
const (
	FullText TextKind = "text"
	Summary  TextKind = "summary"
)

// Bounds of what a text may hold; far above any real letter.
const (
	MaxTitle = 500     // characters
	MaxBody  = 400_000 // bytes
	MaxAsks  = 100
	MaxAsk   = 20_000 // bytes of one ask's text
)

// Text is the letter in one language and one version. Once signed it is
// frozen: a change makes a new version with its own hash.
type Text struct {
	ID      string // UUIDv7
	Lang    string // es, pt, en or fr
	Version int    // 1, 2, … within the language
	Kind    TextKind
	Title   string
	Body    string // Markdown
	// AsksInBody is true when Body holds the asks in their place, as in a
	// letter read from a file; else they follow the body.
	AsksInBody  bool
	Closing     string // Markdown set after the asks; may be empty
	Asks        []Ask
	Hash        string // lower-case hex of SHA-256; see ContentHash
	PublishedAt time.Time
	// Editorial marks a version that corrects the one before without changing
	// what it says, in the coordinator's judgement; the difference is public.
	Editorial bool
	Reason    string // why there is a new version, in the text's language; may be empty
	Signers   int64  // signatures listed now that are for this very version
}

// Ask is one thing asked, in the language of its text.
type Ask struct {
	Key   string // stable, the same in every language
	Title string
	Body  string // Markdown
}

// Ask finds the ask with the given key and its place, counted from 1.
func (t Text) Ask(key string) (a Ask, number int, ok bool) {
	for i, a := range t.Asks {
		if a.Key == key {
			return a, i + 1, true
		}
	}
	return Ask{}, 0, false
}

// ContentHash is the SHA-256, in lower-case hex, of everything a signer
// consents to in this text: language, kind, title, body, asks and closing. Each part is
// preceded by its name and its length in bytes, so that no two texts share one
// serialisation.
func (t Text) ContentHash() string {
	h := sha256.New()
	part := func(name, value string) { fmt.Fprintf(h, "%s %d\n%s\n", name, len(value), value) }
	part("pliego-text", "1")
	part("lang", t.Lang)
	part("kind", string(t.Kind))
	part("title", t.Title)
	part("body", t.Body)
	for _, a := range t.Asks {
		part("ask", a.Key)
		part("ask-title", a.Title)
		part("ask-body", a.Body)
	}
	part("closing", t.Closing)
	return hex.EncodeToString(h.Sum(nil))
}

// Check says what is wrong with a text before it is stored, all of it at once.
func (t Text) Check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch t.Lang {
	case "es", "pt", "en", "fr":
	default:
		bad("language %q: use es, pt, en or fr", t.Lang)
	}
	if t.Kind != FullText && t.Kind != Summary {
		bad("kind %q: use text or summary", t.Kind)
	}
	if strings.TrimSpace(t.Title) == "" {
		bad("the title is empty")
	}
	if n := utf8.RuneCountInString(t.Title); n > MaxTitle {
		bad("the title has %d characters; %d at most", n, MaxTitle)
	}
	if strings.TrimSpace(t.Body) == "" {
		bad("the body is empty")
	}
	if len(t.Body)+len(t.Closing) > MaxBody {
		bad("the body has %d bytes; %d at most", len(t.Body)+len(t.Closing), MaxBody)
	}
	if len(t.Asks) > MaxAsks {
		bad("%d asks; %d at most", len(t.Asks), MaxAsks)
	}
	seen := map[string]bool{}
	for i, a := range t.Asks {
		if CheckSlug(a.Key) != nil {
			bad("ask %d: key %q: use lower-case letters, digits and single hyphens", i+1, a.Key)
		}
		if seen[a.Key] {
			bad("ask %d: key %q is there twice", i+1, a.Key)
		}
		seen[a.Key] = true
		if strings.TrimSpace(a.Title) == "" {
			bad("ask %d: the title is empty", i+1)
		}
		if len(a.Body) > MaxAsk || len(a.Title) > MaxAsk {
			bad("ask %d: %d bytes; %d at most", i+1, max(len(a.Body), len(a.Title)), MaxAsk)
		}
	}
	for _, s := range []string{t.Title, t.Body, t.Closing} {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			bad("the text holds bytes that are not UTF-8 text")
			break
		}
	}
	return errors.Join(errs...)
}
