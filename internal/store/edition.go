package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pliego/internal/followup/edition"
	"pliego/internal/ledger"
)

// EditionListed is an edition's newest issue, without what it says.
type EditionListed struct {
	Number, Issue int
	MadeAt        time.Time
	Reason        string // of a later issue
	Hash          string // SHA-256 of the body
}

// AddEdition stores a new edition of a letter with its ledger entry, durably. It
// fails with edition.ErrTaken when the number is taken.
func (db *DB) AddEdition(ctx context.Context, letterID string, e *edition.Edition, by string) error {
	body, err := e.Body()
	if err != nil {
		return err
	}
	entry, err := editionEntry(letterID, e, body)
	if err != nil {
		return err
	}
	err = db.Write(ctx, func(tx *Tx) error {
		if err := insertEdition(tx, letterID, e, body, by); err != nil {
			return err
		}
		if err := addPending(tx, entry); err != nil {
			return err
		}
		return bumpLetter(tx, letterID)
	})
	if err != nil {
		return fmt.Errorf("store edition %d of letter %s: %w", e.Number, e.Letter, err)
	}
	return nil
}

func insertEdition(tx *Tx, letterID string, e *edition.Edition, body []byte, by string) error {
	n, err := changed(tx.Exec(`INSERT INTO edition (letter_id, number, issue, made_at, made_by, reason, hash, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`, letterID, e.Number, e.Issue, millis(e.MadeAt), by, e.Reason, edition.Hash(body), string(body)))
	if err == nil && n == 0 {
		return edition.ErrTaken
	}
	return err
}

func editionEntry(letterID string, e *edition.Edition, body []byte) (ledger.Pending, error) {
	return ledger.NewPending(ledger.EditionIssued, letterID, e.Letter, letterID+"/"+strconv.Itoa(e.Number), "", e.MadeAt, map[string]string{
		"number": strconv.Itoa(e.Number), "issue": strconv.Itoa(e.Issue), "from": e.From, "on": e.On, "sha256": edition.Hash(body),
	})
}

// Editions lists the editions of a letter, the newest first.
func (db *DB) Editions(ctx context.Context, letterID string) (list []EditionListed, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var e EditionListed
		var at int64
		return each(tx, []any{&e.Number, &e.Issue, &at, &e.Reason, &e.Hash}, func() error {
			e.MadeAt = fromMillis(at)
			list = append(list, e)
			return nil
		}, `SELECT number, issue, made_at, reason, hash FROM edition e WHERE letter_id = $1
			AND issue = (SELECT max(issue) FROM edition x WHERE x.letter_id = e.letter_id AND x.number = e.number) ORDER BY number DESC`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	return list, nil
}

// Edition reads the newest issue of an edition, with its hash; number 0 is the
// newest edition. It fails with edition.ErrNotFound.
func (db *DB) Edition(ctx context.Context, letterID string, number int) (e *edition.Edition, hash string, err error) {
	var body string
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT hash, body FROM edition WHERE letter_id = $1 AND (number = $2 OR CAST($2 AS BIGINT) = 0)
			ORDER BY number DESC, issue DESC LIMIT 1`, letterID, number).Scan(&hash, &body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", edition.ErrNotFound
	}
	if err != nil {
		return nil, "", fmt.Errorf("read edition %d: %w", number, err)
	}
	e, err = edition.Read([]byte(body))
	return e, hash, err
}

// EditionFile is an issue of an edition set as a file.
type EditionFile struct {
	LetterID      string
	Number, Issue int
	Lang, Format  string
	Hash          string // SHA-256
	IssuedAt      time.Time
	ReplacedAt    time.Time // zero: it is the newest
	Body          []byte
}

// KeepEditionFile keeps the first file that was set of an issue, language and
// format, and gives the one that is kept: an edition's files never change. It
// fails with edition.ErrNotFound when the issue is not the newest any more.
func (db *DB) KeepEditionFile(ctx context.Context, f EditionFile) (kept EditionFile, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO edition_file (letter_id, number, issue, lang, format, hash, issued_at, replaced_at, body)
			SELECT $1, $2, $3, $4, $5, $6, $7, 0, $8
			WHERE NOT EXISTS (SELECT 1 FROM edition WHERE letter_id = $1 AND number = $2 AND issue > $3)
			ON CONFLICT DO NOTHING`, f.LetterID, f.Number, f.Issue, f.Lang, f.Format, f.Hash, millis(f.IssuedAt), f.Body)
		return err
	})
	if err != nil {
		return kept, fmt.Errorf("keep a file of edition %d: %w", f.Number, err)
	}
	return db.EditionFileOf(ctx, f.LetterID, f.Number, f.Issue, f.Lang, f.Format)
}

