package signature

import (
	"context"
	"errors"
	"fmt"

	"pliego/internal/ledger"
	"pliego/internal/signature/phrase"
)

// Sent finds the signature of the page after the form, and whether a mail was sent
// to confirm it; one that is sealed without an address is confirmed on that page.
// It fails with ErrUnknown.
func (s *Service) Sent(ctx context.Context, waitToken string) (v *View, mailed bool, err error) {
	id, _, err := s.Vault.ParseToken(TokenWait, waitToken)
	if err != nil {
		return nil, false, ErrUnknown
	}
	if v, err = s.view(ctx, id); err != nil {
		return nil, false, err
	}
	return v, !v.Signature.Sealed() || v.Signature.MailsAsked > 0, nil
}

// ConfirmSealed is the act of the button for a sealed signature, from the mailed
// link. words are those of the phrase that the page showed: the signer has it
// before the act, so that no answer that is lost on the way locks them out. It
// fails as phrase.Parse does, as Look does, and with ErrUsed from then on.
func (s *Service) ConfirmSealed(ctx context.Context, token, words string) (*View, error) {
	v, err := s.Look(ctx, token)
	if err != nil {
		return v, err
	}
	if !v.Signature.Sealed() {
		return nil, ErrUnknown
	}
	return s.confirmWith(ctx, v, words)
}

// ConfirmHere is ConfirmSealed for a signature without an address, from the page
// after the form.
func (s *Service) ConfirmHere(ctx context.Context, waitToken, words string) (*View, error) {
	v, mailed, err := s.Sent(ctx, waitToken)
	switch {
	case err != nil:
		return nil, err
	case mailed:
		return nil, ErrUnknown
	case v.Signature.State != Unconfirmed:
		return nil, ErrUsed
	case s.Now().After(v.Signature.CreatedAt.Add(ConfirmWithin)):
		return nil, ErrExpired
	}
	return s.confirmWith(ctx, v, words)
}

func (s *Service) confirmWith(ctx context.Context, v *View, words string) (*View, error) {
	secret, err := phrase.Parse(words)
	if err != nil {
		return v, err
	}
	v.Phrase = &secret
	if _, _, err = s.confirm(ctx, v); errors.Is(err, ErrConfirmed) {
		err = ErrUsed
	}
	return v, err
}

// confirmSealed confirms a sealed signature to which v's phrase leads back from
// then on. What the vault has of it is gone then.
func (s *Service) confirmSealed(ctx context.Context, v *View, doubts []Doubt, email string) error {
	sig := v.Signature
	if v.Phrase == nil {
		return phrase.ErrLength
	}
	entry, err := s.recorded(ctx, v)
	if err != nil {
		return err
	}
	c := Confirmation{
		ID: sig.ID, LetterID: sig.LetterID, Generation: sig.Generation, At: ledger.Day(s.Now()), Entry: entry, Doubts: doubts,
		PhraseIndex: s.phraseIndex(*v.Phrase),
	}
	if email != "" {
		c.AddressIndex = s.addressIndex(sig.LetterID, sig.Kind, email)
		if c.SealedIndex, err = s.sealedIndex(ctx, v.Letter, sig.Kind, email); err != nil {
			return err
		}
	}
	state, err := s.Store.ConfirmSealed(ctx, c)
	if err == nil {
		sig.State, sig.SignedAt = state, c.At
	}
	return err
}

// phraseIndex is the blind index by which a phrase is known.
func (s *Service) phraseIndex(secret phrase.Secret) []byte {
	return s.Vault.BlindIndex("recovery phrase", string(secret[:]))
}

// Recover finds the signature that a recovery phrase leads to, and gives the token
// of its own page. It fails as phrase.Parse does, and with ErrUnknown when the
// phrase is one and leads nowhere.
func (s *Service) Recover(ctx context.Context, text string) (own string, err error) {
	secret, err := phrase.Parse(text)
	if err != nil {
		return "", err
	}
	sig, err := s.Store.SignatureByPhrase(ctx, s.phraseIndex(secret))
	if errors.Is(err, ErrUnknown) {
		return "", err
	}
	if err != nil {
		return "", fmt.Errorf("look for a phrase: %w", err)
	}
	return s.OwnToken(sig)
}

// NewPhrase makes another phrase lead to a sealed signature: the one before leads
// nowhere from then on.
func (s *Service) NewPhrase(ctx context.Context, token, words string) (*View, error) {
	v, err := s.Own(ctx, token)
	if err != nil {
		return nil, err
	}
	if !v.Signature.Sealed() {
		return nil, ErrUnknown
	}
	secret, err := phrase.Parse(words)
	if err != nil {
		return v, err
	}
	if err := s.Store.ReplacePhrase(ctx, v.Signature.ID, s.phraseIndex(secret)); err != nil {
		return v, fmt.Errorf("replace a phrase: %w", err)
	}
	v.Phrase = &secret
	return v, nil
}
