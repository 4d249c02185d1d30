// Package roll reads a list of signatories that a coordinator keeps in a table,
// and writes one: CSV, XLSX, or plain text with one name to a line. Columns are
// known by their headings, in es, pt, en and fr.
package roll

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Bounds of a list.
const (
	MaxBytes    = 10 << 20
	MaxUnpacked = 50 << 20
	MaxRows     = 100_000
	MaxColumns  = 100
	MaxCell     = 10_000 // bytes
)

// Errors that say why a whole list could not be read.
var (
	ErrEmpty  = errors.New("the list holds no rows")
	ErrTooBig = errors.New("the list is too big")
	ErrFormat = errors.New("this is no list that can be read: use CSV, XLSX, or plain text with one name to a line")
	ErrNoName = errors.New("no column holds the names: give one the heading name (nombre, nome, nom)")
	ErrTwice  = errors.New("two columns hold the same")
)

// List is what was read.
type List struct {
	Columns []Column // of the table, in its order; "" for one that is not known
	Heads   []string // the headings as they stand
	Rows    []Row
}

// Row is one line of the list.
type Row struct {
	Line  int // in the file, counted from 1; in a workbook the row of the sheet
	Cells []string
}

// Cell is the row's value in a column, without spaces around it, or "".
func (l *List) Cell(r Row, c Column) string {
	for i, x := range l.Columns {
		if x == c && i < len(r.Cells) {
			return strings.TrimSpace(r.Cells[i])
		}
	}
	return ""
}

// Unknown are the headings of columns that are passed over.
func (l *List) Unknown() []string {
	var list []string
	for i, c := range l.Columns {
		if c == "" && strings.TrimSpace(l.Heads[i]) != "" {
			list = append(list, l.Heads[i])
		}
	}
	return list
}

// Read reads a list. The ending of name tells its format; where it tells
// nothing the content does.
func Read(name string, r io.Reader) (*List, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the list: %w", err)
	}
	if len(b) > MaxBytes {
		return nil, fmt.Errorf("%w: %d MB at most", ErrTooBig, MaxBytes>>20)
	}
	var table []Row
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		table, err = readXLSX(b)
	case bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0")):
		return nil, fmt.Errorf("%w; this is a workbook of the old kind, save it as XLSX", ErrFormat)
	default:
		var text string
		if text, err = decode(b); err != nil {
			return nil, err
		}
		if strings.EqualFold(filepath.Ext(name), ".txt") || !strings.ContainsAny(firstLine(text), ",;\t") {
			table, err = readLines(text)
		} else {
			table, err = readCSV(text)
		}
	}
	if err != nil {
		return nil, err
	}
	return understand(table)
}

// understand finds the headings: the first row in which a name is headed.
// Rows above it are a title, and are passed over.
func understand(table []Row) (*List, error) {
	for i, r := range table[:min(len(table), 20)] {
		columns := make([]Column, len(r.Cells))
		seen := map[Column]bool{}
		for k, cell := range r.Cells {
			c := columnOf(cell)
			if c != "" && seen[c] {
				return nil, fmt.Errorf("line %d: %w: %s; leave one of them out", r.Line, ErrTwice, c)
			}
			columns[k], seen[c] = c, true
		}
		if !seen[Name] {
			continue
		}
		l := &List{Columns: columns, Heads: r.Cells}
		for _, row := range table[i+1:] {
			if !blank(row.Cells) {
				l.Rows = append(l.Rows, row)
			}
		}
		if len(l.Rows) == 0 {
			return nil, ErrEmpty
		}
		return l, nil
	}
	if len(table) == 0 {
		return nil, ErrEmpty
	}
	return nil, ErrNoName
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if strings.TrimSpace(line) != "" {
			return line
		}
	}
	return ""
}

// add puts a row into a table, within the bounds.
func add(table []Row, line int, cells []string) ([]Row, error) {
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
