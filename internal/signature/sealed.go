package signature

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"github.com/google/uuid"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// A sealed signature is for those whom it endangers to be seen to have signed.
// What is defended against is somebody who takes the server, with all its keys, or
// who makes its keeper hand it over. So whose the signature is, is encrypted in
// memory, before anything is written, to a key of the coalition that was never on
// the server: the box. What the server keeps in clear is that an organisation or a
// person signed this text, and on which day.
//
// Nothing kept tells more than the day: not the row's id, not its times, not the
// place of its entry in the log. Nor does the box's length tell anything.
//
// The country stays in the box too, although it may be shown when five or more
// come from it and agree. There are so few countries that no blind index hides
// one from who has the vault's key, and nothing by which the server could count
// them alone would hide it from who takes the server: it would tell that somebody
// of a small country is among the signers before the fifth is. So the coordinator,
// who opens the boxes, counts, and hands back which may be shown (ShowCountries).

// Errors of sealed signatures.
var (
	ErrBox         = errors.New("this is no box of a sealed signature, or it is damaged")
	ErrBoxKey      = errors.New("the box is not sealed to this identity")
	ErrOtherBox    = errors.New("the box belongs to another signature")
	ErrPhraseTaken = errors.New("another signature has this phrase")
	ErrNotSealed   = errors.New("this letter does not offer sealed signatures")
)

// Visibility is whether everybody sees whose a signature is.
type Visibility string

// The visibilities.
const (
	Shown  Visibility = "public"
	Sealed Visibility = "sealed"
)

// Sealed tells whether the signature is a sealed one.
func (s *Signature) Sealed() bool { return s.Visibility == Sealed }

// Signer is whose a sealed signature is: what is in its box.
type Signer struct {
	Version     int    `json:"version"` // of this form: 1
	Letter      string `json:"letter"`  // slug
	Signature   string `json:"signature"`
	Kind        Kind   `json:"kind"`
	Name        string `json:"name"`
	Acronym     string `json:"acronym,omitempty"`
	Country     string `json:"country,omitempty"`
	Website     string `json:"website,omitempty"`
	SignerName  string `json:"signer_name,omitempty"`
	SignerRole  string `json:"signer_role,omitempty"`
	Email       string `json:"email,omitempty"`
	ShowCountry bool   `json:"show_country,omitempty"` // when five or more come from it
}

const (
	signerVersion = 1

	// boxContent is how long the content of every box is: longer than the longest
	// that the form takes, whatever its script. Spaces fill it up.
	boxContent = 6 << 10

	// MaxBox bounds what is read as a box: the content, and what age puts around
	// it for the most recipients.
	MaxBox = 32 << 10

	maxRecipients = 8

	// ShowCountryFrom is how many sealed signers of a letter must come from a
	// country, and agree, for it to be shown.
	ShowCountryFrom = 5
)

// ParseRecipients reads the public keys of a coalition, one or more: age's, as
// age-keygen and pliego sealed key show them (age1…).
func ParseRecipients(text string) ([]age.Recipient, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 || len(fields) > maxRecipients {
		return nil, fmt.Errorf("give 1 to %d recipients, such as age1…", maxRecipients)
	}
	list := make([]age.Recipient, len(fields))
	for i, f := range fields {
		if strings.HasPrefix(strings.ToUpper(f), "AGE-SECRET-KEY-") {
			// The error must not repeat it.
			return nil, errors.New("this is a secret key, and it was given where the public one belongs: make a new one with pliego sealed key, and give its recipient, age1…")
		}
		r, err := age.ParseX25519Recipient(f)
		if err != nil {
			return nil, fmt.Errorf("recipient %.80q: %w; pliego sealed key makes one, age1…", f, err)
		}
		list[i] = r
	}
	return list, nil
}

// closeBox encrypts whose a signature is.
func closeBox(recipients string, s Signer) ([]byte, error) {
	to, err := ParseRecipients(recipients)
	if err != nil {
		return nil, fmt.Errorf("seal a signature: %w", err)
	}
	s.Version = signerVersion
	var content bytes.Buffer
	enc := json.NewEncoder(&content)
	enc.SetEscapeHTML(false) // it would make some characters six times as long
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("seal a signature: %w", err)
	}
	if content.Len() > boxContent {
		return nil, fmt.Errorf("seal a signature: its content is longer than a box, which holds %d bytes", boxContent)
	}
	content.Write(bytes.Repeat([]byte{' '}, boxContent-content.Len()))
	var box bytes.Buffer
	w, err := age.Encrypt(&box, to...)
	if err != nil {
		return nil, fmt.Errorf("seal a signature: %w", err)
	}
	if _, err := w.Write(content.Bytes()); err != nil {
		return nil, fmt.Errorf("seal a signature: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("seal a signature: %w", err)
	}
	return box.Bytes(), nil
}

// OpenBox decrypts the box of a signature on a letter. It fails with ErrBoxKey
// when no identity fits, ErrOtherBox when the box was put in the place of another,
// and else with ErrBox.
func OpenBox(box []byte, slug, id string, identities ...age.Identity) (Signer, error) {
	if len(box) > MaxBox {
		return Signer{}, ErrBox
	}
	r, err := age.Decrypt(bytes.NewReader(box), identities...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return Signer{}, ErrBoxKey
	}
	if err != nil {
		return Signer{}, fmt.Errorf("%w (%w)", ErrBox, err)
	}
	content, err := io.ReadAll(io.LimitReader(r, MaxBox))
	if err != nil {
		return Signer{}, fmt.Errorf("%w (%w)", ErrBox, err)
	}
	var s Signer
	if err := json.Unmarshal(content, &s); err != nil || s.Version != signerVersion {
		return Signer{}, ErrBox
	}
	if s.Letter != slug || s.Signature != id {
		return Signer{}, ErrOtherBox
	}
	return s, nil
}

// boxHash is what the ledger holds of a box.
func boxHash(box []byte) string {
	sum := sha256.Sum256(box)
	return hex.EncodeToString(sum[:])
}

// sealedRecord is what the ledger's entry of a sealed signature commits to. No
// country is in it, also when it is shown.
func sealedRecord(sig *Signature, box []byte) map[string]string {
	return map[string]string{
		"signature": sig.ID, "kind": string(sig.Kind), "basis": string(sig.Basis),
		"visibility": string(Sealed), "box": boxHash(box),
	}
}

// newDayID makes an id that sorts by its day as others do by their millisecond,
// and tells nothing more of when it was made.
func newDayID(day int64) string {
	var u uuid.UUID
	rand.Read(u[:]) // never fails (crypto/rand)
	for i := range 6 {
		u[i] = byte(day >> (8 * (5 - i)))
	}
	u[6] = u[6]&0x0f | 0x70 // version 7
	u[8] = u[8]&0x3f | 0x80 // RFC 9562's variant
	return u.String()
}

// sealedEntry is the entry that records a sealed signature: held until its day is
// over, since it must not tell when in it the signer was there.
func (s *Service) sealedEntry(kind ledger.Kind, l *letter.Letter, sig *Signature, record map[string]string) (ledger.Pending, error) {
	return ledger.NewHeld(kind, l.ID, l.Slug, sig.ID, sig.TextHash, s.Now(), record)
}
