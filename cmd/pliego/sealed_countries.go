package main

import (
	"fmt"

	"pliego/internal/signature"
)

type sealedCountriesCommand struct {
	storeFlags
	File string `arg:"" help:"What pliego sealed open --countries wrote." placeholder:"FILE"`
}

func (sealedCountriesCommand) Help() string {
	return "Shows the countries of sealed signatures that the file names, and no others: those that five or more share who agreed. One that fewer share is shown in no case, and none any more when one of five withdraws.\n\nExample: pliego sealed countries water.countries"
}

func (c *sealedCountriesCommand) Run(p process) error {
	b, err := readBounded(c.File, maxAgeFile)
	if err != nil {
		return err
	}
	slug, show, err := signature.ReadCountries(string(b))
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.signing.ShowCountries(p.ctx, slug, show); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Letter %s shows the countries of %d sealed signatures at most.\n", slug, len(show))
	return err
}
