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
	class := "chart"
	if len(s.Paths) > 0 { // lines over one row of years, which a pointer reads together
		class += " lines"
	}
	fmt.Fprintf(&b, `<svg class="%s" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-label="%s">`, class, f(s.Width), f(s.Height), esc(s.Says))
	if alone {
		fmt.Fprintf(&b, "<title>%s</title><style>%s</style><rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>", esc(s.Says), style)
	}
	for _, shape := range s.Drawn() {
		shape.svg(&b)
	}
	b.WriteString("</svg>")
	_, err := io.WriteString(w, b.String())
	return err
}

func (s Shape) svg(b *strings.Builder) {
	class := s.Class
	if s.N >= 0 {
		class += " k" + itoa(s.N)
	}
	if s.Text != "" {
		class += [...]string{"", " middle", " end"}[s.Align]
		fmt.Fprintf(b, `<text class="%s" x="%s" y="%s">%s</text>`, class, f(s.Runs[0][0].X), f(s.Runs[0][0].Y), esc(s.Text))
		return
	}
	tag := "path"
	if s.R > 0 {
		tag = "circle"
		fmt.Fprintf(b, `<circle class="%s" cx="%s" cy="%s" r="%s"`, class, f(s.Runs[0][0].X), f(s.Runs[0][0].Y), f(s.R))
	} else {
		fmt.Fprintf(b, `<path class="%s" d="`, class)
		for _, run := range s.Runs {
			for i, p := range run {
				op := "L"
				if i == 0 {
					op = "M"
				}
				b.WriteString(op)
				b.WriteString(f(p.X))
				b.WriteByte(' ')
				b.WriteString(f(p.Y))
			}
			if s.Area {
				b.WriteByte('Z')
			}
		}
		b.WriteByte('"')
	}
	if s.Says == "" {
		b.WriteString("/>")
		return
	}
	fmt.Fprintf(b, "><title>%s</title></%s>", esc(s.Says), tag)
}

// style is that of a chart that stands alone.
var style = `text{font:14px "Source Sans 3","Source Sans Pro",system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;fill:` + soft + `}` +
	`.paper{fill:` + paper + `}.end{text-anchor:end}.middle{text-anchor:middle}.grid,.zero,.mark,.line,.lead-line,.hatch,.frame,.break{fill:none}.grid{stroke:#d8d2c4}.zero{stroke:` + ink + `;stroke-width:1.2}` +
	`.mark{stroke:` + colors[0] + `;stroke-dasharray:3 3}.mark-label{fill:` + colors[0] + `}.line{stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}.lead-line,.frame{stroke:#b9b3a4}.name,.head{font-weight:600}.head{fill:` + ink + `}.touch{fill:transparent}.doubt,.act-doubt{fill:` + paper + `;stroke-width:1.6}.act{stroke:` + paper + `}` +
	`.land{fill:#e6e1d4;stroke:` + paper + `;stroke-width:.8}.step{stroke:` + paper + `;stroke-width:.8;fill:` + shade + `}.dotted{fill:none;stroke:` + soft + `}.hatch{stroke:` + ink + `;stroke-width:.7;stroke-opacity:.45}.frame{stroke-width:1}.break{stroke:` + soft + `;stroke-width:1.6}.bar{fill:` + shade + `}` +
	kinds()

func kinds() string {
	var b strings.Builder
	for n, c := range colors {
		fmt.Fprintf(&b, ".line.k%d,.doubt.k%d,.act-doubt.k%d{stroke:%s}.name.k%d,.dot.k%d,.act.k%d{fill:%s}", n, n, n, c, n, n, n, c)
	}
	for n, o := range opacities {
		fmt.Fprintf(&b, ".step.k%d{fill-opacity:%g}", n, o)
	}
	return b.String()
}

func f(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func itoa(n int) string { return strconv.Itoa(n) }

func esc(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
