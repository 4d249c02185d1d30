package web

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestNetworkOfARequest(t *testing.T) {
	s := &Site{proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8:1::/48")}}
	for name, c := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"straight":                          {"192.0.2.7:1234", nil, "192.0.2.7/32"},
		"IPv6 by its /64":                   {"[2001:db8:2:3:4:5:6:7]:1234", nil, "2001:db8:2:3::/64"},
		"IPv4 in IPv6":                      {"[::ffff:192.0.2.7]:1234", nil, "192.0.2.7/32"},
		"who is not trusted says nothing":   {"192.0.2.7:1234", []string{"198.51.100.1"}, "192.0.2.7/32"},
		"through a proxy":                   {"127.0.0.1:1234", []string{"198.51.100.1"}, "198.51.100.1/32"},
		"through two":                       {"127.0.0.1:1234", []string{"203.0.113.9, 198.51.100.1, 10.1.2.3"}, "198.51.100.1/32"},
		"in two lines, with ports":          {"10.1.0.9:1", []string{"203.0.113.9", "198.51.100.1:443, [2001:db8:1::2]:80"}, "198.51.100.1/32"},
		"the client's own claim comes last": {"127.0.0.1:1", []string{"10.1.9.9, 198.51.100.1"}, "198.51.100.1/32"},
		"a proxy that is not trusted":       {"10.9.9.9:1234", []string{"198.51.100.1"}, ""},
		"this machine itself":               {"127.0.0.1:1234", nil, ""},
		"nonsense":                          {"127.0.0.1:1234", []string{"198.51.100.1, unknown"}, ""},
		"none but proxies":                  {"127.0.0.1:1234", []string{"10.1.2.3, 127.0.0.1"}, ""},
		"without end":                       {"127.0.0.1:1234", make([]string, 5000), ""},
		"no address":                        {"@", nil, ""},
		"with a zone":                       {"[fe80::1%eth0]:1", nil, ""},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = c.remote
		for _, line := range c.forwarded {
			r.Header.Add("X-Forwarded-For", line)
		}
		got := ""
		if p := s.network(r); p.IsValid() {
			got = p.String()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
