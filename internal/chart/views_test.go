package chart

import (
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"strings"
	"testing"
)

func testFonts(t testing.TB) *Fonts {
	t.Helper()
	var files [3][]byte
	for n, name := range []string{"SourceSans3-Regular", "SourceSans3-Semibold", "SourceSerif4Display-Semibold"} {
		data, err := os.ReadFile("../typeset/fonts/" + name + ".ttf")
		if err != nil {
			t.Fatal(err)
		}
		files[n] = data
	}
	fonts, err := ReadFonts(files[0], files[1], files[2])
	if err != nil {
		t.Fatal(err)
	}
	return fonts
}

func aMap(width float64) Map {
	c := Map{Says: "x", Width: width, Height: 460, Format: write, Nothing: "nothing known", Inset: "larger", Legend: []string{"a", "b", "c", "d", "e"}, Regions: map[string]Region{}}
	for n, o := range americas() {
		if o.code != "" {
			c.Regions[o.code] = Region{Name: o.code, Value: float64(n), When: "2020", Step: n % Steps}
		}
	}
	return c
}

// Every State is on the map, and the islands are named on it: nobody has to know
// where they lie.
func TestMapNamesTheIslandsOfTheCaribbean(t *testing.T) {
	for _, width := range []float64{360, 960} {
		svg := drawn(t, aMap(width).Lay(), true)
		for code := range islands {
			if !OnMap(code) || !strings.Contains(svg, ">"+code+" ") {
				t.Errorf("%s is not named at %g", code, width)
			}
		}
		if n := strings.Count(svg, ", 2020: "); n < 35 {
			t.Errorf("%d countries say their value at %g", n, width)
		}
	}
	if OnMap("FRA") || OnMap("") {
		t.Error("what is no country of the Americas is on the map")
	}
	empty := Map{Width: 360, Height: 300, Format: write}
	drawn(t, empty.Lay(), false)
}

// Bars keep to the drawing whatever they measure, in the order given.
func TestBarsKeepToTheDrawing(t *testing.T) {
	for _, bars := range [][]Bar{nil, {{Name: "A", Value: 0}}, {{Name: "A", Value: -5}, {Name: strings.Repeat("long ", 30), Value: 1e7, Doubtful: true}}} {
		s := Bars{Says: "x", Bars: bars, Width: 360, Format: write}.Lay()
		for _, shape := range s.Shapes {
			for _, run := range shape.Runs {
				for _, p := range run {
					if p.X < 0 || p.X > s.Width || p.Y < 0 || p.Y > s.Height {
						t.Errorf("%s %q at %v lies outside of %g by %g", shape.Class, shape.Text, p, s.Width, s.Height)
					}
				}
			}
		}
		drawn(t, s, true)
	}
}

// A break parts a line and is marked.
func TestABreakPartsALine(t *testing.T) {
	l := Line{Name: "A", Breaks: []int{2002}}
	for y := 2000; y <= 2004; y++ {
		l.Points = append(l.Points, Point{X: float64(y), Y: 5})
	}
	s := Lines{Lines: []Line{l}, From: 2000, To: 2004, Width: 960, Height: 440, Format: write, Axis: axis}.Lay()
	if len(s.Paths[0].Pieces) != 2 || !strings.Contains(drawn(t, s, true), `class="break"`) {
		t.Errorf("%d pieces", len(s.Paths[0].Pieces))
	}
}

func TestCardsOfAllCharts(t *testing.T) {
	fonts := testFonts(t)
	lines := []Line{{Name: "A", Points: []Point{{X: 2000, Y: 1}, {X: 2001, Y: 2, Doubtful: true}, {X: 2005, Y: 3}}}}
	for name, s := range map[string]*Scene{
		"map": aMap(960).Lay(), "bars": Bars{Bars: []Bar{{Name: "A", Value: 2}, {Name: "B", Value: 1, Doubtful: true}}, Width: 800, Format: write}.Lay(),
		"lines":     Lines{Lines: lines, Markers: []Marker{{2003, "a letter"}}, From: 2000, To: 2005, Width: 960, Height: 440, Format: write, Axis: axis}.Lay(),
		"multiples": Multiples{Lines: lines, From: 2000, To: 2005, Columns: 4, Width: 960, Format: write, Axis: axis}.Lay(),
	} {
		r, w := io.Pipe()
		go func() {
			w.CloseWithError(Card{Title: strings.Repeat("A long title ", 12), Source: strings.Repeat("source ", 60), Site: "example.org", Scene: s}.PNG(w, fonts))
		}()
		if img, err := png.Decode(r); err != nil || img.Bounds().Dx() != CardWidth || img.Bounds().Dy() != CardHeight {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkMap(b *testing.B) {
	for b.Loop() {
		if err := aMap(960).Lay().SVG(io.Discard, true); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMapCard(b *testing.B) {
	fonts := testFonts(b)
	for b.Loop() {
		if err := (Card{Title: "x", Scene: aMap(960).Lay()}).PNG(io.Discard, fonts); err != nil {
			b.Fatal(err)
		}
	}
}

// A report's worth of charts.
func Benchmark200Charts(b *testing.B) {
	c := Lines{Says: "x", From: 1990, To: 2023, Width: 960, Height: 440, Format: write, Axis: axis}
	for n := range 8 {
		l := Line{Name: fmt.Sprint("Country ", n)}
		for y := 1990; y <= 2023; y++ {
			l.Points = append(l.Points, Point{X: float64(y), Y: float64((y*7+n*13)%90) + 1})
		}
		c.Lines = append(c.Lines, l)
	}
	for b.Loop() {
		for range 200 {
			if err := c.Lay().SVG(io.Discard, true); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// An act stands on the line of its place, at the height that the line has then;
// where the line has none, it is left out.
func TestActs(t *testing.T) {
	l := Line{Name: "A", Points: []Point{{X: 2000, Y: 0}, {X: 2004, Y: 40}, {X: 2005, Y: 10}}, Acts: []Act{
		{X: 2002, Way: Up, Says: "up"}, {X: 2004.5, Way: Down, Says: "down"}, {X: 2000, Doubtful: true, Says: "promise"},
		{X: 2005.4, Says: "just after"}, {X: 2005.8, Says: "too late"}, {X: 1999.6, Says: "outside of the frame"},
	}}
	s := Lines{Lines: []Line{l}, From: 2000, To: 2006, Width: 800, Height: 400, Format: write, Axis: axis}.Lay()
	got := map[string]Shape{}
	for _, shape := range s.Shapes {
		got[shape.Says] = shape
	}
	for _, says := range []string{"up", "down", "promise", "just after"} {
		if len(got[says].Runs) != 1 {
			t.Errorf("%s is not marked", says)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d marks", len(got))
	}
	if got["promise"].Class != "act-doubt" || len(got["promise"].Runs[0]) != 4 || len(got["up"].Runs[0]) != 3 {
		t.Errorf("%+v", got)
	}
	// Halfway between 0 and 40 of 40.
	if _, y := middleOf(got["up"].Runs[0]); math.Abs(y-(s.Top+s.Bottom)/2) > actSize {
		t.Errorf("an act in the middle of a rise stands at %v of %v–%v", y, s.Top, s.Bottom)
	}
	if top, bottom := got["up"].Runs[0][0].Y, got["up"].Runs[0][1].Y; top > bottom {
		t.Error("what goes toward an ask points down")
	}
}

func middleOf(run []XY) (x, y float64) {
	for _, p := range run {
		x, y = x+p.X/float64(len(run)), y+p.Y/float64(len(run))
	}
	return x, y
}
