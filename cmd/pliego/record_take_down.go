package main

import (
	"fmt"
	"time"

	"pliego/internal/followup"
)

type recordTakeDownCommand struct {
	storeFlags
	Item   string `arg:"" help:"The item's ID, as export writes it." placeholder:"ID"`
	Letter string `required:"" help:"The letter whose record it is." placeholder:"S"`
	Reason string `required:"" help:"Why; it is public." placeholder:"TEXT"`
}

func (recordTakeDownCommand) Help() string {
	return "Takes an item of the record down: its words are shown no more, on any day that is drawn; a stub with the date and the reason stays. Editions that hold it are issued again without it. There is no way back.\n\nExample: pliego record take-down 0192… --letter water-2026 --reason \"A court ordered it.\""
}

func (c *recordTakeDownCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := s.db.LetterBySlug(p.ctx, c.Letter)
	if err != nil {
		return err
	}
	record, err := s.db.RecordOf(p.ctx, l.ID)
	if err != nil {
		return err
	}
	stub, err := record.TakeDown(c.Item, c.Reason, "command")
	if err != nil {
		return err
	}
	if err := s.db.AppendRecord(p.ctx, l.ID, l.Slug, []*followup.Item{stub}, time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s is taken down; the record says when and why.\n", c.Item)
	return nil
}
