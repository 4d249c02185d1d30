package signature

import (
	"context"
	"errors"
	"fmt"

	"pliego/internal/letter"
)

// ErrNoNewText says that there is no newer text to consent to, or not the one
// that was shown.
var ErrNoNewText = errors.New("there is no such newer text to consent to")

// Newer is the newest text in the language of the one that was signed, when it
// is another than that; ok is false when the signature is for the newest.
func (v *View) Newer() (t letter.Text, ok bool) {
	for _, t := range v.Letter.Texts {
		if t.Lang == v.Text.Lang && t.ID != v.Text.ID {
			return t, true
		}
	}
	return letter.Text{}, false
}

// Consent is a signer's consent to the newest version of the text they signed,
// while the letter takes signatures: number and name stay, the text's hash is
// another, and the ledger tells so. hash is that of the text that the signer was
// shown; ErrNoNewText when it is not the newest. Doing it again does no harm.
func (s *Service) Consent(ctx context.Context, token, hash string) (*View, error) {
	v, err := s.standing(ctx, token)
	if err != nil {
		return v, err
	}
	if v.Signature.Sealed() && v.Signature.Number == 0 {
		return v, ErrNoNewText // its first entry is held, and must come before
	}
	to, ok := v.Newer()
	if !ok && v.Text.Hash == hash {
		return v, nil
	}
	if !ok || to.Hash != hash {
		return v, ErrNoNewText
	}
	if err := v.Letter.SignableAt(s.Now()); err != nil {
		return v, err
	}
	from := v.Signature.TextID
	v.Signature.TextID, v.Signature.TextHash, v.Text = to.ID, to.Hash, to
	entry, err := s.corrected(ctx, v)
	if err != nil {
		return v, err
	}
	if err := s.Store.ConsentToText(ctx, v.Signature.ID, from, to, entry); err != nil {
		return v, fmt.Errorf("consent to a new text: %w", err)
	}
	return v, nil
}

// TellRevised queues a mail to every signer of an older version of a text, in
// chunks, and returns how many. The mail brings the way to consent to the new
// one; nobody is moved to it.
func (s *Service) TellRevised(ctx context.Context, l *letter.Letter, newest letter.Text) (told int, err error) {
	for last := ""; ; {
		next, n, err := s.Store.QueueRevised(ctx, l.ID, newest.Lang, newest.ID, last, recordChunk, s.Now())
		if err != nil {
			return told, fmt.Errorf("queue word of a new text: %w", err)
		}
		told += n
		if n < recordChunk {
			return told, nil
		}
		last = next
	}
}
