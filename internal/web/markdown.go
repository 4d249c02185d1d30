package web

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown turns a letter's words into HTML. Raw HTML is dropped by goldmark,
// and what it makes passes a policy as well: letters come from anywhere.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough),
	goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(lowerHeadings{}, 100))),
)

// lowerHeadings moves the headings of a text below the page's own: the title
// is h1, and what a text calls # is h2.
type lowerHeadings struct{}

func (lowerHeadings) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if heading, ok := n.(*ast.Heading); ok {
			heading.Level = min(heading.Level+1, 6)
		}
	}
}

var allowed = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li",
		"h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	return p
}()

// toHTML draws Markdown as HTML that is safe to put into a page.
func toHTML(source string) (template.HTML, error) {
	var out bytes.Buffer
	if err := markdown.Convert([]byte(source), &out); err != nil {
		return "", fmt.Errorf("read a letter's Markdown: %w", err)
	}
	return template.HTML(allowed.SanitizeBytes(out.Bytes())), nil
}

var noTags = bluemonday.StrictPolicy()

// toText gives the words of Markdown without its signs, for an excerpt.
func toText(source string) (string, error) {
	drawn, err := toHTML(source)
	if err != nil {
		return "", err
	}
	plain := noTags.Sanitize(strings.ReplaceAll(string(drawn), "</p>", "</p> "))
	return html.UnescapeString(plain), nil
}
