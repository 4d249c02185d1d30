package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"pliego/internal/followup"
	"pliego/internal/letter"
)

// records keeps the records of the letters that were asked for last, each as of
// a version of its letter: drawing them on another day reads nothing anew.
type records struct {
	mu   sync.Mutex
	kept map[string]keptRecord // by letter ID
}

type keptRecord struct {
	version int64
	record  followup.Record
}

// mostRecords bounds the letters whose record is kept in memory.
const mostRecords = 32

// recordOf reads a letter's record, or gives the one kept.
func (s *Site) recordOf(ctx context.Context, l *letter.Letter) (followup.Record, error) {
	s.records.mu.Lock()
	kept, ok := s.records.kept[l.ID]
	s.records.mu.Unlock()
	if ok && kept.version == l.Version {
		return kept.record, nil
	}
	record, err := s.store.RecordOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	s.records.mu.Lock()
	defer s.records.mu.Unlock()
	if s.records.kept == nil || len(s.records.kept) >= mostRecords {
		s.records.kept = map[string]keptRecord{}
	}
	s.records.kept[l.ID] = keptRecord{l.Version, record}
	return record, nil
}

// twoDays are the two days of a drawing: as things stood on one, as known on the
// other.
type twoDays struct {
	on, known time.Time
	typed     struct{ on, known string } // as the address has them; "" for today
	wrong     bool                       // one of them is no date
}

// daysOf reads ?on= and ?known=. A day means its end.
func (s *Site) daysOf(r *http.Request) twoDays {
	now := s.now()
	d := twoDays{on: now, known: now}
	q := r.URL.Query()
	read := func(name string, into *time.Time, typed *string) {
		*typed = excerpt(q.Get(name), 20)
		if *typed == "" {
			return
		}
		day, ok := isoDate(*typed)
		if !ok {
			d.wrong = true
			return
		}
		*into = day.AddDate(0, 0, 1).Add(-time.Millisecond)
	}
	read("on", &d.on, &d.typed.on)
	read("known", &d.known, &d.typed.known)
	return d
}

// query carries the days from page to page.
func (d twoDays) query() string {
	switch {
	case d.wrong, d.typed.on == "" && d.typed.known == "":
		return ""
	case d.typed.known == "":
		return "?on=" + d.typed.on
	case d.typed.on == "":
		return "?known=" + d.typed.known
	}
	return "?on=" + d.typed.on + "&known=" + d.typed.known
}

// askKeys are the keys of what a text asks, in its order.
func askKeys(t letter.Text) []string {
	keys := make([]string, len(t.Asks))
	for i, a := range t.Asks {
		keys[i] = a.Key
	}
	return keys
}
