package chart

import "math"

// Way says which way an act points.
type Way int

// The ways. Each has its own mark, so that nobody need tell colours apart.
const (
	Neither Way = iota // a promise, or an act that goes both ways: a diamond
	Up                 // toward what was asked: a triangle that points up
	Down               // against it: a triangle that points down
)

// Act is something that was done at the place of a line, marked on it.
type Act struct {
	X        float64
	Way      Way
	Doubtful bool // not verified: hollow
	Says     string
}

// actSize is how far a mark reaches from its middle.
const actSize = 6.5

// acts marks what was done on a line, at the height that the line has then.
// What was done where the line has no height is left to the words beneath.
func acts(n int, l Line, from, to float64, atX, atY func(float64) float64) []Shape {
	var out []Shape
	for _, a := range l.Acts {
		y, ok := l.at(a.X)
		if !ok || a.X < from || a.X > to {
			continue
		}
		mark := Shape{Class: "act", N: n % Kinds, Area: true, Says: a.Says, Runs: [][]XY{outlineOf(a.Way, XY{atX(a.X), atY(y)})}}
		if a.Doubtful {
			mark.Class = "act-doubt"
		}
		out = append(out, mark)
	}
	return out
}

func outlineOf(w Way, at XY) []XY {
	const r = actSize
	switch w {
	case Up:
		return []XY{{at.X, at.Y - r}, {at.X + r, at.Y + r*0.7}, {at.X - r, at.Y + r*0.7}}
	case Down:
		return []XY{{at.X, at.Y + r}, {at.X - r, at.Y - r*0.7}, {at.X + r, at.Y - r*0.7}}
	}
	return []XY{{at.X, at.Y - r}, {at.X + r, at.Y}, {at.X, at.Y + r}, {at.X - r, at.Y}}
}

// at is the height of a line: between two points that lie on either side, or of
// the one point within half a year.
func (l Line) at(x float64) (float64, bool) {
	for i, p := range l.Points {
		if math.Abs(p.X-x) <= 0.5 && (p.X >= x && i == 0 || p.X <= x && i == len(l.Points)-1) {
			return p.Y, true
		}
		if p.X > x {
			if i == 0 {
				return 0, false
			}
			before := l.Points[i-1]
			return before.Y + (x-before.X)/(p.X-before.X)*(p.Y-before.Y), true
		}
	}
	return 0, false
}
