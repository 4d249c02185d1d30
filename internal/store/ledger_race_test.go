package store_test

import (
	"context"
	"testing"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/store/storetest"
)

// betweenSteps is a store whose sequencer is held up after it read what waits.
type betweenSteps struct {
	ledger.SequencerStore
	afterPending func()
}

func (b betweenSteps) SequenceStep(ctx context.Context, now time.Time, fn func(ledger.Step) error) error {
	return b.SequencerStore.SequenceStep(ctx, now, func(s ledger.Step) error { return fn(heldStep{s, b.afterPending}) })
}

type heldStep struct {
	ledger.Step
	afterPending func()
}

func (s heldStep) Pending(limit int) ([]ledger.Pending, error) {
	list, err := s.Step.Pending(limit)
	s.afterPending()
	return list, err
}

// On SQLite there is one writer, and nothing comes between.
func TestErasureThatComesBetweenTheSequencersStepsHolds(t *testing.T) {
	ctx := context.Background()
	h := newHouse(t, storetest.Postgres(t))
	h.sequence()
	own, id := h.sign("first-letter", "Leaves at once")
	withdrawn := false
	seq := &ledger.Sequencer{Key: h.key, Store: betweenSteps{h.db, func() {
		if !withdrawn {
			withdrawn = true
			_, err := h.signing.Withdraw(ctx, own)
			h.must(err)
		}
	}}}
	h.must(seq.SequenceAll(ctx))
	l, err := h.db.LetterBySlug(ctx, "first-letter")
	h.must(err)
	leaves, err := h.db.SignatureLeaves(ctx, l.ID, 1, 10)
	h.must(err)
	openings, err := h.db.LogOpenings(ctx, 0)
	h.must(err)
	if o := openings[leaves[h.number(id)]]; !o.Erased {
		t.Errorf("the erased opening came back: %s", o.Record)
	}
	if wrong, err := h.db.Miscounted(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("counts and rows differ for %q, %v", wrong, err)
	}
}
