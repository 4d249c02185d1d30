package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"modernc.org/sqlite"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// rollsBack gives statements that roll back SQLite's whole transaction, everybody's.
var rollsBack = map[string]func(tx *store.Tx) error{
	"insert or rollback": func(tx *store.Tx) error {
		if err := put("mine")(tx); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT OR ROLLBACK INTO item (id) VALUES ($1)", "mine")
		return err
	},
	"insert or rollback, ignored": func(tx *store.Tx) error {
		if err := put("mine")(tx); err != nil {
			return err
		}
		tx.Exec("INSERT OR ROLLBACK INTO item (id) VALUES ($1)", "mine")
		put("stray")(tx) // must not be kept on its own
		return nil
	},
	"raise rollback": func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO item (id) VALUES ($1)", "raise")
		return err
	},
}

var raiseSchema = withFile(itemSchema, "00002_raise.sql", `-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER raise BEFORE INSERT ON item WHEN NEW.id = 'raise'
BEGIN SELECT RAISE(ROLLBACK, 'raised'); END;
-- +goose StatementEnd
`)

func TestLostTransactionIsRunAgainWithoutTheOneThatLostIt(t *testing.T) {
	for what, fn := range rollsBack {
		t.Run(what, func(t *testing.T) {
			db := storetest.Open(t, withSchema(storetest.SQLite(t), raiseSchema))
			release := hold(t, db)
			var runs atomic.Int32
			before := start(t, db, context.Background(), func(tx *store.Tx) error {
				runs.Add(1)
				return put("before")(tx)
			})
			culprit := start(t, db, context.Background(), fn)
			refused := start(t, db, context.Background(), func(*store.Tx) error { return errRefused })
			after := start(t, db, context.Background(), put("after"))
			release()
			if err := <-culprit; sqliteError(err) == nil {
				t.Errorf("the one that lost it got %v, want SQLite's error", err)
			}
			if err := <-refused; !errors.Is(err, errRefused) {
				t.Errorf("one with its own error got %v", err)
			}
			if err := errors.Join(<-before, <-after); err != nil {
				t.Errorf("another was hurt: %v", err)
			}
			if runs.Load() != 2 {
				t.Errorf("the one before ran %d times, want 2", runs.Load())
			}
			wantItems(t, db, "before", "after")
		})
	}
}

// One that fills the database, upon which SQLite rolls everything back, fails alone.
func TestTooLargeForTheDatabase(t *testing.T) {
	db := storetest.Open(t, withSchema(storetest.SQLite(t), itemSchema))
	if _, err := store.WriterSetting(db, "max_page_count = 40"); err != nil {
		t.Fatal(err)
	}
	release := hold(t, db)
	before := start(t, db, context.Background(), put("before"))
	large := start(t, db, context.Background(), put(strings.Repeat("x", 1<<20)))
	after := start(t, db, context.Background(), put("after"))
	release()
	if err := <-large; sqliteError(err) == nil {
		t.Errorf("the large one got %v, want SQLite's error", err)
	}
	if err := errors.Join(<-before, <-after); err != nil {
		t.Errorf("another was hurt: %v", err)
	}
	wantItems(t, db, "before", "after")
}

// Many that lose the transaction do not keep the others from being written.
func TestManyLostTransactions(t *testing.T) {
	db := storetest.Open(t, withSchema(storetest.SQLite(t), raiseSchema))
	release := hold(t, db)
	var good, bad []<-chan error
	var want []string
	for i := range 20 {
		bad = append(bad, start(t, db, context.Background(), rollsBack["raise rollback"]))
		good = append(good, start(t, db, context.Background(), put(name(i))))
		want = append(want, name(i))
	}
	release()
	for i := range good {
		if err := <-good[i]; err != nil {
			t.Errorf("write %d: %v", i, err)
		}
		if err := <-bad[i]; sqliteError(err) == nil {
			t.Errorf("bad write %d: %v, want SQLite's error", i, err)
		}
	}
	wantItems(t, db, want...)
}

// One whose conflict was with a write that in the end was not kept is not refused
// for it.
func TestErrorIsTrueOfWhatWasCommitted(t *testing.T) {
	db := storetest.Open(t, withSchema(storetest.SQLite(t), itemSchema))
	release := hold(t, db)
	first := start(t, db, context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO item (id, parent) VALUES ($1, $2)", "x", "no such parent")
		return err
	})
	second := start(t, db, context.Background(), put("x"))
	release()
	if err := <-first; sqliteError(err) == nil {
		t.Errorf("the one with a broken reference got %v", err)
	}
	if err := <-second; err != nil {
		t.Errorf("the one that follows got %v", err)
	}
	wantItems(t, db, "x")
}

