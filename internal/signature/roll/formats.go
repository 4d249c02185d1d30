package roll

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
)

// decode makes text of bytes: UTF-8, UTF-16 with its mark, or else Windows-1252,
// as spreadsheet programs write it.
func decode(b []byte) (string, error) {
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
	first, comma := firstLine(text), ','
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
		if table, err = add(table, line, cells); err != nil {
			return nil, err
		}
	}
}

// readLines makes a table of plain text: each line is a name, and what follows a
// tab its country. A heading is not needed; one that is there is passed over.
func readLines(text string) (table []Row, err error) {
	table = []Row{{0, []string{string(Name), string(Country)}}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		name, country, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if name == "" || number == 1 && columnOf(name) == Name {
			continue
		}
		if table, err = add(table, number, []string{name, country}); err != nil {
			return nil, err
		}
	}
	return table, nil
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
		if blank(cells) {
			continue
		}
		if table, err = add(table, line, cells); err != nil {
			return nil, err
		}
	}
	if err := rows.Error(); err != nil {
		return nil, fmt.Errorf("%w: sheet %q: %w", ErrFormat, sheet, err)
	}
	return table, nil
}
