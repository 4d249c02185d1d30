package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"pliego/internal/letter"
	"pliego/internal/mail"
	"pliego/internal/mail/outbox"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
	"pliego/internal/vault"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// tray is a sender that keeps what it is given, or fails as told.
type tray struct {
	mu   sync.Mutex
	got  []*mail.Message
	fail error
}

func (s *tray) Send(_ context.Context, m *mail.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	s.got = append(s.got, m)
	return nil
}

type office struct {
	db      *store.DB
	signing *signature.Service
	worker  *outbox.Worker
	tray    *tray
	log     *bytes.Buffer
	now     time.Time
}

func newOffice(t *testing.T, db *store.DB) *office {
	t.Helper()
	o := &office{db: db, tray: &tray{}, log: &bytes.Buffer{}, now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return o.now }
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	o.signing = &signature.Service{Store: db, Vault: v, Now: clock}
	o.worker = &outbox.Worker{
		Store: db, Signing: o.signing, Sender: o.tray, BaseURL: "https://letters.example.org",
		Log: slog.New(slog.NewTextHandler(o.log, nil)), Now: clock,
	}
	letters := &letter.Service{Store: db, Now: clock}
	l := &letter.Letter{Slug: "open-letter", State: letter.Open, OriginalLang: "es"}
	if err := letters.Create(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if err := letters.Publish(t.Context(), l, letter.Text{Lang: "es", Kind: letter.FullText, Title: "Carta abierta", Body: "Pedimos."}); err != nil {
		t.Fatal(err)
	}
	if err := db.InitLog(t.Context(), "pliego/test", "pliego/test"); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) sign(t *testing.T, n int) (wait string) {
	t.Helper()
	s, err := o.signing.Sign(t.Context(), "open-letter", "es", signature.Form{
		Kind: "person", Name: fmt.Sprintf("Persona Ejemplo %d", n), Country: "SV", Email: fmt.Sprintf("secret%d@example.org", n), Consent: "1",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.WaitToken
}

func (o *office) send(t *testing.T) int {
	t.Helper()
	n, err := o.worker.SendDue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func each(t *testing.T, fn func(t *testing.T, o *office)) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) { fn(t, newOffice(t, open())) })
}

func TestEveryMailIsSentOnceWithLinksThatWork(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for i := range 3 {
			o.sign(t, i)
		}
		if n := o.send(t); n != 3 || len(o.tray.got) != 3 {
			t.Fatalf("%d taken, %d sent", n, len(o.tray.got))
		}
		if n := o.send(t); n != 0 {
			t.Fatalf("%d taken again", n)
		}
		m := o.tray.got[0]
		if !strings.HasPrefix(m.To, "secret") || m.Lang != "es" || !strings.Contains(m.Text, "Carta abierta") || m.ID == "" {
			t.Errorf("message to %q in %q", m.To, m.Lang)
		}
		_, after, _ := strings.Cut(m.Text, "https://letters.example.org/es/confirm/")
		own, _, err := o.signing.ConfirmByLink(t.Context(), strings.Fields(after)[0])
		if err != nil {
			t.Fatalf("the link in the mail: %v", err)
		}
		o.send(t)
		last := o.tray.got[len(o.tray.got)-1]
		if !strings.Contains(last.Text, "https://letters.example.org/es/signature/"+own) {
			t.Errorf("the mail after the confirmation lacks the own page:\n%s", last.Text)
		}
		if strings.Contains(o.log.String(), "secret") || strings.Contains(o.log.String(), "Persona") {
			t.Errorf("the log names a signer:\n%s", o.log)
		}
	})
}

func TestMailIsPutOffAndGivenUp(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.sign(t, 1)
		o.tray.fail = errors.New("the server is away")
		o.send(t)
		if n := o.send(t); n != 0 {
			t.Fatal("a mail put off was tried at once")
		}
		o.now = o.now.Add(mail.Backoff(1) + time.Second)
		o.tray.fail = nil
		if n := o.send(t); n != 1 || len(o.tray.got) != 1 {
			t.Fatalf("after the wait: %d taken, %d sent", n, len(o.tray.got))
		}
		o.sign(t, 2)
		o.tray.fail = errors.New("still away")
		for range mail.MaxAttempts {
			o.send(t)
			o.now = o.now.Add(25 * time.Hour)
		}
		waiting, failed, err := o.db.OutboxCounts(t.Context())
		if err != nil || waiting != 0 || failed != 1 {
			t.Errorf("waiting %d, failed %d, %v", waiting, failed, err)
		}
	})
}

func TestAMailWhoseReasonIsGoneIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		wait := o.sign(t, 1)
		id, _, err := o.signing.Vault.ParseToken(signature.TokenWait, wait)
		if err != nil {
			t.Fatal(err)
		}
		code := o.signing.Vault.Code(signature.TokenConfirm, id, 1)
		if _, _, err := o.signing.ConfirmByCode(t.Context(), wait, code); err != nil {
			t.Fatal(err)
		}
		o.send(t)
		if len(o.tray.got) != 1 || !strings.Contains(o.tray.got[0].Text, "/signature/") {
			t.Errorf("%d mails went out, want the one that thanks", len(o.tray.got))
		}
	})
}

func TestWhoWithdrewIsToldAndForgotten(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		wait := o.sign(t, 1)
		id, _, _ := o.signing.Vault.ParseToken(signature.TokenWait, wait)
		own, _, err := o.signing.ConfirmByCode(t.Context(), wait, o.signing.Vault.Code(signature.TokenConfirm, id, 1))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.signing.Withdraw(t.Context(), own); err != nil {
			t.Fatal(err)
		}
		o.send(t)
		if len(o.tray.got) != 1 || o.tray.got[0].To != "secret1@example.org" || strings.Contains(o.tray.got[0].Text, "Persona") {
			t.Errorf("mails: %+v", o.tray.got)
		}
		if _, err := o.signing.PrivateOf(t.Context(), id); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("the vault still knows who withdrew: %v", err)
		}
	})
}

func TestTwoWorkersDoNotSendOneMailTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		o := newOffice(t, open())
		other := *o.worker
		other.Store = open()
		other.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
		const n = 40
		for i := range n {
			o.sign(t, i)
		}
		var wg sync.WaitGroup
		for _, w := range []*outbox.Worker{o.worker, &other} {
			wg.Go(func() {
				for {
					taken, err := w.SendDue(context.Background())
					if err != nil {
						t.Error(err)
					}
					if taken == 0 {
						return
					}
				}
			})
		}
		wg.Wait()
		ids := map[string]bool{}
		for _, m := range o.tray.got {
			ids[m.ID] = true
		}
		if len(o.tray.got) != n || len(ids) != n {
			t.Errorf("%d sent, %d different, want %d", len(o.tray.got), len(ids), n)
		}
	})
}

// A mailbox with which a person has signed hears of both: who has signed, with the
// way to that page, and who asks, with the way to sign as another.
func TestASharedMailboxHearsOfBothPersons(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ask := func(name string) (id string) {
			s, err := o.signing.Sign(t.Context(), "open-letter", "es", signature.Form{Kind: "person", Name: name, Country: "SV", Email: "casa@example.org", Consent: "1"})
			if err != nil {
				t.Fatal(err)
			}
			id, _, err = o.signing.Vault.ParseToken(signature.TokenWait, s.WaitToken)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		ana := ask("Ana Ejemplo")
		token, _ := o.signing.Vault.Token(signature.TokenConfirm, ana, 1)
		own, _, err := o.signing.ConfirmByLink(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		o.send(t)
		o.tray.got = nil
		eva := ask("Eva Ejemplo")
		o.send(t)
		if len(o.tray.got) != 1 || o.tray.got[0].To != "casa@example.org" {
			t.Fatalf("mails: %+v", o.tray.got)
		}
		token, _ = o.signing.Vault.Token(signature.TokenConfirm, eva, 1)
		for _, want := range []string{"Ana Ejemplo", "Eva Ejemplo", "/es/signature/" + own + "\n", "/es/confirm/" + token + "\n"} {
			if !strings.Contains(o.tray.got[0].Text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, o.tray.got[0].Text)
			}
		}
	})
}
