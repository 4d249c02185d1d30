package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"pliego/internal/followup/table"
	"pliego/internal/sheet"
)

type recordExportCommand struct {
	storeFlags
	File   string `arg:"" help:"File to write, ending in .csv or .xlsx." placeholder:"FILE"`
	Letter string `required:"" help:"The letter whose record it is." placeholder:"S"`
}

func (recordExportCommand) Help() string {
	return "Writes the newest version of every item of a letter's record with its sources, in the columns that import reads. What was taken down is left out.\n\nExample: pliego record export record.xlsx --letter water-2026"
}

func (c *recordExportCommand) Run(p process) error {
	write := sheet.WriteCSV
	switch strings.ToLower(filepath.Ext(c.File)) {
	case ".csv":
	case ".xlsx":
		write = sheet.WriteXLSX
	default:
		return errors.New(c.File + ": the file's name must end in .csv or .xlsx")
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
	record, err := s.db.RecordOf(p.ctx, l.ID)
	if err != nil {
		return err
	}
	items := record.Newest()
	err = writeWhole(c.File, func(w io.Writer) error {
		return write(w, table.Heads(), func(put func([]string) error) error {
			for _, i := range items {
				if err := table.Write(i, put); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d items written to %s.\n", len(items), c.File)
	return nil
}
