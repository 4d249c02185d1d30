package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// ErrNotEmpty says that a restore was to go where something is already.
var ErrNotEmpty = errors.New("a restore overwrites nothing")

// RestoreOptions is what Restore is given besides the backup and the place.
type RestoreOptions struct {
	// Keys puts the key files of the backup into their places. It is called once,
	// when all else was checked, before the store is there; undo takes away again
	// what it put, when the last step fails after all.
	Keys     func(m *Manifest, keys map[string][]byte) (undo func() error, err error)
	Progress Progress
}

// Exists says whether there is a database to open at cfg's place. It asks no
// PostgreSQL server, and answers true for one.
func Exists(cfg Config) (bool, error) {
	if cfg.URL != "" {
		return true, nil
	}
	_, err := os.Stat(filepath.Join(cfg.Dir, sqliteFile))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Restore makes a store of the stream of a backup (see OpenBackup) in an empty
// place: a data folder without a database, or a PostgreSQL database whose tables
// hold no row; else it fails with ErrNotEmpty. A backup of an older schema is
// migrated after it was read.
//
// The store is there whole or not at all. It is there only after every count and
// hash of the backup was checked, against the stream and against the rows as they
// were written. Its log is frozen: see ResumeLog and ContinueLog.
func Restore(ctx context.Context, cfg Config, r io.Reader, o RestoreOptions) (*Manifest, error) {
	cfg = cfg.withDefaults()
	known, err := newestMigration(cfg.Migrations)
	if err != nil {
		return nil, err
	}
	in, err := newRestorer(r, o, known)
	if err != nil {
		return nil, err
	}
	if cfg.URL != "" {
		err = restorePostgres(ctx, cfg, in)
	} else {
		err = restoreSQLite(ctx, cfg, in)
	}
	if err != nil {
		return nil, err
	}
	return in.manifest, nil
}

// restorer takes a backup apart.
type restorer struct {
	*backupReader
	manifest *Manifest
	keys     map[string][]byte
	options  RestoreOptions
}

// newRestorer reads what comes before the rows. newest is the newest migration
// that this program knows.
func newRestorer(r io.Reader, o RestoreOptions, newest int64) (*restorer, error) {
	reader, err := newBackupReader(r)
	if err != nil {
		return nil, err
	}
	in := &restorer{backupReader: reader, manifest: &Manifest{}, keys: map[string][]byte{}, options: o}
	m := in.manifest
	if err := in.note(recordHeader, m); err != nil {
		return nil, err
	}
	switch {
	case m.Format != BackupFormat:
		return nil, badBackup("its format is number %d, this program reads %d", m.Format, BackupFormat)
	case m.Schema > newest:
		return nil, fmt.Errorf("%w (the backup's schema is number %d, this program knows %d)", ErrNewerSchema, m.Schema, newest)
	case m.Schema < 1 || len(m.Keys) > maxBackupKeys:
		return nil, badBackup("its header")
	}
	for i, t := range m.Tables {
		if i > 0 && m.Tables[i-1].Name >= t.Name || t.Rows < 0 {
			return nil, badBackup("its list of tables")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Keys)) {
		var key backupKey
		if err := in.note(recordKey, &key); err != nil {
			return nil, err
		}
		if key.Name != name || !BackupKeyName(name) || len(key.Content) > MaxBackupKey || keySum(key.Content) != m.Keys[name] {
			return nil, badBackup("its keys")
		}
		in.keys[name] = key.Content
	}
	return in, nil
}

// load reads the rows into the empty tables of tx, copyRows one table's. It checks
// everything the backup says, freezes the log, and puts the keys into place; undo
// is never nil when err is.
func (in *restorer) load(tx *Tx, engine string, copyRows func(t BackupTable, rows *rowSource) error) (undo func() error, err error) {
	m := in.manifest
	has, err := readTables(tx, engine)
	if err != nil {
		return nil, err
	}
	if err := sameTables(m.Tables, has); err != nil {
		return nil, fmt.Errorf("%w; restore into a folder or database of its own", err)
	}
	for _, t := range has {
		if t.Rows > 0 {
			return nil, fmt.Errorf("%w, and table %s of the database holds %d rows: name an empty database", ErrNotEmpty, t.Name, t.Rows)
		}
	}
	count := in.options.Progress.counter(m.Rows())
	for i := range m.Tables {
		if err := in.table(&m.Tables[i], count, copyRows); err != nil {
			return nil, err
		}
	}
	if err := in.end(); err != nil {
		return nil, err
	}
	if err := verifyTables(tx, engine, m.Tables); err != nil {
		return nil, err
	}
	head, err := sequenceStep{tx: tx}.Head()
	if err != nil {
		return nil, fmt.Errorf("the backup: %w", err)
	}
	if head.Origin != m.Origin || head.Size != m.LogSize {
		return nil, badBackup("its log is not the one its header speaks of")
	}
	if _, err := tx.Exec(`UPDATE log_head SET frozen = 1`); err != nil {
		return nil, err
	}
	if in.options.Keys == nil {
		return func() error { return nil }, nil
	}
	return in.options.Keys(m, in.keys)
}

func (in *restorer) table(t *BackupTable, count func(), copyRows func(t BackupTable, rows *rowSource) error) error {
	var name string
	if err := in.note(recordTable, &name); err != nil {
		return err
	}
	if name != t.Name {
		return badBackup("table %q where %q is due", name, t.Name)
	}
	rows := &rowSource{r: in.backupReader, table: *t, sum: sha256.New(), values: make([]any, len(t.Columns)), progress: count}
	if err := copyRows(*t, rows); err != nil {
		return fmt.Errorf("restore table %s: %w", t.Name, errors.Join(err, notTwice(err, rows.Err())))
	}
	if rows.Err() != nil {
		return rows.Err()
	}
	if rows.end.Name == "" {
		return fmt.Errorf("restore table %s: its rows were not read to their end", t.Name)
	}
	t.SHA256 = rows.end.SHA256
	return nil
}

// notTwice gives err unless first tells of it already.
func notTwice(first, err error) error {
	if errors.Is(first, err) {
		return nil
	}
	return err
}

// end reads what comes after the rows.
func (in *restorer) end() error {
	var end Manifest
	if err := in.note(recordEnd, &end); err != nil {
		return err
	}
	m := in.manifest
	same := end.Format == m.Format && end.Schema == m.Schema && end.At.Equal(m.At) && end.Origin == m.Origin &&
		end.LogSize == m.LogSize && end.Letters == m.Letters && end.Signatures == m.Signatures &&
		end.Checkpoint == m.Checkpoint && maps.Equal(end.Keys, m.Keys) && len(end.Tables) == len(m.Tables)
	for i := 0; same && i < len(m.Tables); i++ {
		has, want := m.Tables[i], end.Tables[i]
		same = has.Name == want.Name && has.Rows == want.Rows && has.SHA256 == want.SHA256 && slices.Equal(has.Columns, want.Columns)
	}
	if !same {
		return badBackup("what it holds is not what its manifest says")
	}
	return in.atEnd()
}
