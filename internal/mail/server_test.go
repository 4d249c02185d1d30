package mail

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

func TestServerTakesTheMessage(t *testing.T) {
	var m mailServer
	m.start(t, false)
	s := open(t, Config{URL: "smtp://" + m.addr, Origin: "letters.example.org"})
	msg := message("018f-1")
	msg.Text = "Hola.\n.\n..punto\nñandú\n" // lines of dots must come through
	if err := s.Send(t.Context(), msg); err != nil {
		t.Fatal(err)
	}
	got := m.mails()
	if len(got) != 1 || got[0].from != "letters@example.org" || got[0].to != "signer@example.org" {
		t.Fatalf("received %+v", got)
	}
	want, err := s.(*server).w.compose(msg)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got[0].raw, want.raw) {
		t.Errorf("the server got other bytes than were written:\n%s\nwritten:\n%s", got[0].raw, want.raw)
	}
}

func TestBurstSharesAConnection(t *testing.T) {
	var m mailServer
	m.start(t, false)
	s := open(t, Config{URL: "smtp://" + m.addr})
	for i := range perConnection + 5 {
		if err := s.Send(t.Context(), message(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if m.sessions != 2 || len(m.mails()) != perConnection+5 {
		t.Errorf("%d mails over %d connections, want %d over 2", len(m.mails()), m.sessions, perConnection+5)
	}
}

func TestSendersAtOnce(t *testing.T) {
	var m mailServer
	m.start(t, false)
	s := open(t, Config{URL: "smtp://" + m.addr})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := s.Send(context.Background(), message(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(m.mails()); n != 20 {
		t.Errorf("%d mails arrived, want 20", n)
	}
	if n := len(s.(*server).idle); n > maxIdle {
		t.Errorf("%d connections wait, at most %d may", n, maxIdle)
	}
}

func TestIdleConnectionIsClosed(t *testing.T) {
	var m mailServer
	m.start(t, false)
	s := open(t, Config{URL: "smtp://" + m.addr}).(*server)
	if err := s.Send(t.Context(), message("1")); err != nil {
		t.Fatal(err)
	}
	c := s.idle[0]
	s.expire(c, c.turn-1)
	if len(s.idle) != 1 {
		t.Fatal("an old timer closed a connection that was used since")
	}
	s.expire(c, c.turn)
	if len(s.idle) != 0 {
		t.Error("the connection still waits")
	}
	if _, err := c.conn.Write([]byte("NOOP\r\n")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the connection is still open: %v", err)
	}
}

func TestEndedConnectionIsReplaced(t *testing.T) {
	m := mailServer{onMail: func(n int) error {
		if n == 2 { // what a server says before it hangs up
			return reply(421, smtp.EnhancedCode{4, 4, 2}, "Idle for too long")
		}
		return nil
	}}
	m.start(t, false)
	s := open(t, Config{URL: "smtp://" + m.addr})
	for i := range 3 {
		if err := s.Send(t.Context(), message(fmt.Sprint(i))); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	if len(m.mails()) != 3 || m.sessions != 2 {
		t.Errorf("%d mails over %d connections, want 3 over 2", len(m.mails()), m.sessions)
	}
	// And when it hangs up without a word.
	s.(*server).idle[0].conn.Conn.(*net.TCPConn).CloseWrite()
	if err := s.Send(t.Context(), message("4")); err != nil {
		t.Error(err)
	}
}

func TestRepliesAreClassified(t *testing.T) {
	ec := smtp.EnhancedCode{}
	for name, c := range map[string]struct {
		m         *mailServer
		permanent bool
		says      string
	}{
		"unknown recipient": {&mailServer{onRcpt: func(to string) error {
			return reply(550, smtp.EnhancedCode{5, 1, 1}, "<"+to+">: no mailbox signer here, SIGNER=40example.org")
		}}, true, "550 5.1.1"},
		"greylisted": {&mailServer{onRcpt: func(to string) error {
			return reply(451, smtp.EnhancedCode{4, 7, 1}, "try "+to+" later")
		}}, false, "451 4.7.1"},
		"not signed in":        {&mailServer{onRcpt: func(string) error { return reply(530, ec, "sign in first") }}, false, "530"},
		"sender refused":       {&mailServer{onMail: func(int) error { return reply(553, ec, "not your address") }}, false, "553"},
		"content refused":      {&mailServer{onData: func() error { return reply(554, ec, "looks like spam to signer@example.org") }}, true, "554"},
		"disk full":            {&mailServer{onData: func() error { return reply(452, ec, "full") }}, false, "452"},
		"service ends in DATA": {&mailServer{onData: func() error { return reply(421, ec, "bye") }}, false, "421"},
	} {
		t.Run(name, func(t *testing.T) {
			c.m.start(t, false)
			s := open(t, Config{URL: "smtp://" + c.m.addr})
			err := s.Send(t.Context(), message("1"))
			if err == nil || IsPermanent(err) != c.permanent || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("IsPermanent(%v) = %v, want %v, with %q", err, IsPermanent(err), c.permanent, c.says)
			}
			if low := strings.ToLower(err.Error()); strings.Contains(low, "signer") || strings.Contains(low, "letters@") {
				t.Errorf("the error shows an address: %v", err)
			}
			// The next message is not hurt by this one.
			c.m.onMail, c.m.onRcpt, c.m.onData = nil, nil, nil
			if err := s.Send(t.Context(), message("2")); err != nil {
				t.Errorf("the message after it: %v", err)
			}
		})
	}
}

func TestHangingServerTimesOut(t *testing.T) {
	hang := func(c net.Conn) { io.Copy(io.Discard, c) }
	for name, talk := range map[string]func(net.Conn){
		"no greeting": hang,
		"no answer to EHLO": func(c net.Conn) {
			io.WriteString(c, "220 mail.example.org\r\n")
			hang(c)
		},
		"no answer to the message": func(c net.Conn) {
			io.WriteString(c, "220 mail.example.org\r\n")
			in := bufio.NewScanner(c)
			for in.Scan() {
				switch word, _, _ := strings.Cut(in.Text(), " "); word {
				case "EHLO", "MAIL", "RCPT":
					io.WriteString(c, "250 ok\r\n")
				case "DATA":
					io.WriteString(c, "354 go on\r\n")
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			addr := scripted(t, talk)
			s := open(t, Config{URL: "smtp://" + addr, Timeout: 50 * time.Millisecond})
			err := s.Send(t.Context(), message("1"))
			if err == nil || IsPermanent(err) || !strings.Contains(err.Error(), "in time") {
				t.Errorf("got %v, want a temporary error about time", err)
			}
		})
		t.Run(name+", context ends", func(t *testing.T) {
			addr := scripted(t, talk)
			s := open(t, Config{URL: "smtp://" + addr, Timeout: time.Hour})
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := s.Send(ctx, message("1")); !errors.Is(err, context.DeadlineExceeded) || IsPermanent(err) {
				t.Errorf("got %v, want the context's error, temporary", err)
			}
		})
	}
}

func TestStrangeServers(t *testing.T) {
	for name, greeting := range map[string]string{
		"refuses everybody": "554 no service here for letters@example.org\r\n",
		"is no mail server": "HTTP/1.1 400 Bad Request\r\n\r\n",
		"never stops":       "220-" + strings.Repeat("x", 2*maxStepBytes) + "\r\n",
		"hangs up":          "",
	} {
		t.Run(name, func(t *testing.T) {
			addr := scripted(t, func(c net.Conn) { io.WriteString(c, greeting) })
			err := open(t, Config{URL: "smtp://" + addr}).Send(t.Context(), message("1"))
			if err == nil || IsPermanent(err) || strings.Contains(err.Error(), "letters@") || len(err.Error()) > 500 {
				t.Errorf("got %.600v, want a short temporary error", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		err := open(t, Config{URL: "smtp://127.0.0.1:1"}).Send(t.Context(), message("1"))
		if err == nil || IsPermanent(err) || !strings.Contains(err.Error(), "127.0.0.1:1") {
			t.Errorf("got %v, want a temporary error that names the server", err)
		}
	})
}

func TestEncryption(t *testing.T) {
	good, pool := certificate(t, "127.0.0.1")
	other, _ := certificate(t, "mail.example.net")
	withTLS := func(c tls.Certificate) func(*smtp.Server) {
		return func(s *smtp.Server) { s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{c}} }
	}
	for name, c := range map[string]struct {
		implicit bool
		cert     *tls.Certificate
		url      string // %s is the address
		secure   bool   // wanted; says is wanted otherwise
		says     string
	}{
		"STARTTLS required":                    {false, &good, "smtp://%s?tls=required", true, ""},
		"STARTTLS required, not offered":       {false, nil, "smtp://%s?tls=required", false, "offers no encryption"},
		"STARTTLS required, wrong certificate": {false, &other, "smtp://%s?tls=required", false, "certificate"},
		"loopback, nothing offered":            {false, nil, "smtp://%s", false, ""},
		"loopback, any certificate":            {false, &other, "smtp://%s", true, ""},
		"opportunistic, wrong certificate":     {false, &other, "smtp://%s?tls=opportunistic", true, ""},
		"smtps":                                {true, &good, "smtps://%s?tls=required", true, ""},
		"smtps, wrong certificate":             {true, &other, "smtps://%s?tls=required", false, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			var m mailServer
			if c.cert != nil {
				m.start(t, c.implicit, withTLS(*c.cert))
			} else {
				m.start(t, c.implicit)
			}
			cfg := Config{URL: fmt.Sprintf(c.url, m.addr), RootCAs: pool}
			err := open(t, cfg).Send(t.Context(), message("1"))
			if c.says != "" {
				if err == nil || IsPermanent(err) || !strings.Contains(err.Error(), c.says) || len(m.mails()) != 0 {
					t.Fatalf("got %v and %d mails, want a temporary error with %q", err, len(m.mails()), c.says)
				}
				return
			}
			if err != nil || len(m.mails()) != 1 {
				t.Fatalf("got %v and %d mails", err, len(m.mails()))
			}
			if got := m.secure[len(m.secure)-1]; got != c.secure {
				t.Errorf("encrypted: %v, want %v", got, c.secure)
			}
		})
	}
}

func TestSigningIn(t *testing.T) {
	cert, pool := certificate(t, "127.0.0.1")
	m := mailServer{user: "letters@example.org", pass: "p@ss/word:#1"}
	m.start(t, false, func(s *smtp.Server) { s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}} })
	good := "smtp://letters%40example.org:p%40ss%2Fword%3A%231@" + m.addr + "?tls=required"
	cfg := Config{URL: good, RootCAs: pool, From: "letters@example.org", Timeout: 10 * time.Second}
	if err := open(t, cfg).Send(t.Context(), message("1")); err != nil || len(m.mails()) != 1 {
		t.Fatalf("got %v and %d mails", err, len(m.mails()))
	}
	if err := Check(t.Context(), cfg); err != nil {
		t.Errorf("Check: %v", err)
	}
	if len(m.mails()) != 1 {
		t.Error("Check sent mail")
	}
	cfg.URL = strings.Replace(good, "word", "w0rd", 1)
	for name, err := range map[string]error{
		"Send":  open(t, cfg).Send(t.Context(), message("2")),
		"Check": Check(t.Context(), cfg),
	} {
		if err == nil || IsPermanent(err) || !strings.Contains(err.Error(), "535") || strings.Contains(err.Error(), "w0rd") {
			t.Errorf("%s with a wrong password: %v; want a temporary error without the password", name, err)
		}
	}
	var none mailServer
	none.start(t, false)
	cfg.URL = "smtp://user:secret@" + none.addr
	if err := Check(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "no way of signing in") {
		t.Errorf("a server without AUTH: %v", err)
	}
}

// A password must not travel where somebody could take it on the way.
func TestNoPasswordOverUncheckedEncryption(t *testing.T) {
	m := mailServer{user: "user", pass: "secret"}
	m.start(t, false)
	s := open(t, Config{URL: "smtp://user:secret@" + m.addr + "?tls=opportunistic"}).(*server)
	s.t.loopback = false // as if the server were elsewhere
	err := s.Send(t.Context(), message("1"))
	if err == nil || !strings.Contains(err.Error(), "password is not sent") || len(m.mails()) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAddressesBeyondASCII(t *testing.T) {
	var plain, wide mailServer
	plain.start(t, false)
	wide.start(t, false, func(s *smtp.Server) { s.EnableSMTPUTF8 = true })
	msg := message("1")
	msg.To = "señora@correo-ñandú.example"
	err := open(t, Config{URL: "smtp://" + plain.addr}).Send(t.Context(), msg)
	if !IsPermanent(err) || strings.Contains(err.Error(), "señora") {
		t.Errorf("without SMTPUTF8: %v, want a permanent error without the address", err)
	}
	if err := open(t, Config{URL: "smtp://" + wide.addr}).Send(t.Context(), msg); err != nil {
		t.Fatal(err)
	}
	if got := wide.mails()[0].to; got != "señora@xn--correo-and-19a7s.example" && !strings.HasPrefix(got, "señora@xn--") {
		t.Errorf("sent to %q", got)
	}
	msg.To = "senora@correo-ñandú.example" // only the domain: every server can
	if err := open(t, Config{URL: "smtp://" + plain.addr}).Send(t.Context(), msg); err != nil {
		t.Error(err)
	}
}
