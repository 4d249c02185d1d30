package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"golang.org/x/mod/sumdb/tlog"

	"pliego/internal/ledger"
)

// ErrReadOnly is what Write answers in a store that was opened to be looked at.
var ErrReadOnly = errors.New("the store was opened to be read only")

// ErrNoStore says that there is nothing to open.
var ErrNoStore = errors.New("there is no store here")

// OpenReadOnly opens a store as it is, of whatever schema, to look at it: nothing
// is created or migrated, and Write fails with ErrReadOnly. It fails with
// ErrNoStore when there is none.
func OpenReadOnly(ctx context.Context, cfg Config) (*DB, error) {
	cfg = cfg.withDefaults()
	db := &DB{cfg: cfg, writer: refusingWriter{}}
	if cfg.URL != "" {
		conf, err := pgx.ParseConfig(cfg.URL)
		if err != nil {
			return nil, fmt.Errorf("the database URL cannot be read: %w", err)
		}
		db.engine, db.readers = Postgres, stdlib.OpenDB(*conf)
	} else {
		there, err := Exists(cfg)
		if err != nil {
			return nil, err
		}
		if !there {
			return nil, ErrNoStore
		}
		dir, err := filepath.Abs(cfg.Dir)
		if err != nil {
			return nil, err
		}
		pool, err := sql.Open("sqlite", sqliteDSN(dir, sqliteReaderPragmas))
		if err != nil {
			return nil, err
		}
		db.engine, db.readers = SQLite, pool
	}
	db.readers.SetMaxOpenConns(cfg.Readers)
	if err := db.readers.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.readers.Close())
	}
	return db, nil
}

// refusingWriter is the writer of a store opened to be looked at.
type refusingWriter struct{}

func (refusingWriter) write(context.Context, func(*Tx) error) error { return ErrReadOnly }
func (refusingWriter) waiting() int                                 { return 0 }
func (refusingWriter) close() error                                 { return nil }

// Schema gives the number of the newest migration applied to the store, 0 for
// none, and of the newest that this program knows.
func (db *DB) Schema(ctx context.Context) (has, known int64, err error) {
	if known, err = newestMigration(db.cfg.Migrations); err != nil {
		return 0, 0, err
	}
	err = db.Read(ctx, func(tx *Tx) error {
		var there int
		query := `SELECT count(*) FROM sqlite_schema WHERE name = $1`
		if db.engine == Postgres {
			query = `SELECT count(*) FROM pg_class WHERE relname = $1 AND relnamespace = current_schema()::regnamespace`
		}
		if err := tx.QueryRow(query, gooseTable).Scan(&there); err != nil || there == 0 {
			return err
		}
		return tx.QueryRow(`SELECT coalesce(max(version_id), 0) FROM ` + gooseTable).Scan(&has)
	})
	return has, known, err
}

// Integrity lets SQLite go through its whole file and gives what it finds wrong, a
// line each, at most twenty. PostgreSQL guards its own files; there it gives
// nothing.
func (db *DB) Integrity(ctx context.Context) (faults []string, err error) {
	if db.engine == Postgres {
		return nil, nil
	}
	err = db.Read(ctx, func(tx *Tx) error {
		var line string
		return each(tx, []any{&line}, func() error {
			if line != "ok" {
				faults = append(faults, line)
			}
			return nil
		}, `PRAGMA integrity_check(20)`)
	})
	return faults, err
}

// Server gives the engine's version, and how far the clock of the PostgreSQL server
// is ahead of ours; 0 on SQLite.
func (db *DB) Server(ctx context.Context) (version string, ahead time.Duration, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		if db.engine == SQLite {
			return tx.QueryRow(`SELECT sqlite_version()`).Scan(&version)
		}
		if err := tx.QueryRow(`SHOW server_version`).Scan(&version); err != nil {
			return err
		}
		var ms int64
		before := time.Now()
		if err := tx.QueryRow(`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint`).Scan(&ms); err != nil {
			return err
		}
		after := time.Now()
		ahead = time.UnixMilli(ms).Sub(before.Add(after.Sub(before) / 2))
		return nil
	})
	return version, ahead, err
}

// BrokenReferences counts rows whose foreign keys lead nowhere, on PostgreSQL the
// foreign keys that were never checked.
func (db *DB) BrokenReferences(ctx context.Context) (n int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		n, err = brokenReferences(tx, db.engine)
		return err
	})
	return n, err
}