// EditionFileOf gives a file that was set; edition.ErrNotFound when none was, or
// when it was replaced.
func (db *DB) EditionFileOf(ctx context.Context, letterID string, number, issue int, lang, format string) (f EditionFile, err error) {
	var at int64
	f = EditionFile{LetterID: letterID, Number: number, Issue: issue, Lang: lang, Format: format}
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT hash, issued_at, body FROM edition_file WHERE letter_id = $1 AND number = $2 AND issue = $3 AND lang = $4 AND format = $5
			AND replaced_at = 0`, letterID, number, issue, lang, format).Scan(&f.Hash, &at, &f.Body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return f, edition.ErrNotFound
	}
	if err != nil {
		return f, fmt.Errorf("read a file of edition %d: %w", number, err)
	}
	f.IssuedAt = fromMillis(at)
	return f, nil
}

// EditionFilesByHash finds the files with a hash that were ever handed out,
// without their bytes.
func (db *DB) EditionFilesByHash(ctx context.Context, hash string) (list []EditionFile, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var f EditionFile
		var issued, replaced int64
		return each(tx, []any{&f.LetterID, &f.Number, &f.Issue, &f.Lang, &f.Format, &f.Hash, &issued, &replaced}, func() error {
			f.IssuedAt, f.ReplacedAt = fromMillis(issued), fromMillis(replaced)
			list = append(list, f)
			return nil
		}, `SELECT letter_id, number, issue, lang, format, hash, issued_at, replaced_at FROM edition_file WHERE hash = $1 ORDER BY issued_at`, hash)
	})
	if err != nil {
		return nil, fmt.Errorf("find a file of an edition: %w", err)
	}
	return list, nil
}

// reissueEditions issues the editions of a letter again that hold what was taken
// down, without it, in the transaction that takes it down. The files set from the
// old issue are handed out no more; their hashes stay known.
func reissueEditions(tx *Tx, letterID string, gone map[string]string, now time.Time) error {
	if len(gone) == 0 {
		return nil
	}
	newest := map[int]string{}
	var number int
	var body string
	err := each(tx, []any{&number, &body}, func() error { newest[number] = body; return nil },
		`SELECT number, body FROM edition WHERE letter_id = $1 ORDER BY number, issue`, letterID)
	if err != nil {
		return err
	}
	for number, body := range newest {
		e, err := edition.Read([]byte(body))
		if err != nil {
			return err
		}
		next := e.Without(gone, now.UTC().Truncate(time.Millisecond))
		if next == nil {
			continue
		}
		out, err := next.Body()
		if err != nil {
			return err
		}
		entry, err := editionEntry(letterID, next, out)
		if err != nil {
			return err
		}
		if err := insertEdition(tx, letterID, next, out, "reissue"); err != nil {
			return err
		}
		if err := addPending(tx, entry); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE edition_file SET replaced_at = $3, body = NULL WHERE letter_id = $1 AND number = $2 AND replaced_at = 0`, letterID, number, millis(now)); err != nil {
			return err
		}
	}
	return nil
}
