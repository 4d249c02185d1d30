package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func write(v float64) string { return fmt.Sprintf("%.1f", v) }

func axis(v float64, digits int) string { return fmt.Sprintf("%.*f", digits, v) }

func drawn(t interface {
	Fatal(...any)
	Helper()
}, s *Scene, alone bool) string {
	t.Helper()
	var b strings.Builder
	if err := s.SVG(&b, alone); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err, b.String())
		}
	}
	return b.String()
}

// Whatever the figures: labels do not lie on each other, all stays within the
// frame, and the drawing is well-formed.
func TestLayoutHoldsWhateverTheFigures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Lines{Says: rapid.StringMatching(`[a-z<&"]{0,20}`).Draw(t, "says"), From: 1990, To: 1990 + rapid.IntRange(0, 60).Draw(t, "years"),
			Width: rapid.SampledFrom([]float64{360, 960}).Draw(t, "width"), Height: 440, Format: write, Axis: axis}
		for n := range rapid.IntRange(0, 12).Draw(t, "lines") {
			l := Line{Name: rapid.StringMatching(`[A-Z][a-z]{2,12}`).Draw(t, "name")}
			for y := c.From; y <= c.To; y++ {
				if rapid.Bool().Draw(t, "has") {
					l.Points = append(l.Points, Point{X: float64(y), Y: rapid.Float64Range(-50, 1e7).Draw(t, "value"), Doubtful: n == 0})
				}
			}
			c.Lines = append(c.Lines, l)
		}
		c.Markers = []Marker{{2013.9, "a letter"}, {1800, "long ago"}}
		s := c.Lay()
		if s.Left >= s.Right || s.Right > s.Width || s.Top >= s.Bottom {
			t.Fatalf("no frame: %+v", s)
		}
		const slack = 0.001
		for i, a := range s.Labels {
			if a.Y < s.Top-slack || a.Y > s.Bottom+slack {
				t.Fatalf("label %q at %f lies outside of %f to %f", a.Text, a.Y, s.Top, s.Bottom)
			}
			for _, b := range s.Labels[i+1:] {
				if math.Abs(a.Y-b.Y) < labelStep-slack {
					t.Fatalf("%q at %f lies on %q at %f", a.Text, a.Y, b.Text, b.Y)
				}
			}
		}
		for _, p := range s.Paths {
			for _, piece := range p.Pieces {
				for i, d := range piece {
					if math.IsNaN(d.X+d.Y) || d.X < s.Left-slack || d.X > s.Right+slack || d.Y < s.Top-slack || d.Y > s.Bottom+slack {
						t.Fatalf("a point at %f, %f lies outside of the frame", d.X, d.Y)
					}
					if i > 0 && d.X-piece[i-1].X > 1.02*(s.Right-s.Left)/math.Max(1, float64(c.To-c.From)) {
						t.Fatal("a missing year is drawn through")
					}
				}
			}
		}
		if len(s.Markers) > 1 {
			t.Fatal("a marker outside of the years is drawn")
		}
		drawn(t, s, true)
	})
}

func TestGapsDotsAndTicks(t *testing.T) {
	c := Lines{Says: "x", From: 2000, To: 2010, Width: 960, Height: 440, Format: write, Axis: axis, Lines: []Line{{Name: "A", Points: []Point{
		{X: 2000, Y: 10}, {X: 2001, Y: 12}, {X: 2005, Y: 30}, {X: 2008, Y: 97, Doubtful: true}, {X: 2009, Y: 80}}}}}
	s := c.Lay()
	if n := len(s.Paths[0].Pieces); n != 3 {
		t.Errorf("%d pieces", n)
	}
	var labels []string
	for _, tick := range s.YTicks {
		labels = append(labels, tick.Label)
	}
	if got := strings.Join(labels, " "); got != "0 20 40 60 80 100" {
		t.Errorf("ticks %s", got)
	}
	svg := drawn(t, s, false)
	for _, want := range []string{`class="dot k0"`, `class="doubt k0"`, "A, 2008: 97.0", "A 80.0"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the drawing lacks %s", want)
		}
	}
	empty := Lines{Says: "nothing", From: 2000, To: 2010, Width: 360, Height: 300, Format: write, Axis: axis}
	drawn(t, empty.Lay(), true)
}

func BenchmarkChart(b *testing.B) {
	c := Lines{Says: "x", From: 1990, To: 2023, Width: 960, Height: 440, Format: write, Axis: axis}
	for n := range 8 {
		l := Line{Name: fmt.Sprint("Country ", n)}
		for y := 1990; y <= 2023; y++ {
			l.Points = append(l.Points, Point{X: float64(y), Y: float64((y*7+n*13)%90) + 1})
		}
		c.Lines = append(c.Lines, l)
	}
	for b.Loop() {
		if err := c.Lay().SVG(io.Discard, true); err != nil {
			b.Fatal(err)
		}
	}
}
