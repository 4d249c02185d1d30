package ledger

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// receipted is a log of the given size, and the receipt of one of its entries.
func receipted(t *testing.T, size, index int64) (*Key, *Receipt) {
	t.Helper()
	key := testKey(t)
	tree, err := NewTree(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	var mine Pending
	for i := range size {
		p, err := NewPending(SignatureRecorded, "id", "a-letter", "s", strings.Repeat("0a", 32), time.Unix(1e9, 0),
			map[string]string{"signature": fmt.Sprint(i), "name": "Organización Ejemplo & <Hijos>", "kind": "organisation"})
		if err != nil {
			t.Fatal(err)
		}
		tree.Append(p.Data)
		if i == index {
			mine = p
		}
	}
	tiles := map[TileID][]byte{}
	for id, hashes := range tree.Changed() {
		tiles[id] = hashes
	}
	root, err := tree.Root()
	if err != nil {
		t.Fatal(err)
	}
	proof, err := Prove(size, index, func(id TileID) ([]byte, error) { return tiles[id], nil })
	if err != nil {
		t.Fatal(err)
	}
	signed, err := key.Sign(Checkpoint{Origin: key.Name(), Size: size, Root: root})
	if err != nil {
		t.Fatal(err)
	}
	return key, &Receipt{Index: index, Proof: proof, Checkpoint: signed, Entry: mine.Data, Salt: mine.Salt, Record: mine.Record}
}

func TestReceiptProvesItsEntryInEveryForm(t *testing.T) {
	for _, at := range [][2]int64{{1, 0}, {2, 1}, {300, 255}, {300, 299}, {70_000, 65_535}} {
		key, r := receipted(t, at[0], at[1])
		text, err := r.Text()
		if err != nil {
			t.Fatal(err)
		}
		compact, err := r.Compact()
		if err != nil {
			t.Fatal(err)
		}
		for form, given := range map[string]string{
			"file": string(text), "pasted": "\r\n " + strings.ReplaceAll(string(text), "\n", "\r\n") + "\r\n\r\n", "compact": compact,
			"compact, broken into lines": " " + compact[:40] + "\r\n" + compact[40:90] + "\n" + compact[90:] + "\n",
		} {
			got, err := ParseReceipt([]byte(given))
			if err != nil || fmt.Sprint(*got) != fmt.Sprint(*r) {
				t.Fatalf("%v, %s: it reads as %+v, %v", at, form, got, err)
			}
			p, err := got.Open(key.Verifier())
			if err != nil || p.Index != at[1] || p.Checkpoint.Size != at[0] || p.Record["signature"] != fmt.Sprint(at[1]) || p.Entry.Letter != "a-letter" {
				t.Errorf("%v, %s: it proves %+v, %v", at, form, p, err)
			}
		}
	}
}

func TestChangedReceiptProvesNothing(t *testing.T) {
	key, whole := receipted(t, 300, 17)
	_, other := receipted(t, 300, 17)
	for what, c := range map[string]struct {
		change func(r *Receipt)
		want   error
	}{
		"another log's checkpoint": {func(r *Receipt) { r.Checkpoint = other.Checkpoint }, ErrReceiptUnsigned},
		"a larger size": {func(r *Receipt) {
			r.Checkpoint = []byte(strings.Replace(string(r.Checkpoint), "\n300\n", "\n301\n", 1))
		}, ErrReceiptUnsigned},
		"another index":          {func(r *Receipt) { r.Index++ }, ErrReceiptElsewhere},
		"an index beyond":        {func(r *Receipt) { r.Index = 300 }, ErrReceiptElsewhere},
		"another hash":           {func(r *Receipt) { r.Proof[0][0] ^= 1 }, ErrReceiptElsewhere},
		"a hash less":            {func(r *Receipt) { r.Proof = r.Proof[1:] }, ErrReceiptElsewhere},
		"another entry":          {func(r *Receipt) { r.Entry = other.Entry }, ErrReceiptElsewhere},
		"another name":           {func(r *Receipt) { r.Record = []byte(strings.Replace(string(r.Record), "Ejemplo", "Ajena", 1)) }, ErrReceiptRecord},
		"another salt":           {func(r *Receipt) { r.Salt = other.Salt }, ErrReceiptRecord},
		"salt moved into record": {func(r *Receipt) { r.Salt, r.Record = nil, append(append([]byte(nil), r.Salt...), r.Record...) }, ErrReceiptRecord},
	} {
		r := *whole
		r.Proof = append(tlog.RecordProof(nil), whole.Proof...)
		c.change(&r)
		if p, err := r.Open(key.Verifier()); !errors.Is(err, c.want) {
			t.Errorf("with %s it proves %+v, %v", what, p, err)
		}
	}
}

func TestWhatIsNoReceiptIsSaidToBeNone(t *testing.T) {
	_, r := receipted(t, 5, 2)
	text, err := r.Text()
	if err != nil {
		t.Fatal(err)
	}
	compact, err := r.Compact()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "c2sp.org/tlog-proof@v1", receiptHead, strings.Replace(string(text), "v1", "v2", 1), strings.Replace(string(text), "extra ", "extra", 1),
		strings.Replace(string(text), "index 2", "index 02", 1), strings.Replace(string(text), "index 2", "index -2", 1),
		strings.Replace(string(text), "\nindex 2\n", "\nindex 2\nAAAA\n", 1), strings.Replace(string(text), "\nindex 2\n", "\nindex 2\n"+strings.Repeat("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 64), 1),
		compactHead, compactHead + compactEnd, compact[:len(compact)-5], strings.ToLower(compact), strings.Replace(compact, compactEnd, "0"+compactEnd, 1),
		compactHead + "::::" + compactEnd, strings.Repeat("A", MaxReceipt+1),
	} {
		if got, err := ParseReceipt([]byte(bad)); !errors.Is(err, ErrNoReceipt) {
			t.Errorf("%.60q reads as %+v, %v", bad, got, err)
		}
	}
}

func TestBase45GivesBackWhatItWasGiven(t *testing.T) {
	if got := encodeBase45([]byte("Hello!!")); got != "%69 VD92EX0" { // RFC 9285, section 4.3
		t.Errorf("Hello!! is %q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		if got, ok := decodeBase45(encodeBase45(b)); !ok || string(got) != string(b) {
			t.Fatalf("%x comes back as %x, %v", b, got, ok)
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	f.Add([]byte(receiptHead + "extra eyJlbnRyeSI6ImEifQ==\nindex 0\n\npliego/a\n1\nAAAA\n"))
	f.Add([]byte(compactHead + "%69 VD92EX0" + compactEnd))
	f.Add([]byte(compactHead + encodeBase45([]byte{0x63, 0, 0}) + compactEnd))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseReceipt(text)
		if err != nil {
			return
		}
		again, err := r.Compact()
		if err != nil {
			t.Fatal(err)
		}
		if len(again) > MaxReceipt { // short texts may unpack to long receipts
			return
		}
		if same, err := ParseReceipt([]byte(again)); err != nil || same.Index != r.Index || string(same.Entry) != string(r.Entry) || len(same.Proof) != len(r.Proof) {
			t.Fatalf("%q reads as %+v, and that as %+v, %v", text, r, same, err)
		}
		_, _ = r.Open("pliego/a+00000000+AAAA") // must not panic
	})
}
