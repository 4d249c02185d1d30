// Package vault is the encrypted place of personal data, and the maker of the
// tokens that stand for a person in links.
//
// What it defends against: somebody who gets the database or a copy of it, but
// not the key. Every record is sealed under a key of its own, which is itself
// sealed under the vault's key; destroying a row destroys its key. Addresses
// are looked up by a blind index, a keyed hash that says nothing without the
// key. What it does not defend against: somebody who has both the data and the
// key folder, which lie side by side unless the key is told to live elsewhere.
package vault

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// ErrSealed is returned for a record that this key does not open: it was
// damaged, moved to another row, or sealed under another key.
var ErrSealed = errors.New("the vault's key does not open this record")

// Vault seals and opens personal data and derives tokens. It is safe for
// concurrent use.
type Vault struct {
	wrap  cipher.AEAD // seals each record's own key
	index []byte
	token []byte
	check []byte
}

// KeySize is the length of the vault's key in bytes.
const KeySize = 32

// New makes a vault from its key of KeySize random bytes. Everything it uses
// is derived from it with HKDF-SHA256 (RFC 5869), one key for each purpose.
func New(key []byte) (*Vault, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("the vault's key has %d bytes; it must have %d", len(key), KeySize)
	}
	derive := func(purpose string) ([]byte, error) {
		return hkdf.Key(sha256.New, key, nil, "pliego vault 1 "+purpose, 32)
	}
	var v Vault
	for purpose, to := range map[string]*[]byte{"index": &v.index, "token": &v.token, "check": &v.check} {
		k, err := derive(purpose)
		if err != nil {
			return nil, fmt.Errorf("derive the vault's %s key: %w", purpose, err)
		}
		*to = k
	}
	k, err := derive("wrap")
	if err != nil {
		return nil, fmt.Errorf("derive the vault's wrapping key: %w", err)
	}
	if v.wrap, err = chacha20poly1305.NewX(k); err != nil {
		return nil, err
	}
	return &v, nil
}

// Check is a value that only this key yields and that says nothing of it: kept
// in the database to notice that a wrong key was brought.
func (v *Vault) Check() string { return fmt.Sprintf("%x", v.check[:8]) }

const wrappedSize = chacha20poly1305.NonceSizeX + KeySize + chacha20poly1305.Overhead

// Seal encrypts plain for the row id: a fresh key encrypts the data, and the
// vault's key encrypts that key, both bound to id, so that a record moved to
// another row does not open. (XChaCha20-Poly1305.)
func (v *Vault) Seal(id string, plain []byte) []byte {
	var fresh [KeySize + chacha20poly1305.NonceSizeX]byte
	rand.Read(fresh[:]) // never fails (crypto/rand)
	key, nonce := fresh[:KeySize], fresh[KeySize:]
	data, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err) // only for a wrong key size
	}
	out := make([]byte, 0, wrappedSize+len(plain)+chacha20poly1305.Overhead)
	out = append(out, nonce...)
	out = v.wrap.Seal(out, nonce, key, []byte(id))
	// The data's key is used once, so its nonce may be the zero one.
	return data.Seal(out, make([]byte, chacha20poly1305.NonceSizeX), plain, []byte(id))
}

// Open decrypts what Seal made for the same id; else it fails with ErrSealed.
func (v *Vault) Open(id string, sealed []byte) ([]byte, error) {
	if len(sealed) < wrappedSize+chacha20poly1305.Overhead {
		return nil, ErrSealed
	}
	nonce := sealed[:chacha20poly1305.NonceSizeX]
	key, err := v.wrap.Open(nil, nonce, sealed[len(nonce):wrappedSize], []byte(id))
	if err != nil {
		return nil, ErrSealed
	}
	data, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	plain, err := data.Open(nil, make([]byte, chacha20poly1305.NonceSizeX), sealed[wrappedSize:], []byte(id))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// BlindIndex is a keyed hash of parts, 16 bytes long, under a purpose: equal
// for equal parts, and telling nothing to who has not the key.
func (v *Vault) BlindIndex(purpose string, parts ...string) []byte {
	return v.mac(v.index, purpose, parts...)
}

// mac is HMAC-SHA256 over the parts, each preceded by its length, cut to 16 bytes.
func (v *Vault) mac(key []byte, purpose string, parts ...string) []byte {
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%d %s", len(purpose), purpose)
	for _, p := range parts {
		fmt.Fprintf(m, " %d %s", len(p), p)
	}
	return m.Sum(nil)[:16]
}
