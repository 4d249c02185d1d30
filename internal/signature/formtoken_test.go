package signature_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pliego/internal/letter"
	"pliego/internal/signature"
)

// seen is a rule that keeps what it is shown.
type seen struct{ cases []signature.Case }

func (s *seen) Doubt(_ context.Context, c signature.Case) (*signature.Doubt, error) {
	s.cases = append(s.cases, c)
	return nil, nil
}

func TestFormTokenTellsHowTheFormWasFilledIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		rule := &seen{}
		h.signing.Rules = []signature.Rule{rule}
		text, _ := h.letter.Text("es")
		other := &letter.Letter{ID: "another letter"}
		opened := h.now
		token := func(l *letter.Letter, back bool) string {
			h.now = opened
			token, err := h.signing.FormToken(l, text, back)
			h.must(err)
			return token
		}
		sign := func(f signature.Form) error {
			_, err := h.signing.Sign(ctx, "open-letter", "es", f)
			return err
		}
		for name, c := range map[string]struct {
			token string
			after time.Duration
			want  signature.Filling
			err   error
		}{
			"without a page":        {"", time.Minute, signature.Filling{}, nil},
			"at once":               {token(h.letter, false), 900 * time.Millisecond, signature.Filling{Page: true, Took: 900 * time.Millisecond}, nil},
			"slowly":                {token(h.letter, false), 23 * time.Hour, signature.Filling{Page: true, Took: 23 * time.Hour}, nil},
			"at once, come back":    {token(h.letter, true), 0, signature.Filling{Page: true, Back: true}, nil},
			"a day and more":        {token(h.letter, false), 24*time.Hour + time.Second, signature.Filling{}, signature.ErrFormOld},
			"another letter's":      {token(other, false), time.Minute, signature.Filling{}, signature.ErrFormOld},
			"made up":               {"x", time.Minute, signature.Filling{}, signature.ErrFormOld},
			"made up, right length": {token(h.letter, false)[:47] + "_", time.Minute, signature.Filling{}, signature.ErrFormOld},
		} {
			h.now = opened.Add(c.after)
			rule.cases = nil
			f := form("Example Organisation", "a@example.org")
			f.Token = c.token
			err := sign(f)
			if !errors.Is(err, c.err) {
				t.Errorf("%s: %v, want %v", name, err, c.err)
			}
			if err == nil && (len(rule.cases) != 1 || rule.cases[0].Filling != c.want) {
				t.Errorf("%s: %+v, want %+v", name, rule.cases, c.want)
			}
			f.Name = ""
			var ps signature.Problems
			if err := sign(f); !errors.As(err, &ps) || ps.Of("name") == "" || c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("%s, with a fault: %v", name, err)
			}
		}

		// The text changes between opening the form and sending it.
		f := form("Example Organisation", "b@example.org")
		f.Token = token(h.letter, false)
		h.now = opened.Add(time.Hour)
		h.must(h.letters.Publish(ctx, h.letter, letter.Text{
			Lang: "es", Kind: letter.FullText, Title: "Open letter (es)", Body: "We ask for more.", Reason: "More is needed.",
			Asks: []letter.Ask{{Key: "first-ask", Title: "First"}},
		}))
		if err := sign(f); !errors.Is(err, signature.ErrTextChanged) {
			t.Errorf("for a text that was not shown: %v", err)
		}
	})
}
