package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrNotPublished says that no published checkpoint covers what was asked for.
var ErrNotPublished = errors.New("no published checkpoint of the log covers this")

// maxTileLevel is the highest level of a tile that a path may name (C2SP
// tlog-tiles).
const maxTileLevel = 63

// Tile is a run of hashes or of entries as C2SP tlog-tiles serves it: the full
// tile, or its first Width members.
type Tile struct {
	Entries bool // the bundle of the entries themselves; Level is 0
	Level   int
	N       int64
	Width   int // 1 to TileWidth
}

// Path is where the tile is served, after the log's own address.
func (t Tile) Path() string {
	level := strconv.Itoa(t.Level)
	if t.Entries {
		level = "entries"
	}
	path := "tile/" + level + "/" + tileNumber(t.N)
	if t.Width < TileWidth {
		path += ".p/" + strconv.Itoa(t.Width)
	}
	return path
}

// First is the place in its level of the tile's first member.
func (t Tile) First() int64 { return t.N * TileWidth }

// Covered tells whether a tree of the given size holds the whole tile.
func (t Tile) Covered(size int64) bool {
	if TileHeight*t.Level >= 63 {
		return false // no tree is as large
	}
	has := size >> (TileHeight * t.Level)
	return t.N < has/TileWidth || t.N == has/TileWidth && int64(t.Width) <= has%TileWidth
}

// tileNumber writes a tile's number in groups of three digits, all but the last
// marked with an x.
func tileNumber(n int64) string {
	s := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		s = fmt.Sprintf("x%03d/%s", n%1000, s)
	}
	return s
}

// parseTileNumber reads what tileNumber writes, and nothing else.
func parseTileNumber(s string) (int64, bool) {
	if len(s) > 30 { // more than any number has
		return 0, false
	}
	var n int64
	for group := range strings.SplitSeq(s, "/") {
		digits := strings.TrimPrefix(group, "x")
		v, err := strconv.ParseUint(digits, 10, 16)
		if err != nil || len(digits) != 3 || n > 1<<53 {
			return 0, false
		}
		n = n*1000 + int64(v)
	}
	return n, n <= (1<<63-1)/TileWidth-1 && tileNumber(n) == s
}

// ParseTile reads a tile's path, which begins with "tile/".
func ParseTile(path string) (Tile, error) {
	bad := func() (Tile, error) {
		return Tile{}, errors.New("this is no tile of a log: a tile's path is tile/LEVEL/NUMBER or tile/entries/NUMBER, with .p/WIDTH after it when it is not full")
	}
	rest, found := strings.CutPrefix(path, "tile/")
	level, rest, more := strings.Cut(rest, "/")
	if !found || !more {
		return bad()
	}
	t := Tile{Width: TileWidth}
	if level == "entries" {
		t.Entries = true
	} else {
		v, err := strconv.Atoi(level)
		if err != nil || v < 0 || v > maxTileLevel || strconv.Itoa(v) != level {
			return bad()
		}
		t.Level = v
	}
	number, width, partial := strings.Cut(rest, ".p/")
	if partial {
		v, err := strconv.Atoi(width)
		if err != nil || v < 1 || v >= TileWidth || strconv.Itoa(v) != width {
			return bad()
		}
		t.Width = v
	}
	var ok bool
	if t.N, ok = parseTileNumber(number); !ok {
		return bad()
	}
	return t, nil
}

// OpeningsPath is where the openings of the n-th tile of entries are served, after
// the log's own address.
func OpeningsPath(n int64) string { return "openings/" + tileNumber(n) }

// ParseOpenings reads the path of a tile's openings: "openings/NUMBER".
func ParseOpenings(path string) (n int64, err error) {
	number, found := strings.CutPrefix(path, "openings/")
	n, ok := parseTileNumber(number)
	if !found || !ok {
		return 0, errors.New("these are no openings of a log: their path is openings/NUMBER, the number as in the path of a tile of entries")
	}
	return n, nil
}

// MaxEntry is the most bytes that an entry may have in a bundle.
const MaxEntry = 1<<16 - 1

// AppendBundle adds an entry to a bundle: its length in two bytes, then its bytes.
func AppendBundle(bundle, entry []byte) ([]byte, error) {
	if len(entry) > MaxEntry {
		return nil, fmt.Errorf("an entry of %d bytes is too long for the log, which takes %d", len(entry), MaxEntry)
	}
	bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(entry)))
	return append(bundle, entry...), nil
}

// ParseBundle reads a bundle of exactly width entries. They share its memory.
func ParseBundle(bundle []byte, width int) ([][]byte, error) {
	entries := make([][]byte, 0, max(0, min(width, TileWidth)))
	for len(entries) < width {
		if len(bundle) < 2 {
			return nil, fmt.Errorf("the bundle of entries ends after %d of %d", len(entries), width)
		}
		n := 2 + int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < n {
			return nil, fmt.Errorf("the bundle of entries ends inside entry %d of %d", len(entries)+1, width)
		}
		entries = append(entries, bundle[2:n:n])
		bundle = bundle[n:]
	}
	if len(bundle) > 0 {
		return nil, fmt.Errorf("the bundle of %d entries has %d bytes too many", width, len(bundle))
	}
	return entries, nil
}

// Opening is what opens an entry's commitment: one line of a tile's openings.
type Opening struct {
	Index  int64  `json:"index"`
	Salt   []byte `json:"salt,omitempty"`
	Record []byte `json:"record,omitempty"`
	// Erased: salt and record were destroyed, for good.
	Erased bool `json:"erased,omitempty"`
	// Withheld: the entry's letter is not public yet; the opening is given when
	// it is.
	Withheld bool `json:"withheld,omitempty"`
}
