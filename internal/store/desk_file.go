package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pliego/internal/letter"
)

// DeskFile is a file that was read at the desk and is not stored yet.
type DeskFile struct {
	ID        string // UUIDv7
	Kind      string // DeskLetter, DeskRoll or DeskRecord
	LetterID  string // "" for a letter
	PersonID  string // who brought it
	Sealed    []byte // under its ID
	CreatedAt time.Time
}

// The kinds of files that the desk reads.
const (
	DeskLetter = "letter"
	DeskRoll   = "roll"
	DeskRecord = "record"
)

// AddDeskFile keeps a file.
func (db *DB) AddDeskFile(ctx context.Context, f DeskFile) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO desk_file (id, kind, letter_id, person_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			f.ID, f.Kind, f.LetterID, f.PersonID, f.Sealed, millis(f.CreatedAt))
		return err
	})
}

// DeskFile gives a file of a kind; letter.ErrNotFound when it is gone.
func (db *DB) DeskFile(ctx context.Context, id, kind string) (f DeskFile, err error) {
	var created int64
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT id, kind, letter_id, person_id, sealed, created_at FROM desk_file WHERE id = $1 AND kind = $2`, id, kind).
			Scan(&f.ID, &f.Kind, &f.LetterID, &f.PersonID, &f.Sealed, &created)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return f, letter.ErrNotFound
	}
	if err != nil {
		return f, fmt.Errorf("read a file of the desk: %w", err)
	}
	f.CreatedAt = fromMillis(created)
	return f, nil
}

// DropDeskFile forgets a file.
func (db *DB) DropDeskFile(ctx context.Context, id string) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`DELETE FROM desk_file WHERE id = $1`, id)
		return err
	})
}

// DropDeskFiles forgets the files from before a time.
func (db *DB) DropDeskFiles(ctx context.Context, before time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`DELETE FROM desk_file WHERE created_at < $1`, millis(before))
		return err
	})
}
