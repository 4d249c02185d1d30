package web

import (
	"net/http"
	"strconv"
	"time"

	"pliego/internal/sheet"
	"pliego/internal/signature"
)

// csvHeads are the columns of the list as a file. They are the same in every
// language, so that a program can rely on them.
var csvHeads = []string{
	"number", "kind", "name", "acronym", "country", "website", "role", "affiliation", "basis", "text_sha256", "signed_at", "withdrawn_at", "visibility", "level", "set_aside_at",
}

// signatoriesCSV gives the whole list as a file, the gaps of those withdrawn
// included. It is written as it is read, in steady memory.
func (s *Site) signatoriesCSV(w http.ResponseWriter, r *http.Request, lang string) error {
	l, err := s.letterAt(r.Context(), r.PathValue("letter"))
	if err != nil {
		return err
	}
	h := w.Header()
	out := &patient{w: w, control: http.NewResponseController(w), begin: func() {
		h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
		h.Set("Content-Disposition", `attachment; filename="`+l.Slug+`-signatories.csv"`)
		h["Cache-Control"] = headerNoStore
	}}
	err = sheet.WriteCSV(out, csvHeads, func(put func([]string) error) error {
		return s.store.EachSignature(r.Context(), l.ID, func(sig *signature.Signature) error { return put(csvRow(lang, sig)) })
	})
	if err != nil && out.begin == nil {
		// Half a list must not look like a whole one: the connection is cut.
		s.log.Warn("list not written to its end", "error", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

func csvRow(lang string, sig *signature.Signature) []string {
	number, kind := strconv.FormatInt(sig.Number, 10), string(sig.Kind)
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	p, ended, level := sig.Public, sig.EndedAt, string(sig.Level())
	switch {
	case sig.State == signature.Standing && sig.Sealed():
		p.Name, ended = sig.SealedName(lang), time.Time{}
	case sig.State != signature.Standing:
		p, level = signature.Public{}, ""
	}
	return []string{
		number, kind, p.Name, p.Acronym, p.Country, p.Website, p.Role, p.Affiliation,
		string(sig.Basis), sig.TextHash, at(sig.SignedAt), at(ended), string(sig.Visibility), level, at(sig.SetAsideAt),
	}
}
