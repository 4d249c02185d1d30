package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// grown is a tree with leaves named after their places, and its root at each size.
func grown(t *testing.T, size int64) (roots []tlog.Hash) {
	t.Helper()
	tree, err := NewTree(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := int64(0); ; i++ {
		root, err := tree.Root()
		if err != nil {
			t.Fatal(err)
		}
		if roots = append(roots, root); i == size {
			return roots
		}
		tree.Append(fmt.Appendf(nil, "leaf %d", i))
	}
}

func TestRestoredLogGoesOnOnlyFromTheNewestPublished(t *testing.T) {
	roots := grown(t, 10)
	head := Head{Origin: "pliego/test", Size: 10, Frozen: true}
	at := func(size int64) Checkpoint {
		return Checkpoint{Origin: head.Origin, Size: size, Root: roots[min(size, 10)]}
	}
	forked, foreign := at(9), at(9)
	forked.Root[0] ^= 1
	foreign.Origin = "pliego/another"
	other := errors.New("any")
	for what, c := range map[string]struct {
		published   Checkpoint
		want        error
		highestEver int64 // of a letter whose highest restored number is 5
	}{
		"the backup's own newest":           {at(8), nil, 5},
		"between that and the backup's end": {at(9), nil, 5},
		"the backup's end":                  {at(10), nil, 5},
		"one that anybody can have kept":    {at(7), ErrOlder, 5},
		"the empty log's":                   {at(0), ErrOlder, 5},
		"four entries further":              {at(14), ErrAhead, 9},
		"another history":                   {forked, ErrOtherTree, 14},
		"another log":                       {foreign, other, 5},
	} {
		err := MayResume(head, 8, c.published, func(size int64) (tlog.Hash, error) { return roots[size], nil })
		if c.want == other && err != nil {
			continue
		}
		if !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
		if got := HighestEver(5, head, c.published, err); got != c.highestEver {
			t.Errorf("%s: numbers go on above %d, want %d", what, got, c.highestEver)
		}
	}
	broken := errors.New("a tile is missing")
	if err := MayResume(head, 8, at(9), func(int64) (tlog.Hash, error) { return tlog.Hash{}, broken }); !errors.Is(err, broken) {
		t.Errorf("a damaged tree: %v", err)
	}
}

func TestOnlyTheLogsOwnKeySignsItsCheckpoints(t *testing.T) {
	key, err := LoadOrCreateKey(filepath.Join(t.TempDir(), "a"), true)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := LoadOrCreateKey(filepath.Join(t.TempDir(), "b"), true)
	if err != nil {
		t.Fatal(err)
	}
	c := Checkpoint{Origin: key.Name(), Size: 3, Root: tlog.Hash{1}}
	signed, err := key.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenCheckpoint(key.Verifier(), signed); err != nil || got != c {
		t.Errorf("opened %+v, %v", got, err)
	}
	if _, err := OpenCheckpoint(stranger.Verifier(), signed); err == nil {
		t.Error("another key's signature was taken")
	}
	for _, text := range []string{"", "pliego\n", string(signed[:len(signed)-9]), strings.Replace(string(signed), "\n3\n", "\n4\n", 1), strings.Repeat("x", 2<<20)} {
		if _, err := OpenCheckpoint(key.Verifier(), []byte(text)); err == nil {
			t.Errorf("%.40q was taken for a checkpoint", text)
		}
	}
	if _, err := OpenCheckpoint("no key", signed); err == nil {
		t.Error("a verifier that is none was taken")
	}
}

func TestFlushedTilesAreThoseOfAnUnflushedTree(t *testing.T) {
	whole, err := NewTree(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	steady, err := NewTree(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	tiles := map[TileID]string{}
	put := func(id TileID, hashes []byte) error { tiles[id] = string(hashes); return nil }
	const size = 3*TileWidth + 17
	for i := range size {
		leaf := fmt.Appendf(nil, "leaf %d", i)
		whole.Append(leaf)
		steady.Append(leaf)
		if i%100 == 0 {
			if err := steady.Flush(put); err != nil {
				t.Fatal(err)
			}
			if len(steady.Changed()) > 0 {
				t.Fatal("after a flush something is left to flush")
			}
		}
	}
	if err := steady.Flush(put); err != nil {
		t.Fatal(err)
	}
	for id, hashes := range whole.Changed() {
		if tiles[id] != string(hashes) {
			t.Errorf("tile %v differs", id)
		}
	}
	full := errors.New("full")
	steady.Append(nil)
	if err := steady.Flush(func(TileID, []byte) error { return full }); !errors.Is(err, full) {
		t.Errorf("an error of keeping a tile became %v", err)
	}
}

func TestContinueNamesTheOldLogInItsRecord(t *testing.T) {
	p, err := Continue(Head{Origin: "pliego/old", Size: 7}, "the checkpoint", map[string]int64{"a-letter": 12}, time.Unix(1e9, 0))
	if err != nil {
		t.Fatal(err)
	}
	if p.Kind != LogContinued || p.LetterID != "" || string(p.Record) != `{"checkpoint":"the checkpoint","highest of a-letter":"12","origin":"pliego/old","size":"7"}` {
		t.Errorf("the first entry is %+v, its record %s", p, p.Record)
	}
	var record map[string]string
	if err := json.Unmarshal(p.Record, &record); err != nil {
		t.Fatal(err)
	}
	if got, err := ContinuedNumbers(record); err != nil || len(got) != 1 || got["a-letter"] != 12 {
		t.Errorf("the record gives back %v, %v", got, err)
	}
	record["highest of a-letter"] = "-1"
	if got, err := ContinuedNumbers(record); err == nil {
		t.Errorf("a number below zero gives %v", got)
	}
}

func TestUseNextKeyKeepsTheOldAndCanBeDoneAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger.key")
	old, err := LoadOrCreateKey(file, true)
	if err != nil {
		t.Fatal(err)
	}
	next, err := LoadOrCreateKey(NextKeyFile(file), true)
	if err != nil {
		t.Fatal(err)
	}
	// As after a crash between keeping the old key and placing the new one.
	kept := filepath.Join(filepath.Dir(file), "ledger-"+fileWord(old.Name())+".key")
	if err := os.Link(file, kept); err != nil {
		t.Fatal(err)
	}
	got, err := UseNextKey(file)
	if err != nil || got != kept {
		t.Fatalf("the old key is kept as %q, %v; want %q", got, err, kept)
	}
	for name, want := range map[string]string{file: next.Name(), kept: old.Name()} {
		if key, err := LoadOrCreateKey(name, false); err != nil || key.Name() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := UseNextKey(file); err == nil {
		t.Error("a key was placed where none waited")
	}
	if word := fileWord("pliego/../Á"); strings.ContainsAny(word, "./") {
		t.Errorf("an origin became %q in a file's name", word)
	}
}
