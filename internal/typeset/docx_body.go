package typeset

import "strings"

// body writes the letter itself.
func (d *document) body(m *markup) {
	l := d.l
	m.raw(`<w:document xmlns:w="` + nsWord + `" xmlns:r="` + nsRel + `"><w:body>`)
	if l.DateLine != "" || l.Occasion != "" {
		m.raw(`<w:p><w:pPr><w:pStyle w:val="DateLine"/></w:pPr>`)
		d.run(m, Run{Text: l.DateLine, Bold: true}, "")
		if l.Occasion != "" {
			sep := ""
			if l.DateLine != "" {
				sep = " · "
			}
			d.run(m, Run{Text: sep + l.Occasion}, "")
		}
		m.raw(`</w:p>`)
	}
	d.para(m, "Title", l.Title, l.textLang())
	if len(l.AddressedTo) > 0 {
		d.para(m, "AddressedLabel", l.Labels.To, "")
		for _, a := range l.AddressedTo {
			d.para(m, "Addressed", a, "")
		}
	}
	d.blocks(m, l.Notice, place{style: "Notice"})
	text := place{lang: l.textLang()}
	d.blocks(m, l.Intro, text)
	if len(l.Asks) > 0 {
		d.para(m, "Heading1", l.Labels.Asks, "")
		d.asks(m)
	}
	d.blocks(m, l.Closing, text)
	if len(l.Signatories) > 0 {
		d.para(m, "Heading1", l.Labels.Signatories, "")
		if l.SignatoriesNote != "" {
			d.para(m, "Notice", l.SignatoriesNote, "")
		}
		d.table(m)
	}
	d.colophon(m)
	if l.URL == "" && l.TextHash == "" {
		m.raw(`<w:p/>`) // a table may not be the last thing
	}
	m.raw(`<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/>` +
		`<w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1531" w:right="1985" w:bottom="1531" w:left="1985" w:header="709" w:footer="794" w:gutter="0"/>` +
		`</w:sectPr></w:body></w:document>`)
}

// asks writes each ask as a numbered heading and its text. A number out of sequence begins a list anew.
func (d *document) asks(m *markup) {
	num, next := 0, 0
	for _, a := range d.l.Asks {
		if num == 0 || a.Number != next {
			num = d.list(askNumbering, 0, a.Number)
		}
		next = a.Number + 1
		if a.Title == "" {
			d.item(m, a.Text, place{lang: d.l.textLang(), num: num})
			continue
		}
		m.rawf(`<w:p><w:pPr><w:pStyle w:val="Heading2"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr></w:pPr>`, num)
		d.run(m, Run{Text: a.Title}, d.l.textLang())
		m.raw(`</w:p>`)
		d.blocks(m, a.Text, place{style: "AskText", lang: d.l.textLang()})
	}
}

// table writes the signatories. Names are not checked for spelling: they are in any language.
func (d *document) table(m *markup) {
	l := d.l
	const widths = 3
	cols := [widths]int{900, 4836, 2200}
	m.raw(`<w:tbl><w:tblPr><w:tblStyle w:val="Names"/><w:tblW w:w="7936" w:type="dxa"/><w:tblLayout w:type="fixed"/>` +
		`<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>` +
		`<w:tblCaption w:val="`)
	m.text(l.Labels.Signatories)
	m.raw(`"/></w:tblPr><w:tblGrid>`)
	for _, c := range cols {
		m.rawf(`<w:gridCol w:w="%d"/>`, c)
	}
	m.raw(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, h := range [widths]string{l.Labels.Number, l.Labels.Name, l.Labels.Country} {
		m.rawf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, cols[i])
		d.para(m, "TableHead", h, "")
		m.raw(`</w:tc>`)
	}
	m.raw(`</w:tr>`)
	for i := range l.Signatories {
		if i%512 == 0 && d.ctx.Err() != nil {
			return // DOCX reports it
		}
		d.row(m, &l.Signatories[i], cols)
	}
	m.raw(`</w:tbl>`)
}

