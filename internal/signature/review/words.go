// Package review holds the rules by which a signature waits for a person before
// it is listed, and the words in which each explains itself. A rule never drops
// a signature, and none of them stores anything: what they count lies in memory
// under keys that say nothing, and is forgotten every day.
package review

import (
	"pliego/internal/locale"
	"pliego/internal/signature"
)

// The rules' names, as they stand in the store. Those of package signature
// complete them.
const (
	NoPage      = "no-page"      // posted without the page of the form
	Hurried     = "hurried"      // filled in faster than anybody types
	Network     = "network"      // many forms from one network
	Disposable  = "disposable"   // an address for throw-away mail
	SameDomain  = "same-domain"  // many addresses of one owner's domain
	SameMailbox = "same-mailbox" // several spellings of one address
	Burst       = "burst"        // many at once
	Prominent   = "prominent"    // a name that others might use
	Country     = "country"      // address or website of another country
	SamePerson  = "same-person"  // the name is on this letter already

	SealedUnaddressed = "sealed-unaddressed" // sealed, and confirmed by no address
)

// Words says in a sentence, to signers and coordinators alike, why a rule has a
// signature wait.
func Words(lang, rule string) string {
	switch rule {
	case NoPage:
		return locale.T(lang, "review.no_page")
	case Hurried:
		return locale.T(lang, "review.hurried")
	case Network:
		return locale.T(lang, "review.network")
	case Disposable:
		return locale.T(lang, "review.disposable")
	case SameDomain:
		return locale.T(lang, "review.same_domain")
	case SameMailbox:
		return locale.T(lang, "review.same_mailbox")
	case Burst:
		return locale.T(lang, "review.burst")
	case Prominent:
		return locale.T(lang, "review.prominent")
	case Country:
		return locale.T(lang, "review.country")
	case SamePerson:
		return locale.T(lang, "review.same_person")
	case SealedUnaddressed:
		return locale.T(lang, "review.sealed_unaddressed")
	case signature.RuleSameOrganisation:
		return locale.T(lang, "review.same_organisation")
	case signature.RuleSharedAddress:
		return locale.T(lang, "review.shared_address")
	case signature.RuleBounced:
		return locale.T(lang, "review.bounced")
	case signature.RuleObjection:
		return locale.T(lang, "review.objection")
	case signature.RulePaused:
		return locale.T(lang, "review.paused")
	}
	return locale.T(lang, "review.other")
}
