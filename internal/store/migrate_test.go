package store_test

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func withFile(files fstest.MapFS, name, content string) fstest.MapFS {
	more := maps.Clone(files)
	more[name] = &fstest.MapFile{Data: []byte(content)}
	return more
}

var (
	addNote    = withFile(itemSchema, "00002_note.sql", "-- +goose Up\nALTER TABLE item ADD COLUMN note TEXT;\n")
	brokenNote = withFile(itemSchema, "00002_note.sql", "-- +goose Up\nALTER TABLE item ADD COLUMN note TEXT;\nSELECT nonsense FROM nowhere;\n")
)

func backups(t *testing.T, cfg store.Config) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cfg.Dir, "backups", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What was there is copied before the schema changes, and only then.
func TestBackupBeforeMigration(t *testing.T) {
	cfg := withSchema(storetest.SQLite(t), itemSchema)
	for range 2 {
		db := storetest.Open(t, cfg)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if found := backups(t, cfg); len(found) != 0 {
		t.Errorf("a new store was backed up: %q", found)
	}
	old := storetest.Open(t, cfg) // stays open, as a running serve does
	mustWrite(t, old, put("old"))

	db := storetest.Open(t, withSchema(cfg, addNote))
	mustWrite(t, db, func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE item SET note = $1", "new")
		return err
	})
	found := backups(t, cfg)
	if len(found) != 1 || !strings.HasPrefix(filepath.Base(found[0]), "before-migration-2-") {
		t.Fatalf("backups are %q, want one from before migration 2", found)
	}
	for path, want := range map[string]os.FileMode{found[0]: 0o600, filepath.Dir(found[0]): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v (%v), want %o", path, info.Mode(), err, want)
		}
	}
	copied, err := sql.Open("sqlite", "file:"+found[0])
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	var id, check string
	if err := copied.QueryRow("SELECT id FROM item").Scan(&id); err != nil || id != "old" {
		t.Errorf("the backup holds %q (%v), want old", id, err)
	}
	if err := copied.QueryRow("PRAGMA integrity_check").Scan(&check); err != nil || check != "ok" {
		t.Errorf("the backup's integrity: %s (%v)", check, err)
	}
	if err := copied.QueryRow("SELECT note FROM item").Scan(&check); err == nil {
		t.Error("the backup has the new schema")
	}
}

func TestFailedMigrationChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		mustWrite(t, db, put("old"))
		if _, err := store.Open(context.Background(), withSchema(cfg, brokenNote)); err == nil || !strings.Contains(err.Error(), "00002_note.sql") {
			t.Errorf("a broken migration gives %v, want an error that names its file", err)
		}
		wantItems(t, storetest.Open(t, cfg), "old")
		db = storetest.Open(t, withSchema(cfg, addNote)) // nothing of the broken one is in its way
		mustWrite(t, db, put("new"))
	})
}

func TestNewerSchemaIsRefused(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		storetest.Open(t, withSchema(cfg, addNote))
		if _, err := store.Open(context.Background(), cfg); !errors.Is(err, store.ErrNewerSchema) {
			t.Errorf("got %v, want ErrNewerSchema", err)
		}
	})
}

// The schemas that ship apply to an empty database, and again to none.
func TestShippedMigrations(t *testing.T) {
	for _, cfg := range []store.Config{storetest.SQLite(t), storetest.EmptyPostgres(t), storetest.Postgres(t)} {
		storetest.Open(t, cfg)
		storetest.Open(t, cfg)
	}
}
