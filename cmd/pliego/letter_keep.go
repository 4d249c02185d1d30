package main

import (
	"fmt"
	"time"

	"pliego/internal/signature"
)

type letterKeepCommand struct {
	storeFlags
	Slug           string    `arg:"" help:"The letter." placeholder:"S"`
	EraseAddresses time.Time `help:"The day on which the signers' addresses are erased, in UTC. Once the letter was open, only an earlier day can be set." format:"2006-01-02" placeholder:"YYYY-MM-DD"`
	Now            bool      `help:"If the day has come, erase them now instead of within the hour in which serve does it."`
}

func (letterKeepCommand) Help() string {
	return "Promises the letter's signers a day on which their e-mail addresses, and the names of who signed for an organisation, are erased for good. The sign page and each signer's own page show it. The public record stays, and the links that signers have go on working; no mail can be sent to them any more. Without a day it tells what was promised.\n\nBackups made before that day still hold the addresses, encrypted: delete them in time.\n\nExample: pliego letter keep water-for-all-2026 --erase-addresses 2027-01-31"
}

func (c *letterKeepCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := s.db.LetterBySlug(p.ctx, c.Slug)
	if err != nil {
		return err
	}
	if !c.EraseAddresses.IsZero() {
		if err := signature.EraseAddressesOn(p.ctx, s.db, l, c.EraseAddresses); err != nil {
			return err
		}
	}
	promise, err := s.db.PromiseOf(p.ctx, l.ID)
	if err != nil {
		return err
	}
	if promise.EraseOn.IsZero() {
		fmt.Fprintf(p.stdout, "No day is set for letter %s: the addresses are kept until their signers withdraw.\n", l.Slug)
		return nil
	}
	day := promise.EraseOn.Format(time.DateOnly)
	if c.Now {
		if time.Now().Before(promise.EraseOn) {
			return fmt.Errorf("letter %s: the addresses are kept until %s; to erase them now, set an earlier day", l.Slug, day)
		}
		n, err := s.keeper().ForgetNow(p.ctx, l)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "Erased %d addresses of letter %s.\n", n, l.Slug)
		return nil
	}
	if !promise.ErasedAt.IsZero() {
		fmt.Fprintf(p.stdout, "The addresses of letter %s were erased on %s.\n", l.Slug, promise.ErasedAt.Format(time.DateOnly))
		return nil
	}
	fmt.Fprintf(p.stdout, "The addresses of letter %s are erased on %s.\n", l.Slug, day)
	return nil
}
