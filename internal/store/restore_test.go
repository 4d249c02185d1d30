package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/store"
	"pliego/internal/store/postgres"
	"pliego/internal/store/sqlite"
	"pliego/internal/store/storetest"
)

func wantError(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) || (want == nil) != (got == nil) {
		t.Errorf("error is %v, want %v", got, want)
	}
}

func restore(cfg store.Config, stream []byte) error {
	_, err := store.Restore(context.Background(), cfg, bytes.NewReader(stream), store.RestoreOptions{})
	return err
}

func TestRestoreOverwritesNothing(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	stream, _ := h.backup()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		there := newHouse(t, cfg)
		before := dump(t, there.db, "letter")
		wantError(t, restore(cfg, stream), store.ErrNotEmpty)
		if after := dump(t, there.db, "letter"); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("letters were %q and are %q", before, after)
		}
	})
	// A log without its database would be applied to the restored one.
	dir := t.TempDir()
	h.must(os.WriteFile(filepath.Join(dir, "pliego.db-wal"), nil, 0o600))
	wantError(t, restore(store.Config{Dir: dir}, stream), store.ErrNotEmpty)
}

func TestRestoreIsUndoneWhenTheKeysCannotBePlaced(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.live()
	stream, _ := h.backup()
	for name, place := range emptyPlaces {
		t.Run(name, func(t *testing.T) {
			cfg := place(t)
			full := errors.New("no room for keys")
			_, err := store.Restore(context.Background(), cfg, bytes.NewReader(stream), store.RestoreOptions{
				Keys: func(*store.Manifest, map[string][]byte) (func() error, error) { return nil, full },
			})
			wantError(t, err, full)
			wantError(t, restore(cfg, stream), nil)
		})
	}
}

func TestRestoreMigratesAnOlderSchemaAndRefusesANewerOne(t *testing.T) {
	newer := func(files fs.FS) fs.FS {
		m := fstest.MapFS{"00901_more.sql": {Data: []byte("-- +goose Up\nCREATE TABLE more (id TEXT PRIMARY KEY);\n")}}
		names, err := fs.Glob(files, "*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			content, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			m[name] = &fstest.MapFile{Data: content}
		}
		return m
	}
	migrations := map[string]fs.FS{"to " + store.SQLite: sqlite.Migrations(), "to " + store.Postgres: postgres.Migrations()}
	old, _ := newHouse(t, storetest.SQLite(t)).backup()
	future, _ := newHouse(t, withSchema(storetest.SQLite(t), newer(sqlite.Migrations()))).backup()
	for name, place := range emptyPlaces {
		t.Run(name, func(t *testing.T) {
			cfg := place(t)
			wantError(t, restore(cfg, future), store.ErrNewerSchema)
			cfg.Migrations = newer(migrations[name])
			if err := restore(cfg, old); err != nil {
				t.Fatal(err)
			}
			db := storetest.Open(t, cfg)
			if has, known, err := db.Schema(context.Background()); has != 901 || known != 901 || err != nil {
				t.Errorf("the schema is number %d of %d, %v", has, known, err)
			}
			if len(dump(t, db, "letter")) != 1 || len(dump(t, db, "more")) != 0 {
				t.Error("the letter is not there, or something else is")
			}
		})
	}
}

// lost is a house that went on after its backup, and what was restored of it.
func lost(t *testing.T, cfg store.Config) (after, restored *house) {
	t.Helper()
	after = newHouse(t, cfg)
	after.live()
	stream, _ := after.backup()
	to := storetest.SQLite(t)
	if cfg.URL != "" {
		to = storetest.EmptyPostgres(t)
	}
	after.must(restore(to, stream))
	return after, after.restored(t, to)
}

func TestRestoredLogWaitsForTheNewestPublishedCheckpoint(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := context.Background()
		old, r := lost(t, cfg)
		matching, _ := old.latest()

		_, id := r.sign("first-letter", "Signs while the log waits")
		wantError(t, r.seq.SequenceAll(ctx), ledger.ErrFrozen)
		r.must(r.seq.SignHead(ctx))
		if r.number(id) != 0 {
			t.Error("a frozen log gave a number")
		}

		earlier := matching
		earlier.Size--
		wantError(t, r.db.ResumeLog(ctx, earlier), ledger.ErrOlder)
		other := matching
		other.Root[3] ^= 1
		wantError(t, r.db.ResumeLog(ctx, other), ledger.ErrOtherTree)
		old.sign("first-letter", "Published after the backup")
		old.sequence()
		ahead, _ := old.latest()
		wantError(t, r.db.ResumeLog(ctx, ahead), ledger.ErrAhead)
		stranger := matching
		stranger.Origin = "pliego/of-somebody-else"
		if r.db.ResumeLog(ctx, stranger) == nil {
			t.Error("a checkpoint of another log was taken")
		}
		if head, err := r.db.LogHead(ctx); err != nil || !head.Frozen {
			t.Fatalf("head is %+v, %v; want it frozen", head, err)
		}

		r.must(r.db.ResumeLog(ctx, matching))
		r.sequence()
		if got := r.number(id); got != 8 {
			t.Errorf("the number after the restored ones is %d, want 8", got)
		}
		grown, _ := r.latest()
		if grown.Size <= matching.Size {
			t.Errorf("the log is at %d and was at %d", grown.Size, matching.Size)
		}
		r.must(r.db.VerifyLog(ctx, grown))
		r.must(r.db.VerifyLog(ctx, matching)) // consistent with what was published
		wantError(t, r.db.ResumeLog(ctx, grown), store.ErrNotFrozen)
	})
}

