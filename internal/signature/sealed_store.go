package signature

import (
	"context"
	"time"

	"pliego/internal/ledger"
)

// SealedStore is what sealed signatures need of the store, beside the rest of
// Store. It promises what Store promises; times that are handed to it tell no
// more than the day.
type SealedStore interface {
	// OfferSealed keeps to whom signatures of a letter are sealed, or with ""
	// that they are not. Unless the letter has one, key becomes what its index
	// of addresses is made with.
	OfferSealed(ctx context.Context, letterID, recipients string, key []byte, at time.Time) error
	// SealedIndexKey is the key of a letter's index under the vault's, or
	// ErrUnknown when there is none.
	SealedIndexKey(ctx context.Context, letterID string) ([]byte, error)
	// AddSealed records an unconfirmed sealed signature and its box. With private
	// not nil the vault keeps that, and a mail is queued.
	AddSealed(ctx context.Context, s *Signature, box, private []byte, doubts []Doubt) error
	// ConfirmSealed is ConfirmSignature for a sealed one: what the vault has of it
	// is destroyed, and no mail says anything.
	ConfirmSealed(ctx context.Context, c Confirmation) (State, error)
	// SealedBox is the box of a signature, or ErrUnknown.
	SealedBox(ctx context.Context, id string) ([]byte, error)
	// SignatureByPhrase is the signature that a phrase leads to, or ErrUnknown.
	SignatureByPhrase(ctx context.Context, index []byte) (*Signature, error)
	// ReplacePhrase makes another phrase lead to a sealed signature, and the one
	// before lead nowhere; ErrUnknown when there is none that stands or waits.
	ReplacePhrase(ctx context.Context, id string, index []byte) error
	// SealShown makes a sealed signature of a standing public one: its public
	// fields, what the vault has of it, the openings of its entries and mail that
	// waits are erased, its number stays.
	SealShown(ctx context.Context, c Sealing) error
	// EndSealed withdraws a sealed signature that stands, waits or was refused,
	// and destroys its box. One that has a number leaves its gap when the entry,
	// which is queued, gets its place; of any other nothing is kept, and erased is
	// true.
	EndSealed(ctx context.Context, id string, at time.Time, entry ledger.Pending) (erased bool, err error)
	// EachSealed calls fn for every box of a letter, by number, those without one
	// last.
	EachSealed(ctx context.Context, letterID string, fn func(*Signature, []byte) error) error
	// ShowCountries makes these the countries that are shown of a letter's
	// sealed signatures, by number; those not named show none.
	ShowCountries(ctx context.Context, letterID string, byNumber map[int64]string) error
}

// Sealing is what sealing a public signature writes.
type Sealing struct {
	ID          string
	LetterID    string
	Box         []byte
	PhraseIndex []byte
	SealedIndex []byte    // of the address under the letter's key
	At          time.Time // the day it was signed
	SealedOn    time.Time // the day it is sealed
	Entry       ledger.Pending
}
