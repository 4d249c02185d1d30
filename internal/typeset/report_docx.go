package typeset

import (
	"context"
	"io"
	"strconv"
	"strings"
)

// signLetters stand for the signs where a file is set in its reader's own fonts.
var signLetters = map[Sign]string{
	SignDot: "·", SignRing: "○", SignBar: "⊖", SignPart: "◔", SignHalf: "◑", SignFull: "●", SignBack: "←",
}

// ReportDOCX writes a report as an Office Open XML document to w, with what DOCX
// promises: the accessible form, with headings, tables whose heads repeat, and
// links. Charts are told by the figures that stand beside them.
func ReportDOCX(ctx context.Context, w io.Writer, r *Report) error {
	if err := r.check(); err != nil {
		return err
	}
	d := &document{ctx: ctx, l: r.shell(), links: map[string]int{}}
	return d.write(w, func(m *markup) { d.reportBody(m, r) })
}

func (d *document) reportBody(m *markup, r *Report) {
	m.raw(`<w:document xmlns:w="` + nsWord + `" xmlns:r="` + nsRel + `"><w:body>`)
	d.para(m, "DateLine", r.Kicker, "")
	d.para(m, "Title", r.Title, "")
	for _, f := range r.Facts {
		d.styled(m, "Notice", Run{Text: f.Label + "  "}, Run{Text: f.Text, URL: f.URL})
	}
	d.blocks(m, r.Intro, place{})
	for _, s := range r.Sections {
		if d.ctx.Err() != nil {
			return // write reports it
		}
		d.reportSection(m, r, s)
	}
	d.colophon(m)
	m.raw(`<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/>` +
		`<w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1531" w:right="1701" w:bottom="1531" w:left="1701" w:header="709" w:footer="794" w:gutter="0"/>` +
		`</w:sectPr></w:body></w:document>`)
}

// reportWidth is the room for tables, in twentieths of a point.
const reportWidth = 11906 - 2*1701

func (d *document) reportSection(m *markup, r *Report, s Section) {
	style := "Heading1"
	if s.Minor {
		style = "Heading2"
	}
	m.raw(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/>`)
	if s.Fresh && !s.Minor {
		m.raw(`<w:pageBreakBefore/>`)
	}
	m.raw(`</w:pPr>`)
	d.run(m, Run{Text: s.Title}, "")
	m.raw(`</w:p>`)
	urls := map[int]string{}
	for _, n := range s.Notes {
		urls[n.N] = n.URL
	}
	for _, p := range s.Parts {
		switch {
		case p.Heading != "":
			d.para(m, "Heading3", p.Heading, "")
		case p.Text != nil:
			d.blocks(m, p.Text, place{})
		case p.Small != nil:
			d.blocks(m, p.Small, place{style: "Notice"})
		case p.Table != nil:
			d.reportTable(m, p.Table)
		case p.Chart != nil:
			d.styled(m, "Notice", Run{Text: p.Chart.Lines.Says + " "}, Run{Text: p.Chart.Source})
		case p.Entry != nil:
			d.entry(m, p.Entry, urls)
		}
	}
	if len(s.Notes) > 0 {
		d.para(m, "ColophonLabel", r.Labels.Notes, "")
	}
	for _, n := range s.Notes {
		d.styled(m, "Colophon", Run{Text: strconv.Itoa(n.N) + "  " + n.Text + " "}, Run{Text: n.URL, URL: n.URL})
	}
}

// styled writes a paragraph of several runs.
func (d *document) styled(m *markup, style string, runs ...Run) {
	m.raw(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	for _, r := range runs {
		if r.Text != "" {
			d.run(m, r, "")
		}
	}
	m.raw(`</w:p>`)
}

func (d *document) entry(m *markup, e *Entry, urls map[int]string) {
	line := make([]string, 0, 3)
	for _, x := range []string{e.When, e.Kind, e.Told} {
		if x != "" {
			line = append(line, x)
		}
	}
	d.para(m, "EntryWhen", strings.Join(line, " · "), "")
	m.raw(`<w:p><w:pPr><w:pStyle w:val="EntryTitle"/></w:pPr>`)
	if e.Mark != "" {
		d.run(m, Run{Text: e.Mark + " ", Bold: true}, "")
	}
	d.run(m, Run{Text: e.Title, Bold: true}, e.Lang)
	for _, n := range e.Notes {
		d.run(m, Run{Text: " "}, "")
		d.run(m, Run{Text: "[" + strconv.Itoa(n) + "]", URL: urls[n]}, "")
	}
	m.raw(`</w:p>`)
	if e.Text != "" {
		d.para(m, "Normal", e.Text, e.Lang)
	}
	if e.Warn != "" {
		d.para(m, "EntryWhen", e.Warn, "")
	}
	for _, x := range e.Beside {
		d.para(m, "EntryWhen", x, "")
	}
}

func (d *document) reportTable(m *markup, t *Table) {
	total := 0.0
	for _, w := range t.Widths {
		total += w
	}
	cols := make([]int, len(t.Widths))
	for n, w := range t.Widths {
		cols[n] = int(w / total * reportWidth)
	}
	m.rawf(`<w:tbl><w:tblPr><w:tblStyle w:val="Names"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/>`+
		`<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="`, reportWidth)
	m.text(clean(t.Caption))
	m.raw(`"/></w:tblPr><w:tblGrid>`)
	for _, c := range cols {
		m.rawf(`<w:gridCol w:w="%d"/>`, c)
	}
	m.raw(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for n, h := range t.Heads {
		m.rawf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, cols[n])
		d.para(m, "TableHead", h, "")
		m.raw(`</w:tc>`)
	}
	m.raw(`</w:tr>`)
	for _, row := range t.Rows {
		m.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for n, c := range row {
			m.rawf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, cols[n])
			runs := []Run{{Text: c.Text, Bold: c.Bold, URL: c.URL}}
			if g := signLetters[c.Sign]; g != "" {
				runs = append([]Run{{Text: g + " "}}, runs...)
			}
			if c.Quiet != "" {
				runs = append(runs, Run{Text: " " + c.Quiet})
			}
			d.styled(m, "TableText", runs...)
			m.raw(`</w:tc>`)
		}
		m.raw(`</w:tr>`)
	}
	m.raw(`</w:tbl><w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr></w:p>`)
}
