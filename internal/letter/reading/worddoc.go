package reading

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// wordParagraph is a paragraph of a Word document as it is gathered.
type wordParagraph struct {
	text, lead strings.Builder
	plain      bool // text that is not bold has come
	style      string
	num        string
	depth      int
	level      int  // of the outline, from 1; 0 is text
	numbered   bool // the paragraph itself says its list, over its style
}

// readDocument gathers paragraphs and tables. Paragraphs inside a table's
// cell become the cell's text; tables in cells are read into the outer cell.
func (w *wordReader) readDocument(d *xml.Decoder) error {
	var p *wordParagraph
	var cells []string
	var cell []string
	tableDepth, skip := 0, 0
	bold, inText, headerRow, empty := false, false, false, false
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if skip > 0 || leftOut[t.Name.Local] {
				skip++
				continue
			}
			switch t.Name.Local {
			case "p":
				p = &wordParagraph{depth: -1}
			case "r":
				bold = false
				if p != nil {
					bold = w.styles[p.style].bold
				}
			case "t":
				inText = true
			case "tab":
				if p != nil {
					w.put(p, "\t", bold)
				}
			case "br", "cr":
				if p != nil {
					w.put(p, "\n", bold)
				}
			case "noBreakHyphen":
				if p != nil {
					w.put(p, "-", bold)
				}
			case "b":
				bold = on(t)
			case "pStyle":
				if p != nil {
					p.style = attr(t, "val")
				}
			case "outlineLvl":
				if n, err := strconv.Atoi(attr(t, "val")); err == nil && n >= 0 && n < 9 && p != nil {
					p.level = n + 1
				}
			case "ilvl":
				if p != nil {
					p.depth, _ = strconv.Atoi(attr(t, "val"))
				}
			case "numId":
				if p != nil {
					p.num, p.numbered = attr(t, "val"), true
				}
			case "tbl":
				if tableDepth++; tableDepth == 1 {
					w.tables++
				}
			case "tr":
				if tableDepth == 1 {
					cells, headerRow = nil, false
				}
			case "tblHeader":
				headerRow = on(t)
			case "tc":
				if tableDepth == 1 {
					cell, empty = nil, false
				}
			case "vMerge":
				empty = attr(t, "val") != "restart"
			}
		case xml.EndElement:
			if skip > 0 {
				skip--
				continue
			}
			switch t.Name.Local {
			case "t":
				inText = false
			case "p":
				if p == nil {
					continue
				}
				w.at++
				if tableDepth > 0 {
					if s := oneLine(p.text.String()); s != "" {
						cell = append(cell, s)
					}
				} else {
					w.paragraph(p)
				}
				p = nil
			case "tc":
				if tableDepth == 1 {
					if empty {
						cells = append(cells, mergedCell)
					} else {
						cells = append(cells, strings.Join(cell, "\n"))
					}
				}
			case "tr":
				if tableDepth == 1 {
					w.row(cells, headerRow)
				}
			case "tbl":
				tableDepth--
			}
		case xml.CharData:
			if skip == 0 && inText && p != nil {
				if w.bytes += len(t); w.bytes > maxText {
					return fmt.Errorf("%w: more than 16 MiB of text", ErrTooLarge)
				}
				w.put(p, plainer.Replace(norm.NFC.String(string(t))), bold)
			}
		}
		if len(w.src.units) > maxUnits {
			return nil // Read refuses it
		}
	}
}

// leftOut are the elements whose text is no text of the letter: struck out by
// a reviewer, a field's code, the second form of a drawing, a note's number.
var leftOut = set("del moveFrom instrText Fallback rPrChange pPrChange footnoteReference endnoteReference commentReference sectPr tabs")

func (w *wordReader) put(p *wordParagraph, s string, bold bool) {
	p.text.WriteString(s)
	if bold && !p.plain {
		p.lead.WriteString(s)
	} else if strings.TrimSpace(s) != "" {
		p.plain = true
	}
}

// paragraph makes units of a paragraph, one for each of its lines.
func (w *wordReader) paragraph(p *wordParagraph) {
	style := w.styles[p.style]
	if p.level > 0 {
		style.level = p.level
	}
	num, depth := style.num, p.depth
	if p.numbered {
		num = p.num
	}
	if depth < 0 {
		depth, _ = strconv.Atoi(style.depth)
	}
	mark := marker{}
	if style.level == 0 && strings.TrimSpace(p.text.String()) != "" {
		mark = w.mark(num, depth)
	}
	first := true
	for s := range strings.SplitSeq(p.text.String(), "\n") {
		if strings.TrimSpace(s) == "" {
			continue
		}
		u := unit{at: w.at, gap: first, hard: !first, text: s, indent: 4 * depth}
		if style.level > 0 {
			u.kind, u.level = heading, style.level
		}
		if first {
			u.lead = oneLine(p.lead.String())
			u.mark = mark
		}
		if u.text = strings.TrimSpace(s); u.kind == line && u.mark.style == noMark {
			u.mark, u.text = cutMarker(u.text)
			u.lead = strings.TrimSpace(strings.TrimPrefix(u.lead, u.mark.raw))
		}
		if bare := oneLine(u.text); !strings.HasPrefix(bare, u.lead) {
			u.lead = ""
			if strings.HasPrefix(oneLine(p.lead.String()), bare) {
				u.lead = bare // a bold line of several
			}
		}
		w.src.units = append(w.src.units, u)
		first = false
	}
}

// mergedCell stands for a cell that goes on from the row above.
const mergedCell = "\x00merged"

func (w *wordReader) row(cells []string, header bool) {
	u := unit{kind: row, table: w.tables, at: w.at, gap: true, header: header, cells: cells}
	var above []string
	if k := len(w.src.units) - 1; k >= 0 && w.src.units[k].table == w.tables {
		above = w.src.units[k].cells
	}
	long := false
	for i, c := range cells {
		if c == mergedCell {
			if cells[i] = ""; i < len(above) {
				cells[i] = above[i]
			}
		}
		long = long || len(c) > 400 || strings.Count(c, "\n") > 3
	}
	if long { // a table for the layout: its cells are text
		for _, c := range cells {
			for s := range strings.SplitSeq(c, "\n") {
				m, rest := cutMarker(s)
				if rest = oneLine(rest); rest != "" {
					w.src.units = append(w.src.units, unit{at: w.at, gap: true, mark: m, text: rest})
				}
			}
		}
		return
	}
	for i := range cells {
		cells[i] = oneLine(cells[i])
	}
	if strings.Join(cells, "") != "" {
		w.src.units = append(w.src.units, u)
	}
}
