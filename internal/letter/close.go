package letter

import (
	"context"
	"fmt"

	"pliego/internal/ledger"
)

// Close ends the signing of a letter that takes signatures. What exists only to
// keep an address from signing twice in secret is destroyed with it (see the
// store's SetState). A letter that is closed already stays so.
func (s *Service) Close(ctx context.Context, slug string) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	switch l.State {
	case Closed:
		return nil
	case Open, Circulating:
	default:
		return fmt.Errorf("letter %s cannot be closed: %w (it is %s)", slug, ErrState, l.State)
	}
	now := s.Now()
	entry, err := ledger.NewPending(ledger.StateChanged, l.ID, l.Slug, l.ID, "", now, map[string]string{"letter": l.Slug, "state": string(Closed)})
	if err != nil {
		return err
	}
	return s.Store.SetState(ctx, l.ID, l.State, Closed, now, entry)
}
