package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func testVault(t testing.TB, fill byte) *Vault {
	t.Helper()
	v, err := New(bytes.Repeat([]byte{fill}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealedRecordOpensOnlyInItsOwnRowUnderItsOwnKey(t *testing.T) {
	v, other := testVault(t, 1), testVault(t, 2)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed := v.Seal("row-1", plain)
		if got, err := v.Open("row-1", sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("Open = %q, %v", got, err)
		}
		if _, err := v.Open("row-2", sealed); !errors.Is(err, ErrSealed) {
			t.Fatalf("another row opened it: %v", err)
		}
		if _, err := other.Open("row-1", sealed); !errors.Is(err, ErrSealed) {
			t.Fatalf("another key opened it: %v", err)
		}
		i := rapid.IntRange(0, len(sealed)-1).Draw(t, "byte")
		sealed[i] ^= 1
		if _, err := v.Open("row-1", sealed); !errors.Is(err, ErrSealed) {
			t.Fatalf("a damaged record opened: %v", err)
		}
	})
}

func TestEqualRecordsAreSealedDifferently(t *testing.T) {
	v := testVault(t, 1)
	if bytes.Equal(v.Seal("r", []byte("same")), v.Seal("r", []byte("same"))) {
		t.Fatal("two sealings of one record are equal")
	}
}

func TestBlindIndexSeparatesItsParts(t *testing.T) {
	v := testVault(t, 1)
	a := v.BlindIndex("p", "ab", "c")
	if !bytes.Equal(a, v.BlindIndex("p", "ab", "c")) {
		t.Error("not stable")
	}
	for name, b := range map[string][]byte{
		"parts moved":     v.BlindIndex("p", "a", "bc"),
		"another purpose": v.BlindIndex("q", "ab", "c"),
		"another key":     testVault(t, 2).BlindIndex("p", "ab", "c"),
	} {
		if bytes.Equal(a, b) {
			t.Errorf("%s gives the same index", name)
		}
	}
}

func TestTokenStandsForOneRowPurposeAndGeneration(t *testing.T) {
	v := testVault(t, 1)
	id := uuid.Must(uuid.NewV7()).String()
	tok, err := v.Token("confirm", id, 3)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := v.Token("confirm", id, 3)
	if tok != again {
		t.Error("a token written again differs")
	}
	gotID, gen, err := v.ParseToken("confirm", tok)
	if err != nil || gotID != id || gen != 3 {
		t.Fatalf("ParseToken = %q, %d, %v", gotID, gen, err)
	}
	if _, _, err := v.ParseToken("own", tok); !errors.Is(err, ErrToken) {
		t.Error("a token of one purpose passes for another")
	}
	if _, _, err := testVault(t, 2).ParseToken("confirm", tok); !errors.Is(err, ErrToken) {
		t.Error("a token of another key passes")
	}
	for i := range tok {
		b := []byte(tok)
		if b[i] == 'A' {
			b[i] = 'B'
		} else {
			b[i] = 'A'
		}
		if _, _, err := v.ParseToken("confirm", string(b)); !errors.Is(err, ErrToken) {
			t.Fatalf("a token changed at %d passes", i)
		}
	}
	if c := v.Code("confirm", id, 3); len(c) != 6 || c == v.Code("confirm", id, 4) && c == v.Code("confirm", id, 5) {
		t.Errorf("code %q does not depend on the generation", c)
	}
}

func FuzzParseToken(f *testing.F) {
	v := testVault(f, 1)
	id := uuid.Must(uuid.NewV7()).String()
	good, _ := v.Token("confirm", id, 1)
	f.Add(good)
	f.Add("")
	f.Add("....")
	f.Fuzz(func(t *testing.T, s string) {
		if gotID, _, err := v.ParseToken("confirm", s); err == nil && (s != good || gotID != id) {
			t.Fatalf("a forged token passes: %q", s)
		}
	})
}

func TestKeyFileIsMadeOnceAndKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys", "vault.key")
	if _, err := LoadOrCreate(file, false); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a missing key must be an error when none may be made: %v", err)
	}
	checks := make([]string, 8)
	var wg sync.WaitGroup
	for i := range checks {
		wg.Go(func() {
			v, err := LoadOrCreate(file, true)
			if err != nil {
				t.Error(err)
				return
			}
			checks[i] = v.Check()
		})
	}
	wg.Wait()
	for _, c := range checks {
		if c != checks[0] {
			t.Fatalf("two processes starting at once got different keys: %v", checks)
		}
	}
	if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v; want mode 0600", st.Mode(), err)
	}
	if err := os.WriteFile(file, []byte("# nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreate(file, true); err == nil {
		t.Error("an empty key file was taken, or replaced")
	}
}

func TestAMarkIsBoundToItsPurposeAndEveryPart(t *testing.T) {
	v, other := testVault(t, 7), testVault(t, 8)
	mark := v.Mark("proof", "a", "bc")
	if mark != v.Mark("proof", "a", "bc") || len(mark) != 26 || strings.Trim(mark, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		t.Errorf("the mark is %q", mark)
	}
	for _, elsewise := range []string{v.Mark("proof", "ab", "c"), v.Mark("proof", "a", "b"), v.Mark("other", "a", "bc"), other.Mark("proof", "a", "bc")} {
		if elsewise == mark {
			t.Error("another purpose, part or key gives the same mark")
		}
	}
}
