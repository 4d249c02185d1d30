package typeset

import (
	"bufio"
	"bytes"
	"html"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	htmlout "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

const (
	// MaxMarkdown is the most bytes of one Markdown source.
	MaxMarkdown = 2 << 20
	// MaxLines is the most lines of one Markdown source.
	MaxLines = 50_000
)

// Markdown reads CommonMark into blocks. Raw HTML is dropped, an image leaves its description, and
// what stands deeper than MaxDepth in lists and quotes is raised to that depth. Quotation marks and
// dashes stay as typed. It refuses a source longer than MaxMarkdown or MaxLines, and one so nested or
// so full of marks that reading it would take long, with an error that wraps ErrLetter.
func Markdown(src string) ([]Block, error) {
	if len(src) > MaxMarkdown {
		return nil, bad("text", "has %d bytes, more than %d", len(src), MaxMarkdown)
	}
	source := []byte(strings.ReplaceAll(strings.ToValidUTF8(src, "\ufffd"), "\x00", "\ufffd"))
	if n := bytes.Count(source, []byte("\n")); n > MaxLines {
		return nil, bad("text", "has %d lines, more than %d", n, MaxLines)
	}
	if n := nestedLine(source); n > 0 {
		return nil, bad("text", "line %d opens more than %d lists, quotes or brackets in one another", n, maxOpen)
	}
	if tangled(source) {
		return nil, bad("text", "has too many brackets, asterisks or underscores in one paragraph; leave blank lines between paragraphs")
	}
	doc := goldmark.DefaultParser().Parse(text.NewReader(source))
	r := reader{source: source}
	blocks := r.children(doc, 0)
	if r.blocks > MaxBlocks {
		return nil, bad("text", "has more than %d paragraphs", MaxBlocks)
	}
	return blocks, nil
}

// maxOpen is how many quotes, lists or brackets may begin one after another on a line: the parser's
// time grows with their square.
const maxOpen = 64

// nestedLine is the first line that opens too many containers, 0 if none does.
func nestedLine(source []byte) int {
	n := 0
	for line := range bytes.Lines(source) {
		n++
		run := 0
		for _, c := range line {
			if c == '[' || c == '(' {
				run++
			} else {
				run = 0
			}
			if run > maxOpen {
				return n
			}
		}
		if opened(line) > maxOpen {
			return n
		}
	}
	return 0
}

// maxTangle bounds how often the parser may have to look at something again: for each bracket it may
// read on to its paragraph's end, and for each mark of emphasis go back over all before it there.
const maxTangle = 300_000_000

// tangled reports that reading source could take very long. No letter comes near it.
func tangled(source []byte) bool {
	sum, brackets, marks, size := 0, 0, 0, 0
	count := func() {
		sum += brackets*size + marks*marks
		brackets, marks, size = 0, 0, 0
	}
	for line := range bytes.Lines(source) {
		if len(bytes.TrimSpace(line)) == 0 {
			count()
		}
		for _, c := range line {
			switch c {
			case '[', '<':
				brackets++
			case '*', '_':
				marks++
			}
		}
		size += len(line)
	}
	count()
	return sum > maxTangle
}

// opened counts the quotes and list items that line begins one after another.
func opened(line []byte) int {
	count := 0
	for {
		line = bytes.TrimLeft(line, " \t")
		digits := len(line) - len(bytes.TrimLeft(line, "0123456789"))
		switch {
		case len(line) > 0 && line[0] == '>':
			line = line[1:]
		case len(line) > 1 && bytes.IndexByte([]byte("-+*"), line[0]) >= 0 && blank(line[1]):
			line = line[2:]
		case digits > 0 && digits < 10 && len(line) > digits+1 && (line[digits] == '.' || line[digits] == ')') && blank(line[digits+1]):
			line = line[digits+2:]
		default:
			return count
		}
		count++
	}
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// reader turns the parser's tree into blocks.
type reader struct {
	source []byte
	blocks int
}

func (r *reader) children(n ast.Node, depth int) []Block {
	var out []Block
	for c := n.FirstChild(); c != nil && r.blocks <= MaxBlocks; c = c.NextSibling() {
		out = append(out, r.block(c, depth)...)
	}
	return out
}

// block reads one node, which yields no block if it is raw HTML, and several where it is too deep to nest.
func (r *reader) block(n ast.Node, depth int) []Block {
	r.blocks++
	switch n := n.(type) {
	case *ast.Heading:
		return some(Block{Kind: Heading, Level: n.Level, Runs: r.runs(n)})
	case *ast.Paragraph, *ast.TextBlock:
		return some(Block{Kind: Paragraph, Runs: r.runs(n)})
	case *ast.ThematicBreak:
		return []Block{{Kind: Rule}}
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return some(Block{Kind: Code, Runs: r.code(n)})
	case *ast.Blockquote:
		inner := r.children(n, depth+1)
		if depth >= MaxDepth || len(inner) == 0 {
			return inner
		}
		return []Block{{Kind: Quote, Items: [][]Block{inner}}}
	case *ast.List:
		return r.list(n, depth)
	case *ast.HTMLBlock:
		return nil
	}
	return r.children(n, depth)
}

func some(b Block) []Block {
	if len(b.Runs) == 0 {
		return nil
	}
	return []Block{b}
}

func (r *reader) list(n *ast.List, depth int) []Block {
	if depth >= MaxDepth {
		var flat []Block
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			flat = append(flat, r.children(item, depth)...)
		}
		return flat
	}
	b := Block{Kind: BulletList}
	if n.IsOrdered() {
		b.Kind, b.Start = NumberList, n.Start
	}
	for item := n.FirstChild(); item != nil && r.blocks <= MaxBlocks; item = item.NextSibling() {
		r.blocks++
		b.Items = append(b.Items, r.children(item, depth+1))
	}
	return []Block{b}
}

// code reads the lines of a code block.
func (r *reader) code(n ast.Node) []Run {
	var runs []Run
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		line := strings.TrimRight(string(seg.Value(r.source)), "\r\n")
		line = strings.ReplaceAll(line, "\t", "    ")
		runs = append(runs, Run{Text: strings.ReplaceAll(line, " ", string(nbsp)), Break: true})
	}
	if len(runs) > 0 {
		runs[len(runs)-1].Break = false
	}
	return runs
}

