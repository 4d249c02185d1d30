package chart

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed americas.tsv
var americasTSV string

// outline is a country's shape, or that of land without a name.
type outline struct {
	code  string // "" of land without a name
	rings [][]XY
}

// americas reads the shapes once.
var americas = sync.OnceValue(func() []outline {
	var all []outline
	for line := range strings.Lines(americasTSV) {
		code, shape, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		o := outline{code: strings.Trim(code, "-")}
		for ring := range strings.SplitSeq(shape, ";") {
			var points []XY
			for point := range strings.FieldsSeq(ring) {
				x, y, _ := strings.Cut(point, ",")
				points = append(points, XY{number(x), number(y)})
			}
			o.rings = append(o.rings, points)
		}
		all = append(all, o)
	}
	return all
})

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic("chart: americas.tsv holds " + strconv.Quote(s))
	}
	return v
}

// OnMap tells whether a country has a shape.
func OnMap(code string) bool {
	return slices.ContainsFunc(americas(), func(o outline) bool { return o.code == code && code != "" })
}

// Region is what a map tells of one country.
type Region struct {
	Name  string
	Value float64
	When  string
	Step  int  // of the legend, from 0
	None  bool // nothing is known
}

// Map is a map of the Americas in steps of one shade, each with a pattern and
// words; the Caribbean is drawn again, larger, with the names of its States.
type Map struct {
	Says    string
	Regions map[string]Region // by code
	Legend  []string          // of the steps, the lowest first
	Nothing string            // what land without a figure is called
	Inset   string            // what the larger drawing is called
	Width   float64
	Height  float64 // of a wide map; one below another takes what it needs
	Format  func(float64) string
}

// window is a part of the sheet that the shapes are drawn on.
type window struct{ left, top, right, bottom float64 }

var (
	whole     = window{12000, -7200, 78600, 87000}
	caribbean = window{40700, 30000, 61900, 42600}
)

const legendStep = 24.0

// Lay lays a map out: beside each other where there is room, else below.
func (c Map) Lay() *Scene {
	s := &Scene{Says: c.Says, Width: c.Width, Height: c.Height, Right: c.Width, Bottom: c.Height}
	legend := legendStep*float64(len(c.Legend)+1) + 8
	main, inset := window{right: c.Width}, window{}
	key := XY{}
	if c.Width > 600 {
		main.bottom = c.Height
		main.right = (whole.right - whole.left) / (whole.bottom - whole.top) * c.Height
		inset = window{main.right + 24, 26, c.Width, c.Height}
		inset.bottom = min(c.Height-legend-14, inset.top+(inset.right-inset.left-110)*(caribbean.bottom-caribbean.top)/(caribbean.right-caribbean.left))
		key = XY{inset.left, inset.bottom + 16}
	} else {
		main.bottom = c.Width * (whole.bottom - whole.top) / (whole.right - whole.left)
		inset = window{0, main.bottom + 30, c.Width, 0}
		inset.bottom = inset.top + (c.Width-110)*(caribbean.bottom-caribbean.top)/(caribbean.right-caribbean.left)
		key = XY{0, inset.bottom + 16}
		s.Height = key.Y + legend
		s.Bottom = s.Height
	}
	c.shapes(s, whole, main, false)
	s.Shapes = append(s.Shapes, word("head", -1, XY{inset.left, inset.top - 8}, Start, c.Inset))
	lands := inset
	lands.right = min(inset.right-100, inset.left+(inset.bottom-inset.top)*(caribbean.right-caribbean.left)/(caribbean.bottom-caribbean.top))
	c.shapes(s, caribbean, lands, true)
	s.Shapes = append(s.Shapes, Shape{Class: "frame", N: -1, Runs: [][]XY{{{lands.left, lands.top}, {lands.right, lands.top}, {lands.right, lands.bottom}, {lands.left, lands.bottom}, {lands.left, lands.top}}}})
	for n, text := range append(slices.Clone(c.Legend), c.Nothing) {
		y := key.Y + legendStep*float64(n)
		area := box("step", n, key.X, y, 34, 15, "")
		if n == len(c.Legend) {
			area.Class, area.N = "land", -1
		}
		s.Shapes = append(s.Shapes, area)
		if n < len(c.Legend) {
			s.Shapes = append(s.Shapes, pattern(area.Runs, n)...)
		}
		s.Shapes = append(s.Shapes, word("axis", -1, XY{key.X + 44, y + 12}, Start, text))
	}
	return s
}

