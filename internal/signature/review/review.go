package review

import (
	"context"
	"fmt"
	"time"

	"pliego/internal/signature"
)

// Mode chooses a column of the table of rules.
type Mode string

// The modes. Normal doubts what honest signers rarely do; Strict doubts whatever
// is unusual, and is for a letter under attack; Off has no rule, for tests.
const (
	Off    Mode = "off"
	Normal Mode = "normal"
	Strict Mode = "strict"
)

// Config is what the rules are made of.
type Config struct {
	Mode Mode
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// Names tells who is on a letter.
	Names Names
	// Prominent are names beside those that come with the program.
	Prominent []ProminentName
}

// Names is what the rules ask the store.
type Names interface {
	// PersonListed tells whether another person of this name (without regard to
	// accents and case) and country stands or waits on the letter.
	PersonListed(ctx context.Context, letterID string, p signature.Public, except string) (bool, error)
}

// check looks at a signature and says what it saw, when that is a doubt.
type check func(ctx context.Context, c signature.Case) (detail string, doubt bool, err error)

// rule is a line of the table in one mode.
type rule struct {
	name   string
	moment signature.Moment
	check  check
}

// Doubt is one look of a rule.
func (r rule) Doubt(ctx context.Context, c signature.Case) (*signature.Doubt, error) {
	if c.Moment != r.moment {
		return nil, nil
	}
	detail, doubt, err := r.check(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("rule %s: %w", r.name, err)
	}
	if !doubt {
		return nil, nil
	}
	if c.Signature.Public.Name == "" { // of a signer who is not shown nothing is kept
		detail = ""
	}
	return &signature.Doubt{Rule: r.name, Detail: detail}, nil
}

// Rules are those in force in the mode. What they count begins anew: keep them
// as long as the process serves.
func Rules(cfg Config) ([]signature.Rule, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	lines, err := table(cfg)
	if err != nil {
		return nil, err
	}
	var list []signature.Rule
	for _, l := range lines {
		c := map[Mode]check{Normal: l.normal, Strict: l.strict}[cfg.Mode]
		if c != nil {
			list = append(list, rule{l.name, l.moment, c})
		}
	}
	return list, nil
}
