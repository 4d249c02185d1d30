package review

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"pliego/internal/signature"
)

//go:embed disposable.txt
var disposableList string

// domains are the rules that go by the domain of an address.
type domains struct {
	throwAway map[string]bool
	counted   *counter
}

func newDomains(now func() time.Time) (*domains, error) {
	d := &domains{throwAway: make(map[string]bool, 9000), counted: newCounter(now, day)}
	lines := bufio.NewScanner(strings.NewReader(disposableList))
	for lines.Scan() {
		if name := strings.TrimSpace(lines.Text()); name != "" && !strings.HasPrefix(name, "#") {
			d.throwAway[name] = true
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the list of domains for disposable addresses: %w", err)
	}
	return d, nil
}

// domainOf is the domain of an address in lower case, "" without an address.
func domainOf(email string) string {
	return strings.ToLower(strings.TrimSuffix(email[strings.LastIndexByte(email, '@')+1:], "."))
}

// disposable doubts addresses at a service of throw-away addresses, or under it.
func (d *domains) disposable(_ context.Context, c signature.Case) (string, bool, error) {
	domain := domainOf(c.Email)
	for name := domain; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		if d.throwAway[name] {
			return domain, true, nil
		}
	}
	return "", false, nil
}

// many doubts what comes after the first few confirmed from the addresses of one
// owner's domain for one letter within a day: whoever has a domain has as many
// addresses as they like.
func (d *domains) many(most int) check {
	return func(_ context.Context, c signature.Case) (string, bool, error) {
		owner := ownerOf(domainOf(c.Email))
		if owner == "" || openToAll(owner) {
			return "", false, nil
		}
		return owner, d.counted.add(c.Letter.ID, owner) > most, nil
	}
}

// ownerOf is the part of a domain that somebody registered.
func ownerOf(domain string) string {
	owner, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil { // a public suffix itself, or no domain
		return domain
	}
	return owner
}

// forExamples tells domains that examples and tests use (RFC 2606).
func forExamples(owner string) bool {
	switch owner {
	case "example.org", "example.com", "example.net":
		return true
	}
	switch owner[strings.LastIndexByte(owner, '.')+1:] {
	case "test", "example", "invalid", "localhost":
		return true
	}
	return false
}

// openToAll tells domains under which strangers have their mailboxes, where many
// addresses say nothing.
func openToAll(owner string) bool {
	name, _, _ := strings.Cut(owner, ".")
	return mailProviders[owner] || mailFamilies[name] || forExamples(owner)
}

// mailFamilies have a domain in many countries.
var mailFamilies = set("gmail googlemail yahoo ymail hotmail outlook live msn gmx")

var mailProviders = set(`aol.com icloud.com me.com mac.com proton.me protonmail.com pm.me tutanota.com tuta.com zoho.com
	fastmail.com hey.com mail.com web.de t-online.de posteo.de mailbox.org freenet.de orange.fr wanadoo.fr free.fr laposte.net
	sfr.fr libero.it virgilio.it tiscali.it mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net
	seznam.cz wp.pl onet.pl o2.pl interia.pl uol.com.br bol.com.br terra.com.br ig.com.br globo.com r7.com prodigy.net.mx
	fibertel.com.ar adinet.com.uy vtr.net qq.com foxmail.com 163.com 126.com sina.com naver.com daum.net hanmail.net rediffmail.com
	comcast.net verizon.net att.net btinternet.com sky.com shaw.ca rogers.com videotron.ca bellsouth.net riseup.net
	autistici.org inventati.org disroot.org systemli.org`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		m[word] = true
	}
	return m
}
