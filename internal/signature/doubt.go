package signature

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// Doubt is one reason why a signature waits for a person. It never drops one.
type Doubt struct {
	Rule      string // which rule of review raised it
	Detail    string // what the rule saw, without personal data
	RaisedAt  time.Time
	DecidedAt time.Time // zero while nobody has
}

// Rules that hold whatever the table of rules says: they name what the signer or
// a coordinator said, not a suspicion.
const (
	RuleSharedAddress = "shared-address" // a second person with this address
	RulePaused        = "paused"         // the letter takes signatures, but lists none
)

// Moment is when a rule looks at a signature.
type Moment int

// The moments.
const (
	Filled     Moment = iota + 1 // the form was sent
	Confirming                   // the button was pressed or the code typed
)

// Case is what a rule of review may look at.
type Case struct {
	Moment    Moment
	Letter    *letter.Letter
	Signature *Signature
	Email     string // for looking only, as all the rest; no rule keeps it

	// Of the moment Filled alone.
	Filling Filling
	Network netip.Prefix // not valid when where the form came from says nothing
}

// Rule looks at a signature and gives a doubt, or nil. Rules are called at each
// moment, by many signers at once, and must be quick.
type Rule interface {
	Doubt(ctx context.Context, c Case) (*Doubt, error)
}

// doubts asks all the rules.
func (s *Service) doubts(ctx context.Context, c Case) ([]Doubt, error) {
	var list []Doubt
	if c.Moment == Confirming && !c.Letter.PausedAt.IsZero() {
		list = append(list, Doubt{Rule: RulePaused})
	}
	for _, rule := range s.Rules {
		d, err := rule.Doubt(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("look at a signature for review: %w", err)
		}
		if d != nil {
			list = append(list, *d)
		}
	}
	return list, nil
}

// Confirmation is what confirming one signature writes.
type Confirmation struct {
	ID           string
	Generation   int
	LetterID     string
	AddressIndex []byte // among public signatures; nil without an address
	SealedIndex  []byte // among the letter's sealed ones; nil when it has none
	PhraseIndex  []byte // of a sealed one
	OwnDomain    bool   // the address is at the organisation's own domain
	Shares       bool   // the address may be another person's too; there is a doubt about it then
	At           time.Time
	Entry        ledger.Pending // queued when it stands
	Doubts       []Doubt
}
