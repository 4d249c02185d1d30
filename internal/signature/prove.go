package signature

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pliego/internal/signature/registry"
)

// Errors of proving a domain.
var (
	ErrNoDomain    = errors.New("this signature names no domain that could be proven")
	ErrProofOften  = errors.New("this domain was checked as often as it may be within an hour")
	ErrProofBusy   = errors.New("other domains are being checked at the moment")
	ErrProofMoved  = errors.New("the signature was changed while its domain was checked")
	ErrProofNotNow = errors.New("domains are not checked here")
)

// Where a domain shows its code.
const (
	ProofRecord = "pliego-verification="             // begins the TXT record
	ProofLabel  = "_pliego"                          // the other name where it may stand
	ProofPath   = "/.well-known/pliego-verification" // the file
)

// Proof is what shows that the signer of an organisation holds its domain.
type Proof struct {
	SignatureID string
	Domain      string // registrable, as the registry has it
	Code        string
}

// Record is the TXT record that proves the domain.
func (p Proof) Record() string { return ProofRecord + p.Code }

// Names are where the TXT record may stand.
func (p Proof) Names() []string { return []string{p.Domain, ProofLabel + "." + p.Domain} }

// Hosts are those whose file may hold the code. A website often answers at www
// alone; other hosts of the domain may be somebody else's.
func (p Proof) Hosts() []string { return []string{p.Domain, "www." + p.Domain} }

// Sight is what a check found at one place.
type Sight string

// What can be found.
const (
	SightCode      Sight = "code"       // the code
	SightNothing   Sight = "nothing"    // no such record, or no such name
	SightUnrelated Sight = "unrelated"  // records, or a file, that hold no code
	SightOtherCode Sight = "other-code" // a code that is another
	SightNoAnswer  Sight = "no-answer"  // the name servers, or the website, did not answer in time
	SightNoAddress Sight = "no-address" // the host has no address
	SightNotPublic Sight = "not-public" // its addresses are not on the public Internet
	SightNoConnect Sight = "no-connection"
	SightBadTLS    Sight = "bad-certificate"
	SightRedirect  Sight = "redirect" // it sends elsewhere, which is not followed
	SightStatus    Sight = "status"   // another status than 200
	SightTooLarge  Sight = "too-large"
)

// Sighting is one place and what was found there.
type Sighting struct {
	Place string // the name of the record, or the address of the file
	File  bool   // it is a file, else a TXT record
	Sight Sight
	Seen  string // what stood there instead, in short; or ""
}

// DomainChecker looks for codes at domains. Nothing that it reads is trusted: it
// goes to public addresses alone, reads little, and comes back within a few
// seconds. It may be called at once by many, and then fails with ErrProofBusy, or
// with ErrProofOften when one signature or domain was checked too often.
type DomainChecker interface {
	// CheckDomain looks at every place until the code is found. What goes wrong
	// at a place is a sighting, not an error.
	CheckDomain(ctx context.Context, p Proof) ([]Sighting, error)
}

// ProofOf gives what the signer of an organisation has to show at its domain; ok
// is false when there is nothing to prove, or it would show that somebody signed
// who is sealed. The code is bound to the signature, its organisation and the
// domain: another signature in the same name needs its own.
func (s *Service) ProofOf(sig *Signature) (p Proof, ok bool) {
	domain := registry.DomainOf(sig.Public.Website)
	if s.Domains == nil || sig.Kind != Organisation || sig.Visibility == Sealed || sig.OrganisationID == "" || domain == "" ||
		sig.State != Standing && sig.State != Waiting {
		return Proof{}, false
	}
	return Proof{
		SignatureID: sig.ID, Domain: domain,
		Code: s.Vault.Mark("domain proof", sig.ID, sig.OrganisationID, domain),
	}, true
}

// Prove looks for the code at the domain of a signature's organisation, and
// notes that it was found. It returns the view, changed when it was, and what was
// found where: ErrNoDomain when there is nothing to prove.
func (s *Service) Prove(ctx context.Context, token string) (*View, []Sighting, error) {
	v, err := s.Own(ctx, token)
	if err != nil {
		return nil, nil, err
	}
	seen, err := s.ProveSignature(ctx, v.Signature)
	return v, seen, err
}

// ProveSignature is Prove for whoever has the signature itself.
func (s *Service) ProveSignature(ctx context.Context, sig *Signature) ([]Sighting, error) {
	if s.Domains == nil {
		return nil, ErrProofNotNow
	}
	p, ok := s.ProofOf(sig)
	if !ok {
		return nil, ErrNoDomain
	}
	seen, err := s.Domains.CheckDomain(ctx, p)
	if err != nil {
		return nil, err
	}
	for _, x := range seen {
		if x.Sight == SightCode {
			at := s.Now()
			if err := s.Store.SetProven(ctx, sig.ID, sig.OrganisationID, p.Domain, at); err != nil {
				return seen, fmt.Errorf("note that %s was proven: %w", p.Domain, err)
			}
			sig.ProvenAt = at
			break
		}
	}
	return seen, nil
}

// ProofStore is what proving needs of the store; it promises what Store does.
type ProofStore interface {
	// SetProven notes when a domain was proven for a signature, which must
	// still be its organisation's, by this very domain: else ErrProofMoved.
	SetProven(ctx context.Context, id, organisationID, domain string, at time.Time) error
}
