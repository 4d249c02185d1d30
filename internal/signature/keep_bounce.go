package signature

import (
	"context"
	"strings"
	"time"

	"pliego/internal/ledger"
)

// TokenMail stands for an address in the Message-ID of what is sent to it.
const TokenMail = "mail"

// RuleBounced is the doubt about a signature that waits when its address takes
// no mail.
const RuleBounced = "mail-bounced"

// BounceStore records addresses that take no mail.
type BounceStore interface {
	// AddressBounced records that the address of a signature of this generation
	// takes no mail. One that waits is doubted for it; one that stands and is public
	// is set aside, and its ledger entry is queued. ErrReplaced when the address was
	// another then.
	AddressBounced(ctx context.Context, id string, generation int, status string, at time.Time, entry ledger.Pending) error
	// Bounced gives the status with which a signature's address refused mail, or
	// "".
	Bounced(ctx context.Context, id string) (status string, err error)
}

// MailID is the first part of the Message-ID of a mail to a signature's address.
// Who has not seen the mail cannot make it up, so that no forged report speaks
// against a signature; and it says nothing of who it is about.
func (s *Service) MailID(mail string, sig *Signature) (string, error) {
	token, err := s.Vault.Token(TokenMail, sig.ID, sig.Generation)
	return mail + "." + token, err
}

// Returned takes note that the message with an ID did not arrive because its
// address takes no mail: ErrUnknown for an ID that is not ours, ErrReplaced when
// the signer gave another address since.
func (s *Service) Returned(ctx context.Context, messageID, status string) (*Signature, error) {
	local, _, _ := strings.Cut(messageID, "@")
	_, token, _ := strings.Cut(local, ".")
	id, generation, err := s.Vault.ParseToken(TokenMail, token)
	if err != nil {
		return nil, ErrUnknown
	}
	v, err := s.view(ctx, id)
	if err != nil {
		return nil, err
	}
	entry, err := s.contested(v, RuleBounced)
	if err != nil {
		return nil, err
	}
	return v.Signature, s.Store.AddressBounced(ctx, id, generation, status, s.Now(), entry)
}
