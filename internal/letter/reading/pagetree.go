package reading

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// node is an element of a page, or with tag 0 a text.
type node struct {
	tag   atom.Atom
	attr  map[string]string // the few that matter
	text  string            // of a text node
	at    int               // line number
	kids  []*node
	bytes int // of text below
}

const (
	maxNodes = 400_000
	maxDepth = 200
)

// keptAttributes are those that reading a letter needs.
var keptAttributes = set("class id role hidden aria-hidden style start value type datetime content property name rowspan colspan")

// parsePage builds the tree of a page from its tokens. It keeps line numbers,
// which the standard parser loses, and bounds depth and count; it closes what
// authors leave open only as far as finding paragraphs, items and cells needs.
func parsePage(text string) (*node, error) {
	z := html.NewTokenizer(strings.NewReader(text))
	root := &node{tag: atom.Html, at: 1}
	stack := []*node{root}
	at, count := 1, 0
	var skip atom.Atom // inside an element whose content is no text
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break // the text is in memory: its end
		}
		began := at
		at += strings.Count(string(z.Raw()), "\n")
		if count++; count > maxNodes {
			return nil, fmt.Errorf("%w: the page has more than %d elements; save only the letter", ErrTooLarge, maxNodes)
		}
		top := stack[len(stack)-1]
		switch kind {
		case html.TextToken:
			if skip == 0 {
				top.kids = append(top.kids, &node{text: string(z.Text()), at: began})
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if skip != 0 || t.DataAtom == 0 && kind == html.SelfClosingTagToken {
				continue
			}
			if noText[t.DataAtom] {
				if kind == html.StartTagToken {
					skip = t.DataAtom
				}
				continue
			}
			stack = closeImplied(stack, t.DataAtom)
			n := &node{tag: t.DataAtom, at: began}
			if n.tag == 0 {
				n.tag = atom.Span // an unknown element is a plain one
			}
			for _, a := range t.Attr {
				if keptAttributes[a.Key] {
					if n.attr == nil {
						n.attr = map[string]string{}
					}
					n.attr[a.Key] = a.Val
				}
			}
			top = stack[len(stack)-1]
			top.kids = append(top.kids, n)
			if !void[n.tag] && kind == html.StartTagToken && len(stack) < maxDepth {
				stack = append(stack, n)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if skip != 0 {
				if tag == skip {
					skip = 0
				}
				continue
			}
			for i := len(stack) - 1; i > 0; i-- {
				if stack[i].tag == tag {
					stack = stack[:i]
					break
				}
				if bounds[stack[i].tag] && !bounds[tag] && tag != atom.Body && tag != atom.Html {
					break // "</b>" in a cell closes nothing outside it
				}
			}
		}
	}
	root.measure()
	return root, nil
}

func (n *node) measure() int {
	n.bytes = len(strings.TrimSpace(n.text))
	for _, k := range n.kids {
		n.bytes += k.measure()
	}
	return n.bytes
}

func atoms(list ...atom.Atom) map[atom.Atom]bool {
	m := map[atom.Atom]bool{}
	for _, a := range list {
		m[a] = true
	}
	return m
}

var (
	noText = atoms(atom.Script, atom.Style, atom.Template, atom.Svg, atom.Iframe, atom.Noscript, atom.Select, atom.Button, atom.Textarea, atom.Object, atom.Canvas, atom.Audio, atom.Video, atom.Map)
	void   = atoms(atom.Br, atom.Hr, atom.Img, atom.Meta, atom.Link, atom.Input, atom.Wbr, atom.Col, atom.Area, atom.Base, atom.Embed, atom.Source, atom.Track, atom.Param)
	bounds = atoms(atom.Td, atom.Th, atom.Table, atom.Article, atom.Main, atom.Body, atom.Div, atom.Section)
	blocks = atoms(atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Ul, atom.Ol, atom.Li, atom.Table, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Dl, atom.Dt, atom.Dd, atom.Hr, atom.Header, atom.Footer, atom.Figure, atom.Figcaption,
		atom.Address, atom.Center, atom.Fieldset, atom.Form, atom.Details, atom.Summary, atom.Nav, atom.Aside, atom.Caption, atom.Body)
)

