package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is the height of a tile in levels of the tree, and TileWidth the
// number of hashes in a full one (C2SP tlog-tiles).
const (
	TileHeight = 8
	TileWidth  = 1 << TileHeight
)

// TileID names a tile by its level and its place in the level, as in the C2SP
// path tile/<L>/<N>.
type TileID struct {
	Level int
	N     int64
}

// Tree is the part of the log's Merkle tree (RFC 6962) that appending needs:
// its size and the last, perhaps partial, tile of each level. It is owned by
// one goroutine at a time.
type Tree struct {
	size    int64
	edge    map[int][]byte // by level: hashes of the level's last tile
	changed map[TileID][]byte
}

// NewTree begins with a tree of the given size and the last tile of each of
// its levels. A level whose last tile is full may be given or left out.
func NewTree(size int64, edge map[int][]byte) (*Tree, error) {
	t := &Tree{size: size, edge: map[int][]byte{}, changed: map[TileID][]byte{}}
	for level := 0; ; level++ {
		n := size >> (TileHeight * level)
		if n == 0 {
			return t, nil
		}
		width := int(n % TileWidth)
		if width == 0 {
			continue
		}
		if len(edge[level]) < width*tlog.HashSize {
			return nil, fmt.Errorf("the log's tree of %d entries lacks its tile at level %d: the database is damaged; restore it from a backup", size, level)
		}
		t.edge[level] = append([]byte(nil), edge[level][:width*tlog.HashSize]...)
	}
}

// Size is the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Append adds a leaf with the given bytes and returns its index.
func (t *Tree) Append(leaf []byte) int64 { return t.AppendHash(tlog.RecordHash(leaf)) }

// AppendHash is Append for who has the leaf's hash already.
func (t *Tree) AppendHash(h tlog.Hash) int64 {
	index := t.size
	n := index
	for level := 0; ; level++ {
		data := append(t.edge[level], h[:]...)
		t.edge[level] = data
		t.changed[TileID{level, n >> TileHeight}] = data
		if n%TileWidth != TileWidth-1 {
			break
		}
		h = rootOf(data)
		delete(t.edge, level)
		n >>= TileHeight
	}
	t.size++
	return index
}

// Edge gives the hashes of the level's last tile, when that is partial. They are
// the caller's only until the next Append.
func (t *Tree) Edge(level int) []byte { return t.edge[level] }

// Changed gives the tiles that Append touched since the tree was made.
func (t *Tree) Changed() map[TileID][]byte { return t.changed }

// Root is the hash of the whole tree. For an empty one it is the hash of
// nothing.
func (t *Tree) Root() (tlog.Hash, error) {
	return RootAt(t.size, func(id TileID) ([]byte, error) { return t.edge[id.Level], nil })
}

// rootOf is the hash over a full tile or any power-of-two run of hashes.
func rootOf(data []byte) tlog.Hash {
	hashes := make([]tlog.Hash, len(data)/tlog.HashSize)
	for i := range hashes {
		copy(hashes[i][:], data[i*tlog.HashSize:])
	}
	for n := len(hashes); n > 1; n /= 2 {
		for i := range n / 2 {
			hashes[i] = tlog.NodeHash(hashes[2*i], hashes[2*i+1])
		}
	}
	return hashes[0]
}

// RootAt is the hash of the tree of the given size, where tile yields the
// hashes of a tile, perhaps more than that size needs.
func RootAt(size int64, tile func(TileID) ([]byte, error)) (tlog.Hash, error) {
	return tlog.TreeHash(size, hashesOf(tile))
}

// hashesOf reads hashes out of tiles.
func hashesOf(tile func(TileID) ([]byte, error)) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			at := tlog.TileForIndex(TileHeight, x)
			data, err := tile(TileID{at.L, at.N})
			if err != nil {
				return nil, err
			}
			if out[i], err = tlog.HashFromTile(at, data[:min(len(data), at.W*tlog.HashSize)], x); err != nil {
				return nil, fmt.Errorf("tile %d/%d of the log: %w", at.L, at.N, err)
			}
		}
		return out, nil
	})
}
