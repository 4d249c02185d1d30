package reading

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// readWord takes a Word document (DOCX) apart. Headers, footers and footnotes
// are other parts of the file and are not read; text that a reviewer struck
// out is left out.
func readWord(data []byte) (*source, error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	parts := map[string]*zip.File{}
	for _, f := range zr.File {
		switch f.Name {
		case "word/document.xml", "word/styles.xml", "word/numbering.xml":
			parts[f.Name] = f
		}
	}
	document := parts["word/document.xml"]
	if document == nil {
		return nil, fmt.Errorf("%w: this is a ZIP archive without a Word document; save the letter as DOCX or text", ErrBinary)
	}
	budget := int64(maxUnpacked)
	w := &wordReader{src: &source{}, styles: map[string]wordStyle{}, lists: map[string][]wordLevel{}, counts: map[string][]int{}}
	for _, part := range []struct {
		file *zip.File
		read func(*xml.Decoder) error
	}{{parts["word/styles.xml"], w.readStyles}, {parts["word/numbering.xml"], w.readNumbering}, {document, w.readDocument}} {
		if part.file == nil {
			continue
		}
		if part.file.UncompressedSize64 > uint64(maxUnpacked) {
			return nil, fmt.Errorf("%w: it unpacks to more than 50 MiB", ErrTooLarge)
		}
		r, err := part.file.Open()
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, part.file.Name, err)
		}
		bounded := &boundedReader{r, &budget}
		err = part.read(xml.NewDecoder(bounded))
		r.Close()
		switch {
		case errors.Is(err, ErrTooLarge):
			return nil, err
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, part.file.Name, err)
		}
	}
	if len(w.src.units) == 0 {
		return nil, ErrEmpty
	}
	w.src.units = finishColumns(w.src.units)
	return w.src, nil
}

// boundedReader counts what all parts together unpack to, whatever the
// archive's directory claims.
type boundedReader struct {
	r      io.Reader
	budget *int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if *b.budget <= 0 {
		return 0, fmt.Errorf("%w: it unpacks to more than 50 MiB", ErrTooLarge)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), *b.budget)])
	*b.budget -= int64(n)
	return n, err
}

type wordStyle struct {
	level      int // heading level; 1 for a title
	num, depth string
	bold       bool
}

// wordLevel is how one level of a list is numbered.
type wordLevel struct {
	format, text string
	start        int
}

type wordReader struct {
	src    *source
	styles map[string]wordStyle
	lists  map[string][]wordLevel // numId → levels
	counts map[string][]int       // numId → how far each level has come
	bytes  int
	at     int // paragraphs so far
	tables int
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func on(e xml.StartElement) bool {
	v := attr(e, "val")
	return v != "0" && v != "false" && v != "none"
}

// readStyles learns which styles are headings, bold, or items of a list. Style
// names are English in every language's Word; ids are not.
func (w *wordReader) readStyles(d *xml.Decoder) error {
	id, style := "", wordStyle{}
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "style":
				id, style = attr(t, "styleId"), wordStyle{}
			case "name":
				name := strings.ToLower(attr(t, "val"))
				if n, ok := strings.CutPrefix(name, "heading "); ok {
					style.level, _ = strconv.Atoi(n)
				} else if name == "title" {
					style.level = 1
				}
			case "outlineLvl":
				if n, err := strconv.Atoi(attr(t, "val")); err == nil && n < 9 && style.level == 0 {
					style.level = n + 1
				}
			case "numId":
				style.num = attr(t, "val")
			case "ilvl":
				style.depth = attr(t, "val")
			case "b":
				style.bold = on(t)
			}
		case xml.EndElement:
			if t.Name.Local == "style" && id != "" && len(w.styles) < 10_000 {
				w.styles[id] = style
			}
		}
	}
}

// readNumbering learns the lists' formats.
func (w *wordReader) readNumbering(d *xml.Decoder) error {
	abstract := map[string][]wordLevel{}
	current, num := "", ""
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		levels := abstract[current]
		last := len(levels) - 1
		switch e.Name.Local {
		case "abstractNum":
			current, num = attr(e, "abstractNumId"), ""
		case "lvl":
			if num == "" && len(levels) < 9 && len(abstract) < 10_000 {
				abstract[current] = append(levels, wordLevel{start: 1})
			}
		case "start":
			if last >= 0 && num == "" {
				levels[last].start, _ = strconv.Atoi(attr(e, "val"))
			}
		case "numFmt":
			if last >= 0 && num == "" {
				levels[last].format = attr(e, "val")
			}
		case "lvlText":
			if last >= 0 && num == "" {
				levels[last].text = attr(e, "val")
			}
		case "num":
			num = attr(e, "numId")
		case "abstractNumId":
			if num != "" && len(w.lists) < 10_000 {
				w.lists[num] = abstract[attr(e, "val")]
			}
		}
	}
}

// mark counts a list on and gives the item's marker as Word shows it.
func (w *wordReader) mark(num string, depth int) marker {
	levels := w.lists[num]
	if num == "" || num == "0" || depth < 0 || depth > 8 {
		return marker{}
	}
	if depth >= len(levels) {
		return marker{bullet, 0, "•", true}
	}
	counts := w.counts[num]
	if counts == nil {
		counts = make([]int, 9)
		w.counts[num] = counts
	}
	level := levels[depth]
	if counts[depth] == 0 {
		counts[depth] = max(level.start, 0)
	} else {
		counts[depth]++
	}
	clear(counts[depth+1:])
	n := counts[depth]
	switch level.format {
	case "decimal", "decimalZero", "ordinal":
		return marker{number, n, strconv.Itoa(n) + ".", true}
	case "lowerLetter", "upperLetter":
		if n >= 1 && n <= 26 {
			return marker{letter, n, string(rune('a'+n-1)) + ")", true}
		}
	case "lowerRoman", "upperRoman":
		return marker{roman, n, "(" + romanOf(n) + ")", true}
	case "none":
		return marker{}
	}
	return marker{bullet, 0, "•", true}
}
