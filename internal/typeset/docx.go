package typeset

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"time"
)

// DOCX writes the letter as an Office Open XML document to w: styles, real headings and numbered
// lists, a table of signatories whose header row repeats, page numbers, and the language of each
// part for screen readers. The reader's own fonts are used, so every script can be shown. The
// error wraps ErrLetter if the letter itself is at fault, and is ctx's when ctx ended; after
// another error w holds an incomplete file.
func DOCX(ctx context.Context, w io.Writer, l *Letter) error {
	if err := l.check(); err != nil {
		return err
	}
	d := &document{ctx: ctx, l: l, links: map[string]int{}}
	return d.write(w, d.body)
}

// write makes the file, with what body writes as its document.
func (d *document) write(w io.Writer, body func(*markup)) error {
	ctx, l := d.ctx, d.l
	z := zip.NewWriter(w)
	// The document comes before what it decides: the links and numberings that it uses.
	parts := []struct {
		name  string
		write func(*markup)
	}{
		{"[Content_Types].xml", func(m *markup) { m.raw(contentTypes) }},
		{"_rels/.rels", func(m *markup) { m.raw(packageRels) }},
		{"docProps/core.xml", d.core},
		{"docProps/app.xml", func(m *markup) { m.raw(appProps) }},
		{"word/document.xml", body},
		{"word/_rels/document.xml.rels", d.rels},
		{"word/numbering.xml", d.numbering},
		{"word/styles.xml", d.styles},
		{"word/settings.xml", d.settings},
		{"word/footer1.xml", d.footer},
	}
	for _, p := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: zipTime(l.Published)})
		if err != nil {
			return fmt.Errorf("write DOCX part %s: %w", p.name, err)
		}
		m := &markup{w: bufio.NewWriterSize(f, 32<<10)}
		m.raw(xmlHead)
		p.write(m)
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.w.Flush(); err != nil {
			return fmt.Errorf("write DOCX part %s: %w", p.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write DOCX: %w", err)
	}
	return nil
}

// zipTime is t as far as a ZIP can tell it, which begins with 1980.
func zipTime(t time.Time) time.Time {
	t = t.UTC().Truncate(2 * time.Second)
	if t.Year() < 1980 || t.Year() > 2107 {
		return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return t
}

// markup writes XML. A failed write shows at the flush.
type markup struct{ w *bufio.Writer }

func (m *markup) raw(s string) { m.w.WriteString(s) }

func (m *markup) rawf(format string, args ...any) { fmt.Fprintf(m.w, format, args...) }

// text writes s as character data or as an attribute's value.
func (m *markup) text(s string) { m.raw(escape(s)) }

// document is one letter on its way into a DOCX.
type document struct {
	ctx context.Context
	l   *Letter
	// links numbers the addresses of links, in the order of first use.
	links map[string]int
	urls  []string
	// lists are the numberings begun, in order.
	lists []numbering
}

// numbering is one list: bullets, a text's numbers, or the asks.
type numbering struct {
	abstract int
	level    int
	start    int
}

// The abstract numberings that the lists are made from.
const (
	bulletNumbering = 1
	textNumbering   = 2
	askNumbering    = 3
)

// list begins a list at a level, 0 or more, and returns its numbering's id.
func (d *document) list(abstract, level, start int) int {
	d.lists = append(d.lists, numbering{abstract, level, start})
	return len(d.lists)
}

// link is the relationship's number of a link to url.
func (d *document) link(url string) int {
	n, ok := d.links[url]
	if !ok {
		d.urls = append(d.urls, url)
		n = len(d.urls)
		d.links[url] = n
	}
	return n
}
