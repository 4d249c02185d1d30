package web

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
)

// penaltiesCSV gives the table of penalties as a file, with the columns of a
// pack's law/penalties.csv, so that it can be corrected and loaded again.
func (s *Site) penaltiesCSV(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	rows, _, err := s.store.Law(ctx)
	if err != nil {
		return err
	}
	lines := [][]string{{
		"country", "statute", "article", "offence", "words", "acts", "substances", "amounts", "circumstances", "prison_min_months", "prison_max_months", "life",
		"alternatives", "women", "in_force_from", "in_force_to", "text_version", "source_urls", "confidence", "derived", "note",
	}}
	for _, x := range rows {
		var acts []string
		for _, a := range x.Acts {
			acts = append(acts, string(a))
		}
		lines = append(lines, []string{
			x.Country, x.Statute, x.Article, string(x.Offence), x.Words, strings.Join(acts, " "), strings.Join(x.Substances, " "), x.Amounts.String(),
			strings.Join(x.Circumstances, " "), monthsCell(x.Months.Min, x.Months.HasMin), monthsCell(x.Months.Max, x.Months.HasMax), yesCell(x.Months.Life),
			x.Alternatives, x.Women, string(x.From), string(x.To), x.TextVersion, strings.Join(x.Sources, " "), string(x.Confidence), yesCell(x.Derived), x.Note,
		})
	}
	return serveCSV(w, "penalties.csv", lines)
}

// amountsCSV gives the table of amounts as a file, with the columns of a pack's
// law/thresholds.csv.
func (s *Site) amountsCSV(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	_, rows, err := s.store.Law(ctx)
	if err != nil {
		return err
	}
	lines := [][]string{{"country", "statute", "article", "kind", "substance", "amount", "unit", "in_force_from", "in_force_to", "source_urls", "confidence", "note"}}
	for _, t := range rows {
		lines = append(lines, []string{
			t.Country, t.Statute, t.Article, t.Kind, t.Substance, t.Amount, t.Unit, string(t.From), string(t.To), strings.Join(t.Sources, " "), string(t.Confidence), t.Note,
		})
	}
	return serveCSV(w, "amounts.csv", lines)
}

// serveCSV writes a table that fits into memory. The content is of packs, whose
// lines hold no control characters.
func serveCSV(w http.ResponseWriter, name string, lines [][]string) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h["Cache-Control"] = revalidate
	return csv.NewWriter(w).WriteAll(lines)
}

func monthsCell(n int, given bool) string {
	if !given {
		return ""
	}
	return strconv.Itoa(n)
}

func yesCell(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// apiPenalties gives both tables as JSON.
func (s *Site) apiPenalties(ctx context.Context, _ *http.Request, _ string) (*drawn, error) {
	generation := s.versions.of("")
	penalties, thresholds, err := s.store.Law(ctx)
	if err != nil {
		return nil, err
	}
	return s.drawJSON("", generation, map[string]any{"penalties": penalties, "thresholds": thresholds})
}
