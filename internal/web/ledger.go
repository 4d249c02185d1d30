package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"pliego/internal/ledger"
)

var errNoCheckpoint = errors.New("the log has no checkpoint yet")

// checkpoint serves the newest signed checkpoint of the log.
func (s *Site) checkpoint(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	size, note, err := s.store.LatestCheckpoint(ctx)
	if err != nil {
		return err
	}
	if size < 0 {
		return errNoCheckpoint
	}
	return writeText(w, r, note)
}

// ledgerKey serves the verifier of the key that signed the newest checkpoint, one
// line.
func (s *Site) ledgerKey(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	size, _, err := s.store.LatestCheckpoint(ctx)
	if err != nil {
		return err
	}
	history, err := s.store.KeyHistory(ctx)
	if err != nil {
		return err
	}
	key, err := history.Signer(size)
	if err != nil {
		return err
	}
	return writeText(w, r, []byte(key+"\n"))
}

// ledgerKeys serves the keys that the log has had and the statements by which
// each gave way to the next.
func (s *Site) ledgerKeys(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	history, err := s.store.KeyHistory(ctx)
	if err != nil {
		return err
	}
	out, err := json.MarshalIndent(history, "", " ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", jsonType)
	h["Cache-Control"], h["Access-Control-Allow-Origin"] = revalidate, anyOrigin
	writeBytes(w, r, append(out, '\n'))
	return nil
}

func writeText(w http.ResponseWriter, r *http.Request, text []byte) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h["Cache-Control"], h["Access-Control-Allow-Origin"] = revalidate, anyOrigin
	writeBytes(w, r, text)
	return nil
}

// immutable is said of what never changes: a tile, full or partial.
var immutable = []string{"public, max-age=31536000, immutable"}

// ledgerTile serves a tile of hashes or of entries, as C2SP tlog-tiles has it.
func (s *Site) ledgerTile(w http.ResponseWriter, r *http.Request, _ string) error {
	tile, err := ledger.ParseTile(strings.TrimPrefix(r.URL.Path, "/ledger/"))
	if err != nil {
		return fmt.Errorf("%w: %w", errNotFound, err)
	}
	ctx, cancel := within(r)
	defer cancel()
	content, err := s.store.LogTile(ctx, tile)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Content-Type"], h["Cache-Control"], h["Access-Control-Allow-Origin"] = octets, immutable, anyOrigin
	if tile.Entries {
		return writePacked(w, r, content)
	}
	writeBytes(w, r, content) // hashes do not shrink
	return nil
}

// ledgerOpenings serves what opens the commitments of a tile of entries, a line
// of JSON for each.
func (s *Site) ledgerOpenings(w http.ResponseWriter, r *http.Request, _ string) error {
	n, err := ledger.ParseOpenings(strings.TrimPrefix(r.URL.Path, "/ledger/"))
	if err != nil {
		return fmt.Errorf("%w: %w", errNotFound, err)
	}
	ctx, cancel := within(r)
	defer cancel()
	openings, err := s.store.LogOpenings(ctx, n)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	for _, o := range openings {
		if err := out.Encode(o); err != nil {
			return fmt.Errorf("write the openings: %w", err)
		}
	}
	h := w.Header()
	// An opening that was erased must not be kept anywhere.
	h["Content-Type"], h["Cache-Control"], h["Access-Control-Allow-Origin"] = jsonLines, headerNoStore, anyOrigin
	return writePacked(w, r, lines.Bytes())
}

var (
	octets    = []string{"application/octet-stream"}
	jsonLines = []string{"application/jsonl; charset=utf-8"}
)

// writePacked compresses content for those who take gzip.
func writePacked(w http.ResponseWriter, r *http.Request, content []byte) error {
	h := w.Header()
	h["Vary"] = varyEncoding
	if !acceptsGzip(r.Header["Accept-Encoding"]) {
		writeBytes(w, r, content)
		return nil
	}
	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return fmt.Errorf("compress a part of the log: %w", err)
	}
	if _, err := zip.Write(content); err != nil {
		return fmt.Errorf("compress a part of the log: %w", err)
	}
	if err := zip.Close(); err != nil {
		return fmt.Errorf("compress a part of the log: %w", err)
	}
	h["Content-Encoding"] = gzipEncoding
	writeBytes(w, r, packed.Bytes())
	return nil
}

func writeBytes(w http.ResponseWriter, r *http.Request, content []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // a reader who went away is no fault of ours
	}
}
