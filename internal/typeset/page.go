package typeset

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
)

// color is red, green and blue, 0 to 255.
type color [3]uint8

// The colours of the sheet. White stays the paper's own.
var (
	ink  = color{0x1c, 0x1b, 0x18}
	soft = color{0x5d, 0x59, 0x50}
	hair = color{0xd8, 0xd2, 0xc4}
	seal = color{0x9a, 0x2a, 0x1f}
)

// mm is a millimetre in points, the unit of everything here.
const mm = 72 / 25.4

// The sheet is A4. Numerals hang left of the text; rules and the list of names use the full frame.
const (
	sheetWidth  = 595.28
	sheetHeight = 841.89
	frameLeft   = 34 * mm
	frameRight  = 172 * mm
	textLeft    = 48 * mm
	textWidth   = frameRight - textLeft
	frameTop    = 27 * mm
	frameBottom = sheetHeight - 28*mm
	footLine    = sheetHeight - 16*mm
)

// sheet draws on pages through the PDF library. It keeps what the library does not tell, so that
// fonts and colours are set only when they change, and positions kerned letters itself, which the
// library cannot.
type sheet struct {
	pdf *fpdf.Fpdf
	m   *metrics
	ctx context.Context

	y     float64 // of the next line's top, from the sheet's top
	top   float64 // where y began on this page
	added [faceCount]bool
	// used marks the characters shown in each face, a bit each.
	used [faceCount][1 << 16 / 64]uint64

	face  faceID
	size  float64
	color color
	buf   []byte
}

func newSheet(ctx context.Context, m *metrics) *sheet {
	s := &sheet{pdf: fpdf.New("P", "pt", "A4", ""), m: m, ctx: ctx}
	s.pdf.SetAutoPageBreak(false, 0)
	s.pdf.SetMargins(0, 0, 0)
	s.pdf.SetCatalogSort(true)
	return s
}

// newPage begins the next page.
func (s *sheet) newPage() error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	s.pdf.AddPage()
	s.forget()
	s.y, s.top = frameTop, frameTop
	return s.pdf.Error()
}

// forget is for when another page is drawn on, where nothing is set yet.
func (s *sheet) forget() { s.face, s.size, s.color = faceCount, 0, color{} }

// keep begins a new page unless height still fits on this one.
func (s *sheet) keep(height float64) error {
	if s.y+height > frameBottom+0.01 && s.y > s.top {
		return s.newPage()
	}
	return nil
}

// setFont makes face and size those of what follows, embedding the face at its first use.
func (s *sheet) setFont(f faceID, size float64) {
	if s.face == f && s.size == size {
		return
	}
	name := faceFiles[f]
	if !s.added[f] {
		s.pdf.AddUTF8FontFromBytes(name, "", s.m.faces[f].data)
		s.added[f] = true
	}
	s.pdf.SetFont(name, "", size)
	s.face, s.size = f, size
}

// draw prints a segment with its baseline at y, underlined and clickable if it is a link.
func (s *sheet) draw(g segment, y float64) {
	if g.text == "" {
		return
	}
	s.setFont(g.style.face, g.style.size)
	s.text(g.x, y, g.text, g.style.color)
	if g.style.url != "" {
		s.line(g.x, y+g.style.size*0.16, g.x+g.width, 0.5, seal)
		s.pdf.LinkString(g.x, y-g.style.size*0.8, g.width, g.style.size*1.1, g.style.url)
	}
}

// text writes the operators that show text in the current font: a string, with the kerning
// between its parts. The library's fonts take UTF-16 as their code.
func (s *sheet) text(x, y float64, text string, c color) {
	b := s.buf[:0]
	b = s.appendColor(b, c)
	b = append(b, "BT "...)
	b = appendPoint(b, x, sheetHeight-y)
	b = append(b, " Td [("...)
	last := rune(0)
	used := &s.used[s.face]
	for _, r := range text {
		if last != 0 {
			if k := s.m.kern(s.face, last, r); k != 0 {
				b = append(b, ") "...)
				b = strconv.AppendInt(b, int64(-k), 10)
				b = append(b, " ("...)
			}
		}
		last = r
		used[r/64] |= 1 << (r % 64)
		b = appendByte(b, byte(r>>8))
		b = appendByte(b, byte(r))
	}
	b = append(b, ")] TJ ET"...)
	s.buf = b
	s.pdf.RawWriteStr(string(b))
}

// appendByte writes one byte of a PDF string.
func appendByte(b []byte, c byte) []byte {
	switch c {
	case '(', ')', '\\':
		return append(b, '\\', c)
	case '\r':
		return append(b, '\\', 'r')
	}
	return append(b, c)
}

func appendPoint(b []byte, x, y float64) []byte {
	b = strconv.AppendFloat(b, x, 'f', 2, 64)
	b = append(b, ' ')
	return strconv.AppendFloat(b, y, 'f', 2, 64)
}

// appendColor makes c the colour of text and filled shapes unless it is already.
func (s *sheet) appendColor(b []byte, c color) []byte {
	if s.color == c {
		return b
	}
	s.color = c
	for _, v := range c {
		b = strconv.AppendFloat(b, float64(v)/255, 'f', 3, 64)
		b = append(b, ' ')
	}
	return append(b, "rg "...)
}

// line draws a horizontal line from x0 to x1 with its top at y.
func (s *sheet) line(x0, y, x1, thick float64, c color) {
	b := s.appendColor(s.buf[:0], c)
	b = appendPoint(b, x0, sheetHeight-y-thick)
	b = append(b, ' ')
	b = appendPoint(b, x1-x0, thick)
	b = append(b, " re f"...)
	s.buf = b
	s.pdf.RawWriteStr(string(b))
}

// hairline draws a rule across the frame at y.
func (s *sheet) hairline(y float64) { s.line(frameLeft, y, frameRight, 0.5, hair) }

// bookmark puts a line into the outline that leads to the current place.
func (s *sheet) bookmark(title string, level int) {
	// The library reads a title as Unicode only while such a font is set, and as 16-bit units.
	s.setFont(serif, 11)
	s.pdf.Bookmark(basic(title), level, max(0, s.y-8))
}

// basic leaves out what the library's 16-bit strings cannot hold.
func basic(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff || r == utf8.RuneError {
			return -1
		}
		return r
	}, clean(s))
}

// write ends the document. The library embeds the characters that passed its own text calls;
// ours did not, so each face's are shown once on a template that is on no page.
func (s *sheet) write(w io.Writer) error {
	s.pdf.CreateTemplate(func(t *fpdf.Tpl) {
		for f := range faceCount {
			if !s.added[f] {
				continue
			}
			t.SetFont(faceFiles[f], "", 10)
			var b strings.Builder
			for i, bits := range s.used[f] {
				for bit := range 64 {
					if bits&(1<<bit) != 0 {
						b.WriteRune(rune(i*64 + bit))
					}
				}
			}
			t.Text(0, 0, b.String())
		}
	})
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if err := s.pdf.Output(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}
