// Package edition makes frozen, numbered reports of what became of a letter.
//
// An edition holds all that it says: what was asked of whom, the record as it
// stood, the figures and the points that forums adopted, each with its source.
// It never changes with the record that it was drawn from. When something in it
// has to be taken down, it is issued again without that, under a new hash.
package edition

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
)

// Sentinel errors of this package.
var (
	ErrNotFound = errors.New("there is no such edition")
	ErrPeriod   = errors.New("the period ends before it begins, or in the future")
	ErrNothing  = errors.New("choose at least one government and one ask of the letter")
	ErrTaken    = errors.New("an edition with this number was made meanwhile; look at it first")
)

// Edition is one issue of one edition.
type Edition struct {
	Letter   string    `json:"letter"` // slug
	Number   int       `json:"number"` // from 1
	Issue    int       `json:"issue"`  // from 1; a later one lacks what was taken down
	Previous int       `json:"previous,omitempty"`
	From     string    `json:"from"` // first day of the period
	On       string    `json:"on"`   // its last day
	Known    time.Time `json:"known"`
	MadeAt   time.Time `json:"made_at"`
	Reason   string    `json:"reason,omitempty"` // of a later issue

	Title   followup.Words `json:"title"`
	Date    string         `json:"letter_date,omitempty"`
	Asks    []Ask          `json:"asks"`
	Offices []Office       `json:"offices"`

	Items      []Item      `json:"items"`
	Outcomes   []Outcome   `json:"outcomes,omitempty"`
	Indicators []Indicator `json:"indicators,omitempty"`
	Series     []Series    `json:"series,omitempty"`
	Sources    []Source    `json:"sources,omitempty"`
	Points     []Point     `json:"forum_points,omitempty"`
	Agenda     []Work      `json:"agenda,omitempty"`
	Changes    []Change    `json:"changes,omitempty"` // since the previous edition
	Added      []string    `json:"added,omitempty"`   // IDs of acts that the previous one did not have
}

// Ask is one thing that the letter asks.
type Ask struct {
	Key   string         `json:"key"`
	Title followup.Words `json:"title"`
}

