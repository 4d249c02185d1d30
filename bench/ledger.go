package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// Sizes of the log at which sequencing is measured.
const (
	smallLog = 10_000
	largeLog = 5_000_000
)

// sequencing measures what the sequencer does to signatures and their entries,
// each batch with its signed checkpoint, in a small log and in a large one.
func sequencing(r *run) ([]figure, error) {
	db, err := store.Open(r.ctx, store.Config{Dir: filepath.Join(r.dir, "ledger"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	l, err := newLog(r.ctx, db, filepath.Join(r.dir, "ledger.key"))
	if err != nil {
		return nil, err
	}
	if err := l.grow(smallLog); err != nil {
		return nil, err
	}
	small, err := l.measure()
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	if err := l.grow(largeLog); err != nil {
		return nil, err
	}
	built := time.Since(begin)
	large, err := l.measure()
	if err != nil {
		return nil, err
	}
	ratio := large.Seconds() / small.Seconds()
	rate := func(each time.Duration) float64 { return float64(time.Second) / float64(each) }
	return []figure{
		{
			what: "sequence signatures, with signed checkpoints", value: fmt.Sprintf("%.0f/s, %.1f µs each", rate(small), float64(small.Nanoseconds())/1000),
			target: "10,000/s", met: rate(small) >= 10_000,
		},
		{
			what:   fmt.Sprintf("the same at %d entries (built in %.0f s)", largeLog, built.Seconds()),
			value:  fmt.Sprintf("%.0f/s, %.1f µs each", rate(large), float64(large.Nanoseconds())/1000),
			target: fmt.Sprintf("1.2 × of that at %d (%.2f ×)", smallLog, ratio), met: ratio <= 1.2,
		},
	}, nil
}

// benchLog is a log that is made to grow.
type benchLog struct {
	ctx    context.Context
	db     *store.DB
	seq    *ledger.Sequencer
	letter *letter.Letter
}

func newLog(ctx context.Context, db *store.DB, keyFile string) (*benchLog, error) {
	key, err := ledger.LoadOrCreateKey(keyFile, true)
	if err != nil {
		return nil, err
	}
	if err := db.InitLog(ctx, key.Name(), key.Verifier()); err != nil {
		return nil, err
	}
	b := &benchLog{ctx: ctx, db: db, seq: &ledger.Sequencer{Store: db, Key: key}}
	return b, b.newLetter("first-letter")
}

// newLetter lets what follows be of a new letter, so that lists are as long in one
// measurement as in the other.
func (b *benchLog) newLetter(slug string) error {
	letters := &letter.Service{Store: b.db, Now: time.Now}
	l := &letter.Letter{Slug: slug, State: letter.Open, OriginalLang: "en"}
	if err := letters.Create(b.ctx, l); err != nil {
		return err
	}
	err := letters.Publish(b.ctx, l, letter.Text{Lang: "en", Kind: letter.FullText, Title: "A letter", Body: "We ask.", Asks: []letter.Ask{{Key: "first", Title: "First"}}})
	if err != nil {
		return err
	}
	if b.letter, err = b.db.LetterBySlug(b.ctx, slug); err != nil {
		return err
	}
	return b.seq.SequenceAll(b.ctx)
}

// pending makes an entry as signing does, and the signature that it records.
func (b *benchLog) pending(n int64) (*signature.Signature, ledger.Pending, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, ledger.Pending{}, err
	}
	s := &signature.Signature{
		ID: id.String(), LetterID: b.letter.ID, TextID: b.letter.Texts[0].ID, TextHash: b.letter.Texts[0].Hash, Lang: "en",
		Kind: signature.Organisation, Basis: signature.Given, State: signature.Standing, SignedAt: time.Now(),
		Public: signature.Public{Name: fmt.Sprintf("%08x Example Organisation", uint32(n)*2654435761), Country: "PY"},
	}
	e, err := ledger.NewPending(ledger.SignatureRecorded, b.letter.ID, b.letter.Slug, s.ID, s.TextHash, time.Now(), s.Record())
	return s, e, err
}

// grow brings the log to a size. The entries are written straight into it, in
// steady memory, since only the log's size matters then.
func (b *benchLog) grow(size int64) error {
	const chunk = 20_000
	head, err := b.db.LogHead(b.ctx)
	if err != nil {
		return err
	}
	edge, err := b.db.LogEdge(b.ctx, head.Size)
	if err != nil {
		return err
	}
	tree, err := ledger.NewTree(head.Size, edge)
	if err != nil {
		return err
	}
	for tree.Size() < size {
		first := tree.Size()
		entries := make([]ledger.Pending, min(chunk, size-first))
		for i := range entries {
			if _, entries[i], err = b.pending(first + int64(i)); err != nil {
				return err
			}
			tree.Append(entries[i].Data)
		}
		err := b.db.Write(b.ctx, func(tx *store.Tx) error {
			for i, e := range entries {
				if _, err := tx.Exec(`INSERT INTO ledger_entry (leaf, id, kind, letter_id, subject, data, salt, record) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
					first+int64(i), e.ID, e.Kind, e.LetterID, e.Subject, e.Data, e.Salt, e.Record); err != nil {
					return err
				}
			}
			for id, hashes := range tree.Changed() {
				if _, err := tx.Exec(`INSERT INTO ledger_tile (level, n, hashes) VALUES ($1, $2, $3)
					ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes`, id.Level, id.N, hashes); err != nil {
					return err
				}
			}
			_, err := tx.Exec(`UPDATE log_head SET size = $1`, tree.Size())
			return err
		})
		if err != nil {
			return err
		}
		if err := tree.Flush(func(ledger.TileID, []byte) error { return nil }); err != nil {
			return err
		}
	}
	return b.seq.SignHead(b.ctx)
}

// measure is what an entry costs the sequencer: the median of several rounds.
func (b *benchLog) measure() (time.Duration, error) {
	const rounds, each = 7, 10_000
	took := make([]time.Duration, rounds)
	for round := range took {
		head, err := b.db.LogHead(b.ctx)
		if err != nil {
			return 0, err
		}
		if err := b.newLetter(fmt.Sprintf("letter-%d", head.Size)); err != nil {
			return 0, err
		}
		list := make([]*signature.Signature, each)
		entries := make([]ledger.Pending, each)
		for i := range list {
			var err error
			if list[i], entries[i], err = b.pending(int64(i)); err != nil {
				return 0, err
			}
		}
		if err := b.db.RecordSignatures(b.ctx, list, entries, nil); err != nil {
			return 0, err
		}
		begin := time.Now()
		if err := b.seq.SequenceAll(b.ctx); err != nil {
			return 0, err
		}
		took[round] = time.Since(begin) / each
	}
	slices.Sort(took)
	return took[rounds/2], nil
}
