package reading

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readPlain takes plain text or Markdown apart, a unit a line.
func readPlain(text string, md bool) *source {
	src := &source{}
	if md {
		text = commentPattern.ReplaceAllStringFunc(text, func(c string) string {
			return strings.Repeat("\n", strings.Count(c, "\n")) // keeps the line numbers
		})
	}
	lines := strings.Split(text, "\n")
	first := 0
	if md {
		first = src.meta.frontMatter(lines)
	}
	gap, page, ruled := true, false, false
	for i := first; i < len(lines) && len(src.units) <= maxUnits; i++ {
		full := lines[i]
		if strings.Contains(full, "\f") {
			gap, page = true, true
			full = strings.ReplaceAll(full, "\f", " ")
		}
		hard := md && (strings.HasSuffix(full, "  ") || strings.HasSuffix(full, "\\"))
		s := strings.TrimSpace(full)
		if strings.Contains(s, "....") || strings.Contains(s, ". . . ") || strings.Contains(s, "……") || strings.Contains(s, "____") {
			s = leaders.ReplaceAllString(s, "$1\t$2")
		}
		if s == "" || isRule(s) {
			if k := len(src.units) - 1; isUnderline(s) && !gap && k >= 0 && src.units[k].mark.style == noMark &&
				(k == 0 || src.units[k].gap) && utf8.RuneCountInString(src.units[k].text) < 120 {
				src.units[k].kind, src.units[k].level = heading, 1
				if s[0] == '-' {
					src.units[k].level = 2
				}
			}
			ruled = ruled || s != ""
			gap = true
			continue
		}
		u := unit{at: i + 1, gap: gap, page: page, ruled: ruled, indent: indentOf(full), width: utf8.RuneCountInString(strings.TrimRight(full, " \t"))}
		u.hard = hard
		if md {
			for strings.HasPrefix(s, ">") {
				s = strings.TrimSpace(s[1:])
			}
			if hashes := len(s) - len(strings.TrimLeft(s, "#")); hashes > 0 && hashes < 7 && strings.HasPrefix(s[hashes:], " ") {
				u.kind, u.level = heading, hashes
				s = strings.TrimSpace(strings.TrimRight(s[hashes:], "# "))
				u.gap = true
			}
		}
		if cells, ok := pipeCells(s); ok {
			if len(cells) == 0 { // the rule under a table's header
				if k := len(src.units) - 1; k >= 0 && src.units[k].kind == row {
					src.units[k].header = true
				}
				continue
			}
			u.kind, u.cells = row, cells
			if md {
				for j := range cells {
					cells[j], _ = inline(cells[j])
				}
			}
		} else if u.kind != heading {
			u.mark, s = cutMarker(s)
		}
		if u.kind != row {
			if md {
				s, u.lead = inline(strings.TrimSuffix(s, "\\"))
				if u.mark.style == noMark && u.kind == line { // "**1. Open the roads.** …"
					u.mark, s = cutMarker(s)
					u.lead = strings.TrimSpace(strings.TrimPrefix(u.lead, u.mark.raw))
				}
			}
			u.text = s // spaces inside still tell columns apart
		}
		if u.kind == row || u.text != "" {
			src.units = append(src.units, u)
		}
		gap, page, ruled = u.kind == heading, false, false
	}
	shiftHard(src.units)
	src.units = finishColumns(src.units)
	return src
}

// shiftHard moves the sign of a writer's own line break from the line that
// ends with it to the line after it.
func shiftHard(units []unit) {
	for i := len(units) - 1; i > 0; i-- {
		units[i].hard = units[i-1].hard && !units[i].gap
	}
	if len(units) > 0 {
		units[0].hard = false
	}
}

func indentOf(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '\t':
			n += 4
		case unicode.IsSpace(r):
			n++
		default:
			return n
		}
	}
	return n
}

// isRule reports a line of nothing but strokes: "-----", "* * *", "=====",
// "+----+----+".
func isRule(s string) bool {
	return len(s) >= 3 && strings.Trim(s, "-_=*~+ —–·") == "" && s != "---|"
}

func isUnderline(s string) bool {
	return len(s) >= 3 && (strings.Trim(s, "=") == "" || strings.Trim(s, "-") == "")
}