// pattern is the strokes of a step: the higher, the closer.
func pattern(rings [][]XY, step int) []Shape {
	if step <= 0 {
		return nil
	}
	runs := hatch(rings, []float64{0, 9, 6.5, 4.5, 3}[min(step, Steps-1)])
	if len(runs) == 0 {
		return nil
	}
	return []Shape{{Class: "hatch", N: -1, Runs: runs}}
}

// where the name of an island stands beside it.
type where int

const (
	inRow where = iota
	above
	below
	belowLeft
)

// islands are the States of the Caribbean, which are hard to find on a map of two
// continents.
var islands = map[string]where{
	"ATG": inRow, "BRB": inRow, "DMA": inRow, "GRD": inRow, "KNA": inRow, "LCA": inRow, "VCT": inRow, "TTO": inRow,
	"BHS": above, "CUB": above, "DOM": inRow, "HTI": below, "JAM": belowLeft,
}

// shapes draws what lies in a part of the sheet into a part of the drawing.
func (c Map) shapes(s *Scene, of, into window, named bool) {
	scale := (into.right - into.left) / (of.right - of.left)
	at := func(p XY) XY { return XY{into.left + (p.X-of.left)*scale, into.top + (p.Y-of.top)*scale} }
	var small []Shape
	var labels []Label
	for _, o := range americas() {
		area := Shape{Class: "land", N: -1, Area: true, Key: o.code}
		for _, ring := range o.rings {
			var run []XY
			for _, p := range clip(ring, of) {
				run = append(run, at(p))
			}
			if len(run) > 2 {
				area.Runs = append(area.Runs, run)
			}
		}
		if len(area.Runs) == 0 {
			continue
		}
		r, known := c.Regions[o.code]
		if known {
			area.Says = r.Name + ": " + c.Nothing
			if !r.None {
				area.Class, area.N, area.Says = "step", r.Step, r.Name+", "+r.When+": "+c.Format(r.Value)
			}
		}
		s.Shapes = append(s.Shapes, area)
		if area.Class == "step" {
			s.Shapes = append(s.Shapes, pattern(area.Runs, r.Step)...)
		}
		middle, size := extent(area.Runs)
		side, island := islands[o.code]
		if island && known && size < 14 {
			dot := circle(area.Class, area.N, middle, 5.5, area.Says)
			dot.Key = o.code
			small = append(small, dot)
		}
		if !named || !island || !known {
			continue
		}
		value := ""
		if !r.None {
			value = " " + c.Format(r.Value)
		}
		most := 14
		if side == inRow { // a figure is never cut: the name gives way
			most = min(most, max(4, int((s.Width-into.right-10)/7)-utf8.RuneCountInString(value)))
		}
		text := cut(r.Name, most) + value
		switch side {
		case inRow: // the small ones are named in a row, each led to its place
			labels = append(labels, Label{N: -1, X: into.right + 8, Y: middle.Y, FromX: middle.X + 4, From: middle.Y, Text: text})
		case above:
			small = append(small, word("axis", -1, XY{middle.X + 9, max(into.top+17, middle.Y-14)}, Start, text))
		case belowLeft:
			small = append(small, word("axis", -1, XY{middle.X + 12, middle.Y + size/4 + 17}, End, text))
		case below:
			small = append(small, word("axis", -1, XY{middle.X - 8, middle.Y + size/4 + 17}, Start, text))
		}
	}
	spread(labels, into.top+8, into.bottom-8)
	for _, l := range labels {
		small = append(small, stroke("lead-line", -1, XY{l.FromX + 3, l.From}, XY{l.X - 2, l.Y}), word("axis", -1, XY{l.X, l.Y + 4.5}, Start, l.Text))
	}
	s.Shapes = append(s.Shapes, small...)
}

// extent is the middle of the largest outline, and how far it reaches.
func extent(rings [][]XY) (middle XY, size float64) {
	for _, ring := range rings {
		lo, hi := ring[0], ring[0]
		for _, p := range ring {
			lo, hi = XY{min(lo.X, p.X), min(lo.Y, p.Y)}, XY{max(hi.X, p.X), max(hi.Y, p.Y)}
		}
		if reach := max(hi.X-lo.X, hi.Y-lo.Y); reach > size {
			size, middle = reach, XY{(lo.X + hi.X) / 2, (lo.Y + hi.Y) / 2}
		}
	}
	return middle, size
}
