package signature

import (
	"context"
	"errors"
	"fmt"

	"pliego/internal/ledger"
)

// ErrNoEntryYet says that no published checkpoint covers a signature's entry: it
// was confirmed a moment ago, or waits for a person.
var ErrNoEntryYet = errors.New("the signature is not in the published log yet")

// Receipt proves to anybody that the signature whose own page the token opens was
// recorded. It fails with ErrNoEntryYet, and with ErrWithdrawn when what opens the
// entry was destroyed; the view is there with both.
func (s *Service) Receipt(ctx context.Context, token string) (*View, *ledger.Receipt, error) {
	v, err := s.Own(ctx, token)
	if err != nil {
		return nil, nil, err
	}
	r, err := s.Store.SignatureReceipt(ctx, v.Signature.ID)
	if err != nil {
		return v, nil, fmt.Errorf("the receipt of a signature: %w", err)
	}
	return v, r, nil
}
