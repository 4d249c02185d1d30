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

// ErrNotFrozen says that the log does not wait for anything.
var ErrNotFrozen = errors.New("this store's log does not wait: it was not restored, or it goes on already")

// logChunk is how many entries are read at a time when a log is gone through.
const logChunk = 4096

// eachLeaf calls fn with the bytes of every entry of the log in order.
func eachLeaf(tx *Tx, fn func(leaf int64, data []byte) error) error {
	for next := int64(0); ; {
		var rows int64
		var leaf int64
		var data []byte
		type entry struct {
			leaf int64
			data []byte
		}
		chunk := make([]entry, 0, logChunk)
		err := each(tx, []any{&leaf, &data}, func() error {
			chunk = append(chunk, entry{leaf, data})
			data = nil
			rows++
			return nil
		}, `SELECT leaf, data FROM ledger_entry WHERE leaf >= $1 ORDER BY leaf LIMIT $2`, next, logChunk)
		if err != nil {
			return fmt.Errorf("read the log's entries: %w", err)
		}
		for _, e := range chunk {
			if e.leaf != next {
				return fmt.Errorf("the log lacks its entry %d", next)
			}
			if err := fn(e.leaf, e.data); err != nil {
				return err
			}
			next++
		}
		if rows < logChunk {
			return nil
		}
	}
}

// rootAt is the root of the tree of the given size out of the stored tiles.
func rootAt(tx *Tx, size int64) (tlog.Hash, error) {
	return ledger.RootAt(size, func(id ledger.TileID) ([]byte, error) {
		var hashes []byte
		err := tx.QueryRow(`SELECT hashes FROM ledger_tile WHERE level = $1 AND n = $2`, id.Level, id.N).Scan(&hashes)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("the log lacks its tile %d/%d", id.Level, id.N)
		}
		return hashes, err
	})
}

// verifyLog says whether the log's entries, tiles and size belong together.
func verifyLog(tx *Tx) (ledger.Head, error) {
	head, err := sequenceStep{tx: tx}.Head()
	if err != nil {
		return head, err
	}
	tree, err := ledger.NewTree(0, nil)
	if err != nil {
		return head, err
	}
	err = eachLeaf(tx, func(leaf int64, data []byte) error {
		tree.Append(data)
		if leaf%logChunk == 0 {
			return tree.Flush(func(ledger.TileID, []byte) error { return nil })
		}
		return nil
	})
	if err != nil {
		return head, err
	}
	if tree.Size() != head.Size {
		return head, fmt.Errorf("the log has %d entries and its head says %d", tree.Size(), head.Size)
	}
	entries, err := tree.Root()
	if err != nil {
		return head, err
	}
	tiles, err := rootAt(tx, head.Size)
	if err != nil {
		return head, err
	}
	if entries != tiles {
		return head, fmt.Errorf("the log's entries give the root %s and its tiles %s", entries, tiles)
	}
	return head, nil
}

func newestCheckpoint(tx *Tx) (size int64, err error) {
	err = tx.QueryRow(`SELECT coalesce(max(size), -1) FROM checkpoint`).Scan(&size)
	return size, err
}

// MayResume says what ledger.MayResume says of the store's frozen log, which it
// first goes through from end to end. It fails with ErrNotFrozen too.
func (db *DB) MayResume(ctx context.Context, published ledger.Checkpoint) (head ledger.Head, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		if head, err = (sequenceStep{tx: tx}).Head(); err != nil {
			return err
		}
		if !head.Frozen {
			return ErrNotFrozen
		}
		if _, err := verifyLog(tx); err != nil {
			return fmt.Errorf("the restored log is damaged: %w", err)
		}
		known, err := newestCheckpoint(tx)
		if err != nil {
			return err
		}
		return ledger.MayResume(head, known, published, func(size int64) (tlog.Hash, error) { return rootAt(tx, size) })
	})
	return head, err
}

