package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/mail"
	"pliego/internal/mail/outbox"
	"pliego/internal/web"
	"pliego/internal/web/domaincheck"
	"pliego/pack"
)

type serveCommand struct {
	storeFlags
	mailFlags
	reviewFlags
	Listen  string   `help:"Address to listen on (default: ${default})." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	BaseURL string   `help:"Address that readers know the site by; default: where it listens." placeholder:"URL"`
	Contact string   `help:"How signers reach the coalition about a signature that waits or was refused: an e-mail or web address. Default: the sender of the mail." placeholder:"ADDRESS"`
	Demo    bool     `help:"Load the Americas pack when the store is empty."`
	Witness []string `help:"Witness that cosigns the log's checkpoints: its verifier key, an @ and its address. May be given several times." placeholder:"KEY@URL"`

	limits limits // zero: usual
}

// mailFlags say how mail leaves.
type mailFlags struct {
	Mail         string `help:"Where mail goes; default: file:mail in the data folder, for trial only." placeholder:"smtp://USER:PASSWORD@HOST:PORT|file:DIR"`
	MailFrom     string `help:"Sender of the mail." placeholder:"ADDRESS"`
	DkimDomain   string `help:"Domain that mail is signed for with DKIM." placeholder:"DOMAIN"`
	DkimSelector string `help:"Selector of the DKIM key." placeholder:"SELECTOR"`
	DkimKey      string `help:"File with the DKIM key, RSA or Ed25519, in PEM." placeholder:"FILE"`
}

func (f mailFlags) config(data, baseURL string) mail.Config {
	url := f.Mail
	if url == "" {
		url = "file:" + filepath.Join(data, "mail")
	}
	host := strings.TrimPrefix(strings.TrimPrefix(baseURL, "https://"), "http://")
	return mail.Config{
		URL: url, From: f.MailFrom, Origin: host,
		DKIM: mail.DKIM{Domain: f.DkimDomain, Selector: f.DkimSelector, KeyFile: f.DkimKey},
	}
}

func (serveCommand) Help() string {
	return "Prints \"ready http://HOST:PORT\" once it answers, and ends cleanly on SIGTERM.\n\nExample: pliego serve --demo\n\nExample: pliego serve --data /var/lib/pliego --base-url https://letters.example.org --mail smtp://user:password@mail.example.org:587 --mail-from letters@example.org"
}

// stopWithin is how long requests under way may take once serve was told to end.
const stopWithin = 15 * time.Second

func (c *serveCommand) Run(p process) error {
	witnesses, err := readWitnesses(c.Witness)
	if err != nil {
		return err
	}
	log := newLineBuffer(p.stderr)
	defer log.Flush()
	s, err := c.storeFlags.open(p.ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	if c.Demo {
		if err := loadDemonstration(p.ctx, s); err != nil {
			return err
		}
	}
	if err := s.settle(p.ctx); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another address with --listen", c.Listen, err)
	}
	address := "http://" + listener.Addr().String()
	base := strings.TrimSuffix(c.BaseURL, "/")
	if base == "" {
		base = address
	}
	mailConfig := c.mailFlags.config(c.Data, base)
	sender, err := mail.Open(mailConfig)
	if err != nil {
		return err
	}
	s.log.Info("mail", "goes", mail.Describe(mailConfig.URL))
	contact := c.Contact
	if contact == "" {
		contact = c.MailFrom
	}
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	s.signing.Domains = domaincheck.New(domaincheck.Config{})
	pages, err := web.New(web.Config{BaseURL: base, Store: s.db, Signing: s.signing, Letters: s.letters, Registry: s.registry, Accounts: s.accounts, Contact: contact, Proxies: proxies, Witnesses: witnesses, Log: s.log})
	if err != nil {
		return err
	}
	rules, err := c.reviewFlags.rules(s)
	if err != nil {
		return err
	}
	s.signing.Rules = append(s.signing.Rules, rules...)
	cosigning := &ledger.Cosigning{Store: s.db, Caller: newWitnessCaller(), Witnesses: witnesses, Log: s.log}
	forms := &rush{now: time.Now}
	worker := &outbox.Worker{Store: s.db, Signing: s.signing, Accounts: s.accounts, Sender: sender, BaseURL: base, Contact: contact, Limit: c.mailLimit(), Busy: func() bool { return s.db.Waiting() > busyFrom || forms.on() }, Log: s.log, Now: time.Now}
	if !mail.IsFolder(sender) {
		worker.Pace = outbox.NewPace(time.Now)
	}

	background, stop := context.WithCancel(context.WithoutCancel(p.ctx))
	var running sync.WaitGroup
	for _, run := range []func(context.Context){s.sequence.Run, cosigning.Run, s.registry.Run, worker.Run, pages.Watch, s.keeper().Run, s.openOnTime} {
		running.Go(func() { run(background) })
	}
	defer func() { stop(); running.Wait() }()

	if c.limits == (limits{}) {
		c.limits = usual
	}
	server := newServer(forms.watch(pages), c.limits, s.log)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintln(p.stdout, "ready", address)
	select {
	case err := <-failed:
		return err
	case <-p.ctx.Done():
	}
	ending, cancel := context.WithTimeout(background, stopWithin)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("end the server: %w", err)
	}
	return nil
}

// loadDemonstration loads the Americas pack into a store without letters.
func loadDemonstration(ctx context.Context, s *site) error {
	versions, err := s.db.Versions(ctx)
	if err != nil || len(versions) > 0 {
		return err
	}
	content, err := pack.Read(pack.Americas())
	if err != nil {
		return err
	}
	_, err = loadPack(ctx, s, content)
	return err
}

// busyFrom is from how many waiting writes on the outbox gives way to people.
const busyFrom = 4
