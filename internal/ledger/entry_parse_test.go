package ledger

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestEntryReadsBackAsItWasMade(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("0a", 32)} {
		p, err := NewPending(SignatureRecorded, "id", "a-letter", "subject", text, time.Date(2026, 5, 3, 9, 30, 15, 99, time.FixedZone("", 3600)), map[string]string{"name": "Example Organisation"})
		if err != nil {
			t.Fatal(err)
		}
		e, err := ParseEntry(p.Data)
		want := Entry{Kind: SignatureRecorded, Letter: "a-letter", TextHash: text, Time: time.Date(2026, 5, 3, 8, 30, 15, 0, time.UTC), Commitment: Commitment(p.Salt, p.Record)}
		if err != nil || e != want {
			t.Errorf("the entry reads as %+v, %v; want %+v", e, err, want)
		}
	}
}

func TestWhatIsNoEntryIsRefused(t *testing.T) {
	good := "pliego/1\nkind signature\nletter a-letter\ntext " + strings.Repeat("0a", 32) + "\ntime 2026-05-03T08:30:15Z\ncommitment " + strings.Repeat("1b", 32) + "\n"
	if _, err := ParseEntry([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{"pliego/1", "pliego/2"}, {"pliego/1\n", ""}, {"kind signature", "kind Signature"}, {"kind signature", "kind "}, {"kind signature\n", ""},
		{"letter a-letter", "letter a letter"}, {"letter a-letter\n", ""}, {"text 0a", "text 0A"}, {"text 0a", "text 0"},
		{"2026-05-03T08:30:15Z", "2026-05-03T08:30:15.5Z"}, {"2026-05-03T08:30:15Z", "2026-05-03T09:30:15+01:00"}, {"2026-05-03T08:30:15Z", "yesterday"},
		{"commitment 1b", "commitment 1B"}, {"1b\n", "1b"}, {"1b\n", "1b\n\n"}, {"1b\n", "1b\nmore\n"}, {"letter a-letter", "letter " + strings.Repeat("a", 65)},
		{"kind signature\nletter a-letter", "letter a-letter\nkind signature"},
	} {
		if changed := strings.Replace(good, change[0], change[1], 1); changed == good {
			t.Errorf("%q is not in the entry", change[0])
		} else if e, err := ParseEntry([]byte(changed)); err == nil {
			t.Errorf("with %q for %q it reads as %+v", change[1], change[0], e)
		}
	}
}

func FuzzParseEntry(f *testing.F) {
	f.Add([]byte("pliego/1\nkind text\nletter x\ntime 2026-05-03T08:30:15Z\ncommitment " + strings.Repeat("1b", 32) + "\n"))
	f.Add([]byte("pliego/1\nkind log-continued\nletter \ntime 0000-01-01T00:00:00Z\ncommitment " + strings.Repeat("00", 32) + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := ParseEntry(data); err == nil && !bytes.Equal([]byte(e.String()), data) {
			t.Fatalf("%q reads as %+v", data, e)
		}
	})
}
