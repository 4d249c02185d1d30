package domaincheck

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"pliego/internal/signature"
)

// web is a resolver that knows what it is told, and the one website that all its
// public addresses lead to.
type web struct {
	mu     sync.Mutex
	txt    map[string][]string
	hosts  map[string][][]string // the answers to one question after another
	dialed []netip.AddrPort
	asked  []string
	server *httptest.Server
	serve  http.HandlerFunc
}

func (w *web) LookupTXT(_ context.Context, name string) ([]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, name)
	if list, ok := w.txt[name]; ok {
		return list, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (w *web) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	answers := w.hosts[host]
	if len(answers) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if len(answers) > 1 {
		w.hosts[host] = answers[1:]
	}
	var list []netip.Addr
	for _, a := range answers[0] {
		list = append(list, netip.MustParseAddr(a))
	}
	return list, nil
}

func (w *web) dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	w.mu.Lock()
	w.dialed = append(w.dialed, to)
	w.mu.Unlock()
	return new(net.Dialer).DialContext(ctx, "tcp", w.server.Listener.Addr().String())
}

const (
	domain = "example.com" // which the test server's certificate is for
	code   = "abcdefghijklmnopqrstuvwxyz"
)

var proof = signature.Proof{SignatureID: "one", Domain: domain, Code: code}

func newWeb(t *testing.T) (*web, *Checker) {
	t.Helper()
	w := &web{
		txt:   map[string][]string{},
		hosts: map[string][][]string{domain + ".": {{"93.184.215.14"}}},
		serve: func(w http.ResponseWriter, _ *http.Request) { http.NotFound(w, nil) },
	}
	w.server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.serve(rw, r) }))
	w.server.Config.ErrorLog = nil
	t.Cleanup(w.server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(w.server.Certificate())
	return w, New(Config{Resolver: w, Dial: w.dial, RootCAs: roots})
}

// check gives what was found at each place.
func check(t *testing.T, c *Checker, p signature.Proof) map[string]signature.Sighting {
	t.Helper()
	seen, err := c.CheckDomain(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]signature.Sighting{}
	for _, x := range seen {
		at[x.Place] = x
	}
	if len(at) != 4 {
		t.Fatalf("looked at %v", at)
	}
	return at
}

func TestTheCodeIsFoundInARecord(t *testing.T) {
	for _, c := range []struct {
		name    string
		records []string
		want    signature.Sight
		seen    string
	}{
		{"none", nil, signature.SightNothing, ""},
		{"at the domain", []string{"v=spf1 -all", "pliego-verification=" + code}, signature.SightCode, ""},
		{"as forms of hosts write it", []string{`"Pliego-Verification= ` + strings.ToUpper(code) + `"`}, signature.SightCode, ""},
		{"others' only", []string{"v=spf1 -all"}, signature.SightUnrelated, ""},
		{"another's code", []string{"pliego-verification=zzz\x1b[31m"}, signature.SightOtherCode, "zzz [31m"},
		{"the code and another's", []string{"pliego-verification=zzz", "pliego-verification=" + code}, signature.SightCode, ""},
		{"the code without its name", []string{code}, signature.SightUnrelated, ""},
		{"the code and more", []string{"pliego-verification=" + code + "x"}, signature.SightOtherCode, code + "x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, checker := newWeb(t)
			for _, name := range []string{domain, "_pliego." + domain} {
				if w.txt = map[string][]string{}; c.records != nil {
					w.txt[name+"."] = c.records
				}
				got := check(t, checker, proof)[name]
				if got.Sight != c.want || got.Seen != c.seen || got.File {
					t.Errorf("%s: %+v, want %s %q", name, got, c.want, c.seen)
				}
			}
		})
	}
}

