package signature

import (
	"context"
	"errors"
	"fmt"

	"pliego/internal/ledger"
)

// releasePage is how many waiting signatures are read at once.
const releasePage = 200

// Release lets those signatures of a letter stand that waited only because it
// was paused. It tells how many it let go, and how many wait for a person still.
// Each is a write of its own: called again after a failure it goes on.
func (s *Service) Release(ctx context.Context, letterID string) (released, waiting int, err error) {
	for after := ""; ; {
		page, err := s.Store.InState(ctx, Waiting, letterID, after, releasePage)
		if err != nil {
			return released, waiting, err
		}
		for _, sig := range page {
			after = sig.ID
			stands, err := s.release(ctx, sig.ID)
			switch {
			case errors.Is(err, ErrNotWaiting) || errors.Is(err, ErrUnknown): // decided or gone meanwhile
			case err != nil:
				return released, waiting, fmt.Errorf("release signature %s: %w", sig.ID, err)
			case stands:
				released++
			default:
				waiting++
			}
		}
		if len(page) < releasePage {
			return released, waiting, nil
		}
	}
}

func (s *Service) release(ctx context.Context, id string) (stands bool, err error) {
	v, err := s.view(ctx, id)
	if err != nil {
		return false, err
	}
	entry, err := s.recorded(ctx, v)
	if err != nil {
		return false, err
	}
	at := s.Now()
	if v.Signature.Sealed() {
		at = ledger.Day(at)
	}
	return s.Store.ReleaseSignature(ctx, id, at, entry)
}
