package typeset

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"pliego/internal/chart"
)

func aReport() *Report {
	write := func(float64) string { return "9,5" }
	return &Report{
		Lang: "es", Kicker: "Informe, edición 1", Title: "Qué pasó con la carta", URL: "https://example.org/es/editions/1", Hash: strings.Repeat("ab", 32),
		Published: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), Facts: []ReportFact{{Label: "Período", Text: "de 2013 a 2026"}},
		Labels: ReportLabels{Contents: "Contenido", Notes: "Fuentes", Page: "{page} de {pages}", Address: "En línea", Hash: "SHA-256"},
		Sections: []Section{
			{ID: "found", Title: "Lo que se encontró", Parts: []Part{{Text: []Block{{Runs: []Run{{Text: "Un párrafo."}}}}}, {Heading: "Un pedido"}}},
			{ID: "g-ury", Title: "Uruguay", Minor: true, Fresh: true, Parts: []Part{
				{Table: &Table{Caption: "Uruguay", Widths: []float64{1, 1}, Heads: []string{"Pedido", "Comprobado"},
					Rows: [][]Cell{{{Text: "Uso", Bold: true}, {Sign: SignBack, Text: "retroceso", Quiet: "−1"}}}}},
				{Chart: &ReportChart{Caption: "Homicidios", Source: "Fuente: ejemplo", Lines: chart.Lines{Says: "Homicidios en Uruguay", From: 2010, To: 2012, Format: write,
					Axis: func(float64, int) string { return "5" }, Lines: []chart.Line{{Name: "Uruguay", Points: []chart.Point{{X: 2010, Y: 5}, {X: 2012, Y: 9.5, Doubtful: true}}}}}}},
				{Entry: &Entry{When: "6 de mayo de 2014", Mark: "−", Kind: "ley", Title: "A law", Text: "What it does", Lang: "en", Told: "texto en inglés", Notes: []int{1}}},
			}, Notes: []Note{{N: 1, Text: "Gaceta de ejemplo", URL: "https://example.org/law"}}},
		},
	}
}

func TestReportPrintsAllThatItSays(t *testing.T) {
	r := aReport()
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		warnings, err := ReportPDF(context.Background(), w, r)
		if err != nil || len(warnings) > 0 {
			t.Fatal(err, warnings)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same report gives two files")
	}
	inOrder(t, words(t, a.Bytes()), "Informe, edición 1", "Qué pasó con la carta", "Contenido", "Lo que se encontró", "Uruguay", "Un párrafo.",
		"Un pedido", "Pedido", "retroceso", "−1", "Homicidios", "Fuente: ejemplo", "6 de mayo de 2014", "texto en inglés", "A law", "What it does", "Fuentes", "Gaceta de ejemplo", "https://example.org/law")
	var d bytes.Buffer
	if err := ReportDOCX(context.Background(), &d, r); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(d.Bytes()), int64(d.Len()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	inOrder(t, string(xml), "Qué pasó con la carta", "Heading1", "Lo que se encontró", "Heading2", "Uruguay", "w:tblHeader", "← ", "retroceso", "Homicidios en Uruguay", `w:lang w:val="en"`, "A law", "Gaceta de ejemplo")
}

func TestReportThatCannotBeSetIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Report){
		"no title":       func(r *Report) { r.Title = "" },
		"a ragged table": func(r *Report) { r.Sections[1].Parts[0].Table.Rows[0] = []Cell{{Text: "alone"}} },
		"no widths":      func(r *Report) { r.Sections[1].Parts[0].Table.Widths = nil },
		"no date":        func(r *Report) { r.Published = time.Time{} },
	} {
		r := aReport()
		spoil(r)
		if _, err := ReportPDF(context.Background(), io.Discard, r); !errors.Is(err, ErrLetter) {
			t.Errorf("%s: %v", name, err)
		}
		if err := ReportDOCX(context.Background(), io.Discard, r); !errors.Is(err, ErrLetter) {
			t.Errorf("%s as DOCX: %v", name, err)
		}
	}
}
