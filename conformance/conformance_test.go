// Package conformance checks the public ledger with tools that others wrote. A
// real server builds a log under load while a real witness cosigns it; Tessera's
// and torchwood's packages read it, and must notice every damage done to a copy.
//
// It is a module of its own, so that nothing of it reaches the program.
package conformance

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// signers is how many sign while others read: the log gets several full tiles.
const signers = 900

func TestOthersToolsAgreeWithTheLog(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	p := build(t)
	witness := startWitness(t, ctx, p)
	s := p.serve(t, "--witness", witness.key+"@"+witness.url)
	log := logAt(t, s.base, p.key)

	// A reader follows the log while it grows, and each checkpoint must contain
	// the one before.
	done := make(chan error, 1)
	go func() { done <- s.sign(ctx, signers) }()
	tracker, err := client.NewLogStateTracker(ctx, log.fetcher.ReadTile, nil, log.verifier, log.origin, client.UnilateralConsensus(log.fetcher.ReadCheckpoint))
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[uint64]bool{}
	for signing := true; signing; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			signing = false
		case <-time.After(50 * time.Millisecond):
		}
		if _, _, _, err := tracker.Update(ctx); err != nil {
			t.Fatalf("the log does not follow from what was published before: %v", err)
		}
		sizes[tracker.Latest().Size] = true
	}
	if len(sizes) < 5 {
		t.Errorf("only %d sizes of the log were seen: it did not grow under the reader's eyes", len(sizes))
	}

	checkpoint := witness.cosigned(t, ctx, log, signers)
	if err := log.fsck(ctx, log.fetcher); err != nil {
		t.Errorf("Tessera's fsck: %v", err)
	}
	if err := log.read(ctx, log.tiles, checkpoint, signers); err != nil {
		t.Errorf("torchwood's client: %v", err)
	}
	log.prove(t, ctx)

	folder := t.TempDir()
	unpack(t, ctx, s.base+"/ledger/bundle.zip", folder)
	t.Run("damaged copies", func(t *testing.T) { damaged(t, ctx, log, filepath.Join(folder, "ledger")) })
}

// outside is a log as others' tools see it.
type outside struct {
	origin   string
	verifier note.Verifier
	fetcher  *client.HTTPFetcher
	tiles    torchwood.TileReader
}

