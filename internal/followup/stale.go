package followup

import "time"

// StaleAfter is after how long a cell that nobody touched is marked.
const StaleAfter = 365 * 24 * time.Hour

// Look is somebody's word at the desk that nothing has changed in a cell since.
type Look struct {
	Cell
	At time.Time
	By string // account
}

// Touched tells when somebody last recorded anything of each cell, or looked and
// found nothing changed. Cells that nobody ever touched are not in it: they stand
// at their defaults, which grow no older.
func (r Record) Touched(asks []string, looks []Look) map[Cell]time.Time {
	touched := map[Cell]time.Time{}
	touch := func(at Cell, when time.Time) {
		if when.After(touched[at]) {
			touched[at] = when
		}
	}
	about := map[string][]string{} // of what was taken down nothing is left to say it
	for _, i := range r {
		if i.TakenDown {
			continue
		}
		about[i.ID] = i.Asks
		for _, ask := range asks {
			if i.About(ask) {
				touch(Cell{i.Addressee, ask}, i.RecordedAt)
			}
		}
	}
	for _, i := range r {
		if !i.TakenDown {
			continue
		}
		for _, ask := range asks {
			if (&Item{Asks: about[i.ID]}).About(ask) {
				touch(Cell{i.Addressee, ask}, i.RecordedAt)
			}
		}
	}
	for _, l := range looks {
		touch(l.Cell, l.At)
	}
	return touched
}

// Stale tells whether a cell that was touched then is to be looked at anew.
func Stale(touched, now time.Time) bool {
	return !touched.IsZero() && now.Sub(touched) > StaleAfter
}
