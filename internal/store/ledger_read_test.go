package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"pliego/internal/ledger"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// printed records n signatures as printed on a letter, so that a log grows fast.
func (h *house) printed(slug string, n int) {
	h.Helper()
	ctx := context.Background()
	l, err := h.db.LetterBySlug(ctx, slug)
	h.must(err)
	list := make([]*signature.Signature, n)
	entries := make([]ledger.Pending, n)
	for i := range n {
		s := &signature.Signature{
			ID: fmt.Sprintf("%s-%08d-%d", slug, i, time.Now().UnixNano()), LetterID: l.ID, TextID: l.Texts[0].ID, TextHash: l.Texts[0].Hash, Lang: "en",
			Kind: signature.Organisation, Basis: signature.AsPrinted, State: signature.Standing, SignedAt: time.Now(),
			Public: signature.Public{Name: fmt.Sprintf("Organisation %d", i)},
		}
		list[i] = s
		entries[i], err = ledger.NewPending(ledger.SignatureRecorded, l.ID, l.Slug, s.ID, s.TextHash, time.Now(), s.Record())
		h.must(err)
	}
	h.must(h.db.RecordSignatures(ctx, list, entries, nil))
}

// servedTiles reads a log's tree through LogTile, as an outsider would.
type servedTiles struct{ db *store.DB }

func (servedTiles) Height() int { return ledger.TileHeight }

func (s servedTiles) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, t := range tiles {
		content, err := s.db.LogTile(context.Background(), ledger.Tile{Level: t.L, N: t.N, Width: t.W})
		if err != nil {
			return nil, err
		}
		out = append(out, content)
	}
	return out, nil
}

func (servedTiles) SaveTiles([]tlog.Tile, [][]byte) {}

func TestServedTilesAndEntriesMakeThePublishedRoot(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := context.Background()
		h := newHouse(t, cfg)
		h.printed("first-letter", 600)
		h.sequence()
		c, _ := h.latest()
		h.printed("first-letter", 300) // these grow the tiles that are served
		h.sequence()
		tree := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, servedTiles{h.db})
		for n := int64(0); n*ledger.TileWidth < c.Size; n++ {
			tile := ledger.Tile{Entries: true, N: n, Width: int(min(ledger.TileWidth, c.Size-n*ledger.TileWidth))}
			bundle, err := h.db.LogTile(ctx, tile)
			h.must(err)
			entries, err := ledger.ParseBundle(bundle, tile.Width)
			h.must(err)
			openings, err := h.db.LogOpenings(ctx, n)
			h.must(err)
			if len(openings) < len(entries) {
				t.Fatalf("tile %d has %d entries and %d openings", n, len(entries), len(openings))
			}
			for i, entry := range entries {
				leaf := tile.First() + int64(i)
				hashes, err := tree.ReadHashes([]int64{tlog.StoredHashIndex(0, leaf)})
				h.must(err)
				if hashes[0] != tlog.RecordHash(entry) {
					t.Fatalf("entry %d is not the one in the tree", leaf)
				}
				o := openings[i]
				commitment := ledger.Commitment(o.Salt, o.Record)
				if o.Index != leaf || o.Erased || !bytes.Contains(entry, fmt.Appendf(nil, "commitment %x\n", commitment)) {
					t.Fatalf("opening %+v does not open entry %d:\n%s", o, leaf, entry)
				}
			}
		}
	})
}

func TestNothingIsServedThatNoCheckpointCovers(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := context.Background()
		h := newHouse(t, cfg)
		h.printed("first-letter", 300)
		h.sequence()
		c, _ := h.latest()
		width := int(c.Size - ledger.TileWidth)
		refused := func(tile ledger.Tile) {
			t.Helper()
			if _, err := h.db.LogTile(ctx, tile); !errors.Is(err, ledger.ErrNotPublished) {
				t.Errorf("%s: %v", tile.Path(), err)
			}
		}
		for _, entries := range []bool{false, true} {
			for _, w := range []int{1, width - 1, width} {
				if _, err := h.db.LogTile(ctx, ledger.Tile{Entries: entries, N: 1, Width: w}); err != nil {
					t.Errorf("width %d: %v", w, err)
				}
			}
			refused(ledger.Tile{Entries: entries, N: 1, Width: width + 1})
			refused(ledger.Tile{Entries: entries, N: 1, Width: ledger.TileWidth})
			refused(ledger.Tile{Entries: entries, N: 2, Width: 1})
		}
		refused(ledger.Tile{Level: 1, N: 0, Width: 2})
		refused(ledger.Tile{Level: 2, N: 0, Width: 1})
		refused(ledger.Tile{Level: 63, N: 0, Width: 1})
		if _, err := h.db.LogOpenings(ctx, 2); !errors.Is(err, ledger.ErrNotPublished) {
			t.Errorf("openings: %v", err)
		}
	})
}

func TestOpeningsAreErasedWithTheSignatureAndWithheldBeforePublication(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := context.Background()
		h := newHouse(t, cfg)
		own, gone := h.sign("first-letter", "Organisation that leaves")
		_, stays := h.sign("first-letter", "Organisation that stays")
		h.sequence()
		_, err := h.signing.Withdraw(ctx, own)
		h.must(err)
		h.draft("draft-letter")
		h.sequence()
		openings, err := h.db.LogOpenings(ctx, 0)
		h.must(err)
		l, err := h.db.LetterBySlug(ctx, "first-letter")
		h.must(err)
		leaves, err := h.db.SignatureLeaves(ctx, l.ID, 1, 500)
		h.must(err)
		if len(leaves) != 2 {
			t.Fatalf("leaves %v", leaves)
		}
		if o := openings[leaves[h.number(gone)]]; !o.Erased || o.Salt != nil || o.Record != nil {
			t.Errorf("a withdrawn signature's opening is %+v", o)
		}
		if o := openings[leaves[h.number(stays)]]; o.Erased || !bytes.Contains(o.Record, []byte("Organisation that stays")) {
			t.Errorf("a standing signature's opening is %+v", o)
		}
		withheld := 0
		for _, o := range openings {
			if o.Withheld && o.Salt == nil && o.Record == nil {
				withheld++
			}
		}
		if withheld != 2 { // its state and its text
			t.Errorf("%d openings of a draft's two entries are withheld", withheld)
		}
		h.must(h.letters.Open(ctx, "draft-letter"))
		if openings, err = h.db.LogOpenings(ctx, 0); err != nil {
			t.Fatal(err)
		}
		for _, o := range openings {
			if o.Withheld {
				t.Errorf("opening %d is withheld after the letter was opened", o.Index)
			}
		}
	})
}
