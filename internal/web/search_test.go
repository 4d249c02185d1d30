package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pliego/internal/followup"
)

// Search finds what the site shows, in the same order on both engines, and nothing
// that is taken down or not public.
func TestSearchFindsWhatIsPublic(t *testing.T) {
	first := map[string]string{}
	each(t, func(t *testing.T, h *house) {
		h.withRecord()
		find := func(query string) string {
			t.Helper()
			a := h.get("/es/search?q=" + url.QueryEscape(query))
			h.expect(a, http.StatusOK, everyPage)
			return a.body
		}
		h.expect(h.get("/es/search"), http.StatusOK, publicPage)
		if body := find("acto A1"); !strings.Contains(body, "/es/letters/"+printedLetter+"/follow-up/ury/first-ask#a1") || !strings.Contains(body, "<mark>") && !strings.Contains(body, "Acto a1") {
			t.Errorf("an act is not found:\n%s", body)
		}
		for query, want := range map[string]string{"uruguáy": "/addressees/ury", "in short": "&lt;b&gt;in"} {
			if body := find(query); !strings.Contains(body, want) {
				t.Errorf("%q does not find %q", query, want)
			}
		}
		if body := find("zzzz"); !strings.Contains(body, "Nada contiene") {
			t.Error("nothing found, and the page does not say so")
		}
		for _, hostile := range []string{`"><script>alert(1)</script>`, strings.Repeat("a ", 5000), "%00", "' OR 1=1 --"} {
			find(hostile)
		}
		for _, query := range []string{"acto", "uruguay"} {
			body := find(query)
			body = body[strings.Index(body, "<main"):strings.Index(body, "</main>")]
			if was, ok := first[query]; ok && was != body {
				t.Errorf("%q gives another page on this engine", query)
			}
			first[query] = body
		}
		l, err := h.db.LetterBySlug(t.Context(), printedLetter)
		h.must(err)
		h.must(h.db.AppendRecord(t.Context(), l.ID, l.Slug, []*followup.Item{{ID: "a1", Version: 2, Kind: followup.Action, Addressee: "ury", Reason: "A court ordered it.", TakenDown: true}}, h.clock.Now()))
		h.must(h.site.Refresh(t.Context()))
		h.clock.advance(time.Minute)
		if body := find("acto a1"); strings.Contains(body, "#a1") {
			t.Error("what was taken down is found")
		}
	})
}
