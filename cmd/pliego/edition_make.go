package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pliego/internal/followup/edition"
	"pliego/internal/letter"
)

type editionMakeCommand struct {
	storeFlags
	Letter  string   `required:"" help:"The letter's slug." placeholder:"S"`
	Offices []string `help:"Keys of the addressees it is about; all of them if not given." placeholder:"KEY,…"`
	Asks    []string `help:"Keys of the asks it is about; all of them if not given." placeholder:"KEY,…"`
	From    string   `help:"The period's first day; the letter's own if not given." placeholder:"YYYY-MM-DD"`
	On      string   `help:"The period's last day; today if not given." placeholder:"YYYY-MM-DD"`
}

func (editionMakeCommand) Help() string {
	return "Makes the next edition: a frozen, numbered report of what became of a letter, on its pages as HTML, PDF, DOCX, CSV and JSON. It never changes with the record; its hash goes into the ledger.\n\n" +
		"Example: pliego edition make --letter water-for-all-2026 --on 2027-12-31"
}

func (c *editionMakeCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := s.db.LetterBySlug(p.ctx, c.Letter)
	if err != nil {
		return err
	}
	e, err := makeEdition(p.ctx, s, l, edition.Choice{Offices: c.Offices, Asks: c.Asks, From: c.From, On: c.On}, "command", time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Edition %d of letter %s: %d governments, %d asks, %d items of the record. It is at /es/letters/%s/editions/%d and in the other languages.\n",
		e.Number, l.Slug, len(e.Offices), len(e.Asks), len(e.Items), l.Slug, e.Number)
	return nil
}

// makeEdition makes and stores the next edition of a letter.
func makeEdition(ctx context.Context, s *site, l *letter.Letter, c edition.Choice, by string, now time.Time) (*edition.Edition, error) {
	previous, _, err := s.db.Edition(ctx, l.ID, 0)
	if err != nil && !errors.Is(err, edition.ErrNotFound) {
		return nil, err
	}
	e, err := edition.Make(ctx, s.db, l, c, previous, now)
	if err != nil {
		return nil, err
	}
	return e, s.db.AddEdition(ctx, l.ID, e, by)
}
