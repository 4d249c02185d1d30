// Package importing reads figures out of files: our own CSV, and files as
// publishers give them out. The format is told from the content; a row that
// cannot be read is named and stops nothing.
//
// What a file holds is hostile until shown otherwise: rows, cells and numbers
// are bounded, and memory does not grow with the file.
package importing

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"pliego/internal/evidence"
	"pliego/internal/place"
)

// Format is what kind of file was recognised.
type Format string

// The formats.
const (
	Own           Format = "pliego"          // place, period, indicator, value, …
	UNODC         Format = "unodc"           // the data portal's XLSX or CSV
	WorldBankJSON Format = "world-bank-json" // the answer of the API
	WorldBankCSV  Format = "world-bank-csv"  // the bulk download
	OWID          Format = "owid"            // a chart's data from Our World in Data
	WPB           Format = "wpb"             // World Prison Brief tables
	SDMX          Format = "sdmx-csv"
)

// ErrFormat is wrapped when a file is of no format that is known here.
var ErrFormat = errors.New("the file is of no known format")

// Options say what a file does not.
type Options struct {
	Indicator string // for figures that do not name theirs
	Source    string // key, instead of what the format gives
	Vintage   string // when the publisher issued it
	Year      int    // for tables without one
	// Known are the sources that are there already; a file of the same family
	// and vintage as one of them is taken to be of it.
	Known []evidence.Source
	Today time.Time // the vintage of a file that is not dated
}

// Figure is one figure of a file, or why there is none.
type Figure struct {
	Line        int // row in the file, from 1
	Observation evidence.Observation
	Problem     string // what is wrong and what to do, or ""
	// Passed says why a sound row is passed over, such as that it is of
	// something that is not measured here; "" when it is not.
	Passed string
}

// File is an open file of figures.
type File struct {
	Format  Format
	opts    Options
	defined map[string]evidence.Indicator // by key and by alias
	rows    rows
	read    func(line int, cells []string) []Figure
	pending []Figure
	dated   string // the date that the file itself gives
	sources map[string]evidence.Source
	areas   map[string]place.Area // codes met before
}

// rows gives the rows of a table one after another, io.EOF at the end. The
// cells are valid until the next call.
type rows func() (line int, cells []string, err error)

// Open recognises a file by its content. name only serves messages; size
// bounds what is read at once.
func Open(f io.ReaderAt, size int64, defined []evidence.Indicator, o Options) (*File, error) {
	out := &File{opts: o, defined: map[string]evidence.Indicator{}, sources: map[string]evidence.Source{}, areas: map[string]place.Area{}}
	for _, i := range defined {
		out.defined[i.Key] = i
		for _, a := range i.Aliases {
			out.defined[a] = i
		}
	}
	if o.Indicator != "" {
		if _, ok := out.defined[o.Indicator]; !ok {
			return nil, fmt.Errorf("no indicator is called %q", clip(o.Indicator))
		}
	}
	if err := out.open(f, size); err != nil {
		return nil, err
	}
	return out, nil
}

// Next gives the next figure, io.EOF after the last.
func (f *File) Next() (Figure, error) {
	for len(f.pending) == 0 {
		line, cells, err := f.rows()
		if err != nil {
			return Figure{}, err
		}
		f.pending = f.read(line, cells)
	}
	next := f.pending[0]
	f.pending = f.pending[1:]
	return next, nil
}

// Sources gives the sources of the figures that were read so far, as they are
// to be described where they are not known yet.
func (f *File) Sources() []evidence.Source {
	out := make([]evidence.Source, 0, len(f.sources))
	for _, s := range f.sources {
		out = append(out, s)
	}
	return out
}

// layout recognises a row of column names and gives the function that reads
// the rows under it.
type layout struct {
	format Format
	find   func(f *File, columns map[string]int, head []string) func(line int, cells []string) []Figure
}