func TestDamagedLogDoesNotResume(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := context.Background()
		old, r := lost(t, cfg)
		matching, _ := old.latest()
		mustWrite(t, r.db, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE ledger_entry SET data = $1 WHERE leaf = 1`, []byte("another"))
			return err
		})
		if err := r.db.ResumeLog(ctx, matching); err == nil {
			t.Error("a log whose entries are not those of its tiles went on")
		}
	})
}

func TestNewLogNamesTheOldOneAndNumbersGoOnAboveAllPublished(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := context.Background()
		old, r := lost(t, cfg)
		for i := range 3 {
			old.sign("first-letter", fmt.Sprintf("Lost %d", i))
		}
		old.sequence()
		published, signed := old.latest()
		head, why := r.db.MayResume(ctx, published)
		wantError(t, why, ledger.ErrAhead)
		numbers, err := r.db.HighestNumbers(ctx)
		r.must(err)
		highest := map[string]int64{}
		for slug, n := range numbers {
			highest[slug] = ledger.HighestEver(n, head, published, why)
		}
		before := dump(t, r.db, "signature")
		entries := leaves(t, r.db)

		next, err := ledger.LoadOrCreateKey(ledger.NextKeyFile(r.keyFile), true)
		r.must(err)
		first, err := ledger.Continue(head, string(signed), highest, time.Now())
		r.must(err)
		newLog := store.NewLog{Old: head, First: first, Origin: next.Name(), Key: next.Verifier(), Sign: next.Sign, At: time.Now(),
			Highest: highest, Notes: map[string]string{"log-origin": next.Name()}}
		r.must(r.db.ContinueLog(ctx, newLog))
		wantError(t, r.db.ContinueLog(ctx, newLog), store.ErrNotFrozen)

		if after := dump(t, r.db, "signature"); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Error("the new log changed signatures")
		}
		now := leaves(t, r.db)
		if len(now) != len(entries)+1 || now[0] != string(first.Data) || fmt.Sprint(now[1:]) != fmt.Sprint(entries) {
			t.Errorf("the new log's entries are\n%q, the old one's were\n%q", now, entries)
		}
		if !bytes.Contains(first.Record, []byte(old.key.Name())) {
			t.Errorf("the first entry's record %s does not name the old log", first.Record)
		}
		kept, err := ledger.UseNextKey(r.keyFile)
		r.must(err)
		if _, err := os.Stat(kept); err != nil {
			t.Errorf("the old key is not kept: %v", err)
		}
		key, err := ledger.LoadOrCreateKey(r.keyFile, false)
		r.must(err)
		if key.Name() != next.Name() {
			t.Errorf("the key is of %s, want %s", key.Name(), next.Name())
		}
		r.key, r.seq.Key = key, key
		c, _ := r.latest()
		r.must(r.db.VerifyLog(ctx, c))
		if c.Origin != next.Name() || c.Size != head.Size+1 {
			t.Errorf("the first checkpoint is %+v", c)
		}

		r.must(r.db.InitLog(ctx, key.Name(), key.Verifier()))
		_, id := r.sign("first-letter", "Of the new log")
		r.sequence()
		if got, above := r.number(id), int64(7+3); got <= above {
			t.Errorf("the new log gives number %d, and %d was published", got, above)
		}
		c, _ = r.latest()
		r.must(r.db.VerifyLog(ctx, c))
		if wrong, err := r.db.Miscounted(ctx); err != nil || len(wrong) > 0 {
			t.Errorf("counts and rows differ for %q, %v", wrong, err)
		}
	})
}

// leaves gives the bytes of the log's entries in order.
func leaves(t testing.TB, db *store.DB) (list []string) {
	t.Helper()
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		rows, err := tx.Query(`SELECT data FROM ledger_entry ORDER BY leaf`)
		if err != nil {
			return err
		}
		for rows.Next() {
			var data []byte
			if err := rows.Scan(&data); err != nil {
				return err
			}
			list = append(list, string(data))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
