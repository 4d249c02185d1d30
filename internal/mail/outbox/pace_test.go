package outbox_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"pliego/internal/mail"
	"pliego/internal/mail/outbox"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// relay is a mail server that passes mail on: one provider's does not answer,
// another's says "later".
type relay struct {
	mu    sync.Mutex
	took  map[string]int // by domain
	asked map[string]int
	hang  chan struct{} // closed when the one that hangs may go on
}

func (r *relay) NewSession(*smtp.Conn) (smtp.Session, error) { return &relaySession{relay: r}, nil }

func (r *relay) counts(domain string) (asked, took int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked[domain], r.took[domain]
}

type relaySession struct {
	*relay
	domain string
}

func (s *relaySession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *relaySession) Reset()                               {}
func (s *relaySession) Logout() error                        { return nil }

func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	_, s.domain, _ = strings.Cut(to, "@")
	s.mu.Lock()
	s.asked[s.domain]++
	s.mu.Unlock()
	switch s.domain {
	case "hangs.example":
		<-s.hang
	case "gone.example":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no nobody here"}
	case "later.example":
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later"}
	}
	return nil
}

func (s *relaySession) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took[s.domain]++
	return err
}

// paced is an office that sends over a real server at its pace.
func paced(t *testing.T, db *store.DB) (*office, *relay) {
	t.Helper()
	o := newOffice(t, db)
	r := &relay{took: map[string]int{}, asked: map[string]int{}, hang: make(chan struct{})}
	server := smtp.NewServer(r)
	server.Domain = "mail.example.org"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	o.worker.Sender, err = mail.Open(mail.Config{URL: "smtp://" + listener.Addr().String(), From: "letters@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	o.worker.Pace = outbox.NewPace(o.worker.Now)
	return o, r
}

func (o *office) signAt(t *testing.T, n int, domain string) {
	t.Helper()
	_, err := o.signing.Sign(t.Context(), "open-letter", "es", signature.Form{
		Kind: "person", Name: fmt.Sprintf("Persona Ejemplo %d", n), Country: "SV", Email: fmt.Sprintf("p%d@%s", n, domain), Consent: "1",
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) drain(t *testing.T) {
	t.Helper()
	for o.send(t) > 0 {
	}
}

func TestManyMailsToOneProviderDoNotDelayAnother(t *testing.T) {
	each := func(t *testing.T, open func() *store.DB) {
		o, r := paced(t, open())
		const many = 60
		for i := range many {
			o.signAt(t, i, "gmail.com")
		}
		o.signAt(t, many, "small.example")
		o.drain(t)
		_, large := r.counts("gmail.com")
		if _, small := r.counts("small.example"); small != 1 || large > 10 || large == 0 {
			t.Fatalf("at once: %d to the large provider, %d to the small one", large, small)
		}
		taken, err := o.db.TakeMail(t.Context(), o.now.Add(time.Hour), 0, 100)
		if err != nil || len(taken) != many-large {
			t.Fatalf("%d mails wait, %v", len(taken), err)
		}
		for _, m := range taken {
			if m.Attempts != 0 {
				t.Fatal("a mail that waits for its turn counts as tried")
			}
			if err := o.db.MailPutOff(t.Context(), m, o.now); err != nil {
				t.Fatal(err)
			}
		}
		for second := 1; second <= 60 && large < many; second++ {
			before := large
			o.now = o.now.Add(time.Second)
			o.drain(t)
			if _, large = r.counts("gmail.com"); large-before > 10 {
				t.Errorf("%d within second %d", large-before, second)
			}
		}
		if large != many {
			t.Errorf("after a minute %d of %d were sent", large, many)
		}
	}
	storetest.Each(t, each)
}

func TestAProviderThatSaysLaterIsSlowed(t *testing.T) {
	o, r := paced(t, storetest.Open(t, storetest.SQLite(t)))
	for i := range 40 {
		o.signAt(t, i, "later.example")
	}
	o.signAt(t, 40, "small.example")
	o.drain(t)
	first, _ := r.counts("later.example")
	o.now = o.now.Add(5 * time.Second)
	o.drain(t)
	second, _ := r.counts("later.example")
	// Unslowed it would be fifty. Those under way when the answer comes are asked
	// besides.
	if first == 0 || second-first > 5+10 {
		t.Errorf("%d asked at once, %d in the next five seconds; slowed it is one a second", first, second-first)
	}
	if _, took := r.counts("small.example"); took != 1 {
		t.Error("another provider was slowed too")
	}
}

func TestAProviderThatHangsDoesNotBlockOthers(t *testing.T) {
	o, r := paced(t, storetest.Open(t, storetest.SQLite(t)))
	for i := range 20 {
		o.signAt(t, i, "hangs.example")
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { o.worker.Run(ctx) })
	defer wg.Wait()
	defer close(r.hang)
	defer cancel()
	wait := func(what string, fn func() bool) {
		t.Helper()
		for range 400 {
			if fn() {
				return
			}
			time.Sleep(25 * time.Millisecond)
		}
		t.Fatalf("waited in vain until %s", what)
	}
	wait("the first hang", func() bool { asked, _ := r.counts("hangs.example"); return asked > 0 })
	o.signAt(t, 20, "small.example")
	wait("another provider's mail went", func() bool { _, took := r.counts("small.example"); return took == 1 })
	if asked, took := r.counts("hangs.example"); asked > 3 || took != 0 {
		t.Errorf("%d under way to the provider that hangs, %d sent", asked, took)
	}
}

func TestAnAddressRefusedIsNoted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		o, _ := paced(t, open())
		wait := o.sign(t, 1)
		id, _, err := o.signing.Vault.ParseToken(signature.TokenWait, wait)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.signing.MailAgain(t.Context(), wait, "nobody@gone.example"); err != nil {
			t.Fatal(err)
		}
		o.drain(t)
		if status, err := o.db.Bounced(t.Context(), id); err != nil || status != "5.1.1" {
			t.Errorf("status %q, %v", status, err)
		}
		if strings.Contains(o.log.String(), "nobody") {
			t.Errorf("the log names the address:\n%s", o.log)
		}
	})
}

// While people wait for the store mail goes out one by one, and all of it goes.
func TestMailGivesWayToPeopleAndStillGoes(t *testing.T) {
	o, r := paced(t, storetest.Open(t, storetest.SQLite(t)))
	o.worker.Busy = func() bool { return true }
	for i := range 4 {
		o.signAt(t, i, fmt.Sprintf("p%d.example", i))
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { o.worker.Run(ctx) })
	defer wg.Wait()
	defer cancel()
	for range 400 {
		all := 0
		for i := range 4 {
			_, took := r.counts(fmt.Sprintf("p%d.example", i))
			all += took
		}
		if all == 4 {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Error("not all mail went out")
}