func TestTheCodeIsFoundInAFile(t *testing.T) {
	for _, c := range []struct {
		name  string
		serve http.HandlerFunc
		want  signature.Sight
		seen  string
	}{
		{"alone", says(code), signature.SightCode, ""},
		{"with a mark and a line's end", says("\ufeff" + code + "\r\n"), signature.SightCode, ""},
		{"as the record has it", says("# ours\npliego-verification=" + code + "\n"), signature.SightCode, ""},
		{"another file", says("<!doctype html><title>Example</title>"), signature.SightUnrelated, "<!doctype html><title>Example</title>"},
		{"empty", says(""), signature.SightUnrelated, ""},
		{"inside of other words", says("x" + code), signature.SightUnrelated, "x" + code},
		{"exactly as long as may be", says(code + strings.Repeat(" ", mostBytes-len(code))), signature.SightCode, ""},
		{"longer", says(code + strings.Repeat(" ", mostBytes)), signature.SightTooLarge, ""},
		{"not there", func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, signature.SightStatus, "404"},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://metadata.test/secret?x", http.StatusFound)
		}, signature.SightRedirect, "https://metadata.test/secret"},
		{"on the same host", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == signature.ProofPath {
				http.Redirect(w, r, "/code", http.StatusMovedPermanently)
				return
			}
			fmt.Fprint(w, code)
		}, signature.SightRedirect, "https://example.com/code"},
		{"cut", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, code)
		}, signature.SightNoConnect, ""},
		{"behind a header without end", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 2*mostHeader))
			fmt.Fprint(w, code)
		}, signature.SightNoConnect, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, checker := newWeb(t)
			w.serve = c.serve
			got := check(t, checker, proof)["https://example.com"+signature.ProofPath]
			if got.Sight != c.want || got.Seen != c.seen || !got.File {
				t.Errorf("%+v, want %s %q", got, c.want, c.seen)
			}
		})
	}
}

func says(content string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != signature.ProofPath || r.Method != http.MethodGet || r.Host != domain || r.Header.Get("Cookie") != "" {
			http.Error(w, "not asked so", http.StatusTeapot)
			return
		}
		fmt.Fprint(w, content)
	}
}

// Whatever a name leads to, only public addresses are dialled, on port 443: the
// very ones that were looked at.
func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	w, checker := newWeb(t)
	w.serve = says(code)
	file := "https://example.com" + signature.ProofPath
	for _, c := range []struct {
		answers [][]string
		want    signature.Sight
		dialed  string
	}{
		{[][]string{{"127.0.0.1"}}, signature.SightNotPublic, ""},
		{[][]string{{"10.0.0.7", "::1", "fe80::1", "::ffff:10.0.0.7"}}, signature.SightNotPublic, ""},
		{[][]string{{"169.254.169.254"}}, signature.SightNotPublic, ""},
		{[][]string{{"127.0.0.1", "93.184.215.14"}}, signature.SightCode, "93.184.215.14:443"},
		{[][]string{{"::ffff:93.184.215.14"}}, signature.SightCode, "93.184.215.14:443"},
		{[][]string{{"2606:2800:21f:cb07:6820:80da:af6b:8b2c"}}, signature.SightCode, "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443"},
		// A name that is public when it is looked at, and private a moment later.
		{[][]string{{"93.184.215.14"}, {"127.0.0.1"}}, signature.SightCode, "93.184.215.14:443"},
		{[][]string{{}}, signature.SightNoAddress, ""},
		{nil, signature.SightNoAddress, ""},
	} {
		w.hosts = map[string][][]string{domain + ".": c.answers}
		w.dialed = nil
		checker.limit = newLimit(100, time.Hour, time.Now)
		if got := check(t, checker, proof)[file]; got.Sight != c.want {
			t.Errorf("%v: %+v, want %s", c.answers, got, c.want)
		}
		dialed := ""
		if len(w.dialed) > 0 {
			dialed = w.dialed[0].String()
		}
		if dialed != c.dialed || len(w.dialed) > 1 {
			t.Errorf("%v: dialled %v, want %q", c.answers, w.dialed, c.dialed)
		}
	}
	if _, err := checker.web.connect(context.Background(), "tcp", "example.com:80"); !errors.Is(err, errPort) {
		t.Errorf("port 80: %v", err)
	}
}

