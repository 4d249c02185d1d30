package signature

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"pliego/internal/ledger"
)

// Errors of deciding about signatures that wait.
var (
	ErrNotWaiting = errors.New("this signature does not wait for a decision")
	ErrNotRefused = errors.New("this signature was not refused")
)

// MaxNote bounds what a refusal may tell the signer, in characters.
const MaxNote = 200

// ReviewStore is what review needs of the store; it promises what Store does.
type ReviewStore interface {
	// InState lists signatures that wait or were refused, of one letter or
	// (letterID "") of all, by their IDs, after the one named.
	InState(ctx context.Context, state State, letterID, after string, limit int) ([]*Signature, error)
	// Doubts gives the doubts about a signature, decided or not, oldest first.
	Doubts(ctx context.Context, id string) ([]Doubt, error)
	// SealedNote is what the signer was told with a refusal, sealed; nil when
	// there is none.
	SealedNote(ctx context.Context, id string) ([]byte, error)

	// AcceptSignature lets a signature that waits stand: the doubts are decided,
	// its ledger entry is queued, and a mail says so. ErrNotWaiting, ErrUnknown.
	AcceptSignature(ctx context.Context, id string, at time.Time, entry ledger.Pending) error
	// ReleaseSignature decides the doubt of a pause about a signature that waits.
	// Without another it stands from then on, as with AcceptSignature.
	ReleaseSignature(ctx context.Context, id string, at time.Time, entry ledger.Pending) (stands bool, err error)
	// RefuseSignature ends the waiting the other way. The signature, its address
	// and the vault's record stay, and a mail says why. ErrNotWaiting, ErrUnknown.
	RefuseSignature(ctx context.Context, id string, at time.Time, sealedNote []byte) error
	// ReopenSignature lets a refused signature wait again, with the doubts that
	// the refusal decided, and a mail says so. ErrNotRefused, ErrUnknown.
	ReopenSignature(ctx context.Context, id string, at time.Time) error
}

// Accept lets a signature that waits stand, by a person's decision. Its letter
// may have closed meanwhile: the signer confirmed in time.
func (s *Service) Accept(ctx context.Context, id string) error {
	v, err := s.view(ctx, id)
	if err != nil {
		return err
	}
	entry, err := s.recorded(ctx, v)
	if err != nil {
		return err
	}
	at := s.Now()
	if v.Signature.Sealed() {
		at = ledger.Day(at)
	}
	return s.Store.AcceptSignature(ctx, id, at, entry)
}

// Refuse decides against a signature that waits. Nothing of it is lost, and it
// can be undone. The note is for the signer, or "".
func (s *Service) Refuse(ctx context.Context, id, note string) error {
	note = tidy(note)
	if !utf8.ValidString(note) || utf8.RuneCountInString(note) > MaxNote {
		return fmt.Errorf("the reason for the signer must be text of at most %d characters", MaxNote)
	}
	var sealed []byte
	if note != "" {
		b, err := json.Marshal(note)
		if err != nil {
			return fmt.Errorf("write the reason of a refusal: %w", err)
		}
		sealed = s.Vault.Seal(noteID(id), b)
	}
	return s.Store.RefuseSignature(ctx, id, s.Now(), sealed)
}

// Undo takes a refusal back: the signature waits again.
func (s *Service) Undo(ctx context.Context, id string) error {
	return s.Store.ReopenSignature(ctx, id, s.Now())
}

// noteID keeps what a refusal says apart from the vault's record of the same
// signature.
func noteID(id string) string { return "refusal " + id }

// Why tells what a signature that waits or was refused was doubted for, and
// what its signer was told with the refusal.
func (s *Service) Why(ctx context.Context, sig *Signature) (doubts []Doubt, note string, err error) {
	if doubts, err = s.Store.Doubts(ctx, sig.ID); err != nil {
		return nil, "", err
	}
	if sig.State != Refused {
		return undecided(doubts), "", nil
	}
	sealed, err := s.Store.SealedNote(ctx, sig.ID)
	if err != nil || sealed == nil {
		return doubts, "", err
	}
	b, err := s.Vault.Open(noteID(sig.ID), sealed)
	if err != nil {
		return nil, "", fmt.Errorf("the refusal of signature %s: %w", sig.ID, err)
	}
	if err := json.Unmarshal(b, &note); err != nil {
		return nil, "", fmt.Errorf("read the refusal of signature %s: %w", sig.ID, err)
	}
	return doubts, note, nil
}

func undecided(list []Doubt) []Doubt {
	var open []Doubt
	for _, d := range list {
		if d.DecidedAt.IsZero() {
			open = append(open, d)
		}
	}
	return open
}

// recorded is the ledger's entry of a signature that begins to stand.
func (s *Service) recorded(ctx context.Context, v *View) (ledger.Pending, error) {
	return s.entryOf(ctx, ledger.SignatureRecorded, v)
}

// corrected is the ledger's entry of a signature that says something else now.
func (s *Service) corrected(ctx context.Context, v *View) (ledger.Pending, error) {
	return s.entryOf(ctx, ledger.SignatureCorrected, v)
}

func (s *Service) entryOf(ctx context.Context, kind ledger.Kind, v *View) (ledger.Pending, error) {
	if !v.Signature.Sealed() {
		return s.entry(kind, v, v.Signature.Record())
	}
	box, err := s.Store.SealedBox(ctx, v.Signature.ID)
	if err != nil {
		return ledger.Pending{}, fmt.Errorf("read the box of signature %s: %w", v.Signature.ID, err)
	}
	return s.sealedEntry(kind, v.Letter, v.Signature, sealedRecord(v.Signature, box))
}
