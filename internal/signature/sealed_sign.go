package signature

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// OfferSealed lets a letter be signed sealed, to a coalition's public keys (see
// ParseRecipients), or no more with none. What was sealed before stays sealed to
// the keys of then.
func (s *Service) OfferSealed(ctx context.Context, slug, recipients string) error {
	if recipients != "" {
		if _, err := ParseRecipients(recipients); err != nil {
			return err
		}
	}
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	key := make([]byte, 32)
	rand.Read(key)
	if err := s.Store.OfferSealed(ctx, l.ID, recipients, s.Vault.Seal(l.ID, key), ledger.Day(s.Now())); err != nil {
		return fmt.Errorf("offer sealed signatures on letter %s: %w", slug, err)
	}
	return nil
}

// signSealed takes a checked form whose signer wants to be sealed. The same
// promises hold as for Sign. With an address a neutral mail asks to confirm;
// without one the page that follows does.
//
// Whether the address has signed already shows when it is confirmed, and in no
// mail: a mail that says so would tell whoever reads the mailbox.
func (s *Service) signSealed(ctx context.Context, l *letter.Letter, text letter.Text, lang string, f Form, filling Filling) (*Signed, error) {
	day := ledger.Day(s.Now())
	sig := &Signature{
		ID: newDayID(day.UnixMilli()), LetterID: l.ID, TextID: text.ID, TextHash: text.Hash, Lang: lang,
		Kind: Kind(f.Kind), Basis: Confirmed, State: Unconfirmed, Visibility: Sealed, Generation: 1, CreatedAt: day,
	}
	public := f.public()
	signer := Signer{
		Letter: l.Slug, Signature: sig.ID, Kind: sig.Kind, Name: public.Name, Acronym: public.Acronym, Country: public.Country,
		Website: public.Website, Email: f.Email, ShowCountry: f.ShowCountry == "1",
	}
	if sig.Kind == Organisation {
		signer.SignerName, signer.SignerRole = f.SignerName, f.SignerRole
	}
	box, err := closeBox(l.SealedRecipients, signer)
	if err != nil {
		return nil, err
	}
	var private []byte
	if f.Email != "" {
		sig.MailsAsked = 1
		if private, err = s.seal(sig.ID, Private{Email: f.Email}); err != nil {
			return nil, err
		}
	}
	// The rules see neither address nor name: what they note lies in clear.
	doubts, err := s.doubts(ctx, Case{Moment: Filled, Letter: l, Signature: sig, Filling: filling, Network: f.Network})
	if err != nil {
		return nil, err
	}
	if err := s.Store.AddSealed(ctx, sig, box, private, doubts); err != nil {
		return nil, fmt.Errorf("record a sealed signature: %w", err)
	}
	token, err := s.Vault.Token(TokenWait, sig.ID, 0)
	if err != nil {
		return nil, err
	}
	return &Signed{Letter: l, WaitToken: token}, nil
}

// sealedIndex is the blind index of an address among the sealed signatures of a
// letter; nil without an address, or when the letter has no key.
func (s *Service) sealedIndex(ctx context.Context, l *letter.Letter, kind Kind, email string) ([]byte, error) {
	if email == "" || l.SealedSince.IsZero() {
		return nil, nil
	}
	sealed, err := s.Store.SealedIndexKey(ctx, l.ID)
	if errors.Is(err, ErrUnknown) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of the index of letter %s: %w", l.Slug, err)
	}
	key, err := s.Vault.Open(l.ID, sealed)
	if err != nil {
		return nil, fmt.Errorf("the key of the index of letter %s: %w", l.Slug, err)
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "sealed address %s %s", kind, foldAddress(email))
	return m.Sum(nil)[:16], nil
}
