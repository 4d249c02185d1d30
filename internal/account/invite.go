package account

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/google/uuid"

	"pliego/internal/locale"
)

// Invite lets somebody work at the desk: they enter by a link, which is mailed
// if wanted and returned. by is the ID of who invites, "" from the command line.
func (s *Service) Invite(ctx context.Context, by, email string, role Role, lang string, withMail bool) (p *Person, token string, err error) {
	if email, err = checkAddress(email); err != nil {
		return nil, "", err
	}
	if !role.Known() {
		return nil, "", fmt.Errorf("role %q: use one of %v", role, Roles)
	}
	if !locale.Known(lang) {
		lang = locale.Fallback
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, "", fmt.Errorf("make a person's id: %w", err)
	}
	now := s.Now()
	p = &Person{ID: id.String(), Role: role, Lang: lang, Generation: 1, CreatedAt: now, LinkUntil: now.Add(InviteWithin)}
	line, err := NewLine(now, by, "people.invite", p.ID, "", "", string(role))
	if err != nil {
		return nil, "", err
	}
	if err := s.Store.AddPerson(ctx, p, s.addressIndex(email), s.Vault.Seal(p.ID, []byte(email)), withMail, line); err != nil {
		return nil, "", fmt.Errorf("invite: %w", err)
	}
	token, err = s.LinkToken(p)
	return p, token, err
}

// LinkToken is the token of the link by which the person enters.
func (s *Service) LinkToken(p *Person) (string, error) {
	return s.Vault.Token(TokenEnter, p.ID, p.Generation)
}

// AddressOf opens a person's address, for mail and for coordinators.
func (s *Service) AddressOf(ctx context.Context, id string) (string, error) {
	sealed, err := s.Store.SealedAddress(ctx, id)
	if err != nil {
		return "", err
	}
	b, err := s.Vault.Open(id, sealed)
	if err != nil {
		return "", fmt.Errorf("the address of person %s: %w", id, err)
	}
	return string(b), nil
}

// End takes somebody's access away: sessions end, links work no more, the
// address is erased. What they did stays in the log, under their ID.
func (s *Service) End(ctx context.Context, by, id string) error {
	p, err := s.Store.PersonByID(ctx, id)
	if err != nil {
		return err
	}
	if !p.Active() {
		return nil
	}
	line, err := NewLine(s.Now(), by, "people.end", id, "", string(p.Role), "")
	if err != nil {
		return err
	}
	return s.Store.EndPerson(ctx, id, s.Now(), line)
}

func (s *Service) addressIndex(email string) []byte {
	return s.Vault.BlindIndex("desk address", strings.ToLower(email))
}

func checkAddress(email string) (string, error) {
	email = strings.TrimSpace(email)
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || !strings.Contains(email[strings.LastIndexByte(email, '@')+1:], ".") {
		return "", ErrAddress
	}
	return email, nil
}
