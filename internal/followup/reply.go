package followup

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Sentinel errors of answers.
var (
	ErrReply        = errors.New("the answer cannot be taken so")
	ErrReplyUnknown = errors.New("no such answer, or it was decided about already")
	ErrNoReplyYet   = errors.New("silence can be recorded only when delivery is proven, the date has passed, and no answer came")
)

// ReplyValues are what an addressee may answer to an ask.
var ReplyValues = []Value{Acknowledged, Accepted, AcceptedInPart, Rejected, Referred}

// Reply is what an addressee answered, as it came.
type Reply struct {
	ID        string    `json:"-"` // UUIDv7
	LetterID  string    `json:"-"`
	Addressee string    `json:"-"`
	CreatedAt time.Time `json:"-"`
	DecidedAt time.Time `json:"-"` // zero: nobody has confirmed where it came from
	Published bool      `json:"-"`
	FileHash  string    `json:"-"` // SHA-256 of the file that came with it, or ""

	ByLink     bool             `json:"by_link,omitempty"` // else it was recorded at the desk
	Lang       string           `json:"lang"`
	Text       string           `json:"text,omitempty"` // its own words
	On         map[string]Value `json:"on,omitempty"`   // by ask
	Office     string           `json:"office,omitempty"`
	Government string           `json:"government,omitempty"` // of the day
	Reference  string           `json:"reference,omitempty"`
	Date       Date             `json:"date"`
	Elsewhere  string           `json:"elsewhere,omitempty"` // the office that it says is the right one
	FileName   string           `json:"file_name,omitempty"`
	Confirmed  string           `json:"confirmed,omitempty"` // how one knows where it came from
	Item       string           `json:"item,omitempty"`      // ID of the record's item that it became
}

// MaxReply bounds an answer's words, in characters.
const MaxReply = 20_000

// Check holds an answer against the rules; asks are the keys of the letter's asks.
func (r *Reply) Check(asks []string, today time.Time) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrReply, fmt.Sprintf(format, args...))
	}
	switch {
	case r.Text == "" && r.FileHash == "" && len(r.On) == 0 && r.Elsewhere == "":
		return wrong("it says nothing")
	case r.Lang == "":
		return wrong("say which language it is in")
	case !r.Date.Valid():
		return wrong("%q is no date", r.Date)
	case string(r.Date) > today.UTC().AddDate(0, 0, 1).Format(time.DateOnly): // it is tomorrow somewhere
		return wrong("it lies in the future")
	case utf8.RuneCountInString(r.Text) > MaxReply:
		return wrong("at most %d characters", MaxReply)
	}
	for _, s := range []string{r.Office, r.Government, r.Reference, r.Elsewhere, r.FileName, r.Confirmed} {
		if utf8.RuneCountInString(s) > MaxTitle || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return wrong("a field is too long")
		}
	}
	if !utf8.ValidString(r.Text) || strings.ContainsRune(r.Text, 0) {
		return wrong("the text cannot be read")
	}
	for ask, v := range r.On {
		if !slices.Contains(asks, ask) || !slices.Contains(ReplyValues, v) {
			return wrong("nobody was asked that, or %q is no answer", v)
		}
	}
	return nil
}

// Items are what an answer becomes on the record: the answer as it was given, and
// where it puts each ask. page is its own address; before are the versions that the
// record has of the answer before, which this one corrects, nil for the first.
func (r *Reply) Items(id, page, by string, asks []string, before map[string]*Item) []*Item {
	source := Citation{URL: page, Title: r.Reference, Publisher: r.Office, Grade: Official, Confidence: Seen, SHA256: r.FileHash}
	put := func(i *Item) *Item {
		i.Version, i.RecordedBy, i.Addressee, i.Date, i.Citations = 1, by, r.Addressee, r.Date, []Citation{source}
		if old := before[i.ID]; old != nil {
			i.Version, i.Reason = old.Version+1, "The office answered again."
		}
		return i
	}
	text := r.Text
	if text == "" {
		text = r.FileName
	}
	if text == "" {
		text = r.Elsewhere
	}
	if text == "" {
		text = "—" // only the asks were ticked
	}
	items := []*Item{put(&Item{ID: id, Kind: Answer, Original: text, OriginalLang: r.Lang, Office: r.Office, Reference: r.Reference})}
	for _, ask := range asks {
		v := r.On[ask]
		if v == "" && r.Elsewhere != "" {
			v = Referred
		}
		if v == "" {
			v = Acknowledged // it came, and says nothing on this ask
		}
		as := id + "/" + ask
		for _, old := range before { // silence that was recorded is corrected: an answer came after all
			if old.Addressee == r.Addressee && old.Value == NoReply && len(old.Asks) == 1 && old.Asks[0] == ask {
				as = old.ID
			}
		}
		items = append(items, put(&Item{ID: as, Kind: Assessment, Asks: []string{ask}, Track: TrackAnswer, Value: v, Rubric: RubricVersion}))
	}
	return items
}

// Silent makes the verdict "no reply" on every ask. delivered tells whether delivery
// is proven, due is the day by which an answer was due, page the address of what
// shows the delivery. It fails with ErrNoReplyYet.
func Silent(record Record, addressee string, asks []string, delivered bool, due, page, id, by string, now time.Time) ([]*Item, error) {
	today := now.UTC().Format(time.DateOnly)
	if !delivered || due == "" || due >= today {
		return nil, ErrNoReplyYet
	}
	for _, i := range record.Newest() {
		if i.Addressee == addressee && (i.Kind == Answer || i.Kind == Assessment && i.Track == TrackAnswer) {
			return nil, ErrNoReplyYet
		}
	}
	var items []*Item
	for _, ask := range asks {
		items = append(items, &Item{
			ID: id + "/" + ask, Version: 1, Kind: Assessment, Addressee: addressee, Asks: []string{ask}, Date: Date(today), RecordedBy: by,
			Track: TrackAnswer, Value: NoReply, Rubric: RubricVersion, Citations: []Citation{{URL: page, Grade: Official, Confidence: Seen}},
		})
	}
	return items, nil
}
