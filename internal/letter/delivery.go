package letter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"pliego/internal/ledger"
	"pliego/internal/vault"
)

// ErrAddresseeTaken says that a letter has an addressee of this key.
var ErrAddresseeTaken = errors.New("the letter is put to this office already")

// Channels are the ways by which a letter reaches an office.
var Channels = []string{"email", "post", "hand", "portal"}

// Delivery is that a letter was put to an addressee: what is on record of it.
// A correction is a further version; nothing is changed or deleted.
type Delivery struct {
	ID          string // UUIDv7
	Version     int
	LetterID    string
	Addressee   string // key
	Channel     string
	SentOn      string // 2006-01-02
	ReceivedOn  string // likewise, or "" when nothing shows it
	Reference   string // number that the office gave
	DueOn       string // when an answer is due, or ""
	Note        string // public
	ReceiptID   string // of the file in the vault, or ""
	ReceiptHash string // its SHA-256, or ""
	RecordedAt  time.Time
	RecordedBy  string // an account's ID
	Reason      string // of a correction
	TakenDown   bool   // it did not happen
}

// Proven tells whether something shows that the office has it: then its silence
// can be spoken of once the date has passed.
func (d Delivery) Proven() bool {
	return d.ReceivedOn != "" && (d.Reference != "" || d.ReceiptHash != "")
}

// Bounds of a delivery's words, in characters.
const (
	MaxReference = 200
	MaxNote      = 1000
)

// Fault is something wrong with one field of a form.
type Fault struct{ Field, Code string }

// The codes of faults.
const (
	FaultMissing = "missing"
	FaultChoice  = "choice"
	FaultDate    = "date"
	FaultFuture  = "future"
	FaultOrder   = "order"
	FaultLong    = "long"
)

// Faults are what is wrong with a form.
type Faults []Fault

func (f Faults) Error() string { return fmt.Sprintf("%d fields are wrong", len(f)) }

// Of is the code of a field's fault, or "".
func (f Faults) Of(field string) string {
	for _, x := range f {
		if x.Field == field {
			return x.Code
		}
	}
	return ""
}

// Check says what is wrong with a delivery; nil when all is in order.
func (d Delivery) Check(l *Letter, now time.Time) Faults {
	var fs Faults
	add := func(field, code string) { fs = append(fs, Fault{field, code}) }
	if _, ok := l.Addressee(d.Addressee); !ok {
		add("addressee", FaultChoice)
	}
	if !slices.Contains(Channels, d.Channel) {
		add("channel", FaultChoice)
	}
	today := now.UTC().AddDate(0, 0, 1).Format(time.DateOnly) // it is tomorrow somewhere
	for _, x := range []struct {
		field, value string
		past         bool
	}{{"sent_on", d.SentOn, true}, {"received_on", d.ReceivedOn, true}, {"due_on", d.DueOn, false}} {
		switch _, err := time.Parse(time.DateOnly, x.value); {
		case x.value == "" && x.field == "sent_on":
			add(x.field, FaultMissing)
		case x.value == "":
		case err != nil:
			add(x.field, FaultDate)
		case x.past && x.value > today:
			add(x.field, FaultFuture)
		case x.field != "sent_on" && x.value < d.SentOn:
			add(x.field, FaultOrder)
		}
	}
	for _, x := range []struct {
		field, value string
		most         int
	}{{"reference", d.Reference, MaxReference}, {"note", d.Note, MaxNote}, {"reason", d.Reason, MaxReason}} {
		if utf8.RuneCountInString(x.value) > x.most || !utf8.ValidString(x.value) || strings.ContainsRune(x.value, 0) {
			add(x.field, FaultLong)
		}
	}
	if d.Version > 1 && d.Reason == "" {
		add("reason", FaultMissing)
	}
	return fs
}

// Deliver records a delivery, or the next version of one, with a receipt (nil
// for none) that the vault keeps.
func (s *Service) Deliver(ctx context.Context, v *vault.Vault, slug string, d Delivery, receipt *Receipt) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if !l.State.Public() {
		return fmt.Errorf("letter %s is not public, and nothing of its delivery can be: %w", slug, ErrState)
	}
	d.LetterID, d.RecordedAt = l.ID, s.Now()
	if d.Version == 0 {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("make a delivery's id: %w", err)
		}
		d.ID, d.Version = id.String(), 1
	}
	if fs := d.Check(l, d.RecordedAt); len(fs) > 0 {
		return fs
	}
	var sealed []byte
	if receipt != nil {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("make a receipt's id: %w", err)
		}
		d.ReceiptID, d.ReceiptHash = id.String(), receipt.Hash()
		b, err := receipt.pack()
		if err != nil {
			return err
		}
		sealed = v.Seal(d.ReceiptID, b)
	}
	record := map[string]string{
		"letter": l.Slug, "id": d.ID, "version": strconv.Itoa(d.Version), "addressee": d.Addressee, "channel": d.Channel, "sent_on": d.SentOn,
	}
	for name, value := range map[string]string{"received_on": d.ReceivedOn, "reference": d.Reference, "due_on": d.DueOn, "note": d.Note, "receipt": d.ReceiptHash, "reason": d.Reason} {
		if value != "" {
			record[name] = value
		}
	}
	if d.TakenDown {
		record["taken_down"] = "yes"
	}
	entry, err := ledger.NewPending(ledger.DeliveryRecorded, l.ID, l.Slug, d.ID, "", d.RecordedAt, record)
	if err != nil {
		return err
	}
	return s.Store.AppendDelivery(ctx, d, sealed, entry)
}

// MarkDelivered says that a letter that is closed has been put to those it
// addresses.
func (s *Service) MarkDelivered(ctx context.Context, slug string) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if l.State != Closed || l.Delivered == 0 {
		return fmt.Errorf("letter %s cannot be delivered: close it and record a delivery first: %w", slug, ErrState)
	}
	return s.move(ctx, l, Delivered, nil)
}

// AddAddressee puts a letter to one more office.
func (s *Service) AddAddressee(ctx context.Context, slug string, a Addressee) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if CheckSlug(a.Key) != nil {
		return fmt.Errorf("the addressee's key %q: use lower-case letters, digits and single hyphens", a.Key)
	}
	return s.Store.AddAddressee(ctx, l.ID, a)
}
