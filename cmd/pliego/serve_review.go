package main

import (
	"fmt"
	"os"

	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// reviewFlags choose the rules of review.
type reviewFlags struct {
	Review    string `help:"Which doubtful signatures wait for a person. normal: throw-away addresses, other spellings of one mailbox, more than ten from one domain a day or a hundred from one network an hour, forms filled in within two seconds, programs during a burst, well-known names from elsewhere, address and website of another country, a person listed already. strict: the same with lower numbers, and programs at any time, all that comes in a burst, address or website of another country. off: none, for tests. Nothing is ever dropped (default: ${default})." enum:"normal,strict,off" default:"normal" placeholder:"normal|strict|off"`
	Prominent string `help:"File with more names that others might sign in: one a line, with the domains their owners write from, as in: Example Organisation = example.org." placeholder:"FILE"`
}

// rules are those that serve puts in force.
func (f reviewFlags) rules(s *site) ([]signature.Rule, error) {
	cfg := review.Config{Mode: review.Mode(f.Review), Names: s.db}
	if f.Prominent != "" {
		file, err := os.Open(f.Prominent)
		if err != nil {
			return nil, fmt.Errorf("the prominent names: %w", err)
		}
		defer file.Close()
		if cfg.Prominent, err = review.ReadProminent(file); err != nil {
			return nil, fmt.Errorf("%s, %w", f.Prominent, err)
		}
	}
	return review.Rules(cfg)
}
