package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// mailEvery is how often a link to one address is mailed at most.
const mailEvery = time.Minute

// AskLink mails a link to somebody who works at the desk. What it returns does
// not tell whether the address is known.
func (s *Service) AskLink(ctx context.Context, email string) error {
	email, err := checkAddress(email)
	if err != nil {
		return err
	}
	p, err := s.Store.PersonByAddress(ctx, s.addressIndex(email))
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	now := s.Now()
	return s.Store.SendLink(ctx, p.ID, now.Add(LinkWithin), now.Add(-mailEvery))
}

// Look finds whom a link lets in, and changes nothing; ErrLink when it lets in
// nobody.
func (s *Service) Look(ctx context.Context, token string) (*Person, error) {
	id, generation, err := s.Vault.ParseToken(TokenEnter, token)
	if err != nil {
		return nil, ErrLink
	}
	p, err := s.Store.PersonByID(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return nil, ErrLink
	}
	if err != nil {
		return nil, err
	}
	if !p.Active() || p.Generation != generation || s.Now().After(p.LinkUntil) {
		return nil, ErrLink
	}
	return p, nil
}

// Enter is the act of the button behind the link: it uses the link up and
// begins a session. The secret is for the browser alone.
func (s *Service) Enter(ctx context.Context, token, device string) (p *Person, secret string, err error) {
	if p, err = s.Look(ctx, token); err != nil {
		return nil, "", err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, "", fmt.Errorf("make a session's id: %w", err)
	}
	now := s.Now()
	var raw [32]byte
	rand.Read(raw[:])
	secret = base64.RawURLEncoding.EncodeToString(raw[:])
	line, err := NewLine(now, p.ID, "session.begin", p.ID, "", "", "")
	if err != nil {
		return nil, "", err
	}
	session := &Session{ID: id.String(), PersonID: p.ID, Device: device, CreatedAt: now, SeenAt: now}
	if err := s.Store.Enter(ctx, p.ID, p.Generation, session, hashSecret(secret), line); err != nil {
		return nil, "", err
	}
	return p, secret, nil
}

// hashSecret is what is stored of a session's secret. The secret is random and
// long, so a plain hash is enough.
func hashSecret(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}
