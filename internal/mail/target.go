package mail

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// tlsMode says what encryption a server must offer.
type tlsMode int

const (
	tlsRequired      tlsMode = iota // encrypted, certificate checked
	tlsOpportunistic                // encrypted if offered, certificate not checked
)

// target is a mail URL, understood: a folder, or a server.
type target struct {
	dir        string // folder of file:DIR; when set, the rest is empty
	host, port string
	user, pass string
	implicit   bool // smtps: TLS before the greeting
	mode       tlsMode
	loopback   bool // the host is this machine, so nobody stands in between
}

// addr is the host and port to connect to.
func (t target) addr() string { return net.JoinHostPort(t.host, t.port) }

// errURL is said without the URL, which may hold a password.
var errURL = errors.New("mail: the mail URL cannot be read: " +
	"write smtp://user:password@host:587, smtps://user:password@host:465 or file:DIR, " +
	"and percent-encode special characters in user and password (@ is %40, / is %2F, : is %3A, # is %23)")

// parseTarget reads a mail URL. Its errors never repeat user or password.
func parseTarget(raw string) (target, error) {
	if raw == "" {
		return target{}, fmt.Errorf("mail: no mail URL is given: write smtp://…, smtps://… or file:DIR")
	}
	if len(raw) > 2000 || hasControl(raw) {
		return target{}, errURL
	}
	if dir, ok := cutPrefixFold(raw, "file:"); ok {
		if strings.HasPrefix(dir, "//") {
			if dir = dir[2:]; !strings.HasPrefix(dir, "/") {
				return target{}, fmt.Errorf("mail: %s: after file:// an absolute path is expected; for a relative one write file:DIR", raw)
			}
		}
		if dir == "" {
			return target{}, fmt.Errorf("mail: file: names no folder: write file:DIR")
		}
		return target{dir: dir}, nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/") {
		return target{}, errURL
	}
	t := target{host: u.Hostname(), port: u.Port()}
	switch u.Scheme {
	case "smtp":
		if t.port == "" {
			t.port = "587"
		}
	case "smtps":
		t.implicit = true
		if t.port == "" {
			t.port = "465"
		}
	default:
		return target{}, errURL
	}
	if n, err := strconv.Atoi(t.port); t.host == "" || strings.ContainsAny(t.host, " /\\@") || err != nil || n < 1 || n > 65535 {
		return target{}, errURL
	}
	if u.User != nil {
		t.user = u.User.Username()
		t.pass, _ = u.User.Password()
		if t.user == "" || t.pass == "" {
			return target{}, fmt.Errorf("mail: the mail URL has a user or a password but not both: write smtp://user:password@%s", t.addr())
		}
		if hasControl(t.user) || hasControl(t.pass) {
			return target{}, errURL
		}
	}
	t.loopback = isLoopback(t.host)
	if t.loopback {
		t.mode = tlsOpportunistic
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return target{}, errURL
	}
	for key, values := range q {
		if key != "tls" || len(values) != 1 {
			return target{}, fmt.Errorf("mail: the mail URL's part after ? is not understood: only tls=required or tls=opportunistic may stand there, once")
		}
		switch values[0] {
		case "required":
			t.mode = tlsRequired
		case "opportunistic":
			t.mode = tlsOpportunistic
		default:
			return target{}, fmt.Errorf("mail: the mail URL's tls must be required or opportunistic, not %.40q", values[0])
		}
	}
	return t, nil
}

// isLoopback says whether host names this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// cutPrefixFold is strings.CutPrefix without regard to ASCII case.
func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
