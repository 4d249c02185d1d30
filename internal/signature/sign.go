package signature

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"pliego/internal/letter"
)

// Signed is what a signer gets to know after the form was taken. It is the
// same whether the address was known or not.
type Signed struct {
	Letter    *letter.Letter
	WaitToken string
}

// Sign takes a form for a letter: it is durable when Sign returns, and a mail
// with the link is queued. Problems come back as a Problems error; a letter
// that is not open as letter.ErrState; a form that was open for too long, or
// showed another text, as ErrFormOld or ErrTextChanged, joined by its Problems.
// When the address has signed already, the mail says that instead, and nobody
// who looks at the page can tell.
func (s *Service) Sign(ctx context.Context, slug, lang string, f Form) (*Signed, error) {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	if l.State == letter.Circulating && !f.ByLink { // to others it is not there
		return nil, fmt.Errorf("%w: %q", letter.ErrNotFound, slug)
	}
	if err := s.Lend(l); err != nil {
		return nil, err
	}
	now := s.Now()
	if err := l.SignableAt(now); err != nil {
		return nil, err
	}
	text, ok := l.Text(lang)
	if !ok {
		return nil, fmt.Errorf("letter %s has no text to sign: %w", slug, letter.ErrState)
	}
	f = f.Normalise()
	filling, stale := s.filling(l, text, f.Token)
	switch ps := f.Check(l.SealedRecipients != ""); {
	case len(ps) > 0 && stale != nil:
		return nil, errors.Join(stale, ps)
	case len(ps) > 0:
		return nil, ps
	case stale != nil:
		return nil, stale
	}
	if Visibility(f.Visibility) == Sealed {
		return s.signSealed(ctx, l, text, lang, f, filling)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("make a signature's id: %w", err)
	}
	sig := &Signature{
		ID: id.String(), LetterID: l.ID, TextID: text.ID, TextHash: text.Hash, Lang: lang,
		Kind: Kind(f.Kind), Basis: Confirmed, State: Unconfirmed, Visibility: Shown, Public: f.public(),
		Generation: 1, MailsAsked: 1, CreatedAt: now,
	}
	private := Private{Email: f.Email}
	if sig.Kind == Organisation {
		private.SignerName, private.SignerRole = f.SignerName, f.SignerRole
	}
	sealed, err := s.seal(sig.ID, private)
	if err != nil {
		return nil, err
	}
	kind, about, err := s.mailFor(ctx, sig, private.Email)
	if err != nil {
		return nil, err
	}
	doubts, err := s.doubts(ctx, Case{
		Moment: Filled, Letter: l, Signature: sig, Email: private.Email, Filling: filling, Network: f.Network,
	})
	if err != nil {
		return nil, err
	}
	if err := s.Store.AddSignature(ctx, sig, sealed, doubts, kind, about); err != nil {
		return nil, fmt.Errorf("record a signature: %w", err)
	}
	token, err := s.Vault.Token(TokenWait, sig.ID, 0)
	if err != nil {
		return nil, err
	}
	return &Signed{Letter: l, WaitToken: token}, nil
}

// mailFor chooses the mail to an unconfirmed signature's address: the link, or,
// when a standing signature holds the address, word of that one.
func (s *Service) mailFor(ctx context.Context, sig *Signature, email string) (MailKind, string, error) {
	if sig.Sealed() {
		return MailConfirm, sig.ID, nil
	}
	list, err := s.holders(ctx, sig, email)
	if err != nil {
		return "", "", err
	}
	if h := holder(list, sig.Public.Name); h != nil {
		return MailAlready, h.ID, nil
	}
	return MailConfirm, sig.ID, nil
}

func (s *Service) seal(id string, p Private) ([]byte, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write the private part of a signature: %w", err)
	}
	return s.Vault.Seal(id, b), nil
}

// PrivateOf opens the vault's record of a signature.
func (s *Service) PrivateOf(ctx context.Context, id string) (Private, error) {
	sealed, err := s.Store.SealedPrivate(ctx, id)
	if err != nil {
		return Private{}, err
	}
	b, err := s.Vault.Open(id, sealed)
	if err != nil {
		return Private{}, fmt.Errorf("signature %s: %w", id, err)
	}
	var p Private
	if err := json.Unmarshal(b, &p); err != nil {
		return Private{}, fmt.Errorf("read the private part of signature %s: %w", id, err)
	}
	return p, nil
}
