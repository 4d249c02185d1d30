package review

import (
	"time"

	"pliego/internal/signature"
)

// line is a rule with what it checks in each mode; nil: nothing.
type line struct {
	name           string
	moment         signature.Moment
	normal, strict check
}

// table is every rule. At the form only what is cheap and known there alone is
// looked at; the address may still be corrected, so what goes by it is looked at
// when the button is pressed.
//
// Numbers: an office or a class that signs together stays below them or waits
// for one decision of a person; nobody is dropped. A letter that goes viral is
// signed from many networks and domains, through its page, by names that differ,
// and so passes every line of Normal however fast it grows.
func table(cfg Config) ([]line, error) {
	domains, err := newDomains(cfg.Now)
	if err != nil {
		return nil, err
	}
	prominent, err := newProminent(cfg.Prominent)
	if err != nil {
		return nil, err
	}
	networks := newCounter(cfg.Now, time.Hour)
	mailboxes := newMailboxes(cfg.Now)
	forms, confirmed := newBursts(cfg.Now), newBursts(cfg.Now)
	return []line{
		// name, moment, normal, strict
		{NoPage, signature.Filled, nil, noPage},
		{Hurried, signature.Filled, hurried, hurried},
		{Network, signature.Filled, manyFrom(networks, 100), manyFrom(networks, 20)},
		{Burst, signature.Filled, burstWithoutPage(forms), nil},
		{Burst, signature.Confirming, nil, anyBurst(confirmed)},
		{Disposable, signature.Confirming, domains.disposable, domains.disposable},
		{SameDomain, signature.Confirming, domains.many(10), domains.many(5)},
		{SameMailbox, signature.Confirming, mailboxes.spelt, mailboxes.spelt},
		{Prominent, signature.Confirming, prominent.check, prominent.check},
		{Country, signature.Confirming, countriesDiffer, countryDiffers},
		{SealedUnaddressed, signature.Confirming, unaddressed, unaddressed},
		{SamePerson, signature.Confirming, samePerson(cfg.Names), samePerson(cfg.Names)},
	}, nil
}
