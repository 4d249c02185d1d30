package main

import "fmt"

type letterCloseCommand struct {
	storeFlags
	Letter string `arg:"" help:"The letter's slug." placeholder:"S"`
}

func (letterCloseCommand) Help() string {
	return "Ends the signing; the record says so. What kept an address from giving a second sealed signature is destroyed.\n\nExample: pliego letter close water-for-all-2026"
}

func (c *letterCloseCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.letters.Close(p.ctx, c.Letter); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Letter %s is closed to new signatures.\n", c.Letter)
	return nil
}
