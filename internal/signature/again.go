package signature

import (
	"context"
	"strings"
)

// maxMails bounds the mails that one filled form can cause.
const maxMails = 5

// MailAgain asks for the confirmation mail once more, to the same address or,
// when email is not empty, to a corrected one; links sent to the old one then
// work no more. What it returns does not depend on whether the address is
// known: nil, Problems for an address that is none, ErrTooManyMails, or
// ErrUnknown for a token that is not ours.
func (s *Service) MailAgain(ctx context.Context, waitToken, email string) error {
	id, _, err := s.Vault.ParseToken(TokenWait, waitToken)
	if err != nil {
		return ErrUnknown
	}
	sig, err := s.Store.SignatureByID(ctx, id)
	if err != nil {
		return err
	}
	if sig.State != Unconfirmed {
		return nil // it is confirmed; the mail that says so was sent
	}
	private, err := s.PrivateOf(ctx, id)
	if err != nil {
		return err
	}
	var sealed []byte
	email = strings.TrimSpace(email)
	if email != "" && email != private.Email {
		if sig.Sealed() {
			return ErrUnknown // its box holds the address, and cannot be opened here
		}
		if code := checkEmail(email); code != "" {
			return Problems{{"email", code}}
		}
		private.Email = email
		if sealed, err = s.seal(id, private); err != nil {
			return err
		}
	}
	kind, about, err := s.mailFor(ctx, sig, private.Email)
	if err != nil {
		return err
	}
	return s.Store.QueueMailAgain(ctx, id, maxMails, sealed, kind, about)
}
