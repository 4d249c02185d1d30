package chart

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Kinds is how many kinds of line there are: the next begins with the first again.
const Kinds = 8

// SVG draws a scene. One that stands alone brings its own colours, for light and
// dark; another takes those of the page that it stands in.
func (s *Scene) SVG(w io.Writer, alone bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-label="%s">`, f(s.Width), f(s.Height), esc(s.Says))
	if alone {
		fmt.Fprintf(&b, "<title>%s</title><style>%s</style><rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>", esc(s.Says), style)
	}
	for _, t := range s.YTicks {
		class := "grid"
		if t.Zero {
			class = "zero"
		}
		fmt.Fprintf(&b, `<path class="%s" d="M%s %sH%s"/><text class="axis end" x="%s" y="%s">%s</text>`, class, f(s.Left), f(t.At), f(s.Right), f(s.Left-8), f(t.At+4.5), esc(t.Label))
	}
	for _, t := range s.XTicks {
		fmt.Fprintf(&b, `<text class="axis middle" x="%s" y="%s">%s</text>`, f(t.At), f(s.Bottom+22), esc(t.Label))
	}
	for _, m := range s.Markers {
		x, class := m.X+6, ""
		if !m.After {
			x, class = m.X-6, " end"
		}
		fmt.Fprintf(&b, `<path class="mark" d="M%s %sV%s"/><text class="mark-label%s" x="%s" y="%s">%s</text>`, f(m.X), f(s.Top-10), f(s.Bottom), class, f(x), f(s.Top-16), esc(m.Label))
	}
	for _, p := range s.Paths {
		s.path(&b, p)
	}
	for _, l := range s.Labels {
		if d := l.Y - l.From; d > 5 || d < -5 || s.Right-l.FromX > 1 {
			fmt.Fprintf(&b, `<path class="lead-line" d="M%s %sL%s %s"/>`, f(l.FromX+3), f(l.From), f(l.X-2), f(l.Y))
		}
		fmt.Fprintf(&b, `<text class="name k%d" x="%s" y="%s">%s</text>`, l.N%Kinds, f(l.X), f(l.Y+4.5), esc(l.Text))
	}
	b.WriteString("</svg>")
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *Scene) path(b *strings.Builder, p Path) {
	var d strings.Builder
	for _, piece := range p.Pieces {
		for i, dot := range piece {
			op := "L"
			if i == 0 {
				op = "M"
			}
			d.WriteString(op + f(dot.X) + " " + f(dot.Y))
		}
	}
	fmt.Fprintf(b, `<path class="line k%d" d="%s"/>`, p.N%Kinds, d.String())
	for _, piece := range p.Pieces {
		for _, dot := range piece {
			switch {
			case dot.Doubtful:
				fmt.Fprintf(b, `<circle class="doubt k%d" cx="%s" cy="%s" r="4"><title>%s</title></circle>`, p.N%Kinds, f(dot.X), f(dot.Y), esc(dot.Says))
			case len(piece) == 1:
				fmt.Fprintf(b, `<circle class="dot k%d" cx="%s" cy="%s" r="3"><title>%s</title></circle>`, p.N%Kinds, f(dot.X), f(dot.Y), esc(dot.Says))
			default:
				fmt.Fprintf(b, `<circle class="touch" cx="%s" cy="%s" r="7"><title>%s</title></circle>`, f(dot.X), f(dot.Y), esc(dot.Says))
			}
		}
	}
}

// style is that of a chart that stands alone.
const style = `text{font:14px "Source Sans 3","Source Sans Pro",system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;fill:#5d5950}` +
	`.paper{fill:#fbfaf6}.end{text-anchor:end}.middle{text-anchor:middle}.grid,.zero,.mark,.line,.lead-line{fill:none}.grid{stroke:#d8d2c4}.zero{stroke:#1c1b18;stroke-width:1.2}` +
	`.mark{stroke:#9a2a1f;stroke-dasharray:3 3}.mark-label{fill:#9a2a1f}.line{stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}.lead-line{stroke:#b9b3a4}.name{font-weight:600}.touch{fill:transparent}.doubt{fill:#fbfaf6;stroke-width:1.6}` +
	`.line.k0,.doubt.k0{stroke:#9a2a1f}.line.k1,.doubt.k1{stroke:#1f5f5b}.line.k2,.doubt.k2{stroke:#4a5a8a}.line.k3,.doubt.k3{stroke:#8a6210}.line.k4,.doubt.k4{stroke:#5d5950}.line.k5,.doubt.k5{stroke:#7a3b73}.line.k6,.doubt.k6{stroke:#3c6e2c}.line.k7,.doubt.k7{stroke:#1c1b18}` +
	`.name.k0,.dot.k0{fill:#9a2a1f}.name.k1,.dot.k1{fill:#1f5f5b}.name.k2,.dot.k2{fill:#4a5a8a}.name.k3,.dot.k3{fill:#8a6210}.name.k4,.dot.k4{fill:#5d5950}.name.k5,.dot.k5{fill:#7a3b73}.name.k6,.dot.k6{fill:#3c6e2c}.name.k7,.dot.k7{fill:#1c1b18}`

func f(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func itoa(n int) string { return strconv.Itoa(n) }

func esc(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
