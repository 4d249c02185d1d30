package verify

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"pliego/internal/ledger"
)

// tile is a checked tile of entries.
type tile struct {
	n       int64
	hashes  []tlog.Hash
	entries []entry
}

// entry is what the check keeps of an entry until it is placed.
type entry struct {
	ledger.Entry
	opening openingState
	id      signatureID // of the signature that its record names
	print   print       // of the fields that everybody sees, for a signature
	record  map[string]string
}

type openingState int

const (
	opened openingState = iota
	erased
	withheld
)

// readTile reads a tile of entries with its hashes and openings, and checks that
// they belong together.
func (c *checker) readTile(ctx context.Context, n int64, width int) (*tile, error) {
	bundleAt, hashesAt := ledger.Tile{Entries: true, N: n, Width: width}, ledger.Tile{N: n, Width: width}
	first := bundleAt.First()
	name := "ledger/" + bundleAt.Path()
	bundle, err := read(ctx, c.cfg.Files, name, maxBundle)
	if err != nil {
		return nil, needed(name, first, err)
	}
	leaves, err := ledger.ParseBundle(bundle, width)
	if err != nil {
		return nil, lie(BadEntry, first, "%s: %v", name, err)
	}
	t := &tile{n: n, hashes: make([]tlog.Hash, width), entries: make([]entry, width)}
	var own bytes.Buffer
	for i, leaf := range leaves {
		if t.entries[i].Entry, err = ledger.ParseEntry(leaf); err != nil {
			return nil, lie(BadEntry, first+int64(i), "%v", err)
		}
		t.hashes[i] = tlog.RecordHash(leaf)
		own.Write(t.hashes[i][:])
	}
	name = "ledger/" + hashesAt.Path()
	served, err := read(ctx, c.cfg.Files, name, ledger.TileWidth*tlog.HashSize)
	if err != nil {
		return nil, needed(name, first, err)
	}
	if !bytes.Equal(served, own.Bytes()) {
		return nil, lie(BadTile, first+differs(served, own.Bytes()), "its hash in %s is not that of the entry", name)
	}
	if err := c.openTile(ctx, t); err != nil {
		return nil, err
	}
	return t, nil
}

// differs is the place of the first hash that differs.
func differs(a, b []byte) int64 {
	for i := 0; i+tlog.HashSize <= min(len(a), len(b)); i += tlog.HashSize {
		if !bytes.Equal(a[i:i+tlog.HashSize], b[i:i+tlog.HashSize]) {
			return int64(i / tlog.HashSize)
		}
	}
	return int64(min(len(a), len(b)) / tlog.HashSize)
}

// openTile reads the openings of a tile and checks each against its commitment.
func (c *checker) openTile(ctx context.Context, t *tile) error {
	name := "ledger/" + ledger.OpeningsPath(t.n)
	first := t.n * ledger.TileWidth
	lines, err := read(ctx, c.cfg.Files, name, maxOpenings)
	if err != nil {
		return needed(name, first, err)
	}
	in := bufio.NewScanner(bytes.NewReader(lines))
	in.Buffer(nil, maxOpenings)
	i := 0
	for ; i < len(t.entries) && in.Scan(); i++ {
		var o ledger.Opening
		if err := json.Unmarshal(in.Bytes(), &o); err != nil || o.Index != first+int64(i) {
			return lie(BadOpening, first+int64(i), "its line in %s is no opening of it", name)
		}
		if err := t.entries[i].open(o); err != nil {
			return lie(BadOpening, o.Index, "%v", err)
		}
	}
	if i < len(t.entries) {
		return lie(Missing, first+int64(i), "%s does not say how it opens", name)
	}
	return nil
}

// open checks an opening against the entry's commitment and keeps what it says.
func (e *entry) open(o ledger.Opening) error {
	switch {
	case o.Erased || o.Withheld:
		if o.Erased && o.Withheld || len(o.Salt) > 0 || len(o.Record) > 0 {
			return errors.New("its opening is there and not there")
		}
		e.opening = withheld
		if o.Erased {
			e.opening = erased
		}
		return nil
	case ledger.Commitment(o.Salt, o.Record) != e.Commitment:
		return errors.New("the record shown for it is not the one that it commits to")
	}
	record, err := ledger.ParseRecord(o.Record)
	if err != nil {
		return fmt.Errorf("its record proves nothing: %w", err)
	}
	switch e.Kind {
	case ledger.SignatureRecorded, ledger.SignatureCorrected:
		id, err := parseSignatureID(record["signature"])
		if err != nil {
			return err
		}
		e.id, e.print = id, printRecord(record)
		if e.Kind == ledger.SignatureRecorded {
			return nil // its record is not needed any more
		}
	}
	e.record = record
	return nil
}

// signatureID tells signatures apart.
type signatureID [16]byte

func parseSignatureID(s string) (signatureID, error) {
	if s == "" || len(s) > 64 {
		return signatureID{}, errors.New("its record names no signature")
	}
	sum := sha256.Sum256([]byte(s))
	return signatureID(sum[:16]), nil
}

// print stands for the fields of a signature that everybody sees: two that differ
// in any have different ones.
type print [16]byte

// shown are the fields that a row and a record both have.
var shown = []string{"kind", "basis", "name", "acronym", "country", "website", "role", "affiliation"}

func printFields(value func(name string) string) print {
	h := sha256.New()
	for _, name := range shown {
		v := value(name)
		fmt.Fprintf(h, "%d %s\n", len(v), v)
	}
	return print(h.Sum(nil)[:16])
}

func printRecord(record map[string]string) print {
	return printFields(func(name string) string { return record[name] })
}
