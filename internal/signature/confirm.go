package signature

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"pliego/internal/letter"
	"pliego/internal/signature/phrase"
	"pliego/internal/signature/registry"
)

// maxCodeTries bounds the guessing of the six digits for one link: with 5
// tries a guess succeeds once in 200,000.
const maxCodeTries = 5

// View is a signature with its letter and the very text it is for.
type View struct {
	Signature *Signature
	Letter    *letter.Letter
	Text      letter.Text
	// Phrase is the one that leads back to a sealed signature from now on. It is
	// kept nowhere.
	Phrase *phrase.Secret
	// Erased says that nothing is left of the signature, not even a gap.
	Erased bool
}

// Look finds what a confirmation link is for, and changes nothing: mail
// scanners follow links. It fails with ErrUnknown, ErrReplaced, ErrExpired,
// ErrConfirmed, ErrWithdrawn or ErrUsed; with ErrExpired, ErrConfirmed and
// ErrWithdrawn the view is there too.
func (s *Service) Look(ctx context.Context, token string) (*View, error) {
	id, generation, err := s.Vault.ParseToken(TokenConfirm, token)
	if err != nil {
		return nil, ErrUnknown
	}
	v, err := s.view(ctx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case v.Signature.Sealed() && v.Signature.State != Unconfirmed:
		// The mailbox must not lead to whose it is: the phrase does.
		return nil, ErrUsed
	case v.Signature.State.Confirmed():
		return v, ErrConfirmed
	case v.Signature.State != Unconfirmed:
		return v, ErrWithdrawn
	case v.Signature.Generation != generation:
		return nil, ErrReplaced
	case s.Now().After(v.Signature.CreatedAt.Add(ConfirmWithin)):
		return v, ErrExpired
	}
	return v, nil
}

func (s *Service) view(ctx context.Context, id string) (*View, error) {
	sig, err := s.Store.SignatureByID(ctx, id)
	if err != nil {
		return nil, err
	}
	l, err := s.Store.LetterByID(ctx, sig.LetterID)
	if err != nil {
		return nil, fmt.Errorf("the letter of signature %s: %w", id, err)
	}
	if err := s.Lend(l); err != nil {
		return nil, err
	}
	v := &View{Signature: sig, Letter: l}
	for _, t := range l.Texts {
		if t.ID == sig.TextID {
			v.Text = t
		}
	}
	if v.Text.ID == "" { // an older version
		if v.Text, err = s.Store.TextByID(ctx, sig.TextID); err != nil {
			return nil, fmt.Errorf("the text of signature %s: %w", id, err)
		}
	}
	return v, nil
}

// ConfirmByLink is the act of the button: from here on the signature stands, or
// waits for a person when there is a doubt about it.
// Pressing again does no harm. It returns the signer's own token.
func (s *Service) ConfirmByLink(ctx context.Context, token string) (own string, v *View, err error) {
	v, err = s.Look(ctx, token)
	if errors.Is(err, ErrConfirmed) {
		own, err = s.OwnToken(v.Signature)
		return own, v, err
	}
	if err != nil {
		return "", v, err
	}
	return s.confirm(ctx, v)
}

// ConfirmByCode is the other way in: the page after the form, and six digits
// from the mail. Wrong codes are counted; after a few only the link works.
func (s *Service) ConfirmByCode(ctx context.Context, waitToken, code string) (own string, v *View, err error) {
	id, _, err := s.Vault.ParseToken(TokenWait, waitToken)
	if err != nil {
		return "", nil, ErrUnknown
	}
	if v, err = s.view(ctx, id); err != nil {
		return "", nil, err
	}
	sig := v.Signature
	switch {
	case sig.Sealed():
		return "", nil, ErrUnknown // no code was sent
	case sig.State != Unconfirmed && !sig.State.Confirmed():
		return "", v, ErrWithdrawn
	case sig.CodeTries >= maxCodeTries:
		return "", v, ErrTooManyTries
	case s.Now().After(sig.CreatedAt.Add(ConfirmWithin)):
		return "", v, ErrExpired
	}
	code = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, code)
	want := s.Vault.Code(TokenConfirm, sig.ID, sig.Generation)
	if subtle.ConstantTimeCompare([]byte(code), []byte(want)) != 1 {
		tries, err := s.Store.CountCodeTry(ctx, sig.ID)
		if err != nil {
			return "", v, fmt.Errorf("count a wrong code: %w", err)
		}
		if tries >= maxCodeTries {
			return "", v, ErrTooManyTries
		}
		return "", v, ErrWrongCode
	}
	if sig.State != Unconfirmed {
		own, err = s.OwnToken(sig)
		return own, v, err
	}
	return s.confirm(ctx, v)
}

// confirm confirms a signature that Look gave, sharing the address with others
// who have signed with it.
func (s *Service) confirm(ctx context.Context, v *View, with ...*Signature) (string, *View, error) {
	now, sig := s.Now(), v.Signature
	if err := v.Letter.SignableAt(now); err != nil {
		return "", v, err
	}
	var private Private
	if !sig.Sealed() || sig.MailsAsked > 0 {
		var err error
		if private, err = s.PrivateOf(ctx, sig.ID); err != nil {
			return "", v, err
		}
	}
	seen := Case{Moment: Confirming, Letter: v.Letter, Signature: sig}
	if !sig.Sealed() { // else what a rule notes of it would lie in clear
		seen.Email = private.Email
	}
	doubts, err := s.doubts(ctx, seen)
	if err != nil {
		return "", v, err
	}
	if len(with) > 0 {
		doubts = append(doubts, shared(with))
	}
	if sig.Sealed() {
		err = s.confirmSealed(ctx, v, doubts, private.Email)
	} else {
		err = s.confirmShown(ctx, v, now, doubts, private.Email, len(with) > 0)
	}
	if err != nil && !errors.Is(err, ErrConfirmed) {
		return "", v, fmt.Errorf("confirm a signature: %w", err)
	}
	own, err := s.OwnToken(sig)
	return own, v, err
}

func (s *Service) confirmShown(ctx context.Context, v *View, now time.Time, doubts []Doubt, email string, shares bool) error {
	sig := v.Signature
	entry, err := s.recorded(ctx, v)
	if err != nil {
		return err
	}
	index, err := s.sealedIndex(ctx, v.Letter, sig.Kind, email)
	if err != nil {
		return err
	}
	state, err := s.Store.ConfirmSignature(ctx, Confirmation{
		ID: sig.ID, LetterID: sig.LetterID, Generation: sig.Generation, At: now, Entry: entry, Doubts: doubts,
		AddressIndex: s.addressIndex(sig.LetterID, sig.Kind, email), SealedIndex: index, Shares: shares,
		OwnDomain: sig.Kind == Organisation && registry.AtOwnDomain(email, sig.Public.Website),
	})
	if err == nil {
		sig.State, sig.SignedAt = state, now
	}
	return err
}

// Record is what the ledger's entry of the signature commits to.
func (sig *Signature) Record() map[string]string {
	r := map[string]string{"signature": sig.ID, "kind": string(sig.Kind), "basis": string(sig.Basis)}
	for key, value := range map[string]string{
		"name": sig.Public.Name, "acronym": sig.Public.Acronym, "country": sig.Public.Country,
		"website": sig.Public.Website, "role": sig.Public.Role, "affiliation": sig.Public.Affiliation,
	} {
		if value != "" {
			r[key] = value
		}
	}
	return r
}

// OwnToken is the token of the signer's own page.
func (s *Service) OwnToken(sig *Signature) (string, error) {
	return s.Vault.Token(TokenOwn, sig.ID, sig.Generation)
}
