package main

import (
	"fmt"
	"strings"

	"pliego/internal/account"
)

type inviteCommand struct {
	storeFlags
	Email   string `arg:"" help:"Address of the person." placeholder:"EMAIL"`
	Role    string `required:"" help:"What they may do: a coordinator runs letters and invites people, a reviewer decides about signatures and sees no address, a responder answers for an addressee." enum:"coordinator,reviewer,responder" placeholder:"coordinator|reviewer|responder"`
	Lang    string `help:"Language of their desk and mail (default: ${default})." enum:"es,pt,en,fr" default:"es" placeholder:"LANG"`
	BaseURL string `help:"Address that readers know the site by; the link begins with it (default: ${default})." default:"http://127.0.0.1:8080" placeholder:"URL"`
	NoMail  bool   `help:"Queue no mail: hand the printed link over yourself."`
}

func (inviteCommand) Help() string {
	return "Invites somebody to the desk, and prints the link by which they enter: once, within seven days. Whoever has the link can enter in their place, so hand it over with care. A running serve mails it too.\n\nExample: pliego invite coordinator@example.org --role coordinator --base-url https://letters.example.org"
}

func (c *inviteCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	_, token, err := s.accounts.Invite(p.ctx, "", c.Email, account.Role(c.Role), c.Lang, !c.NoMail)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s/desk/enter/%s\n", strings.TrimSuffix(c.BaseURL, "/"), token)
	return nil
}
