package registry

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"pliego/internal/place"
)

// Organisation is an entry of the registry.
type Organisation struct {
	ID         string // UUIDv7
	Name       string
	Names      []Name // others that it goes by
	Acronym    string
	Country    string // ISO 3166-1 alpha-2, or ""
	Domain     string // its own registrable domain, or ""
	MergedInto string // the entry that a person found to be the same, or ""
	ChangedAt  time.Time
}

// Name is a further name of an organisation.
type Name struct {
	Lang string // "" when it is not known
	Text string
}

// Subject is the entry as it is compared.
func (o Organisation) Subject() Subject {
	s := Subject{Names: []string{o.Name}, Acronym: o.Acronym, Country: o.Country, Domain: o.Domain}
	for _, n := range o.Names {
		s.Names = append(s.Names, n.Text)
	}
	return s
}

// Key is equal for signatures that are linked to one entry without asking
// anybody: the folded name, the country and the domain agree exactly.
func Key(name, country, domain string) string {
	return place.Fold(name) + "\n" + country + "\n" + domain
}

// PairState is where the question stands whether two entries are one.
type PairState string

// The states of a pair.
const (
	Open      PairState = "open"
	Same      PairState = "same"
	Different PairState = "different"
)

// Pair is two entries that may be one organisation.
type Pair struct {
	A, B      Organisation
	Score     float64
	Reasons   []Reason
	State     PairState
	FoundAt   time.Time
	DecidedAt time.Time // zero: not yet
}

// shared are domains under which many unrelated people have addresses or
// pages, besides the public suffixes: they prove no organisation.
var shared = func() map[string]bool {
	m := map[string]bool{}
	for d := range strings.FieldsSeq(`gmail.com googlemail.com google.com hotmail.com hotmail.es hotmail.fr outlook.com outlook.es outlook.fr live.com live.com.mx
		msn.com yahoo.com yahoo.es yahoo.fr yahoo.com.mx yahoo.com.ar yahoo.com.br yahoo.co.uk ymail.com rocketmail.com icloud.com me.com mac.com aol.com
		proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tutamail.com riseup.net autistici.org disroot.org posteo.de posteo.net
		mailbox.org gmx.net gmx.com gmx.de gmx.fr web.de t-online.de zoho.com zohomail.com yandex.com yandex.ru mail.ru mail.com fastmail.com fastmail.fm
		hey.com uol.com.br bol.com.br terra.com.br terra.com ig.com.br globo.com globomail.com r7.com oi.com.br prodigy.net.mx infinitum.com.mx
		adinet.com.uy antel.com.uy vera.com.uy speedy.com.ar fibertel.com.ar arnet.com.ar ciudad.com.ar vtr.net entelchile.net cantv.net etb.net.co une.net.co
		orange.fr wanadoo.fr free.fr laposte.net sfr.fr comcast.net verizon.net att.net sbcglobal.net btinternet.com bell.net rogers.com shaw.ca videotron.ca
		facebook.com instagram.com twitter.com x.com youtube.com linkedin.com tiktok.com medium.com linktr.ee t.me wa.me bit.ly wix.com
		wordpress.com blogspot.com tumblr.com weebly.com sites.google.com github.com github.io substack.com change.org`) {
		m[d] = true
	}
	return m
}()

// DomainOf is the organisation's own registrable domain, from its website's
// address or from what follows the @: "" for none, for a public suffix, and for
// one where anybody may have an address or a page.
func DomainOf(host string) string {
	if u, err := url.Parse(host); err == nil && u.Host != "" {
		host = u.Hostname()
	}
	host = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(host)), ".")
	if host == "" || len(host) > 253 || strings.ContainsAny(host, "/@:[] ") || strings.Trim(host, "0123456789.") == "" {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil || shared[domain] {
		return ""
	}
	// Suffixes that are no registry's are those of hosts of many people's pages,
	// or none that the list knows.
	if suffix, registrys := publicsuffix.PublicSuffix(domain); !registrys && !reserved[suffix] {
		return ""
	}
	return domain
}

// reserved are top-level names that stand for real ones in tests and examples
// (RFC 2606).
var reserved = map[string]bool{"example": true, "test": true}

// Reserved tells whether a domain is kept for tests and examples (RFC 2606): no
// mail is ever sent there unasked.
func Reserved(domain string) bool {
	suffix := domain[strings.LastIndexByte(domain, '.')+1:]
	return reserved[suffix] || suffix == "invalid" || domain == "example.org" || domain == "example.com" || domain == "example.net"
}

// AtOwnDomain reports that an e-mail address is at the domain of the website.
func AtOwnDomain(email, website string) bool {
	at := strings.LastIndexByte(email, '@')
	domain := DomainOf(website)
	return at >= 0 && domain != "" && DomainOf(email[at+1:]) == domain
}
