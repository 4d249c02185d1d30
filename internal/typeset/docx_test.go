package typeset

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"
	"testing"
)

// unzipped sets l as DOCX and gives its parts by name.
func unzipped(t testing.TB, l *Letter) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := DOCX(context.Background(), &b, l); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(data)
	}
	return parts
}

// node is any XML element.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Nodes   []node     `xml:",any"`
	Text    string     `xml:",chardata"`
}

func (n *node) attr(local string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// all gives every element of that name below n, in order.
func (n *node) all(local string) []*node {
	var out []*node
	for i := range n.Nodes {
		c := &n.Nodes[i]
		if c.XMLName.Local == local {
			out = append(out, c)
		}
		out = append(out, c.all(local)...)
	}
	return out
}

// words is the text below n.
func (n *node) words() string {
	var b strings.Builder
	for _, t := range n.all("t") {
		b.WriteString(t.Text)
	}
	return b.String()
}

func (n *node) style() string {
	if s := n.all("pStyle"); len(s) > 0 {
		return s[0].attr("val")
	}
	return ""
}

func parse(t testing.TB, name, text string) *node {
	t.Helper()
	var n node
	if err := xml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return &n
}

func TestDOCXIsComplete(t *testing.T) {
	l := sample(t)
	l.Title = `A & B < C "D" 'E'`
	l.Intro = md(t, "[one](https://example.org/?a=1&b=2) [again](https://example.org/?a=1&b=2) [two](https://example.org/2)\n\n- a\n  1. b\n\n> q\n\n    code\n\n***\n\n### h")
	parts := unzipped(t, l)

	types := parse(t, "types", parts["[Content_Types].xml"])
	for _, o := range types.all("Override") {
		if _, ok := parts[strings.TrimPrefix(o.attr("PartName"), "/")]; !ok {
			t.Errorf("content type of %s, which is not there", o.attr("PartName"))
		}
	}
	for name, text := range parts {
		root := parse(t, name, text)
		base, file := path.Split(name)
		rels, ok := parts[base+"_rels/"+file+".rels"]
		if !ok {
			rels = parts["_rels/.rels"]
		}
		ids := map[string]bool{}
		for _, r := range parse(t, name+" rels", rels).all("Relationship") {
			if ids[r.attr("Id")] {
				t.Errorf("%s: relationship %s twice", name, r.attr("Id"))
			}
			ids[r.attr("Id")] = true
			if r.attr("TargetMode") == "External" || !ok {
				continue
			}
			if _, there := parts[path.Join(base, r.attr("Target"))]; !there {
				t.Errorf("%s: relationship to %s, which is not there", name, r.attr("Target"))
			}
		}
		for _, e := range append(root.all("hyperlink"), root.all("footerReference")...) {
			if !ids[e.attr("id")] {
				t.Errorf("%s: no relationship %q", name, e.attr("id"))
			}
		}
	}

	doc, styles, nums := parse(t, "document", parts["word/document.xml"]), parse(t, "styles", parts["word/styles.xml"]), parse(t, "numbering", parts["word/numbering.xml"])
	known := map[string]bool{}
	for _, s := range styles.all("style") {
		if known[s.attr("styleId")] {
			t.Errorf("style %s twice", s.attr("styleId"))
		}
		known[s.attr("styleId")] = true
	}
	for _, name := range []string{"pStyle", "rStyle", "tblStyle"} {
		for _, s := range doc.all(name) {
			if !known[s.attr("val")] {
				t.Errorf("style %q is not defined", s.attr("val"))
			}
		}
	}
	for _, s := range append(styles.all("basedOn"), styles.all("next")...) {
		if !known[s.attr("val")] {
			t.Errorf("style %q is not defined", s.attr("val"))
		}
	}
	numIDs := map[string]bool{}
	for _, n := range nums.all("num") {
		numIDs[n.attr("numId")] = true
	}
	for _, n := range doc.all("numId") {
		if !numIDs[n.attr("val")] {
			t.Errorf("numbering %q is not defined", n.attr("val"))
		}
	}
	if got := strings.Count(parts["word/_rels/document.xml.rels"], "TargetMode=\"External\""); got != 4 {
		t.Errorf("%d addresses, want 4: the two of the text, the notice's and the letter's", got)
	}
}

func TestDOCXStructure(t *testing.T) {
	l := sample(t)
	l.Lang, l.TextLang = "en", "es"
	l.Asks[1].Number, l.Asks[2].Title = 7, ""
	parts := unzipped(t, l)
	doc := parse(t, "document", parts["word/document.xml"])
	var headings []string
	numbered := 0
	for _, p := range doc.all("p") {
		if s := p.style(); s == "Title" || strings.HasPrefix(s, "Heading") {
			headings = append(headings, s+": "+p.words())
			if s == "Heading2" && len(p.all("numPr")) == 1 {
				numbered++
			}
			if lang := p.all("lang"); s != "Heading1" && (len(lang) == 0 || lang[0].attr("val") != "es") {
				t.Errorf("the text's heading %q is not marked as Spanish", p.words())
			}
		}
	}
	want := []string{"Title: " + l.Title, "Heading1: What it asks", "Heading2: " + l.Asks[0].Title, "Heading2: " + l.Asks[1].Title,
		"Heading2: " + l.Asks[3].Title, "Heading2: " + l.Asks[4].Title, "Heading1: 52 signatories"}
	if strings.Join(headings, "\n") != strings.Join(want, "\n") || numbered != 4 {
		t.Errorf("%d numbered headings in:\n%s", numbered, strings.Join(headings, "\n"))
	}
	if !strings.Contains(parts["word/numbering.xml"], `<w:startOverride w:val="7"/>`) {
		t.Error("ask 7 is not numbered 7")
	}
	if !strings.Contains(parts["word/styles.xml"], `<w:lang w:val="en"/>`) {
		t.Error("the document's language is not English")
	}
	core := parts["docProps/core.xml"]
	for _, s := range []string{"<dc:title>" + l.Title, "<dc:language>es<", "2013-11-19T12:00:00Z"} {
		if !strings.Contains(core, s) {
			t.Errorf("core properties lack %q", s)
		}
	}
	footer := parse(t, "footer", parts["word/footer1.xml"])
	if f := footer.all("instrText"); len(f) != 2 || strings.TrimSpace(f[0].Text) != "PAGE" || strings.TrimSpace(f[1].Text) != "NUMPAGES" {
		t.Error("the footer does not count pages")
	}
}

func TestDOCXSignatories(t *testing.T) {
	l := sample(t)
	l.Signatories = append(l.Signatories, Signatory{Number: 53, Note: "withdrawn on 3 May 2027"},
		Signatory{Number: 54, Name: "人权观察", Latin: "Rénquán guānchá", Country: "China"})
	doc := parse(t, "document", unzipped(t, l)["word/document.xml"])
	tables := doc.all("tbl")
	if len(tables) != 1 {
		t.Fatalf("%d tables", len(tables))
	}
	rows := tables[0].all("tr")
	if len(rows) != 1+54 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range rows {
		if got := len(r.all("tblHeader")); (i == 0) != (got == 1) {
			t.Errorf("row %d: %d marks of a header", i, got)
		}
		if i == 0 {
			continue
		}
		s := l.Signatories[i-1]
		var cells []string
		for _, c := range r.all("tc") {
			cells = append(cells, c.words())
		}
		name := s.Name
		for _, more := range []string{s.Latin, s.Acronym} {
			if more != "" {
				name += " (" + more + ")"
			}
		}
		if s.Note != "" {
			name = strings.TrimSpace(name + " " + s.Note)
		}
		if want := []string{fmt.Sprint(s.Number), name, s.Country}; strings.Join(cells, "|") != strings.Join(want, "|") {
			t.Errorf("row %d: %q, want %q", i, cells, want)
		}
	}
}

func TestDOCXIsReproducible(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := DOCX(context.Background(), w, sample(t)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same letter gave other bytes")
	}
}

func FuzzSet(f *testing.F) {
	f.Add("Title", "Name", "# text\n\n- a\n\n[b](https://example.org)")
	f.Add("\x00\u202e<&>", "\xff人", strings.Repeat("W", 3000))
	f.Add("(", "\\", "***a** b* ```\n\u0301\ufeff")
	f.Fuzz(func(t *testing.T, title, name, text string) {
		blocks, err := Markdown(text)
		if err != nil {
			return
		}
		l := sample(t)
		l.Title, l.Signatories, l.Intro, l.Asks[0].Text = title, []Signatory{{Number: 1, Name: name, Latin: title}}, blocks, blocks
		var pdf bytes.Buffer
		_, err = PDF(context.Background(), &pdf, l)
		if (err == nil) != (l.check() == nil) {
			t.Fatalf("PDF: %v", err)
		}
		if err != nil {
			return
		}
		for part, text := range unzipped(t, l) {
			parse(t, part, text)
		}
	})
}
