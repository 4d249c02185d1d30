package ledger

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// The reference is tlog's own storage of every hash.
func TestTreeAgreesWithReferenceAtEverySizeAndAcrossReloads(t *testing.T) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(ix []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(ix))
		for i, x := range ix {
			out[i] = stored[x]
		}
		return out, nil
	})
	tiles := map[TileID][]byte{}
	tree, err := NewTree(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	const leaves = 2*TileWidth*TileWidth/100 + TileWidth + 3 // crosses several tiles
	const total = TileWidth*TileWidth + 5                    // and one level-2 tile
	for i := range int64(total) {
		leaf := fmt.Appendf(nil, "leaf %d", i)
		hs, err := tlog.StoredHashes(i, leaf, reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hs...)
		if got := tree.Append(leaf); got != i {
			t.Fatalf("leaf %d got index %d", i, got)
		}
		if i > leaves && i < total-10 {
			continue
		}
		want, err := tlog.TreeHash(i+1, reader)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tree.Root(); err != nil || got != want {
			t.Fatalf("size %d: root %v, %v; want %v", i+1, got, err, want)
		}
		if i%97 == 0 || i > total-10 { // as after a restart: only what was stored is known
			for id, data := range tree.Changed() {
				tiles[id] = append([]byte(nil), data...)
			}
			edge := map[int][]byte{}
			for level := range 4 {
				edge[level] = tiles[TileID{level, ((i + 1) >> (TileHeight * level)) / TileWidth}]
			}
			if tree, err = NewTree(i+1, edge); err != nil {
				t.Fatal(err)
			}
		}
	}
	past, err := RootAt(300, func(id TileID) ([]byte, error) { return tiles[id], nil })
	want, _ := tlog.TreeHash(300, reader)
	if err != nil || past != want {
		t.Errorf("root of an earlier size = %v, %v; want %v", past, err, want)
	}
	if _, err := NewTree(5, map[int][]byte{0: make([]byte, 32)}); err == nil {
		t.Error("a tree without its edge was taken")
	}
}