// ResumeLog lets a restored log go on when the newest published checkpoint, whose
// signature the caller has checked, allows it: see ledger.MayResume.
func (db *DB) ResumeLog(ctx context.Context, published ledger.Checkpoint) error {
	head, err := db.MayResume(ctx, published)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE log_head SET frozen = 0 WHERE frozen = 1 AND origin = $1 AND size = $2`, head.Origin, head.Size))
		if err == nil && n == 0 {
			return ErrNotFrozen // another process was faster
		}
		return err
	})
}

// HighestNumbers gives each letter's highest number by its slug.
func (db *DB) HighestNumbers(ctx context.Context) (map[string]int64, error) {
	numbers := map[string]int64{}
	err := db.Read(ctx, func(tx *Tx) error {
		var slug string
		var n int64
		return each(tx, []any{&slug, &n}, func() error {
			numbers[slug] = n
			return nil
		}, `SELECT slug, highest_number FROM letter`)
	})
	if err != nil {
		return nil, fmt.Errorf("read the letters' numbers: %w", err)
	}
	return numbers, nil
}

// NewLog is a log that takes the place of a restored one that may not go on.
type NewLog struct {
	Old     ledger.Head    // where the restored log stands
	First   ledger.Pending // names the old log; see ledger.Continue
	Origin  string         // of the new log
	Key     string         // its verifier key
	Sign    func(ledger.Checkpoint) ([]byte, error)
	At      time.Time         // of its first checkpoint
	Highest map[string]int64  // by slug: the highest number a letter may have given out
	Notes   map[string]string // the store's own notes that change with it
}

// ContinueLog begins a new log: its first entry names the old one, whose entries
// all follow in their order with their bytes as they were; tiles and the first
// checkpoint are made anew. Numbers already given stay, and new ones come above
// n.Highest. All of it is one transaction. It fails with ErrNotFrozen when the log
// is not the frozen one that n.Old describes.
func (db *DB) ContinueLog(ctx context.Context, n NewLog) error {
	return db.Write(ctx, func(tx *Tx) error {
		size := n.Old.Size + 1
		moved, err := changed(tx.Exec(`UPDATE log_head SET origin = $3, size = $4, verifier = $5, frozen = 0
			WHERE frozen = 1 AND origin = $1 AND size = $2`, n.Old.Origin, n.Old.Size, n.Origin, size, n.Key))
		if err != nil {
			return err
		}
		if moved == 0 {
			return ErrNotFrozen
		}
		// In two steps by way of negative places, since no two may be at one.
		for _, move := range []string{
			`UPDATE ledger_entry SET leaf = -leaf - 2`,
			`UPDATE ledger_entry SET leaf = -leaf - 1`,
			`DELETE FROM ledger_tile`,
			`DELETE FROM checkpoint`,
			`DELETE FROM cosignature`,
		} {
			if _, err := tx.Exec(move); err != nil {
				return fmt.Errorf("make room in the log: %w", err)
			}
		}
		e := n.First
		if _, err := tx.Exec(`INSERT INTO ledger_entry (leaf, id, kind, letter_id, subject, data, salt, record) VALUES (0, $1, $2, $3, $4, $5, $6, $7)`,
			e.ID, e.Kind, e.LetterID, e.Subject, e.Data, e.Salt, e.Record); err != nil {
			return fmt.Errorf("write the new log's first entry: %w", err)
		}
		root, err := buildTiles(tx, size)
		if err != nil {
			return err
		}
		signed, err := n.Sign(ledger.Checkpoint{Origin: n.Origin, Size: size, Root: root})
		if err != nil {
			return fmt.Errorf("sign the new log's first checkpoint: %w", err)
		}
		if _, err := tx.Exec(`INSERT INTO checkpoint (size, note, signed_at) VALUES ($1, $2, $3)`, size, signed, millis(n.At)); err != nil {
			return err
		}
		for slug, highest := range n.Highest {
			if _, err := tx.Exec(`UPDATE letter SET version = version + 1, highest_number = $2 WHERE slug = $1 AND highest_number < $2`, slug, highest); err != nil {
				return fmt.Errorf("raise the numbers of letter %s: %w", slug, err)
			}
		}
		for key, value := range n.Notes {
			if err := setMeta(tx, key, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// buildTiles makes the tiles of the whole log out of its entries.
func buildTiles(tx *Tx, size int64) (tlog.Hash, error) {
	tree, err := ledger.NewTree(0, nil)
	if err != nil {
		return tlog.Hash{}, err
	}
	put := func(id ledger.TileID, hashes []byte) error {
		_, err := tx.Exec(`INSERT INTO ledger_tile (level, n, hashes) VALUES ($1, $2, $3)
			ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes`, id.Level, id.N, hashes)
		return err
	}
	err = eachLeaf(tx, func(leaf int64, data []byte) error {
		tree.Append(data)
		if leaf%logChunk == logChunk-1 {
			return tree.Flush(put)
		}
		return nil
	})
	if err == nil {
		err = tree.Flush(put)
	}
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("build the log's tree: %w", err)
	}
	if tree.Size() != size {
		return tlog.Hash{}, fmt.Errorf("the restored log is damaged: it has %d entries, and its head said %d", tree.Size()-1, size-1)
	}
	return tree.Root()
}
