package signature

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"

	"pliego/internal/letter"
)

// Errors of a form's token. Nothing was recorded; the form comes back with what
// was typed and a fresh token.
var (
	ErrFormOld     = errors.New("this form was opened too long ago")
	ErrTextChanged = errors.New("the letter's text changed since this form was opened")
)

// FormWithin is how long a form that was opened can be sent.
const FormWithin = 24 * time.Hour

// Filling is what a form's token tells of how it was filled in.
type Filling struct {
	Page bool          // the form's page was opened; false for programs, which have no token
	Back bool          // the form had come back to its signer once
	Took time.Duration // from opening the page to sending the form
}

// The token of a form is of the vault's kind. In the place of an ID it holds
// when the form was opened and which text its reader could see; in the place of
// the generation, whether the form had come back.
const (
	formFirst = 0
	formBack  = 1
)

func formPurpose(l *letter.Letter) string { return "form " + l.ID }

// textMark is what of a token's ID stands for a text.
func textMark(text letter.Text) (mark [10]byte) {
	sum := sha256.Sum256([]byte(text.Hash))
	copy(mark[:], sum[:])
	return mark
}

// FormToken is the token for a form that is opened now and shows this text of
// the letter; back says that the form comes back to its signer. Tokens are of
// one length.
func (s *Service) FormToken(l *letter.Letter, text letter.Text, back bool) (string, error) {
	var id uuid.UUID
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(s.Now().UnixMilli()))
	copy(id[:6], at[2:])
	mark := textMark(text)
	copy(id[6:], mark[:])
	generation := formFirst
	if back {
		generation = formBack
	}
	return s.Vault.Token(formPurpose(l), id.String(), generation)
}

// filling reads a form's token: it was made for this letter not too long ago,
// and the text is still the same. A form without one is taken.
func (s *Service) filling(l *letter.Letter, text letter.Text, token string) (Filling, error) {
	if token == "" {
		return Filling{}, nil
	}
	id, generation, err := s.Vault.ParseToken(formPurpose(l), token)
	if err != nil { // mistyped, or made under another key
		return Filling{}, ErrFormOld
	}
	u, err := uuid.Parse(id)
	if err != nil {
		return Filling{}, ErrFormOld
	}
	var at [8]byte
	copy(at[2:], u[:6])
	took := s.Now().Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(at[:]))))
	if mark := textMark(text); [10]byte(u[6:]) != mark {
		return Filling{}, ErrTextChanged
	}
	if took > FormWithin {
		return Filling{}, ErrFormOld
	}
	return Filling{Page: true, Back: generation == formBack, Took: took}, nil
}
