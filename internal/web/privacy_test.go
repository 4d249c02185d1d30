package web

import (
	"strings"
	"testing"
	"time"

	"pliego/internal/locale"
	"pliego/internal/signature"
)

func TestPrivacyPageSaysHowLong(t *testing.T) {
	h := onSQLite(t)
	for _, lang := range locale.Languages {
		page := h.get("/" + lang + "/privacy").body
		for _, want := range []string{"14", "90", `href="/` + lang + `/sealed"`, "Tor Browser"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q", lang, want)
			}
		}
	}
	l, err := h.db.LetterBySlug(t.Context(), openLetter)
	h.must(err)
	h.must(signature.EraseAddressesOn(t.Context(), h.db, l, time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)))
	h.must(h.site.Refresh(t.Context()))
	if page := h.get("/es/privacy").body; !strings.Contains(page, "31 de enero de 2027") {
		t.Error("the page does not say what a letter promised")
	}
}
