package signature

import (
	"context"
	"errors"
	"time"
)

// ErrNotStanding is returned for a signature that does not stand.
var ErrNotStanding = errors.New("this signature does not stand")

// Level is how far it was verified that a signature is its organisation's.
type Level string

// The levels, each above those before it.
const (
	LevelNone      Level = ""              // given to the coordinator, or as printed
	LevelEmail     Level = "email"         // somebody with this e-mail address confirmed it
	LevelOwnDomain Level = "own-domain"    // the address is at the organisation's own domain
	LevelProven    Level = "domain-proven" // whoever signed showed a code at the organisation's domain
	LevelVouched   Level = "vouched"       // a coordinator vouches for it
)

// Level is the highest level that a signature reached.
func (sig *Signature) Level() Level {
	switch {
	case sig.Sealed():
		return LevelNone // nothing of it is shown
	case !sig.VouchedAt.IsZero():
		return LevelVouched
	case !sig.ProvenAt.IsZero():
		return LevelProven
	case sig.OwnDomain:
		return LevelOwnDomain
	case sig.Basis == Confirmed:
		return LevelEmail
	}
	return LevelNone
}

// LevelStore is what verification needs of the store; it promises what Store
// does.
type LevelStore interface {
	// SetVouched notes since when a coordinator vouches for an organisation's
	// standing signature, or with a zero time that nobody does. ErrNotStanding.
	SetVouched(ctx context.Context, id string, at time.Time) error
}

// Vouch notes that a coordinator knows a signature to be its organisation's, or
// takes that back.
func (s *Service) Vouch(ctx context.Context, id string, yes bool) error {
	at := time.Time{}
	if yes {
		at = s.Now()
	}
	return s.Store.SetVouched(ctx, id, at)
}
