package signature

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pliego/internal/place"
)

// ErrCrowded is returned when as many persons share an address as may.
var ErrCrowded = errors.New("as many persons as may have signed with this address")

// MaxSharing bounds how many persons can sign one letter with one address.
const MaxSharing = 5

// ShareStore is what sharing an address needs of the store; it promises what
// Store does.
type ShareStore interface {
	// AddressHolders are the signatures that hold an address on a letter, the
	// first of them first.
	AddressHolders(ctx context.Context, addressIndex []byte) ([]string, error)
}

// Holders are the signatures that hold the address of a person's signature that
// is not confirmed: none for an organisation's, which shares no address.
func (s *Service) Holders(ctx context.Context, sig *Signature) ([]*Signature, error) {
	if sig.Kind != Person || sig.Sealed() || sig.State != Unconfirmed {
		return nil, nil
	}
	private, err := s.PrivateOf(ctx, sig.ID)
	if err != nil {
		return nil, err
	}
	return s.holders(ctx, sig, private.Email)
}

func (s *Service) holders(ctx context.Context, sig *Signature, email string) ([]*Signature, error) {
	ids, err := s.Store.AddressHolders(ctx, s.addressIndex(sig.LetterID, sig.Kind, email))
	if err != nil {
		return nil, fmt.Errorf("look for the address among those that signed: %w", err)
	}
	var list []*Signature
	for _, id := range ids {
		holder, err := s.Store.SignatureByID(ctx, id)
		if errors.Is(err, ErrUnknown) {
			continue // erased meanwhile
		}
		if err != nil {
			return nil, err
		}
		list = append(list, holder)
	}
	return list, nil
}

// holder is the one of them that a mail speaks of: who has the same name, or else
// the first.
func holder(list []*Signature, name string) *Signature {
	for _, sig := range list {
		if place.Fold(sig.Public.Name) == place.Fold(name) {
			return sig
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// ConfirmAsAnother is the act of a person who shares an address with one who has
// signed already, in the same way: from then on the signature waits for a person
// of the coalition, whatever the rules of review are, because two signatures with
// one address look like one signer twice. When nobody holds the address any more
// it is a confirmation as any. It returns the signer's own token; ErrCrowded when
// too many share the address, ErrTaken for an organisation.
func (s *Service) ConfirmAsAnother(ctx context.Context, token string) (own string, v *View, err error) {
	v, err = s.Look(ctx, token)
	if errors.Is(err, ErrConfirmed) {
		own, err = s.OwnToken(v.Signature)
		return own, v, err
	}
	if err != nil {
		return "", v, err
	}
	if v.Signature.Kind != Person || v.Signature.Sealed() {
		return "", v, ErrTaken
	}
	list, err := s.Holders(ctx, v.Signature)
	if err != nil {
		return "", v, err
	}
	return s.confirm(ctx, v, list...)
}

// shared is the doubt about a person whose address others signed with.
func shared(with []*Signature) Doubt {
	names := make([]string, len(with))
	for i, sig := range with {
		names[i] = sig.ID
		if sig.Number > 0 {
			names[i] = fmt.Sprintf("number %d", sig.Number)
		}
	}
	return Doubt{Rule: RuleSharedAddress, Detail: strings.Join(names, ", ")}
}
