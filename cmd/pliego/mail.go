package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"pliego/internal/mail"
	"pliego/internal/signature"
)

type mailBounceCommand struct {
	storeFlags
	File []string `arg:"" help:"The report as it came, such as a file of a Maildir; - for standard input." placeholder:"FILE"`
}

func (mailBounceCommand) Help() string {
	return "Reads the report of a mail server that a message did not arrive. If the address takes no mail for good, that is noted about the signature: the page after the form says so, and who decides about one that waits sees it. A report is believed only when it names a message that was really sent. Anything else is left alone, and the status is 0, so that a mail server can hand everything over that comes to the sender's address.\n\nIn an alias of a mail server: letters-bounces: \"|pliego mail bounce - --data /var/lib/pliego\"\n\nExample: pliego mail bounce ~/Maildir/new/*"
}

func (c *mailBounceCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	for _, name := range c.File {
		says, err := takeBounce(p, s, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(p.stdout, "%s: %s\n", name, says)
	}
	return nil
}

// takeBounce reads one message and says what became of it.
func takeBounce(p process, s *site, name string) (string, error) {
	in := p.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	b, err := mail.ReadBounce(in)
	_, _ = io.Copy(io.Discard, io.LimitReader(in, 64<<20)) // a mail server's pipe wants to be read to its end
	switch {
	case errors.Is(err, mail.ErrNoBounce):
		return err.Error(), nil
	case err != nil:
		return "", err
	case !b.Failed:
		return "status " + b.Status + ": it may still arrive", nil
	case !mail.AddressGone(b.Status):
		return "status " + b.Status + ": this says nothing about the address", nil
	}
	sig, err := s.signing.Returned(p.ctx, b.MessageID, b.Status)
	switch {
	case errors.Is(err, signature.ErrUnknown):
		return "it is about no message of ours, or of a signature that is gone", nil
	case errors.Is(err, signature.ErrReplaced):
		return "the signer has given another address since", nil
	case err != nil:
		return "", err
	}
	return fmt.Sprintf("status %s: the address of signature %s (%s) takes no mail", b.Status, sig.ID, sig.State), nil
}
