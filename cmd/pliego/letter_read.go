package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"pliego/internal/letter/reading"
)

type letterReadCommand struct {
	File string `arg:"" help:"The letter: plain text, Markdown, HTML or DOCX; - for standard input." placeholder:"FILE"`
	JSON bool   `help:"Print everything as JSON."`
}

func (letterReadCommand) Help() string {
	return "Finds title, date, language, publisher, whom it is addressed to, the asks and the signatories, and says with line numbers what it was unsure of.\n\nExample: pliego letter read letter.docx --json"
}

func (c *letterReadCommand) Run(p process) error {
	l, err := readLetter(p, c.File)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(p.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		return enc.Encode(l)
	}
	printReading(p, l)
	return nil
}

// readLetter reads a letter out of a file or standard input.
func readLetter(p process, file string) (*reading.Letter, error) {
	if file == "-" {
		return reading.Read("standard input", p.stdin)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return reading.Read(filepath.Base(file), f)
}

func printReading(p process, l *reading.Letter) {
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	for _, row := range [][2]string{
		{"Title", l.Title}, {"Language", l.Language}, {"Date", l.Date}, {"Publisher", l.Publisher}, {"Addressed to", l.AddressedTo},
	} {
		fmt.Fprintf(w, "%s\t%s\n", row[0], row[1])
	}
	w.Flush()
	fmt.Fprintf(p.stdout, "\n%d asks\n", len(l.Asks))
	for _, a := range l.Asks {
		fmt.Fprintf(p.stdout, "%3d  %s\n", a.Number, a.Title)
	}
	fmt.Fprintf(p.stdout, "\n%d signatories\n", len(l.Signatories))
	for _, s := range l.Signatories {
		fmt.Fprintf(p.stdout, "%3d  %s", s.Number, s.Name)
		if s.Acronym != "" {
			fmt.Fprintf(p.stdout, " (%s)", s.Acronym)
		}
		if s.Country != "" {
			fmt.Fprintf(p.stdout, ", %s", s.Country)
		}
		fmt.Fprintln(p.stdout)
	}
	fmt.Fprintf(p.stdout, "\n%d doubts\n", len(l.Warnings))
	for _, x := range l.Warnings {
		if x.Line > 0 {
			fmt.Fprintf(p.stdout, "line %d: %s\n", x.Line, x.Message)
		} else {
			fmt.Fprintln(p.stdout, x.Message)
		}
	}
}
