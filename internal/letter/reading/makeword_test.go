package reading

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
)

// makeWord makes a Word document of a plain description: "# " the title, "## "
// a heading, "- " a bullet and "1. " an item numbered by Word itself, "| a |
// b |" a table's row, "**…**" bold text at a paragraph's start, and every
// other line a paragraph.
func makeWord(t testing.TB, src string) []byte {
	var body strings.Builder
	inTable := false
	for l := range strings.Lines(src) {
		l = strings.TrimSpace(l)
		if cells, ok := strings.CutPrefix(l, "| "); ok {
			if !inTable {
				body.WriteString("<w:tbl>")
				inTable = true
			}
			body.WriteString("<w:tr>")
			for c := range strings.SplitSeq(strings.TrimSuffix(cells, "|"), "|") {
				body.WriteString("<w:tc>" + wordP("", strings.TrimSpace(c)) + "</w:tc>")
			}
			body.WriteString("</w:tr>")
			continue
		}
		if inTable {
			body.WriteString("</w:tbl>")
			inTable = false
		}
		style := ""
		for prefix, s := range map[string]string{
			"# ": `<w:pStyle w:val="Ttulo"/>`, "## ": `<w:pStyle w:val="Ttulo1"/>`, "### ": `<w:outlineLvl w:val="1"/>`,
			"- ":  `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`,
			"1. ": `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>`,
		} {
			if rest, ok := strings.CutPrefix(l, prefix); ok {
				style, l = s, rest
				break
			}
		}
		body.WriteString(wordP(style, l))
	}
	if inTable {
		body.WriteString("</w:tbl>")
	}
	const ns = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	return zipOf(t, map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"word/document.xml":   `<?xml version="1.0"?><w:document ` + ns + `><w:body>` + body.String() + `</w:body></w:document>`,
		"word/styles.xml": `<w:styles ` + ns + `><w:style w:styleId="Ttulo"><w:name w:val="Title"/></w:style>` +
			`<w:style w:styleId="Ttulo1"><w:name w:val="heading 1"/></w:style></w:styles>`,
		"word/numbering.xml": `<w:numbering ` + ns + `>` +
			`<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>` +
			`<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>` +
			`<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>`,
	})
}

func wordP(properties, text string) string {
	run := func(props, s string) string {
		var b bytes.Buffer
		xml.EscapeText(&b, []byte(s)) // a buffer cannot fail
		return fmt.Sprintf(`<w:r><w:rPr>%s</w:rPr><w:t xml:space="preserve">%s</w:t></w:r>`, props, b.String())
	}
	out := "<w:p><w:pPr>" + properties + "</w:pPr>"
	if rest, ok := strings.CutPrefix(text, "**"); ok {
		lead, rest, _ := strings.Cut(rest, "**")
		out += run("<w:b/>", lead)
		text = rest
	}
	if text != "" {
		out += run("", text) + `<w:del><w:r><w:t>struck out</w:t></w:r></w:del>`
	}
	return out + "</w:p>"
}

func zipOf(t testing.TB, files map[string]string) []byte {
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for name, content := range files {
		w, err := zw.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
