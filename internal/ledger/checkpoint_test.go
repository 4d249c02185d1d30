package ledger

import (
	"path/filepath"
	"strings"
	"testing"
)

func testKey(t testing.TB) *Key {
	t.Helper()
	k, err := LoadOrCreateKey(filepath.Join(t.TempDir(), "keys", "ledger.key"), true)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestCheckpointOpensUnderItsOwnKeyOnly(t *testing.T) {
	k, other := testKey(t), testKey(t)
	want := Checkpoint{Origin: k.Name(), Size: 7}
	want.Root[3] = 9
	signed, err := k.Sign(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.Open(signed); err != nil || got != want {
		t.Errorf("Open = %+v, %v", got, err)
	}
	if _, err := other.Open(signed); err == nil {
		t.Error("another log's key opens it")
	}
	if _, err := k.Open([]byte(strings.Replace(string(signed), "\n7\n", "\n8\n", 1))); err == nil {
		t.Error("a changed size passes")
	}
	if _, err := other.Sign(want); err == nil {
		t.Error("a key signs for another log's origin")
	}
	if !strings.HasPrefix(k.Verifier(), k.Name()+"+") {
		t.Errorf("verifier key %q", k.Verifier())
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add("pliego/abc\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
	f.Add("pliego/abc\n-3\n\n\n")
	f.Add("\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCheckpoint(text)
		if err != nil {
			return
		}
		if again, err := ParseCheckpoint(c.Text()); err != nil || again != c {
			t.Fatalf("%q reads as %+v, which reads as %+v, %v", text, c, again, err)
		}
	})
}
