package main

import (
	"fmt"
	"time"

	"pliego/internal/ledger"
)

type ledgerRotateCommand struct {
	storeFlags
}

func (ledgerRotateCommand) Help() string {
	return "Makes a new key, lets the old one sign a statement that names it and the size from which it holds, and records the change in the log. A running serve takes the new key up by itself. The old key stays in the key folder: destroy it when somebody else may have it. Witnesses know the log by its key: give them the new one.\n\nExample: pliego ledger rotate"
}

func (c *ledgerRotateCommand) Run(p process) error {
	s, err := c.storeFlags.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.settle(p.ctx); err != nil {
		return err
	}
	next, err := ledger.NextKey(c.ledgerKeyFile(), s.key)
	if err != nil {
		return err
	}
	change, err := ledger.Rotate(p.ctx, s.db, s.key, next, time.Now())
	if err != nil {
		return err
	}
	if _, err := ledger.LoadKey(c.ledgerKeyFile(), change.Next); err != nil {
		return err
	}
	if err := s.settle(p.ctx); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "The log %s has a new key from its entry %d on:\n%s\n", change.Origin, change.Size, change.Next)
	fmt.Fprintln(p.stdout, "Make a backup now, keep the new key apart as you kept the old one, and give the line above to the witnesses.")
	return nil
}
