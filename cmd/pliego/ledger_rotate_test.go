package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pliego/internal/ledger"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// opened checks that the newest checkpoint is signed by the key that the history
// says, and gives it.
func opened(t *testing.T, s *site) (ledger.Checkpoint, string) {
	t.Helper()
	ctx := context.Background()
	size, signed, err := s.db.LatestCheckpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	history, err := s.db.KeyHistory(ctx)
	if err != nil {
		t.Fatal(err)
	}
	key, err := history.Signer(size)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ledger.OpenCheckpoint(key, signed)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.db.VerifyLog(ctx, c); err != nil {
		t.Error(err)
	}
	return c, key
}

func TestRotatedKeySignsWhatFollowsAlsoInARunningServer(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		place := placeOf(t, cfg)
		place.in(func(ctx context.Context, s *site) {
			grow(t, s, "a-letter", 3)
			first, firstKey := opened(t, s)
			out := place.must("ledger", "rotate")
			history, err := s.db.KeyHistory(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if len(history.Keys) != 2 || history.Keys[0] != firstKey || !strings.Contains(out, history.Keys[1]) {
				t.Fatalf("the history is %+v, and the command said %s", history, out)
			}
			changes, err := history.Follow(firstKey)
			if err != nil || len(changes) != 1 || changes[0].Size != first.Size || changes[0].Root != first.Root {
				t.Errorf("the statement is %+v, %v; the log was at %+v", changes, err, first)
			}
			c, key := opened(t, s)
			if key != history.Keys[1] || c.Size != first.Size+1 {
				t.Errorf("the change's own checkpoint is %+v by %s", c, key)
			}
			openings, err := s.db.LogOpenings(ctx, 0)
			if err != nil {
				t.Fatal(err)
			}
			if record := string(openings[first.Size].Record); !strings.Contains(record, "pliego-log-key/1") || !strings.Contains(record, history.Keys[1]) {
				t.Errorf("the entry of the change opens to %s", record)
			}
			// s still holds the old key; it takes the new one up.
			grow(t, s, "a-letter", 8)
			if c, key = opened(t, s); key != history.Keys[1] || c.Size != first.Size+6 {
				t.Errorf("after it %+v by %s", c, key)
			}
			place.must("ledger", "rotate")
			grow(t, s, "a-letter", 9)
			if history, err = s.db.KeyHistory(ctx); err != nil || len(history.Keys) != 3 {
				t.Errorf("the history is %+v, %v", history, err)
			}
			if _, key = opened(t, s); key != history.Keys[2] {
				t.Errorf("signed by %s", key)
			}
		})
		// The keys that went are kept, and all goes on from the folder.
		kept, err := filepath.Glob(filepath.Join(place.flags.keyFolder(), "ledger-*.key"))
		if err != nil || len(kept) != 2 {
			t.Errorf("kept are %q, %v", kept, err)
		}
		place.in(func(_ context.Context, s *site) { grow(t, s, "a-letter", 10); opened(t, s) })
	})
}

func TestChangeOfKeysThatWasBrokenOffIsEnded(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		place := placeOf(t, cfg)
		file := place.flags.ledgerKeyFile()
		var old, next *ledger.Key
		place.in(func(ctx context.Context, s *site) {
			grow(t, s, "a-letter", 3)
			old = s.key
			var err error
			if next, err = ledger.NextKey(file, s.key); err != nil {
				t.Fatal(err)
			}
		})
		// Before the store switched: the old key signs, and the next try takes the
		// key that waits.
		place.in(func(ctx context.Context, s *site) {
			if s.key.Verifier() != old.Verifier() {
				t.Error("a key that waits signs")
			}
			if _, err := ledger.Rotate(ctx, s.db, s.key, next, s.signing.Now()); err != nil {
				t.Fatal(err)
			}
			if _, err := ledger.Rotate(ctx, s.db, s.key, next, s.signing.Now()); err == nil {
				t.Error("the key changes twice")
			}
		})
		// After it: whoever opens the store puts the new key in its place.
		place.in(func(ctx context.Context, s *site) {
			if s.key.Verifier() != next.Verifier() {
				t.Errorf("the key is %s", s.key.Verifier())
			}
			grow(t, s, "a-letter", 4)
			opened(t, s)
		})
		// Without the key that signs nothing starts, and nothing is made up.
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		kept, err := filepath.Glob(filepath.Join(place.flags.keyFolder(), "ledger-*.key"))
		if err != nil || len(kept) != 1 {
			t.Fatalf("kept are %q, %v", kept, err)
		}
		if err := os.Rename(kept[0], file); err != nil {
			t.Fatal(err)
		}
		place.refused("bring back the key folder", "ledger", "rotate")
	})
}