// pipeCells parts "| a | b |". The rule below a header gives no cells.
func pipeCells(s string) ([]string, bool) {
	if strings.Count(s, "|") < 2 && !strings.Contains(s, " | ") || strings.Count(s, "|") == 1 && !strings.HasPrefix(s, "|") {
		return nil, false
	}
	if !strings.HasPrefix(s, "|") && !strings.HasSuffix(s, "|") && strings.Count(s, "|") < 2 {
		return nil, false
	}
	if strings.Count(s, "|") > 40 {
		return nil, false // no table is so wide
	}
	if strings.Trim(s, "|:-+= ") == "" {
		return nil, true
	}
	cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(s, "|"), "|"), "|")
	for i := range cells {
		cells[i] = oneLine(cells[i])
	}
	return cells, true
}

// finishColumns makes rows of lines in columns and then, as nothing else needs
// it, makes the white space in each text single.
func finishColumns(units []unit) []unit {
	units = spacedColumns(units)
	numberTables(units)
	for i := range units {
		u := &units[i]
		alone := (i == 0 || units[i-1].table != u.table) && (i+1 == len(units) || units[i+1].table != u.table)
		if u.kind == row && alone && u.table > beyond && !u.header { // "19 Nov 2013 | News" is no table
			u.kind, u.table, u.text, u.cells = line, 0, strings.Join(u.cells, " | "), nil
		}
		units[i].text = oneLine(units[i].text)
		units[i].lead = oneLine(units[i].lead)
	}
	return units
}

// spacedColumns makes rows of lines whose columns are set apart by tabs or by
// aligned spaces.
func spacedColumns(units []unit) []unit {
	for i := 0; i < len(units); {
		j := i
		var split [][]string
		starts := map[int]int{}
		tabs := false
		for ; j < len(units) && units[j].kind == line; j++ {
			cells, at, tab := columnsOf(units[j].text)
			if len(cells) < 2 || len(cells) > 7 || len(split) > 0 && tab != tabs {
				break
			}
			tabs = tab
			split = append(split, cells)
			starts[at+units[j].indent+len(units[j].mark.raw)]++
		}
		aligned := 0
		for _, n := range starts {
			aligned = max(aligned, n)
		}
		if tabs && len(split) >= 2 || len(split) >= 3 && aligned*5 >= len(split)*3 {
			for k, cells := range split {
				u := &units[i+k]
				u.kind, u.cells, u.text = row, cells, ""
				if u.mark.style != noMark {
					u.cells = append([]string{u.mark.raw}, cells...)
					u.mark = marker{}
				}
			}
		}
		i = max(j, i+1)
	}
	return units
}

// columnsOf parts a line at its tabs or, without tabs, at two or more spaces;
// at is where the second column begins.
func columnsOf(s string) (cells []string, at int, tab bool) {
	if n := strings.Count(s, "\t"); n > 40 {
		return nil, 0, false
	} else if n > 0 {
		for c := range strings.SplitSeq(s, "\t") {
			cells = append(cells, oneLine(c))
		}
		return cells, 0, true
	}
	start, spaces, col := 0, 0, 0
	for i, r := range s {
		if r == ' ' {
			spaces++
		} else {
			if spaces >= 2 {
				cells = append(cells, strings.TrimSpace(s[start:i]))
				start = i
				if at == 0 {
					at = col
				}
			}
			spaces = 0
		}
		col++
	}
	return append(cells, strings.TrimSpace(s[start:])), at, false
}

// beyond is above the table numbers that a format itself gives.
const beyond = 1 << 20

// numberTables gives the rows that stand together and have no table yet one
// table number.
func numberTables(units []unit) {
	n := beyond
	for i := range units {
		if units[i].kind == row && units[i].table == 0 {
			if i == 0 || units[i-1].table < beyond {
				n++
			}
			units[i].table = n
		}
	}
}

// leaders are the dots that lead from a name to a column at the right.
var leaders = regexp.MustCompile(`(\pL\)?)\s*(?:\.{5,}|…{2,}|_{5,}|(?:\. ){4,}\.?)\s*(\pL)`)

// commentPattern is an HTML comment in Markdown.
var commentPattern = regexp.MustCompile(`(?s)<!--.*?-->`)
