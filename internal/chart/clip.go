package chart

import "slices"

// crossings are where a closed outline crosses a level, from left to right.
func crossings(ring []XY, y float64) []float64 {
	var xs []float64
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a.Y > y) != (b.Y > y) {
			xs = append(xs, a.X+(y-a.Y)/(b.Y-a.Y)*(b.X-a.X))
		}
	}
	slices.Sort(xs)
	return xs
}

// clip cuts an outline at the edges of a window (Sutherland and Hodgman).
func clip(ring []XY, w window) []XY {
	for _, edge := range []struct {
		within func(XY) bool
		cut    func(a, b XY) XY
	}{
		{func(p XY) bool { return p.X >= w.left }, func(a, b XY) XY { return atX(a, b, w.left) }},
		{func(p XY) bool { return p.X <= w.right }, func(a, b XY) XY { return atX(a, b, w.right) }},
		{func(p XY) bool { return p.Y >= w.top }, func(a, b XY) XY { return atY(a, b, w.top) }},
		{func(p XY) bool { return p.Y <= w.bottom }, func(a, b XY) XY { return atY(a, b, w.bottom) }},
	} {
		var out []XY
		for i, p := range ring {
			before := ring[(i+len(ring)-1)%len(ring)]
			switch in, was := edge.within(p), edge.within(before); {
			case in && was:
				out = append(out, p)
			case in:
				out = append(out, edge.cut(before, p), p)
			case was:
				out = append(out, edge.cut(before, p))
			}
		}
		ring = out
	}
	return ring
}

func atX(a, b XY, x float64) XY { return XY{x, a.Y + (x-a.X)/(b.X-a.X)*(b.Y-a.Y)} }

func atY(a, b XY, y float64) XY { return XY{a.X + (y-a.Y)/(b.Y-a.Y)*(b.X-a.X), y} }
