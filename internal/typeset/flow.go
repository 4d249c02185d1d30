package typeset

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// flow sets text down the pages: a sheet, and the warnings of what could not be printed.
type flow struct {
	*sheet
	warn        *warnings
	sectionPage int // where a report's last section began
}

// form is how a stretch of text is set.
type form struct {
	x, width float64
	size     float64
	lead     float64 // from baseline to baseline
	gap      float64 // after a paragraph
	face     faceID
	color    color
	balance  bool   // lines of even length, as headings have
	where    string // what warnings call it
}

// indent is by, or less where it would leave no room for words.
func (f form) indent(by float64) float64 { return max(0, min(by, f.width-90)) }

// can reports that face f or its fallback has a glyph for r.
func (fl *flow) can(f faceID, r rune) bool {
	_, ok := fl.m.faceFor(f, r)
	return ok
}

// printable cleans text for face f. Characters without a glyph become boxes, with one warning
// that gives the words from the first such character to the last.
func (fl *flow) printable(text string, f faceID, where string) string {
	text = clean(text)
	if plain(text) {
		return text
	}
	var lost rune // the first character without a glyph
	script := ""
	out := strings.Map(func(r rune) rune {
		switch {
		case invisible(r):
			return -1
		case fl.can(f, r):
			return r
		case r == '\u2011': // keeps its line together, which "-" between capitals does too
			return '-'
		}
		if lost == 0 {
			lost = r
		}
		if script == "" || script == "Common" || script == "Inherited" {
			script = scriptOf(r) // a symbol says less than a letter
		}
		return box
	}, text)
	if lost == 0 {
		return out
	}
	from, to := strings.LastIndexByte(text[:strings.IndexRune(text, lost)], ' ')+1, 0
	for i, r := range text {
		if !invisible(r) && !fl.can(f, r) {
			to = i + utf8.RuneLen(r)
		}
	}
	if k := strings.IndexByte(text[to:], ' '); k >= 0 {
		to += k
	} else {
		to = len(text)
	}
	words := shorten(text[from:to], 200)
	fl.warn.add(Warning{Where: where, Text: words, Script: script, RightToLeft: rightToLeft[script],
		Printed: fl.boxed(words, f)})
	return out
}

// boxed is cleaned text with boxes for what has no glyph, without a warning.
func (fl *flow) boxed(text string, f faceID) string {
	return strings.Map(func(r rune) rune {
		switch {
		case invisible(r):
			return -1
		case fl.can(f, r):
			return r
		}
		return box
	}, text)
}