// VerifyLog goes through the whole log and says whether its entries, its tiles, its
// size and the given checkpoint belong together. Size -1: no checkpoint is compared.
func (db *DB) VerifyLog(ctx context.Context, c ledger.Checkpoint) error {
	return db.Read(ctx, func(tx *Tx) error {
		head, err := verifyLog(tx)
		if err != nil || c.Size < 0 {
			return err
		}
		if c.Size > head.Size {
			return fmt.Errorf("a checkpoint of size %d was signed, and the log has %d entries: entries were lost", c.Size, head.Size)
		}
		var root tlog.Hash
		if root, err = rootAt(tx, c.Size); err == nil && root != c.Root {
			err = fmt.Errorf("the newest checkpoint's root is not the log's at size %d", c.Size)
		}
		return err
	})
}

// OldestPending tells how many ledger entries wait for their place, and since when
// the oldest does.
func (db *DB) OldestPending(ctx context.Context) (n int64, since time.Time, err error) {
	var id sql.NullString
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT count(*), min(id) FROM ledger_pending`).Scan(&n, &id)
	})
	if err != nil || n == 0 {
		return n, time.Time{}, err
	}
	u, err := uuid.Parse(id.String)
	if err != nil {
		return n, time.Time{}, fmt.Errorf("a waiting ledger entry has the id %q, which is none: %w", id.String, err)
	}
	sec, nsec := u.Time().UnixTime()
	return n, time.Unix(sec, nsec).UTC(), nil
}

// Miscounted gives the slugs of letters whose counts, or highest number, are not
// those of their signatures.
func (db *DB) Miscounted(ctx context.Context) (slugs []string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var slug string
		// A withdrawal counts when its entry has its place in the log.
		return each(tx, []any{&slug}, func() error {
			slugs = append(slugs, slug)
			return nil
		}, `WITH seen AS (
				SELECT s.letter_id, s.number, s.kind, s.uncounted,
					CASE WHEN s.state IN ('withdrawn', 'disowned') AND NOT EXISTS (
						SELECT 1 FROM ledger_pending p WHERE p.subject = s.id AND p.kind = $1) THEN 1 ELSE 0 END AS gone
				FROM signature s WHERE s.number IS NOT NULL),
			counted AS (
				SELECT letter_id, max(number) AS highest, sum(gone) AS withdrawn,
					sum(CASE WHEN gone = 0 AND uncounted = 0 AND kind = 'person' THEN 1 ELSE 0 END) AS persons,
					sum(CASE WHEN gone = 0 AND uncounted = 0 AND kind <> 'person' THEN 1 ELSE 0 END) AS organisations
				FROM seen GROUP BY letter_id)
			SELECT l.slug FROM letter l LEFT JOIN counted c ON c.letter_id = l.id
			WHERE l.highest_number < coalesce(c.highest, 0) OR l.withdrawn <> coalesce(c.withdrawn, 0)
				OR l.persons <> coalesce(c.persons, 0) OR l.organisations <> coalesce(c.organisations, 0)
			ORDER BY l.slug`, ledger.SignatureWithdrawn)
	})
	return slugs, err
}

// NewestTime is the latest time that anything in the store was recorded at.
func (db *DB) NewestTime(ctx context.Context) (time.Time, error) {
	var ms int64
	err := db.Read(ctx, func(tx *Tx) error {
		for _, query := range []string{
			`SELECT coalesce(max(created_at), 0) FROM letter`,
			`SELECT coalesce(max(published_at), 0) FROM letter_text`,
			`SELECT coalesce(max(created_at), 0) FROM signature`,
			`SELECT coalesce(max(signed_at), 0) FROM signature`,
			`SELECT coalesce(max(ended_at), 0) FROM signature`,
			`SELECT coalesce(max(signed_at), 0) FROM checkpoint`,
		} {
			var newest int64
			if err := tx.QueryRow(query).Scan(&newest); err != nil {
				return err
			}
			ms = max(ms, newest)
		}
		return nil
	})
	return fromMillis(ms), err
}

// OverdueMail counts the mails that were due before a time and still wait.
func (db *DB) OverdueMail(ctx context.Context, before time.Time) (n int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM outbox WHERE failed = '' AND due_at < $1`, millis(before)).Scan(&n)
	})
	return n, err
}
