// Package domaincheck looks at an organisation's domain for the code that proves
// it: in a TXT record, or in a file of its website.
//
// Whoever signs chooses the domain, so all of it is hostile. The website is
// asked at public addresses alone, which are checked after the name was resolved
// and then dialled themselves, on port 443, without following a redirect, for
// 4 KiB and a few seconds; few checks run at once, and few in an hour.
package domaincheck

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/net/idna"

	"pliego/internal/signature"
)

// Resolver asks the name servers; *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Config says how domains are looked at.
type Config struct {
	// Resolver is the system's unless given.
	Resolver Resolver
	// Dial connects to an address that was found to be public; a plain TCP
	// connection unless given.
	Dial func(ctx context.Context, to netip.AddrPort) (net.Conn, error)
	// RootCAs vouch for websites; the system's unless given.
	RootCAs *x509.CertPool
	// Now is the clock for the bounds in an hour; time.Now unless given.
	Now func() time.Time
}

// Bounds of checking.
const (
	checkMost   = 5 * time.Second // of one domain, in all
	checksAtOne = 4               // at once
	perHour     = 6               // of one signature, and of one domain
)

// Checker is signature.DomainChecker on the real network. It is safe for
// concurrent use, and asks nobody until a check is wanted.
type Checker struct {
	resolver Resolver
	web      *reader
	limit    *limit
	running  chan struct{}
}

var _ signature.DomainChecker = (*Checker)(nil)

// New makes a Checker.
func New(cfg Config) *Checker {
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	if cfg.Dial == nil {
		cfg.Dial = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", to.String())
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Checker{
		resolver: cfg.Resolver, web: newReader(cfg), limit: newLimit(perHour, time.Hour, cfg.Now),
		running: make(chan struct{}, checksAtOne),
	}
}

// CheckDomain keeps its promise in signature.DomainChecker. All places are looked
// at side by side.
func (c *Checker) CheckDomain(ctx context.Context, p signature.Proof) ([]signature.Sighting, error) {
	select {
	case c.running <- struct{}{}:
		defer func() { <-c.running }()
	default:
		return nil, signature.ErrProofBusy
	}
	if !c.limit.take("signature "+p.SignatureID, "domain "+p.Domain) {
		return nil, signature.ErrProofOften
	}
	ctx, cancel := context.WithTimeout(ctx, checkMost)
	defer cancel()
	var looks []func() signature.Sighting
	for _, name := range p.Names() {
		looks = append(looks, func() signature.Sighting { return c.lookAtName(ctx, name, p.Code) })
	}
	for _, host := range p.Hosts() {
		looks = append(looks, func() signature.Sighting { return c.web.look(ctx, host, p.Code) })
	}
	seen := make([]signature.Sighting, len(looks))
	var all sync.WaitGroup
	for i, look := range looks {
		all.Go(func() { seen[i] = look() })
	}
	all.Wait()
	return seen, nil
}

// ascii is a name as name servers know it; "" when it is none.
func ascii(name string) string {
	a, err := idna.Lookup.ToASCII(name)
	if err != nil || len(a) > 253 {
		return ""
	}
	return a
}
