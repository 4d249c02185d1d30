package main

import (
	"fmt"
	"io"
	"time"

	"pliego/internal/typeset"
)

// printLong measures the setting of letters with many signatories.
func printLong(r *run) ([]figure, error) {
	var out []figure
	for _, c := range []struct {
		n      int
		target time.Duration
	}{{52, 100 * time.Millisecond}, {1000, 500 * time.Millisecond}, {10_000, 2 * time.Second}} {
		doc := longDocument(c.n)
		start := time.Now()
		if _, err := typeset.PDF(r.ctx, io.Discard, doc); err != nil {
			return nil, err
		}
		pdf := time.Since(start)
		start = time.Now()
		if err := typeset.DOCX(r.ctx, io.Discard, doc); err != nil {
			return nil, err
		}
		out = append(out, figure{
			what:   fmt.Sprintf("set a letter with %d signatories as PDF", c.n),
			value:  fmt.Sprintf("%.3f s (DOCX %.3f s)", pdf.Seconds(), time.Since(start).Seconds()),
			target: c.target.String(), met: pdf < c.target,
		})
	}
	return out, nil
}

func longDocument(n int) *typeset.Letter {
	body := []typeset.Block{{Kind: typeset.Paragraph, Runs: []typeset.Run{{Text: "The undersigned organisations ask the governments to publish the quality of the water each month."}}}}
	doc := &typeset.Letter{
		Lang: "en", Title: "Open letter to the Ministers of Water", DateLine: "3 May 2026",
		AddressedTo: []string{"Ministry of Water"}, Intro: body,
		Asks:      []typeset.Ask{{Number: 1, Title: "Publish the figures", Text: body}},
		URL:       "https://letters.example.org/en/letters/water",
		Published: time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC),
		Labels: typeset.Labels{To: "To", Asks: "What it asks", Signatories: "Signatories", Number: "No.", Name: "Name",
			Country: "Country", Address: "This letter", Hash: "SHA-256 of the text"},
	}
	for i := range n {
		doc.Signatories = append(doc.Signatories, typeset.Signatory{
			Number: i + 1, Name: fmt.Sprintf("Asociación Ejemplo por el Agua y la Salud n.º %d", i+1), Acronym: "AEAS", Country: "Costa Rica",
		})
	}
	return doc
}
