package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"pliego/internal/ledger"
)

// published runs fn in a read with the size of the newest checkpoint.
func (db *DB) published(ctx context.Context, fn func(tx *Tx, size int64) error) error {
	return db.Read(ctx, func(tx *Tx) error {
		size, err := newestCheckpoint(tx)
		if err != nil {
			return fmt.Errorf("read the newest checkpoint's size: %w", err)
		}
		return fn(tx, size)
	})
}

// CheckpointTime is when the stored checkpoint of a size was signed.
func (db *DB) CheckpointTime(ctx context.Context, size int64) (time.Time, error) {
	var at int64
	err := db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT signed_at FROM checkpoint WHERE size = $1`, size).Scan(&at)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("read the time of the checkpoint of size %d: %w", size, err)
	}
	return fromMillis(at), nil
}

// LogTile reads a tile of the log: its hashes one after another, or its bundle
// of entries. It fails with ledger.ErrNotPublished when the newest checkpoint
// does not cover it.
func (db *DB) LogTile(ctx context.Context, t ledger.Tile) (content []byte, err error) {
	err = db.published(ctx, func(tx *Tx, size int64) error {
		content, err = readLogTile(tx, t, size)
		return err
	})
	return content, err
}

// readLogTile reads a tile of hashes or of entries that a tree of the given size
// covers.
func readLogTile(tx *Tx, t ledger.Tile, size int64) ([]byte, error) {
	switch {
	case !t.Covered(size):
		return nil, ledger.ErrNotPublished
	case t.Entries:
		return readBundle(tx, t)
	}
	return readTile(tx, t)
}

func readTile(tx *Tx, t ledger.Tile) (hashes []byte, err error) {
	err = tx.QueryRow(`SELECT hashes FROM ledger_tile WHERE level = $1 AND n = $2`, t.Level, t.N).Scan(&hashes)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read the log's tile %d/%d: %w", t.Level, t.N, err)
	}
	if len(hashes) < t.Width*tlog.HashSize {
		return nil, fmt.Errorf("the log lacks its tile %d/%d: the database is damaged; restore it from a backup", t.Level, t.N)
	}
	return hashes[:t.Width*tlog.HashSize], nil
}

func readBundle(tx *Tx, t ledger.Tile) (bundle []byte, err error) {
	var leaf int64
	var data []byte
	next := t.First()
	err = each(tx, []any{&leaf, &data}, func() (err error) {
		if leaf != next {
			return fmt.Errorf("the log lacks its entry %d: the database is damaged; restore it from a backup", next)
		}
		next++
		bundle, err = ledger.AppendBundle(bundle, data)
		return err
	}, `SELECT leaf, data FROM ledger_entry WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf`, t.First(), t.First()+int64(t.Width))
	if err == nil && next != t.First()+int64(t.Width) {
		err = fmt.Errorf("the log lacks its entry %d: the database is damaged; restore it from a backup", next)
	}
	if err != nil {
		return nil, fmt.Errorf("read the log's entries: %w", err)
	}
	return bundle, nil
}

// LogOpenings reads what opens the entries of the n-th tile of entries, as far
// as the newest checkpoint covers them. It fails with ledger.ErrNotPublished when
// it covers none.
func (db *DB) LogOpenings(ctx context.Context, n int64) (list []ledger.Opening, err error) {
	err = db.published(ctx, func(tx *Tx, size int64) error {
		list, err = readOpenings(tx, n, size)
		return err
	})
	return list, err
}

func readOpenings(tx *Tx, n, size int64) ([]ledger.Opening, error) {
	first := ledger.Tile{N: n}.First()
	if first >= size {
		return nil, ledger.ErrNotPublished
	}
	list := make([]ledger.Opening, 0, ledger.TileWidth)
	var leaf int64
	var salt, record []byte
	var withheld bool
	err := each(tx, []any{&leaf, &salt, &record, &withheld}, func() error {
		o := ledger.Opening{Index: leaf}
		switch {
		case salt == nil || record == nil:
			o.Erased = true
		case withheld:
			o.Withheld = true
		default:
			o.Salt, o.Record = salt, record
		}
		list = append(list, o)
		salt, record = nil, nil
		return nil
	}, `SELECT e.leaf, e.salt, e.record, coalesce(l.state IN ('draft', 'circulating'), 1 = 0)
			OR e.kind IN ('signature', 'signature-corrected') AND coalesce(s.state = 'contested', 1 = 0)
		FROM ledger_entry e LEFT JOIN letter l ON l.id = e.letter_id LEFT JOIN signature s ON s.id = e.subject
		WHERE e.leaf >= $1 AND e.leaf < $2 ORDER BY e.leaf`, first, min(first+ledger.TileWidth, size))
	if err != nil {
		return nil, fmt.Errorf("read the log's openings: %w", err)
	}
	return list, nil
}

// SignatureLeaves gives the index in the log of the entry that recorded each
// signature of a letter with a number from first to last, by number.
func (db *DB) SignatureLeaves(ctx context.Context, letterID string, first, last int64) (leaves map[int64]int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		leaves, err = readSignatureLeaves(tx, letterID, first, last)
		return err
	})
	return leaves, err
}

func readSignatureLeaves(tx *Tx, letterID string, first, last int64) (map[int64]int64, error) {
	leaves := map[int64]int64{}
	var number, leaf int64
	err := each(tx, []any{&number, &leaf}, func() error {
		leaves[number] = leaf
		return nil
	}, `SELECT s.number, e.leaf FROM signature s JOIN ledger_entry e ON e.subject = s.id AND e.kind = 'signature'
		WHERE s.letter_id = $1 AND s.number BETWEEN $2 AND $3`, letterID, first, last)
	if err != nil {
		return nil, fmt.Errorf("find the signatures' entries in the log: %w", err)
	}
	return leaves, nil
}
