package review

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"pliego/internal/signature"
)

// A burst is many signatures in a short time, measured by a letter's own rate:
// what came in the last minutes, against what the last hours would lead one to
// expect. Both are counts that fade. A letter that stays popular makes its rate
// its own within an hour or two, and is no burst any more.
const (
	burstFade  = 10 * time.Minute
	ownFade    = 6 * time.Hour
	burstLeast = 50 // fewer in ten minutes are never a burst
	burstTimes = 5  // as many as the letter's own rate
)

// Being many does not make signatures doubtful: that is what a letter is for.
// So under Normal a burst only has those wait that were sent by a program,
// without the form's page; who signs on the page passes, however many do. Under
// Strict all that are confirmed during a burst wait.
type bursts struct {
	now     func() time.Time
	mu      sync.Mutex
	letters map[string]*rate
}

type rate struct {
	recent, own float64
	at          time.Time
}

func newBursts(now func() time.Time) *bursts {
	return &bursts{now: now, letters: map[string]*rate{}}
}

// add counts one more signature of a letter and tells how many came lately, and
// whether that is a burst.
func (b *bursts) add(letterID string) (recent int, burst bool) {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.letters[letterID]
	if r == nil {
		r = &rate{at: now}
		b.letters[letterID] = r
	}
	if passed := max(0, now.Sub(r.at)); passed > 0 {
		r.recent *= math.Exp(-float64(passed) / float64(burstFade))
		r.own *= math.Exp(-float64(passed) / float64(ownFade))
		r.at = now
	}
	r.recent++
	r.own++
	expected := r.own * float64(burstFade) / float64(ownFade)
	return int(r.recent), r.recent > burstLeast && r.recent > burstTimes*expected
}

func burstWithoutPage(forms *bursts) check {
	return func(_ context.Context, c signature.Case) (string, bool, error) {
		n, burst := forms.add(c.Letter.ID)
		if !burst || c.Filling.Page {
			return "", false, nil
		}
		return manyLately(n), true, nil
	}
}

func anyBurst(confirmed *bursts) check {
	return func(_ context.Context, c signature.Case) (string, bool, error) {
		n, burst := confirmed.add(c.Letter.ID)
		if !burst {
			return "", false, nil
		}
		return manyLately(n), true, nil
	}
}

func manyLately(n int) string { return fmt.Sprintf("about %d in ten minutes", n) }
