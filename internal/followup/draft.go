package followup

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Sentinel errors of drafts.
var (
	ErrDraftUnknown = errors.New("no such draft, or it was decided about already")
	ErrSamePerson   = errors.New("whoever entered it cannot confirm it while somebody else can")
	ErrTooEarly     = errors.New("the addressee has not had two weeks to see it")
	ErrNotShown     = errors.New("it was not shown to the addressee yet")
	ErrReplyEmpty   = errors.New("the reply says nothing, or too much")
)

// DraftState says how far an item is on its way to the record.
type DraftState string

// The states of a draft.
const (
	DraftWritten   DraftState = "written"   // at the desk alone
	DraftShown     DraftState = "shown"     // the addressee can see it by its link
	DraftPublished DraftState = "published" // it is on the record
	DraftDropped   DraftState = "dropped"   // nobody will publish it
)

// PreviewWithin is how long an addressee can see a verdict before it is public.
const PreviewWithin = 14 * 24 * time.Hour

// Said is what an addressee says of an item that is about it: its right of reply.
type Said struct {
	Text string `json:"text"`
	Lang string `json:"language"`
	On   Date   `json:"on"`
}

// Check holds a reply against its bounds.
func (s *Said) Check() error {
	if strings.TrimSpace(s.Text) == "" || !utf8.ValidString(s.Text) || strings.ContainsRune(s.Text, 0) || utf8.RuneCountInString(s.Text) > MaxSummary || s.Lang == "" || len(s.Lang) > 8 {
		return ErrReplyEmpty
	}
	return nil
}

// Draft is a version of an item that is not on the record yet. What it holds is
// public nowhere.
type Draft struct {
	ID        string // UUIDv7
	LetterID  string
	State     DraftState
	Item      *Item  // what it would be; Reply is what the addressee said of it
	EnteredBy string // account of whoever wrote its words last
	CreatedAt time.Time
	ShownAt   time.Time // since when the addressee can see it; zero: it cannot
	DecidedAt time.Time
	DecidedBy string
	Revision  int // every change raises it
}

// Wait is how long the addressee sees a version before it can be public: a verdict
// two weeks; what a document says, or that something is taken down, at once.
func Wait(i *Item) time.Duration {
	if i.Kind == Assessment && !i.TakenDown {
		return PreviewWithin
	}
	return 0
}

// Ready is when a draft can be public at the earliest; zero while it is not shown.
func (d *Draft) Ready() time.Time {
	if d.ShownAt.IsZero() {
		return time.Time{}
	}
	return d.ShownAt.Add(Wait(d.Item))
}

// Publish gives the version that a draft becomes when somebody confirms it. alone
// tells that nobody else could: then whoever entered it may, and the version says
// that no second person confirmed it.
func (d *Draft) Publish(by string, alone bool, now time.Time) (*Item, error) {
	switch {
	case d.State == DraftWritten:
		return nil, ErrNotShown
	case d.State != DraftShown:
		return nil, ErrDraftUnknown
	case now.Before(d.Ready()):
		return nil, ErrTooEarly
	case by == d.EnteredBy && !alone:
		return nil, ErrSamePerson
	}
	i := *d.Item
	if i.TakenDown { // the draft says what is taken down; the record will not
		i = Item{ID: i.ID, Version: i.Version, Kind: i.Kind, Addressee: i.Addressee, Reason: i.Reason, TakenDown: true}
	}
	i.RecordedBy, i.ByRule, i.Second = d.EnteredBy, false, ""
	if by != d.EnteredBy {
		i.Second = by
	}
	if err := i.Check(); err != nil {
		return nil, fmt.Errorf("publish a draft: %w", err)
	}
	return &i, nil
}
