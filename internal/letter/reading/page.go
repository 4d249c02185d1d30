package reading

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// readPage takes a web page apart.
func readPage(text string) (*source, error) {
	root, err := parsePage(text)
	if err != nil {
		return nil, err
	}
	letter := letterOf(root)
	p := &pageReader{src: &source{meta: pageMeta(root)}, letter: letter}
	p.children(letter, pageState{})
	p.flush(true)
	if p.src.meta.title == "" || !hasHeading(p.src.units) {
		// The title often stands in a header outside the article.
		for _, h := range root.find(atoms(atom.H1)) {
			if t := h.content(); t != "" {
				p.src.meta.title = t
				break
			}
		}
	}
	return p.src, nil
}

func hasHeading(units []unit) bool {
	for i := range units {
		if units[i].kind == heading && units[i].level == 1 {
			return true
		}
	}
	return false
}

func pageMeta(root *node) meta {
	var m meta
	for _, n := range root.find(atoms(atom.Meta)) {
		value := oneLine(n.attr["content"])
		switch strings.ToLower(n.attr["property"] + n.attr["name"]) {
		case "og:site_name":
			m.site = value
		case "og:title":
			m.title = value
		case "article:published_time", "dc.date", "date", "dcterms.date", "citation_date":
			if m.date == "" {
				m.date = value
			}
		}
	}
	if titles := root.find(atoms(atom.Title)); m.title == "" && len(titles) > 0 {
		m.title = titles[0].content()
		for _, sep := range []string{" | ", " – ", " — ", " « ", " :: "} {
			if head, rest, ok := strings.Cut(m.title, sep); ok && len(head) > 12 {
				if m.title = head; m.site == "" {
					m.site = rest
				}
			}
		}
	}
	if times := root.find(atoms(atom.Time)); m.date == "" && len(times) > 0 {
		m.date = times[0].attr["datetime"]
	}
	if m.date == "" {
		m.date = root.byline()
	}
	return m
}

// byline gives the text of the first short element that by its class is a
// byline or a date, and holds a date.
func (n *node) byline() string {
	for _, k := range n.kids {
		if k.bytes < 120 && k.attr != nil {
			for _, w := range strings.FieldsFunc(strings.ToLower(k.attr["class"]), func(r rune) bool { return r == ' ' || r == '-' || r == '_' }) {
				if dateClasses[w] {
					if s := k.content(); dateOf(s).iso != "" {
						return s
					}
				}
			}
		}
		if s := k.byline(); s != "" {
			return s
		}
	}
	return ""
}

var dateClasses = set("byline date posted published meta fecha data publicado publie time")

// pageReader gathers running text into units.
type pageReader struct {
	src    *source
	letter *node
	text   strings.Builder
	lead   strings.Builder
	at     int
	plain  bool // text that is not bold has come
	gap    bool // the next unit begins a block
	ruled  bool // a rule stands before the next unit
	state  pageState
	tables int
}

// pageState is what surrounding elements say of the text in them.
type pageState struct {
	level int    // heading
	mark  marker // of the item that begins
	depth int    // of lists
	bold  bool
	in    *box // the innermost block
}

// flush ends the unit that is being gathered; block says a block ends, not
// only a line.
func (p *pageReader) flush(block bool) {
	text := oneLine(p.text.String())
	lead := oneLine(p.lead.String())
	p.text.Reset()
	p.lead.Reset()
	p.plain = false
	if text != "" && len(p.src.units) <= maxUnits {
		u := unit{at: p.at, gap: p.gap || len(p.src.units) == 0, hard: !p.gap, indent: 4 * p.state.depth, lead: lead, text: text, mark: p.state.mark, ruled: p.ruled, in: p.state.in}
		if p.state.level > 0 {
			u.kind, u.level = heading, p.state.level
		}
		if own, rest := cutMarker(text); own.style != noMark && (u.mark.style == noMark || u.mark.style == bullet && own.sure) && u.kind != heading {
			u.mark, u.text = own, rest
			u.lead = strings.TrimSpace(strings.TrimPrefix(lead, own.raw))
		}
		p.src.units = append(p.src.units, u)
		p.state.mark = marker{}
		p.gap, p.ruled = false, false
	}
	p.gap = p.gap || block
}

