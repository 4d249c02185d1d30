package compose

import (
	"fmt"

	"pliego/internal/letter"
	"pliego/internal/typeset"
)

// Check refuses a text whose Markdown would cost too much to set, on pages or on
// paper.
func Check(t letter.Text) error {
	for _, part := range []string{t.Body, t.Closing} {
		if _, err := typeset.Markdown(part); err != nil {
			return err
		}
	}
	for i, a := range t.Asks {
		if _, err := typeset.Markdown(a.Body); err != nil {
			return fmt.Errorf("ask %d: %w", i+1, err)
		}
	}
	return nil
}
