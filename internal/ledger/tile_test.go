package ledger

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestTilePathsAreThoseOfTheStandard(t *testing.T) {
	for path, want := range map[string]Tile{
		"tile/0/000":                      {N: 0, Width: 256},
		"tile/0/000.p/1":                  {N: 0, Width: 1},
		"tile/1/x001/x234/067":            {Level: 1, N: 1234067, Width: 256},
		"tile/63/999.p/255":               {Level: 63, N: 999, Width: 255},
		"tile/entries/x001/000.p/112":     {Entries: true, N: 1000, Width: 112},
		"tile/entries/x027/x000/x000/123": {Entries: true, N: 27000000123, Width: 256},
	} {
		got, err := ParseTile(path)
		if err != nil || got != want {
			t.Errorf("%s reads as %+v, %v", path, got, err)
		}
		if got.Path() != path {
			t.Errorf("%+v is served at %s, not at %s", want, want.Path(), path)
		}
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/x/000", "tile/0/0", "tile/0/0000",
		"tile/0/x000/001", "tile/0/001/001", "tile/0/x001", "tile/0/x001/x001", "tile/0/+01", "tile/0/000.p/", "tile/0/000.p/0",
		"tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/-1", "tile/0/000.p/1/", "tile/0/000/", "tile/entries", "tile/entries/",
		"tile/0/" + strings.Repeat("x999/", 6) + "999", "tile/0/x036/x028/x797/x018/x963/968", "/tile/0/000", "tile/entries/0x0",
	} {
		if got, err := ParseTile(path); err == nil {
			t.Errorf("%q reads as %+v", path, got)
		}
	}
}

func TestTileIsCoveredByTreesThatHoldAllOfIt(t *testing.T) {
	// The tree of 70,000 entries in the standard's own example.
	const size = 70_000
	for path, want := range map[string]bool{
		"tile/0/272": true, "tile/0/273": false, "tile/0/273.p/112": true, "tile/0/273.p/113": false, "tile/0/274.p/1": false,
		"tile/1/000": true, "tile/1/001.p/17": true, "tile/1/001.p/18": false, "tile/1/001": false,
		"tile/2/000.p/1": true, "tile/2/000.p/2": false, "tile/3/000.p/1": false, "tile/8/000.p/1": false, "tile/63/000.p/1": false,
		"tile/entries/272": true, "tile/entries/273.p/112": true, "tile/entries/273.p/113": false,
	} {
		tile, err := ParseTile(path)
		if err != nil {
			t.Fatal(err)
		}
		if tile.Covered(size) != want {
			t.Errorf("%s covered: %v", path, !want)
		}
	}
}

func FuzzParseTile(f *testing.F) {
	f.Add("tile/0/000")
	f.Add("tile/entries/x001/x234/067.p/9")
	f.Add("tile/9/x999/x999/x999/x999/x999/999.p/255")
	f.Add("openings/x001/000")
	f.Fuzz(func(t *testing.T, path string) {
		if tile, err := ParseTile(path); err == nil {
			if tile.Path() != path {
				t.Fatalf("%q reads as %+v, whose path is %q", path, tile, tile.Path())
			}
			if tile.First() < 0 || tile.Covered(0) {
				t.Fatalf("%+v begins at %d", tile, tile.First())
			}
		}
		if n, err := ParseOpenings(path); err == nil && "openings/"+tileNumber(n) != path {
			t.Fatalf("%q reads as %d", path, n)
		}
	})
}

func TestBundleGivesBackItsEntries(t *testing.T) {
	var bundle []byte
	var want [][]byte
	for i := range 300 {
		entry := bytes.Repeat([]byte{byte(i)}, i*7)
		want = append(want, entry)
		var err error
		if bundle, err = AppendBundle(bundle, entry); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ParseBundle(bundle, 300)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the bundle gives other entries: %v", err)
	}
	for what, cut := range map[string][]byte{"cut": bundle[:len(bundle)-1], "longer": append(bundle, 0), "empty": nil} {
		if _, err := ParseBundle(cut, 300); err == nil {
			t.Errorf("a bundle that is %s passes", what)
		}
	}
	if _, err := AppendBundle(nil, make([]byte, MaxEntry+1)); err == nil {
		t.Error("an entry that is too long passes")
	}
}

func FuzzParseBundle(f *testing.F) {
	f.Add([]byte("\x00\x01a\x00\x00"), 2)
	f.Add([]byte("\xff\xff"), 1)
	f.Add([]byte(""), -1)
	f.Fuzz(func(t *testing.T, bundle []byte, width int) {
		entries, err := ParseBundle(bundle, width)
		if err != nil {
			return
		}
		var again []byte
		for _, e := range entries {
			if again, err = AppendBundle(again, e); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(again, bundle) {
			t.Fatalf("%x gives entries that make %x", bundle, again)
		}
	})
}
