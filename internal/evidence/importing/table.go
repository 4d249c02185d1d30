package importing

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Bounds of a file.
const (
	maxHead    = 20       // rows above the names of the columns
	maxCells   = 2000     // of a row
	maxLine    = 1 << 20  // bytes of a row
	maxXLSX    = 64 << 20 // bytes of a spreadsheet, which is opened whole
	maxJSON    = 64 << 20 // bytes of an answer of an API
	maxUnzip   = 1 << 30  // bytes of a spreadsheet taken out of its wrapping
	peek       = 64 << 10 // bytes that the format is told from
	maxMembers = 1000     // files in an archive
)

var (
	zipMark = []byte("PK\x03\x04")
	utf8BOM = []byte("\xef\xbb\xbf")
)

// open finds out what kind of file it is and reads its head.
func (f *File) open(r io.ReaderAt, size int64) error {
	first := make([]byte, min(size, peek))
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), first); err != nil && len(first) > 0 {
		return err
	}
	switch trimmed := bytes.TrimLeft(bytes.TrimPrefix(first, utf8BOM), " \t\r\n"); {
	case len(trimmed) == 0:
		return fmt.Errorf("%w: it is empty", ErrFormat)
	case bytes.HasPrefix(first, zipMark):
		return f.openZip(r, size)
	case trimmed[0] == '[' || trimmed[0] == '{':
		return f.openJSON(io.NewSectionReader(r, 0, size), size)
	case bytes.IndexByte(first, 0) >= 0:
		return fmt.Errorf("%w: it is neither text nor a spreadsheet (XLSX)", ErrFormat)
	}
	return f.openCSV(io.NewSectionReader(r, 0, size))
}

// openZip opens a spreadsheet, or the table in an archive.
func (f *File) openZip(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("%w: the archive is broken (%w)", ErrFormat, err)
	}
	if len(z.File) > maxMembers {
		return fmt.Errorf("%w: the archive has %d files", ErrFormat, len(z.File))
	}
	var table *zip.File
	for _, m := range z.File {
		if m.Name == "xl/workbook.xml" {
			return f.openXLSX(io.NewSectionReader(r, 0, size), size)
		}
		if strings.EqualFold(path.Ext(m.Name), ".csv") && !strings.HasPrefix(path.Base(m.Name), "Metadata_") &&
			(table == nil || m.UncompressedSize64 > table.UncompressedSize64) {
			table = m
		}
	}
	if table == nil {
		return fmt.Errorf("%w: the archive holds no table (.csv)", ErrFormat)
	}
	in, err := table.Open()
	if err != nil {
		return fmt.Errorf("%w: %s cannot be taken out of the archive (%w)", ErrFormat, clip(table.Name), err)
	}
	return f.openCSV(in)
}

func (f *File) openXLSX(r io.Reader, size int64) error {
	if size > maxXLSX {
		return fmt.Errorf("the spreadsheet has %d MB; %d at most: save it as CSV", size>>20, maxXLSX>>20)
	}
	x, err := excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: maxUnzip, RawCellValue: true})
	if err != nil {
		return fmt.Errorf("%w: the spreadsheet cannot be opened (%w)", ErrFormat, err)
	}
	for _, sheet := range x.GetSheetList() {
		in, err := x.Rows(sheet)
		if err != nil {
			return fmt.Errorf("%w: sheet %s cannot be read (%w)", ErrFormat, clip(sheet), err)
		}
		line := 0
		next := func() (int, []string, error) {
			if !in.Next() {
				if err := in.Error(); err != nil {
					return 0, nil, fmt.Errorf("read sheet %s: %w", clip(sheet), err)
				}
				return 0, nil, io.EOF
			}
			line++
			cells, err := in.Columns()
			if err != nil {
				return 0, nil, fmt.Errorf("read row %d of sheet %s: %w", line, clip(sheet), err)
			}
			return line, cells, nil
		}
		if err := f.head(next); err == nil {
			return nil
		} else if !errors.Is(err, ErrFormat) {
			return err
		}
	}
	return f.unknown()
}

func (f *File) openCSV(r io.Reader) error {
	in := bufio.NewReaderSize(r, peek)
	if b, err := in.Peek(len(utf8BOM)); err == nil && bytes.Equal(b, utf8BOM) {
		if _, err := in.Discard(len(utf8BOM)); err != nil {
			return err
		}
	}
	first, err := in.Peek(peek)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return err
	}
	c := csv.NewReader(&bounded{from: in})
	c.Comma, c.FieldsPerRecord, c.LazyQuotes, c.ReuseRecord = sign(first), -1, true, true
	return f.head(func() (int, []string, error) {
		cells, err := c.Read()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return 0, nil, io.EOF
			}
			return 0, nil, fmt.Errorf("the table cannot be read further: %w", err)
		}
		line, _ := c.FieldPos(0)
		return line, cells, nil
	})
}

// sign tells what parts the cells: whatever the first lines hold most of.
func sign(first []byte) rune {
	best, most := ',', 0
	lines := bytes.SplitN(first, []byte("\n"), maxHead+1)
	for _, s := range []byte{',', ';', '\t'} {
		n := 0
		for _, l := range lines[:min(len(lines), maxHead)] {
			n = max(n, bytes.Count(l, []byte{s}))
		}
		if n > most {
			best, most = rune(s), n
		}
	}
	return best
}

// bounded refuses lines that no table has, before they fill the memory.
type bounded struct {
	from io.Reader
	line int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if i := bytes.LastIndexByte(p[:n], '\n'); i >= 0 {
		b.line = n - i
	} else {
		b.line += n
	}
	if b.line > maxLine {
		return 0, fmt.Errorf("a line has more than %d bytes", maxLine)
	}
	return n, err
}

// head looks for the names of the columns in the first rows.
func (f *File) head(next rows) error {
	for range maxHead {
		_, cells, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if len(cells) > maxCells {
			return fmt.Errorf("%w: a row has %d cells", ErrFormat, len(cells))
		}
		if f.recognise(cells) {
			f.rows = next
			return nil
		}
		for _, c := range cells {
			if day, ok := date(c); ok {
				f.dated = day
			}
		}
	}
	return f.unknown()
}

func (f *File) unknown() error {
	return fmt.Errorf("%w; its first rows should name columns such as place, period, indicator and value, or be those of a file of UNODC, the World Bank, Our World in Data, the World Prison Brief or SDMX-CSV", ErrFormat)
}

var dates = regexp.MustCompile(`\b(?:(\d{4}-\d{2}-\d{2})|(\d{2}/\d{2}/\d{4}))\b`)

// date finds a day in what stands above a table; one written with strokes has
// the day first, as the United Nations write it.
func date(s string) (string, bool) {
	if len(s) > 200 {
		return "", false
	}
	m := dates.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	form, text := time.DateOnly, m[1]
	if text == "" {
		form, text = "02/01/2006", m[2]
	}
	t, err := time.Parse(form, text)
	if err != nil {
		return "", false
	}
	return t.Format(time.DateOnly), true
}
