package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever stands around a hole and in it, the compressed page is one gzip
// stream of the plain one.
func TestFilledHoleUnpacksToThePlainPage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SliceOfN(rapid.SampledFrom([]string{"<p>", "the same words again ", "ñ", "x", strings.Repeat("long ", 500)}), 0, 60)
		head, tail := strings.Join(part.Draw(t, "head"), "")+"value=", strings.Join(part.Draw(t, "tail"), "")
		filling := rapid.StringMatching(`[A-Za-z0-9_-]{0,60}`).Draw(t, "filling")
		h, err := newHole([]byte(head+tail), "value=", len(filling), func() (string, error) { return filling, nil })
		if err != nil {
			t.Fatal(err)
		}
		plain, err := h.filled(false)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := h.filled(true)
		if err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		r.Multistream(false)
		out, err := io.ReadAll(r)
		if err != nil || string(out) != head+filling+tail || !bytes.Equal(out, plain) {
			t.Fatalf("%v: %d bytes, want %d", err, len(out), len(head+filling+tail))
		}
	})
}

func TestFillingOfAnotherSizeIsAnError(t *testing.T) {
	h, err := newHole([]byte("value=rest"), "value=", 3, func() (string, error) { return "four", nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.filled(true); err == nil {
		t.Error("a filling that does not fit was taken")
	}
	if h, err := newHole([]byte("a page without the words"), "value=", 3, nil); h != nil || err != nil {
		t.Errorf("a hole where none is: %v, %v", h, err)
	}
}
