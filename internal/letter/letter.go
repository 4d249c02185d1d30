// Package letter is the open letter itself: its texts, what it asks, whom it
// is put to, and the states it passes through. It knows no SQL and no HTTP.
package letter

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Sentinel errors of this package; callers match them with errors.Is.
var (
	ErrNotFound  = errors.New("no such letter")
	ErrSlugTaken = errors.New("a letter with this slug exists already")
	ErrState     = errors.New("the letter's state does not allow this")
)

// State is where a letter stands in its life.
type State string

// The states, in the order of a letter's life.
const (
	Draft       State = "draft"
	Circulating State = "circulating" // readable and signable only by its link
	Open        State = "open"
	Closed      State = "closed"
	Delivered   State = "delivered"
	Answered    State = "answered"
	Dialogue    State = "dialogue"
	FollowUp    State = "follow-up"
)

// States lists every state in the order of a letter's life.
var States = []State{Draft, Circulating, Open, Closed, Delivered, Answered, Dialogue, FollowUp}

// Known tells whether s is one of the states.
func (s State) Known() bool {
	for _, k := range States {
		if s == k {
			return true
		}
	}
	return false
}

// Public tells whether anybody may read a letter in this state and find it in
// lists, feeds and the sitemap.
func (s State) Public() bool { return s != Draft && s != Circulating && s.Known() }

// Letter is an open letter with everything a page shows of it.
type Letter struct {
	ID             string // UUIDv7
	Slug           string // names the letter in URLs; never changes
	State          State
	Date           string // ISO 8601 date printed on the letter, or ""
	OriginalLang   string // language in which the letter was written
	Publisher      string
	Elsewhere      *Elsewhere // set when the letter was published elsewhere
	Forum          string     // key of the forum it was put to, or ""
	ConvenersFirst bool       // the alphabetical list begins with the conveners
	CreatedAt      time.Time
	OpenedAt       time.Time // zero until it was first opened
	Deadline       time.Time // zero when there is none
	OpensAt        time.Time // when it opens by itself while it circulates; zero for never
	LinkGeneration int       // of the link by which it circulates; raising it ends earlier ones
	Link           string    // token of that link, for who came by it or signed; else ""
	PausedAt       time.Time // zero unless what is confirmed has to wait
	// SealedRecipients are the public keys of the coalition to which signatures
	// can be sealed, apart by spaces; "" when the letter does not offer it.
	SealedRecipients string
	SealedSince      time.Time // when it was first offered; zero for never
	Version          int64     // grows with every visible change of the letter or its list
	Texts            []Text    // the newest published version in each language
	Addressees       []Addressee
	Delivered        int64 // deliveries that are on record
	Agenda           int64 // items that were ever on its agenda
	Editions         int64 // frozen reports of what became of it
	Counts           Counts
}

// Elsewhere says where the original of a letter stands that was published by
// somebody else.
type Elsewhere struct {
	URL       string
	Publisher string
	Lang      string // language of what stands at URL
	Copies    []Copy
}

// Copy is another place where a letter published elsewhere stands.
type Copy struct {
	URL       string `json:"url"`
	Publisher string `json:"publisher"`
	Lang      string `json:"lang"`
	Date      string `json:"date,omitempty"` // ISO 8601, when it was published there; or ""
}

// Counts are a letter's signatures that are listed now: neither unconfirmed
// nor withdrawn.
type Counts struct {
	Organisations int64
	Persons       int64
	// Of these, the sealed ones: listed without their names.
	SealedOrganisations int64
	SealedPersons       int64
	Withdrawn           int64
	Countries           int64 // different countries among those listed
	Highest             int64 // the highest number given
}

// Listed is the number of signatures that the list shows, with a name or sealed.
func (c Counts) Listed() int64 { return c.Organisations + c.Persons }

// Sealed is how many of those listed are sealed.
func (c Counts) Sealed() int64 { return c.SealedOrganisations + c.SealedPersons }

// Addressee is an office of a State or body that a letter is put to.
type Addressee struct {
	Key          string            // lower-case ISO 3166-1 alpha-3 for States
	Country      string            // ISO 3166-1 alpha-2, "" for a body that is no State
	Office       map[string]string // by language
	OfficeNative string            // as the office calls itself
	NativeLang   string
	SourceURL    string
	Confidence   string // seen or memory: whether the source was read
}

// OfficeIn is the office's name in lang, or else in English, or else as the
// office calls itself; the second value is the language of what is returned.
func (a Addressee) OfficeIn(lang string) (name, nameLang string) {
	if n := a.Office[lang]; n != "" {
		return n, lang
	}
	if a.OfficeNative != "" {
		return a.OfficeNative, a.NativeLang
	}
	if n := a.Office["en"]; n != "" {
		return n, "en"
	}
	for l, n := range a.Office {
		return n, l
	}
	return "", ""
}

// Text returns the letter's text in lang; when there is none in it, the one in
// the original language, and else the first. ok is false only for a letter
// without any text.
func (l *Letter) Text(lang string) (t Text, ok bool) {
	if t, ok = l.textIn(lang); ok {
		return t, true
	}
	if t, ok = l.textIn(l.OriginalLang); ok {
		return t, true
	}
	if len(l.Texts) > 0 {
		return l.Texts[0], true
	}
	return Text{}, false
}

func (l *Letter) textIn(lang string) (Text, bool) {
	for _, t := range l.Texts {
		if t.Lang == lang {
			return t, true
		}
	}
	return Text{}, false
}

// Addressee finds the addressee with the given key.
func (l *Letter) Addressee(key string) (Addressee, bool) {
	for _, a := range l.Addressees {
		if a.Key == key {
			return a, true
		}
	}
	return Addressee{}, false
}

// Ref is what names the letter in addresses: its slug or, while it circulates
// and for who came by it, its link.
func (l *Letter) Ref() string {
	if l.Link != "" {
		return LinkMark + l.Link
	}
	return l.Slug
}

// TokenLink is the purpose of the token in that link, and LinkMark stands
// before it: no slug begins so.
const (
	TokenLink = "letter"
	LinkMark  = "~"
)

// SignableAt says whether the letter takes signatures at now: nil, or
// an error that wraps ErrState.
func (l *Letter) SignableAt(now time.Time) error {
	if l.State != Open && l.State != Circulating {
		return fmt.Errorf("%w: it is %s, not open for signing", ErrState, l.State)
	}
	if !l.Deadline.IsZero() && now.After(l.Deadline) {
		return fmt.Errorf("%w: its deadline has passed", ErrState)
	}
	return nil
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// CheckSlug says what is wrong with a slug, or nil: 2 to 64 lower-case
// letters, digits and single hyphens.
func CheckSlug(slug string) error {
	if len(slug) < 2 || len(slug) > 64 || !slugPattern.MatchString(slug) {
		return fmt.Errorf("slug %q: use 2 to 64 lower-case letters, digits and single hyphens, such as open-letter-2026", slug)
	}
	return nil
}