// The same when the conflict itself took the transaction down.
func TestOneThatLostTheTransactionGetsAnotherRun(t *testing.T) {
	db := storetest.Open(t, withSchema(storetest.SQLite(t), itemSchema))
	release := hold(t, db)
	runs := 0
	first := start(t, db, context.Background(), func(tx *store.Tx) error {
		if runs++; runs > 1 {
			return errRefused
		}
		return put("x")(tx)
	})
	second := start(t, db, context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT OR ROLLBACK INTO item (id) VALUES ($1)", "x")
		return err
	})
	release()
	if err := <-first; !errors.Is(err, errRefused) {
		t.Errorf("the first got %v, want its own error", err)
	}
	if err := <-second; err != nil {
		t.Errorf("the second got %v, though nobody else kept x", err)
	}
	wantItems(t, db, "x")
}

// A deferred constraint is checked by the commit: it fails the one that broke it.
func TestRefusedCommitFailsOnlyItsCause(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		cfg.Writers = 1
		db := storetest.Open(t, cfg)
		release := hold(t, db)
		before := start(t, db, context.Background(), put("before"))
		broken := start(t, db, context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO item (id, parent) VALUES ($1, $2)", "broken", "no such parent")
			return err
		})
		after := start(t, db, context.Background(), put("after"))
		release()
		if err := <-broken; err == nil || !strings.Contains(strings.ToLower(err.Error()), "foreign key") {
			t.Errorf("the one that broke it got %v, want a foreign key violation", err)
		}
		if err := errors.Join(<-before, <-after); err != nil {
			t.Errorf("another was hurt: %v", err)
		}
		wantItems(t, db, "before", "after")
	})
}

func TestWriterSurvivesTheLossOfItsConnection(t *testing.T) {
	db := storetest.Open(t, withSchema(storetest.SQLite(t), itemSchema))
	mustWrite(t, db, put("before"))
	if err := store.BreakWriter(db); err == nil {
		t.Error("the write that lost the connection was acknowledged")
	}
	mustWrite(t, db, put("after"))
	wantItems(t, db, "before", "after")
}

// A process that holds the write lock makes writes wait, and at last fail with
// ErrBusy; a caller may leave meanwhile.
func TestLockHeldByAnother(t *testing.T) {
	cfg := withSchema(storetest.SQLite(t), itemSchema)
	cfg.LockWait = 300 * time.Millisecond
	db := storetest.Open(t, cfg)
	other, err := sql.Open("sqlite", "file:"+filepath.Join(cfg.Dir, "pliego.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	if err := db.Write(ctx, put("left")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a caller in a hurry got %v, want its own deadline", err)
	}
	if err := db.Write(context.Background(), put("refused")); !errors.Is(err, store.ErrBusy) {
		t.Errorf("a patient caller got %v, want ErrBusy", err)
	}
	waiting := make(chan error, 1)
	go func() { waiting <- db.Write(context.Background(), put("waited")) }()
	if _, err := other.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; err != nil {
		t.Errorf("after the lock was free: %v", err)
	}
	wantItems(t, db, "waited")
}

// What durability, integrity and secrecy rest on.
func TestSQLiteSettings(t *testing.T) {
	cfg := withSchema(storetest.SQLite(t), itemSchema)
	cfg.Dir = filepath.Join(cfg.Dir, "a folder? with #odd% name")
	db := storetest.Open(t, cfg)
	mustWrite(t, db, put("x"))
	for setting, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "wal_autocheckpoint": "16000",
	} {
		if got, err := store.WriterSetting(db, setting); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", setting, got, err, want)
		}
	}
	for file, want := range map[string]os.FileMode{".": 0o700, "pliego.db": 0o600, "pliego.db-wal": 0o600} {
		info, err := os.Stat(filepath.Join(cfg.Dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", file, got, want)
		}
	}
}

// The log is copied once the writer rests.
func TestCheckpointCopiesTheLog(t *testing.T) {
	db := storetest.Open(t, withSchema(storetest.SQLite(t), itemSchema))
	mustWrite(t, db, put("x"))
	look := store.NewCheckpointer(db)
	look() // finds the writer busy
	look() // finds it at rest
	if pending, err := store.Pending(db); err != nil || pending != 0 {
		t.Errorf("%d pages are pending (%v), want none", pending, err)
	}
	wantItems(t, db, "x")
}

func TestPreparedStatementsAreBounded(t *testing.T) {
	db := storetest.Open(t, withSchema(storetest.SQLite(t), itemSchema))
	for i := range store.MaxStatements + 10 {
		mustWrite(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(fmt.Sprintf("INSERT INTO item (id, n) VALUES ($1, %d)", i), name(i))
			return err
		})
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if n := store.Statements(db); n > store.MaxStatements {
		t.Errorf("%d statements are kept, want at most %d", n, store.MaxStatements)
	}
}

func sqliteError(err error) *sqlite.Error {
	var e *sqlite.Error
	errors.As(err, &e)
	return e
}
