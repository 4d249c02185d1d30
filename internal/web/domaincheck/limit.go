package domaincheck

import (
	"sync"
	"time"
)

// mostKeys bounds how many keys are remembered.
const mostKeys = 20_000

// limit counts checks by key within a span of time.
type limit struct {
	most int
	span time.Duration
	now  func() time.Time

	mu    sync.Mutex
	taken map[string][]time.Time
}

func newLimit(most int, span time.Duration, now func() time.Time) *limit {
	return &limit{most: most, span: span, now: now, taken: map[string][]time.Time{}}
}

// take counts one more for each key, unless one of them has had enough: then none
// is counted. With too many keys to remember nobody gets more.
func (l *limit) take(keys ...string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.taken)+len(keys) > mostKeys {
		for key := range l.taken {
			l.recent(key, now)
		}
		if len(l.taken)+len(keys) > mostKeys {
			return false
		}
	}
	for _, key := range keys {
		if len(l.recent(key, now)) >= l.most {
			return false
		}
	}
	for _, key := range keys {
		l.taken[key] = append(l.taken[key], now)
	}
	return true
}

// recent forgets what is older than the span, and gives the rest.
func (l *limit) recent(key string, now time.Time) []time.Time {
	list := l.taken[key]
	for len(list) > 0 && now.Sub(list[0]) >= l.span {
		list = list[1:]
	}
	if len(list) == 0 {
		delete(l.taken, key)
	} else {
		l.taken[key] = list
	}
	return list
}
