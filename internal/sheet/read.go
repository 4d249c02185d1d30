// Package sheet reads and writes tables as spreadsheet programs have them: CSV and
// XLSX, within bounds. What the columns mean is its callers' business.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"pliego/internal/place"
)

// Bounds of a table.
const (
	MaxBytes    = 10 << 20
	MaxUnpacked = 50 << 20
	MaxRows     = 100_000
	MaxColumns  = 100
	MaxCell     = 10_000 // bytes
)

// Errors that say why a whole table could not be read.
var (
	ErrTooBig = errors.New("the list is too big")
	ErrFormat = errors.New("this is no list that can be read: use CSV, XLSX, or plain text with one name to a line")
)

// Row is one line of a table.
type Row struct {
	Line  int // in the file, counted from 1; in a workbook the row of the sheet
	Cells []string
}

// Read reads a table out of a file's bytes: a workbook, or CSV.
func Read(b []byte) ([]Row, error) {
	switch {
	case len(b) > MaxBytes:
		return nil, fmt.Errorf("%w: %d MB at most", ErrTooBig, MaxBytes>>20)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return readXLSX(b)
	case bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0")):
		return nil, fmt.Errorf("%w; this is a workbook of the old kind, save it as XLSX", ErrFormat)
	}
	text, err := Decode(b)
	if err != nil {
		return nil, err
	}
	return readCSV(text)
}

// Decode makes text of bytes: UTF-8, UTF-16 with its mark, or else Windows-1252,
// as spreadsheet programs write it.
func Decode(b []byte) (string, error) {
	if bytes.HasPrefix(b, []byte{0xFF, 0xFE}) || bytes.HasPrefix(b, []byte{0xFE, 0xFF}) {
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
		if err != nil {
			return "", fmt.Errorf("%w (broken UTF-16)", ErrFormat)
		}
		b = out
	}
	b = bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))
	if bytes.IndexByte(b, 0) >= 0 {
		return "", ErrFormat
	}
	if !utf8.Valid(b) {
		out, err := charmap.Windows1252.NewDecoder().Bytes(b)
		if err != nil {
			return "", fmt.Errorf("%w (neither UTF-8 nor Windows-1252)", ErrFormat)
		}
		b = out
	}
	return string(b), nil
}

// readCSV reads fields parted by the sign that the first line holds most of.
func readCSV(text string) ([]Row, error) {
	first, comma := FirstLine(text), ','
	for _, sign := range ";\t" {
		if strings.Count(first, string(sign)) > strings.Count(first, string(comma)) {
			comma = sign
		}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
	var table []Row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return table, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		line, _ := r.FieldPos(0)
		if table, err = Add(table, line, cells); err != nil {
			return nil, err
		}
	}
}

// readXLSX reads the first sheet of a workbook that holds anything.
func readXLSX(b []byte) ([]Row, error) {
	book, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked})
	if err != nil {
		return nil, fmt.Errorf("%w: the workbook cannot be opened: %w", ErrFormat, err)
	}
	defer book.Close()
	for _, sheet := range book.GetSheetList() {
		table, err := readSheet(book, sheet)
		if err != nil || len(table) > 0 {
			return table, err
		}
	}
	return nil, nil
}

func readSheet(book *excelize.File, sheet string) ([]Row, error) {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, fmt.Errorf("%w: sheet %q: %w", ErrFormat, sheet, err)
	}
	defer rows.Close()
	var table []Row
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, fmt.Errorf("%w: sheet %q, row %d: %w", ErrFormat, sheet, line, err)
		}
		if Blank(cells) {
			continue
		}
		if table, err = Add(table, line, cells); err != nil {
			return nil, err
		}
	}
	if err := rows.Error(); err != nil {
		return nil, fmt.Errorf("%w: sheet %q: %w", ErrFormat, sheet, err)
	}
	return table, nil
}

// maxHeading bounds what is taken for a heading, in bytes.
const maxHeading = 100

// Heading folds what stands above a column: without case, accents and marks, so that
// it can be looked up. "" is no heading.
func Heading(cell string) string {
	if len(cell) > maxHeading {
		return ""
	}
	folded := strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-.:*'’/()", r) {
			return ' '
		}
		return r
	}, place.Fold(cell))
	return strings.Join(strings.Fields(folded), " ")
}

// Blank tells whether nothing is in a row.
func Blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// FirstLine is the first line that is not blank.
func FirstLine(s string) string {
	for line := range strings.Lines(s) {
		if strings.TrimSpace(line) != "" {
			return line
		}
	}
	return ""
}

// Add puts a row into a table, within the bounds.
func Add(table []Row, line int, cells []string) ([]Row, error) {
	if len(table) >= MaxRows+20 {
		return nil, fmt.Errorf("%w: %d rows at most", ErrTooBig, MaxRows)
	}
	if len(cells) > MaxColumns {
		return nil, fmt.Errorf("%w: line %d has %d columns, %d at most", ErrTooBig, line, len(cells), MaxColumns)
	}
	for _, c := range cells {
		if len(c) > MaxCell {
			return nil, fmt.Errorf("%w: line %d has a cell of %d bytes, %d at most", ErrTooBig, line, len(c), MaxCell)
		}
		if !utf8.ValidString(c) {
			return nil, fmt.Errorf("%w: line %d holds bytes that are no text", ErrFormat, line)
		}
	}
	return append(table, Row{line, cells}), nil
}
