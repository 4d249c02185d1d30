package chart

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"strconv"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Card is a picture of a chart as messengers show one: with what it shows, where
// the figures are from, and whose page it is.
type Card struct {
	Title, Under, Source, Site string
	Scene                      *Scene
}

// Sizes of a card, and of the room that it has for a scene.
const (
	CardWidth, CardHeight = 1200, 630
	cardMargin            = 48.0
	CardRoomWidth         = CardWidth - 2*cardMargin
	CardRoomHeight        = 436.0
)

// Fonts are what words are drawn with.
type Fonts struct{ Text, Bold, Title *opentype.Font }

// ReadFonts reads TrueType files.
func ReadFonts(text, bold, title []byte) (*Fonts, error) {
	out := &Fonts{}
	for into, data := range map[**opentype.Font][]byte{&out.Text: text, &out.Bold: bold, &out.Title: title} {
		f, err := opentype.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read a font for pictures: %w", err)
		}
		*into = f
	}
	return out, nil
}

// canvas is a picture being drawn. It is not for use by two goroutines at once.
type canvas struct {
	img   *image.RGBA
	scale float64
	off   XY
	faces map[faceKey]font.Face
	fonts *Fonts
	pen   vector.Rasterizer
}

type faceKey struct {
	font *opentype.Font
	size float64
}

// PNG draws the card.
func (c Card) PNG(w io.Writer, fonts *Fonts) error {
	k := &canvas{img: image.NewRGBA(image.Rect(0, 0, CardWidth, CardHeight)), scale: 1, faces: map[faceKey]font.Face{}, fonts: fonts}
	defer k.close()
	draw.Draw(k.img, k.img.Bounds(), image.NewUniform(hex(paper, 1)), image.Point{}, draw.Src)
	size := 44.0
	for size > 24 && k.width(c.Title, fonts.Title, size) > CardRoomWidth {
		size -= 2
	}
	if err := k.word(c.Title, fonts.Title, size, hex(ink, 1), XY{cardMargin, 74}, Start); err != nil {
		return err
	}
	if err := k.word(k.fit(c.Under, fonts.Text, 23, CardRoomWidth), fonts.Text, 23, hex(soft, 1), XY{cardMargin, 110}, Start); err != nil {
		return err
	}
	site := k.width(c.Site, fonts.Bold, 20)
	if err := k.word(c.Site, fonts.Bold, 20, hex(colors[0], 1), XY{CardWidth - cardMargin, 604}, End); err != nil {
		return err
	}
	if err := k.word(k.fit(c.Source, fonts.Text, 20, CardRoomWidth-site-30), fonts.Text, 20, hex(soft, 1), XY{cardMargin, 604}, Start); err != nil {
		return err
	}
	k.scale = min(CardRoomWidth/c.Scene.Width, CardRoomHeight/c.Scene.Height)
	k.off = XY{cardMargin, 132}
	for _, s := range c.Scene.Drawn() {
		if err := k.shape(s); err != nil {
			return err
		}
	}
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, k.img); err != nil {
		return fmt.Errorf("write a picture: %w", err)
	}
	return nil
}

func (k *canvas) close() {
	for _, f := range k.faces {
		_ = f.Close() // holds no file
	}
}

func (k *canvas) at(p XY) XY { return XY{k.off.X + p.X*k.scale, k.off.Y + p.Y*k.scale} }

// shape draws one thing with the look of its class.
func (k *canvas) shape(s Shape) error {
	look, ok := looks[s.Class]
	if !ok {
		return fmt.Errorf("draw a picture: nothing is known of the look of %q", s.Class)
	}
	own := colors[max(0, s.N)%Kinds]
	fill, line := look.fill, look.line
	if fill == "own" {
		fill = own
	}
	if line == "own" {
		line = own
	}
	if s.Text != "" {
		f := k.fonts.Text
		if look.bold {
			f = k.fonts.Bold
		}
		return k.word(s.Text, f, 14*k.scale, hex(fill, 1), k.at(s.Runs[0][0]), s.Align)
	}
	runs := make([][]XY, len(s.Runs))
	for i, run := range s.Runs {
		for _, p := range run {
			runs[i] = append(runs[i], k.at(p))
		}
	}
	closed := s.Area
	if s.R > 0 {
		runs, closed = [][]XY{round(runs[0][0], s.R*k.scale)}, true
	}
	if fill != "" && closed {
		opacity := 1.0
		if s.Class == "step" {
			opacity = opacities[min(max(0, s.N), Steps-1)]
			k.area(runs, hex(paper, 1))
		}
		k.area(runs, hex(fill, opacity))
	}
	if line != "" {
		for _, run := range runs {
			if closed && len(run) > 0 {
				run = append(run, run[0])
			}
			if look.dash {
				for _, piece := range dashes(run, 3*k.scale) {
					k.stroke(piece, look.width*k.scale, hex(line, 1))
				}
				continue
			}
			k.stroke(run, look.width*k.scale, hex(line, look.opacity()))
		}
	}
	return nil
}

// look is how a class is drawn. "own" is the colour of the shape's own line.
type look struct {
	fill, line string
	width      float64
	dash, bold bool
	pale       bool
}

func (l look) opacity() float64 {
	if l.pale {
		return 0.45
	}
	return 1
}

