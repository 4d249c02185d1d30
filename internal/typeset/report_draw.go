package typeset

import (
	"fmt"
	"math"
	"strings"

	"pliego/internal/chart"
)

// drawing collects operators that leave the page's state as it was.
type drawing struct{ b strings.Builder }

func (d *drawing) op(format string, args ...any) { fmt.Fprintf(&d.b, format+"\n", args...) }

func (d *drawing) stroke(c color, width float64) {
	d.op("%.3f %.3f %.3f RG %.2f w", float64(c[0])/255, float64(c[1])/255, float64(c[2])/255, width)
}

func (d *drawing) fill(c color) {
	d.op("%.3f %.3f %.3f rg", float64(c[0])/255, float64(c[1])/255, float64(c[2])/255)
}

// arc is the part of a circle between two angles, counted from the right against
// the clock's hands, as Bézier curves of at most a quarter each.
func (d *drawing) arc(x, y, r, from, to float64, move bool) {
	parts := int(math.Ceil((to - from) / (math.Pi/2 + 1e-9)))
	step := (to - from) / float64(parts)
	k := 4.0 / 3 * math.Tan(step/4) * r
	if move {
		d.op("%.2f %.2f m", x+r*math.Cos(from), y+r*math.Sin(from))
	}
	for n := range parts {
		a := from + float64(n)*step
		b := a + step
		d.op("%.2f %.2f %.2f %.2f %.2f %.2f c",
			x+r*math.Cos(a)-k*math.Sin(a), y+r*math.Sin(a)+k*math.Cos(a),
			x+r*math.Cos(b)+k*math.Sin(b), y+r*math.Sin(b)-k*math.Cos(b),
			x+r*math.Cos(b), y+r*math.Sin(b))
	}
}

func (d *drawing) circle(x, y, r float64) { d.arc(x, y, r, 0, 2*math.Pi, true) }

// onto puts what was collected on the page.
func (d *drawing) onto(s *sheet) { s.pdf.RawWriteStr("q\n" + d.b.String() + "Q\n") }

// sign draws a sign around a middle that is counted from the sheet's top.
func (fl *flow) sign(g Sign, x, top, r float64) {
	d := &drawing{}
	y := sheetHeight - top
	c := ink
	if g == SignBack {
		c = seal
	}
	d.stroke(c, 0.7)
	d.fill(c)
	switch g {
	case SignDot:
		d.fill(soft)
		d.circle(x, y, r*0.28)
		d.op("f")
		d.onto(fl.sheet)
		return
	case SignFull:
		d.circle(x, y, r)
		d.op("f")
	}
	d.circle(x, y, r*0.92)
	d.op("S")
	switch g {
	case SignBar:
		d.op("%.2f %.2f m %.2f %.2f l S", x-r*0.5, y, x+r*0.5, y)
	case SignPart:
		// the right quarter, as a lens between the rim and a flatter curve
		d.arc(x, y, r*0.92, -math.Pi/2, math.Pi/2, true)
		d.op("%.2f %.2f %.2f %.2f %.2f %.2f c f", x+r*0.65, y+r*0.45, x+r*0.65, y-r*0.45, x, y-r*0.92)
	case SignHalf:
		d.arc(x, y, r*0.92, -math.Pi/2, math.Pi/2, true)
		d.op("h f")
		d.arc(x, y, r*0.92, math.Pi/2, 3*math.Pi/2, true)
		d.op("%.2f %.2f %.2f %.2f %.2f %.2f c f", x-r*0.5, y-r*0.5, x-r*0.5, y+r*0.5, x, y+r*0.92)
	case SignBack:
		d.op("%.2f %.2f m %.2f %.2f l S", x-r*0.5, y, x+r*0.55, y)
		d.op("%.2f %.2f m %.2f %.2f l %.2f %.2f l S", x-r*0.1, y+r*0.42, x-r*0.55, y, x-r*0.1, y-r*0.42)
	}
	d.onto(fl.sheet)
}

// lineColors are those of a chart's lines, as on its pages.
var lineColors = [chart.Kinds]color{seal, {0x1f, 0x5f, 0x5b}, {0x4a, 0x5a, 0x8a}, {0x8a, 0x62, 0x10}, soft, {0x7a, 0x3b, 0x73}, {0x3c, 0x6e, 0x2c}, ink}

