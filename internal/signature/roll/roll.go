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

	"pliego/internal/sheet"
)

// Errors that say why a whole list could not be read.
var (
	ErrEmpty  = errors.New("the list holds no rows")
	ErrTooBig = sheet.ErrTooBig
	ErrFormat = sheet.ErrFormat
	ErrNoName = errors.New("no column holds the names: give one the heading name (nombre, nome, nom)")
	ErrTwice  = errors.New("two columns hold the same")
)

// List is what was read.
type List struct {
	Columns []Column // of the table, in its order; "" for one that is not known
	Heads   []string // the headings as they stand
	Rows    []sheet.Row
}

// Cell is the row's value in a column, without spaces around it, or "".
func (l *List) Cell(r sheet.Row, c Column) string {
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
	b, err := io.ReadAll(io.LimitReader(r, sheet.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the list: %w", err)
	}
	if plain(name, b) {
		text, err := sheet.Decode(b)
		if err != nil {
			return nil, err
		}
		table, err := readLines(text)
		if err != nil {
			return nil, err
		}
		return understand(table)
	}
	table, err := sheet.Read(b)
	if err != nil {
		return nil, err
	}
	return understand(table)
}

// plain tells whether a file is text with one name to a line.
func plain(name string, b []byte) bool {
	if len(b) > sheet.MaxBytes || bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0")) {
		return false
	}
	text, err := sheet.Decode(b)
	return err == nil && (strings.EqualFold(filepath.Ext(name), ".txt") || !strings.ContainsAny(sheet.FirstLine(text), ",;\t"))
}

// readLines makes a table of plain text: each line is a name, and what follows a
// tab its country. A heading is not needed; one that is there is passed over.
func readLines(text string) (table []sheet.Row, err error) {
	table = []sheet.Row{{Line: 0, Cells: []string{string(Name), string(Country)}}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		name, country, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if name == "" || number == 1 && columnOf(name) == Name {
			continue
		}
		if table, err = sheet.Add(table, number, []string{name, country}); err != nil {
			return nil, err
		}
	}
	return table, nil
}

// understand finds the headings: the first row in which a name is headed.
// Rows above it are a title, and are passed over.
func understand(table []sheet.Row) (*List, error) {
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
			if !sheet.Blank(row.Cells) {
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