// runs reads the words inside a block.
func (r *reader) runs(n ast.Node) []Run {
	var b runsBuilder
	r.inline(n, Run{}, &b, 0)
	return b.done()
}

// maxInline bounds how deep emphasis may stand in emphasis before its words are dropped.
const maxInline = 200

func (r *reader) inline(n ast.Node, st Run, b *runsBuilder, depth int) {
	if depth > maxInline {
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.add(st, resolve(c.Segment.Value(r.source), c.IsRaw()))
			if c.HardLineBreak() {
				b.hard()
			} else if c.SoftLineBreak() {
				b.add(st, " ")
			}
		case *ast.String:
			b.add(st, string(c.Value))
		case *ast.Emphasis:
			in := st
			if c.Level >= 2 {
				in.Bold = true
			} else {
				in.Italic = true
			}
			r.inline(c, in, b, depth+1)
		case *ast.Link:
			in := st
			in.URL = safeURL(string(c.Destination))
			r.inline(c, in, b, depth+1)
		case *ast.AutoLink:
			in := st
			u := string(c.URL(r.source))
			if c.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(u), "mailto:") {
				u = "mailto:" + u
			}
			in.URL = safeURL(u)
			b.add(in, string(c.Label(r.source)))
		case *ast.RawHTML:
		default: // code spans, images: their words
			r.inline(c, st, b, depth+1)
		}
	}
}

// runsBuilder joins words of one style.
type runsBuilder struct {
	runs []Run
	text strings.Builder
	st   Run
}

func (b *runsBuilder) add(st Run, text string) {
	if text == "" {
		return
	}
	if st != b.st {
		b.flush()
		b.st = st
	}
	b.text.WriteString(text)
}

func (b *runsBuilder) flush() {
	if b.text.Len() > 0 {
		r := b.st
		r.Text = b.text.String()
		b.runs = append(b.runs, r)
		b.text.Reset()
	}
}

func (b *runsBuilder) hard() {
	b.flush()
	if n := len(b.runs); n > 0 {
		b.runs[n-1].Break = true
	}
}

func (b *runsBuilder) done() []Run {
	b.flush()
	return b.runs
}

// resolve reads backslashes and entities, which a node holds as they were typed. The parser's own
// writer knows them, but writes HTML, which is then read back.
func resolve(value []byte, raw bool) string {
	if raw || !bytes.ContainsAny(value, `\&`) {
		return string(value)
	}
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	htmlout.DefaultWriter.Write(w, value)
	w.Flush() // a bytes.Buffer does not fail
	return html.UnescapeString(out.String())
}