func (d *document) row(m *markup, s *Signatory, cols [3]int) {
	cell := func(i int) {
		m.rawf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr>`, cols[i])
	}
	m.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	cell(0)
	m.rawf(`<w:r><w:rPr><w:rStyle w:val="Quiet"/></w:rPr><w:t>%d</w:t></w:r></w:p></w:tc>`, s.Number)
	cell(1)
	name := clean(s.Name)
	if s.Latin != "" {
		name += " (" + clean(s.Latin) + ")"
	}
	if s.Acronym != "" {
		name += " (" + clean(s.Acronym) + ")"
	}
	if name != "" {
		m.raw(`<w:r><w:rPr><w:noProof/></w:rPr><w:t xml:space="preserve">`)
		m.text(name)
		m.raw(`</w:t></w:r>`)
	}
	if s.Note != "" {
		m.raw(`<w:r><w:rPr><w:rStyle w:val="Quiet"/></w:rPr><w:t xml:space="preserve">`)
		if name != "" {
			m.raw(" ")
		}
		m.text(clean(s.Note))
		m.raw(`</w:t></w:r>`)
	}
	m.raw(`</w:p></w:tc>`)
	cell(2)
	m.raw(`<w:r><w:rPr><w:rStyle w:val="Quiet"/></w:rPr><w:t xml:space="preserve">`)
	m.text(clean(s.Country))
	m.raw(`</w:t></w:r></w:p></w:tc></w:tr>`)
}

func (d *document) colophon(m *markup) {
	l := d.l
	if l.URL != "" {
		d.para(m, "ColophonLabel", l.Labels.Address, "")
		m.raw(`<w:p><w:pPr><w:pStyle w:val="Colophon"/></w:pPr>`)
		d.run(m, Run{Text: l.URL, URL: safeURL(l.URL)}, "")
		m.raw(`</w:p>`)
	}
	if l.TextHash != "" {
		d.para(m, "ColophonLabel", l.Labels.Hash, "")
		d.para(m, "Colophon", l.TextHash, "")
	}
}

// para writes a paragraph of one style, in lang if that is not the document's.
func (d *document) para(m *markup, style, text, lang string) {
	m.raw(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	d.run(m, Run{Text: text}, lang)
	m.raw(`</w:p>`)
}

// place is where blocks stand: their paragraphs' style and language, and the list around them.
type place struct {
	style, lang string
	num, level  int
	quoted      int
}

func (d *document) blocks(m *markup, bs []Block, p place) {
	for _, b := range bs {
		d.block(m, b, p)
	}
}

func (d *document) block(m *markup, b Block, p place) {
	switch b.Kind {
	case BulletList, NumberList:
		abstract, start := bulletNumbering, 1
		if b.Kind == NumberList {
			abstract, start = textNumbering, b.Start
		}
		in := p
		if p.num > 0 {
			in.level = p.level + 1
		}
		in.num = d.list(abstract, min(in.level, 8), start)
		for _, item := range b.Items {
			d.item(m, item, in)
		}
	case Quote:
		in := p
		in.quoted++
		for _, item := range b.Items {
			d.blocks(m, item, in)
		}
	case Rule:
		m.raw(`<w:p><w:pPr><w:pStyle w:val="Divider"/></w:pPr></w:p>`)
	case Heading:
		m.rawf(`<w:p><w:pPr><w:pStyle w:val="Heading%d"/></w:pPr>`, min(max(b.Level, 1)+1, 4))
		d.runs(m, b.Runs, p.lang)
		m.raw(`</w:p>`)
	default:
		d.paragraph(m, b, p, false)
	}
}

// item writes one item of a list: its first paragraph bears the number, what follows is indented with it.
func (d *document) item(m *markup, item []Block, p place) {
	if len(item) == 0 || (item[0].Kind != Paragraph && item[0].Kind != Code) {
		d.paragraph(m, Block{}, p, true)
	}
	for i, b := range item {
		if i == 0 && (b.Kind == Paragraph || b.Kind == Code) {
			d.paragraph(m, b, p, true)
			continue
		}
		d.block(m, b, p)
	}
}

func (d *document) paragraph(m *markup, b Block, p place, numbered bool) {
	style := p.style
	switch {
	case b.Kind == Code:
		style = "Code"
	case p.quoted > 0:
		style = "Quote"
	case p.num > 0:
		style = "ListParagraph"
		if p.style == "Notice" {
			style = p.style
		}
	}
	m.raw(`<w:p><w:pPr>`)
	if style != "" {
		m.raw(`<w:pStyle w:val="` + style + `"/>`)
	}
	if numbered {
		m.rawf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, min(p.level, 8), p.num)
	} else if p.num > 0 {
		m.rawf(`<w:ind w:left="%d"/>`, 425*(min(p.level, 8)+1))
	}
	m.raw(`</w:pPr>`)
	d.runs(m, b.Runs, p.lang)
	m.raw(`</w:p>`)
}

func (d *document) runs(m *markup, rs []Run, lang string) {
	for _, r := range rs {
		d.run(m, r, lang)
	}
}

func (d *document) run(m *markup, r Run, lang string) {
	url := safeURL(r.URL)
	if url != "" {
		m.rawf(`<w:hyperlink r:id="rIdLink%d" w:history="1">`, d.link(url))
	}
	m.raw(`<w:r>`)
	if url != "" || r.Bold || r.Italic || (lang != "" && lang != d.l.Lang) {
		m.raw(`<w:rPr>`)
		if url != "" {
			m.raw(`<w:rStyle w:val="Hyperlink"/>`)
		}
		if r.Bold {
			m.raw(`<w:b/>`)
		}
		if r.Italic {
			m.raw(`<w:i/>`)
		}
		if lang != "" && lang != d.l.Lang {
			m.raw(`<w:lang w:val="` + lang + `"/>`)
		}
		m.raw(`</w:rPr>`)
	}
	m.raw(`<w:t xml:space="preserve">`)
	m.text(clean(r.Text))
	m.raw(`</w:t>`)
	if r.Break {
		m.raw(`<w:br/>`)
	}
	m.raw(`</w:r>`)
	if url != "" {
		m.raw(`</w:hyperlink>`)
	}
}

// escape makes cleaned text fit for XML: what XML cannot hold was dropped by clean.
func escape(s string) string { return xmlEscaper.Replace(s) }

var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")
