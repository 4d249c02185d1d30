package review

import (
	"context"

	"pliego/internal/signature"
)

// Unaddressed is the rule that a person looks at a sealed signature that no
// address confirmed: nothing else would keep somebody from sending a thousand.
// The coordinator opens its box, asks, and decides.
type Unaddressed struct{}

// Doubt keeps signature.Rule's promise.
func (Unaddressed) Doubt(_ context.Context, c signature.Case) (*signature.Doubt, error) {
	if c.Moment != signature.Confirming || !c.Signature.Sealed() || c.Signature.MailsAsked > 0 {
		return nil, nil
	}
	return &signature.Doubt{Rule: SealedUnaddressed}, nil
}
