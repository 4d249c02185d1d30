package typeset

// cut is how large a table's cells are set.
type cut struct {
	size, lead float64
	pad        float64 // above and below
	gap        float64 // between columns
}

var (
	plainCut  = cut{size: 7.8, lead: 9.8, pad: 3.6, gap: 6}
	narrowCut = cut{size: 6.9, lead: 8.7, pad: 3, gap: 4} // of many columns
	manyHeads = 6
)

// table sets a table across the frame. Its heads stand again on every page.
func (fl *flow) table(t *Table) error {
	c := plainCut
	if len(t.Heads) >= manyHeads {
		c = narrowCut
	}
	total := 0.0
	for _, w := range t.Widths {
		total += w
	}
	if total <= 0 {
		return bad("table "+t.Caption, "has no width")
	}
	x, width := make([]float64, len(t.Widths)), make([]float64, len(t.Widths))
	at := frameLeft
	for n, w := range t.Widths {
		x[n], width[n] = at, w/total*(frameRight-frameLeft)-c.gap
		at += w / total * (frameRight - frameLeft)
	}
	heads := make([]Cell, len(t.Heads))
	for n, h := range t.Heads {
		heads[n] = Cell{Text: h, Bold: true}
	}
	head := func() {
		fl.hairline(fl.y)
		fl.row(c, fl.cells(c, heads, width), x)
		fl.line(frameLeft, fl.y, frameRight, 0.8, ink)
	}
	if err := fl.keep(60); err != nil {
		return err
	}
	head()
	for _, r := range t.Rows {
		cells := fl.cells(c, r, width)
		if fl.y+c.height(cells) > frameBottom && fl.y > fl.top {
			if err := fl.newPage(); err != nil {
				return err
			}
			head()
		}
		fl.row(c, cells, x)
		fl.hairline(fl.y)
	}
	fl.y += 9
	return nil
}

// setCell is a cell cut into lines.
type setCell struct {
	sign Sign
	p    *para
	ls   []line
	in   float64 // room for the sign
}

func (fl *flow) cells(c cut, row []Cell, width []float64) []setCell {
	out := make([]setCell, len(row))
	for n, x := range row {
		face := sans
		if x.Bold {
			face = sansBold
		}
		spans := []span{{text: fl.printable(x.Text, face, "table"), style: style{face, c.size, ink, safeURL(x.URL)}}}
		if x.Quiet != "" {
			quiet := x.Quiet
			if x.Text != "" {
				quiet = " " + quiet
			}
			spans = append(spans, span{text: fl.printable(quiet, sans, "table"), style: style{sans, c.size, soft, ""}})
		}
		if x.Sign != SignNone {
			out[n].in = c.size + 2.5
		}
		out[n].sign, out[n].p = x.Sign, fl.m.paragraph(spans)
		out[n].ls = fl.m.lines(out[n].p, max(10, width[n]-out[n].in), false)
	}
	return out
}

func (c cut) height(cells []setCell) float64 {
	most := 1
	for _, x := range cells {
		most = max(most, len(x.ls))
	}
	return float64(most)*c.lead + 2*c.pad
}

// row draws cells whose left edges are x and moves below them.
func (fl *flow) row(c cut, cells []setCell, x []float64) {
	top, height := fl.y, c.height(cells)
	for n, cell := range cells {
		fl.y = top + c.pad
		if cell.sign != SignNone {
			r := c.size * 0.46
			fl.sign(cell.sign, x[n]+r, fl.y+c.size*0.64, r)
		}
		for _, l := range cell.ls {
			fl.put(cell.p, l, x[n]+cell.in, c.lead, c.size)
		}
	}
	fl.y = top + height
}
