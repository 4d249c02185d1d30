// Package chart lays out charts and draws them. It knows numbers and labels
// alone: what they mean is its callers' business. A chart is laid out once, as a
// Scene, and drawn from that.
package chart

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"
)

// Point is one value of a line. X counts years.
type Point struct {
	X, Y     float64
	Doubtful bool // shown, and marked
}

// Line is a series of points by X. Where a year is missing the line has a gap.
type Line struct {
	Name   string
	Points []Point
	Breaks []int // the first year of each new way to measure: the line stops before it
	Acts   []Act // what was done there
	Bare   bool  // its end tells the value alone: who reads the chart knows whose line it is
}

// Marker is a day that the chart points out.
type Marker struct {
	X     float64
	Label string
}

// Lines is a line chart.
type Lines struct {
	Says          string // what it shows, for who hears it
	Lines         []Line
	Markers       []Marker
	From, To      int                  // the years shown
	Width, Height float64              // in the units of the drawing
	Whole         bool                 // counts: no axis has a half
	Format        func(float64) string // writes a value in the reader's language
	Axis          func(v float64, digits int) string
}

// Sizes of the drawing, in its units; type is 14 of them high.
const (
	labelStep = 17.0 // between the middles of two labels, so that none touch
	letter    = 7.6  // the widest that a letter of a label is on average
	top       = 36.0
	bottom    = 34.0
)

// Scene is a chart laid out.
type Scene struct {
	Says                     string
	Width, Height            float64
	Left, Right, Top, Bottom float64 // of the frame
	YTicks, XTicks           []Tick
	Paths                    []Path
	Labels                   []Label
	Markers                  []MarkerAt
	Shapes                   []Shape // what there is besides; all of other charts than lines
}

// Tick is a value of an axis and its place.
type Tick struct {
	At    float64
	Label string
	Zero  bool
}

// Path is a line's pieces: each is drawn through; one of a single point is a dot.
type Path struct {
	N      int // of the line, from 0
	Pieces [][]Dot
}

// Dot is a point's place.
type Dot struct {
	X, Y     float64
	Doubtful bool
	Says     string
}

// Label names a line at its end; FromX and From are where the end is.
type Label struct {
	N           int
	X, Y        float64
	FromX, From float64
	Text        string
}

// MarkerAt is a marker's place; its label stands on the side with room.
type MarkerAt struct {
	X     float64
	Label string
	After bool
}

// Lay lays a chart out. A chart without points has a frame and says so.
func (c Lines) Lay() *Scene {
	s := &Scene{Says: c.Says, Width: c.Width, Height: c.Height, Top: top, Bottom: c.Height - bottom}
	if c.To <= c.From { // one year stands in the middle of three
		c.From, c.To = c.From-1, c.From+1
	}
	from, to := float64(c.From), float64(c.To)
	highest, widest := 0.0, 0
	lowest := 0.0
	for _, l := range c.Lines {
		for _, p := range l.Points {
			highest, lowest = max(highest, p.Y), min(lowest, p.Y)
		}
		if n := len(l.Points); n > 0 {
			widest = max(widest, utf8.RuneCountInString(label(l, c.Format)))
		}
	}
	step := niceStep((highest - lowest) / 6)
	if c.Whole && step < 1 {
		step = 1
	} else if c.Whole && step == 2.5 {
		step = 5
	}
	y0, y1 := math.Floor(lowest/step)*step, math.Ceil(highest/step)*step
	if y1 <= y0 {
		y1 = y0 + step
	}
	tickWidth := 0
	for v := y0; v <= y1+step/2; v += step {
		tickWidth = max(tickWidth, utf8.RuneCountInString(c.Axis(v, digits(step))))
	}
	s.Left = 14 + letter*float64(tickWidth)
	s.Right = max(s.Left+c.Width/3, c.Width-16-letter*float64(widest))
	atX := func(x float64) float64 { return s.Left + (x-from)/(to-from)*(s.Right-s.Left) }
	atY := func(y float64) float64 { return s.Bottom - (y-y0)/(y1-y0)*(s.Bottom-s.Top) }
	for n := 0; y0+float64(n)*step <= y1+step/2; n++ {
		v := y0 + float64(n)*step
		s.YTicks = append(s.YTicks, Tick{atY(v), c.Axis(v, digits(step)), n == 0})
	}
	s.XTicks = years(c.From, c.To, s.Right-s.Left, atX)
	for n, l := range c.Lines {
		s.Paths = append(s.Paths, path(n, l, atX, atY, c.Format))
		if len(l.Points) > 0 {
			last := l.Points[len(l.Points)-1]
			s.Labels = append(s.Labels, Label{N: n, X: s.Right + 10, Y: atY(last.Y), FromX: atX(last.X), From: atY(last.Y), Text: label(l, c.Format)})
		}
	}
	spread(s.Labels, s.Top, s.Bottom)
	for n, l := range c.Lines {
		s.Shapes = append(s.Shapes, breaks(l, atX, atY)...)
		s.Shapes = append(s.Shapes, acts(n, l, from, to, atX, atY)...)
	}
	for _, m := range c.Markers {
		if m.X < from || m.X > to {
			continue
		}
		x := atX(m.X)
		s.Markers = append(s.Markers, MarkerAt{x, m.Label, x+8+letter*float64(utf8.RuneCountInString(m.Label)) < c.Width})
	}
	return s
}

