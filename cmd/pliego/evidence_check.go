package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"pliego/internal/evidence"
	"pliego/internal/evidence/claim"
	"pliego/internal/letter"
)

type evidenceCheckCommand struct {
	storeFlags
	Letter string `help:"The letter whose claims are held against the evidence; default: every letter that has some." placeholder:"S"`
	JSON   bool   `name:"json" help:"Print JSON with all figures."`
}

func (evidenceCheckCommand) Help() string {
	return "Recomputes every claim from the figures in the store and says: supported, not supported, mixed, or cannot be tested. The rules are in doc/evidence-claims.md; the letter's page of claims shows the same.\n\nExample: pliego evidence check --letter mispa-iv-2013 --json"
}

func (c *evidenceCheckCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	slugs := []string{c.Letter}
	if c.Letter == "" {
		if slugs, err = s.db.LettersWithClaims(p.ctx); err != nil {
			return err
		}
	}
	out := []claimOut{}
	for _, slug := range slugs {
		found, err := checkLetterClaims(p.ctx, s, slug)
		if err != nil {
			return err
		}
		for _, r := range found {
			out = append(out, outOf(slug, r))
		}
	}
	if len(out) == 0 {
		return errors.New("there are no claims to check; load a pack that has some (pliego pack load americas)")
	}
	if c.JSON {
		e := json.NewEncoder(p.stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(map[string]any{"claims": out})
	}
	for _, r := range out {
		fmt.Fprintf(p.stdout, "%-17s %s\n", r.Verdict, r.Key)
		for _, part := range r.Parts {
			fmt.Fprintf(p.stdout, "    %-17s %s\n", part.Verdict, part.Summary)
		}
	}
	return nil
}

func checkLetterClaims(ctx context.Context, s *site, slug string) ([]claim.Result, error) {
	l, err := s.db.LetterBySlug(ctx, slug)
	if errors.Is(err, letter.ErrNotFound) {
		return nil, fmt.Errorf("there is no letter %q", slug)
	}
	if err != nil {
		return nil, err
	}
	e, err := s.db.LetterEvidence(ctx, slug)
	if err != nil {
		return nil, err
	}
	of, err := claim.Of(l)
	if err != nil {
		return nil, fmt.Errorf("%w; its claims are held against the evidence of that day", err)
	}
	return claim.Check(ctx, s.db, of, e.Claims)
}

// claimOut is a claim as the command prints it.
type claimOut struct {
	Key       string            `json:"key"`
	Letter    string            `json:"letter"`
	Ask       string            `json:"ask"`
	Statement evidence.Words    `json:"statement"`
	Verdict   evidence.Verdict  `json:"verdict"`
	Parts     []claimPartOut    `json:"parts"`
	Figures   []claim.FigureOut `json:"figures"`
}

type claimPartOut struct {
	Key     string           `json:"key"`
	Test    evidence.Test    `json:"test"`
	Verdict evidence.Verdict `json:"verdict"`
	Summary string           `json:"summary"`
}

func outOf(slug string, r claim.Result) claimOut {
	out := claimOut{Key: r.Claim.Key, Letter: slug, Ask: r.Claim.Ask, Statement: r.Claim.Statements, Verdict: r.Verdict, Figures: r.Figures()}
	for _, p := range r.Parts {
		out.Parts = append(out.Parts, claimPartOut{p.Part.Key, p.Part.Test, p.Verdict, p.Summary()})
	}
	return out
}
