package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"pliego/internal/followup"
)

// Fate is what becomes of a row.
type Fate string

// The fates.
const (
	New       Fate = "new"
	Corrects  Fate = "corrects" // what is on record of it
	Unchanged Fate = "unchanged"
	Wrong     Fate = "wrong"
)

// Verdict is what becomes of a row, and why when it is wrong.
type Verdict struct {
	Fate Fate
	Err  error
}

// ErrReason says that a correction lacks its reason.
var ErrReason = errors.New("this differs from what is on record: say why in the column reason, or with --reason")

// Decide holds every row against the rules and against what is on record, and gives
// the versions that are to be written with a verdict for each row. offices and asks
// are the keys that the letter has. A row without an ID is a new item.
func Decide(t *Table, has followup.Record, offices, asks []string, by, reason string) (write []*followup.Item, verdicts []Verdict, err error) {
	newest := map[string]*followup.Item{}
	for _, i := range has {
		if n := newest[i.ID]; n == nil || n.Version < i.Version {
			newest[i.ID] = i
		}
	}
	seen := map[string]bool{}
	for _, r := range t.Rows {
		v := Verdict{Fate: Wrong, Err: r.Err}
		if v.Err == nil {
			if v.Fate, v.Err = decide(r.Item, newest, seen, offices, asks, reason); v.Err != nil {
				v.Fate = Wrong
			}
		}
		if v.Fate == New || v.Fate == Corrects {
			if r.Item.ID == "" {
				id, err := uuid.NewV7()
				if err != nil {
					return nil, nil, fmt.Errorf("name a new item: %w", err)
				}
				r.Item.ID = id.String()
			}
			r.Item.RecordedBy = by
			write = append(write, r.Item)
		}
		verdicts = append(verdicts, v)
	}
	return write, verdicts, nil
}

func decide(i *followup.Item, newest map[string]*followup.Item, seen map[string]bool, offices, asks []string, reason string) (Fate, error) {
	switch {
	case i.ID != "" && seen[i.ID]:
		return Wrong, fmt.Errorf("id %q stands in another row too", i.ID)
	case len(i.ID) > 200:
		return Wrong, fmt.Errorf("id: at most 200 characters")
	case !slices.Contains(offices, i.Addressee):
		return Wrong, fmt.Errorf("addressee: the letter is put to nobody with the key %q", i.Addressee)
	}
	for _, a := range i.Asks {
		if !slices.Contains(asks, a) {
			return Wrong, fmt.Errorf("asks: the letter has none with the key %q", a)
		}
	}
	seen[i.ID] = true
	i.Version = 1
	old := newest[i.ID]
	if i.ID == "" || old == nil {
		i.Reason = ""
		return New, i.Check()
	}
	if old.Kind != i.Kind {
		return Wrong, fmt.Errorf("kind: %s is on record as %s", i.ID, old.Kind)
	}
	// What the table does not hold stays.
	i.ByRule, i.Second = old.ByRule, old.Second
	i.Carry(old)
	if strings.TrimSpace(i.Reason) == "" {
		i.Reason = reason
	}
	same, err := alike(old, i)
	if err != nil {
		return Wrong, err
	}
	if same {
		return Unchanged, nil
	}
	if strings.TrimSpace(i.Reason) == "" {
		return Wrong, ErrReason
	}
	i.ByRule, i.Second, i.Version = false, "", old.Version+1 // it is a person's now, and nobody has confirmed it
	return Corrects, i.Check()
}

// alike tells whether two versions say the same.
func alike(a, b *followup.Item) (bool, error) {
	plain := func(i *followup.Item) ([]byte, error) {
		one := *i
		if len(one.Asks) == 0 {
			one.Asks = nil
		}
		return json.Marshal(&one)
	}
	x, err := plain(a)
	if err != nil {
		return false, err
	}
	y, err := plain(b)
	if err != nil {
		return false, err
	}
	return !a.TakenDown && a.Addressee == b.Addressee && string(x) == string(y), nil
}
