package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// Whatever mix of writes runs at once, the items present are exactly those whose
// writes were answered without an error.
func TestPresentIsAcknowledged(t *testing.T) {
	kinds := []string{"good", "refused", "panics", "shared id", "broken reference", "cancelled", "cancelled inside", "two statements, the second fails"}
	each(t, func(t *testing.T, cfg store.Config) {
		cfg.Batch = 7 // several transactions, some of them full
		db := storetest.Open(t, cfg)
		kinds := kinds
		if db.Engine() == store.SQLite {
			kinds = append(kinds, "rolls everything back")
		}
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			plan := rapid.SliceOfN(rapid.SampledFrom(kinds), 1, 40).Draw(rt, "plan")
			acknowledged := make([]bool, len(plan))
			ids := make([]string, len(plan))
			var group sync.WaitGroup
			for i, kind := range plan {
				ids[i] = fmt.Sprintf("%d-%d", run, i)
				if kind == "shared id" {
					ids[i] = fmt.Sprintf("%d-shared", run)
				}
				group.Go(func() {
					ctx, cancel := context.WithCancel(context.Background())
					defer cancel()
					acknowledged[i] = db.Write(ctx, behave(kind, ids[i], cancel)) == nil
				})
			}
			group.Wait()
			want := make(map[string]int)
			for i, ok := range acknowledged {
				if ok {
					want[ids[i]]++
				}
			}
			present := make(map[string]int)
			for _, id := range items(t, db) {
				present[id]++
			}
			for id, n := range want {
				if n != 1 || present[id] != 1 {
					rt.Errorf("%s was acknowledged %d times and is there %d times", id, n, present[id])
				}
			}
			if len(present) != len(want) {
				rt.Errorf("%d items are there, %d were acknowledged", len(present), len(want))
			}
			mustWrite(t, db, func(tx *store.Tx) error { _, err := tx.Exec("DELETE FROM item"); return err })
		})
	})
}

// behave gives a function that writes id and then does as kind says.
func behave(kind, id string, cancel func()) func(tx *store.Tx) error {
	if kind == "cancelled" {
		go cancel() // before, while or after it waits
	}
	return func(tx *store.Tx) error {
		insert := "INSERT INTO item (id) VALUES ($1)"
		if kind == "rolls everything back" {
			insert = "INSERT OR ROLLBACK INTO item (id) VALUES ($1)"
		}
		if _, err := tx.Exec(insert, id); err != nil {
			return err
		}
		switch kind {
		case "refused":
			return errors.New("refused")
		case "panics":
			panic("as planned")
		case "broken reference":
			_, err := tx.Exec("UPDATE item SET parent = 'nobody' WHERE id = $1", id)
			return err
		case "cancelled inside":
			cancel()
		case "two statements, the second fails", "rolls everything back":
			_, err := tx.Exec(insert, id)
			return err
		}
		return nil
	}
}
