package ledger

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Day is the beginning of the day of t, in UTC: all that is kept and published of
// when something sealed happened.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// NewHeld is NewPending for what must not tell when in its day it happened. The
// entry has the day for its time. Its neighbours in the log have seconds for
// theirs, and would tell between which of them it came; so it is held until the
// day is over. Those held get their places in an order of chance: that of their
// ids, which are random.
func NewHeld(kind Kind, letterID, letter, subject, textHash string, now time.Time, record map[string]string) (Pending, error) {
	p, err := NewPending(kind, letterID, letter, subject, textHash, Day(now), record)
	if err != nil {
		return p, err
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return p, fmt.Errorf("make an entry's id: %w", err)
	}
	p.ID, p.DueAt = id.String(), Day(now).Add(24*time.Hour)
	return p, nil
}
