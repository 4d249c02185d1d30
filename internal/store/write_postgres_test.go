package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// commitSchema has a table whose rows do something when they are committed.
var commitSchema = withFile(itemSchema, "00002_commit.sql", `-- +goose Up
CREATE SEQUENCE tries;
-- +goose StatementBegin
CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	CASE NEW.parent
	WHEN 'serialise once' THEN
		IF nextval('tries') = 1 THEN RAISE EXCEPTION 'once' USING ERRCODE = '40001'; END IF;
	WHEN 'serialise always' THEN RAISE EXCEPTION 'always' USING ERRCODE = '40001';
	WHEN 'lose the connection' THEN PERFORM pg_terminate_backend(pg_backend_pid());
	ELSE NULL;
	END CASE;
	RETURN NEW;
END $$;
-- +goose StatementEnd
ALTER TABLE item DROP CONSTRAINT item_parent_fkey;
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION at_commit();
`)

func TestPostgresRetries(t *testing.T) {
	raise := func(code string) func(tx *store.Tx) error {
		return func(tx *store.Tx) error {
			_, err := tx.Exec("DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '" + code + "'; END $$")
			return err
		}
	}
	disconnect := func(tx *store.Tx) error {
		_, err := tx.Exec("SELECT pg_terminate_backend(pg_backend_pid())")
		return err
	}
	atCommit := func(what string) func(tx *store.Tx) error {
		return func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO item (id, parent) VALUES ($1, $2)", "commit", what)
			return err
		}
	}
	tests := []struct {
		name  string
		first func(tx *store.Tx) error // at the first run
		every func(tx *store.Tx) error // at every run
		runs  int
		want  error // nil, a sentinel, or errAny
	}{
		{name: "serialisation failure once", first: raise("40001"), runs: 2},
		{name: "deadlock once", first: raise("40P01"), runs: 2},
		{name: "serialisation failure, its error swallowed", first: func(tx *store.Tx) error { raise("40001")(tx); return nil }, runs: 2},
		{name: "serialisation failure always", every: raise("40001"), runs: 10, want: store.ErrBusy},
		{name: "another error", first: raise("22012"), runs: 1, want: errAny},
		{name: "connection lost before the commit", first: disconnect, runs: 2},
		{name: "serialisation failure at the commit, once", every: atCommit("serialise once"), runs: 2},
		{name: "serialisation failure at the commit, always", every: atCommit("serialise always"), runs: 10, want: store.ErrBusy},
		{name: "connection lost during the commit", every: atCommit("lose the connection"), runs: 1, want: store.ErrUnknownOutcome},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db := storetest.Open(t, withSchema(storetest.EmptyPostgres(t), commitSchema))
			runs := 0
			err := db.Write(context.Background(), func(tx *store.Tx) error {
				runs++
				if err := put("kept")(tx); err != nil {
					return err
				}
				if runs == 1 && test.first != nil {
					return test.first(tx)
				}
				if test.every != nil {
					return test.every(tx)
				}
				return nil
			})
			if runs != test.runs {
				t.Errorf("it ran %d times, want %d", runs, test.runs)
			}
			var pg *pgconn.PgError
			switch {
			case test.want == nil && err != nil:
				t.Errorf("got %v", err)
			case test.want == errAny && (!errors.As(err, &pg) || errors.Is(err, store.ErrBusy)):
				t.Errorf("got %v, want the server's error", err)
			case test.want != nil && test.want != errAny && !errors.Is(err, test.want):
				t.Errorf("got %v, want %v", err, test.want)
			}
			kept := strings.Contains(strings.Join(items(t, db), " "), "kept")
			if kept != (err == nil) {
				t.Errorf("answer %v, kept %t", err, kept)
			}
			mustWrite(t, db, put("next"))
		})
	}
}

var errAny = errors.New("any error")

// Two writes that lock the same rows in opposite order are both kept in the end.
func TestPostgresDeadlock(t *testing.T) {
	db := storetest.Open(t, withSchema(storetest.EmptyPostgres(t), itemSchema))
	mustWrite(t, db, func(tx *store.Tx) error { return errors.Join(put("a")(tx), put("b")(tx)) })
	var met sync.WaitGroup
	met.Add(2)
	add := func(first, second string) error {
		var once sync.Once
		return db.Write(context.Background(), func(tx *store.Tx) error {
			const query = "UPDATE item SET n = n + 1 WHERE id = $1"
			if _, err := tx.Exec(query, first); err != nil {
				return err
			}
			once.Do(func() { met.Done(); met.Wait() })
			_, err := tx.Exec(query, second)
			return err
		})
	}
	errs := make(chan error, 2)
	go func() { errs <- add("a", "b") }()
	go func() { errs <- add("b", "a") }()
	if err := errors.Join(<-errs, <-errs); err != nil {
		t.Fatal(err)
	}
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		var a, b int
		if err := tx.QueryRow("SELECT min(n), max(n) FROM item").Scan(&a, &b); err != nil {
			return err
		}
		if a != 2 || b != 2 {
			t.Errorf("counted %d and %d, want 2 and 2", a, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A server that does not wait for the disk is told to, for our connections.
func TestPostgresCommitsAreSynchronous(t *testing.T) {
	cfg := withSchema(storetest.EmptyPostgres(t), itemSchema)
	db := storetest.Open(t, cfg)
	mustWrite(t, db, func(tx *store.Tx) error {
		_, err := tx.Exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$")
		return err
	})
	got, err := store.WriterSetting(storetest.Open(t, cfg), "synchronous_commit")
	if err != nil || got != "on" {
		t.Errorf("synchronous_commit is %q (%v), want on", got, err)
	}
}