func logAt(t *testing.T, base, key string) *outside {
	t.Helper()
	v, err := note.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := url.Parse(base + "/ledger/")
	if err != nil {
		t.Fatal(err)
	}
	l := &outside{origin: v.Name(), verifier: v}
	if l.fetcher, err = client.NewHTTPFetcher(root, &http.Client{Timeout: 20 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if l.tiles, err = torchwood.NewTileFetcher(root.String(), torchwood.WithConcurrencyLimit(4)); err != nil {
		t.Fatal(err)
	}
	return l
}

// fsck lets Tessera go through a log. It gives the error itself: its command's exit
// status says nothing.
func (l *outside) fsck(ctx context.Context, f fsck.Fetcher) (err error) {
	// It does not expect bundles that hold too few entries.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return fsck.New(l.origin, l.verifier, f, leafHashes, fsck.Opts{N: 2}).Check(ctx)
}

func leafHashes(bundle []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, len(b.Entries))
	for i, e := range b.Entries {
		hashes[i] = rfc6962.DefaultHasher.HashLeaf(e)
	}
	return hashes, nil
}

// read lets torchwood read every entry, checked against the checkpoint, and counts
// the signatures, as a verifier counts their numbers.
func (l *outside) read(ctx context.Context, tiles torchwood.TileReader, checkpoint torchwood.Checkpoint, atLeast int) error {
	c, err := torchwood.NewClient(tiles)
	if err != nil {
		return err
	}
	var next int64
	signatures := 0
	for i, entry := range c.AllEntries(ctx, checkpoint.Tree, 0) {
		if i != next {
			return fmt.Errorf("entry %d comes after %d", i, next-1)
		}
		next++
		if !bytes.HasPrefix(entry, []byte("pliego/1\nkind ")) {
			return fmt.Errorf("entry %d is %q", i, entry)
		}
		if bytes.Contains(entry, []byte("\nkind signature\nletter practice-letter\n")) {
			signatures++
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	if next != checkpoint.N || signatures < atLeast {
		return fmt.Errorf("%d entries of %d, %d signatures of %d", next, checkpoint.N, signatures, atLeast)
	}
	return nil
}

// prove lets both tools make proofs out of the tiles, and checks each with the
// other's.
func (l *outside) prove(t *testing.T, ctx context.Context) {
	t.Helper()
	cp, _, _, err := client.FetchCheckpoint(ctx, l.fetcher.ReadCheckpoint, l.verifier, l.origin)
	if err != nil {
		t.Fatal(err)
	}
	builder, err := client.NewProofBuilder(ctx, cp.Size, l.fetcher.ReadTile)
	if err != nil {
		t.Fatal(err)
	}
	c, err := torchwood.NewClient(l.tiles)
	if err != nil {
		t.Fatal(err)
	}
	tree := tlog.Tree{N: int64(cp.Size), Hash: tlog.Hash(cp.Hash)}
	for _, index := range []uint64{0, 1, 255, 256, 511, cp.Size / 2, cp.Size - 1} {
		entry, record, err := c.Entry(ctx, tree, int64(index))
		if err != nil {
			t.Fatalf("entry %d: %v", index, err)
		}
		hash := tlog.RecordHash(entry)
		if err := tlog.CheckRecord(record, tree.N, tree.Hash, int64(index), hash); err != nil {
			t.Errorf("entry %d: %v", index, err)
		}
		inclusion, err := builder.InclusionProof(ctx, index)
		if err != nil {
			t.Fatalf("entry %d: %v", index, err)
		}
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, index, cp.Size, hash[:], inclusion, cp.Hash); err != nil {
			t.Errorf("entry %d: %v", index, err)
		}
	}
}

// damaged does one damage after another to a copy of the log, and expects both
// tools to notice each.
func damaged(t *testing.T, ctx context.Context, log *outside, folder string) {
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	checkpoint, _, err := torchwood.VerifyCheckpoint(signed, torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(log.origin), torchwood.SingleVerifierPolicy(log.verifier)))
	if err != nil {
		t.Fatal(err)
	}
	look := func() (fsckSays, torchwoodSays error) {
		root, err := os.OpenRoot(folder)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		tiles, err := torchwood.NewTileFS(root.FS())
		if err != nil {
			t.Fatal(err)
		}
		return log.fsck(ctx, client.FileFetcher{Root: folder}), log.read(ctx, tiles, checkpoint, 0)
	}
	if fsckSays, torchwoodSays := look(); fsckSays != nil || torchwoodSays != nil {
		t.Fatalf("the whole copy does not pass: %v; %v", fsckSays, torchwoodSays)
	}
	last := checkpoint.N / 256
	partial := fmt.Sprintf(".p/%d", checkpoint.N%256)
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[(at+len(b))%len(b)] ^= 1; return b }
	}
	for _, c := range []struct {
		what, file string
		damage     func([]byte) []byte // nil: the file is taken away
		onlyFsck   bool                // torchwood does not need this file
	}{
		{"a byte of a hash", "tile/0/001", flip(100), false},
		{"a byte of a partial tile", fmt.Sprintf("tile/0/%03d%s", last, partial), flip(-1), false},
		{"a byte of a tile above", fmt.Sprintf("tile/1/000.p/%d", last), flip(5), false},
		{"a byte of an entry", "tile/entries/000", flip(5000), false},
		{"a byte of the last entry", fmt.Sprintf("tile/entries/%03d%s", last, partial), flip(-2), false},
		{"two entries swapped", "tile/entries/002", swapFirstTwo, false},
		{"a bundle cut short", "tile/entries/001", func(b []byte) []byte { return b[:len(b)-10] }, false},
		{"an entry left out at the end", "tile/entries/001", dropLast, false},
		{"a tile cut short", "tile/0/000", func(b []byte) []byte { return b[:len(b)-32] }, false},
		{"a tile taken away", "tile/0/002", nil, false},
		{"a bundle taken away", "tile/entries/000", nil, false},
		{"another size in the checkpoint", "checkpoint", func(b []byte) []byte {
			return bytes.Replace(b, fmt.Appendf(nil, "\n%d\n", checkpoint.N), fmt.Appendf(nil, "\n%d\n", checkpoint.N-1), 1)
		}, true},
		{"a checkpoint without the log's signature", "checkpoint", func(b []byte) []byte {
			return []byte(strings.ReplaceAll(string(b), "— "+log.origin+" ", "— someone-else "))
		}, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			file := filepath.Join(folder, c.file)
			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if c.damage == nil {
				err = os.Remove(file)
			} else {
				changed := c.damage(bytes.Clone(whole))
				if bytes.Equal(changed, whole) {
					t.Fatal("nothing was damaged")
				}
				err = os.WriteFile(file, changed, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer os.WriteFile(file, whole, 0o600)
			fsckSays, torchwoodSays := look()
			if fsckSays == nil {
				t.Error("Tessera's fsck does not notice")
			}
			if torchwoodSays == nil && !c.onlyFsck {
				t.Error("torchwood does not notice")
			}
		})
	}
}

// swapFirstTwo swaps a bundle's first two entries.
func swapFirstTwo(bundle []byte) []byte {
	first, rest, err := torchwood.ReadTileEntry(bundle)
	if err != nil {
		return bundle
	}
	second, rest, err := torchwood.ReadTileEntry(rest)
	if err != nil {
		return bundle
	}
	var out []byte
	for _, entry := range [][]byte{second, first} {
		if out, err = torchwood.AppendTileEntry(out, entry); err != nil {
			return bundle
		}
	}
	return append(out, rest...)
}

// dropLast leaves out a bundle's last entry.
func dropLast(bundle []byte) []byte {
	rest, end := bundle, 0
	for len(rest) > 0 {
		end = len(bundle) - len(rest)
		var err error
		if _, rest, err = torchwood.ReadTileEntry(rest); err != nil {
			return bundle
		}
	}
	return bundle[:end]
}
