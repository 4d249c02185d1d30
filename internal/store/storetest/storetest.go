// Package storetest runs tests on both engines of the store: on SQLite in a folder
// of the test's own, and on a real PostgreSQL that the test binary starts.
//
// A package that uses it ends its TestMain with Main, so that the server has gone
// when the tests end. When the process is killed the server goes too.
package storetest

import (
	"context"
	"fmt"
	"os"
	"testing"

	"pliego/internal/store"
)

// Main runs a package's tests, stops what they started, and exits.
func Main(m *testing.M) {
	code := m.Run()
	if err := stopShared(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Each runs fn as a subtest on each engine. open opens the subtest's own store,
// whose schema is up to date and which is empty at first; called again it opens
// the same store once more, as a second process would. Stores are closed when the
// subtest ends, and may be closed before.
func Each(t *testing.T, fn func(t *testing.T, open func() *store.DB)) {
	t.Helper()
	EachConfig(t, func(t *testing.T, cfg store.Config) {
		fn(t, func() *store.DB { return Open(t, cfg) })
	})
}

// EachConfig is Each for tests that open the store themselves, or hand its place
// to a command: cfg.Dir or cfg.URL.
func EachConfig(t *testing.T, fn func(t *testing.T, cfg store.Config)) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) { fn(t, SQLite(t)) })
	t.Run(store.Postgres, func(t *testing.T) { fn(t, Postgres(t)) })
}

// SQLite is the place of a new SQLite store.
func SQLite(t testing.TB) store.Config {
	t.Helper()
	return store.Config{Dir: t.TempDir(), Log: logTo(t)}
}

// Postgres is the place of a new PostgreSQL store, a database of its own with the
// schema in it. It is dropped when the test ends.
func Postgres(t testing.TB) store.Config {
	t.Helper()
	return store.Config{URL: sharedServer(t).createMigrated(t), Log: logTo(t)}
}

// EmptyPostgres is the place of a PostgreSQL database in which there is nothing.
func EmptyPostgres(t testing.TB) store.Config {
	t.Helper()
	return store.Config{URL: sharedServer(t).Create(t), Log: logTo(t)}
}

// Open opens a store and closes it when the test ends.
func Open(t testing.TB, cfg store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), cfg)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return db
}
