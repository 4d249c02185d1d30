package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestFunctionMustNotGoOnAfterAFailedStatement(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		mustWrite(t, db, put("there"))
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			put("there")(tx)
			if err := put("other")(tx); err == nil {
				t.Error("a statement after a failed one was allowed")
			}
			return nil
		})
		if !isUnique(err) {
			t.Errorf("got %v, want the unique violation the function ignored", err)
		}
		wantItems(t, db, "there")
	})
}

func TestTransactionIsNotTheFunctionsOwn(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		for _, query := range []string{"COMMIT", " rollback", "\nBegin immediate", "END;", "; COMMIT", "SAVEPOINT x", "RELEASE f", "ROLLBACK TO f"} {
			err := db.Write(context.Background(), func(tx *store.Tx) error {
				if err := put("x")(tx); err != nil {
					return err
				}
				tx.Exec(query)
				return nil
			})
			if err == nil {
				t.Errorf("%q inside a function was allowed", query)
			}
		}
		var leaked *store.Tx
		mustWrite(t, db, func(tx *store.Tx) error { leaked = tx; return nil })
		if err := put("y")(leaked); err == nil {
			t.Error("a transaction was usable after its function returned")
		}
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			return db.Write(tx.Context(), put("nested"))
		})
		if err == nil {
			t.Error("a write inside a write was allowed")
		}
		wantItems(t, db)
	})
}

func TestStatementsLeftOpenHurtNobody(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		mustWrite(t, db, func(tx *store.Tx) error {
			for i := range 3 {
				if err := put(name(i))(tx); err != nil {
					return err
				}
			}
			return nil
		})
		const insert = "INSERT INTO item (id) VALUES ($1), ($2) RETURNING id"
		mustWrite(t, db, func(tx *store.Tx) error {
			rows, err := tx.Query(insert, "r1", "r2")
			if err != nil {
				return err
			}
			rows.Next() // and never closed
			return nil
		})
		mustWrite(t, db, func(tx *store.Tx) error { return tx.QueryRow(insert, "r3", "r4").Err() })
		if err := db.Write(context.Background(), func(tx *store.Tx) error {
			tx.QueryRow(insert, "r5", "r6")
			return errRefused
		}); !errors.Is(err, errRefused) {
			t.Errorf("got %v, want the function's error", err)
		}
		wantItems(t, db, name(0), name(1), name(2), "r1", "r2", "r3", "r4")
	})
}

// SQLite's prepared statement is one cursor: running it again inside the loop over
// its rows must not disturb the loop.
func TestQueryInsideItsOwnLoop(t *testing.T) {
	cfg := withSchema(storetest.SQLite(t), itemSchema)
	db := storetest.Open(t, cfg)
	mustWrite(t, db, func(tx *store.Tx) error {
		for i := range 3 {
			if err := put(name(i))(tx); err != nil {
				return err
			}
		}
		return nil
	})
	const query = "SELECT id FROM item WHERE id >= $1 ORDER BY id"
	var seen []string
	mustWrite(t, db, func(tx *store.Tx) error {
		seen = nil
		rows, err := tx.Query(query, "")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, inner string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			if err := tx.QueryRow(query, id).Scan(&inner); err != nil {
				return err
			}
			seen = append(seen, id+inner)
		}
		return rows.Err()
	})
	want := name(0) + name(0) + " " + name(1) + name(1) + " " + name(2) + name(2)
	if got := strings.Join(seen, " "); got != want {
		t.Errorf("saw %s, want %s", got, want)
	}
}
