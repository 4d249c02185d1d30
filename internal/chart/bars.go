package chart

import "unicode/utf8"

// Bar is one value of a ranking.
type Bar struct {
	Key      string
	Name     string
	Value    float64
	When     string // the year of the value, beside it
	Doubtful bool   // shown hollow
}

// Bars is a ranking, in the order given.
type Bars struct {
	Says   string
	Bars   []Bar
	Width  float64
	Format func(float64) string
}

// BarStep is how high one bar is with the room around it.
const BarStep = 25.0

// Lay lays a ranking out: names, bars from nothing, values with their years.
func (c Bars) Lay() *Scene {
	s := &Scene{Says: c.Says, Width: c.Width, Height: BarStep*float64(max(1, len(c.Bars))) + 8, Top: 4}
	s.Bottom = s.Height - 4
	names, values, lowest, highest := 0, 0, 0.0, 0.0
	for _, b := range c.Bars {
		names = max(names, utf8.RuneCountInString(b.Name))
		values = max(values, utf8.RuneCountInString(c.Format(b.Value)+"  "+b.When))
		lowest, highest = min(lowest, b.Value), max(highest, b.Value)
	}
	s.Left = min(c.Width*0.45, 12+letter*float64(names))
	s.Right = max(s.Left+c.Width/6, c.Width-12-letter*float64(values))
	if highest <= lowest {
		highest = lowest + 1
	}
	at := func(v float64) float64 { return s.Left + (v-lowest)/(highest-lowest)*(s.Right-s.Left) }
	fit := int((s.Left - 10) / letter)
	for n, b := range c.Bars {
		y := s.Top + BarStep*float64(n)
		from, to := at(min(0, b.Value)), at(max(0, b.Value))
		class := "bar"
		if b.Doubtful {
			class = "dotted"
		}
		bar := box(class, -1, from, y+5, max(1, to-from), BarStep-10, b.Name+", "+b.When+": "+c.Format(b.Value))
		bar.Key = b.Key
		s.Shapes = append(s.Shapes, word("axis", -1, XY{s.Left - 8, y + 17}, End, cut(b.Name, fit)), bar,
			word("head", -1, XY{to + 7, y + 17}, Start, c.Format(b.Value)),
			word("axis", -1, XY{to + 13 + letter*float64(utf8.RuneCountInString(c.Format(b.Value))), y + 17}, Start, b.When))
	}
	s.Shapes = append(s.Shapes, stroke("zero", -1, XY{at(0), s.Top}, XY{at(0), s.Bottom}))
	return s
}

// cut shortens a word to n letters.
func cut(text string, n int) string {
	r := []rune(text)
	if len(r) <= n || n < 2 {
		return text
	}
	return string(r[:n-1]) + "…"
}
