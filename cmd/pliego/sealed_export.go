package main

import (
	"fmt"
	"io"
)

type sealedExportCommand struct {
	storeFlags
	Letter string `required:"" help:"The letter's slug." placeholder:"S"`
	Output string `short:"o" required:"" help:"The file to write; one that is there is not overwritten." placeholder:"FILE"`
}

func (sealedExportCommand) Help() string {
	return "Writes the boxes of a letter's confirmed sealed signatures to a file, to be carried to the coordinator's machine and opened there. The boxes in it stay encrypted. What is withdrawn later goes from the store, not from the file: delete it when it was opened.\n\nExample: pliego sealed export --letter water-for-all-2026 -o water.sealed"
}

func (c *sealedExportCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := s.db.LetterBySlug(p.ctx, c.Letter)
	if err != nil {
		return err
	}
	var n int
	_, err = writeAside(c.Output, func(w io.Writer) error {
		n, err = s.signing.ExportSealed(p.ctx, l, w)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%d sealed signatures written to %s. Open it on the coordinator's machine: pliego sealed open\n", n, c.Output)
	return err
}
