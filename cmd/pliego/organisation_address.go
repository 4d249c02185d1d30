package main

import (
	"errors"
	"fmt"

	"pliego/internal/signature"
)

type organisationAddressCommand struct {
	storeFlags
	ID    string `arg:"" help:"The entry, as organisation list names it." placeholder:"ID"`
	Email string `arg:"" optional:"" help:"Its public e-mail address; without one it is forgotten." placeholder:"EMAIL"`
}

func (organisationAddressCommand) Help() string {
	return "Keeps, encrypted, the public address of an organisation. It gets a notice when something is signed in the organisation's name, with a way to object. Without one the notice goes to info@ at the domain of the website that the signature names.\n\nExample: pliego organisation address 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f office@example.org"
}

func (c *organisationAddressCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	err = s.signing.SetOrganisationAddress(p.ctx, c.ID, c.Email)
	var problems signature.Problems
	switch {
	case errors.As(err, &problems):
		return errors.New("that is no e-mail address; give one as in office@example.org")
	case err != nil:
		return fmt.Errorf("%s: %w; see pliego organisation list", c.ID, err)
	case c.Email == "":
		fmt.Fprintf(p.stdout, "The address of %s is forgotten.\n", c.ID)
	default:
		fmt.Fprintf(p.stdout, "%s is told what is signed in its name.\n", c.ID)
	}
	return nil
}