// breaks are two short strokes across where a line stops and begins anew.
func breaks(l Line, atX, atY func(float64) float64) []Shape {
	var out []Shape
	for i := 1; i < len(l.Points); i++ {
		a, b := l.Points[i-1], l.Points[i]
		if !slices.Contains(l.Breaks, int(b.X)) || b.X-a.X > 1.01 {
			continue
		}
		x, y := atX((a.X+b.X)/2), atY((a.Y+b.Y)/2)
		out = append(out, Shape{Class: "break", N: -1, Runs: [][]XY{{{x - 4, y + 6}, {x, y - 6}}, {{x + 1, y + 6}, {x + 5, y - 6}}}})
	}
	return out
}

func label(l Line, format func(float64) string) string {
	last := format(l.Points[len(l.Points)-1].Y)
	if l.Bare {
		return last
	}
	return l.Name + " " + last
}

// digits is how many decimals tell the ticks of a step apart.
func digits(step float64) int {
	for n := range 4 {
		if x := step * math.Pow10(n); math.Abs(x-math.Round(x)) < 1e-9 {
			return n
		}
	}
	return 4
}

// niceStep is the least of 1, 2, 2.5 and 5 times a power of ten that is no less.
func niceStep(least float64) float64 {
	if least <= 0 || math.IsNaN(least) || math.IsInf(least, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= least {
			return m * power
		}
	}
	return 10 * power
}

// years are the ticks of the X axis, as many as have room.
func years(from, to int, width float64, at func(float64) float64) []Tick {
	step := 1
	for _, step = range []int{1, 2, 5, 10, 20, 50, 100} {
		if float64((to-from)/step+1)*52 <= width {
			break
		}
	}
	var ticks []Tick
	for y := (from + step - 1) / step * step; y <= to; y += step {
		ticks = append(ticks, Tick{At: at(float64(y)), Label: itoa(y)})
	}
	return ticks
}

func path(n int, l Line, atX, atY func(float64) float64, format func(float64) string) Path {
	p := Path{N: n}
	for i, point := range l.Points {
		if i == 0 || point.X-l.Points[i-1].X > 1.01 || slices.Contains(l.Breaks, int(point.X)) {
			p.Pieces = append(p.Pieces, nil)
		}
		last := len(p.Pieces) - 1
		p.Pieces[last] = append(p.Pieces[last], Dot{atX(point.X), atY(point.Y), point.Doubtful, l.Name + ", " + itoa(int(point.X)) + ": " + format(point.Y)})
	}
	return p
}

// spread moves labels apart so that none lies on another, within the frame and
// as near to their lines' ends as that allows.
func spread(labels []Label, top, bottom float64) {
	order := make([]int, len(labels))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(labels[a].From, labels[b].From), cmp.Compare(labels[a].Text, labels[b].Text))
	})
	step := labelStep
	if n := len(labels); n > 1 {
		step = min(step, (bottom-top)/float64(n-1))
	}
	at := top
	for _, i := range order { // down from the top
		labels[i].Y = max(labels[i].From, at)
		at = labels[i].Y + step
	}
	at = bottom
	for k := len(order) - 1; k >= 0; k-- { // and back up from the bottom
		i := order[k]
		labels[i].Y = min(labels[i].Y, at)
		at = labels[i].Y - step
	}
}
