package mail

import (
	"errors"
	"net"
	netmail "net/mail"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// errAddress is said without the address, which is personal data.
var errAddress = errors.New("the recipient's address is not one that mail can be sent to: " +
	"a bare address such as name@example.org is needed")

// parseRecipient reads one bare address and gives it back with its domain in
// ASCII. Names, comments, groups, lists and quoted local parts are refused:
// nobody needs them here, and they are where headers get injected.
func parseRecipient(s string) (*netmail.Address, error) {
	if len(s) > 254 || hasControl(s) || !utf8.ValidString(s) { // 254: RFC 5321, 4.5.3.1.3
		return nil, errAddress
	}
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return nil, errAddress
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], s[at+1:]
	if local == "" || len(local) > 64 || strings.ContainsFunc(s, unicode.IsSpace) {
		return nil, errAddress
	}
	if domain, err = asciiDomain(domain); err != nil {
		return nil, errAddress
	}
	return &netmail.Address{Address: local + "@" + domain}, nil
}

// asciiDomain writes an internationalised domain in ASCII (RFC 5891) and checks
// that what results can stand in a header and on the wire.
func asciiDomain(domain string) (string, error) {
	if lit, ok := strings.CutPrefix(domain, "["); ok {
		lit, ok = strings.CutSuffix(lit, "]")
		ip, err := netip.ParseAddr(strings.TrimPrefix(lit, "IPv6:"))
		if !ok || err != nil || ip.Zone() != "" {
			return "", errAddress
		}
		return domain, nil
	}
	if !isASCII(domain) {
		a, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return "", err
		}
		domain = a
	}
	if domain == "" || len(domain) > 253 {
		return "", errAddress
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			return "", errAddress
		}
	}
	return domain, nil
}

// originHost makes of a configured origin (host, host:port or IP address) what
// may stand right of the @ of a Message-ID and in EHLO (RFC 5321, 4.1.3).
func originHost(origin string) (string, error) {
	host := origin
	if h, port, err := net.SplitHostPort(origin); err == nil && strings.Trim(port, "0123456789") == "" {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.WithZone("").Unmap()
		if ip.Is4() {
			return "[" + ip.String() + "]", nil
		}
		return "[IPv6:" + ip.String() + "]", nil
	}
	return asciiDomain(host)
}

// hasControl finds CR, LF, NUL and every other control character.
func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }

// isASCII says whether s has no byte above 127.
func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
