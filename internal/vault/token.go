package vault

import (
	"crypto/hmac"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"
)

// ErrToken is returned for a token that this vault did not make for the
// purpose asked: mistyped, cut, or forged.
var ErrToken = errors.New("this link is not complete or was not made here")

const tokenSize = 16 + 4 + 16 // id, generation, mac

// Token derives the token that stands for the row id (a UUID) in a link for
// one purpose. It is not stored: the same row, purpose and generation always
// give the same token, so a mail can be written again, and raising the
// generation makes every earlier one worthless.
func (v *Vault) Token(purpose, id string, generation int) (string, error) {
	u, err := uuid.Parse(id)
	if err != nil {
		return "", fmt.Errorf("make a token for %q: %w", id, err)
	}
	b := make([]byte, 0, tokenSize)
	b = append(b, u[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(generation))
	b = append(b, v.mac(v.token, purpose, id, strconv.Itoa(generation))...)
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// ParseToken gives back the row and generation of a token made for purpose,
// else ErrToken. Whether the generation is still the row's own is for the
// caller to see.
func (v *Vault) ParseToken(purpose, token string) (id string, generation int, err error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenSize) {
		return "", 0, ErrToken
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return "", 0, ErrToken
	}
	u, err := uuid.FromBytes(b[:16])
	if err != nil {
		return "", 0, ErrToken
	}
	id, generation = u.String(), int(binary.BigEndian.Uint32(b[16:20]))
	if !hmac.Equal(b[20:], v.mac(v.token, purpose, id, strconv.Itoa(generation))) {
		return "", 0, ErrToken
	}
	return id, generation, nil
}

// Mark derives 26 letters and digits from parts under a purpose: always the same,
// bound to each part, and made up by nobody without the key.
func (v *Vault) Mark(purpose string, parts ...string) string {
	return markLetters.EncodeToString(v.mac(v.token, "mark "+purpose, parts...))
}

// markLetters are lower case, and can be read out on the telephone.
var markLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Code derives six digits for the same row, purpose and generation: the other
// way in, for who cannot open a link. Callers must bound the tries.
func (v *Vault) Code(purpose, id string, generation int) string {
	n := binary.BigEndian.Uint64(v.mac(v.token, "code "+purpose, id, strconv.Itoa(generation)))
	return fmt.Sprintf("%06d", n%1_000_000)
}
