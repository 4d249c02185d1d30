package letter

import (
	"context"
	"fmt"
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
	return s.move(ctx, l, Closed, nil)
}
