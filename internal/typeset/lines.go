package typeset

import "strings"

// line is words[from:to] of a paragraph.
type line struct{ from, to int }

// What an uneven line costs. The fewest lines win; among those the evenest right edge.
const (
	costLine  = 10.0
	costJoint = 0.15 // ending a line inside a word
	costRunt  = 1.0  // a last line of one short word
	runt      = 0.16 // of the measure
)

// lines finds where p's lines end when it is set ragged in width points. With balance, as for
// headings, the last line counts as much as the others.
func (m *metrics) lines(p *para, width float64, balance bool) []line {
	m.chop(p, width)
	n := len(p.words)
	if n == 0 {
		return nil
	}
	// best[j] is the least cost of setting words[:j], whose last line begins at start[j].
	best := make([]float64, n+1)
	start := make([]int32, n+1)
	for j := 1; j <= n; j++ {
		last := p.words[j-1]
		ends := j == n || last.hard
		best[j] = -1
		w := last.width
		for i := j - 1; i >= 0; i-- {
			if i < j-1 {
				if p.words[i].hard {
					break
				}
				w += p.words[i].width + p.words[i].space
				if w > width+0.01 {
					break
				}
			}
			slack := max(0, (width-w)/width)
			cost := best[i] + costLine
			switch {
			case !ends || balance:
				cost += slack * slack
			case j == n && i == j-1 && i > 0 && w < runt*width:
				cost += costRunt
			}
			if !ends && last.space == 0 {
				cost += costJoint
			}
			if best[j] < 0 || cost < best[j] {
				best[j], start[j] = cost, int32(i)
			}
		}
	}
	var ls []line
	for j := n; j > 0; j = int(start[j]) {
		ls = append(ls, line{int(start[j]), j})
	}
	for i, j := 0, len(ls)-1; i < j; i, j = i+1, j-1 {
		ls[i], ls[j] = ls[j], ls[i]
	}
	return ls
}

// segment is a stretch of a line in one face and style, ready to be drawn.
type segment struct {
	text  string
	style style // with the face that prints it
	x     float64
	width float64
}

// segments lays out one line from x on.
func (p *para) segments(l line, x float64) []segment {
	var out []segment
	var b strings.Builder
	cur, curStyle := segment{x: x}, -1
	flush := func() {
		if b.Len() > 0 {
			cur.text = b.String()
			out = append(out, cur)
			x = cur.x + cur.width
			b.Reset()
		}
		cur = segment{x: x}
	}
	add := func(text string, n int, f faceID, width float64) {
		if curStyle != n || cur.style.face != f {
			flush()
			curStyle = n
			cur.style = p.styles[n]
			cur.style.face = f
		}
		b.WriteString(text)
		cur.width += width
	}
	for i := l.from; i < l.to; i++ {
		w := p.words[i]
		for _, f := range p.frags[w.from:w.to] {
			add(f.text, f.style, f.face, f.width)
		}
		if w.space > 0 && i+1 < l.to {
			n := w.spaceStyle
			f := p.styles[n].face
			if curStyle == n {
				// The space of another face of the same family is as wide; staying saves a change of font.
				if cur.style.face != f {
					flush()
					curStyle = -1
				}
			}
			add(" ", n, f, w.space)
		}
	}
	flush()
	return out
}

// width is how wide line l is, without the space at its end.
func (p *para) width(l line) float64 {
	w := 0.0
	for i := l.from; i < l.to; i++ {
		w += p.words[i].width
		if i+1 < l.to {
			w += p.words[i].space
		}
	}
	return w
}
