package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

const (
	// sqliteFile is the database's name in the data folder.
	sqliteFile = "pliego.db"

	// walPages is when a commit itself must checkpoint: 64 MB of log. The
	// checkpointer keeps the log below it except under sustained load.
	walPages = 16000

	// writerBusy is how long one attempt at SQLite's write lock waits, in
	// milliseconds. It is short, and the writer tries again (begin), because
	// SQLite's own waiting grows to 100 ms between looks, and a busy process
	// leaves the lock for far less than that.
	writerBusy = 3
)

// openSQLite opens cfg.Dir/pliego.db. The live file is opened by SQLite alone:
// closing any other descriptor of it would drop the POSIX locks of this process.
func openSQLite(ctx context.Context, cfg Config) (_ *DB, err error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("data folder %s: %w", cfg.Dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the data folder: %w", err)
	}
	cfg.Dir = dir
	// As durable as fsync, without writing timestamps through the file system's
	// journal at each commit. Where the platform lacks it, fsync stays.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := migrateSQLite(ctx, cfg); err != nil {
		return nil, err
	}

	pool, err := sql.Open("sqlite", sqliteDSN(dir, sqliteWriterPragmas(writerBusy)))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Join(dir, sqliteFile), err)
	}
	pool.SetMaxOpenConns(2) // the writer's and the checkpointer's
	pool.SetMaxIdleConns(2)
	writer, err := newSQLiteWriter(ctx, cfg, pool)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", filepath.Join(dir, sqliteFile), err), pool.Close())
	}
	readers, err := sql.Open("sqlite", sqliteDSN(dir, sqliteReaderPragmas))
	if err != nil {
		return nil, errors.Join(err, writer.close())
	}
	readers.SetMaxOpenConns(cfg.Readers)
	readers.SetMaxIdleConns(cfg.Readers)
	return &DB{cfg: cfg, engine: SQLite, writer: writer, readers: readers, sessions: newSQLiteReaders(readers, cfg.Readers)}, nil
}

// sqliteWriterPragmas are those of a connection that writes; busy is in
// milliseconds. synchronous=FULL makes a WAL commit wait for the disk, and
// secure_delete has what is erased overwritten, also in pages that become free.
func sqliteWriterPragmas(busy int) url.Values {
	return url.Values{
		"_busy_timeout": {fmt.Sprint(busy)},
		"_dqs":          {"0"},
		"_pragma": {
			"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
			fmt.Sprintf("wal_autocheckpoint(%d)", walPages),
			"cache_size(-65536)", "temp_store(MEMORY)", "trusted_schema(OFF)", "secure_delete(ON)",
		},
	}
}

var sqliteReaderPragmas = url.Values{
	"_busy_timeout": {"10000"},
	"_dqs":          {"0"},
	"_pragma":       {"query_only(ON)", "cache_size(-8192)", "temp_store(MEMORY)", "trusted_schema(OFF)"},
}

func sqliteDSN(dir string, params url.Values) string {
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, sqliteFile)), RawQuery: params.Encode()}
	return file.String()
}

// createPrivate makes an empty file readable by its owner only and leaves a file
// that exists alone, without opening it. SQLite gives its log the same mode.
func createPrivate(name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}
