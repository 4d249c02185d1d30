package typeset

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	nbsp       = '\u00a0'
	narrowNbsp = '\u202f'
)

// style is how a piece of text looks on paper.
type style struct {
	face  faceID
	size  float64 // points
	color color
	url   string // a link, when not empty
}

// span is cleaned text in one style, all of whose characters some face can print.
type span struct {
	text string
	style
	hard bool // the line ends after it
}

// frag is a piece of a word in one face of one style.
type frag struct {
	text  string
	style int // in para.styles
	face  faceID
	width float64 // points
}

// word is what no line end parts: frags[from:to], and the space after it.
type word struct {
	from, to int
	width    float64
	// space is the width of the space that follows, 0 if a line may end here without one.
	space float64
	// spaceStyle is the style of that space, so that a link's words are underlined together.
	spaceStyle int
	// hard ends the line after this word.
	hard bool
}

// para is a paragraph cut into words.
type para struct {
	styles []style
	frags  []frag
	words  []word
}

// paragraph cuts spans into words and measures them.
func (m *metrics) paragraph(spans []span) *para {
	c := cutter{m: m, p: &para{}}
	for i, sp := range spans {
		c.p.styles = append(c.p.styles, sp.style)
		c.cut(sp.text, i, firstRune(spans[i+1:]))
		if sp.hard {
			c.endWord(false, true)
		}
	}
	c.endWord(false, false)
	return c.p
}

func firstRune(spans []span) rune {
	for _, sp := range spans {
		if sp.text != "" {
			r, _ := utf8.DecodeRuneInString(sp.text)
			return r
		}
		if sp.hard {
			return 0
		}
	}
	return 0
}

// cutter holds where paragraph is while it cuts.
type cutter struct {
	m    *metrics
	p    *para
	from int  // first frag of the word being cut
	prev rune // the character before, 0 at a line's start
	url  bool // the word holds "://", so it may be broken at its joints
}

// cut adds the text of span number n; after is the first character behind it.
func (c *cutter) cut(text string, n int, after rune) {
	start, f := 0, faceCount
	flush := func(end int) {
		if end > start {
			c.addFrag(text[start:end], n, f)
		}
		start = end
	}
	for i, r := range text {
		next := after
		if j := i + utf8.RuneLen(r); j < len(text) {
			next, _ = utf8.DecodeRuneInString(text[j:])
		}
		if r == ' ' && !glued(c.prev, next) {
			flush(i)
			start = i + 1
			c.endWordSpace(n)
			c.prev = r
			continue
		}
		g, _ := c.m.faceFor(c.p.styles[n].face, r)
		if g != f {
			flush(i)
			f = g
		}
		if r == '/' && c.prev == '/' {
			c.url = true
		}
		if c.joint(r, next) {
			flush(i + utf8.RuneLen(r))
			c.endWord(true, false)
		}
		c.prev = r
	}
	flush(len(text))
}

// glued reports a space that must not end a line: French sets one inside its guillemets and
// before high punctuation, and whoever typed it as a plain space meant the same.
func glued(prev, next rune) bool {
	switch next {
	case ':', ';', '!', '?', '»', '%':
		return prev != ' ' && prev != 0
	}
	return prev == '«'
}

// joint reports that a line may end between r and next without a space.
func (c *cutter) joint(r, next rune) bool {
	if next == 0 || next == ' ' || next == nbsp || next == narrowNbsp {
		return false
	}
	switch r {
	case '-', '\u2010':
		return unicode.IsLower(c.prev) && unicode.IsLower(next) || c.url
	case '—':
		return unicode.IsLetter(next)
	case '/', '?', '&', '=', '.', '_':
		return c.url && next != '/' && c.prev != ':'
	}
	return false
}

func (c *cutter) addFrag(text string, n int, f faceID) {
	w := float64(c.m.width(f, text)) * c.p.styles[n].size / 1000
	c.p.frags = append(c.p.frags, frag{text: text, style: n, face: f, width: w})
}

// endWordSpace ends the word at a space of span n; several spaces count as one.
func (c *cutter) endWordSpace(n int) {
	if len(c.p.frags) == c.from {
		// A space after a joint or at a span's start belongs to the word before.
		if k := len(c.p.words); k > 0 && !c.p.words[k-1].hard && c.p.words[k-1].space == 0 {
			c.setSpace(&c.p.words[k-1], n)
		}
		return
	}
	c.endWord(false, false)
	c.setSpace(&c.p.words[len(c.p.words)-1], n)
}

func (c *cutter) setSpace(w *word, n int) {
	st := c.p.styles[n]
	w.space = float64(c.m.faces[st.face].advance[' ']) * st.size / 1000
	w.spaceStyle = n
}

// endWord closes the word. A hard end without a word is an empty line.
func (c *cutter) endWord(joint, hard bool) {
	if len(c.p.frags) == c.from {
		if hard {
			if k := len(c.p.words); k > 0 && !c.p.words[k-1].hard {
				c.p.words[k-1].hard = true
			} else {
				c.p.words = append(c.p.words, word{from: c.from, to: c.from, hard: true})
			}
			c.prev = 0
		}
		return
	}
	w := word{from: c.from, to: len(c.p.frags), hard: hard}
	for _, f := range c.p.frags[w.from:w.to] {
		w.width += f.width
	}
	c.p.words = append(c.p.words, w)
	c.from = w.to
	if !joint {
		c.url = false
	}
	if hard {
		c.prev = 0
	}
}

// chop parts words that are wider than a line wherever the line is full: a letter must not run off the sheet.
func (m *metrics) chop(p *para, limit float64) {
	wide := false
	for _, w := range p.words {
		wide = wide || w.width > limit
	}
	if !wide {
		return
	}
	var frags []frag
	var words []word
	for _, w := range p.words {
		if w.width <= limit {
			from := len(frags)
			frags = append(frags, p.frags[w.from:w.to]...)
			w.from, w.to = from, len(frags)
			words = append(words, w)
			continue
		}
		cur := word{from: len(frags)}
		for _, f := range p.frags[w.from:w.to] {
			for f.text != "" {
				head := m.head(f, limit-cur.width, p.styles[f.style].size, cur.from == len(frags))
				if head.text != "" {
					frags = append(frags, head)
					cur.width += head.width
					f.text = f.text[len(head.text):]
				}
				if f.text != "" {
					cur.to = len(frags)
					words = append(words, cur)
					cur = word{from: len(frags)}
				}
			}
		}
		cur.to, cur.space, cur.spaceStyle, cur.hard = len(frags), w.space, w.spaceStyle, w.hard
		words = append(words, cur)
	}
	p.frags, p.words = frags, words
}

// head is as much of f's beginning as room holds, and at least one character if must.
func (m *metrics) head(f frag, room, size float64, must bool) frag {
	end, w, last := 0, 0.0, rune(0)
	for i, r := range f.text {
		a := int(m.faces[f.face].advance[r])
		if last != 0 {
			a += m.kern(f.face, last, r)
		}
		step := float64(a) * size / 1000
		if w+step > room && (end > 0 || !must) {
			break
		}
		w, last, end = w+step, r, i+utf8.RuneLen(r)
	}
	f.text, f.width = f.text[:end], w
	return f
}

// unbroken makes every space of s one that no line ends at.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", string(nbsp)) }
