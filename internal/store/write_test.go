package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

var errRefused = errors.New("refused")

func TestWriteKeepsWhatItAnswered(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		mustWrite(t, db, func(tx *store.Tx) error {
			// Placeholders are numbered, not counted.
			if _, err := tx.Exec("INSERT INTO item (n, id) VALUES ($2, $1)", "a", 7); err != nil {
				return err
			}
			var n int
			if err := tx.QueryRow("SELECT n FROM item WHERE id = $1 AND $1 = id", "a").Scan(&n); err != nil {
				return err
			}
			if n != 7 {
				return fmt.Errorf("n is %d inside the transaction, want 7", n)
			}
			return nil
		})
		wantItems(t, db, "a")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		wantItems(t, storetest.Open(t, cfg), "a")
	})
}

func TestErrorUndoesOnlyItself(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		cfg.Writers = 1
		db := storetest.Open(t, cfg)
		release := hold(t, db)
		before := start(t, db, context.Background(), put("before"))
		failing := start(t, db, context.Background(), func(tx *store.Tx) error {
			if err := put("undone")(tx); err != nil {
				return err
			}
			return errRefused
		})
		conflict := start(t, db, context.Background(), put("before"))
		panicking := start(t, db, context.Background(), func(tx *store.Tx) error {
			if err := put("undone too")(tx); err != nil {
				return err
			}
			panic(errRefused)
		})
		after := start(t, db, context.Background(), put("after"))
		release()
		if err := <-before; err != nil {
			t.Errorf("the write before: %v", err)
		}
		if err := <-failing; !errors.Is(err, errRefused) {
			t.Errorf("the failing write: %v, want its own error", err)
		}
		if err := <-conflict; !isUnique(err) {
			t.Errorf("the conflicting write: %v, want a unique violation", err)
		}
		var p *store.PanicError
		if err := <-panicking; !errors.As(err, &p) || !errors.Is(err, errRefused) || !strings.Contains(string(p.Stack), "write_test.go") {
			t.Errorf("the panicking write: %v, want a PanicError with its value and stack", err)
		}
		if err := <-after; err != nil {
			t.Errorf("the write after: %v", err)
		}
		wantItems(t, db, "before", "after")
	})
}

func TestCallerWhoLeftWhileQueuedIsSkipped(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		cfg.Writers = 1
		db := storetest.Open(t, cfg)
		release := hold(t, db)
		ctx, cancel := context.WithCancel(context.Background())
		left := start(t, db, ctx, put("left"))
		stayed := start(t, db, context.Background(), put("stayed"))
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v, want context.Canceled", err)
		}
		release()
		if err := <-stayed; err != nil {
			t.Errorf("who stayed got %v", err)
		}
		wantItems(t, db, "stayed")
	})
}

func TestCallerWhoLeavesWhileRunningGetsTheTruth(t *testing.T) {
	type key struct{}
	for _, want := range []error{nil, errRefused} {
		t.Run(fmt.Sprint(want), func(t *testing.T) {
			each(t, func(t *testing.T, cfg store.Config) {
				cfg.Writers = 1
				db := storetest.Open(t, cfg)
				release := hold(t, db)
				ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "kept"))
				before := start(t, db, context.Background(), put("before"))
				leaving := start(t, db, ctx, func(tx *store.Tx) error {
					if err := put("leaving")(tx); err != nil {
						return err
					}
					cancel()
					if err := tx.Context().Err(); err != nil {
						return fmt.Errorf("the caller's cancellation reached the function: %w", err)
					}
					if tx.Context().Value(key{}) != "kept" {
						return errors.New("the caller's values did not reach the function")
					}
					if _, err := tx.Exec("UPDATE item SET n = 1 WHERE id = $1", "leaving"); err != nil {
						return err
					}
					return want
				})
				after := start(t, db, context.Background(), put("after"))
				release()
				if err := errors.Join(<-before, <-after); err != nil {
					t.Errorf("somebody else was hurt: %v", err)
				}
				kept := []string{"before", "after"}
				if want == nil {
					kept = append(kept, "leaving")
				}
				if err := <-leaving; !errors.Is(err, want) {
					t.Errorf("who left got %v, want %v", err, want)
				}
				wantItems(t, db, kept...)
			})
		})
	}
}

func TestCancelledContextWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := db.Write(ctx, put("x")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		wantItems(t, db)
	})
}

func TestFullQueueIsBusyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		cfg.Writers, cfg.Queue = 1, 3
		db := storetest.Open(t, cfg)
		release := hold(t, db)
		var waiting []<-chan error
		for i := range cfg.Queue {
			waiting = append(waiting, start(t, db, context.Background(), put(name(i))))
		}
		if err := db.Write(context.Background(), put("too many")); !errors.Is(err, store.ErrBusy) {
			t.Errorf("one too many got %v, want ErrBusy", err)
		}
		release()
		for _, answer := range waiting {
			if err := <-answer; err != nil {
				t.Errorf("one that had its place: %v", err)
			}
		}
		wantItems(t, db, name(0), name(1), name(2))
		mustWrite(t, db, put("later")) // there is room again
	})
}

