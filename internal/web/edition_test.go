package web

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"pliego/internal/followup"
	"pliego/internal/followup/edition"
)

func TestEditionIsReadAndPrinted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withRecord()
		ctx := t.Context()
		l, err := h.db.LetterBySlug(ctx, printedLetter)
		h.must(err)
		e, err := edition.Make(ctx, h.db, l, edition.Choice{}, nil, h.clock.Now())
		h.must(err)
		h.must(h.db.AddEdition(ctx, l.ID, e, "command"))
		h.must(h.site.Refresh(ctx))
		base := "/es/letters/" + printedLetter + "/editions"
		if a := h.get(base); a.StatusCode != http.StatusOK || !strings.Contains(a.body, base+"/1.pdf") {
			t.Errorf("the list of editions: %d\n%s", a.StatusCode, a.body)
		}
		a := h.get(base + "/1")
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"Lo que se encontró", base + "/1/ury", "limitado"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("edition 1 lacks %q", want)
			}
		}
		a = h.get(base + "/1/ury")
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"Acto a1", "gazette", "https://gazette.example.org/page", "La fecha es inferida", "&lt;b&gt;in short"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the chapter of Uruguay lacks %q", want)
			}
		}
		for path, want := range map[string]string{"/1.pdf": "application/pdf", "/1.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "/1.json": "application/json"} {
			first, again := h.get(base+path), h.get(base+path)
			if first.StatusCode != http.StatusOK || first.Header.Get("Content-Type") != want || first.body != again.body {
				t.Errorf("%s: %d %s, the same again: %v", path, first.StatusCode, first.Header.Get("Content-Type"), first.body == again.body)
			}
		}
		rows, err := csv.NewReader(strings.NewReader(h.get(base + "/1.csv").body)).ReadAll()
		h.must(err)
		if len(rows) != 1+len(e.Offices)*len(e.Asks) {
			t.Errorf("%d rows of %d governments and %d asks", len(rows), len(e.Offices), len(e.Asks))
		}
		for _, path := range []string{"/0", "/2", "/01", "/x", "/1/none", "/2.pdf", "/1.exe"} {
			if a := h.get(base + path); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
	})
}

// What the government said of an item, and what is held against it, goes with it
// into the report, of verdicts too.
func TestEditionSaysWhatIsContested(t *testing.T) {
	h := onSQLite(t)
	h.withRecord()
	ctx := t.Context()
	l, err := h.db.LetterBySlug(ctx, printedLetter)
	h.must(err)
	for _, id := range []string{"a1", "v1"} {
		record, err := h.db.RecordOf(ctx, l.ID)
		h.must(err)
		next, err := record.Contested(id, followup.Contest{ID: id, By: followup.BySignatory, Number: 7, On: "2026-04-30", Text: "No fue así en " + id + ".", Lang: "es", Source: "https://example.org/contest-" + id}, "somebody")
		h.must(err)
		next.Reply = &followup.Said{Text: "Respondemos de " + id + ".", Lang: "es", On: "2026-04-01"}
		h.must(h.db.AppendRecord(ctx, l.ID, l.Slug, []*followup.Item{next}, h.clock.Now()))
	}
	e, err := edition.Make(ctx, h.db, l, edition.Choice{}, nil, h.clock.Now())
	h.must(err)
	h.must(h.db.AddEdition(ctx, l.ID, e, "command"))
	h.must(h.site.Refresh(ctx))
	a := h.get("/es/letters/" + printedLetter + "/editions/1/ury")
	h.expect(a, http.StatusOK, publicPage)
	for _, want := range []string{"No fue así en a1.", "No fue así en v1.", "Firmante número 7", "https://example.org/contest-v1", "Respondemos de v1.", "El gobierno responde (1 de abril de 2026)"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the chapter lacks %q", want)
		}
	}
	for _, path := range []string{".pdf", ".docx"} {
		if a := h.get("/es/letters/" + printedLetter + "/editions/1" + path); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}
