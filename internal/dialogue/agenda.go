package dialogue

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pliego/internal/followup"
)

// Sentinel errors of the agenda.
var (
	ErrAgenda        = errors.New("an agenda item cannot be recorded so")
	ErrAgendaUnknown = errors.New("no such agenda item")
	ErrAgendaChanged = errors.New("the agenda item was changed meanwhile; look at it again")
)

// AgendaState is where an agenda item stands.
type AgendaState string

// The states of an agenda item.
const (
	Proposed AgendaState = "proposed"
	Agreed   AgendaState = "agreed" // by whom and where, a document shows
	UnderWay AgendaState = "under way"
	Done     AgendaState = "done"
	Dropped  AgendaState = "dropped" // for a reason
)

// AgendaStates are all of them.
var AgendaStates = []AgendaState{Proposed, Agreed, UnderWay, Done, Dropped}

// agendaMoves are the states that each state may be followed by.
var agendaMoves = map[AgendaState][]AgendaState{
	Proposed: {Agreed, Dropped},
	Agreed:   {UnderWay, Done, Dropped},
	UnderWay: {Done, Dropped, Agreed},
	Done:     {UnderWay}, // it turned out not to be
	Dropped:  {Proposed}, // it is put again
}

// Next are the states that may follow.
func (s AgendaState) Next() []AgendaState { return agendaMoves[s] }

// Proposer says whose an agenda item is.
type Proposer string

// The proposers.
const (
	Signatory Proposer = "signatory"
	Coalition Proposer = "coalition"
	State     Proposer = "state"
)

// Proposers are all of them.
var Proposers = []Proposer{Coalition, Signatory, State}

// AgendaItem is one version of a piece of work on an ask that was proposed or
// agreed. No row of it holds the name of a person.
type AgendaItem struct {
	ID         string    `json:"-"`
	Version    int       `json:"-"` // from 1
	LetterID   string    `json:"-"`
	RecordedAt time.Time `json:"-"`
	RecordedBy string    `json:"-"` // an account's ID, "pack:" and its key, or "signature"
	Reason     string    `json:"-"` // why this version follows the one before
	TakenDown  bool      `json:"-"`

	Ask        string            `json:"ask"`                 // key
	Addressee  string            `json:"addressee,omitempty"` // key of the one whose work it is; "" for all of them
	Forum      string            `json:"forum,omitempty"`     // key of the forum where it is or was put
	By         Proposer          `json:"by"`
	ByName     string            `json:"by_name,omitempty"` // of the coalition or State; never a person's
	Number     int64             `json:"number,omitempty"`  // of the signatory: the list gives the name as long as it stands
	Text       string            `json:"text"`              // in its own language, kept for ever
	Lang       string            `json:"lang"`
	Translated followup.Words    `json:"translated,omitempty"`
	Office     string            `json:"office,omitempty"` // in charge
	Due        followup.Date     `json:"due,omitempty"`
	Measure    followup.Words    `json:"measure,omitempty"` // by which both sides will know
	State      AgendaState       `json:"state"`
	Since      followup.Date     `json:"since"`               // when it came to this state
	AgreedBy   string            `json:"agreed_by,omitempty"` // who agreed to it
	Shown      followup.Citation `json:"shown,omitzero"`      // the provision or answer that shows what was agreed or done
}

// In is the item's text in a language, or its own words, and the language it is in.
func (a *AgendaItem) In(lang string) (text, is string) {
	if a.Lang == lang || a.Translated[lang] == "" {
		return a.Text, a.Lang
	}
	return a.Translated[lang], lang
}

// Bounds of an agenda item.
const (
	MaxAgendaText  = 4000 // bytes of its text, and of each translation
	MaxAgendaField = 400  // bytes of a short text
	MostAgenda     = 2000 // items of one letter
)

// Check holds an item against the rules; before is the version before it, nil for
// the first.
func (a *AgendaItem) Check(before *AgendaItem) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrAgenda, fmt.Sprintf(format, args...))
	}
	if before != nil && strings.TrimSpace(a.Reason) == "" {
		return wrong("say why it follows what was recorded before")
	}
	if a.TakenDown {
		return nil
	}
	switch {
	case a.Ask == "":
		return wrong("say which ask it is about")
	case strings.TrimSpace(a.Text) == "" || len(a.Text) > MaxAgendaText:
		return wrong("its text is missing, or longer than %d bytes", MaxAgendaText)
	case a.Lang == "":
		return wrong("say which language its text is in")
	case !slices.Contains(Proposers, a.By):
		return wrong("%q is nobody who proposes", a.By)
	case !slices.Contains(AgendaStates, a.State):
		return wrong("%q is no state", a.State)
	case !a.Since.Valid():
		return wrong("%q is no date", a.Since)
	case a.Due != "" && !a.Due.Valid():
		return wrong("%q is no date by which it is due", a.Due)
	case len(a.Office) > MaxAgendaField || len(a.AgreedBy) > MaxAgendaField || len(a.ByName) > MaxAgendaField:
		return wrong("a text is too long")
	}
	for _, w := range []followup.Words{a.Translated, a.Measure} {
		for _, text := range w {
			if len(text) > MaxAgendaText {
				return wrong("a text is too long")
			}
		}
	}
	if a.State == Agreed && (a.AgreedBy == "" || a.Shown.URL == "") {
		return wrong("what is agreed names who agreed, and the provision or answer that shows it")
	}
	if before == nil {
		if a.State == Dropped {
			return wrong("nothing begins as dropped")
		}
		return nil
	}
	if a.State != before.State && !slices.Contains(before.State.Next(), a.State) {
		return wrong("what is %s does not become %s", before.State, a.State)
	}
	return nil
}

// Agenda is every version of every item of a letter's agenda, oldest first.
type Agenda []*AgendaItem

// Newest gives the newest version of each item as known at a moment, in the order
// in which the items were first recorded; what was taken down since is left out.
func (a Agenda) Newest(known time.Time) []*AgendaItem {
	at := map[string]int{}
	var list []*AgendaItem
	gone := map[string]bool{}
	for _, i := range a {
		gone[i.ID] = i.TakenDown
		if i.RecordedAt.After(known) {
			continue
		}
		if n, ok := at[i.ID]; ok {
			list[n] = i
		} else {
			at[i.ID] = len(list)
			list = append(list, i)
		}
	}
	return slices.DeleteFunc(list, func(i *AgendaItem) bool { return gone[i.ID] || i.TakenDown })
}

// Versions are those of one item, oldest first.
func (a Agenda) Versions(id string) (list []*AgendaItem) {
	for _, i := range a {
		if i.ID == id {
			list = append(list, i)
		}
	}
	return list
}

// Slug is the part of the ID that names the item within its letter.
func (a *AgendaItem) Slug() string { return a.ID[strings.LastIndexByte(a.ID, '/')+1:] }
