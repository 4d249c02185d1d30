package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"pliego/internal/ledger"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// published are the checkpoints that a reader has seen, by their size.
type published map[int64]string

// see notes the newest checkpoint. One that a reader has seen never changes, and
// none that is older comes after it.
func (p published) see(t testing.TB, db *store.DB) {
	t.Helper()
	size, signed, err := db.LatestCheckpoint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if size < 0 {
		return
	}
	if old, ok := p[size]; ok && old != string(signed) {
		t.Errorf("two checkpoints of size %d were published:\n%s\n%s", size, old, signed)
	}
	if newest := slices.Max(append(slices.Collect(maps.Keys(p)), 0)); size < newest {
		t.Errorf("a checkpoint of size %d was published after one of %d", size, newest)
	}
	p[size] = string(signed)
}

// whole checks that the log is consistent and complete, that numbers have no gap,
// and that each published checkpoint is of a tree that the log's own begins with.
func (h *house) whole(p published) {
	h.Helper()
	ctx := context.Background()
	newest, _ := h.latest()
	h.must(h.db.VerifyLog(ctx, newest))
	head, err := h.db.LogHead(ctx)
	h.must(err)
	if newest.Size != head.Size {
		h.Errorf("the newest checkpoint is of size %d, and the log has %d entries", newest.Size, head.Size)
	}
	if waiting, _, err := h.db.OldestPending(ctx); err != nil || waiting > 0 {
		h.Errorf("%d entries wait, %v", waiting, err)
	}
	if wrong, err := h.db.Miscounted(ctx); err != nil || len(wrong) > 0 {
		h.Errorf("counts and rows differ for %q, %v", wrong, err)
	}
	for size, signed := range p {
		c, err := ledger.OpenCheckpoint(h.key.Verifier(), []byte(signed))
		h.must(err)
		root, err := ledger.RootAt(size, func(id ledger.TileID) ([]byte, error) {
			members := head.Size >> (ledger.TileHeight * id.Level)
			width := int(min(ledger.TileWidth, members-id.N*ledger.TileWidth))
			return h.db.LogTile(ctx, ledger.Tile{Level: id.Level, N: id.N, Width: width})
		})
		h.must(err)
		if root != c.Root || c.Size != size {
			h.Errorf("the checkpoint of size %d was published with root %s, and the log had %s there", size, c.Root, root)
		}
	}
	l, err := h.db.LetterBySlug(ctx, "first-letter")
	h.must(err)
	leaves, err := h.db.SignatureLeaves(ctx, l.ID, 1, 1<<40)
	h.must(err)
	if int64(len(leaves)) != l.Counts.Highest {
		h.Errorf("%d signatures have a number, the highest is %d", len(leaves), l.Counts.Highest)
	}
	last := int64(-1)
	for number := int64(1); number <= l.Counts.Highest; number++ {
		leaf, ok := leaves[number]
		if !ok || leaf <= last {
			h.Errorf("number %d has leaf %d after %d", number, leaf, last)
		}
		last = leaf
	}
}

var errCrash = errors.New("crashed here")

// crashing is a store that fails at one point, counted over all its calls.
type crashing struct {
	ledger.SequencerStore
	left  int    // calls to go before the crash
	point string // where it came
}

// at says whether to crash at a point.
func (c *crashing) at(point string) error {
	if c.left--; c.left != 0 {
		return nil
	}
	c.point = point
	return fmt.Errorf("%s: %w", point, errCrash)
}

// around runs a call with a point before and one after it.
func (c *crashing) around(name string, call func() error) error {
	if err := c.at("before " + name); err != nil {
		return err
	}
	if err := call(); err != nil {
		return err
	}
	return c.at("after " + name)
}

func (c *crashing) SequenceStep(ctx context.Context, now time.Time, fn func(ledger.Step) error) error {
	return c.around("the transaction", func() error {
		return c.SequencerStore.SequenceStep(ctx, now, func(s ledger.Step) error { return fn(crashingStep{c, s}) })
	})
}

