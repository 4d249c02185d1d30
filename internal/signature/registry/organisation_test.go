package registry

import "testing"

func TestOnlyAnOwnDomainCounts(t *testing.T) {
	for host, want := range map[string]string{
		"https://www.example.org/about": "example.org", "http://EXAMPLE.org.": "example.org", "mail.example.com.mx": "example.com.mx",
		"https://gmail.com": "", "yahoo.com.mx": "", "https://casa.blogspot.com": "", "https://facebook.com/casa": "",
		"com.mx": "", "org": "", "": "", "https://127.0.0.1/": "", "https://[::1]/": "", "localhost": "", "https://intranet.corp": "",
		"casa.wordpress.com": "", "https://example.org:8443/x": "example.org", "a b.org": "",
	} {
		if got := DomainOf(host); got != want {
			t.Errorf("DomainOf(%q) = %q, want %q", host, got, want)
		}
	}
	for _, c := range []struct {
		email, website string
		want           bool
	}{
		{"ana@example.org", "https://www.example.org", true},
		{"ana@mail.example.org", "https://example.org", true},
		{"ana@example.org", "https://example.com", false},
		{"ana@gmail.com", "https://gmail.com", false},
		{"ana@example.org", "", false},
		{"nonsense", "https://example.org", false},
	} {
		if got := AtOwnDomain(c.email, c.website); got != c.want {
			t.Errorf("AtOwnDomain(%q, %q) = %v", c.email, c.website, got)
		}
	}
}
