package main

import (
	"errors"
	"fmt"
	"io"

	"pliego/internal/signature"
)

type signatureEvidenceCommand struct {
	storeFlags
	Number int64  `arg:"" help:"Registration number of the signature." placeholder:"NUMBER"`
	Letter string `required:"" help:"The letter." placeholder:"S"`
	Out    string `short:"o" help:"File to write the evidence to; without it only what was noted is shown." placeholder:"FILE"`
}

func (signatureEvidenceCommand) Help() string {
	return "Opens the file of evidence that the vault keeps for a signature given to the coordinator, and says when and how it was given.\n\nExample: pliego signature evidence 17 --letter water-2026 -o scan.pdf"
}

func (c *signatureEvidenceCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := s.db.LetterBySlug(p.ctx, c.Letter)
	if err != nil {
		return err
	}
	list, err := s.db.SignaturesNumbered(p.ctx, l.ID, c.Number, c.Number)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fmt.Errorf("letter %s has no signature number %d", c.Letter, c.Number)
	}
	private, err := s.signing.PrivateOf(p.ctx, list[0].ID)
	if err != nil && !errors.Is(err, signature.ErrUnknown) {
		return err
	}
	for _, line := range [][2]string{{"received", private.Received}, {"channel", private.Channel}, {"note", private.Note}} {
		if line[1] != "" {
			fmt.Fprintf(p.stdout, "%s: %s\n", line[0], line[1])
		}
	}
	e, err := s.signing.EvidenceFor(p.ctx, s.db, list[0].ID)
	switch {
	case errors.Is(err, signature.ErrUnknown) && private.Note != "":
		fmt.Fprintln(p.stdout, "There is no file.")
		return nil
	case errors.Is(err, signature.ErrUnknown):
		return fmt.Errorf("signature %d rests on no file; its basis is %s", c.Number, list[0].Basis)
	case err != nil:
		return err
	case c.Out == "":
		return fmt.Errorf("there is a file, %s: say with -o where to write it", e.Name)
	}
	if err := writeWhole(c.Out, func(w io.Writer) error { _, err := w.Write(e.Bytes); return err }); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "The file %s was written to %s.\n", e.Name, c.Out)
	return nil
}
