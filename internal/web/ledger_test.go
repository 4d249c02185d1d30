package web

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"pliego/internal/ledger"
	"pliego/internal/locale"
)

func TestLedgerIsServedAsTilesAndOpenings(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.must(h.seq.SignHead(context.Background()))
		c, err := ledger.ParseCheckpoint(h.get("/ledger/checkpoint").body)
		h.must(err)
		tile := ledger.Tile{Entries: true, N: 0, Width: int(c.Size)}
		a := h.get("/ledger/" + tile.Path())
		if got := a.Header.Get("Cache-Control"); a.StatusCode != 200 || !strings.Contains(got, "immutable") {
			t.Fatalf("status %d, Cache-Control %q", a.StatusCode, got)
		}
		if got := a.Header.Get("Content-Type"); got != "application/octet-stream" {
			t.Errorf("Content-Type %q", got)
		}
		entries, err := ledger.ParseBundle([]byte(a.body), tile.Width)
		h.must(err)

		var list apiSignatureList
		h.must(json.Unmarshal([]byte(h.get("/api/v1/letters/"+printedLetter+"/signatures").body), &list))
		openings := h.get("/ledger/openings/000")
		if got := openings.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("openings may be kept: %q", got)
		}
		lines := strings.Split(strings.TrimSpace(openings.body), "\n")
		if int64(len(lines)) != c.Size {
			t.Fatalf("%d openings of %d entries", len(lines), c.Size)
		}
		for _, row := range list.Signatures {
			if row.Leaf == nil {
				t.Fatalf("signature %d has no leaf", row.Number)
			}
			var o ledger.Opening
			h.must(json.Unmarshal([]byte(lines[*row.Leaf]), &o))
			if !strings.HasPrefix(string(entries[*row.Leaf]), "pliego/1\nkind signature\nletter "+printedLetter+"\n") || !strings.Contains(string(o.Record), jsonText(t, row.Name)) {
				t.Errorf("signature %d, %s, has the leaf of\n%s%s", row.Number, row.Name, entries[*row.Leaf], o.Record)
			}
		}

		hashes := h.get("/ledger/" + ledger.Tile{N: 0, Width: int(c.Size)}.Path())
		if hashes.StatusCode != 200 || int64(len(hashes.body)) != 32*c.Size {
			t.Errorf("status %d, %d bytes of hashes for %d entries", hashes.StatusCode, len(hashes.body), c.Size)
		}
		for _, path := range []string{
			ledger.Tile{N: 0, Width: int(c.Size) + 1}.Path(), ledger.Tile{Entries: true, N: 0, Width: ledger.TileWidth}.Path(),
			ledger.Tile{Level: 1, N: 0, Width: 1}.Path(), "openings/001", "openings/0", "openings/", "tile/", "tile/0/0", "tile/data/000",
			"tile/0/x999/x999/x999/x999/x999/999",
		} {
			if a := h.get("/ledger/" + path); a.StatusCode != http.StatusNotFound || a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: status %d, Cache-Control %q", path, a.StatusCode, a.Header.Get("Cache-Control"))
			}
		}
	})
}

// jsonText is a string as it stands inside of JSON.
func jsonText(t *testing.T, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEntriesAreCompressedForThoseWhoTakeIt(t *testing.T) {
	h := onSQLite(t)
	h.must(h.seq.SignHead(context.Background()))
	for _, path := range []string{"/ledger/tile/entries/000.p/5", "/ledger/openings/000"} {
		plain := h.request("GET", path, "")
		plain.Header.Set("Accept-Encoding", "identity")
		want := h.do(plain)
		packed := h.request("GET", path, "")
		packed.Header.Set("Accept-Encoding", "gzip")
		got := h.do(packed)
		if want.Header.Get("Content-Encoding") != "" || got.Header.Get("Content-Encoding") != "gzip" || got.Header.Get("Vary") != "Accept-Encoding" {
			t.Fatalf("%s: encodings %q and %q", path, want.Header.Get("Content-Encoding"), got.Header.Get("Content-Encoding"))
		}
		zip, err := gzip.NewReader(strings.NewReader(got.body))
		h.must(err)
		body, err := io.ReadAll(zip)
		h.must(err)
		if string(body) != want.body || len(got.body) >= len(want.body) {
			t.Errorf("%s: %d bytes packed, %d plain; the same: %v", path, len(got.body), len(want.body), string(body) == want.body)
		}
	}
}

func TestLedgerPageSaysWhereTheLogStands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.must(h.seq.SignHead(context.Background()))
		key := strings.TrimSpace(h.get("/ledger/key").body)
		if key != h.seq.Key.Verifier() {
			t.Errorf("the key is %q", key)
		}
		var history ledger.KeyHistory
		h.must(json.Unmarshal([]byte(h.get("/ledger/keys").body), &history))
		if changes, err := history.Follow(key); err != nil || len(changes) != 0 || len(history.Keys) != 1 {
			t.Errorf("the history is %+v, %v", history, err)
		}
		c, err := ledger.ParseCheckpoint(h.get("/ledger/checkpoint").body)
		h.must(err)
		for _, lang := range locale.Languages {
			a := h.get("/" + lang + "/ledger")
			h.expect(a, http.StatusOK, publicPage)
			text := textOf(nodes(a.doc, tagged("main"))[0])
			for _, want := range []string{key, c.Root.String(), locale.Number(lang, c.Size), "pliego ledger verify " + baseURL + " --key " + key, locale.T(lang, "ledger.witnesses_none")} {
				if !strings.Contains(text, strings.Join(strings.Fields(want), " ")) {
					t.Errorf("%s: %q is not on the page", lang, want)
				}
			}
		}
	})
}

func TestLedgerPageNamesWitnesses(t *testing.T) {
	h := onSQLite(t)
	ctx := context.Background()
	h.must(h.seq.SignHead(ctx))
	const address = "@https://witness.example.org"
	first, err := ledger.ParseWitness("witness.example.org/one+8d385ef9+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f" + address)
	h.must(err)
	second, err := ledger.ParseWitness("witness.example.org/two+eee03145+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f" + address)
	h.must(err)
	h.site.witnesses = []ledger.Witness{first, second}
	size, _, err := h.db.LatestCheckpoint(ctx)
	h.must(err)
	h.must(h.db.StoreCosignature(ctx, ledger.Cosignature{Witness: first.Key, Size: size, Line: "— witness.example.org/one AAAAAAAA\n", Time: h.clock.Now()}))
	a := h.get("/en/ledger")
	h.expect(a, http.StatusOK, publicPage)
	text := textOf(a.doc)
	for _, want := range []string{"newest checkpoint: 1 of 2", "witness.example.org/oneup to entry", "witness.example.org/twohas not signed yet"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page: %s", want, text)
		}
	}
	if got := h.get("/ledger/checkpoint").body; !strings.HasSuffix(got, "\n— witness.example.org/one AAAAAAAA\n") {
		t.Errorf("the checkpoint is published as\n%s", got)
	}
}
