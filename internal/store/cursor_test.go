package store

import (
	"errors"
	"testing"

	"pliego/internal/signature"
)

func FuzzCursor(f *testing.F) {
	f.Add(Cursor(&signature.Signature{Number: 7, Public: signature.Public{Name: "Asociación Ejemplo"}}))
	f.Add("")
	f.Add(".")
	f.Add("AAAA.x")
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, err := parseCursor(s); err != nil && !errors.Is(err, ErrCursor) {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

func TestCursorLeadsBackToItsRow(t *testing.T) {
	s := &signature.Signature{Number: 7, Public: signature.Public{Name: "Asociación Ejemplo"}}
	key, number, err := parseCursor(Cursor(s))
	_, want := nameKeys(s.Public)
	if err != nil || number != 7 || string(key) != string(want) {
		t.Errorf("%x, %d, %v", key, number, err)
	}
}
