package ledger

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// change is the statement by which old gives way to next at a size.
func change(t testing.TB, old, next *Key, size int64) (KeyChange, string) {
	t.Helper()
	c := KeyChange{Origin: old.Name(), Size: size, Next: next.Verifier(), Time: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	c.Root[1] = 7
	signed, err := note.Sign(&note.Note{Text: c.Text()}, old.Signer)
	if err != nil {
		t.Fatal(err)
	}
	return c, string(signed)
}

// rotated makes a key of the same origin.
func rotated(t testing.TB, file string, old *Key) *Key {
	t.Helper()
	next, err := NextKey(file, old)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestKeyChangeIsSignedByTheKeyThatGoes(t *testing.T) {
	old := testKey(t)
	next := rotated(t, filepath.Join(t.TempDir(), "ledger.key"), old)
	want, signed := change(t, old, next, 12)
	if got, err := OpenKeyChange(old.Verifier(), []byte(signed)); err != nil || got != want {
		t.Errorf("it reads as %+v, %v", got, err)
	}
	if _, err := OpenKeyChange(next.Verifier(), []byte(signed)); err == nil {
		t.Error("it passes as signed by the new key")
	}
	if _, err := OpenKeyChange(old.Verifier(), []byte(strings.Replace(signed, "size 12", "size 13", 1))); err == nil {
		t.Error("a changed size passes")
	}
	if _, stranger := change(t, old, testKey(t), 12); true {
		if _, err := OpenKeyChange(old.Verifier(), []byte(stranger)); err == nil {
			t.Error("a key of another log may follow")
		}
	}
	if _, err := OpenKeyChange(old.Verifier(), make([]byte, 1<<20)); err == nil {
		t.Error("a long one passes")
	}
}

func TestHistoryLeadsFromAnyKeyToTheOneThatSigns(t *testing.T) {
	dir := t.TempDir()
	a := testKey(t)
	b := rotated(t, filepath.Join(dir, "b", "ledger.key"), a)
	c := rotated(t, filepath.Join(dir, "c", "ledger.key"), a)
	_, ab := change(t, a, b, 5)
	_, bc := change(t, b, c, 9)
	_, early := change(t, b, c, 5)
	h := KeyHistory{Origin: a.Name(), Keys: []string{a.Verifier(), b.Verifier(), c.Verifier()}, Statements: []string{ab, bc}}
	for from, want := range map[string]int{a.Verifier(): 2, b.Verifier(): 1, c.Verifier(): 0} {
		if changes, err := h.Follow(from); err != nil || len(changes) != want || want > 0 && changes[want-1].Next != c.Verifier() {
			t.Errorf("from %s there are %d changes, %v; want %d", from, len(changes), err, want)
		}
	}
	for size, want := range map[int64]string{0: a.Verifier(), 5: a.Verifier(), 6: b.Verifier(), 9: b.Verifier(), 10: c.Verifier()} {
		if got, err := h.Signer(size); err != nil || got != want {
			t.Errorf("size %d is signed by %s, %v", size, got, err)
		}
	}
	for what, bad := range map[string]KeyHistory{
		"a key left out":       {h.Origin, []string{a.Verifier(), c.Verifier()}, []string{ab}},
		"another key put in":   {h.Origin, []string{a.Verifier(), testKey(t).Verifier(), c.Verifier()}, h.Statements},
		"a statement left out": {h.Origin, h.Keys, []string{ab}},
		"statements swapped":   {h.Origin, h.Keys, []string{bc, ab}},
		"sizes that go back":   {h.Origin, h.Keys, []string{ab, early}},
		"another origin":       {"pliego/other", h.Keys, h.Statements},
		"nothing":              {},
	} {
		if _, err := bad.Follow(a.Verifier()); err == nil {
			t.Errorf("a history with %s leads somewhere", what)
		}
	}
	if _, err := h.Follow(testKey(t).Verifier()); err == nil {
		t.Error("a stranger's key leads somewhere")
	}
}

func FuzzParseKeyChange(f *testing.F) {
	c, _ := change(f, testKey(f), testKey(f), 3)
	f.Add(c.Text())
	old := testKey(f)
	c, _ = change(f, old, rotated(f, filepath.Join(f.TempDir(), "ledger.key"), old), 3)
	f.Add(c.Text())
	f.Add("pliego-log-key/1\norigin a\nsize -1\nroot \nkey \ntime \n")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parseKeyChange(text); err == nil && c.Text() != text {
			t.Fatalf("%q reads as %+v", text, c)
		}
	})
}

func TestRotatedKeyIsFoundWhereverTheChangeStopped(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger.key")
	old, err := LoadOrCreateKey(file, true)
	if err != nil {
		t.Fatal(err)
	}
	next := rotated(t, file, old)
	if again := rotated(t, file, old); again.Verifier() != next.Verifier() {
		t.Error("a key that waits is made anew")
	}
	// Before the store switched the old key is the log's, after it the new one.
	if key, err := LoadKey(file, old.Verifier()); err != nil || key.Verifier() != old.Verifier() {
		t.Errorf("before the switch: %v, %v", key, err)
	}
	for range 2 {
		if key, err := LoadKey(file, next.Verifier()); err != nil || key.Verifier() != next.Verifier() {
			t.Errorf("after the switch: %v, %v", key, err)
		}
	}
	if key, err := LoadOrCreateKey(file, false); err != nil || key.Verifier() != next.Verifier() {
		t.Errorf("the new key is not in its place: %v", err)
	}
	kept, err := filepath.Glob(filepath.Join(filepath.Dir(file), "ledger-*.key"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept are %q, %v", kept, err)
	}
	if key, err := LoadOrCreateKey(kept[0], false); err != nil || key.Verifier() != old.Verifier() {
		t.Errorf("the old key is not kept: %v", err)
	}
	if _, err := LoadKey(file, testKey(t).Verifier()); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key that is nowhere: %v", err)
	}
	if _, err := LoadOrCreateKey(rotatedKeyFile(file), true); err != nil { // of an origin of its own
		t.Fatal(err)
	}
	if _, err := NextKey(file, next); err == nil {
		t.Error("another log's key may follow")
	}
}
