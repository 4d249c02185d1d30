package followup

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Record is everything that was ever recorded about one letter: every version of
// every item, in any order.
type Record []*Item

// Newest gives the newest version of every item that was not taken down, in the
// order in which the items were first recorded.
func (r Record) Newest() []*Item {
	at := map[string]int{}
	var list []*Item
	for _, i := range r {
		n, ok := at[i.ID]
		switch {
		case !ok:
			at[i.ID] = len(list)
			list = append(list, i)
		case list[n].Version < i.Version:
			list[n] = i
		}
	}
	return slices.DeleteFunc(list, func(i *Item) bool { return i.TakenDown })
}

// TakeDown makes the version that leaves a stub of an item. It fails with ErrUnknown
// for one that is not there, or is taken down already.
func (r Record) TakeDown(id, reason, by string) (*Item, error) {
	for _, i := range r.Newest() {
		if i.ID == id {
			return &Item{ID: id, Version: i.Version + 1, Kind: i.Kind, Addressee: i.Addressee, Reason: reason, RecordedBy: by, TakenDown: true}, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrUnknown, id)
}

// Cell is one ask and one addressee: the unit of the follow-up.
type Cell struct{ Addressee, Ask string }

// Verdict is where a track of a cell stands.
type Verdict struct {
	Value Value
	Item  *Item // the assessment; nil while the track stands at its default
}

// CellStanding is a cell on a day.
type CellStanding struct {
	Tracks     map[Track]Verdict
	Toward     int     // verified actions, as are the next two
	Against    int     //
	Mixed      int     //
	Unverified int     // actions that count toward nothing
	Items      []*Item // all that concerns the cell, newest first
	Newest     Date    // of the items; "" without any
}

// Standing is the record as it stood on a day, as far as it was known on another.
type Standing struct {
	On, Known time.Time
	items     []*Item
	versions  map[string][]*Item // of each item, as far as known, oldest first
}

// As draws the record as it stood at the end of the day on, as it was known at
// the moment known. What was taken down since is a stub in every such drawing.
func (r Record) As(on, known time.Time) *Standing {
	s := &Standing{On: on, Known: known, versions: map[string][]*Item{}}
	stubs := map[string]*Item{} // the newest version of all, when it takes the item down
	newest := map[string]int{}
	for _, i := range r {
		if i.Version > newest[i.ID] {
			newest[i.ID] = i.Version
			delete(stubs, i.ID)
			if i.TakenDown {
				stubs[i.ID] = i
			}
		}
		if !i.RecordedAt.After(known) {
			s.versions[i.ID] = append(s.versions[i.ID], i)
		}
	}
	for id, versions := range s.versions {
		slices.SortFunc(versions, func(a, b *Item) int { return cmp.Compare(a.Version, b.Version) })
		shown := versions[len(versions)-1]
		if stub := stubs[id]; stub != nil {
			first := *versions[0]
			shown = &Item{ID: id, Version: stub.Version, LetterID: first.LetterID, Kind: first.Kind, Addressee: first.Addressee, Asks: first.Asks,
				Date: first.Date, RecordedAt: stub.RecordedAt, RecordedBy: stub.RecordedBy, Reason: stub.Reason, TakenDown: true}
			s.versions[id] = []*Item{shown}
		}
		if shown.Date.By(on, shown.RecordedAt) {
			s.items = append(s.items, shown)
		}
	}
	slices.SortFunc(s.items, newestFirst)
	return s
}

// newestFirst orders items by when they happened, then by ID.
func newestFirst(a, b *Item) int {
	return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(a.ID, b.ID))
}

// Items are all items, newest first.
func (s *Standing) Items() []*Item { return s.items }

// Versions are the versions of an item as far as known, oldest first.
func (s *Standing) Versions(id string) []*Item { return s.versions[id] }

// Cells draws every cell that something was recorded about; the others stand at
// their defaults: see Empty.
func (s *Standing) Cells(asks []string) map[Cell]*CellStanding {
	cells := map[Cell]*CellStanding{}
	for _, i := range s.items {
		for _, ask := range asks {
			if !i.About(ask) {
				continue
			}
			at := Cell{i.Addressee, ask}
			c := cells[at]
			if c == nil {
				c = Empty()
				cells[at] = c
			}
			c.add(i)
		}
	}
	return cells
}

// Empty is a cell that nothing was recorded about.
func Empty() *CellStanding {
	c := &CellStanding{Tracks: make(map[Track]Verdict, len(Tracks))}
	for _, t := range Tracks {
		c.Tracks[t] = Verdict{Value: t.Default()}
	}
	return c
}

// add takes an item into a cell; they come newest first.
func (c *CellStanding) add(i *Item) {
	c.Items = append(c.Items, i)
	if i.TakenDown {
		return
	}
	if c.Newest == "" {
		c.Newest = i.Date
	}
	switch i.Kind {
	case Assessment:
		if c.Tracks[i.Track].Item == nil {
			c.Tracks[i.Track] = Verdict{i.Value, i}
		}
	case Action:
		switch {
		case !i.Verified():
			c.Unverified++
		case i.Direction == Toward:
			c.Toward++
		case i.Direction == Against:
			c.Against++
		default:
			c.Mixed++
		}
	}
}
