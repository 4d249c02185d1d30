package dialogue

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pliego/internal/followup"
)

// Answers says how a provision answers an ask.
type Answers string

// The ways of answering.
const (
	Fully   Answers = "full"
	Partly  Answers = "partial"
	Evading Answers = "evades" // not found in the parts that were read, or passed over
)

// AllAnswers are all of them.
var AllAnswers = []Answers{Fully, Partly, Evading}

// ErrProvision is the kind of every mistake that Provision.Check finds.
var ErrProvision = errors.New("a provision cannot be recorded so")

// Provision is one version of a point of what a forum adopted, set against the
// asks of a letter.
type Provision struct {
	ID         string    `json:"-"`
	Version    int       `json:"-"` // from 1
	Forum      string    `json:"-"` // key
	LetterID   string    `json:"-"`
	RecordedAt time.Time `json:"-"`
	RecordedBy string    `json:"-"` // an account's ID, or "pack:" and its key
	Reason     string    `json:"-"` // why this version corrects the one before
	TakenDown  bool      `json:"-"`

	Instrument string            `json:"instrument"`         // the title of what was adopted
	Point      string            `json:"point,omitempty"`    // its number or part; "" when it was not seen
	Summary    followup.Words    `json:"summary"`            // in our own words
	Quote      string            `json:"quote,omitempty"`    // the words themselves, when seen
	Asks       []string          `json:"asks"`               // keys of the letter's asks
	Answers    Answers           `json:"answers"`            // how it answers them
	Reserved   []string          `json:"reserved,omitempty"` // States that entered a reservation, ISO 3166-1 alpha-2
	Source     followup.Citation `json:"source"`
}

// Check holds a provision against the rules.
func (p *Provision) Check() error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrProvision, fmt.Sprintf(format, args...))
	}
	if p.Version > 1 && strings.TrimSpace(p.Reason) == "" {
		return wrong("say why it corrects what was recorded before")
	}
	if p.TakenDown {
		return nil
	}
	switch text, _ := p.Summary.In("en"); {
	case p.Forum == "" || p.Instrument == "":
		return wrong("name the forum and what it adopted")
	case text == "":
		return wrong("it has no summary")
	case len(text) > followup.MaxSummary || len(p.Quote) > followup.MaxSummary || len(p.Instrument) > followup.MaxSummary || len(p.Point) > followup.MaxTitle:
		return wrong("a text is too long")
	case len(p.Asks) == 0 || len(p.Asks) > followup.MaxAsks:
		return wrong("say which asks it is about")
	case !slices.Contains(AllAnswers, p.Answers):
		return wrong("it answers full, partial or evades, not %q", p.Answers)
	case p.Source.Confidence == followup.Seen && p.Source.URL == "":
		return wrong("what was seen has an address")
	}
	return nil
}
