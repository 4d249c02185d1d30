package signature

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// Printed is a signature as a document shows it.
type Printed struct {
	Kind     Kind
	Public   Public
	Number   int64 // as printed, or 0
	Convener bool
	Note     string // what shows it, of one that was given; kept in the vault
}

// Recorder is what Record needs of the store.
type Recorder interface {
	// RecordSignatures stores standing signatures with their ledger entries and,
	// by ID, the private parts of those that have one, all or none, durably.
	RecordSignatures(ctx context.Context, list []*Signature, entries []ledger.Pending, sealed map[string][]byte) error
	// CountRecorded is how many signatures of the letter rest on the basis,
	// numbered or not, ended ones too.
	CountRecorded(ctx context.Context, letterID string, basis Basis) (int, error)
}

// recordChunk bounds one transaction of a long import.
const recordChunk = 200

// Record stores signatures that stand on another basis than a confirmation, in
// the order given: with an empty log of the letter they get their numbers in
// that order. It stores in chunks; the count is of those stored when it fails.
// Called again with the same list after a failure, it goes on where it stopped.
func (s *Service) Record(ctx context.Context, to Recorder, l *letter.Letter, text letter.Text, basis Basis, printed []Printed) (stored int, err error) {
	before, err := to.CountRecorded(ctx, l.ID, basis)
	if err != nil {
		return 0, fmt.Errorf("count the signatures %s: %w", basis, err)
	}
	printed = printed[min(before, len(printed)):]
	for len(printed) > 0 {
		chunk := printed[:min(recordChunk, len(printed))]
		printed = printed[len(chunk):]
		list := make([]*Signature, len(chunk))
		entries := make([]ledger.Pending, len(chunk))
		sealed := map[string][]byte{}
		for i, p := range chunk {
			id, err := uuid.NewV7()
			if err != nil {
				return stored, fmt.Errorf("make a signature's id: %w", err)
			}
			now := s.Now()
			sig := &Signature{
				ID: id.String(), LetterID: l.ID, TextID: text.ID, TextHash: text.Hash, Lang: text.Lang,
				Kind: p.Kind, Basis: basis, State: Standing, Visibility: Shown, PrintedNumber: p.Number, Convener: p.Convener,
				Public: p.Public, Generation: 1, CreatedAt: now, SignedAt: now,
			}
			list[i] = sig
			if entries[i], err = ledger.NewPending(ledger.SignatureRecorded, l.ID, l.Slug, sig.ID, text.Hash, now, sig.Record()); err != nil {
				return stored, err
			}
			if p.Note == "" {
				continue
			}
			if sealed[sig.ID], err = s.seal(sig.ID, Private{Note: p.Note}); err != nil {
				return stored, err
			}
		}
		if err := to.RecordSignatures(ctx, list, entries, sealed); err != nil {
			return stored, fmt.Errorf("record signatures %s: %w", basis, err)
		}
		stored += len(chunk)
	}
	return stored, nil
}
