// Package followup is what became of a letter: what each government answered,
// promised and did on each ask, how that was judged, and by which sources. It
// knows no SQL and no HTTP.
//
// The record only grows. An item is never changed: a correction is a further
// version of it, which says what it corrects. So each item has two times, when
// it happened and when it was recorded, and the record can be drawn as it stood
// on any day and as it was known on any day.
package followup

import (
	"errors"
	"time"
)

// Sentinel errors of this package.
var (
	ErrNoCitation  = errors.New("a verdict needs a citation and the rubric it follows")
	ErrWeakSources = errors.New("this verdict needs an official text or two independent sources")
	ErrUnknown     = errors.New("no such item of the record")
	ErrChanged     = errors.New("the item was changed meanwhile; look at it again")
)

// Kind says what an item is.
type Kind string

// The kinds of item.
const (
	Answer     Kind = "answer"     // what an addressee replied
	Commitment Kind = "commitment" // what an addressee promised
	Action     Kind = "action"     // what a State did
	Assessment Kind = "assessment" // somebody's judgement of one track of one cell
)

// Kinds are all of them.
var Kinds = []Kind{Answer, Commitment, Action, Assessment}

// Direction tells whether an action goes the way that an ask points.
type Direction string

// The directions.
const (
	Toward  Direction = "toward"
	Against Direction = "against"
	Mixed   Direction = "mixed"
)

// ActionKind says what a State did.
type ActionKind string

// The kinds of action.
const (
	Law              ActionKind = "law"
	Decree           ActionKind = "decree"
	Ruling           ActionKind = "ruling"
	Policy           ActionKind = "policy"
	Programme        ActionKind = "programme"
	Operation        ActionKind = "operation"
	StateOfException ActionKind = "state_of_exception"
	Pardon           ActionKind = "pardon"
	Bill             ActionKind = "bill"      // proposed, and not in force
	Statement        ActionKind = "statement" // said, and not done
)

// ActionKinds are all of them.
var ActionKinds = []ActionKind{Law, Decree, Ruling, Policy, Programme, Operation, StateOfException, Pardon, Bill, Statement}

// Deed tells whether something was done, and not only said or proposed.
func (k ActionKind) Deed() bool { return k != Bill && k != Statement && k != "" }

// Words are texts by language (es, pt, en, fr).
type Words map[string]string

// In gives the words in a language, or else in the first of English, Spanish,
// Portuguese and French that there is, and the language they are in.
func (w Words) In(lang string) (text, is string) {
	for _, l := range []string{lang, "en", "es", "pt", "fr"} {
		if w[l] != "" {
			return w[l], l
		}
	}
	return "", lang
}

// Grade says what kind of source a citation leads to.
type Grade string

// The grades.
const (
	Official Grade = "official" // the body that acted, or its gazette
	Press    Grade = "press"    // anybody else who reports it
	Copy     Grade = "copy"     // a copy of an official text that somebody else keeps
)

// Grades are all of them.
var Grades = []Grade{Official, Press, Copy}

// Confidence says whether a source was read.
type Confidence string

// The confidences.
const (
	Seen   Confidence = "seen"   // the fact stood in a stored copy of the source
	Memory Confidence = "memory" // it is remembered: unverified, and it counts toward no verdict
)

// Citation is where something stands.
type Citation struct {
	Title      string     `json:"title,omitempty"` // of the document or page, when known
	URL        string     `json:"url,omitempty"`   // "" only of what is remembered
	Publisher  string     `json:"publisher,omitempty"`
	Place      string     `json:"place,omitempty"`    // in the document: page, article, clause
	Quote      string     `json:"quote,omitempty"`    // the quoted words, in their own language
	Archived   string     `json:"archived,omitempty"` // address of an archived copy
	SHA256     string     `json:"sha256,omitempty"`   // of the archived copy
	Grade      Grade      `json:"grade"`
	Confidence Confidence `json:"confidence"`
}

// Item is one version of one thing on the record.
type Item struct {
	ID         string    `json:"-"`
	Version    int       `json:"-"` // from 1
	LetterID   string    `json:"-"`
	Kind       Kind      `json:"-"`
	Addressee  string    `json:"-"` // key of the addressee that it is about
	RecordedAt time.Time `json:"-"`
	RecordedBy string    `json:"-"` // an account's ID, or "pack:" and its key
	Reason     string    `json:"-"` // why this version corrects the one before; "" of the first
	TakenDown  bool      `json:"-"` // this version leaves a stub: Reason says why

	Asks      []string   `json:"asks"` // keys; none: it is about the letter as a whole
	Date      Date       `json:"date"` // when it happened
	Inferred  bool       `json:"inferred,omitempty"`
	Title     Words      `json:"title,omitempty"`
	Summary   Words      `json:"summary,omitempty"`
	Note      string     `json:"note,omitempty"` // of whoever researched it, in English or their language
	Citations []Citation `json:"citations,omitempty"`

	// Of an action.
	Action    ActionKind `json:"action,omitempty"`
	Direction Direction  `json:"direction,omitempty"`

	// Of an answer or a commitment: its own words, kept for ever.
	Original     string `json:"original,omitempty"`
	OriginalLang string `json:"original_language,omitempty"`
	Office       string `json:"office,omitempty"`    // that answered or promised
	Reference    string `json:"reference,omitempty"` // its number, as on the paper
	From         string `json:"from,omitempty"`      // ID of the answer, provision or agenda item that holds a commitment
	Due          Date   `json:"due,omitempty"`       // of a commitment

	// Of an assessment.
	Track  Track  `json:"track,omitempty"`
	Value  Value  `json:"value,omitempty"`
	Rubric int    `json:"rubric,omitempty"` // version of the rubric it follows
	Looked string `json:"looked,omitempty"` // of "no evidence found": where and when one looked
	ByRule bool   `json:"by_rule,omitempty"`
	Second string `json:"second,omitempty"` // account of the second person who confirmed it

	// What others said of it.
	Reply    *Said     `json:"reply,omitempty"`    // the addressee's, before it was public
	Contests []Contest `json:"contests,omitempty"` // since it is public
}

// Verified tells whether an item may count toward a verdict: its source was read
// and its date is not inferred.
func (i *Item) Verified() bool {
	if i.Inferred {
		return false
	}
	for _, c := range i.Citations {
		if c.Confidence == Seen && c.URL != "" {
			return true
		}
	}
	return false
}

// About tells whether an item concerns an ask; what concerns none concerns all.
func (i *Item) About(ask string) bool {
	for _, a := range i.Asks {
		if a == ask {
			return true
		}
	}
	return len(i.Asks) == 0
}
