package main

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// reviewFlags choose the rules of review.
type reviewFlags struct {
	Review         string   `help:"Which doubtful signatures wait for a person. normal: throw-away addresses, other spellings of one mailbox, more than ten from one domain a day or a hundred from one network an hour, forms filled in within two seconds, programs during a burst, well-known names from elsewhere, address and website of another country, a person listed already. strict: the same with lower numbers, and programs at any time, all that comes in a burst, address or website of another country. A mailbox gets ten mails from forms a day, the others on the next. off: none of this, for tests. Nothing is ever dropped (default: ${default})." enum:"normal,strict,off" default:"normal" placeholder:"normal|strict|off"`
	TrustedProxies []string `help:"Addresses or networks of proxies whose X-Forwarded-For is believed, for limits by network; no network address is stored (default: ${default})." default:"127.0.0.0/8,::1/128" placeholder:"CIDR,…"`
	Prominent      string   `help:"File with more names that others might sign in: one a line, with the domains their owners write from, as in: Example Organisation = example.org." placeholder:"FILE"`
}

// proxies reads the trusted proxies.
func (f reviewFlags) proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range f.TrustedProxies {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			var one netip.Addr
			if one, err = netip.ParseAddr(text); err == nil {
				p, err = one.Prefix(one.BitLen())
			}
		}
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is no address or network; write it as 192.0.2.7 or 192.0.2.0/24", text)
		}
		list = append(list, p)
	}
	return list, nil
}

// mailLimit is nil when review is off.
func (f reviewFlags) mailLimit() *review.MailLimit {
	if review.Mode(f.Review) == review.Off {
		return nil
	}
	return review.NewMailLimit(time.Now)
}

// rules are those that serve puts in force.
func (f reviewFlags) rules(s *site) ([]signature.Rule, error) {
	cfg := review.Config{Mode: review.Mode(f.Review), Names: s.db}
	if f.Prominent != "" {
		file, err := os.Open(f.Prominent)
		if err != nil {
			return nil, fmt.Errorf("the prominent names: %w", err)
		}
		defer file.Close()
		if cfg.Prominent, err = review.ReadProminent(file); err != nil {
			return nil, fmt.Errorf("%s, %w", f.Prominent, err)
		}
	}
	rules, err := review.Rules(cfg)
	if err != nil || cfg.Mode == review.Off {
		return rules, err
	}
	s.registry.Pause = 2 * time.Second
	return append(rules, s.registry), nil
}
