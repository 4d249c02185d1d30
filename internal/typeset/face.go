package typeset

import (
	"embed"
	"fmt"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed fonts/*.ttf
var fontFiles embed.FS

// faceID names one of the embedded fonts.
type faceID uint8

const (
	serif faceID = iota
	serifItalic
	serifBold
	serifBoldItalic
	serifTitle
	sans
	sansBold
	faceCount
)

// faceFiles are the fonts' files, by faceID.
var faceFiles = [faceCount]string{
	serif:           "SourceSerif4-Regular",
	serifItalic:     "SourceSerif4-It",
	serifBold:       "SourceSerif4-Semibold",
	serifBoldItalic: "SourceSerif4-SemiboldIt",
	serifTitle:      "SourceSerif4Display-Semibold",
	sans:            "SourceSans3-Regular",
	sansBold:        "SourceSans3-Semibold",
}

// box is what stands for a character without a glyph. Only the sans has it.
const box = '□'

// fallback is the face that is asked for a character that f does not have.
func (f faceID) fallback() faceID {
	switch f {
	case serifBold, serifBoldItalic, serifTitle, sansBold:
		return sansBold
	}
	return sans
}

// face is one embedded font and what setting needs to know of it. It is read once and then shared.
type face struct {
	data []byte
	font *sfnt.Font
	// advance is each character's width in thousandths of the size, -1 where there is no glyph.
	// The PDF library knows no characters beyond the Basic Multilingual Plane.
	advance [1 << 16]int16
}

var faces [faceCount]struct {
	once sync.Once
	face *face
	err  error
}

// load reads the font at its first use.
func (f faceID) load() (*face, error) {
	e := &faces[f]
	e.once.Do(func() { e.face, e.err = readFace(faceFiles[f]) })
	return e.face, e.err
}

func readFace(name string) (*face, error) {
	data, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	ft, err := sfnt.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	fc := &face{data: data, font: ft}
	var buf sfnt.Buffer
	for r := range fc.advance {
		fc.advance[r] = -1
		g, err := ft.GlyphIndex(&buf, rune(r))
		if err != nil || g == 0 {
			continue
		}
		a, err := ft.GlyphAdvance(&buf, g, perMille, font.HintingNone)
		if err != nil {
			return nil, fmt.Errorf("read font %s: width of %U: %w", name, r, err)
		}
		fc.advance[r] = int16(a)
	}
	return fc, nil
}

// FontFile gives a font that is shipped, as its TrueType file: pictures draw their
// words with those of the prints.
func FontFile(name string) ([]byte, error) {
	data, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	return data, nil
}

// perMille is the size at which the font answers in thousandths of the size. The answer is a
// plain number then, not a 26.6 fraction.
const perMille = fixed.Int26_6(1000)

// has reports that the face has a glyph for r.
func (fc *face) has(r rune) bool { return r >= 0 && int(r) < len(fc.advance) && fc.advance[r] >= 0 }

// metrics measures text for one document. It is not for use by two goroutines at once.
type metrics struct {
	faces [faceCount]*face
	// kerns remembers pairs already looked up, by both characters.
	kerns [faceCount]map[uint32]int16
	buf   sfnt.Buffer
}

func newMetrics() (*metrics, error) {
	m := &metrics{}
	for id := range faceCount {
		fc, err := id.load()
		if err != nil {
			return nil, err
		}
		m.faces[id] = fc
		m.kerns[id] = map[uint32]int16{}
	}
	return m, nil
}

// faceFor is the face that prints r when f is asked for: f, its fallback, or none.
func (m *metrics) faceFor(f faceID, r rune) (faceID, bool) {
	if m.faces[f].has(r) {
		return f, true
	}
	if b := f.fallback(); m.faces[b].has(r) {
		return b, true
	}
	return f, false
}

// kern is how much nearer (negative) or farther b stands after a, in thousandths of the size.
// Spaces are not kerned, so that a line is as wide as its words and spaces together.
func (m *metrics) kern(f faceID, a, b rune) int {
	if a == ' ' || b == ' ' || a == nbsp || b == nbsp {
		return 0
	}
	key := uint32(a)<<16 | uint32(b)&0xffff
	if k, ok := m.kerns[f][key]; ok {
		return int(k)
	}
	k := m.lookKern(f, a, b)
	m.kerns[f][key] = int16(k)
	return k
}

func (m *metrics) lookKern(f faceID, a, b rune) int {
	ft := m.faces[f].font
	ga, err := ft.GlyphIndex(&m.buf, a)
	if err != nil {
		return 0
	}
	gb, err := ft.GlyphIndex(&m.buf, b)
	if err != nil {
		return 0
	}
	// A pair that the font says nothing about is an error there, and no kerning here.
	k, err := ft.Kern(&m.buf, ga, gb, perMille, font.HintingNone)
	if err != nil {
		return 0
	}
	return int(k)
}

// width is how wide text is in face f, in thousandths of the size. Every character must have a glyph.
func (m *metrics) width(f faceID, text string) int {
	w, last := 0, rune(0)
	fc := m.faces[f]
	for _, r := range text {
		w += int(fc.advance[r])
		if last != 0 {
			w += m.kern(f, last, r)
		}
		last = r
	}
	return w
}