// Office is one addressee.
type Office struct {
	Key     string         `json:"key"`
	Country string         `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Name    followup.Words `json:"name"`
}

// Item is a version of an item of the record, as it stood.
type Item struct {
	ID         string         `json:"id"`
	Version    int            `json:"version"`
	Kind       followup.Kind  `json:"kind"`
	Addressee  string         `json:"addressee"`
	RecordedAt time.Time      `json:"recorded_at"`
	Gone       string         `json:"taken_down,omitempty"` // why
	Body       *followup.Item `json:"body,omitempty"`
}

// Outcome is what moved in one cell.
type Outcome struct {
	Addressee string          `json:"addressee"`
	Ask       string          `json:"ask"`
	Verdict   outcome.Verdict `json:"verdict"`
	Moved     []Moved         `json:"indicators,omitempty"`
}

// Moved is one indicator of an outcome, from the letter to the latest year.
type Moved struct {
	Indicator    string          `json:"indicator"`
	Verdict      outcome.Verdict `json:"verdict"`
	Source       string          `json:"source,omitempty"`
	BaselineYear int             `json:"baseline_year,omitempty"`
	Baseline     float64         `json:"baseline"`
	LatestYear   int             `json:"latest_year,omitempty"`
	Latest       float64         `json:"latest"`
}

// Indicator names what was measured.
type Indicator struct {
	Key      string         `json:"key"`
	Name     followup.Words `json:"name"`
	Unit     string         `json:"unit"`
	Decimals int            `json:"decimals"`
}

// Series is what one source has for one indicator and place.
type Series struct {
	Indicator string  `json:"indicator"`
	Place     string  `json:"place"` // ISO 3166-1 alpha-3
	Source    string  `json:"source"`
	Points    []Value `json:"values"`
}

// Value is one year of a series.
type Value struct {
	Year     int     `json:"year"`
	Value    float64 `json:"value"`
	Doubtful bool    `json:"doubtful,omitempty"`
}

// Source is where figures come from.
type Source struct {
	Key       string `json:"key"`
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	Vintage   string `json:"vintage"`
	URL       string `json:"url,omitempty"`
}

// Point is a point of what a forum adopted.
type Point struct {
	ID         string            `json:"id"`
	Forum      followup.Words    `json:"forum"`
	Date       string            `json:"date"`
	Instrument string            `json:"instrument"`
	Point      string            `json:"point,omitempty"`
	Summary    followup.Words    `json:"summary"`
	Quote      string            `json:"quote,omitempty"`
	Asks       []string          `json:"asks"`
	Answers    string            `json:"answers"`
	Source     followup.Citation `json:"source"`
}

// Work is an item of the agenda, as it stood.
type Work struct {
	ID   string               `json:"id"`
	Body *dialogue.AgendaItem `json:"body"`
}

// Change is a cell whose evidenced track stands elsewhere than in the previous
// edition.
type Change struct {
	Addressee string         `json:"addressee"`
	Ask       string         `json:"ask"`
	Was       followup.Value `json:"was"`
	Is        followup.Value `json:"is"`
}

// Body is the edition as it is kept and hashed.
func (e *Edition) Body() ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("edition %d of %s: %w", e.Number, e.Letter, err)
	}
	return body, nil
}

// Hash is the SHA-256 of a body, in hexadecimal.
func Hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Read takes an edition from its body.
func Read(body []byte) (*Edition, error) {
	e := &Edition{}
	if err := json.Unmarshal(body, e); err != nil {
		return nil, fmt.Errorf("read an edition: %w", err)
	}
	return e, nil
}

// Cells draws the edition's matrix.
func (e *Edition) Cells() map[followup.Cell]*followup.CellStanding {
	record := make(followup.Record, 0, len(e.Items))
	for _, i := range e.Items {
		record = append(record, i.item())
	}
	keys := make([]string, len(e.Asks))
	for n, a := range e.Asks {
		keys[n] = a.Key
	}
	return record.As(endOf(e.On), e.Known).Cells(keys)
}

// Verdicts are the outcomes by cell.
func (e *Edition) Verdicts() map[followup.Cell]outcome.Verdict {
	out := map[followup.Cell]outcome.Verdict{}
	for _, o := range e.Outcomes {
		out[followup.Cell{Addressee: o.Addressee, Ask: o.Ask}] = o.Verdict
	}
	return out
}

// item is the record's own form of an item.
func (i Item) item() *followup.Item {
	out := followup.Item{}
	if i.Body != nil {
		out = *i.Body
	}
	out.ID, out.Version, out.Kind, out.Addressee, out.RecordedAt = i.ID, i.Version, i.Kind, i.Addressee, i.RecordedAt
	out.TakenDown, out.Reason = i.Gone != "", i.Gone
	return &out
}

// endOf is the last moment of a day.
func endOf(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, 1).Add(-time.Millisecond)
}

// Without issues the edition again without what was taken down, or gives nil when
// it holds none of it. The caller says when and why.
func (e *Edition) Without(gone map[string]string, at time.Time) *Edition {
	next := *e
	next.Items = append([]Item(nil), e.Items...)
	found := ""
	for n, i := range next.Items {
		if why, ok := gone[i.ID]; ok && i.Gone == "" {
			stub := Item{ID: i.ID, Version: i.Version + 1, Kind: i.Kind, Addressee: i.Addressee, RecordedAt: i.RecordedAt, Gone: why}
			if i.Body != nil { // when it happened stays, so that the stub keeps its place
				stub.Body = &followup.Item{Asks: i.Body.Asks, Date: i.Body.Date}
			}
			next.Items[n], found = stub, why
		}
	}
	next.Points = nil
	for _, p := range e.Points {
		if why, ok := gone[p.ID]; ok {
			found = why
			continue
		}
		next.Points = append(next.Points, p)
	}
	next.Agenda = nil
	for _, w := range e.Agenda {
		if why, ok := gone[w.ID]; ok {
			found = why
			continue
		}
		next.Agenda = append(next.Agenda, w)
	}
	if found == "" {
		return nil
	}
	next.Issue, next.MadeAt, next.Reason = e.Issue+1, at, found
	return &next
}
