package web

import (
	"context"
	"errors"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

// promised says on what day a letter's addresses are erased, or "".
func (s *Site) promised(ctx context.Context, lang string, l *letter.Letter) (string, error) {
	promise, err := s.store.PromiseOf(ctx, l.ID)
	if err != nil || promise.EraseOn.IsZero() {
		return "", err
	}
	return locale.T(lang, "sign.erased_on", "date", locale.Date(lang, promise.EraseOn)), nil
}

// addressLine says what becomes of the address that a live signature's mail
// goes to, or "" when no day was promised.
func (s *Site) addressLine(ctx context.Context, lang string, v *signature.View) (string, error) {
	promise, err := s.store.PromiseOf(ctx, v.Letter.ID)
	if err != nil || promise.EraseOn.IsZero() || v.Signature.Basis != signature.Confirmed {
		return "", err
	}
	day := locale.Date(lang, promise.EraseOn)
	if s.now().Before(promise.EraseOn) {
		return locale.T(lang, "own.address_until", "date", day), nil
	}
	_, err = s.signing.PrivateOf(ctx, v.Signature.ID)
	if errors.Is(err, signature.ErrUnknown) {
		return locale.T(lang, "own.address_erased"), nil
	}
	return "", err
}
