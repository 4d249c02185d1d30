package signature

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pliego/internal/ledger"
)

// KeptEntry is an entry of the log that speaks of a signature.
type KeptEntry struct {
	Leaf   int64 // its index, -1 while it waits for its place
	Kind   ledger.Kind
	Opened bool // what it commits to is kept; false once that was erased
}

// KeptMail is a message to a signer that was not handed over.
type KeptMail struct {
	Kind     MailKind
	Due      time.Time // of the next attempt
	Attempts int
	GivenUp  bool
}

// Kept is everything that is kept about a signature.
type Kept struct {
	*View
	Private *Private // nil when there is none, or it was erased
	Doubts  []Doubt
	Note    string // what the signer was told with a refusal
	Rows
}

// Rows are the parts of Kept that the store alone knows.
type Rows struct {
	Entries  []KeptEntry
	Mails    []KeptMail
	Address  bool   // a keyed hash of the address is kept, so that it signs once
	Box      bool   // what was typed, encrypted to the coalition's key
	Evidence bool   // a file that the coordinator was given
	Said     int    // what the signer proposed, judged and contested
	Bounced  string // the mail server's status when the address took no mail, or ""
}

// KeptStore is what telling and erasing need of the store; it promises what
// Store does.
type KeptStore interface {
	// RowsAbout tells what is kept about a signature besides its own row, the
	// vault's record and the doubts.
	RowsAbout(ctx context.Context, id string) (Rows, error)
	// EraseSignature erases everything kept about a public signature. One that
	// is listed is withdrawn first, as EndSignature does but without a mail; one
	// that the log knows keeps its gap, and both entries are queued; of any
	// other nothing is left, and gone is true. Doing it again does no harm.
	EraseSignature(ctx context.Context, id string, at time.Time, withdrawn, erased ledger.Pending) (gone bool, err error)
}

// Kept tells the signer everything that is kept about the signature.
func (s *Service) Kept(ctx context.Context, token string) (*Kept, error) {
	v, err := s.Own(ctx, token)
	if err != nil {
		return nil, err
	}
	k := &Kept{View: v}
	private, err := s.PrivateOf(ctx, v.Signature.ID)
	switch {
	case err == nil:
		k.Private = &private
	case !errors.Is(err, ErrUnknown):
		return nil, err
	}
	if k.Doubts, k.Note, err = s.Why(ctx, v.Signature); err != nil {
		return nil, err
	}
	if k.Rows, err = s.Store.RowsAbout(ctx, v.Signature.ID); err != nil {
		return nil, err
	}
	return k, nil
}

// Erase withdraws a signature, if it still stands, and erases at once everything
// that is kept about it but its gap in the list and its entries in the log, which
// say nothing without what was erased. No mail tells of it: the address is gone.
func (s *Service) Erase(ctx context.Context, token string) (*View, error) {
	v, err := s.Own(ctx, token)
	if err != nil {
		return nil, err
	}
	if v.Signature.Sealed() {
		return s.withdrawSealed(ctx, v)
	}
	now := s.Now()
	record := map[string]string{"signature": v.Signature.ID, "reason": string(Withdrawn)}
	if v.Signature.Number > 0 {
		record["number"] = strconv.FormatInt(v.Signature.Number, 10)
	}
	withdrawn, err := s.entry(ledger.SignatureWithdrawn, v, record) // comes first in the log
	if err != nil {
		return v, err
	}
	delete(record, "reason")
	erased, err := s.entry(ledger.SignatureErased, v, record)
	if err != nil {
		return v, err
	}
	if v.Erased, err = s.Store.EraseSignature(ctx, v.Signature.ID, now, withdrawn, erased); err != nil {
		return v, fmt.Errorf("erase a signature: %w", err)
	}
	if !v.Signature.State.Ended() {
		v.Signature.State, v.Signature.EndedAt = Withdrawn, now
	}
	v.Signature.Public = Public{}
	return v, nil
}