// closeImplied closes the elements that a new one ends without saying so.
func closeImplied(stack []*node, tag atom.Atom) []*node {
	closes := func(ends, within map[atom.Atom]bool) {
		for i := len(stack) - 1; i > 0; i-- {
			if ends[stack[i].tag] {
				stack = stack[:i]
				return
			}
			if within[stack[i].tag] {
				return
			}
		}
	}
	lists, cells := atoms(atom.Ul, atom.Ol, atom.Table), atoms(atom.Table)
	switch {
	case tag == atom.Li:
		closes(atoms(atom.Li), lists)
	case tag == atom.Td || tag == atom.Th:
		closes(atoms(atom.Td, atom.Th), cells)
	case tag == atom.Tr || tag == atom.Tbody || tag == atom.Thead || tag == atom.Tfoot:
		closes(atoms(atom.Td, atom.Th), cells)
		closes(atoms(atom.Tr), cells)
	case tag == atom.Dt || tag == atom.Dd:
		closes(atoms(atom.Dt, atom.Dd), atoms(atom.Dl))
	}
	if blocks[tag] {
		closes(atoms(atom.P), bounds)
	}
	return stack
}

// find gives the elements with one of the tags, outermost first, not those
// inside another found.
func (n *node) find(tags map[atom.Atom]bool) []*node {
	var found []*node
	for _, k := range n.kids {
		if tags[k.tag] {
			found = append(found, k)
		} else {
			found = append(found, k.find(tags)...)
		}
	}
	return found
}

// content is the text below a node on one line.
func (n *node) content() string {
	var b strings.Builder
	n.write(&b)
	return oneLine(b.String())
}

func (n *node) write(b *strings.Builder) {
	b.WriteString(n.text)
	if n.tag == atom.Br || blocks[n.tag] {
		b.WriteByte(' ')
	}
	for _, k := range n.kids {
		k.write(b)
	}
	if blocks[n.tag] {
		b.WriteByte(' ')
	}
}

// letterOf finds the element that holds the letter: the page's main part, the
// article that has most of the text, or the body without what surrounds it.
func letterOf(root *node) *node {
	best := root
	if bodies := root.find(atoms(atom.Body)); len(bodies) > 0 {
		best = bodies[0]
	}
	mains := root.find(atoms(atom.Main))
	if len(mains) == 0 {
		mains = root.role("main")
	}
	if len(mains) > 0 && mains[0].bytes*3 >= best.bytes {
		best = mains[0]
	}
	articles := best.find(atoms(atom.Article))
	if len(articles) > 0 {
		longest := slices.MaxFunc(articles, func(a, b *node) int { return a.bytes - b.bytes })
		if longest.bytes*2 >= best.bytes {
			best = longest
		}
	}
	return best
}

func (n *node) role(role string) []*node {
	var found []*node
	for _, k := range n.kids {
		if k.attr["role"] == role {
			found = append(found, k)
		} else {
			found = append(found, k.role(role)...)
		}
	}
	return found
}

// surroundings are words in an element's class or id that mark what is around
// a letter.
var surroundings = set(`nav navbar navigation menu sidebar breadcrumb breadcrumbs footer share sharing social sharedaddy related
	comment comments cookie cookies consent newsletter subscribe subscription advert advertisement ads pagination pager toolbar
	footnote footnotes skip widget popup modal promo recommended byline tags
	rodape relacionados relacionadas comentarios compartilhar compartilhe compartir boletim boletin suscripcion migas pie cabecera
	pied partage partager commentaires fil ariane similaires lettreinfo`)

// aside reports an element that is around the letter and not of it. One that
// holds much of the text is kept, whatever it is called.
func (n *node) aside(letter *node) bool {
	switch n.tag {
	case atom.Nav, atom.Aside, atom.Label, atom.Input:
		return true
	case atom.Footer:
		return !signatureWords(n.content())
	case atom.Header:
		return letter.tag == atom.Body || letter.tag == atom.Html
	}
	if _, hidden := n.attr["hidden"]; hidden || n.attr["aria-hidden"] == "true" ||
		strings.Contains(strings.ReplaceAll(n.attr["style"], " ", ""), "display:none") {
		return true
	}
	if r := n.attr["role"]; r == "navigation" || r == "banner" || r == "contentinfo" || r == "complementary" || r == "search" {
		return true
	}
	if n.bytes*4 > letter.bytes || n.attr == nil {
		return false
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(n.attr["class"]+" "+n.attr["id"]), func(r rune) bool { return r == ' ' || r == '-' || r == '_' }) {
		if surroundings[w] {
			return true
		}
	}
	return false
}
