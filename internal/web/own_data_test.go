package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
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

func TestSignerFetchesAndErasesEverything(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := h.confirmed("Organización Ejemplo", "canary@example.org")
		h.settle()
		page := h.get(own + "/data")
		for _, want := range []string{"Organización Ejemplo", "canary@example.org", "Example Signer", "signature", "/data.json"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if page.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("Cache-Control %q", page.Header.Get("Cache-Control"))
		}
		file := h.get(own + "/data.json")
		var kept keptFile
		h.must(json.Unmarshal([]byte(file.body), &kept))
		if kept.Name != "Organización Ejemplo" || kept.Private == nil || kept.Private.Email != "canary@example.org" || kept.Private.SignerName != "Example Signer" ||
			!kept.Address || len(kept.Mails) == 0 || len(kept.Ledger) != 1 || kept.Ledger[0].Leaf == nil || kept.Number != 1 || kept.Text == "" || kept.SignedAt == nil {
			t.Errorf("the file: %s", file.body)
		}
		if a := h.post(own+"/data", map[string][]string{"act": {"nothing"}}); a.StatusCode != http.StatusBadRequest {
			t.Errorf("an unknown act: %d", a.StatusCode)
		}

		for range 2 { // pressing again does no harm
			a := h.post(own+"/data", map[string][]string{"act": {"erase"}})
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "copias de seguridad") {
				t.Fatalf("erase: %d\n%s", a.StatusCode, a.body)
			}
		}
		h.settle()
		kept = keptFile{}
		h.must(json.Unmarshal([]byte(h.get(own+"/data.json").body), &kept))
		if kept.Private != nil || kept.Name != "" || kept.Address || len(kept.Mails) != 0 || kept.State != signature.Withdrawn || kept.Number != 1 {
			t.Errorf("after erasing: %+v", kept)
		}
		var kinds []string
		for _, e := range kept.Ledger {
			kinds = append(kinds, e.Kind)
		}
		if !slices.Equal(kinds, []string{"signature", "signature-withdrawn", "signature-erased"}) || !kept.Ledger[0].Erased {
			t.Errorf("the ledger: %+v", kept.Ledger)
		}
		if page := h.get(own + "/data"); strings.Contains(page.body, `value="erase"`) || strings.Contains(page.body, "canary") {
			t.Error("something is left to erase")
		}
	})
}

func TestErasingAfterWithdrawingAndBeforeBeingListed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := h.confirmed("Organización Ejemplo", "canary@example.org")
		h.settle()
		h.post(own, map[string][]string{"act": {"withdraw"}})
		if page := h.get(own + "/data"); !strings.Contains(page.body, "canary@example.org") || !strings.Contains(page.body, `value="erase"`) {
			t.Error("the address is kept until the last mail went out, and the page must say so")
		}
		h.post(own+"/data", map[string][]string{"act": {"erase"}})
		if page := h.get(own + "/data"); strings.Contains(page.body, "canary") {
			t.Error("the address is still there")
		}

		h.signing.Rules = []signature.Rule{doubtful{}}
		waiting := h.confirmed("Otra Organización", "second@example.org")
		if page := h.get(waiting + "/data"); !strings.Contains(page.body, review.Words("es", review.Burst)) {
			t.Error("the page does not say what was noticed")
		}
		if a := h.post(waiting+"/data", map[string][]string{"act": {"erase"}}); a.StatusCode != http.StatusOK {
			t.Fatalf("erase: %d", a.StatusCode)
		}
		if a := h.get(waiting); a.StatusCode != http.StatusNotFound {
			t.Errorf("a signature that was never listed left its page: %d", a.StatusCode)
		}
		for _, path := range []string{"/data", "/data.json"} {
			if a := h.get("/es/signature/" + strings.Repeat("A", 48) + path); a.StatusCode != http.StatusNotFound {
				t.Errorf("a forged token at %s: %d", path, a.StatusCode)
			}
		}
	})
}

// doubtful is a rule that doubts every signature.
type doubtful struct{}

func (doubtful) Doubt(context.Context, signature.Case) (*signature.Doubt, error) {
	return &signature.Doubt{Rule: review.Burst}, nil
}

func TestThePageAfterTheFormSaysThatTheAddressTakesNoMail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		sent, _ := h.signed("Organización Ejemplo", "typo@example.org")
		const says = "esa dirección no recibe correo"
		if strings.Contains(h.get(sent).body, says) {
			t.Fatal("said of an address of which nothing is known")
		}
		id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
		h.must(err)
		h.must(h.db.AddressBounced(t.Context(), id, 1, "5.1.1", h.clock.Now(), ledger.Pending{}))
		if !strings.Contains(h.get(sent).body, says) {
			t.Error("the page does not say that the address takes no mail")
		}
		h.post(sent, map[string][]string{"act": {"address"}, "email": {"right@example.org"}})
		if strings.Contains(h.get(sent).body, says) {
			t.Error("said of the new address too")
		}
	})
}
