package web

import (
	"net/http"
	"time"

	"pliego/internal/locale"
)

// mostPrints bounds the list of a letter's prints: the newest.
const mostPrints = 200

type printsPage struct {
	page
	Letter letterRef
	Prints []printRow
}

// printRow is a file that was handed out.
type printRow struct {
	Title, Hash, Says string
}

// printsPage lists the files of a letter that were handed out, so that whoever
// holds one can see whether it is still the newest, and why not.
func (s *Site) printsPage(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return err
	}
	list, err := s.store.Prints(ctx, l.ID, mostPrints)
	if err != nil {
		return err
	}
	p := printsPage{
		page:   s.newLetterPage(lang, l, "/prints", locale.T(lang, "prints.title", "title", text.Title), locale.T(lang, "prints.lead")),
		Letter: refTo(lang, l, text),
	}
	for _, x := range list {
		row := printRow{
			Title: locale.T(lang, "prints.file", "format", x.Format, "language", locale.Name(x.Lang)), Hash: x.Hash, Says: printWords(lang, x),
		}
		p.Prints = append(p.Prints, row)
	}
	w.Header()["Cache-Control"] = revalidate
	return s.draw(w, http.StatusOK, "prints", &p)
}

type apiPrint struct {
	Format     string     `json:"format"`
	Language   string     `json:"language"`
	SHA256     string     `json:"sha256"`
	IssuedAt   *time.Time `json:"issued_at"`
	ReplacedAt *time.Time `json:"replaced_at,omitempty"`
	Because    string     `json:"because,omitempty"` // names-withdrawn, or changed
}

// apiPrints is the same list in JSON.
func (s *Site) apiPrints(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, err := public(s.store.LetterBySlug(ctx, r.PathValue("letter")))
	if err != nil {
		return err
	}
	list, err := s.store.Prints(ctx, l.ID, mostPrints)
	if err != nil {
		return err
	}
	rows := []apiPrint{}
	for _, x := range list {
		row := apiPrint{Format: x.Format, Language: x.Lang, SHA256: x.Hash, IssuedAt: moment(x.IssuedAt), ReplacedAt: moment(x.ReplacedAt)}
		if row.ReplacedAt != nil {
			row.Because = "changed"
		}
		if x.NamesOut {
			row.Because = "names-withdrawn"
		}
		rows = append(rows, row)
	}
	d, err := s.drawJSON(l.Slug, l.Version, map[string]any{"letter": l.Slug, "prints": rows})
	if err != nil {
		return err
	}
	d.serve(w, r)
	return nil
}
