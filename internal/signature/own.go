package signature

import (
	"context"
	"fmt"
	"strconv"

	"pliego/internal/ledger"
	"pliego/internal/signature/registry"
)

// Own finds the signature whose own page the token opens: ErrUnknown,
// ErrReplaced, or the view, also of one that was withdrawn.
func (s *Service) Own(ctx context.Context, token string) (*View, error) {
	id, generation, err := s.Vault.ParseToken(TokenOwn, token)
	if err != nil {
		return nil, ErrUnknown
	}
	v, err := s.view(ctx, id)
	if err != nil {
		return nil, err
	}
	if v.Signature.Generation != generation {
		return nil, ErrReplaced
	}
	return v, nil
}

// Correct replaces the public fields of a signature by its signer. The ledger
// tells that it was corrected.
func (s *Service) Correct(ctx context.Context, token string, f Form) (*View, error) {
	v, err := s.standing(ctx, token)
	if err != nil {
		return v, err
	}
	if v.Signature.Sealed() {
		return v, ErrUnknown // the server cannot read it, and so not change it
	}
	f = f.Normalise()
	if ps := f.checkPublic(v.Signature.Kind); len(ps) > 0 {
		return v, ps
	}
	p := f.public()
	p.Role, p.Affiliation = v.Signature.Public.Role, v.Signature.Public.Affiliation
	if p == v.Signature.Public {
		return v, nil
	}
	v.Signature.Public = p
	entry, err := s.entry(ledger.SignatureCorrected, v, v.Signature.Record())
	if err != nil {
		return v, err
	}
	own, err := s.atOwnDomain(ctx, v.Signature)
	if err != nil {
		return v, err
	}
	if err := s.Store.CorrectSignature(ctx, v.Signature.ID, p, own, s.Now(), entry); err != nil {
		return v, fmt.Errorf("correct a signature: %w", err)
	}
	return v, nil
}

// Withdraw ends a signature by its signer: the name goes, the number stays as
// a gap. Doing it again does no harm.
func (s *Service) Withdraw(ctx context.Context, token string) (*View, error) {
	return s.end(ctx, token, Withdrawn)
}

// Disown is "I did not sign this", from the own page: it ends the signature
// like withdrawing, and the reason is kept.
func (s *Service) Disown(ctx context.Context, token string) (*View, error) {
	return s.end(ctx, token, Disowned)
}

// DisownUnconfirmed is "I did not sign this" from the confirmation mail:
// everything kept about it is erased, and no further mail goes out.
func (s *Service) DisownUnconfirmed(ctx context.Context, token string) error {
	v, err := s.Look(ctx, token)
	if err != nil && (v == nil || v.Signature.State != Unconfirmed) {
		return err
	}
	return s.Store.DropUnconfirmed(ctx, v.Signature.ID)
}

func (s *Service) end(ctx context.Context, token string, to State) (*View, error) {
	v, err := s.Own(ctx, token)
	if err != nil {
		return nil, err
	}
	if v.Signature.State.Ended() {
		return v, nil
	}
	if v.Signature.Sealed() {
		return s.withdrawSealed(ctx, v)
	}
	now := s.Now()
	record := map[string]string{"signature": v.Signature.ID, "reason": string(to)}
	if v.Signature.Number > 0 { // by which it is known once its own record is erased
		record["number"] = strconv.FormatInt(v.Signature.Number, 10)
	}
	entry, err := s.entry(ledger.SignatureWithdrawn, v, record)
	if err != nil {
		return v, err
	}
	if err := s.Store.EndSignature(ctx, v.Signature.ID, to, now, entry); err != nil {
		return v, fmt.Errorf("withdraw a signature: %w", err)
	}
	v.Signature.State, v.Signature.EndedAt, v.Signature.Public = to, now, Public{}
	return v, nil
}

// atOwnDomain reports that the signer's address is at the domain of the website
// that an organisation's signature names.
func (s *Service) atOwnDomain(ctx context.Context, sig *Signature) (bool, error) {
	if sig.Kind != Organisation || sig.Basis != Confirmed || registry.DomainOf(sig.Public.Website) == "" {
		return false, nil
	}
	private, err := s.PrivateOf(ctx, sig.ID)
	return err == nil && registry.AtOwnDomain(private.Email, sig.Public.Website), err
}

func (s *Service) standing(ctx context.Context, token string) (*View, error) {
	v, err := s.Own(ctx, token)
	if err != nil {
		return nil, err
	}
	switch v.Signature.State {
	case Standing:
		return v, nil
	case Unconfirmed, Waiting, Refused, Contested:
		return nil, ErrUnknown
	}
	return v, ErrWithdrawn
}

func (s *Service) entry(kind ledger.Kind, v *View, record map[string]string) (ledger.Pending, error) {
	return ledger.NewPending(kind, v.Letter.ID, v.Letter.Slug, v.Signature.ID, v.Signature.TextHash, s.Now(), record)
}
