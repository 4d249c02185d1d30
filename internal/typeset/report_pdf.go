package typeset

import (
	"context"
	"io"
	"strconv"
)

// A report's text is smaller than a letter's: it is looked up more than read through.
var (
	reportForm = form{x: textLeft, width: textWidth, size: 10.5, lead: 15, gap: 6.5, face: serif, color: ink, where: "report"}
	smallForm  = form{x: textLeft, width: textWidth, size: 8.8, lead: 12.2, gap: 4, face: sans, color: soft, where: "report"}
	noteForm   = form{x: textLeft, width: textWidth, size: 7.6, lead: 10, gap: 2, face: sans, color: soft, where: "note"}
)

// ReportPDF writes a report as a PDF of A4 pages to w, with what PDF promises.
func ReportPDF(ctx context.Context, w io.Writer, r *Report) ([]Warning, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	m, err := newMetrics()
	if err != nil {
		return nil, err
	}
	fl := &flow{sheet: newSheet(ctx, m), warn: &warnings{}}
	if err := fl.report(r); err != nil {
		return nil, err
	}
	if err := fl.write(w); err != nil {
		return nil, err
	}
	return fl.warn.all(), nil
}

func (fl *flow) report(r *Report) error {
	l := r.shell()
	fl.metadata(l)
	fl.printable(l.Labels.Page, sans, "label Page")
	toc, err := fl.front(r)
	if err != nil {
		return err
	}
	if err := fl.newPage(); err != nil {
		return err
	}
	pages := make([]int, len(r.Sections))
	for n, s := range r.Sections {
		if err := fl.reportSection(r, s, toc.links[n]); err != nil {
			return err
		}
		pages[n] = fl.sectionPage
	}
	if err := fl.colophon(l); err != nil {
		return err
	}
	fl.fillContents(toc, pages)
	fl.footers(l)
	return fl.pdf.Error()
}

// contents is where the list of sections stands, whose page numbers come last.
type contents struct {
	at    []contentsLine
	links []int
}

type contentsLine struct {
	page         int
	right, base  float64
	size         float64
	left, top, h float64
}

// front sets the first page: title, facts and contents.
func (fl *flow) front(r *Report) (*contents, error) {
	if err := fl.newPage(); err != nil {
		return nil, err
	}
	fl.y += 10 * mm
	kicker := form{x: textLeft, width: textWidth, size: 10, lead: 14, gap: 9, face: sansBold, color: seal, where: "kicker"}
	title := form{x: textLeft, width: textWidth, size: 25, lead: 29, gap: 16, face: serifTitle, color: ink, balance: true, where: "title"}
	if len([]rune(r.Title)) > 110 {
		title.size, title.lead = 19, 23
	}
	if err := fl.string(r.Kicker, kicker); err != nil {
		return nil, err
	}
	fl.bookmark(r.Title, 0)
	if err := fl.string(r.Title, title); err != nil {
		return nil, err
	}
	fl.hairline(fl.y)
	fl.y += 9
	for _, f := range r.Facts {
		line := form{x: textLeft, width: textWidth, size: 9.2, lead: 13, gap: 2.5, face: sans, color: ink, where: "fact"}
		spans := []span{
			{text: fl.printable(f.Label, sans, "fact") + "  ", style: style{sans, line.size, soft, ""}},
			{text: fl.printable(f.Text, sans, "fact"), style: style{sans, line.size, ink, safeURL(f.URL)}},
		}
		if err := fl.lines(spans, line); err != nil {
			return nil, err
		}
	}
	fl.y += 6
	fl.hairline(fl.y)
	fl.y += 14
	if len(r.Intro) > 0 {
		if err := fl.blocks(r.Intro, reportForm); err != nil {
			return nil, err
		}
		fl.y += 10
	}
	return fl.contentsList(r)
}

// contentsList sets the titles and keeps room for the page numbers. Sections that
// would not fit on the first page are left to the outline.
func (fl *flow) contentsList(r *Report) (*contents, error) {
	toc := &contents{at: make([]contentsLine, len(r.Sections)), links: make([]int, len(r.Sections))}
	for n := range toc.links {
		toc.links[n] = fl.pdf.AddLink()
	}
	head := form{x: textLeft, width: textWidth, size: 12.5, lead: 16.5, gap: 6, face: serifBold, color: ink, where: "label Contents"}
	if err := fl.string(r.Labels.Contents, head); err != nil {
		return nil, err
	}
	put := func(n int, x, right, size, lead float64) {
		title := fl.fit(fl.boxed(clean(r.Sections[n].Title), sans), size, right-x-26)
		fl.plainLine(title, sans, size, ink, x, fl.y+size)
		toc.at[n] = contentsLine{page: fl.pdf.PageNo(), right: right, base: fl.y + size, size: size, left: x, top: fl.y, h: lead}
		fl.y += lead
	}
	var minor []int
	for n, s := range r.Sections {
		if s.Minor {
			minor = append(minor, n)
		} else if fl.y+15 <= frameBottom {
			put(n, textLeft, frameRight, 9.8, 15)
		}
	}
	fl.y += 5
	top := fl.y
	half := (len(minor) + 1) / 2
	width := (textWidth - 16) / 2
	for i, n := range minor {
		x := textLeft
		if i >= half {
			x += width + 16
		}
		if i == half {
			fl.y = top
		}
		if fl.y+12 <= frameBottom {
			put(n, x, x+width, 8.6, 12)
		}
	}
	return toc, nil
}

