package outbox_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"pliego/internal/mail"
	"pliego/internal/mail/outbox"
	"pliego/internal/signature"
)

// postOffice is a real mail server, which can be away, refuse, or hang.
type postOffice struct {
	t       *testing.T
	address string
	server  *smtp.Server
	done    chan struct{}

	mu     sync.Mutex
	got    map[string][]string      // message IDs by address
	answer func(to string) error    // to RCPT; nil takes it
	hang   map[string]chan struct{} // by address: DATA waits until it is closed
}

// newPostOffice has an address and is not open yet.
func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	p := &postOffice{t: t, address: l.Addr().String(), got: map[string][]string{}, hang: map[string]chan struct{}{}}
	t.Cleanup(p.close)
	return p
}

func (p *postOffice) open() {
	p.t.Helper()
	l, err := net.Listen("tcp", p.address)
	if err != nil {
		p.t.Fatal(err)
	}
	p.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &counter{p: p}, nil }))
	p.server.Domain = "mail.example.org"
	p.server.ErrorLog = log.New(io.Discard, "", 0)
	p.done = make(chan struct{})
	go func() { p.server.Serve(l); close(p.done) }()
}

func (p *postOffice) close() {
	if p.server != nil {
		p.server.Close()
		<-p.done
		p.server = nil
	}
}

func (p *postOffice) answers(f func(to string) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = f
}

// counter is one talk with the post office.
type counter struct {
	p  *postOffice
	to string
}

func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }

func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = to
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	if c.p.answer != nil {
		return c.p.answer(to)
	}
	return nil
}

func (c *counter) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	c.p.mu.Lock()
	hang := c.p.hang[c.to]
	c.p.mu.Unlock()
	if hang != nil {
		<-hang
		return &smtp.SMTPError{Code: 451, Message: "too late"}
	}
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	c.p.got[c.to] = append(c.p.got[c.to], m.Header.Get("Message-ID"))
	return nil
}

func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }

// hasOnce wants that each of the first n signers has got one mail.
func (p *postOffice) hasOnce(n int) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range n {
		if got := p.got[signer(i)]; len(got) != 1 {
			p.t.Errorf("%s got %d mails", signer(i), len(got))
		}
	}
}

func signer(n int) string { return fmt.Sprintf("secret%d@example.org", n) }

// mailsTo lets the office's worker hand over to a post office, at its pace.
func (o *office) mailsTo(t *testing.T, p *postOffice, patience time.Duration) {
	t.Helper()
	clock := func() time.Time { return o.now }
	sender, err := mail.Open(mail.Config{URL: "smtp://" + p.address, From: "letters@example.org", Origin: "letters.example.org", Timeout: patience, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	o.worker.Sender, o.worker.Pace = sender, outbox.NewPace(clock)
}

// pass lets time pass in steps of a minute, and sends what is due in each.
func (o *office) pass(t *testing.T, minutes int) {
	t.Helper()
	for range minutes {
		o.now = o.now.Add(time.Minute)
		for o.send(t) > 0 {
		}
	}
}

func (o *office) counts(t *testing.T) (waiting, failed int64) {
	t.Helper()
	waiting, failed, err := o.db.OutboxCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return waiting, failed
}

const crowdOfSigners = 15

func TestServerAwayForAnHour(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := newPostOffice(t)
		o.mailsTo(t, p, 10*time.Second)
		for i := range crowdOfSigners {
			o.sign(t, i)
			o.pass(t, 60/crowdOfSigners)
		}
		if waiting, failed := o.counts(t); waiting != crowdOfSigners || failed != 0 {
			t.Fatalf("after an hour %d mails wait and %d were given up", waiting, failed)
		}
		p.open()
		o.pass(t, 65) // the longest pause that an hour leads to
		p.hasOnce(crowdOfSigners)
		if waiting, failed := o.counts(t); waiting != 0 || failed != 0 {
			t.Errorf("in the end %d mails wait and %d were given up", waiting, failed)
		}
	})
}

func TestServerThatSaysLater(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := newPostOffice(t)
		p.open()
		o.mailsTo(t, p, 10*time.Second)
		p.answers(func(string) error {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later"}
		})
		for i := range crowdOfSigners {
			o.sign(t, i)
		}
		o.pass(t, 20)
		if waiting, failed := o.counts(t); waiting != crowdOfSigners || failed != 0 {
			t.Fatalf("%d mails wait and %d were given up", waiting, failed)
		}
		p.answers(nil)
		o.pass(t, 65)
		p.hasOnce(crowdOfSigners)
	})
}

// One address that does not exist costs nobody else their mail, and its signer can
// read of it.
func TestServerThatRefusesAnAddress(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := newPostOffice(t)
		p.open()
		o.mailsTo(t, p, 10*time.Second)
		p.answers(func(to string) error {
			if to == signer(crowdOfSigners) {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no mailbox " + to}
			}
			return nil
		})
		for i := range crowdOfSigners {
			o.sign(t, i)
		}
		id, _, err := o.signing.Vault.ParseToken(signature.TokenWait, o.sign(t, crowdOfSigners))
		if err != nil {
			t.Fatal(err)
		}
		o.pass(t, 15)
		p.hasOnce(crowdOfSigners)
		if waiting, failed := o.counts(t); waiting != 0 || failed != 1 {
			t.Errorf("%d mails wait and %d were given up", waiting, failed)
		}
		if status, err := o.db.Bounced(t.Context(), id); err != nil || status != "5.1.1" {
			t.Errorf("the signer reads of status %q (%v)", status, err)
		}
		if strings.Contains(o.log.String(), "secret") {
			t.Errorf("the log holds an address:\n%s", o.log)
		}
	})
}

// A server that takes a mail and never says so: it is tried again, later, and those
// behind it do not wait for that.
func TestServerThatHangs(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := newPostOffice(t)
		p.open()
		o.mailsTo(t, p, 300*time.Millisecond)
		hang := make(chan struct{})
		p.hang[signer(0)] = hang
		for i := range 3 {
			o.sign(t, i)
		}
		o.send(t)
		p.mu.Lock()
		for i := 1; i < 3; i++ {
			if len(p.got[signer(i)]) != 1 {
				t.Errorf("%s waits for somebody else's mail", signer(i))
			}
		}
		p.mu.Unlock()
		if waiting, failed := o.counts(t); waiting != 1 || failed != 0 {
			t.Errorf("%d mails wait and %d were given up", waiting, failed)
		}
		p.mu.Lock()
		delete(p.hang, signer(0))
		p.mu.Unlock()
		close(hang)
		o.pass(t, 2)
		p.hasOnce(3)
	})
}

// What was in hand when the process was told to end is due again at once.
func TestWhatWasInHandIsGivenBack(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := newPostOffice(t)
		p.open()
		o.mailsTo(t, p, 10*time.Second)
		hang := make(chan struct{})
		p.hang[signer(0)] = hang
		defer close(hang)
		o.sign(t, 0)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { o.worker.Run(ctx); close(ended) }()
		for limit := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
			taken, err := o.db.TakeMail(t.Context(), o.now, 0, 1) // with no lease nothing is taken away
			if err != nil {
				t.Fatal(err)
			}
			if len(taken) == 0 {
				break
			}
			if time.Now().After(limit) {
				t.Fatal("the worker takes no mail")
			}
		}
		cancel()
		<-ended
		p.mu.Lock()
		delete(p.hang, signer(0))
		p.mu.Unlock()
		if o.send(t) != 1 {
			t.Error("it is not due")
		}
		p.hasOnce(1)
	})
}
