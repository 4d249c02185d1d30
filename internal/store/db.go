// Package store keeps everything in SQL: SQLite in a data folder, or PostgreSQL.
//
// DB.Write is the only way to write and DB.Read the way to read a consistent
// state. What they promise is the same on both engines; how it is kept differs
// (write_sqlite.go, write_postgres.go).
package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"pliego/internal/store/postgres"
	"pliego/internal/store/sqlite"
)

// Config says where the store is and how it is bounded. The zero value of every
// field but Dir and URL is a safe default.
type Config struct {
	// Dir is the data folder. SQLite's file is Dir/pliego.db; the folder is
	// created, readable by its owner only, when it is missing. Required unless
	// URL is set.
	Dir string

	// URL, such as postgres://user:password@host/name, chooses PostgreSQL and
	// wins over Dir. Empty: SQLite.
	URL string

	// Log receives what an operator should know. Nil: slog.Default().
	Log *slog.Logger

	// Queue is how many writes may wait, besides those that run. When it is
	// full Write answers ErrBusy at once. 0: 4096.
	Queue int

	// Batch is the most writes that one SQLite transaction holds. 0: 256.
	Batch int

	// BatchTime is how long a SQLite transaction goes on taking in further
	// waiting writes before it commits. 0: 20 ms.
	BatchTime time.Duration

	// WriteTimeout bounds one run of a function given to Write: a statement that
	// runs then is interrupted, and what the function did is undone. It exists to
	// free a stuck writer, not to hurry one. 0: 30 s.
	WriteTimeout time.Duration

	// LockWait is how long SQLite's writer waits for another process (a command
	// beside a running serve) to finish its own writing. 0: 15 s.
	LockWait time.Duration

	// Writers is how many PostgreSQL transactions run at once; SQLite has one
	// writer. 0: 32.
	Writers int

	// Readers is how many reads run at once; more wait. 0: 8, or twice the
	// processors when that is more.
	Readers int

	// Migrations replaces the schema's own migrations; tests use it. Nil: the
	// engine's built-in ones.
	Migrations fs.FS
}

func (c Config) withDefaults() Config {
	or := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	orTime := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	or(&c.Queue, 4096)
	or(&c.Batch, 256)
	or(&c.Writers, 32)
	or(&c.Readers, max(8, 2*runtime.NumCPU()))
	orTime(&c.BatchTime, 20*time.Millisecond)
	orTime(&c.WriteTimeout, 30*time.Second)
	orTime(&c.LockWait, 15*time.Second)
	if c.Migrations == nil {
		if c.URL != "" {
			c.Migrations = postgres.Migrations()
		} else {
			c.Migrations = sqlite.Migrations()
		}
	}
	return c
}

// The engines' names, as DB.Engine gives them.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// DB is an open store. Any number of goroutines may use it at once, and several
// processes may have the same store open.
type DB struct {
	cfg      Config
	engine   string
	writer   writer
	readers  *sql.DB
	sessions *sqliteReaders // how SQLite reads; nil on PostgreSQL
	closed   atomic.Bool

	partsMu sync.Mutex
	parts   map[string]letterParts // by letter ID; see readParts
}

// writer is one engine's way to keep Write's promise.
type writer interface {
	write(ctx context.Context, fn func(tx *Tx) error) error
	waiting() int
	// close finishes what was accepted, then ends. It is called once.
	close() error
}

// Open opens the store, creating it when it is not there, and brings its schema
// up to date. Before it changes the schema of a SQLite store that holds anything
// it writes a backup into Dir/backups. Several processes may open one store at the
// same time: one migrates and the others wait for it.
//
// A store whose schema is newer than this program gives ErrNewerSchema.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	cfg = cfg.withDefaults()
	switch {
	case cfg.URL != "":
		return openPostgres(ctx, cfg)
	case cfg.Dir != "":
		return openSQLite(ctx, cfg)
	}
	return nil, errors.New("open store: neither a data folder nor a database URL was given")
}

// Engine is "sqlite" or "postgres", for the few places where their SQL differs.
func (db *DB) Engine() string { return db.engine }

// Write runs fn in a transaction and returns when that is durably committed, or
// was not. It is the only way to write.
//
// What it promises:
//   - nil means that what fn did is on disk, whole, and survives a crash.
//   - An error means that nothing fn did was kept, and that no other write was
//     disturbed; only ErrUnknownOutcome leaves that open. fn's own error is
//     returned as it is, inside errors.Is's reach.
//   - ErrBusy means that the store cannot take the write now; ErrUnavailable that
//     the database or its disk failed; ErrClosed that it never will.
//   - If ctx ends while the write waits, fn is not run and ctx's error is
//     returned. Once fn runs, ctx no longer matters: the true outcome is
//     returned, so that nobody is told that a kept write failed.
//
// What fn must keep to:
//   - It may run more than once, so it does no I/O of its own and keeps no state:
//     what it hands out it assigns afresh each time.
//   - After a statement fails it returns an error. If it returns nil, Write
//     returns the statement's error.
//   - It uses tx from one goroutine, only while it runs, and does not call Write.
//   - It is short; long imports come in chunks.
//
// A panic in fn is caught and returned as a *PanicError.
func (db *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Value(insideWrite{}) != nil {
		return errors.New("store: Write called inside a function given to Write")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return db.writer.write(ctx, fn)
}

// Waiting is how many writes wait to run, for an operator's metrics.
func (db *DB) Waiting() int { return db.writer.waiting() }

// Read runs fn on one consistent state of the store, which no write changes while
// fn runs, and which holds every write that was answered before Read was called.
// Statements that write fail. When ctx ends, fn's statements fail with its error.
// fn runs once, on the caller's goroutine. ErrUnavailable says that the database
// could not be reached, or was lost on the way.
func (db *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	if db.closed.Load() {
		return ErrClosed
	}
	if db.sessions != nil {
		if err := db.sessions.read(ctx, fn); !db.closed.Load() || !errors.Is(err, sql.ErrConnDone) {
			return err
		}
		return ErrClosed
	}
	err := readPostgres(ctx, db.readers, fn)
	if err != nil && db.closed.Load() && errors.Is(err, ErrUnavailable) {
		return ErrClosed
	}
	return err
}

// Close refuses new work, finishes the writes that were accepted, and closes the
// store. Further calls do nothing.
func (db *DB) Close() error {
	if db.closed.Swap(true) {
		return nil
	}
	err := db.writer.close()
	if db.sessions != nil {
		err = errors.Join(err, db.sessions.close())
	}
	return errors.Join(err, db.readers.Close())
}
