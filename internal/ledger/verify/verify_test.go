package verify

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// book is a small record that a test writes entry by entry.
type book struct {
	t       testing.TB
	key     *ledger.Key
	tree    *ledger.Tree
	entries []ledger.Pending
	text    string
	files   fstest.MapFS
	numbers int
	rows    strings.Builder
}

var noon = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

func newBook(t testing.TB) *book {
	t.Helper()
	b := &book{t: t, files: fstest.MapFS{}, text: letter.Text{Lang: "en", Kind: letter.FullText, Title: "Water", Body: "We ask."}.ContentHash()}
	var err error
	b.key, err = ledger.LoadOrCreateKey(filepath.Join(t.TempDir(), "key"), true)
	b.must(err)
	b.tree, err = ledger.NewTree(0, nil)
	b.must(err)
	return b
}

func (b *book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *book) add(kind ledger.Kind, slug, text string, record map[string]string) int64 {
	b.t.Helper()
	p, err := ledger.NewPending(kind, "id", slug, "subject", text, noon, record)
	b.must(err)
	return b.append(p)
}

func (b *book) append(p ledger.Pending) int64 {
	b.entries = append(b.entries, p)
	return b.tree.Append(p.Data)
}

// open publishes the letter and its text.
func (b *book) open() {
	b.t.Helper()
	b.add(ledger.StateChanged, "water", "", map[string]string{"letter": "water", "state": "open"})
	b.add(ledger.TextPublished, "water", b.text, map[string]string{"letter": "water", "lang": "en", "kind": "text", "title": "Water", "hash": b.text})
}

// sign adds a signature that is listed with a number.
func (b *book) sign(number int) {
	b.t.Helper()
	name := fmt.Sprintf("Example %d", number)
	leaf := b.add(ledger.SignatureRecorded, "water", b.text, map[string]string{"signature": name, "kind": "organisation", "basis": "confirmed", "name": name})
	b.numbers++
	fmt.Fprintf(&b.rows, `{"number":%d,"leaf":%d,"kind":"organisation","name":%q,"basis":"confirmed","text_sha256":%q}`+"\n", number, leaf, name, b.text)
}

// publish writes the files.
func (b *book) publish(highest int) Files {
	b.t.Helper()
	put := func(name string, content []byte) { b.files[name] = &fstest.MapFile{Data: content} }
	size := b.tree.Size()
	var bundle []byte
	var opened bytes.Buffer
	for i, e := range b.entries {
		var err error
		bundle, err = ledger.AppendBundle(bundle, e.Data)
		b.must(err)
		b.must(json.NewEncoder(&opened).Encode(ledger.Opening{Index: int64(i), Salt: e.Salt, Record: e.Record}))
	}
	put("ledger/"+ledger.Tile{Entries: true, Width: int(size)}.Path(), bundle)
	put("ledger/"+ledger.OpeningsPath(0), opened.Bytes())
	for id, hashes := range b.tree.Changed() {
		put("ledger/"+ledger.Tile{Level: id.Level, N: id.N, Width: len(hashes) / 32}.Path(), hashes)
	}
	root, err := b.tree.Root()
	b.must(err)
	signed, err := b.key.Sign(ledger.Checkpoint{Origin: b.key.Name(), Size: size, Root: root})
	b.must(err)
	put("ledger/checkpoint", signed)
	put("ledger/key", []byte(b.key.Verifier()))
	put("api/v1/letters.json", []byte(`{"letters":[{"slug":"water"}]}`))
	put("api/v1/letters/water.json", fmt.Appendf(nil, `{"slug":"water","state":"open","signatures":{"listed":%d,"organisations":%d,"highest_number":%d},
		"texts":[{"language":"en","kind":"text","title":"Water","body":"We ask.","sha256":%q}]}`, b.numbers, b.numbers, highest, b.text))
	put("api/v1/letters/water/signatures.jsonl", []byte(b.rows.String()))
	return FS(b.files)
}