// fillContents writes the page numbers, now that they are known.
func (fl *flow) fillContents(toc *contents, pages []int) {
	for n, at := range toc.at {
		if at.page == 0 {
			continue
		}
		fl.pdf.SetPage(at.page)
		fl.forget()
		number := strconv.Itoa(pages[n])
		fl.plainLine(number, sans, at.size, soft, at.right-fl.widthOf(number, sans, at.size), at.base)
		fl.pdf.Link(at.left, at.top, at.right-at.left, at.h, toc.links[n])
	}
	fl.pdf.SetPage(fl.pdf.PageCount())
	fl.forget()
}

func (fl *flow) reportSection(r *Report, s Section, link int) error {
	h := form{x: textLeft, width: textWidth, size: 17, lead: 21, gap: 8, face: serifBold, color: ink, balance: true, where: "section"}
	if s.Minor {
		h.size, h.lead, h.gap = 14.5, 18, 6
	}
	switch {
	case s.Fresh && fl.y > fl.top:
		if err := fl.newPage(); err != nil {
			return err
		}
	case fl.y > fl.top:
		fl.y += 20
		if err := fl.keep(150); err != nil {
			return err
		}
		if fl.y > fl.top {
			fl.hairline(fl.y)
			fl.y += 12
		}
	}
	fl.sectionPage = fl.pdf.PageNo()
	fl.pdf.SetLink(link, max(0, fl.y-8), fl.sectionPage)
	level := 0
	if s.Minor {
		level = 1
	}
	fl.bookmark(s.Title, level)
	if err := fl.string(s.Title, h); err != nil {
		return err
	}
	urls := map[int]string{}
	for _, n := range s.Notes {
		urls[n.N] = safeURL(n.URL)
	}
	for _, p := range s.Parts {
		if err := fl.part(p, urls); err != nil {
			return err
		}
	}
	return fl.notes(r, s)
}

func (fl *flow) part(p Part, urls map[int]string) error {
	switch {
	case p.Heading != "":
		h := form{x: textLeft, width: textWidth, size: 12, lead: 15.5, gap: 4, face: serifBold, color: ink, balance: true, where: "heading"}
		fl.y += 8
		if err := fl.keep(h.lead + 48); err != nil {
			return err
		}
		return fl.string(p.Heading, h)
	case p.Text != nil:
		return fl.blocks(p.Text, reportForm)
	case p.Small != nil:
		return fl.blocks(p.Small, smallForm)
	case p.Table != nil:
		return fl.table(p.Table)
	case p.Chart != nil:
		return fl.chart(p.Chart)
	case p.Entry != nil:
		return fl.entry(p.Entry, urls)
	}
	return nil
}

// entry sets one thing that happened, its sign hanging in the margin.
func (fl *flow) entry(e *Entry, urls map[int]string) error {
	when := form{x: textLeft, width: textWidth, size: 8.6, lead: 12, gap: 0, face: sans, color: soft, where: e.Title}
	head := form{x: textLeft, width: textWidth, size: 10.3, lead: 14, gap: 1, face: serifBold, color: ink, where: e.Title}
	body := reportForm
	body.size, body.lead, body.gap, body.where = 9.8, 13.6, 1, e.Title
	line := e.When
	for _, more := range []string{e.Kind, e.Told} {
		if more != "" {
			line += " · " + more
		}
	}
	title := []span{{text: fl.printable(e.Title, head.face, head.where), style: style{head.face, head.size, head.color, ""}}}
	for _, n := range e.Notes {
		title = append(title, span{text: "\u00a0" + strconv.Itoa(n), style: style{sans, 7, seal, urls[n]}})
	}
	if err := fl.keep(when.lead + fl.height(title, head) + 3*body.lead); err != nil {
		return err
	}
	if e.Mark != "" {
		c := seal
		if e.Class == "toward" {
			c = ink
		}
		w := fl.widthOf(e.Mark, sansBold, 13)
		fl.plainLine(e.Mark, sansBold, 13, c, textLeft-8-w, fl.y+when.lead+head.size)
	}
	if err := fl.string(line, when); err != nil {
		return err
	}
	if err := fl.lines(title, head); err != nil {
		return err
	}
	if e.Text != "" {
		if err := fl.string(e.Text, body); err != nil {
			return err
		}
	}
	if e.Warn != "" {
		warn := when
		warn.color = seal
		if err := fl.string(e.Warn, warn); err != nil {
			return err
		}
	}
	for _, x := range e.Beside {
		if err := fl.string(x, when); err != nil {
			return err
		}
	}
	fl.y += 6
	return nil
}

// notes sets a section's sources below it.
func (fl *flow) notes(r *Report, s Section) error {
	if len(s.Notes) == 0 {
		return nil
	}
	fl.y += 6
	if err := fl.keep(40); err != nil {
		return err
	}
	fl.line(textLeft, fl.y, textLeft+30*mm, 0.5, hair)
	fl.y += 6
	h := noteForm
	h.face = sansBold
	if err := fl.string(r.Labels.Notes, h); err != nil {
		return err
	}
	in := noteForm
	in.x, in.width = in.x+18, in.width-18
	for _, n := range s.Notes {
		if err := fl.keep(2 * in.lead); err != nil {
			return err
		}
		mark := strconv.Itoa(n.N)
		fl.plainLine(mark, sans, in.size, soft, in.x-5-fl.widthOf(mark, sans, in.size), fl.y+in.size)
		spans := []span{{text: fl.printable(n.Text, sans, "note"), style: style{sans, in.size, soft, ""}}}
		if u := safeURL(n.URL); u != "" {
			spans = append(spans, span{text: " " + fl.printable(n.URL, sans, "note"), style: style{sans, in.size, ink, u}})
		}
		if err := fl.lines(spans, in); err != nil {
			return err
		}
	}
	return nil
}