func TestCloseFinishesWhatWasAccepted(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		cfg.Writers = 1
		db := storetest.Open(t, cfg)
		release := hold(t, db)
		a, b := start(t, db, context.Background(), put("a")), start(t, db, context.Background(), put("b"))
		closed := make(chan error, 1)
		go func() { closed <- db.Close() }()
		until(t, "the store refuses new writes", func() bool {
			ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
			defer cancel()
			return errors.Is(db.Write(ctx, func(*store.Tx) error { return errRefused }), store.ErrClosed)
		})
		release()
		if err := errors.Join(<-a, <-b, <-closed); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("closing again: %v", err)
		}
		if err := db.Read(context.Background(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
			t.Errorf("reading a closed store: %v, want ErrClosed", err)
		}
		wantItems(t, storetest.Open(t, cfg), "a", "b")
	})
}

func TestWriteTimeoutFreesTheWriter(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		cfg.Writers, cfg.WriteTimeout = 1, 20*time.Millisecond
		db := storetest.Open(t, cfg)
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			if err := put("slow")(tx); err != nil {
				return err
			}
			<-tx.Context().Done()
			return put("slower")(tx)
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want context.DeadlineExceeded", err)
		}
		wantItems(t, db)
		mustWrite(t, db, put("next"))
		wantItems(t, db, "next")
	})
}

func TestRunawayStatementIsInterrupted(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		cfg.Writers, cfg.WriteTimeout = 1, 50*time.Millisecond
		db := storetest.Open(t, cfg)
		release := hold(t, db)
		before := start(t, db, context.Background(), put("before"))
		runaway := start(t, db, context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO item (id)
				WITH RECURSIVE forever (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM forever)
				SELECT 'x' FROM forever WHERE n < 0`)
			return err
		})
		after := start(t, db, context.Background(), put("after"))
		release()
		if err := <-runaway; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want context.DeadlineExceeded", err)
		}
		if err := errors.Join(<-before, <-after); err != nil {
			t.Errorf("another was hurt: %v", err)
		}
		wantItems(t, db, "before", "after")
	})
}

// runtime.Goexit, as a test's FailNow calls it, must not take the writer along.
func TestFunctionThatEndsItsGoroutine(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		var gone sync.WaitGroup
		gone.Go(func() {
			db.Write(context.Background(), func(tx *store.Tx) error {
				if err := put("undone")(tx); err != nil {
					return err
				}
				runtime.Goexit()
				return nil
			})
		})
		gone.Wait()
		mustWrite(t, db, put("next"))
		wantItems(t, db, "next")
	})
}

func TestReadSeesOneStateAndWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		mustWrite(t, db, put("old"))
		count := func(tx *store.Tx) (n int, err error) {
			err = tx.QueryRow("SELECT count(*) FROM item").Scan(&n)
			return n, err
		}
		err := db.Read(context.Background(), func(tx *store.Tx) error {
			n, err := count(tx)
			if err != nil {
				return err
			}
			mustWrite(t, db, put("new"))
			again, err := count(tx)
			if err != nil {
				return err
			}
			if n != 1 || again != 1 {
				t.Errorf("one read counted %d, then %d; want 1 both times", n, again)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		wantItems(t, db, "old", "new")
		if err := db.Read(context.Background(), put("by a reader")); err == nil {
			t.Error("a read wrote")
		}
		wantItems(t, db, "old", "new")
		if err := db.Read(context.Background(), func(tx *store.Tx) error {
			return tx.QueryRow("SELECT id FROM item WHERE id = $1", "absent").Scan(new(string))
		}); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("no row gives %v, want sql.ErrNoRows", err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := db.Read(ctx, func(*store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("reading with an ended context: %v, want context.Canceled", err)
		}
	})
}

func TestTwoHandlesOnOneStore(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		a, b := storetest.Open(t, cfg), storetest.Open(t, cfg)
		if a.Engine() != b.Engine() {
			t.Fatalf("engines %s and %s", a.Engine(), b.Engine())
		}
		mustWrite(t, a, put("a"))
		mustWrite(t, b, put("b"))
		wantItems(t, a, "a", "b")
		wantItems(t, b, "a", "b")
	})
}

func TestOpenNeedsAPlace(t *testing.T) {
	if _, err := store.Open(context.Background(), store.Config{}); err == nil {
		t.Error("opened a store nowhere")
	}
	if _, err := store.Open(context.Background(), store.Config{URL: "postgres://u:secret@[bad/x"}); err == nil {
		t.Error("opened a malformed URL")
	} else if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error tells the password: %v", err)
	}
}
