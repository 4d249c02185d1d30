//go:build linux

package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// When the disk refuses to grow the log, every write of the transaction fails, none
// of it is kept, and the store works again once there is room.
func TestFullDiskFailsEverybody(t *testing.T) {
	cfg := withSchema(storetest.SQLite(t), itemSchema)
	out, err := child(t, "full disk", cfg, 0).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	wantItems(t, storetest.Open(t, cfg), strings.Fields(string(out))...)
}

// fullDisk prints the ids of the items it was told were kept. A limit on the size
// of files, in a process of its own, stands for the full disk.
func fullDisk(cfg store.Config) error {
	db, err := store.Open(context.Background(), cfg)
	if err != nil {
		return err
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	room := limit
	var kept []string
	write := func(id string) error {
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO item (id) VALUES ($1)", id)
			return err
		})
		return err
	}
	if err := write("before"); err != nil {
		return err
	}
	kept = append(kept, "before")
	log, err := os.Stat(filepath.Join(cfg.Dir, "pliego.db-wal"))
	if err != nil {
		return err
	}
	limit.Cur = uint64(log.Size())
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	var group sync.WaitGroup
	results := make([]error, 20)
	for i := range results {
		group.Go(func() { results[i] = write(name(i)) })
	}
	group.Wait()
	if i := slices.Index(results, nil); i >= 0 {
		return fmt.Errorf("write %d succeeded without room in the log", i)
	}
	if slices.ContainsFunc(results, func(err error) bool { return errors.Is(err, store.ErrBusy) }) {
		return fmt.Errorf("a full disk is called busy: %v", results)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &room); err != nil {
		return err
	}
	if err := write("after"); err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	kept = append(kept, "after")
	fmt.Println(strings.Join(kept, "\n"))
	return db.Close()
}
