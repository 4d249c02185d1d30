package typeset

import "strconv"

// entry is one item of a list in columns, with what stands before it.
type entry struct {
	mark  string // a number, set right-aligned in a column of its own
	spans []span
}

// columns sets a list in two columns down each page and levels them on the last. It holds one
// page's entries at a time, so that a list may be as long as it likes.
type columns struct {
	*flow
	left, right, gutter float64
	mark                float64 // width of the marks' column, 0 for none
	size, lead, gap     float64
	waiting             []set
	full                float64 // height of what waits for the column being filled
	column              int
	outline             bool // each page gets a line in the outline, by its marks
}

// set is an entry cut into lines.
type set struct {
	entry
	p      *para
	ls     []line
	height float64
}

func (c *columns) width() float64 { return (c.right - c.left - c.gutter) / 2 }

// add takes the next entry. One taller than a page goes on in the next column.
func (c *columns) add(e entry) error {
	p := c.m.paragraph(e.spans)
	ls := c.m.lines(p, c.width()-c.mark, false)
	most := int((frameBottom - frameTop) / c.lead)
	for len(ls) > 0 {
		n := min(len(ls), most)
		if err := c.place(set{e, p, ls[:n], float64(n)*c.lead + c.gap}); err != nil {
			return err
		}
		ls = ls[n:]
		e.mark = ""
	}
	return nil
}

// place puts s behind the waiting entries, after drawing the page if that is full.
func (c *columns) place(s set) error {
	if c.full+s.height-c.gap > frameBottom-c.y {
		c.column++
		c.full = 0
	}
	tall := s.height-c.gap > frameBottom-c.y && c.y > c.top
	if c.column > 1 || tall {
		c.flush(c.split(frameBottom - c.y))
		if err := c.newPage(); err != nil {
			return err
		}
		c.column, c.full = 0, 0
	}
	c.waiting = append(c.waiting, s)
	c.full += s.height
	return nil
}

// split is how many of the waiting entries the first column takes when it is height tall.
func (c *columns) split(height float64) int {
	h := 0.0
	for i, s := range c.waiting {
		if h+s.height-c.gap > height {
			return i
		}
		h += s.height
	}
	return len(c.waiting)
}

// end draws what waits in two columns as level as the entries allow, the first the longer.
func (c *columns) end() error {
	total := 0.0
	for _, s := range c.waiting {
		total += s.height
	}
	at, h := 0, 0.0
	for at < len(c.waiting) && h < total/2-0.01 {
		h += c.waiting[at].height
		at++
	}
	// Taking the last one along may be worse than leaving it, as long as the second column still fits.
	if at > 0 {
		last := c.waiting[at-1].height
		if second := total - h + last; second <= frameBottom-c.y && second < h {
			at--
		}
	}
	if at < len(c.waiting) || at > 0 {
		c.flush(at)
	}
	return c.ctx.Err()
}

// flush draws the waiting entries, the first at of them in the first column.
func (c *columns) flush(at int) {
	if c.outline && len(c.waiting) > 0 {
		c.bookmark(c.waiting[0].mark+"–"+c.waiting[len(c.waiting)-1].mark, 1)
	}
	top := c.y
	bottom := top
	x := c.left
	for i, s := range c.waiting {
		if i == at {
			bottom = c.y
			c.y = top
			x = c.left + c.width() + c.gutter
		}
		c.drawSet(s, x)
	}
	c.y = max(bottom, c.y)
	c.waiting = c.waiting[:0]
}

func (c *columns) drawSet(s set, x float64) {
	if s.mark != "" {
		w := float64(c.m.width(sans, s.mark)) * c.size / 1000
		g := segment{text: s.mark, style: style{sans, c.size, soft, ""}, x: x + c.mark - c.size*0.75 - w, width: w}
		c.draw(g, c.y+c.size)
	}
	for _, l := range s.ls {
		c.put(s.p, l, x+c.mark, c.lead, c.size)
	}
	c.y += c.gap
}

// longList is from where on a list is set smaller, to spare paper, and paged in the outline.
const longList = 300

// signatories sets the numbered list of those who signed.
func (fl *flow) signatories(l *Letter) error {
	if len(l.Signatories) == 0 {
		return nil
	}
	if err := fl.section(l.Labels.Signatories, "label Signatories", 90); err != nil {
		return err
	}
	if l.SignatoriesNote != "" {
		fl.y -= 6
		note := form{x: textLeft, width: textWidth, size: 9.5, lead: 13.5, gap: 9, face: sans, color: soft, where: "signatories' note"}
		if err := fl.string(l.SignatoriesNote, note); err != nil {
			return err
		}
	}
	fl.hairline(fl.y)
	fl.y += 10
	c := &columns{flow: fl, left: frameLeft, right: frameRight, gutter: 16, size: 9, lead: 12, gap: 4.2}
	if len(l.Signatories) > longList {
		c.size, c.lead, c.gap, c.outline = 8, 10.4, 2.8, true
	}
	most := 0
	for i := range l.Signatories {
		most = max(most, l.Signatories[i].Number)
	}
	c.mark = float64(fl.m.width(sans, strconv.Itoa(most)))*c.size/1000 + c.size*0.75
	for i := range l.Signatories {
		if i%512 == 0 {
			if err := fl.ctx.Err(); err != nil {
				return err
			}
		}
		s := &l.Signatories[i]
		if err := c.add(entry{mark: strconv.Itoa(s.Number), spans: fl.signatory(s, c.size, c.width()-c.mark)}); err != nil {
			return err
		}
	}
	return c.end()
}

// signatory is a name in ink with its country and note in grey, the country on one line.
func (fl *flow) signatory(s *Signatory, size, width float64) []span {
	where := "signatory " + strconv.Itoa(s.Number)
	var spans []span
	add := func(text string, c color) {
		if text == "" {
			return
		}
		if len(spans) > 0 {
			text = " " + text
		}
		spans = append(spans, span{text: text, style: style{sans, size, c, ""}})
	}
	add(fl.name(s, where), ink)
	if a := fl.printable(s.Acronym, sans, where); a != "" {
		add(unbroken("("+a+")"), ink)
	}
	if c := fl.printable(s.Country, sans, where); c != "" {
		if fl.widthOf(c, sans, size) <= width {
			c = unbroken(c)
		}
		add(c, soft)
	}
	add(fl.printable(s.Note, sans, where), soft)
	return spans
}

// name is the signatory's name, or its transliteration if the fonts lack the name's script.
func (fl *flow) name(s *Signatory, where string) string {
	before := len(fl.warn.list) + fl.warn.more
	name := fl.printable(s.Name, sans, where)
	if len(fl.warn.list)+fl.warn.more == before || s.Latin == "" {
		return name
	}
	latin := fl.printable(s.Latin, sans, where)
	if fl.warn.more == 0 {
		fl.warn.list[before].Printed = latin
	}
	return latin
}
