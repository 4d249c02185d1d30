package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"time"
)

// BackupFormat is the version of the stream that this program writes and reads.
const BackupFormat = 1

// Manifest says what a backup holds.
type Manifest struct {
	Format     int               `json:"format"`
	Schema     int64             `json:"schema"` // number of the newest migration applied
	At         time.Time         `json:"at"`
	Origin     string            `json:"origin"` // of the log
	LogSize    int64             `json:"log_size"`
	Letters    int64             `json:"letters"`
	Signatures int64             `json:"signatures"` // of every state
	Checkpoint string            `json:"checkpoint"` // the newest, signed; "" when there is none
	Keys       map[string]string `json:"keys"`       // key files inside: SHA-256 by name
	Tables     []BackupTable     `json:"tables"`     // by name
}

// Rows is how many rows the backup has in all tables.
func (m *Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Progress is told how many rows of how many were done, now and then and at the
// end. Nil: nobody is told.
type Progress func(done, total int64)

// progressRows is how many rows pass between two calls of a Progress.
const progressRows = 4096

// counter gives a function that counts a row.
func (p Progress) counter(total int64) func() {
	var done int64
	return func() {
		done++
		if p != nil && (done%progressRows == 0 || done == total) {
			p(done, total)
		}
	}
}

// BackupKeyName says whether a file of the key folder may go into a backup under
// this name: the vault's key, the log's, and those of logs that went before.
func BackupKeyName(name string) bool { return backupKeyName.MatchString(name) }

var backupKeyName = regexp.MustCompile(`^(vault|ledger|ledger-[a-z0-9-]{1,64})\.key$`)

// Bounds of the keys in a backup.
const (
	maxBackupKeys = 64
	MaxBackupKey  = 16 << 10 // bytes of one
)

// backupKey is a key file in the stream.
type backupKey struct {
	Name    string `json:"name"`
	Content []byte `json:"content"`
}

func keySum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// BackupOptions is what Backup is given besides where to write.
type BackupOptions struct {
	At       time.Time         // the time it is said to be made
	Keys     map[string][]byte // key files by name to put inside; see BackupKeyName
	Progress Progress
}

// Backup writes everything the store holds, as of one moment, in a form that does
// not depend on the engine. It may be called beside any number of writes, also of
// other processes, which it does not stop; while it runs, SQLite's log grows by
// what they write. What it writes is clear text: see SealBackup. It uses little
// memory, however much there is.
func (db *DB) Backup(ctx context.Context, w io.Writer, o BackupOptions) (*Manifest, error) {
	m := &Manifest{Format: BackupFormat, At: o.At.UTC(), Keys: map[string]string{}}
	if len(o.Keys) > maxBackupKeys {
		return nil, fmt.Errorf("the key folder holds %d keys, and a backup may hold %d: put those not needed elsewhere", len(o.Keys), maxBackupKeys)
	}
	for name, content := range o.Keys {
		if !BackupKeyName(name) || len(content) > MaxBackupKey {
			return nil, fmt.Errorf("%s is no key file that a backup can hold", name)
		}
		m.Keys[name] = keySum(content)
	}
	buffered := bufio.NewWriterSize(w, 1<<16)
	out := &backupWriter{w: buffered}
	err := db.Read(ctx, func(tx *Tx) error {
		if err := m.describe(tx, db.engine); err != nil {
			return err
		}
		if _, err := buffered.WriteString(backupMagic); err != nil {
			return fmt.Errorf("write the backup: %w", err)
		}
		if err := out.note(recordHeader, m); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(m.Keys)) {
			if err := out.note(recordKey, backupKey{name, o.Keys[name]}); err != nil {
				return err
			}
		}
		count := o.Progress.counter(m.Rows())
		for i := range m.Tables {
			if err := writeTable(tx, db.engine, out, &m.Tables[i], count); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("back up: %w", err)
	}
	if err := out.note(recordEnd, m); err != nil {
		return nil, err
	}
	if err := buffered.Flush(); err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	return m, nil
}

// describe fills in what the header says of the store.
func (m *Manifest) describe(tx *Tx, engine string) (err error) {
	if m.Tables, err = readTables(tx, engine); err != nil {
		return err
	}
	for _, t := range m.Tables {
		switch t.Name {
		case "letter":
			m.Letters = t.Rows
		case "signature":
			m.Signatures = t.Rows
		}
	}
	if err := tx.QueryRow(`SELECT coalesce(max(version_id), 0) FROM ` + gooseTable).Scan(&m.Schema); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	head, err := sequenceStep{tx: tx}.Head()
	if err != nil {
		return err
	}
	m.Origin, m.LogSize = head.Origin, head.Size
	var note []byte
	err = tx.QueryRow(`SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1`).Scan(&note)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the newest checkpoint: %w", err)
	}
	m.Checkpoint = string(note)
	return nil
}

func writeTable(tx *Tx, engine string, out *backupWriter, t *BackupTable, count func()) error {
	if err := out.note(recordTable, t.Name); err != nil {
		return err
	}
	sum := sha256.New()
	var rows int64
	err := eachRow(tx, engine, *t, func(row []byte) error {
		rows++
		count()
		return out.record(recordRow, row, sum)
	})
	if err != nil {
		return err
	}
	if rows != t.Rows {
		return fmt.Errorf("table %s has %d rows and had %d a moment ago: the snapshot does not hold", t.Name, rows, t.Rows)
	}
	t.SHA256 = sumSHA256(sum)
	return out.note(recordTableEnd, tableEnd{t.Name, t.Rows, t.SHA256})
}

// SetMeta writes one of the store's own notes, whether or not there was one of
// this key.
func (db *DB) SetMeta(ctx context.Context, key, value string) error {
	err := db.Write(ctx, func(tx *Tx) error { return setMeta(tx, key, value) })
	if err != nil {
		return fmt.Errorf("keep the store's note %s: %w", key, err)
	}
	return nil
}

func setMeta(tx *Tx, key, value string) error {
	_, err := tx.Exec(`INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	return err
}
