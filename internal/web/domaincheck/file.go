package domaincheck

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"pliego/internal/signature"
)

const (
	mostBytes     = 4 << 10 // of the file
	mostHeader    = 16 << 10
	mostAddresses = 3 // of a host that are tried
)

// reader fetches the file of a host.
type reader struct {
	resolver Resolver
	dial     func(ctx context.Context, to netip.AddrPort) (net.Conn, error)
	client   *http.Client
}

// Errors of reaching a host.
var (
	errNoAddress = errors.New("the host has no address")
	errNotPublic = errors.New("the host's addresses are not public")
	errLookup    = errors.New("the name servers did not answer")
	errPort      = errors.New("only port 443 is asked")
)

func newReader(cfg Config) *reader {
	r := &reader{resolver: cfg.Resolver, dial: cfg.Dial}
	r.client = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       checkMost,
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would resolve the name once more
			DialContext:            r.connect,
			TLSClientConfig:        &tls.Config{RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12},
			TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1 alone
			TLSHandshakeTimeout:    checkMost,
			ResponseHeaderTimeout:  checkMost,
			ExpectContinueTimeout:  time.Second,
			MaxResponseHeaderBytes: mostHeader,
			DisableKeepAlives:      true,
			DisableCompression:     true, // 4 KiB stay 4 KiB
		},
	}
	return r
}

// connect resolves the host, and dials an address that it has found to be public:
// the name is not asked for again.
func (r *reader) connect(ctx context.Context, _, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if port != "443" {
		return nil, errPort
	}
	found, err := r.resolver.LookupNetIP(ctx, "ip", host+".")
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound, err == nil && len(found) == 0:
		return nil, errNoAddress
	case err != nil:
		return nil, errLookup
	}
	tried := 0
	err = errNotPublic
	for _, a := range found {
		// The system's resolver writes IPv4 addresses as IPv6 ones: what is
		// within is what is judged, and dialled.
		a = a.Unmap()
		if !Public(a) {
			continue
		}
		if tried++; tried > mostAddresses {
			break
		}
		var conn net.Conn
		if conn, err = r.dial(ctx, netip.AddrPortFrom(a, 443)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// look fetches the file of a host and looks for the code in it.
func (r *reader) look(ctx context.Context, host, code string) signature.Sighting {
	s := signature.Sighting{Place: "https://" + host + signature.ProofPath, File: true}
	name := ascii(host)
	if name == "" {
		s.Sight = signature.SightNoAddress
		return s
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+name+signature.ProofPath, nil)
	if err != nil {
		s.Sight = signature.SightNoAddress
		return s
	}
	req.Header.Set("User-Agent", "Pliego domain verification")
	req.Header.Set("Accept", "text/plain, */*;q=0.1")
	res, err := r.client.Do(req)
	if err != nil {
		s.Sight = fault(err)
		return s
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		s.Sight = signature.SightRedirect
		if to, err := res.Location(); err == nil {
			s.Seen = shown(to.Scheme + "://" + to.Host + to.EscapedPath())
		}
		return s
	case res.StatusCode != http.StatusOK:
		s.Sight, s.Seen = signature.SightStatus, strconv.Itoa(res.StatusCode)
		return s
	}
	content, err := io.ReadAll(io.LimitReader(res.Body, mostBytes+1))
	if err != nil {
		s.Sight = fault(err)
		return s
	}
	s.Sight, s.Seen = readFile(content, code)
	return s
}

// fault tells what went wrong on the way to a host.
func fault(err error) signature.Sight {
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.Is(err, errNoAddress):
		return signature.SightNoAddress
	case errors.Is(err, errNotPublic):
		return signature.SightNotPublic
	case errors.As(err, &certificate), errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &record), errors.As(err, &alert):
		return signature.SightBadTLS
	case errors.Is(err, errLookup), errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return signature.SightNoAnswer
	}
	return signature.SightNoConnect
}

// readFile looks for the code in a file: on a line of its own, as it is or as the
// TXT record has it.
func readFile(content []byte, code string) (signature.Sight, string) {
	if len(content) > mostBytes {
		return signature.SightTooLarge, ""
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	first := ""
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		value, ok := cutCode(line)
		if !ok {
			value = strings.ToLower(line)
		}
		switch {
		case value == "":
		case value == code:
			return signature.SightCode, ""
		case ok:
			return signature.SightOtherCode, shown(value)
		case first == "":
			first = shown(line)
		}
	}
	return signature.SightUnrelated, first
}
