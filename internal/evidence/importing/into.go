package importing

import (
	"context"
	"errors"
	"io"
	"time"

	"pliego/internal/evidence"
)

// Store is what an import needs of the store.
type Store interface {
	// AddObservations adds figures in one durable step and tells the fate of
	// each, in their order. Values that stand there stay unless replace is
	// asked; with dry nothing is written. Sources that are not there yet come
	// with it.
	AddObservations(ctx context.Context, sources []evidence.Source, list []evidence.Observation, replace, dry bool, now time.Time) ([]evidence.Fate, error)
}

// Verdict is what became of one figure of a file.
type Verdict struct {
	Figure
	Fate evidence.Fate // "" when it has a Problem or was passed over
}

// Tally counts verdicts.
type Tally struct {
	Fates  map[evidence.Fate]int
	Bad    int
	Passed int
}

// chunk is how many figures go into one step: enough to write a series once,
// few enough to hold the store for a moment only.
const chunk = 100_000

// Into adds the figures of a file to the store, chunk by chunk, and tells the
// verdict of each. An import that stopped goes on when it is run again.
func (f *File) Into(ctx context.Context, s Store, replace, dry bool, now time.Time, tell func(Verdict)) (Tally, error) {
	t := Tally{Fates: map[evidence.Fate]int{}}
	var waiting []Figure
	flush := func() error {
		if len(waiting) == 0 {
			return nil
		}
		list := make([]evidence.Observation, len(waiting))
		used := map[string]bool{}
		for i, w := range waiting {
			list[i] = w.Observation
			used[w.Observation.Source] = true
		}
		var sources []evidence.Source
		for key := range used {
			if described, ok := f.sources[key]; ok {
				sources = append(sources, described)
			}
		}
		fates, err := s.AddObservations(ctx, sources, list, replace, dry, now)
		if err != nil {
			return err
		}
		for i, w := range waiting {
			t.Fates[fates[i]]++
			tell(Verdict{w, fates[i]})
		}
		waiting = waiting[:0]
		return nil
	}
	for {
		if err := ctx.Err(); err != nil {
			return t, err
		}
		next, err := f.Next()
		if errors.Is(err, io.EOF) {
			return t, flush()
		}
		if err != nil {
			return t, errors.Join(flush(), err)
		}
		switch {
		case next.Problem != "":
			t.Bad++
			tell(Verdict{Figure: next})
		case next.Passed != "":
			t.Passed++
			tell(Verdict{Figure: next})
		default:
			if waiting = append(waiting, next); len(waiting) == chunk {
				if err := flush(); err != nil {
					return t, err
				}
			}
		}
	}
}
