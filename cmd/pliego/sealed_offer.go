package main

import (
	"errors"
	"fmt"
	"strings"
)

type sealedOfferCommand struct {
	storeFlags
	Letter    string   `arg:"" help:"The letter's slug." placeholder:"S"`
	Recipient []string `help:"The coalition's public key, age1…; several can each open every box." placeholder:"AGE1…"`
	Withdraw  bool     `help:"Offer it no more. What was sealed stays sealed."`
}

func (sealedOfferCommand) Help() string {
	return "Lets a letter be signed without showing the name: its form then offers it, with what is kept. The secret half of the key stays on a coordinator's machine (pliego sealed key).\n\nExample: pliego sealed offer water-for-all-2026 --recipient age1…\n\nExample: pliego sealed offer water-for-all-2026 --withdraw"
}

func (c *sealedOfferCommand) Run(p process) error {
	switch {
	case c.Withdraw && len(c.Recipient) > 0:
		return errors.New("give --recipient to offer sealed signatures, or --withdraw to end the offer, not both")
	case !c.Withdraw && len(c.Recipient) == 0:
		return errors.New("give the coalition's public key with --recipient age1…; pliego sealed key makes one, on a coordinator's machine")
	}
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.signing.OfferSealed(p.ctx, c.Letter, strings.Join(c.Recipient, " ")); err != nil {
		return err
	}
	if c.Withdraw {
		_, err = fmt.Fprintf(p.stdout, "Letter %s takes no further sealed signatures.\n", c.Letter)
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Letter %s can be signed sealed.\n", c.Letter)
	return err
}
