package typeset

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The letter's text: eleven points make a measure of about 66 characters.
var bodyForm = form{
	x: textLeft, width: textWidth, size: 11, lead: 16, gap: 7.5, face: serif, color: ink, where: "text",
}

// PDF writes the letter as a PDF of A4 pages to w. It returns what could not be printed as it is
// written. Nothing is written when it returns an error, unless that came from w. The error wraps
// ErrLetter if the letter itself is at fault, and is ctx's when ctx ended.
func PDF(ctx context.Context, w io.Writer, l *Letter) ([]Warning, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	m, err := newMetrics()
	if err != nil {
		return nil, err
	}
	fl := &flow{sheet: newSheet(ctx, m), warn: &warnings{}}
	if err := fl.letter(l); err != nil {
		return nil, err
	}
	if err := fl.write(w); err != nil {
		return nil, err
	}
	return fl.warn.all(), nil
}

func (fl *flow) letter(l *Letter) error {
	fl.metadata(l)
	fl.printable(l.Labels.Page, sans, "label Page") // for the warning; the footers come last and often
	for _, part := range []func(*Letter) error{fl.head, fl.intro, fl.asks, fl.closing, fl.signatories, fl.colophon} {
		if err := part(l); err != nil {
			return err
		}
	}
	fl.footers(l)
	return fl.pdf.Error()
}

func (fl *flow) metadata(l *Letter) {
	p := fl.pdf
	p.SetTitle(basic(l.Title), true)
	p.SetLang(l.textLang())
	p.SetSubject(basic(l.Occasion), true)
	p.SetCreator("Pliego", true)
	p.SetProducer("Pliego, fpdf", true)
	p.SetCreationDate(l.Published.UTC())
	p.SetModificationDate(l.Published.UTC())
	p.SetXmpMetadata(xmp(l))
	p.SetDisplayMode("fullwidth", "continuous")
}