func TestNumbersGoOnAboveThoseOfALostLog(t *testing.T) {
	for after, whole := range map[int]bool{8: true, 3: false, 9: false} {
		b := newBook(t)
		// The lost log had four entries, which follow here, and may have given the
		// numbers up to 7.
		first, err := ledger.Continue(ledger.Head{Origin: "pliego/lost", Size: 4}, "", map[string]int64{"water": 7}, noon)
		b.must(err)
		b.append(first)
		b.open()
		b.sign(1)
		b.sign(2)
		b.sign(after)
		report, err := Check(context.Background(), Config{Files: b.publish(after), Now: func() time.Time { return noon }})
		var found *Lie
		switch {
		case whole && (err != nil || len(report.Skipped) != 1 || len(report.Continued) != 1):
			t.Errorf("number %d: %v, %+v", after, err, report)
		case !whole && (!errors.As(err, &found) || found.Kind != Invented):
			t.Errorf("number %d: %v", after, err)
		}
	}
}

func TestEveryChangedByteOfTheLogIsCaught(t *testing.T) {
	b := newBook(t)
	b.open()
	b.sign(1)
	files := b.publish(1)
	if _, err := Check(context.Background(), Config{Files: files, Key: b.key.Verifier()}); err != nil {
		t.Fatal(err)
	}
	for name, f := range b.files {
		if !strings.HasPrefix(name, "ledger/tile/") && name != "ledger/checkpoint" {
			continue
		}
		before := bytes.Clone(f.Data)
		for i := range f.Data {
			f.Data[i] ^= 1
			if _, err := Check(context.Background(), Config{Files: files, Key: b.key.Verifier()}); err == nil && !sameInBase64(before, f.Data) {
				t.Errorf("%s: byte %d changed, and it passes", name, i)
			}
			f.Data[i] ^= 1
		}
	}
}

// sameInBase64 tells whether a checkpoint's last line differs only in bits that
// base64 does not use: then it is the same signature, written otherwise.
func sameInBase64(a, b []byte) bool {
	decoded := func(note []byte) string {
		fields := bytes.Fields(note)
		out, err := base64.StdEncoding.DecodeString(string(fields[len(fields)-1]))
		if err != nil {
			return string(note)
		}
		return string(bytes.TrimSuffix(note, fields[len(fields)-1])) + string(out)
	}
	return decoded(bytes.TrimRight(a, "\n")) == decoded(bytes.TrimRight(b, "\n"))
}

func TestBundleIsBounded(t *testing.T) {
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	for i := range 50 {
		f, err := w.Create(fmt.Sprintf("ledger/tile/0/%03d", i))
		if err == nil {
			_, err = f.Write(make([]byte, 1<<20)) // a tile that unpacks to far more than one has
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	in := bytes.NewReader(z.Bytes())
	if _, err := Bundle(in, in.Size(), 49); err == nil {
		t.Error("a bundle of too many files is read")
	}
	files, err := Bundle(in, in.Size(), 50)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(context.Background(), files, "ledger/tile/0/000", 8192); !errors.Is(err, errTooLong) {
		t.Errorf("a tile of a megabyte: %v", err)
	}
	b := newBook(t)
	b.open()
	var long *SizeError
	if _, err := Check(context.Background(), Config{Files: b.publish(0), MaxEntries: 1}); !errors.As(err, &long) {
		t.Errorf("a log of 2 entries where 1 is taken: %v", err)
	}
}

func FuzzBundle(f *testing.F) {
	b := newBook(f)
	b.open()
	b.sign(1)
	b.publish(1)
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	for name, file := range b.files {
		out, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = out.Write(file.Data)
		}
		b.must(err)
	}
	b.must(w.Close())
	f.Add(z.Bytes())
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		files, err := Bundle(bytes.NewReader(data), int64(len(data)), 1000)
		if err != nil {
			return
		}
		report, err := Check(context.Background(), Config{Files: files, MaxEntries: 1000, Workers: 1})
		if err == nil && report.Size != report.Total() {
			t.Fatalf("a log of %d entries passes with %d read", report.Size, report.Total())
		}
	})
}