func (p *pageReader) children(n *node, s pageState) {
	count := 1
	if start, err := strconv.Atoi(n.attr["start"]); err == nil {
		count = start
	}
	for _, k := range n.kids {
		if k.tag == 0 {
			if p.text.Len() == 0 {
				if strings.TrimSpace(k.text) == "" {
					continue
				}
				p.at = k.at + strings.Count(k.text[:len(k.text)-len(strings.TrimLeft(k.text, " \t\r\n"))], "\n")
			}
			p.put(k.text, s)
			continue
		}
		if k.aside(p.letter) {
			continue
		}
		switch k.tag {
		case atom.Br:
			p.flush(strings.TrimSpace(p.text.String()) == "") // two make a blank line
		case atom.Sup:
			if c := k.content(); strings.Trim(c, "0123456789[]()*, ") != "" {
				p.put(c, s)
			}
		case atom.B, atom.Strong:
			inner := s
			inner.bold = true
			p.children(k, inner)
		case atom.Pre:
			p.flush(true)
			inner := readPlain(strings.TrimPrefix(rawText(k), "\n"), false)
			for _, u := range inner.units {
				u.at += k.at - 1
				p.src.units = append(p.src.units, u)
			}
		case atom.Table:
			p.flush(true)
			p.table(k, s)
			p.flush(true)
		case atom.Title, atom.Meta:
		case atom.Hr:
			p.flush(true)
			p.ruled = true
		default:
			if !blocks[k.tag] {
				p.children(k, s)
				continue
			}
			p.flush(true)
			pending := p.state.mark // of an item whose text has not come yet
			inner := s
			inner.mark = pending
			inner.in = inside(s.in)
			switch k.tag {
			case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
				inner.level = int(k.tag.String()[1] - '0')
			case atom.Ul, atom.Ol:
				inner.depth++
			case atom.Li:
				if v, err := strconv.Atoi(k.attr["value"]); err == nil {
					count = v
				}
				inner.mark = itemMarker(n, count)
				count++
			}
			p.state = inner
			p.children(k, inner)
			p.flush(true)
			if k.tag != atom.Li {
				pending = p.state.mark
			}
			p.state = s
			p.state.mark = pending
		}
	}
}

func inside(b *box) *box {
	if b == nil {
		return &box{}
	}
	return &box{b, b.depth + 1}
}

func (p *pageReader) put(text string, s pageState) {
	p.text.WriteString(text)
	if s.bold && !p.plain {
		p.lead.WriteString(text)
	} else if strings.TrimSpace(text) != "" {
		p.plain = true
	}
}

// itemMarker is what a browser shows before an item of the list.
func itemMarker(list *node, n int) marker {
	if list.tag != atom.Ol || n < 0 || n > 999_999 {
		return marker{bullet, 0, "•", true}
	}
	switch t := list.attr["type"]; {
	case t == "a" && n >= 1 && n <= 26, t == "A" && n >= 1 && n <= 26:
		return marker{letter, n, string(rune('a'+n-1)) + ")", true}
	case t == "i", t == "I":
		return marker{roman, n, "(" + romanOf(n) + ")", true}
	}
	return marker{number, n, strconv.Itoa(n) + ".", true}
}

func romanOf(n int) string {
	var b strings.Builder
	for _, r := range []struct {
		v int
		s string
	}{{50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for n >= r.v && b.Len() < 20 {
			b.WriteString(r.s)
			n -= r.v
		}
	}
	return b.String()
}

func rawText(n *node) string {
	var b strings.Builder
	var walk func(*node)
	walk = func(n *node) {
		b.WriteString(n.text)
		if n.tag == atom.Br {
			b.WriteByte('\n')
		}
		for _, k := range n.kids {
			walk(k)
		}
	}
	walk(n)
	return b.String()
}

// table makes rows of a table, or reads its cells as text where it is there
// for the layout only.
func (p *pageReader) table(t *node, s pageState) {
	rows := t.find(atoms(atom.Tr))
	for _, r := range rows {
		for _, c := range r.kids {
			if (c.tag == atom.Td || c.tag == atom.Th) && (c.bytes > 400 || len(c.find(atoms(atom.Table, atom.P, atom.Br, atom.Li, atom.Div))) > 3) {
				for _, k := range t.kids {
					p.layout(k, s)
				}
				return
			}
		}
	}
	p.tables++
	spans := map[int]spanned{} // column → a cell from a row above
	for _, r := range rows {
		u := unit{kind: row, table: p.tables, at: r.at, gap: true, header: true, in: s.in}
		add := func(c spanned) {
			if c.rows > 1 {
				spans[len(u.cells)] = spanned{c.text, c.rows - 1}
			} else {
				delete(spans, len(u.cells))
			}
			u.cells = append(u.cells, c.text)
		}
		for _, c := range r.kids {
			if c.tag != atom.Td && c.tag != atom.Th {
				continue
			}
			for span, ok := spans[len(u.cells)]; ok && len(u.cells) < 50; span, ok = spans[len(u.cells)] {
				add(span)
			}
			down, _ := strconv.Atoi(c.attr["rowspan"])
			u.header = u.header && c.tag == atom.Th
			add(spanned{c.content(), min(down, 5000)})
		}
		for span, ok := spans[len(u.cells)]; ok && len(u.cells) < 50; span, ok = spans[len(u.cells)] {
			add(span)
		}
		if strings.Join(u.cells, "") != "" && len(p.src.units) <= maxUnits {
			p.src.units = append(p.src.units, u)
		}
	}
}

type spanned struct {
	text string
	rows int
}

func (p *pageReader) layout(n *node, s pageState) {
	p.flush(true)
	p.children(n, s)
	p.flush(true)
}
