package web

import (
	"net/http"
	"strings"
	"testing"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/store"
)

func TestForumReadsAsTheStoryOfARound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		l, err := h.db.LetterBySlug(ctx, printedLetter)
		h.must(err)
		point := func(n, summary string, a dialogue.Answers, c followup.Confidence) *dialogue.Provision {
			return &dialogue.Provision{ID: "example/forum-1/" + n, Forum: "forum-1", LetterID: l.ID, RecordedBy: "pack:example", Instrument: "Declaration of Example", Point: "4(" + n + ")",
				Summary: followup.Words{"es": summary}, Asks: []string{"first-ask"}, Answers: a, Reserved: []string{"UY"},
				Source: followup.Citation{URL: "https://example.org/declaration", Confidence: c}}
		}
		merge := func(want int, list ...*dialogue.Provision) {
			t.Helper()
			n, err := h.db.MergeProvisions(ctx, "example/", "Se leyó de nuevo.", list, h.clock.Now())
			if err != nil || n != want {
				t.Errorf("%d versions, want %d: %v", n, want, err)
			}
			h.must(h.site.Refresh(ctx))
		}
		all := func() []*dialogue.Provision {
			return []*dialogue.Provision{point("a", "Los Estados <deben> escuchar.", dialogue.Partly, followup.Seen), point("b", "Nada sobre ello.", dialogue.Evading, followup.Memory)}
		}
		merge(2, all()...)
		merge(0, all()...)
		a := h.get("/es/forums/forum-1")
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"Reunión Ejemplo", "Los Estados &lt;deben&gt; escuchar.", "responde en parte", "lo elude, en las partes leídas", "Punto 4(a)", "Con reserva: Uruguay", "sin verificar", "https://example.org/declaration", "First ask"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		h.expect(h.get("/es/forums"), http.StatusOK, publicPage)
		if a := h.get("/es/forums"); !strings.Contains(a.body, "2 puntos registrados") {
			t.Error("the list does not count the points")
		}
		if a := h.get("/es/letters/" + printedLetter + "/asks/first-ask"); !strings.Contains(a.body, "Lo que adoptaron los foros") || !strings.Contains(a.body, "/es/forums/forum-1#example/forum-1/a") {
			t.Error("the ask does not lead to what the forum adopted")
		}
		merge(2, point("a", "Los Estados escucharon.", dialogue.Fully, followup.Seen)) // one is corrected, one is gone
		if a := h.get("/es/forums/forum-1"); !strings.Contains(a.body, "escucharon") || strings.Contains(a.body, "Nada sobre ello") || !strings.Contains(a.body, "Se leyó de nuevo.") {
			t.Errorf("after the correction:\n%s", a.body)
		}
		if a := h.get("/es/forums/none"); a.StatusCode != http.StatusNotFound {
			t.Errorf("a forum that is none: %d", a.StatusCode)
		}
		bad := point("c", "x", "perhaps", followup.Seen)
		if _, err := h.db.MergeProvisions(ctx, "example/", "x", []*dialogue.Provision{bad}, h.clock.Now()); err == nil {
			t.Error("a provision that answers perhaps was recorded")
		}
		for _, query := range []string{`UPDATE provision SET body = '{}'`, `DELETE FROM provision`} {
			if err := h.db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(query)
				return err
			}); err == nil {
				t.Errorf("%s: it was done", query)
			}
		}
	})
}
