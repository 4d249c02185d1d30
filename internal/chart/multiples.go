package chart

import (
	"math"
	"unicode/utf8"
)

// Multiples are small line charts side by side, on one scale.
type Multiples struct {
	Says     string
	Lines    []Line
	Markers  []Marker // drawn in each, named once
	From, To int
	Columns  int
	Width    float64
	Format   func(float64) string
	Axis     func(v float64, digits int) string
}

// Sizes of one of the small charts.
const (
	smallHeight = 136.0
	smallHead   = 24.0
	smallFoot   = 30.0
	smallGap    = 22.0
)

// Rows is how high a number of small charts is.
func (c Multiples) Rows() int {
	columns := max(1, c.Columns)
	return max(1, (len(c.Lines)+columns-1)/columns)
}

// Lay lays small multiples out. Each has its name, its line, its latest value,
// the first and the last year; the scale is written at the left of each row.
func (c Multiples) Lay() *Scene {
	columns := max(1, c.Columns)
	s := &Scene{Says: c.Says, Width: c.Width, Height: float64(c.Rows()) * smallHeight, Left: 0, Right: c.Width, Top: 0}
	s.Bottom = s.Height
	from, to := float64(c.From), float64(c.To)
	if to <= from {
		to = from + 1
	}
	lowest, highest := 0.0, 0.0
	for _, l := range c.Lines {
		for _, p := range l.Points {
			lowest, highest = min(lowest, p.Y), max(highest, p.Y)
		}
	}
	step := niceStep((highest - lowest) / 2)
	y0, y1 := math.Floor(lowest/step)*step, math.Ceil(highest/step)*step
	if y1 <= y0 {
		y1 = y0 + step
	}
	scale := 0
	for v := y0; v <= y1+step/2; v += step {
		scale = max(scale, utf8.RuneCountInString(c.Axis(v, digits(step))))
	}
	margin := 12 + letter*float64(scale)
	width := (c.Width - margin - smallGap*float64(columns-1)) / float64(columns)
	for n, l := range c.Lines {
		left := margin + float64(n%columns)*(width+smallGap)
		top := float64(n/columns) * smallHeight
		head, foot := top+smallHead, top+smallHeight-smallFoot
		atX := func(x float64) float64 { return left + (x-from)/(to-from)*width }
		atY := func(y float64) float64 { return foot - (y-y0)/(y1-y0)*(foot-head) }
		for k := 0; y0+float64(k)*step <= y1+step/2; k++ {
			y := atY(y0 + float64(k)*step)
			class := "grid"
			if k == 0 {
				class = "zero"
			}
			s.Shapes = append(s.Shapes, stroke(class, -1, XY{left, y}, XY{left + width, y}))
			if n%columns == 0 {
				s.Shapes = append(s.Shapes, word("axis", -1, XY{margin - 8, y + 4.5}, End, c.Axis(y0+float64(k)*step, digits(step))))
			}
		}
		for _, m := range c.Markers {
			if m.X >= from && m.X <= to {
				s.Shapes = append(s.Shapes, stroke("mark", -1, XY{atX(m.X), head}, XY{atX(m.X), foot}))
			}
		}
		s.Shapes = append(s.Shapes, word("axis", -1, XY{left, foot + 17}, Start, itoa(c.From)), word("axis", -1, XY{left + width, foot + 17}, End, itoa(int(to))))
		name := l.Name
		if len(l.Points) > 0 {
			last := c.Format(l.Points[len(l.Points)-1].Y)
			name = cut(name, int(width/letter)-utf8.RuneCountInString(last)-1)
			s.Shapes = append(s.Shapes, word("name", 0, XY{left + width, top + 16}, End, last))
		}
		s.Shapes = append(s.Shapes, word("head", -1, XY{left, top + 16}, Start, name))
		p := path(n, l, atX, atY, c.Format)
		p.N = 0
		s.Shapes = append(s.Shapes, p.drawn()...)
	}
	return s
}