// xmp is the title, language and date in the form that archives read.
func xmp(l *Letter) []byte {
	esc := func(s string) string {
		var b bytes.Buffer
		xml.EscapeText(&b, []byte(clean(s))) // a bytes.Buffer does not fail
		return b.String()
	}
	return []byte(`<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + esc(l.Title) + `</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>` + l.textLang() + `</rdf:li></rdf:Bag></dc:language>
<dc:source>` + esc(l.URL) + `</dc:source>
<xmp:CreateDate>` + l.Published.UTC().Format("2006-01-02T15:04:05Z") + `</xmp:CreateDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`)
}

// head sets date, title and addressees.
func (fl *flow) head(l *Letter) error {
	if err := fl.newPage(); err != nil {
		return err
	}
	fl.y += 4 * mm
	date := form{x: textLeft, width: textWidth, size: 9.5, lead: 13.5, gap: 9, face: sans, color: soft, where: "date"}
	spans := []span{{text: fl.printable(l.DateLine, sansBold, "date"), style: style{sansBold, date.size, ink, ""}}}
	if o := fl.printable(l.Occasion, sans, "occasion"); o != "" {
		if l.DateLine != "" {
			o = " · " + o
		}
		spans = append(spans, span{text: o, style: style{sans, date.size, soft, ""}})
	}
	if err := fl.lines(spans, date); err != nil {
		return err
	}
	title := form{x: textLeft, width: textWidth, size: 27, lead: 31, gap: 15, face: serifTitle, color: ink, balance: true, where: "title"}
	if n := len([]rune(l.Title)); n > 240 {
		title.size, title.lead = 14, 18
	} else if n > 110 {
		title.size, title.lead = 20, 24
	}
	fl.bookmark(l.Title, 0)
	if err := fl.string(l.Title, title); err != nil {
		return err
	}
	fl.hairline(fl.y)
	fl.y += 8
	if len(l.AddressedTo) > 0 {
		if err := fl.addressees(l); err != nil {
			return err
		}
		fl.y += 7
		fl.hairline(fl.y)
		fl.y += 8
	}
	if len(l.Notice) > 0 {
		notice := form{x: textLeft, width: textWidth, size: 9, lead: 13, gap: 3, face: sans, color: soft, where: "notice"}
		if err := fl.blocks(l.Notice, notice); err != nil {
			return err
		}
		fl.y += 4
		fl.hairline(fl.y)
		fl.y += 8
	}
	fl.y += 10
	return nil
}

// Up to so many addressees stand one to a line, and up to so many in columns.
const (
	addresseesListed  = 5
	addresseesColumns = 16
)

// addressees sets whom the letter is put to, its label in the margin if that is wide enough.
func (fl *flow) addressees(l *Letter) error {
	f := form{x: textLeft, width: textWidth, size: 9.5, lead: 13.5, face: sans, color: ink, where: "addressee"}
	if len(l.AddressedTo) > addresseesListed {
		f.size, f.lead = 8.8, 12
	}
	lf := f
	lf.face, lf.where = sansBold, "label To"
	y := fl.y
	hangs := fl.widthOf(fl.boxed(clean(l.Labels.To), sansBold), sansBold, lf.size) < textLeft-frameLeft-6
	if hangs {
		lf.x = frameLeft
	}
	if err := fl.string(l.Labels.To, lf); err != nil {
		return err
	}
	if hangs {
		fl.y = y
	}
	if len(l.AddressedTo) <= addresseesListed {
		for _, a := range l.AddressedTo {
			if err := fl.string(a, f); err != nil {
				return err
			}
		}
		return nil
	}
	if len(l.AddressedTo) <= addresseesColumns {
		c := &columns{flow: fl, left: textLeft, right: frameRight, gutter: 14, size: f.size, lead: f.lead, gap: 1.2}
		for i, a := range l.AddressedTo {
			where := "addressee " + strconv.Itoa(i+1)
			spans := []span{{text: fl.printable(a, sans, where), style: style{sans, f.size, ink, ""}}}
			if err := c.add(entry{spans: spans}); err != nil {
				return err
			}
		}
		return c.end()
	}
	all := make([]string, len(l.AddressedTo))
	for i, a := range l.AddressedTo {
		all[i] = strings.TrimRight(a, " .;")
	}
	return fl.string(strings.Join(all, "; "), f)
}

func (fl *flow) intro(l *Letter) error { return fl.blocks(l.Intro, bodyForm) }

func (fl *flow) closing(l *Letter) error {
	if len(l.Closing) > 0 && len(l.Asks) > 0 {
		fl.y += 8
	}
	return fl.blocks(l.Closing, bodyForm)
}

// section sets the heading of one of the letter's parts, with at least follow points of it below.
func (fl *flow) section(title, where string, follow float64) error {
	f := form{x: textLeft, width: textWidth, size: 16, lead: 20, gap: 9, face: serifBold, color: ink, balance: true, where: where}
	if fl.y > fl.top {
		fl.y += 14
	}
	if err := fl.keep(f.lead + f.gap + follow); err != nil {
		return err
	}
	fl.bookmark(title, 0)
	return fl.string(title, f)
}

// asks sets each ask between hairlines, with its numeral hanging in the margin.
func (fl *flow) asks(l *Letter) error {
	if len(l.Asks) == 0 {
		return nil
	}
	if err := fl.section(l.Labels.Asks, "label Asks", 70); err != nil {
		return err
	}
	for i, a := range l.Asks {
		if err := fl.ask(a, i > 0); err != nil {
			return err
		}
	}
	fl.hairline(fl.y)
	fl.y += 6
	return nil
}

func (fl *flow) ask(a Ask, ruleAbove bool) error {
	where := fmt.Sprintf("ask %d", a.Number)
	h := form{x: textLeft, width: textWidth, size: 12.5, lead: 16.5, gap: 2, face: serifBold, color: ink, balance: true, where: where}
	var title []span
	need := 2 * bodyForm.lead
	if t := fl.printable(a.Title, h.face, where); t != "" {
		title = []span{{text: t, style: style{h.face, h.size, h.color, ""}}}
		need += fl.height(title, h) + h.gap
	}
	if fl.y+need+10 > frameBottom && fl.y > fl.top {
		// The rule below the last ask closes the list on its page.
		if ruleAbove {
			fl.hairline(fl.y)
		}
		if err := fl.newPage(); err != nil {
			return err
		}
	} else {
		fl.hairline(fl.y)
	}
	fl.y += 10
	if a.Title != "" {
		fl.bookmark(strconv.Itoa(a.Number)+". "+a.Title, 1)
	} else {
		fl.bookmark(strconv.Itoa(a.Number), 1)
	}
	first := h.size
	if title == nil {
		first = bodyForm.size
	}
	fl.numeral(a.Number, fl.y+first)
	if title != nil {
		if err := fl.lines(title, h); err != nil {
			return err
		}
	}
	body := bodyForm
	body.where, body.gap = where, 5
	if err := fl.blocks(a.Text, body); err != nil {
		return err
	}
	fl.y += 6
	return nil
}

// numeral hangs an ask's number left of its first line, whose baseline is base.
func (fl *flow) numeral(n int, base float64) {
	text := strconv.Itoa(n)
	size := 22.0
	if w := float64(fl.m.width(serif, text)) * size / 1000; w > textLeft-frameLeft-4 {
		size *= (textLeft - frameLeft - 4) / w
	}
	fl.draw(segment{text: text, style: style{serif, size, seal, ""}, x: frameLeft}, base)
}

// colophon closes the letter with its address and the hash of its text.
func (fl *flow) colophon(l *Letter) error {
	if l.URL == "" && l.TextHash == "" {
		return nil
	}
	if fl.y > fl.top {
		fl.y += 16
	}
	if err := fl.keep(64); err != nil {
		return err
	}
	fl.hairline(fl.y)
	fl.y += 9
	f := form{x: frameLeft, width: frameRight - frameLeft, size: 8.5, lead: 12, gap: 5, face: sans, color: ink, where: "address"}
	for _, row := range []struct{ label, text, url, where string }{
		{l.Labels.Address, l.URL, safeURL(l.URL), "label Address"},
		{l.Labels.Hash, l.TextHash, "", "label Hash"},
	} {
		if row.text == "" {
			continue
		}
		label := f
		label.color, label.where, label.gap = soft, row.where, 0
		if err := fl.string(row.label, label); err != nil {
			return err
		}
		text := span{text: fl.printable(row.text, sans, "address"), style: style{sans, f.size, ink, row.url}}
		if err := fl.lines([]span{text}, f); err != nil {
			return err
		}
	}
	return nil
}

// footers puts the page numbers on all pages, when their count is known, and the title on all but the first.
func (fl *flow) footers(l *Letter) {
	const size = 8.5
	pages := fl.pdf.PageCount()
	title := fl.fit(fl.boxed(clean(l.Title), sans), size, (frameRight-frameLeft)*0.75)
	for n := 1; n <= pages; n++ {
		fl.pdf.SetPage(n)
		fl.forget()
		number := fl.boxed(clean(l.Labels.pageLabel(n, pages)), sans)
		if n > 1 {
			fl.plainLine(title, sans, size, soft, frameLeft, footLine)
		}
		w := fl.widthOf(number, sans, size)
		fl.plainLine(number, sans, size, soft, frameRight-w, footLine)
	}
}

// plainLine draws text, whose faces may differ, from x on.
func (fl *flow) plainLine(text string, f faceID, size float64, c color, x, base float64) {
	p := fl.m.paragraph([]span{{text: unbroken(text), style: style{f, size, c, ""}}})
	if len(p.words) == 0 {
		return
	}
	for _, g := range p.segments(line{0, len(p.words)}, x) {
		fl.draw(g, base)
	}
}

// widthOf is how wide plainLine draws text.
func (fl *flow) widthOf(text string, f faceID, size float64) float64 {
	p := fl.m.paragraph([]span{{text: unbroken(text), style: style{f, size, soft, ""}}})
	return p.width(line{0, len(p.words)})
}

// fit shortens text at a space until it is no wider than limit.
func (fl *flow) fit(text string, size, limit float64) string {
	for fl.widthOf(text, sans, size) > limit {
		rs := []rune(strings.TrimSuffix(text, "…"))
		text = strings.TrimRight(string(rs[:len(rs)*9/10]), " ")
		if k := strings.LastIndexByte(text, ' '); k > len(text)/2 {
			text = text[:k]
		}
		text = strings.TrimRight(text, " ,;:.–-(") + "…"
	}
	return text
}