var looks = map[string]look{
	"grid": {line: rule, width: 1}, "zero": {line: ink, width: 1.2}, "mark": {line: colors[0], width: 1, dash: true}, "lead-line": {line: "#b9b3a4", width: 1},
	"frame": {line: "#b9b3a4", width: 1}, "line": {line: "own", width: 2.4}, "hatch": {line: ink, width: 0.7, pale: true}, "break": {line: soft, width: 1.6},
	"land": {fill: "#e6e1d4", line: paper, width: 0.8}, "step": {fill: shade, line: paper, width: 0.8}, "bar": {fill: shade}, "dotted": {fill: paper, line: soft, width: 1},
	"doubt": {fill: paper, line: "own", width: 1.6}, "act": {fill: "own", line: paper, width: 1}, "act-doubt": {fill: paper, line: "own", width: 1.4}, "dot": {fill: "own"}, "touch": {},
	"axis": {fill: soft}, "mark-label": {fill: colors[0]}, "name": {fill: "own", bold: true}, "head": {fill: ink, bold: true},
}

// area fills outlines. Only the box around them is gone through: a map has
// thousands of strokes.
func (k *canvas) area(runs [][]XY, c color.Color) {
	low, high := XY{CardWidth, CardHeight}, XY{}
	for _, run := range runs {
		for _, p := range run {
			low, high = XY{min(low.X, p.X), min(low.Y, p.Y)}, XY{max(high.X, p.X), max(high.Y, p.Y)}
		}
	}
	within := image.Rect(int(low.X), int(low.Y), int(high.X)+2, int(high.Y)+2).Intersect(k.img.Bounds())
	if within.Empty() {
		return
	}
	k.pen.Reset(within.Dx(), within.Dy())
	ox, oy := float64(within.Min.X), float64(within.Min.Y)
	for _, run := range runs {
		if len(run) < 3 {
			continue
		}
		k.pen.MoveTo(float32(run[0].X-ox), float32(run[0].Y-oy))
		for _, p := range run[1:] {
			k.pen.LineTo(float32(p.X-ox), float32(p.Y-oy))
		}
		k.pen.ClosePath()
	}
	k.pen.Draw(k.img, within, image.NewUniform(c), image.Point{})
}

// stroke draws a run: a box for each stretch, and a disc where two meet. Each is
// an area of its own, for the box around a whole line is mostly empty.
func (k *canvas) stroke(run []XY, width float64, c color.Color) {
	for i := 1; i < len(run); i++ {
		a, b := run[i-1], run[i]
		length := math.Hypot(b.X-a.X, b.Y-a.Y)
		if length == 0 {
			continue
		}
		nx, ny := (b.Y-a.Y)/length*width/2, (a.X-b.X)/length*width/2
		k.area([][]XY{{{a.X + nx, a.Y + ny}, {a.X - nx, a.Y - ny}, {b.X - nx, b.Y - ny}, {b.X + nx, b.Y + ny}}}, c)
		if i > 1 && width > 1.5 {
			k.area([][]XY{round(a, width/2)}, c)
		}
	}
}

func round(at XY, r float64) []XY {
	const n = 20
	out := make([]XY, n)
	for i := range n {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / n)
		out[i] = XY{at.X + r*cos, at.Y + r*sin}
	}
	return out
}

// dashes parts a run into strokes as long as the gaps between them.
func dashes(run []XY, long float64) [][]XY {
	var out [][]XY
	for i := 1; i < len(run); i++ {
		a, b := run[i-1], run[i]
		length := math.Hypot(b.X-a.X, b.Y-a.Y)
		for d := 0.0; d < length; d += 2 * long {
			e := min(length, d+long)
			out = append(out, []XY{{a.X + (b.X-a.X)*d/length, a.Y + (b.Y-a.Y)*d/length}, {a.X + (b.X-a.X)*e/length, a.Y + (b.Y-a.Y)*e/length}})
		}
	}
	return out
}

func (k *canvas) face(f *opentype.Font, size float64) (font.Face, error) {
	key := faceKey{f, math.Round(size*4) / 4}
	if face, ok := k.faces[key]; ok {
		return face, nil
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: key.size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("draw a word: %w", err)
	}
	k.faces[key] = face
	return face, nil
}

func (k *canvas) width(text string, f *opentype.Font, size float64) float64 {
	face, err := k.face(f, size)
	if err != nil {
		return 0
	}
	return float64(font.MeasureString(face, text)) / 64
}

// fit shortens a text to a width.
func (k *canvas) fit(text string, f *opentype.Font, size, width float64) string {
	r := []rune(text)
	for n := len(r); n > 1; n-- {
		s := string(r[:n])
		if n < len(r) {
			s += "…"
		}
		if k.width(s, f, size) <= width {
			return s
		}
	}
	return ""
}

func (k *canvas) word(text string, f *opentype.Font, size float64, c color.Color, at XY, align Align) error {
	face, err := k.face(f, size)
	if err != nil {
		return err
	}
	x := at.X
	switch align {
	case Middle:
		x -= k.width(text, f, size) / 2
	case End:
		x -= k.width(text, f, size)
	}
	d := font.Drawer{Dst: k.img, Src: image.NewUniform(c), Face: face, Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(at.Y * 64)}}
	d.DrawString(text)
	return nil
}

var hexes sync.Map // of colours read

// hex reads #rrggbb.
func hex(s string, opacity float64) color.Color {
	v, ok := hexes.Load(s)
	if !ok {
		n, err := strconv.ParseUint(s[1:], 16, 32)
		if err != nil {
			panic("chart: " + s + " is no colour")
		}
		v, _ = hexes.LoadOrStore(s, n)
	}
	n := v.(uint64)
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), uint8(math.Round(opacity * 255))}
}