func (c *crashing) LogHead(ctx context.Context) (h ledger.Head, err error) {
	return h, c.around("LogHead", func() error { h, err = c.SequencerStore.LogHead(ctx); return err })
}

func (c *crashing) LogEdge(ctx context.Context, size int64) (edge map[int][]byte, err error) {
	return edge, c.around("LogEdge", func() error { edge, err = c.SequencerStore.LogEdge(ctx, size); return err })
}

func (c *crashing) LatestCheckpoint(ctx context.Context) (size int64, signed []byte, err error) {
	return size, signed, c.around("LatestCheckpoint", func() error { size, signed, err = c.SequencerStore.LatestCheckpoint(ctx); return err })
}

func (c *crashing) StoreCheckpoint(ctx context.Context, head ledger.Head, signed []byte, at time.Time) error {
	return c.around("StoreCheckpoint of the head", func() error { return c.SequencerStore.StoreCheckpoint(ctx, head, signed, at) })
}

type crashingStep struct {
	c *crashing
	s ledger.Step
}

func (s crashingStep) Head() (h ledger.Head, err error) {
	return h, s.c.around("Head", func() error { h, err = s.s.Head(); return err })
}

func (s crashingStep) Pending(limit int) (list []ledger.Pending, err error) {
	return list, s.c.around("Pending", func() error { list, err = s.s.Pending(limit); return err })
}

func (s crashingStep) Edge(size int64) (edge map[int][]byte, err error) {
	return edge, s.c.around("Edge", func() error { edge, err = s.s.Edge(size); return err })
}

func (s crashingStep) Claim(head ledger.Head, size int64) (won bool, err error) {
	return won, s.c.around("Claim", func() error { won, err = s.s.Claim(head, size); return err })
}

func (s crashingStep) Place(first int64, entries []ledger.Pending, tiles map[ledger.TileID][]byte) error {
	return s.c.around("Place", func() error { return s.s.Place(first, entries, tiles) })
}

func (s crashingStep) StoreCheckpoint(size int64, signed []byte, at time.Time) error {
	return s.c.around("StoreCheckpoint", func() error { return s.s.StoreCheckpoint(size, signed, at) })
}

// A crash at each point of the sequence in turn.
func TestCrashAtAnyPointLeavesTheLogWhole(t *testing.T) {
	for name, c := range map[string]struct {
		act    func(*ledger.Sequencer, context.Context) error
		points []string
		// unsigned: no checkpoint was published before, as in a new store.
		unsigned bool
	}{
		"sequencing": {(*ledger.Sequencer).SequenceAll, []string{"the transaction", "Head", "Pending", "Claim", "Edge", "Place", "StoreCheckpoint"}, false},
		"signing":    {(*ledger.Sequencer).SignHead, []string{"LogHead", "LatestCheckpoint", "LogEdge", "StoreCheckpoint of the head"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
				ctx := context.Background()
				h := newHouse(t, cfg)
				h.sequence()
				seen, points := published{}, map[string]bool{}
				for n, crashed := 1, true; crashed; n++ {
					if c.unsigned {
						seen = published{}
						h.must(h.db.Write(ctx, func(tx *store.Tx) error {
							_, err := tx.Exec(`DELETE FROM checkpoint`)
							return err
						}))
					} else {
						h.printed("first-letter", 5)
					}
					failing := &crashing{SequencerStore: h.db, left: n}
					err := c.act(&ledger.Sequencer{Store: failing, Key: h.key, Batch: 3}, ctx)
					if crashed = failing.left <= 0; crashed != errors.Is(err, errCrash) {
						t.Fatalf("crash %d: %v", n, err)
					}
					points[failing.point] = true
					seen.see(t, h.db)
					if n%9 == 0 { // start anew
						h.must(h.db.Close())
						h.open()
						seen.see(t, h.db)
					}
					h.sequence()
					seen.see(t, h.db)
					h.whole(seen)
				}
				for _, name := range c.points {
					if !points["before "+name] || !points["after "+name] {
						t.Errorf("nothing crashed around %s", name)
					}
				}
			})
		})
	}
}

