package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pliego/internal/signature"
)

// confirmed signs and confirms, and gives the path of the signer's own page.
func (h *house) confirmed(name, email string) (own string) {
	h.t.Helper()
	_, confirm := h.signed(name, email)
	a := h.post("/es/confirm/"+confirm, nil)
	if a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("confirm: status %d\n%s", a.StatusCode, a.body)
	}
	own, _, _ = strings.Cut(a.Header.Get("Location"), "?")
	return own
}

func TestPagesSayWhenAddressesAreErased(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := h.confirmed("Organización Ejemplo", "a@example.org")
		const sign = "/es/letters/" + openLetter + "/sign"
		const day = "31 de enero de 2027"
		if a := h.get(sign); strings.Contains(a.body, day) {
			t.Fatal("a promise that nobody made")
		}
		l, err := h.db.LetterBySlug(t.Context(), openLetter)
		h.must(err)
		on := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
		h.must(signature.EraseAddressesOn(t.Context(), h.db, l, on))
		h.must(h.site.Refresh(t.Context()))
		for _, path := range []string{sign, own} {
			if a := h.get(path); !strings.Contains(a.body, day) {
				t.Errorf("%s does not say when addresses are erased", path[:20])
			}
		}
		wrong := signForm("", "x@example.org")
		if a := h.post(sign, wrong); !strings.Contains(a.body, day) {
			t.Error("the form sent back does not say when addresses are erased")
		}
		h.clock.advance(on.Sub(h.clock.Now()))
		keeper := &signature.Keeper{Store: h.db, Now: h.clock.Now}
		if _, err := keeper.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		a := h.get(own)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "se borraron, como se había prometido") || !strings.Contains(a.body, "Organización Ejemplo") {
			t.Errorf("the own page after the addresses were erased: %d\n%s", a.StatusCode, a.body)
		}
		if a := h.post(own, map[string][]string{"act": {"withdraw"}}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("withdrawing without an address: %d", a.StatusCode)
		}
	})
}
