package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// WriteCSV writes a table with its headings. A cell that a spreadsheet program
// would take for a formula gets an apostrophe before it.
func WriteCSV(w io.Writer, heads []string, rows func(put func(cells []string) error) error) error {
	out := csv.NewWriter(w)
	put := func(cells []string) error {
		safe := make([]string, len(cells))
		for i, c := range cells {
			safe[i] = disarm(c)
		}
		return out.Write(safe)
	}
	if err := put(heads); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	if err := rows(put); err != nil {
		return err
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

// WriteXLSX writes the same table as a workbook of one sheet. Its cells are
// text, so that nothing in them is calculated.
func WriteXLSX(w io.Writer, heads []string, rows func(put func(cells []string) error) error) error {
	book := excelize.NewFile()
	defer book.Close()
	sheet, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	line := 0
	put := func(cells []string) error {
		line++
		at, err := excelize.CoordinatesToCellName(1, line)
		if err != nil {
			return err
		}
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = c
		}
		return sheet.SetRow(at, values)
	}
	if err := put(heads); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	if err := rows(put); err != nil {
		return err
	}
	if err := sheet.Flush(); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// disarm keeps a cell from being taken for a formula (OWASP, CSV injection).
func disarm(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
