package table

import (
	"fmt"
	"strconv"
	"strings"

	"pliego/internal/followup"
	"pliego/internal/sheet"
)

// Table is what was read.
type Table struct {
	Heads   []string // as they stand
	Unknown []string // headings of columns that are passed over
	Rows    []Row
}

// Row is one item with all its sources, or why it could not be understood.
type Row struct {
	Line  int        // of its first row in the file
	Cells [][]string // its rows as they stand, to hand back
	Item  *followup.Item
	Err   error
}

// Read understands a table. A row that is wrong stops nothing: it says why.
func Read(rows []sheet.Row) (*Table, error) {
	if len(rows) == 0 {
		return nil, ErrEmpty
	}
	columns, err := columnsOf(rows[0].Cells)
	if err != nil {
		return nil, err
	}
	t := &Table{Heads: rows[0].Cells}
	for n, c := range columns {
		if c == "" && strings.TrimSpace(t.Heads[n]) != "" {
			t.Unknown = append(t.Unknown, t.Heads[n])
		}
	}
	for _, r := range rows[1:] {
		if sheet.Blank(r.Cells) {
			continue
		}
		cell := func(c Column) string {
			for n, x := range columns {
				if x == c && n < len(r.Cells) {
					return armed(strings.TrimSpace(r.Cells[n]))
				}
			}
			return ""
		}
		if last := len(t.Rows) - 1; last >= 0 && cell("kind") == "" && cell("id") != "" && t.Rows[last].Item != nil && t.Rows[last].Item.ID == cell("id") {
			row := &t.Rows[last]
			row.Cells = append(row.Cells, r.Cells)
			row.Item.Citations = append(row.Item.Citations, citation(cell))
			continue
		}
		item, err := item(cell)
		row := Row{Line: r.Line, Cells: [][]string{r.Cells}, Item: item}
		if err != nil {
			row.Err = err
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		return nil, ErrEmpty
	}
	return t, nil
}

// armed takes the apostrophe away that an export puts before what a spreadsheet
// program would take for a formula.
func armed(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune("=+-@", rune(cell[1])) {
		return cell[1:]
	}
	return cell
}

// item understands one row; what it has of it comes with the error too.
func item(cell func(Column) string) (*followup.Item, error) {
	i := &followup.Item{
		ID: cell("id"), Kind: followup.Kind(strings.ToLower(cell("kind"))), Addressee: strings.ToLower(cell("addressee")), Asks: list(cell("asks")), Date: followup.Date(cell("date")),
		Action: followup.ActionKind(strings.ToLower(cell("action"))), Direction: followup.Direction(strings.ToLower(cell("direction"))),
		Track: followup.Track(strings.ToLower(cell("track"))), Value: followup.Value(strings.ToLower(cell("value"))), Looked: cell("looked"),
		Title: words(cell, "title"), Summary: words(cell, "summary"), Original: cell("original"), OriginalLang: cell("original_language"),
		Office: cell("office"), Reference: cell("reference"), From: cell("from"), Due: followup.Date(cell("due")), Note: cell("note"), Reason: cell("reason"),
	}
	switch strings.ToLower(cell("inferred")) {
	case "", "no", "0", "false", "não", "non":
	case "yes", "1", "true", "sí", "si", "sim", "oui":
		i.Inferred = true
	default:
		return i, fmt.Errorf("inferred: %q is neither yes nor no", cell("inferred"))
	}
	if r := cell("rubric"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil {
			return i, fmt.Errorf("rubric: %q is no number", r)
		}
		i.Rubric = n
	}
	if c := citation(cell); c != (followup.Citation{}) {
		i.Citations = []followup.Citation{c}
	}
	return i, nil
}

// list reads keys parted by commas, semicolons or spaces.
func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '|' })
}

func words(cell func(Column) string, name string) followup.Words {
	var w followup.Words
	for _, lang := range []string{"es", "pt", "en", "fr"} {
		if text := cell(Column(name + "_" + lang)); text != "" {
			if w == nil {
				w = followup.Words{}
			}
			w[lang] = text
		}
	}
	return w
}

func citation(cell func(Column) string) followup.Citation {
	return followup.Citation{
		URL: cell("source_url"), Publisher: cell("source_publisher"), Title: cell("source_title"), Place: cell("source_place"), Quote: cell("source_quote"),
		Archived: cell("source_archived"), SHA256: cell("source_sha256"), Grade: followup.Grade(strings.ToLower(cell("source_grade"))),
		Confidence: followup.Confidence(strings.ToLower(cell("source_confidence"))),
	}
}
