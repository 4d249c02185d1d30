package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
)

// migrateWait is how long a process waits for another that migrates.
const migrateWait = 5 * time.Minute

// migrateSQLite brings cfg.Dir's database up to date, after a backup if there is
// anything to lose. One process does it at a time.
func migrateSQLite(ctx context.Context, cfg Config) (err error) {
	unlock, err := lockMigration(ctx, cfg.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	if err := createPrivate(filepath.Join(cfg.Dir, sqliteFile)); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	params := sqliteWriterPragmas(int(cfg.LockWait.Milliseconds()))
	params.Set("_txlock", "immediate") // another process may be writing
	pool, err := sql.Open("sqlite", sqliteDSN(cfg.Dir, params))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	if err := pool.PingContext(ctx); err != nil {
		return fmt.Errorf("open %s: %w", filepath.Join(cfg.Dir, sqliteFile), err)
	}

	m, err := newMigrations(goose.DialectSQLite3, pool, cfg.Migrations, cfg.Log)
	if err != nil || m == nil {
		return err
	}
	first, migrated, err := m.pending(ctx)
	if err != nil || first == 0 {
		return err
	}
	if migrated {
		if err := backupBeforeMigration(ctx, cfg, pool, first); err != nil {
			return fmt.Errorf("back up before migration %d (nothing was changed): %w", first, err)
		}
	}
	return m.up(ctx)
}

// lockMigration takes the lock that keeps two processes from migrating at once. It
// is SQLite's own lock on an empty file beside the database: it works wherever the
// database does, and ends with the process that holds it.
func lockMigration(ctx context.Context, dir string) (unlock func() error, err error) {
	name := filepath.Join(dir, "migrate.lock")
	if err := createPrivate(name); err != nil {
		return nil, fmt.Errorf("create the migration lock: %w", err)
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(name), RawQuery: "_busy_timeout=20"}
	pool, err := sql.Open("sqlite", file.String())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	for limit := time.Now().Add(migrateWait); ; {
		_, err = pool.ExecContext(ctx, "BEGIN EXCLUSIVE")
		if err == nil {
			return pool.Close, nil
		}
		if !isBusy(err) || time.Now().After(limit) {
			return nil, errors.Join(fmt.Errorf("wait for another process that migrates %s: %w", dir, err), pool.Close())
		}
	}
}

// backupBeforeMigration copies the database to
// Dir/backups/before-migration-N-TIME.db, readable by its owner only. The copy has
// its name only once it is whole and on disk.
func backupBeforeMigration(ctx context.Context, cfg Config, pool *sql.DB, first int64) (err error) {
	dir := filepath.Join(cfg.Dir, "backups")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name := filepath.Join(dir, fmt.Sprintf("before-migration-%d-%s.db", first, time.Now().UTC().Format("20060102T150405.000Z")))
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(part)
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	if _, err := pool.ExecContext(ctx, "VACUUM INTO $1", part); err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return err
	}
	if err := os.Rename(part, name); err != nil {
		return err
	}
	if err := syncFile(dir); err != nil {
		return err
	}
	cfg.Log.Info("backed up before migrating", "file", name)
	return nil
}

// syncFile waits until a file, or a folder's list of files, is on disk.
func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