// Two at once, as two processes would: one wins each time, and nothing forks.
func TestRivalSequencersForkNothing(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := context.Background()
		h := newHouse(t, cfg)
		done := make(chan struct{})
		var rivals sync.WaitGroup
		for range 2 {
			seq := &ledger.Sequencer{Store: storetest.Open(t, cfg), Key: h.key, Batch: 4}
			rivals.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if _, err := seq.Sequence(ctx); err != nil && !errors.Is(err, ledger.ErrLost) {
						t.Error(err)
						return
					}
					if err := seq.SignHead(ctx); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		seen := published{}
		for range 20 {
			h.printed("first-letter", 10)
			seen.see(t, h.db)
		}
		until(t, "everything has its place", func() bool {
			seen.see(t, h.db)
			waiting, _, err := h.db.OldestPending(ctx)
			h.must(err)
			return waiting == 0
		})
		close(done)
		rivals.Wait()
		h.whole(seen)
		if len(seen) < 5 {
			t.Errorf("only %d checkpoints were seen", len(seen))
		}
	})
}

const childKey = "PLIEGO_STORE_TEST_KEY"

// sequenceForever is a process that sequences what waits in small batches, and says
// so after each.
func sequenceForever(cfg store.Config) error {
	cfg.Migrations = nil
	db, err := store.Open(context.Background(), cfg)
	if err != nil {
		return err
	}
	key, err := ledger.LoadOrCreateKey(os.Getenv(childKey), false)
	if err != nil {
		return err
	}
	seq := &ledger.Sequencer{Store: db, Key: key, Batch: 2}
	for {
		n, err := seq.Sequence(context.Background())
		if err != nil && !errors.Is(err, ledger.ErrLost) {
			return err
		}
		if n > 0 {
			fmt.Println("placed", n)
		} else {
			time.Sleep(time.Millisecond)
		}
	}
}

// Two processes sequence one store; both are killed at any moment, again and again.
func TestKilledSequencersLeaveTheLogWhole(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		h := newHouse(t, cfg)
		h.sequence()
		seen := published{}
		for range 3 {
			var running sync.WaitGroup
			for range 2 {
				cmd := child(t, "sequence", cfg, 0)
				cmd.Env = append(cmd.Env, childKey+"="+h.keyFile)
				stdout, err := cmd.StdoutPipe()
				h.must(err)
				h.must(cmd.Start())
				kill := rand.IntN(12)
				running.Go(func() {
					lines := bufio.NewScanner(stdout)
					for n := 0; lines.Scan(); n++ {
						if n == kill {
							time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
							if err := cmd.Process.Kill(); err != nil {
								t.Error(err)
							}
						}
					}
					if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
						t.Errorf("the child was not killed: %v", err)
					}
				})
			}
			gone := make(chan struct{})
			go func() { running.Wait(); close(gone) }()
			for alive := true; alive; {
				select {
				case <-gone:
					alive = false
				default:
					h.printed("first-letter", 6)
				}
				seen.see(t, h.db)
			}
		}
		h.sequence()
		seen.see(t, h.db)
		h.whole(seen)
	})
}

func TestFirstCheckpointIsOfTheEmptyLog(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		h := &house{TB: t, cfg: cfg, keyFile: t.TempDir() + "/ledger.key"}
		var err error
		h.key, err = ledger.LoadOrCreateKey(h.keyFile, true)
		h.must(err)
		h.open()
		h.must(h.db.InitLog(context.Background(), h.key.Name(), h.key.Verifier()))
		h.must(h.seq.SignHead(context.Background()))
		c, _ := h.latest()
		empty, err := tlog.TreeHash(0, nil)
		h.must(err)
		if c.Size != 0 || c.Root != empty {
			t.Errorf("it is %+v", c)
		}
	})
}
