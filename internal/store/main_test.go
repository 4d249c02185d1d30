package store_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(childRole); role != "" {
		os.Exit(runChild(role))
	}
	storetest.Main(m)
}

// itemSchema is a schema for tests of the engine itself.
var itemSchema = fstest.MapFS{"00001_item.sql": {Data: []byte(`-- +goose Up
CREATE TABLE item (
	id     TEXT PRIMARY KEY,
	n      BIGINT NOT NULL DEFAULT 0,
	parent TEXT REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED
);
`)}}

// each runs fn on both engines, in an empty store with itemSchema.
func each(t *testing.T, fn func(t *testing.T, cfg store.Config)) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) { fn(t, withSchema(storetest.SQLite(t), itemSchema)) })
	t.Run(store.Postgres, func(t *testing.T) { fn(t, withSchema(storetest.EmptyPostgres(t), itemSchema)) })
}

func withSchema(cfg store.Config, files fs.FS) store.Config {
	cfg.Migrations = files
	return cfg
}

// put gives a function that inserts one item.
func put(id string) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO item (id) VALUES ($1)", id)
		return err
	}
}

func mustWrite(t *testing.T, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(context.Background(), fn); err != nil {
		t.Fatalf("write: %v", err)
	}
}

// items gives the ids of all items in order.
func items(t testing.TB, db *store.DB) []string {
	t.Helper()
	var ids []string
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		rows, err := tx.Query("SELECT id FROM item")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("read the items: %v", err)
	}
	slices.Sort(ids)
	return ids
}

func wantItems(t testing.TB, db *store.DB, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := items(t, db); !slices.Equal(got, want) {
		t.Errorf("items are %q, want %q", got, want)
	}
}

// hold occupies the writer with a function that waits for release; further writes
// queue up behind it. It takes SQLite, or PostgreSQL with one writer.
func hold(t *testing.T, db *store.DB) (release func()) {
	t.Helper()
	running, gate, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		first := true
		done <- db.Write(context.Background(), func(*store.Tx) error {
			if first {
				first = false
				close(running)
				<-gate
			}
			return nil
		})
	}()
	<-running
	released := false
	release = func() {
		if !released {
			released = true
			close(gate)
			if err := <-done; err != nil {
				t.Errorf("the holding write: %v", err)
			}
		}
	}
	t.Cleanup(release)
	return release
}

// start begins a write and returns once it waits behind what hold holds.
func start(t *testing.T, db *store.DB, ctx context.Context, fn func(tx *store.Tx) error) <-chan error {
	t.Helper()
	before := db.Waiting()
	answer := make(chan error, 1)
	go func() { answer <- db.Write(ctx, fn) }()
	until(t, "the write waits", func() bool { return db.Waiting() > before })
	return answer
}

// until waits for a condition that another goroutine or process brings about.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for limit := time.Now().Add(time.Minute); !holds(); {
		if time.Now().After(limit) {
			t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func name(i int) string { return fmt.Sprintf("item-%06d", i) }