func TestACertificateMustFit(t *testing.T) {
	w, checker := newWeb(t)
	w.serve = says(code)
	checker.web.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
	if got := check(t, checker, proof)["https://example.com"+signature.ProofPath]; got.Sight != signature.SightBadTLS {
		t.Errorf("nobody vouches for the certificate: %+v", got)
	}
}

func TestAnInternationalDomainIsAskedForInASCII(t *testing.T) {
	w, checker := newWeb(t)
	check(t, checker, signature.Proof{SignatureID: "one", Domain: "ñandú.example", Code: code})
	for _, want := range []string{"xn--and-6ma2c.example.", "_pliego.xn--and-6ma2c.example."} {
		if !strings.Contains(strings.Join(w.asked, " "), want) {
			t.Errorf("asked for %q, not for %q", w.asked, want)
		}
	}
}

// A website that says nothing, and name servers that do not answer, hold nobody up.
func TestWhatIsSlowIsLeft(t *testing.T) {
	w, checker := newWeb(t)
	ctx, cancel := context.WithCancel(context.Background())
	begun := make(chan struct{})
	w.serve = func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	}
	go func() { <-begun; cancel() }()
	seen, err := checker.CheckDomain(ctx, proof)
	if err != nil || len(seen) != 4 {
		t.Fatalf("%v, %v", seen, err)
	}
	if got := fault(context.DeadlineExceeded); got != signature.SightNoAnswer {
		t.Errorf("a deadline that passed is taken for %s", got)
	}
	if got := fault(errLookup); got != signature.SightNoAnswer {
		t.Errorf("name servers that fail are taken for %s", got)
	}
}

func TestFewChecksRunAtOnceAndInAnHour(t *testing.T) {
	w, checker := newWeb(t)
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	checker.limit = newLimit(perHour, time.Hour, func() time.Time { return now })
	ctx := context.Background()
	of := func(signatureID, domain string) error {
		_, err := checker.CheckDomain(ctx, signature.Proof{SignatureID: signatureID, Domain: domain, Code: code})
		return err
	}
	for i := range perHour {
		if err := of("one", fmt.Sprintf("d%d.example", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := of("one", "another.example"); !errors.Is(err, signature.ErrProofOften) {
		t.Errorf("one signature once more: %v", err)
	}
	for i := range perHour - 1 {
		if err := of(fmt.Sprint("s", i), "d0.example"); err != nil {
			t.Fatal(err)
		}
	}
	if err := of("other", "d0.example"); !errors.Is(err, signature.ErrProofOften) {
		t.Errorf("one domain once more: %v", err)
	}
	now = now.Add(time.Hour)
	if err := of("one", "d0.example"); err != nil {
		t.Errorf("an hour later: %v", err)
	}

	begun, end := make(chan struct{}, checksAtOne), make(chan struct{})
	w.serve = func(http.ResponseWriter, *http.Request) { begun <- struct{}{}; <-end }
	var all sync.WaitGroup
	checker.limit = newLimit(100, time.Hour, time.Now)
	for i := range checksAtOne {
		all.Go(func() { _ = of(fmt.Sprint("b", i), domain) })
	}
	for range checksAtOne {
		<-begun
	}
	if err := of("late", domain); !errors.Is(err, signature.ErrProofBusy) {
		t.Errorf("one more at once: %v", err)
	}
	close(end)
	all.Wait()
}

func TestTheLimitRemembersABoundedNumberOfKeys(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	l := newLimit(1, time.Hour, func() time.Time { return now })
	for i := range mostKeys {
		if !l.take(fmt.Sprint(i)) {
			t.Fatalf("key %d was refused", i)
		}
	}
	if l.take("one more") {
		t.Error("more keys than may be are remembered")
	}
	now = now.Add(2 * time.Hour)
	if !l.take("one more") || len(l.taken) != 1 {
		t.Errorf("%d keys are remembered after their hour", len(l.taken))
	}
}
