package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// verifying measures the offline check of a bundle on disk.
func verifying(r *run) ([]figure, error) {
	const n = 1_000_000
	file := filepath.Join(r.dir, "record.zip")
	if err := writeRecord(file, filepath.Join(r.dir, "bench.key"), n); err != nil {
		return nil, fmt.Errorf("write a bundle: %w", err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(r.binary, "ledger", "verify", file, "--state", filepath.Join(r.dir, "seen.json"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended, peak := make(chan struct{}), make(chan float64)
	go func() {
		highest := 0.0
		for {
			select {
			case <-ended:
				peak <- highest
				return
			case <-time.After(100 * time.Millisecond):
				if now, err := (&server{cmd: cmd}).memory(); err == nil { // else it has just ended
					highest = max(highest, now)
				}
			}
		}
	}()
	err = cmd.Wait()
	took := time.Since(start)
	close(ended)
	memory := <-peak
	if err != nil {
		return nil, fmt.Errorf("ledger verify: %w: %s", err, out.Bytes())
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return []figure{{
		what:   "check a bundle with 1,000,000 signatures from disk",
		value:  fmt.Sprintf("%.1f s, %.1f s of processors, %.0f MiB, file of %.0f MB", took.Seconds(), cpu.Seconds(), memory, float64(info.Size())/1e6),
		target: "60 s", met: took < time.Minute && bytes.Contains(out.Bytes(), []byte("Nothing false was found")),
	}}, nil
}

// writeRecord writes a bundle with one letter and n signatures.
func writeRecord(file, keyFile string, n int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	b := &recordWriter{zip: zip.NewWriter(f), tiles: map[ledger.TileID][]byte{}}
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	if b.tree, err = ledger.NewTree(0, nil); err != nil {
		return err
	}
	if err := b.write(keyFile, n); err != nil {
		return err
	}
	return b.zip.Close()
}

// recordWriter writes a bundle as it goes, tile by tile.
type recordWriter struct {
	zip            *zip.Writer
	tree           *ledger.Tree
	tiles          map[ledger.TileID][]byte
	rows           bytes.Buffer
	bundle, opened []byte
	tile           int64
}

const benchLetter = "water"

func (b *recordWriter) write(keyFile string, n int) error {
	now := time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)
	text := letter.Text{Lang: "en", Kind: letter.FullText, Title: "Water", Body: "We ask."}
	hash := text.ContentHash()
	if _, err := b.add(ledger.StateChanged, "", now, map[string]string{"letter": benchLetter, "state": "open"}); err != nil {
		return err
	}
	if _, err := b.add(ledger.TextPublished, hash, now, map[string]string{"letter": benchLetter, "lang": "en", "kind": "text", "title": text.Title, "hash": hash}); err != nil {
		return err
	}
	for i := range n {
		name := fmt.Sprintf("Asociación Ejemplo por el Agua n.º %d", i)
		leaf, err := b.add(ledger.SignatureRecorded, hash, now, map[string]string{
			"signature": fmt.Sprintf("0196943e-0000-7000-8000-%012d", i), "kind": "organisation", "basis": "confirmed", "name": name, "acronym": "AEA", "country": "PY",
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(&b.rows, `{"number":%d,"leaf":%d,"kind":"organisation","visibility":"public","name":%q,"acronym":"AEA","country":"PY","basis":"confirmed","text_sha256":%q,"signed_at":%q}`+"\n",
			i+1, leaf, name, hash, now.Format(time.RFC3339))
	}
	if err := b.flush(); err != nil {
		return err
	}
	if err := b.sign(keyFile); err != nil {
		return err
	}
	counts := `"signatures":{"listed":` + strconv.Itoa(n) + `,"organisations":` + strconv.Itoa(n) + `,"highest_number":` + strconv.Itoa(n) + `}`
	for name, content := range map[string]string{
		"api/v1/letters.json": `{"letters":[{"slug":"` + benchLetter + `"}]}`,
		"api/v1/letters/" + benchLetter + ".json": `{"slug":"` + benchLetter + `","state":"open",` + counts +
			`,"texts":[{"language":"en","kind":"text","title":"Water","body":"We ask.","asks":[],"sha256":"` + hash + `"}]}`,
		"api/v1/letters/" + benchLetter + "/signatures.jsonl": b.rows.String(),
	} {
		if err := b.put(name, []byte(content)); err != nil {
			return err
		}
	}
	return nil
}

// add makes an entry with its opening.
func (b *recordWriter) add(kind ledger.Kind, text string, now time.Time, record map[string]string) (leaf int64, err error) {
	p, err := ledger.NewPending(kind, "id", benchLetter, "subject", text, now, record)
	if err != nil {
		return 0, err
	}
	leaf = b.tree.Append(p.Data)
	if b.bundle, err = ledger.AppendBundle(b.bundle, p.Data); err != nil {
		return 0, err
	}
	line, err := json.Marshal(ledger.Opening{Index: leaf, Salt: p.Salt, Record: p.Record})
	if err != nil {
		return 0, err
	}
	b.opened = append(append(b.opened, line...), '\n')
	if b.tree.Size()%ledger.TileWidth == 0 {
		err = b.flush()
	}
	return leaf, err
}

// flush writes the tile of entries that is full, or the last.
func (b *recordWriter) flush() error {
	width := int(b.tree.Size() - b.tile*ledger.TileWidth)
	if width == 0 {
		return nil
	}
	if err := b.put("ledger/"+ledger.Tile{Entries: true, N: b.tile, Width: width}.Path(), b.bundle); err != nil {
		return err
	}
	if err := b.put("ledger/"+ledger.OpeningsPath(b.tile), b.opened); err != nil {
		return err
	}
	b.bundle, b.opened = b.bundle[:0], b.opened[:0]
	b.tile++
	return b.tree.Flush(func(id ledger.TileID, hashes []byte) error {
		b.tiles[id] = append([]byte(nil), hashes...)
		return nil
	})
}

// sign writes the tiles of hashes, the key and the checkpoint.
func (b *recordWriter) sign(keyFile string) error {
	for id, hashes := range b.tiles {
		if err := b.put("ledger/"+ledger.Tile{Level: id.Level, N: id.N, Width: len(hashes) / 32}.Path(), hashes); err != nil {
			return err
		}
	}
	key, err := ledger.LoadOrCreateKey(keyFile, true)
	if err != nil {
		return err
	}
	root, err := b.tree.Root()
	if err != nil {
		return err
	}
	signed, err := key.Sign(ledger.Checkpoint{Origin: key.Name(), Size: b.tree.Size(), Root: root})
	if err != nil {
		return err
	}
	if err := b.put("ledger/key", []byte(key.Verifier()+"\n")); err != nil {
		return err
	}
	return b.put("ledger/checkpoint", signed)
}

func (b *recordWriter) put(name string, content []byte) error {
	f, err := b.zip.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}