// layouts are all table formats, the more telling heads first.
var layouts = []layout{
	{UNODC, unodcRows}, {SDMX, sdmxRows}, {WorldBankCSV, worldBankRows}, {OWID, owidRows}, {WPB, wpbRows}, {Own, ownRows},
}

// recognise takes a row for the head of a table, if it is one.
func (f *File) recognise(cells []string) bool {
	columns := map[string]int{}
	for i, c := range cells {
		name := columnName(c)
		if _, twice := columns[name]; !twice {
			columns[name] = i
		}
	}
	for _, l := range layouts {
		if read := l.find(f, columns, cells); read != nil {
			f.Format, f.read = l.format, read
			return true
		}
	}
	return false
}

// columnName makes a column's name comparable: lower case, one sign between
// words.
func columnName(s string) string {
	return strings.ReplaceAll(place.Fold(s), " ", "_")
}

// all gives the positions of columns that must all be there.
func all(columns map[string]int, names ...string) ([]int, bool) {
	out := make([]int, len(names))
	for i, n := range names {
		at, ok := columns[n]
		if !ok {
			return nil, false
		}
		out[i] = at
	}
	return out, true
}

// cell gives a cell, "" beyond the row's end.
func cell(cells []string, at int) string {
	if at < 0 || at >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[at])
}

// optional gives the position of the first of some columns, -1 for none.
func optional(columns map[string]int, names ...string) int {
	for _, n := range names {
		if at, ok := columns[n]; ok {
			return at
		}
	}
	return -1
}

// bad is a figure that cannot be read.
func bad(line int, format string, args ...any) []Figure {
	return []Figure{{Line: line, Problem: fmt.Sprintf(format, args...)}}
}

// passed is a row that is sound and not wanted.
func passed(line int, format string, args ...any) []Figure {
	return []Figure{{Line: line, Passed: fmt.Sprintf(format, args...)}}
}

// area finds a place by its code, of three letters, two, or with a part.
func (f *File) area(code string) (place.Area, bool) {
	if a, ok := f.areas[code]; ok {
		return a, true
	}
	a, ok := place.AreaByCode(code)
	if !ok && len(code) == 2 {
		if c, found := place.ByAlpha2(code); found && c.Alpha2 == code {
			a, ok = place.AreaByCode(c.Alpha3)
		}
	}
	if ok && len(f.areas) < 10_000 {
		f.areas[strings.Clone(code)] = a
	}
	return a, ok
}

// number reads a figure as people and publishers write it: with or without
// thousands parted by commas, with or without a percent sign.
func number(s string) (float64, error) {
	t := strings.TrimSpace(strings.TrimSuffix(s, "%"))
	if thousands.MatchString(t) {
		t = strings.ReplaceAll(t, ",", "")
	}
	v, err := evidence.ParseNumber(t)
	if err != nil {
		return 0, err
	}
	if v < 0 {
		return 0, fmt.Errorf("%q is below nothing", clip(s))
	}
	return v, nil
}

var thousands = regexp.MustCompile(`^\d{1,3}(,\d{3})+(\.\d+)?$`)

// absent tells whether a cell says that there is no figure.
func absent(s string) bool {
	switch s {
	case "", ".", "..", "...", "-", "NA", "N/A", "n/a", "NaN", "null":
		return true
	}
	return false
}

// figure makes a figure of its parts, checking all of them.
func (f *File) figure(line int, indicator evidence.Indicator, area place.Area, source, period, value, note string) []Figure {
	p, err := evidence.ParsePeriod(period)
	if err != nil {
		return bad(line, "%v", err)
	}
	v, err := number(value)
	if err != nil {
		return bad(line, "%v", err)
	}
	return []Figure{{Line: line, Observation: evidence.Observation{
		Indicator: indicator.Key, Place: area.Code, Source: source, Period: p, Value: v, Note: evidence.CleanNote(note),
	}}}
}

// clip shortens what a file holds for a message.
func clip(s string) string {
	const most = 120
	r := []rune(strings.ToValidUTF8(s, "�"))
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(r)
}
