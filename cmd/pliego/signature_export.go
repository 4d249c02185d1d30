package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"pliego/internal/sheet"
	"pliego/internal/signature"
)

type signatureExportCommand struct {
	storeFlags
	Letter  string `required:"" help:"The letter." placeholder:"S"`
	Out     string `short:"o" required:"" help:"File to write, ending in .csv or .xlsx; - for CSV on standard output." placeholder:"FILE"`
	Private bool   `help:"Write what the vault keeps too: address, who signs, note. Keep that file as safe as the vault."`
}

func (signatureExportCommand) Help() string {
	return "Writes every numbered signature that stands, with its basis, in the columns that import reads.\n\nExample: pliego signature export --letter water-2026 -o water.xlsx"
}

func (c *signatureExportCommand) Run(p process) error {
	workbook := strings.EqualFold(filepath.Ext(c.Out), ".xlsx")
	if !workbook && c.Out != "-" && !strings.EqualFold(filepath.Ext(c.Out), ".csv") {
		return fmt.Errorf("%s: the file's name must end in .csv or .xlsx", c.Out)
	}
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := s.db.LetterBySlug(p.ctx, c.Letter)
	if err != nil {
		return err
	}
	n := 0
	heads := signature.ExportHeads(c.Private)
	rows := func(put func([]string) error) (err error) {
		n, err = s.signing.Export(p.ctx, s.db, l.ID, c.Private, put)
		return err
	}
	write := sheet.WriteCSV
	if workbook {
		write = sheet.WriteXLSX
	}
	if c.Out == "-" {
		return write(p.stdout, heads, rows)
	}
	if err := writeWhole(c.Out, func(w io.Writer) error { return write(w, heads, rows) }); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d signatures written to %s.\n", n, c.Out)
	return nil
}

// writeWhole writes a file that only its owner may read, and leaves none that
// is half written.
func writeWhole(file string, write func(io.Writer) error) error {
	part, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	defer os.Remove(part.Name())
	err = write(part)
	if err == nil {
		err = part.Sync()
	}
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
