package letter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"pliego/internal/ledger"
)

// Errors of what a coordinator asks of a letter.
var (
	ErrNoText   = errors.New("the letter has no published text yet")
	ErrPast     = errors.New("this time has passed already")
	ErrNoReason = errors.New("a reason is needed")
)

// Acts that a letter's history keeps with their reason.
const (
	EventDeadline = "deadline"
	EventReopened = "reopened"
)

// Event is something that happened to a letter and that readers can see with
// its reason.
type Event struct {
	ID            string // UUIDv7
	LetterID      string
	At            time.Time
	Act           string
	Before, After string // of the deadline: RFC 3339, or "" for none
	Reason        string // in the words of the coordinator
}

// Facts stand about a letter beside its texts.
type Facts struct {
	Date      string // ISO 8601, or ""
	Publisher string
}

// Circulate lets a draft be read and signed by its link alone. One that
// circulates already stays so.
func (s *Service) Circulate(ctx context.Context, slug string) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	switch {
	case l.State == Circulating:
		return nil
	case l.State != Draft:
		return fmt.Errorf("letter %s cannot circulate: %w (it is %s)", slug, ErrState, l.State)
	case len(l.Texts) == 0:
		return fmt.Errorf("letter %s: %w", slug, ErrNoText)
	}
	return s.move(ctx, l, Circulating, nil)
}

// move takes a letter to another state; more goes into the entry's record.
func (s *Service) move(ctx context.Context, l *Letter, to State, more map[string]string) error {
	now := s.Now()
	entry, err := stateEntry(l, to, now, more)
	if err != nil {
		return err
	}
	return s.Store.SetState(ctx, l.ID, l.State, to, now, entry)
}

func stateEntry(l *Letter, to State, at time.Time, more map[string]string) (ledger.Pending, error) {
	record := map[string]string{"letter": l.Slug, "state": string(to)}
	for k, v := range more {
		record[k] = v
	}
	return ledger.NewPending(ledger.StateChanged, l.ID, l.Slug, l.ID, "", at, record)
}

// OpenOn has a letter that circulates open by itself at a time; until then it is
// under embargo: nothing but its link shows it. A zero time takes that back.
func (s *Service) OpenOn(ctx context.Context, slug string, at time.Time) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if l.State != Circulating {
		return fmt.Errorf("letter %s does not circulate: %w (it is %s)", slug, ErrState, l.State)
	}
	if !at.IsZero() && !at.After(s.Now()) {
		return ErrPast
	}
	return s.Store.SetOpensAt(ctx, l.ID, at)
}

// OpenDue opens every letter whose embargo has ended, and gives their slugs. It
// may be called by several processes at once.
func (s *Service) OpenDue(ctx context.Context) (opened []string, err error) {
	slugs, err := s.Store.OpensDue(ctx, s.Now())
	if err != nil {
		return nil, err
	}
	for _, slug := range slugs {
		switch err := s.Open(ctx, slug); {
		case err == nil:
			opened = append(opened, slug)
		case errors.Is(err, ErrState): // another process was first
		default:
			return opened, err
		}
	}
	return opened, nil
}

// Run opens letters as their embargoes end, until ctx ends. What fails is told
// to report, and tried again.
func (s *Service) Run(ctx context.Context, report func(opened []string, err error)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		opened, err := s.OpenDue(ctx)
		if ctx.Err() == nil && (err != nil || len(opened) > 0) {
			report(opened, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Reopen takes signatures again on a letter that was closed, until a deadline
// (zero for none), for a reason that readers can see.
func (s *Service) Reopen(ctx context.Context, slug string, deadline time.Time, reason string) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if l.State != Closed {
		return fmt.Errorf("letter %s cannot be opened again: %w (it is %s)", slug, ErrState, l.State)
	}
	e, err := s.event(l, EventReopened, deadline, reason)
	if err != nil {
		return err
	}
	entry, err := stateEntry(l, Open, e.At, map[string]string{"reason": e.Reason})
	if err != nil {
		return err
	}
	return s.Store.Reopen(ctx, l.ID, deadline, e, entry)
}

// SetDeadline changes until when a letter takes signatures; zero for no end.
// One that was announced changes only for a reason, which readers can see.
func (s *Service) SetDeadline(ctx context.Context, slug string, deadline time.Time, reason string) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if l.State != Draft && l.State != Circulating && l.State != Open {
		return fmt.Errorf("letter %s has no deadline any more: %w (it is %s)", slug, ErrState, l.State)
	}
	if deadline.Equal(l.Deadline) {
		return nil
	}
	e, err := s.event(l, EventDeadline, deadline, reason)
	if announced := l.State == Open && !l.Deadline.IsZero(); errors.Is(err, ErrNoReason) && !announced {
		err = nil
	}
	if err != nil {
		return err
	}
	return s.Store.SetDeadline(ctx, l.ID, l.Deadline, deadline, e)
}

// event makes a line of a letter's history. With ErrNoReason it is whole but for
// the reason.
func (s *Service) event(l *Letter, act string, deadline time.Time, reason string) (Event, error) {
	now := s.Now()
	if !deadline.IsZero() && !deadline.After(now) {
		return Event{}, ErrPast
	}
	reason = strings.Join(strings.Fields(reason), " ")
	if utf8.RuneCountInString(reason) > MaxReason || !utf8.ValidString(reason) {
		return Event{}, fmt.Errorf("the reason must be text of at most %d characters", MaxReason)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Event{}, fmt.Errorf("make an event's id: %w", err)
	}
	e := Event{ID: id.String(), LetterID: l.ID, At: now, Act: act, Before: stamp(l.Deadline), After: stamp(deadline), Reason: reason}
	if reason == "" {
		return e, ErrNoReason
	}
	return e, nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// NewLink ends the link by which a letter circulates and makes another.
func (s *Service) NewLink(ctx context.Context, slug string) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	return s.Store.ReplaceLink(ctx, l.ID, l.LinkGeneration)
}

// MaxPublisher bounds the publisher's name, in characters.
const MaxPublisher = 300

// Errors of a letter's facts.
var (
	ErrBadDate      = errors.New("this is no date")
	ErrBadPublisher = errors.New("the publisher is no text of a name's length")
)

// Check says what is wrong with facts; all of it, joined.
func (f Facts) Check() error {
	var errs []error
	if _, err := time.Parse(time.DateOnly, f.Date); f.Date != "" && err != nil {
		errs = append(errs, ErrBadDate)
	}
	if utf8.RuneCountInString(f.Publisher) > MaxPublisher || !utf8.ValidString(f.Publisher) || strings.ContainsAny(f.Publisher, "\x00\r\n") {
		errs = append(errs, ErrBadPublisher)
	}
	return errors.Join(errs...)
}

// SetFacts changes what stands about a letter beside its texts.
func (s *Service) SetFacts(ctx context.Context, slug string, f Facts) error {
	f.Date, f.Publisher = strings.TrimSpace(f.Date), strings.TrimSpace(f.Publisher)
	if err := f.Check(); err != nil {
		return err
	}
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	return s.Store.SetFacts(ctx, l.ID, f)
}
