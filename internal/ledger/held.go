package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"
)

// Day is the beginning of the day of t, in UTC: all that is kept and published of
// when something sealed happened.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// NewHeld is NewPending for what must not tell when in its day it happened. The
// entry has the day for its time. Its neighbours in the log have seconds for
// theirs, and would tell between which of them it came; so it is held until the
// day is over.
//
// Those held get their places in the order of their ids, which is one of chance,
// but for this: what speaks of one subject stands together, in the order in which
// its kinds can come.
func NewHeld(kind Kind, letterID, letter, subject, textHash string, now time.Time, record map[string]string) (Pending, error) {
	p, err := NewPending(kind, letterID, letter, subject, textHash, Day(now), record)
	if err != nil {
		return p, err
	}
	var id uuid.UUID
	rand.Read(id[:])
	sum := sha256.Sum256([]byte("held " + subject)) // of an id that is random itself
	copy(id[:], sum[:8])
	id[6] = id[6]&0x0f | 0x80 // version 8: its bits are ours (RFC 9562)
	id[8] = 0x80 | heldOrder[kind]
	p.ID, p.DueAt = id.String(), Day(now).Add(24*time.Hour)
	return p, nil
}

// heldOrder is the order among the held entries of one subject.
var heldOrder = map[Kind]byte{SignatureRecorded: 0, SignatureSealed: 1, SignatureCorrected: 2, SignatureWithdrawn: 3}
