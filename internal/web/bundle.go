package web

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/klauspost/compress/flate"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// Bounds of serving bundles: each holds a state of the store while it is written.
const (
	bundlesAtOnce = 2
	bundleMost    = 30 * time.Minute
	bundleStall   = time.Minute // how long one write may wait for a slow reader
)

// bundle serves the whole public record as one ZIP, under the names by which the
// site serves its parts.
func (s *Site) bundle(w http.ResponseWriter, r *http.Request, _ string) error {
	select {
	case s.bundling <- struct{}{}:
		defer func() { <-s.bundling }()
	default:
		return fmt.Errorf("%w: %d bundles are being written", store.ErrBusy, bundlesAtOnce)
	}
	ctx, cancel := context.WithTimeout(r.Context(), bundleMost)
	defer cancel()
	h := w.Header()
	out := &patient{w: w, control: http.NewResponseController(w), begin: func() {
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", `attachment; filename="bundle.zip"`)
		h["Cache-Control"], h["Access-Control-Allow-Origin"] = headerNoStore, anyOrigin
	}}
	if r.Method == http.MethodHead {
		out.begin()
		w.WriteHeader(http.StatusOK)
		return nil
	}
	err := s.WriteBundle(ctx, out)
	if err != nil && out.begin == nil {
		// Half a bundle must not look like a whole one: the connection is cut.
		s.log.Warn("bundle", "err", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

// patient writes an answer that may take longer than others, as long as its reader
// goes on taking it.
type patient struct {
	w       io.Writer
	control *http.ResponseController
	begin   func() // sets the headers; nil once the answer has begun
}

func (p *patient) Write(b []byte) (int, error) {
	if p.begin != nil {
		p.begin()
		p.begin = nil
	}
	// A writer without deadlines (in tests) needs none.
	_ = p.control.SetWriteDeadline(time.Now().Add(bundleStall))
	return p.w.Write(b)
}

// WriteBundle writes the public record as of the log's newest checkpoint: the log
// with its openings, the letters and the lists of signatures. It holds one state of
// the store all the while, so ctx must bound it. Memory stays steady.
func (s *Site) WriteBundle(ctx context.Context, w io.Writer) error {
	return s.store.Snapshot(ctx, func(snap *store.Snapshot) error {
		b := &bundler{site: s, snap: snap, zip: zip.NewWriter(w), at: s.now()}
		b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		for _, part := range []func() error{b.log, b.letters, b.zip.Close} {
			if err := part(); err != nil {
				return fmt.Errorf("write a bundle: %w", err)
			}
		}
		return nil
	})
}

// bundler writes one bundle.
type bundler struct {
	site *Site
	snap *store.Snapshot
	zip  *zip.Writer
	at   time.Time
}

// file begins a file of the bundle.
func (b *bundler) file(name string, method uint16) (io.Writer, error) {
	return b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: b.at})
}

func (b *bundler) put(name string, method uint16, content []byte) error {
	f, err := b.file(name, method)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}

func (b *bundler) putJSON(name string, value any) error {
	content, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err
	}
	return b.put(name, zip.Deflate, append(content, '\n'))
}

// log writes keys, checkpoint, tiles and openings.
func (b *bundler) log() error {
	key, err := b.snap.Keys.Signer(b.snap.Size)
	if err != nil {
		return err
	}
	if err := b.put("ledger/key", zip.Store, []byte(key+"\n")); err != nil {
		return err
	}
	if err := b.putJSON("ledger/keys", b.snap.Keys); err != nil {
		return err
	}
	if err := b.put("ledger/checkpoint", zip.Store, b.snap.Checkpoint); err != nil {
		return err
	}
	for level := 0; b.snap.Size>>(ledger.TileHeight*level) > 0; level++ {
		if err := b.tiles(ledger.Tile{Level: level}, zip.Store); err != nil { // hashes do not shrink
			return err
		}
	}
	if err := b.tiles(ledger.Tile{Entries: true}, zip.Deflate); err != nil {
		return err
	}
	for n := int64(0); n*ledger.TileWidth < b.snap.Size; n++ {
		list, err := b.snap.Openings(n)
		if err != nil {
			return err
		}
		var lines bytes.Buffer
		out := json.NewEncoder(&lines)
		for _, o := range list {
			if err := out.Encode(o); err != nil {
				return err
			}
		}
		if err := b.put("ledger/"+ledger.OpeningsPath(n), zip.Deflate, lines.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// tiles writes all tiles of the kind and level of t.
func (b *bundler) tiles(t ledger.Tile, method uint16) error {
	members := b.snap.Size >> (ledger.TileHeight * t.Level)
	for ; t.First() < members; t.N++ {
		t.Width = int(min(members-t.First(), ledger.TileWidth))
		content, err := b.snap.Tile(t)
		if err != nil {
			return err
		}
		if err := b.put("ledger/"+t.Path(), method, content); err != nil {
			return err
		}
	}
	return nil
}

// letters writes each letter with its list, and the list of letters. The counts
// are those of what was written.
func (b *bundler) letters() error {
	letters, err := b.snap.Letters()
	if err != nil {
		return err
	}
	rows := make([]apiLetterRow, 0, len(letters))
	for _, l := range letters {
		versions, err := b.snap.Texts(l.ID)
		if err != nil {
			return err
		}
		signers, err := b.signatures(l)
		if err != nil {
			return err
		}
		for i := range versions {
			versions[i].Signers = signers[versions[i].Hash]
		}
		full := b.site.apiFull(l, versions)
		if err := b.putJSON("api/v1/letters/"+l.Slug+".json", full); err != nil {
			return err
		}
		rows = append(rows, full.apiLetterRow)
	}
	return b.putJSON("api/v1/letters.json", map[string]any{"letters": rows})
}

// signatures writes a letter's list, a line for each, and counts them: those listed
// of each text too.
func (b *bundler) signatures(l *letter.Letter) (signers map[string]int64, err error) {
	f, err := b.file("api/v1/letters/"+l.Slug+"/signatures.jsonl", zip.Deflate)
	if err != nil {
		return nil, err
	}
	out := json.NewEncoder(f)
	signers = map[string]int64{}
	countries := map[string]bool{}
	err = b.snap.EachSignature(l.ID, func(sig store.Listed) error {
		l.Counts.Highest = sig.Number
		switch {
		case sig.State.Ended():
			l.Counts.Withdrawn++
		case sig.State != signature.Standing:
		case sig.Kind == signature.Person:
			l.Counts.Persons++
			l.Counts.SealedPersons += one(sig.Sealed())
		default:
			l.Counts.Organisations++
			l.Counts.SealedOrganisations += one(sig.Sealed())
		}
		if sig.State == signature.Standing {
			signers[sig.TextHash]++
			if sig.Public.Country != "" {
				countries[sig.Public.Country] = true
			}
		}
		row := apiSignatureOf(sig.Signature)
		if row.EntryWaits = sig.Waits; sig.Leaf >= 0 {
			row.Leaf = &sig.Leaf
		}
		return out.Encode(row)
	})
	l.Counts.Countries = int64(len(countries))
	return signers, err
}

// one counts what is so.
func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}
