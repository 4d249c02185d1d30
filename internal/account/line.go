package account

import (
	"time"

	"github.com/google/uuid"
)

// Line is one line of the log of what was done: who, what, to what, when,
// before and after. It holds no personal data: people and signatures stand in
// it by their IDs, so that an erased one is gone from here too.
type Line struct {
	ID       string // UUIDv7
	At       time.Time
	PersonID string // who did it; "" from the command line
	Act      string // a word such as "review.accept"
	Subject  string // ID of the person, signature or letter
	Letter   string // slug, or ""
	Before   string
	After    string
}

// NewLine makes a line of the log.
func NewLine(at time.Time, by, act, subject, letter, before, after string) (Line, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Line{}, err
	}
	return Line{id.String(), at, by, act, subject, letter, before, after}, nil
}
