package letter

import (
	"context"
	"fmt"
	"time"
)

// Pauser is what Pause and Resume need of the store.
type Pauser interface {
	LetterBySlug(ctx context.Context, slug string) (*Letter, error)
	// SetPaused says since when the letter is paused, or with a zero time that it
	// is not. Setting what is set already changes nothing.
	SetPaused(ctx context.Context, letterID string, at time.Time) error
}

// Pause has every signature that is confirmed from now on wait: a coalition that
// receives more than it can check loses none of it. The letter stays open.
func (s *Service) Pause(ctx context.Context, in Pauser, slug string) error {
	return s.setPaused(ctx, in, slug, s.Now())
}

// Resume ends the pause. What waits for nothing else is let go by the signatures'
// own Release.
func (s *Service) Resume(ctx context.Context, in Pauser, slug string) error {
	return s.setPaused(ctx, in, slug, time.Time{})
}

func (s *Service) setPaused(ctx context.Context, in Pauser, slug string, at time.Time) error {
	l, err := in.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if err := in.SetPaused(ctx, l.ID, at); err != nil {
		return fmt.Errorf("letter %s: %w", slug, err)
	}
	return nil
}
