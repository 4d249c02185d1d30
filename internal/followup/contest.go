package followup

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Sentinel errors of contests.
var (
	ErrContest        = errors.New("a contest says what is wrong and names a source")
	ErrContestUnknown = errors.New("no such contest, or it was decided about already")
)

// MaxContests bounds the contests that one item shows.
const MaxContests = 50

// Contest is what an addressee or a signatory holds against an item that is public.
// The item shows it and stays as it is.
type Contest struct {
	ID     string `json:"id"`
	By     string `json:"by"`               // "addressee" or "signatory"
	Number int64  `json:"number,omitempty"` // of a signatory whose signature is public
	On     Date   `json:"on"`
	Text   string `json:"text"`
	Lang   string `json:"language"`
	Source string `json:"source"` // address of what shows it
}

// Who may contest.
const (
	ByAddressee = "addressee"
	BySignatory = "signatory"
)

// Check holds a contest against the rules.
func (c *Contest) Check() error {
	u, err := url.Parse(c.Source)
	switch {
	case c.By != ByAddressee && c.By != BySignatory:
		return fmt.Errorf("%w: %q contests nothing", ErrContest, c.By)
	case strings.TrimSpace(c.Text) == "" || !utf8.ValidString(c.Text) || strings.ContainsRune(c.Text, 0) || utf8.RuneCountInString(c.Text) > MaxSummary:
		return fmt.Errorf("%w: from 1 to %d characters", ErrContest, MaxSummary)
	case c.Lang == "" || len(c.Lang) > 8:
		return fmt.Errorf("%w: say which language it is in", ErrContest)
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(c.Source) > MaxAddress:
		return fmt.Errorf("%w: %.60q is no web address", ErrContest, c.Source)
	}
	return nil
}

// Filed is a contest that waits for a coordinator.
type Filed struct {
	Contest
	LetterID    string
	Item        string // ID of what it contests
	Addressee   string // key of whoever contests; "" for a signatory
	SignatureID string // of the signatory; "" for an addressee
	CreatedAt   time.Time
}

// Contested gives the version of an item that shows a contest beside it. It fails
// with ErrUnknown for an item that is not there or was taken down, and when it
// shows too many already.
func (r Record) Contested(id string, c Contest, by string) (*Item, error) {
	for _, i := range r.Newest() {
		if i.ID != id {
			continue
		}
		if len(i.Contests) >= MaxContests {
			return nil, fmt.Errorf("%w: it shows %d already", ErrContest, MaxContests)
		}
		next := *i
		next.Version, next.RecordedBy = i.Version+1, by
		next.Reason = "The " + c.By + " contests this."
		next.Contests = append(append([]Contest(nil), i.Contests...), c)
		return &next, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrUnknown, id)
}

// Carry takes over what others said of the version before: a correction does not
// make it unsaid.
func (i *Item) Carry(before *Item) {
	if i.Reply == nil {
		i.Reply = before.Reply
	}
	if len(i.Contests) == 0 {
		i.Contests = before.Contests
	}
}
