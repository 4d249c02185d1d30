package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Print is a file of a letter that was handed out.
type Print struct {
	LetterID   string
	Lang       string
	Format     string // pdf, docx
	Hash       string // SHA-256 in hexadecimal
	Version    int64  // of the letter
	IssuedAt   time.Time
	ReplacedAt time.Time // zero: it is the newest
	NamesOut   bool      // it was replaced because it held a name that was taken out
}

// takeNameOut notes that a signature's name left its letter's list: what was
// printed with it is not the newest any more, from this transaction on.
func takeNameOut(tx *Tx, signatureID string, at time.Time) error {
	var letterID string
	if err := tx.QueryRow(`SELECT letter_id FROM signature WHERE id = $1`, signatureID).Scan(&letterID); err != nil {
		return err
	}
	if err := beginKeeping(tx, letterID); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE letter_keeping SET names_out = names_out + 1 WHERE letter_id = $1`, letterID); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE print SET replaced_at = $2, names_out = 1 WHERE letter_id = $1 AND replaced_at = 0`, letterID, millis(at))
	return err
}

// NamesOut tells how often a name was taken out of a letter's list: a file that
// was set before it grew holds a name that must not be handed out.
func (db *DB) NamesOut(ctx context.Context, letterID string) (n int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT names_out FROM letter_keeping WHERE letter_id = $1`, letterID).Scan(&n)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return n, err
}

// RecordPrint records a file before it is handed out, and that it takes the
// place of the one before; one whose hash is known stays as it is. namesOut is
// what NamesOut gave before the file was set: if names were taken out since,
// nothing is recorded, and current is false: the file must not be handed out.
func (db *DB) RecordPrint(ctx context.Context, p Print, namesOut int64) (current bool, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		if err := beginKeeping(tx, p.LetterID); err != nil {
			return err
		}
		var now int64 // the update holds the row against a name that is just leaving
		if err := tx.QueryRow(`UPDATE letter_keeping SET names_out = names_out WHERE letter_id = $1 RETURNING names_out`, p.LetterID).Scan(&now); err != nil {
			return err
		}
		if current = now == namesOut; !current {
			return nil
		}
		_, err := tx.Exec(`INSERT INTO print (letter_id, lang, format, hash, version, issued_at, replaced_at, names_out)
			VALUES ($1, $2, $3, $4, $5, $6, 0, 0)
			ON CONFLICT (letter_id, lang, format, hash) DO UPDATE SET replaced_at = 0, names_out = 0, version = excluded.version`,
			p.LetterID, p.Lang, p.Format, p.Hash, p.Version, millis(p.IssuedAt))
		if err != nil {
			return err
		}
		// Another process may have handed out a newer one meanwhile.
		_, err = tx.Exec(`UPDATE print SET replaced_at = $4 WHERE letter_id = $1 AND lang = $2 AND format = $3 AND replaced_at = 0
			AND hash <> $5 AND version <= $6`, p.LetterID, p.Lang, p.Format, millis(p.IssuedAt), p.Hash, p.Version)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("record a print: %w", err)
	}
	return current, nil
}

const printColumns = `letter_id, lang, format, hash, version, issued_at, replaced_at, names_out`

// Prints lists the files of a letter that were handed out, the newest first.
func (db *DB) Prints(ctx context.Context, letterID string, limit int) ([]Print, error) {
	return db.prints(ctx, `SELECT `+printColumns+` FROM print WHERE letter_id = $1 ORDER BY issued_at DESC, hash LIMIT $2`, letterID, limit)
}

// PrintByHash finds the files with a hash that were ever handed out: none, one,
// or the same file in several roles.
func (db *DB) PrintByHash(ctx context.Context, hash string) ([]Print, error) {
	return db.prints(ctx, `SELECT `+printColumns+` FROM print WHERE hash = $1 ORDER BY issued_at`, hash)
}

func (db *DB) prints(ctx context.Context, query string, args ...any) (list []Print, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var p Print
		var issued, replaced, out int64
		return each(tx, []any{&p.LetterID, &p.Lang, &p.Format, &p.Hash, &p.Version, &issued, &replaced, &out}, func() error {
			p.IssuedAt, p.ReplacedAt, p.NamesOut = fromMillis(issued), fromMillis(replaced), out == 1
			list = append(list, p)
			return nil
		}, query, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("list prints: %w", err)
	}
	return list, nil
}
