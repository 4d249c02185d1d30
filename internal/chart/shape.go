package chart

import "math"

// XY is a place in a drawing.
type XY struct{ X, Y float64 }

// Align says which part of a word stands at its place.
type Align int

// The ways to align.
const (
	Start Align = iota
	Middle
	End
)

// Shape is one thing that is drawn: strokes, an area, a circle or a word. A
// scene is a list of them, and whoever can draw these can draw every chart.
type Shape struct {
	Class string // what it is; its look follows from that
	N     int    // of the line or the step that it belongs to; -1: none
	Runs  [][]XY // strokes, or the outlines of an area
	Area  bool   // filled
	R     float64
	Text  string
	Align Align
	Says  string // for who points at it
	Key   string // what it stands for, such as a place's code
}

func stroke(class string, n int, points ...XY) Shape {
	return Shape{Class: class, N: n, Runs: [][]XY{points}}
}

func word(class string, n int, at XY, align Align, text string) Shape {
	return Shape{Class: class, N: n, Runs: [][]XY{{at}}, Text: text, Align: align}
}

func circle(class string, n int, at XY, r float64, says string) Shape {
	return Shape{Class: class, N: n, Runs: [][]XY{{at}}, R: r, Says: says}
}

func box(class string, n int, x, y, width, height float64, says string) Shape {
	return Shape{Class: class, N: n, Area: true, Says: says, Runs: [][]XY{{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}}}
}

// Drawn gives all that a scene draws, in order.
func (s *Scene) Drawn() []Shape {
	var all []Shape
	for _, t := range s.YTicks {
		class := "grid"
		if t.Zero {
			class = "zero"
		}
		all = append(all, stroke(class, -1, XY{s.Left, t.At}, XY{s.Right, t.At}), word("axis", -1, XY{s.Left - 8, t.At + 4.5}, End, t.Label))
	}
	for _, t := range s.XTicks {
		all = append(all, word("axis", -1, XY{t.At, s.Bottom + 22}, Middle, t.Label))
	}
	for _, m := range s.Markers {
		x, align := m.X+6, Start
		if !m.After {
			x, align = m.X-6, End
		}
		all = append(all, stroke("mark", -1, XY{m.X, s.Top - 10}, XY{m.X, s.Bottom}), word("mark-label", -1, XY{x, s.Top - 16}, align, m.Label))
	}
	for _, p := range s.Paths {
		all = append(all, p.drawn()...)
	}
	all = append(all, s.Shapes...)
	for _, l := range s.Labels {
		if d := l.Y - l.From; d > 5 || d < -5 || s.Right-l.FromX > 1 {
			all = append(all, stroke("lead-line", -1, XY{l.FromX + 3, l.From}, XY{l.X - 2, l.Y}))
		}
		all = append(all, word("name", l.N%Kinds, XY{l.X, l.Y + 4.5}, Start, l.Text))
	}
	return all
}

// drawn draws a line's pieces, then its dots. A doubtful value is hollow; one
// alone is a dot; the others are touched and not seen.
func (p Path) drawn() []Shape {
	n := p.N % Kinds
	line := Shape{Class: "line", N: n}
	var dots []Shape
	for _, piece := range p.Pieces {
		run := make([]XY, len(piece))
		for i, dot := range piece {
			run[i] = XY{dot.X, dot.Y}
			class, r := "touch", 7.0
			switch {
			case dot.Doubtful:
				class, r = "doubt", 4
			case len(piece) == 1:
				class, r = "dot", 3
			}
			dots = append(dots, circle(class, n, run[i], r, dot.Says))
		}
		line.Runs = append(line.Runs, run)
	}
	if len(line.Runs) == 0 {
		return dots
	}
	return append([]Shape{line}, dots...)
}

// hatch gives level strokes across an area, step apart: a pattern that a reader
// who tells no colours apart can see, and that every drawing can draw.
func hatch(rings [][]XY, step float64) [][]XY {
	low, high := math.Inf(1), math.Inf(-1)
	for _, ring := range rings {
		for _, p := range ring {
			low, high = min(low, p.Y), max(high, p.Y)
		}
	}
	var runs [][]XY
	for y := (math.Floor(low/step) + 0.5) * step; y < high; y += step {
		for _, ring := range rings {
			xs := crossings(ring, y)
			for i := 0; i+1 < len(xs); i += 2 {
				runs = append(runs, []XY{{xs[i], y}, {xs[i+1], y}})
			}
		}
	}
	return runs
}
