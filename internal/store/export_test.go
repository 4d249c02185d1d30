package store

import (
	"context"
	"sync/atomic"
)

// BreakWriter makes SQLite's writer lose its connection in the middle of a write,
// and gives that write's answer.
func BreakWriter(db *DB) error {
	w := db.writer.(*sqliteWriter)
	return w.write(context.Background(), func(*Tx) error {
		w.session.run("ROLLBACK")
		return w.session.close()
	})
}

// WriterSetting gives the value of a PRAGMA on SQLite's writing connection, or of
// a setting of a PostgreSQL connection that writes.
func WriterSetting(db *DB, name string) (value string, err error) {
	query := "PRAGMA " + name
	if db.engine == Postgres {
		query = "SHOW " + name
	}
	err = db.Write(context.Background(), func(tx *Tx) error { return tx.QueryRow(query).Scan(&value) })
	return value, err
}

// Pending gives how many pages of SQLite's log are not in the database yet.
func Pending(db *DB) (int, error) { return checkpoint(db.writer.(*sqliteWriter).pool, "NOOP") }

// NewCheckpointer gives the look of a checkpointer beside db's own, as its ticks
// call it.
func NewCheckpointer(db *DB) (look func()) {
	w := db.writer.(*sqliteWriter)
	c := &checkpointer{pool: w.pool, busy: new(atomic.Bool), log: db.cfg.Log, wrote: true}
	c.busy.Store(true)
	return c.look
}

// Statements gives how many prepared statements SQLite's writer keeps; it is called
// while nothing is written.
func Statements(db *DB) int { return len(db.writer.(*sqliteWriter).session.stmts) }

// MaxStatements is the bound of Statements.
const MaxStatements = maxStatements
