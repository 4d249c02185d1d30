package signature

import (
	"context"
	"fmt"

	"pliego/internal/letter"
)

// A letter that circulates is found by its link alone: nothing names it to who
// does not hold that link. The token in it is derived, and lent to the pages of
// those who came by it or signed, so that they find back.

// LetterByLink finds the letter of a link's token; letter.ErrNotFound for one
// that was replaced or not made here. Once the letter is public the link still
// leads to it, and leads on by its slug.
func (s *Service) LetterByLink(ctx context.Context, token string) (*letter.Letter, error) {
	id, generation, err := s.Vault.ParseToken(letter.TokenLink, token)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", letter.ErrNotFound, err)
	}
	l, err := s.Store.LetterByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if generation != l.LinkGeneration || l.State == letter.Draft {
		return nil, letter.ErrNotFound
	}
	if l.State == letter.Circulating {
		l.Link = token
	}
	return l, nil
}

// Lend gives a letter that circulates its link, for somebody who may have it.
func (s *Service) Lend(l *letter.Letter) (err error) {
	if l.State == letter.Circulating && l.Link == "" {
		l.Link, err = s.Vault.Token(letter.TokenLink, l.ID, l.LinkGeneration)
	}
	return err
}
