package pack

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// table is a CSV file whose first row names the columns.
type table struct {
	name     string
	columns  map[string]int
	rows     []row
	problems *Problems
}

// row is one row of a table, with the line on which it begins.
type row struct {
	table *table
	line  int
	cells []string
}

// table reads a CSV file with the required columns, any of the optional ones,
// and no others. ok is false when it is missing or no such table.
func (r *reader) table(name string, required, optional []string) (t *table, ok bool) {
	data, ok := r.bytes(name, MaxCSVFile, false)
	if !ok {
		return nil, false
	}
	t = &table{name: name, columns: map[string]int{}, problems: &r.problems}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		r.problems.add(name, 0, "is empty; begin it with the row %s", strings.Join(required, ","))
		return nil, false
	}
	if err != nil {
		t.syntax(err)
		return nil, false
	}
	if !t.header(header, required, optional) {
		return nil, false
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t, true
		}
		if err != nil {
			t.syntax(err)
			return nil, false
		}
		line, _ := in.FieldPos(0)
		if len(t.rows) == MaxRows {
			r.problems.add(name, line, "has more than %d rows; part the table", MaxRows)
			return nil, false
		}
		if len(cells) != len(header) {
			r.problems.add(name, line, "has %d fields where the first row has %d; check commas and quotes", len(cells), len(header))
			continue
		}
		t.rows = append(t.rows, row{table: t, line: line, cells: cells})
	}
}

// header takes the row of column names.
func (t *table) header(names, required, optional []string) bool {
	ok := true
	for i, n := range names {
		n = strings.TrimSpace(n)
		switch _, twice := t.columns[n]; {
		case twice:
			t.problems.add(t.name, 1, "column %s is here twice; keep one", clip(n))
			ok = false
		case !slices.Contains(required, n) && !slices.Contains(optional, n):
			t.problems.add(t.name, 1, "column %q is not known here; use %s", clip(n), strings.Join(slices.Concat(required, optional), ", "))
			ok = false
		}
		t.columns[n] = i
	}
	for _, n := range required {
		if _, there := t.columns[n]; !there {
			t.problems.add(t.name, 1, "column %s is missing; add it", n)
			ok = false
		}
	}
	return ok
}

// syntax names a mistake of CSV itself.
func (t *table) syntax(err error) {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		t.problems.add(t.name, pe.StartLine, "is not CSV: %v; put a cell with commas or quotes in quotes and double the quotes inside it", pe.Err)
		return
	}
	t.problems.add(t.name, 0, "cannot be read: %v", err)
}

func (w row) add(format string, args ...any) {
	w.table.problems.add(w.table.name, w.line, format, args...)
}

// get gives a cell, "" when it is empty or its column absent. What no line of
// text may hold is named.
func (w row) get(column string) string {
	i, ok := w.table.columns[column]
	if !ok {
		return ""
	}
	s := strings.TrimSpace(w.cells[i])
	if msg := checkLine(s); msg != "" {
		w.add("%s %s", column, msg)
		return ""
	}
	return s
}

// need is get for a cell that may not be empty.
func (w row) need(column string) string {
	s := w.get(column)
	if s == "" && w.empty(column) {
		w.add("%s is empty; give it a value", column)
	}
	return s
}

// empty tells whether nothing stands in a cell.
func (w row) empty(column string) bool {
	i, ok := w.table.columns[column]
	return !ok || strings.TrimSpace(w.cells[i]) == ""
}

// checked gives a cell that passes a check, else "".
func (w row) checked(column string, required bool, check func(string) string) string {
	s := w.get(column)
	if required {
		s = w.need(column)
	}
	if s == "" {
		return ""
	}
	if msg := check(s); msg != "" {
		w.add("%s %s", column, msg)
		return ""
	}
	return s
}

// languages gathers the cells of columns such as office_es by language.
func (w row) languages(prefix string) map[string]string {
	out := map[string]string{}
	for _, lang := range Languages {
		if s := w.get(prefix + lang); s != "" {
			out[lang] = s
		}
	}
	return out
}
