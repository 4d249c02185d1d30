package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// What is deleted or replaced is gone from SQLite's file too.
func TestErasedIsGoneFromTheFile(t *testing.T) {
	cfg := withSchema(storetest.SQLite(t), itemSchema)
	db := storetest.Open(t, cfg)
	const marker = "erase-this-marker"
	run := func(query string, args ...any) {
		t.Helper()
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec(query, args...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 300 { // several pages, some of which become free
		run("INSERT INTO item (id) VALUES ($1)", fmt.Sprintf("%s-%03d", marker, i))
	}
	holds := func() bool {
		t.Helper()
		found := false
		for _, name := range []string{"pliego.db", "pliego.db-wal"} {
			b, err := os.ReadFile(filepath.Join(cfg.Dir, name))
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			found = found || bytes.Contains(b, []byte(marker))
		}
		return found
	}
	if !holds() {
		t.Fatal("the file does not show what it holds, so that this test says nothing")
	}
	run("DELETE FROM item WHERE id LIKE $1", marker+"%")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if holds() {
		t.Error("what was deleted stands in the file")
	}
}