// Sizes of a report's charts, in the units of a scene.
const chartWidth, chartHeight = 720, 250

// chart draws a scene across the text's width, with its caption above and its
// source below.
func (fl *flow) chart(c *ReportChart) error {
	lines := c.Lines
	lines.Width, lines.Height = chartWidth, chartHeight
	s := lines.Lay()
	scale := textWidth / s.Width
	if err := fl.keep(s.Height*scale + 42); err != nil {
		return err
	}
	caption := smallForm
	caption.face, caption.color, caption.gap = sansBold, ink, 2
	fl.y += 4
	if err := fl.string(c.Caption, caption); err != nil {
		return err
	}
	fl.scene(s, textLeft, fl.y, scale)
	fl.y += s.Height * scale
	source := noteForm
	source.gap = 8
	return fl.string(c.Source, source)
}

// scene draws a scene with its left upper corner at x and top.
func (fl *flow) scene(s *chart.Scene, x0, top, scale float64) {
	at := func(x, y float64) (float64, float64) { return x0 + x*scale, sheetHeight - top - y*scale }
	d := &drawing{}
	for _, t := range s.YTicks {
		d.stroke(hair, 0.5)
		if t.Zero {
			d.stroke(ink, 0.7)
		}
		x, y := at(s.Left, t.At)
		right, _ := at(s.Right, t.At)
		d.op("%.2f %.2f m %.2f %.2f l S", x, y, right, y)
	}
	for _, m := range s.Markers {
		x, y := at(m.X, s.Top-10)
		_, foot := at(m.X, s.Bottom)
		d.stroke(seal, 0.6)
		d.op("[2 2] 0 d %.2f %.2f m %.2f %.2f l S [] 0 d", x, y, x, foot)
	}
	for _, p := range s.Paths {
		c := lineColors[p.N%chart.Kinds]
		d.stroke(c, 1.2)
		d.fill(c)
		d.op("1 J 1 j")
		for _, piece := range p.Pieces {
			for n, dot := range piece {
				x, y := at(dot.X, dot.Y)
				if n == 0 {
					d.op("%.2f %.2f m", x, y)
				} else {
					d.op("%.2f %.2f l", x, y)
				}
			}
			d.op("S")
			if len(piece) == 1 {
				x, y := at(piece[0].X, piece[0].Y)
				d.circle(x, y, 1.5)
				d.op("f")
			}
			for _, dot := range piece {
				if dot.Doubtful {
					x, y := at(dot.X, dot.Y)
					d.op("1 1 1 rg")
					d.circle(x, y, 2)
					d.op("B")
					d.fill(c)
				}
			}
		}
	}
	for _, l := range s.Labels {
		x, y := at(l.FromX, l.From)
		if gap := l.Y - l.From; gap > 5 || gap < -5 || s.Right-l.FromX > 1 {
			d.stroke(hair, 0.5)
			lx, ly := at(l.X-2, l.Y)
			d.op("%.2f %.2f m %.2f %.2f l S", x+2, y, lx, ly)
		}
	}
	d.onto(fl.sheet)
	size := 14 * scale
	word := func(text string, f faceID, c color, x, y, align float64) {
		text = fl.boxed(clean(text), f)
		px, py := x0+x*scale, top+(y+4.5)*scale
		fl.plainLine(text, f, size, c, px-align*fl.widthOf(text, f, size), py)
	}
	for _, t := range s.YTicks {
		word(t.Label, sans, soft, s.Left-8, t.At, 1)
	}
	for _, t := range s.XTicks {
		word(t.Label, sans, soft, t.At, s.Bottom+17.5, 0.5)
	}
	for _, m := range s.Markers {
		x, align := m.X+6, 0.0
		if !m.After {
			x, align = m.X-6, 1
		}
		word(m.Label, sans, seal, x, s.Top-20.5, align)
	}
	for _, l := range s.Labels {
		word(l.Text, sansBold, lineColors[l.N%chart.Kinds], l.X, l.Y, 0)
	}
}