// shorten cuts s after n runes.
func shorten(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

// string sets one short text in f's style.
func (fl *flow) string(text string, f form) error {
	return fl.lines([]span{{text: fl.printable(text, f.face, f.where), style: style{f.face, f.size, f.color, ""}}}, f)
}

// lines sets spans as one paragraph, leaving neither its first line alone at a page's foot nor its
// last alone at a page's head.
func (fl *flow) lines(spans []span, f form) error {
	p := fl.m.paragraph(spans)
	ls := fl.m.lines(p, f.width, f.balance)
	for len(ls) > 0 {
		take := min(len(ls), int((frameBottom-fl.y+f.lead-f.size*1.2)/f.lead))
		if len(ls)-take == 1 {
			take--
		}
		if fl.y > fl.top && take < min(2, len(ls)) {
			take = 0
		}
		for _, l := range ls[:max(0, take)] {
			fl.put(p, l, f.x, f.lead, f.size)
		}
		ls = ls[max(0, take):]
		if len(ls) > 0 {
			if err := fl.newPage(); err != nil {
				return err
			}
		}
	}
	fl.y += f.gap
	return nil
}

// put draws one line and moves below it.
func (fl *flow) put(p *para, l line, x, lead, size float64) {
	base := fl.y + size
	for _, g := range p.segments(l, x) {
		fl.draw(g, base)
	}
	fl.y += lead
}

// height is what spans will take when set by f, without the gap.
func (fl *flow) height(spans []span, f form) float64 {
	return float64(len(fl.m.lines(fl.m.paragraph(spans), f.width, f.balance))) * f.lead
}

// blocks sets a text.
func (fl *flow) blocks(bs []Block, f form) error {
	for _, b := range bs {
		if err := fl.block(b, f); err != nil {
			return err
		}
	}
	return nil
}

func (fl *flow) block(b Block, f form) error {
	switch b.Kind {
	case Heading:
		return fl.heading(b, f)
	case BulletList, NumberList:
		return fl.list(b, f)
	case Quote:
		in := f.indent(f.size * 1.4)
		f.x, f.width, f.color = f.x+in, f.width-in, soft
		for _, item := range b.Items {
			if err := fl.blocks(item, f); err != nil {
				return err
			}
		}
		return nil
	case Code:
		f.face, f.size = sans, f.size*0.9
		return fl.lines(fl.runs(b.Runs, f), f)
	case Rule:
		if err := fl.keep(f.lead); err != nil {
			return err
		}
		fl.line(f.x+f.width*0.4, fl.y+f.lead/3, f.x+f.width*0.6, 0.5, hair)
		fl.y += f.lead/2 + f.gap
		return nil
	}
	return fl.lines(fl.runs(b.Runs, f), f)
}

// heading sets a heading within the text, never as the last thing on a page.
func (fl *flow) heading(b Block, f form) error {
	h := f
	h.face, h.balance, h.gap, h.size = serifBold, true, f.gap*0.5, f.size*1.18
	if b.Level > 2 {
		h.size = f.size
	}
	h.lead = h.size * 1.3
	spans := fl.runs(b.Runs, h)
	if fl.y > fl.top {
		fl.y += f.gap
	}
	if err := fl.keep(fl.height(spans, h) + h.gap + 2*f.lead); err != nil {
		return err
	}
	fl.bookmark(plainText(b.Runs), 1)
	return fl.lines(spans, h)
}

// list sets items behind their bullets or numbers, which stand in a column of their own.
func (fl *flow) list(b Block, f form) error {
	in := f.size * 1.5
	if b.Kind == NumberList {
		digits := len(strconv.Itoa(b.Start + len(b.Items)))
		in = f.size * (0.9 + 0.53*float64(digits))
	}
	in = f.indent(in)
	g := f
	g.x, g.width, g.gap = f.x+in, f.width-in, f.gap*0.5
	for i, item := range b.Items {
		if err := fl.keep(2 * f.lead); err != nil {
			return err
		}
		mark := "•"
		if b.Kind == NumberList {
			mark = strconv.Itoa(b.Start+i) + "."
		}
		w := float64(fl.m.width(f.face, mark)) * f.size / 1000
		fl.draw(segment{text: mark, style: style{f.face, f.size, soft, ""}, x: g.x - f.size*0.5 - w, width: w}, fl.y+f.size)
		if len(item) == 0 {
			fl.y += f.lead
		}
		if err := fl.blocks(item, g); err != nil {
			return err
		}
	}
	fl.y += f.gap - g.gap
	return nil
}

// runs turns a text's runs into spans of f's style.
func (fl *flow) runs(rs []Run, f form) []span {
	spans := make([]span, 0, len(rs))
	for _, r := range rs {
		st := style{f.face, f.size, f.color, safeURL(r.URL)}
		st.face = styled(f.face, r.Bold, r.Italic)
		spans = append(spans, span{text: fl.printable(r.Text, st.face, f.where), style: st, hard: r.Break})
	}
	return spans
}

// styled is face f made bold or italic. The sans has no italic here.
func styled(f faceID, bold, italic bool) faceID {
	switch f {
	case serif:
		switch {
		case bold && italic:
			return serifBoldItalic
		case bold:
			return serifBold
		case italic:
			return serifItalic
		}
	case serifBold:
		if italic {
			return serifBoldItalic
		}
	case sans:
		if bold {
			return sansBold
		}
	}
	return f
}

// plainText is the words of runs without their styles.
func plainText(rs []Run) string {
	var b strings.Builder
	for _, r := range rs {
		b.WriteString(r.Text)
		if r.Break {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
