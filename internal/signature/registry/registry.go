// Package registry knows when two names may be of one organisation. It judges
// a pair by a stated rule and says why, and finds the likely ones among many;
// whether they are one, a person decides.
package registry

import "slices"

// Subject is what is known of an organisation for comparing it.
type Subject struct {
	Names   []string // in any language; the first is the one it goes by
	Acronym string
	Country string // ISO 3166-1 alpha-2, or "" for none or unknown
	Domain  string // its own registrable domain, or ""
}

// Reason is why two names were found alike, or apart.
type Reason string

// The reasons, as they stand in the explanation of a proposal.
const (
	SameName      Reason = "same-name"      // without regard to accents, case, legal forms
	OtherOrder    Reason = "other-order"    // the same words in another order
	Translated    Reason = "translation"    // the same words in another language
	Spelling      Reason = "spelling"       // a small difference of spelling
	ShortName     Reason = "short-name"     // one is the short form of the other
	SameAcronym   Reason = "same-acronym"   // both go by it
	Initials      Reason = "initials"       // one is made of the other's initials
	SameCountry   Reason = "same-country"   // both are of it
	OtherCountry  Reason = "other-country"  // they are of two countries
	SameDomain    Reason = "same-domain"    // the same domain of their own
	OtherSubject  Reason = "other-subject"  // each has a word that tells them apart
	OtherChapter  Reason = "other-chapter"  // one is a part or a chapter
	OnlyInGeneral Reason = "only-in-common" // they share only words that many names have
)

// Threshold is the score from which two names are proposed to a person.
const Threshold = 0.75

// Match is the judgement of one pair: 1 is the same beyond doubt, 0 nothing in
// common.
type Match struct {
	Score   float64
	Reasons []Reason
}

// Same reports that a person should look at the pair.
func (m Match) Same() bool { return m.Score >= Threshold }

// Has reports that the judgement rests on the reason.
func (m Match) Has(r Reason) bool { return slices.Contains(m.Reasons, r) }

// Compare judges two organisations.
func Compare(a, b Subject) Match {
	return compare(prepare(a), prepare(b))
}

// prepared is a Subject whose names are taken apart.
type prepared struct {
	names    []*name
	acronyms []string
	country  string
	domain   string
}

func prepare(s Subject) *prepared {
	p := &prepared{country: s.Country, domain: s.Domain}
	add := func(a string) {
		if len(a) > 1 && !slices.Contains(p.acronyms, a) {
			p.acronyms = append(p.acronyms, a)
		}
	}
	add(foldAcronym(s.Acronym))
	if n := parse(s.Acronym); len(n.tokens) > 1 { // "Centro Prodh"
		add(n.lone())
	}
	for _, text := range s.Names {
		n := parse(text)
		p.names = append(p.names, n)
		for _, a := range n.acronyms {
			add(a)
		}
	}
	return p
}
