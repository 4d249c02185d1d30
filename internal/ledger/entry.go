// Package ledger is the public append-only log that makes the record
// tamper-evident: its entries, its tree, its signed checkpoints, and the
// sequencer that gives each entry its place.
package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Kind says what an entry speaks of.
type Kind string

// The kinds of entry.
const (
	LogContinued       Kind = "log-continued" // a new log that follows one that was lost
	KeyChanged         Kind = "log-key"       // the log's key gave way to another
	TextPublished      Kind = "text"
	StateChanged       Kind = "state"
	SignatureRecorded  Kind = "signature"
	SignatureCorrected Kind = "signature-corrected"
	SignatureSealed    Kind = "signature-sealed" // a public one became sealed
	SignatureWithdrawn Kind = "signature-withdrawn"
	SignatureErased    Kind = "signature-erased"
	SignatureContested Kind = "signature-contested" // set aside until a person decides
	SignatureRestored  Kind = "signature-restored"  // it stands again
	DeliveryRecorded   Kind = "delivery"
	AnswerRecorded     Kind = "answer"
	CommitmentRecorded Kind = "commitment"
	ActionRecorded     Kind = "action"
	AssessmentRecorded Kind = "assessment"
	EditionIssued      Kind = "edition"
	AgendaRecorded     Kind = "agenda-item"
)

// Pending is something recorded that waits for its place in the log. It is
// written in the transaction that records the thing itself.
type Pending struct {
	ID       string // the order of sequencing: UUIDv7, or random when it is held
	Kind     Kind
	LetterID string
	Letter   string // slug
	Subject  string // ID of the signature, text, … it speaks of
	TextHash string // hash of the Text concerned, or ""
	Time     time.Time
	DueAt    time.Time // not placed before; zero: at once
	Data     []byte    // the leaf's bytes
	Salt     []byte    // random; destroyed when the subject is erased
	Record   []byte    // canonical JSON of what is committed to
}

// NewPending makes the pending entry that commits to record, which is
// marshalled to JSON with its keys sorted.
func NewPending(kind Kind, letterID, letter, subject, textHash string, now time.Time, record map[string]string) (Pending, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Pending{}, fmt.Errorf("make an entry's id: %w", err)
	}
	b, err := json.Marshal(record) // keys of a map are sorted
	if err != nil {
		return Pending{}, fmt.Errorf("write an entry's record: %w", err)
	}
	salt := make([]byte, 32)
	rand.Read(salt)
	p := Pending{
		ID: id.String(), Kind: kind, LetterID: letterID, Letter: letter, Subject: subject,
		TextHash: textHash, Time: now.UTC(), Salt: salt, Record: b,
	}
	p.Data = p.entry()
	return p, nil
}

// Commitment is SHA-256 of the salt followed by the record: who has both can
// check it, and when the salt is destroyed it says nothing.
func Commitment(salt, record []byte) [32]byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(record)
	return [32]byte(h.Sum(nil))
}

// entry is the leaf's bytes.
func (p Pending) entry() []byte {
	e := Entry{Kind: p.Kind, Letter: p.Letter, TextHash: p.TextHash, Time: p.Time, Commitment: Commitment(p.Salt, p.Record)}
	return []byte(e.String())
}
