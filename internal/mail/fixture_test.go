package mail

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailServer is a real SMTP server in this process.
type mailServer struct {
	addr string

	mu       sync.Mutex
	received []received
	sessions int
	attempts int // MAIL commands
	secure   []bool

	user, pass string                  // AUTH is wanted when user is not empty
	onMail     func(attempt int) error // nil accepts, as below
	onRcpt     func(to string) error
	onData     func() error
}

type received struct {
	from, to string
	raw      []byte
}

// start serves until the test ends; configure may change the server before.
func (m *mailServer) start(t *testing.T, implicitTLS bool, configure ...func(*smtp.Server)) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = l.Addr().String()
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		_, secure := c.TLSConnectionState()
		m.mu.Lock()
		m.sessions++
		m.secure = append(m.secure, secure)
		m.mu.Unlock()
		return &mailSession{m: m}, nil
	}))
	s.Domain = "mail.example.org"
	s.AllowInsecureAuth = true
	s.ErrorLog = log.New(io.Discard, "", 0)
	s.ReadTimeout, s.WriteTimeout = 10*time.Second, 10*time.Second
	for _, f := range configure {
		f(s)
	}
	if implicitTLS {
		l = tls.NewListener(l, s.TLSConfig)
	}
	done := make(chan struct{})
	go func() { s.Serve(l); close(done) }()
	t.Cleanup(func() { s.Close(); <-done })
}

func (m *mailServer) mails() []received {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]received(nil), m.received...)
}

type mailSession struct {
	m        *mailServer
	signedIn bool
	cur      received
}

func (s *mailSession) AuthMechanisms() []string {
	if s.m.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != s.m.user || pass != s.m.pass {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	if s.m.user != "" && !s.signedIn {
		return smtp.ErrAuthRequired
	}
	s.m.mu.Lock()
	s.m.attempts++
	n := s.m.attempts
	s.m.mu.Unlock()
	s.cur = received{from: from}
	if s.m.onMail != nil {
		return s.m.onMail(n)
	}
	return nil
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.cur.to = to
	if s.m.onRcpt != nil {
		return s.m.onRcpt(to)
	}
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.m.onData != nil {
		if err := s.m.onData(); err != nil {
			return err
		}
	}
	s.cur.raw = bytes.Clone(raw)
	s.m.mu.Lock()
	s.m.received = append(s.m.received, s.cur)
	s.m.mu.Unlock()
	return nil
}

func (s *mailSession) Reset()        {}
func (s *mailSession) Logout() error { return nil }

// reply is an answer of the server that refuses.
func reply(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

// certificate makes a self-made certificate for a host or IP address, and the
// pool that trusts it.
func certificate(t *testing.T, names ...string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
		} else {
			tmpl.DNSNames = append(tmpl.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// scripted is a server that says what it is told to, for what a real one never
// does. talk gets each connection in turn.
func scripted(t *testing.T, talk func(c net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			wg.Go(func() { defer c.Close(); talk(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range open {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// atNoon is the clock of the tests.
func atNoon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// message is one that can be sent.
func message(id string) *Message {
	return &Message{ID: id, To: "signer@example.org", Lang: "es", Subject: "Confirme su firma",
		Text: "Hola.\n", HTML: "<!doctype html><p>Hola.</p>"}
}

// open makes a Sender, or fails the test.
func open(t *testing.T, cfg Config) Sender {
	t.Helper()
	if cfg.From == "" {
		cfg.From = "Example Organisation <letters@example.org>"
	}
	if cfg.Now == nil {
		cfg.Now = atNoon
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if srv, ok := s.(*server); ok {
		t.Cleanup(func() {
			for c := srv.take(); c != nil; c = srv.take() {
				c.quit()
			}
		})
	}
	return s
}
