package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
)

// restoreFolder is what the names of folders begin with in which a store is built.
const restoreFolder = ".restore-"

// restoreSQLite builds the database in a folder of its own inside the data folder,
// and links it into its place when it is whole and on disk. While it builds, no
// other process can create a database there.
func restoreSQLite(ctx context.Context, cfg Config, in *restorer) (err error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return fmt.Errorf("data folder %s: %w", cfg.Dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create the data folder: %w", err)
	}
	unlock, err := lockMigration(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	// A log left of a database that was deleted would be applied to this one.
	there, err := filepath.Glob(filepath.Join(dir, sqliteFile+"*"))
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return fmt.Errorf("%w, and there is %s: name an empty folder with --data, or move what is there away", ErrNotEmpty, there[0])
	}
	left, err := filepath.Glob(filepath.Join(dir, restoreFolder+"*"))
	if err != nil {
		return err
	}
	for _, old := range left { // of restores that were interrupted: we hold the lock
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	aside, err := os.MkdirTemp(dir, restoreFolder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(aside)) }()

	undo, err := buildSQLite(ctx, cfg, aside, in)
	if err != nil {
		return err
	}
	file := filepath.Join(aside, sqliteFile)
	err = syncFile(file)
	if err == nil {
		err = os.Link(file, filepath.Join(dir, sqliteFile))
	}
	if err == nil {
		return syncFile(dir)
	}
	return errors.Join(fmt.Errorf("put the restored database into its place: %w", err), undo())
}

// buildSQLite makes the database in an empty folder. Nothing of it is durable
// until the file is synced: a crash leaves only what is thrown away.
func buildSQLite(ctx context.Context, cfg Config, dir string, in *restorer) (undo func() error, err error) {
	if err := createPrivate(filepath.Join(dir, sqliteFile)); err != nil {
		return nil, err
	}
	params := url.Values{"_dqs": {"0"}, "_pragma": {
		"journal_mode(OFF)", "synchronous(OFF)", "foreign_keys(OFF)", "cache_size(-65536)", "temp_store(MEMORY)", "trusted_schema(OFF)",
	}}
	pool, err := sql.Open("sqlite", sqliteDSN(dir, params))
	if err != nil {
		return nil, err
	}
	closed := false
	defer func() {
		if !closed {
			err = errors.Join(err, pool.Close())
		}
	}()
	m, err := newMigrations(goose.DialectSQLite3, pool, cfg.Migrations, cfg.Log)
	if err != nil {
		return nil, err
	}
	if err := m.upTo(ctx, in.manifest.Schema); err != nil {
		return nil, err
	}
	undo, err = loadSQLite(ctx, pool, in)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, undo())
		}
	}()
	if err := m.up(ctx); err != nil {
		return nil, err
	}
	if _, err := pool.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return nil, err
	}
	closed = true
	if err := pool.Close(); err != nil {
		return nil, err
	}
	for _, rest := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(filepath.Join(dir, sqliteFile+rest)); err == nil {
			return nil, fmt.Errorf("the restored database was not closed whole: %s%s is left", sqliteFile, rest)
		}
	}
	return undo, nil
}

func loadSQLite(ctx context.Context, pool *sql.DB, in *restorer) (undo func() error, err error) {
	sqlTx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer sqlTx.Rollback()
	tx := &Tx{ctx: ctx, on: sqlTx}
	undo, err = in.load(tx, SQLite, func(t BackupTable, rows *rowSource) error {
		places := make([]string, len(t.Columns))
		for i := range places {
			places[i] = fmt.Sprintf("$%d", i+1)
		}
		stmt, err := sqlTx.PrepareContext(ctx, `INSERT INTO `+quoteName(t.Name)+` (`+t.columnList()+`) VALUES (`+strings.Join(places, ", ")+`)`)
		if err != nil {
			return err
		}
		defer stmt.Close()
		for rows.Next() {
			if _, err := stmt.ExecContext(ctx, rows.values...); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	broken, err := brokenReferences(tx, SQLite)
	if err == nil && broken > 0 {
		err = badBackup("%d rows refer to others that are not there", broken)
	}
	if err == nil {
		err = tx.end()
	}
	if err == nil {
		err = sqlTx.Commit()
	}
	if err != nil {
		return nil, errors.Join(err, undo())
	}
	return undo, nil
}

// brokenReferences counts the rows whose foreign keys lead nowhere. PostgreSQL
// cannot have any in a constraint that it validated; there it counts those that it
// did not.
func brokenReferences(tx *Tx, engine string) (n int64, err error) {
	query := `SELECT count(*) FROM pragma_foreign_key_check`
	if engine == Postgres {
		query = `SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND NOT convalidated`
	}
	err = tx.QueryRow(query).Scan(&n)
	return n, err
}
