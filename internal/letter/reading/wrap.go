package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unwrap joins the lines of a text that was broken to a width (often 72
// columns) into paragraphs and whole list entries, and leaves the breaks that
// the writer meant: a list of names has one to a line.
func unwrap(units []unit) []unit {
	w := wrapWidth(units)
	out := make([]unit, 0, len(units))
	for i := 0; i < len(units); {
		j := i + 1
		for j < len(units) && !units[j].gap {
			j++
		}
		// A page's end inside a paragraph is no paragraph's end.
		if k := len(out) - 1; k >= 0 && units[i].page && resumes(&out[k], &units[i]) {
			join(&out[k], &units[i])
			units[i].width = 0
			out = joinBlock(out, units[i:j], w, true)
		} else {
			out = joinBlock(out, units[i:j], w, false)
		}
		i = j
	}
	return out
}

// resumes reports that next goes on with the sentence that a page broke.
func resumes(prev, next *unit) bool {
	first, _ := utf8.DecodeRuneInString(next.text)
	return prev.kind == line && next.kind == line && next.mark.style == noMark && unicode.IsLower(first) && !endsSentence(prev.text)
}

// joinBlock appends the lines of one block to out, joined where they were
// wrapped. When begun, the first line has been joined to out's last already.
func joinBlock(out, block []unit, w int, begun bool) []unit {
	meant, breaks, upper, run := 0, 0, 0, 0
	for i := 1; i < len(block); i++ {
		breaks++
		if s := block[i-1].text; strings.Contains(s[:max(len(s)-1, 0)], ";") && !strings.HasSuffix(s, ";") {
			run++
		}
		if first, _ := utf8.DecodeRuneInString(block[i].text); !unicode.IsLower(first) && !endsOpen(block[i-1].text) {
			upper++
		}
		if !wrapped(&block[i-1], &block[i], w) {
			meant++
		}
	}
	// Names one to a line break where they end, or all begin with a capital.
	list := meant >= 2 && meant*5 >= breaks*2 || upper == breaks && (breaks >= 2 || breaks == 1 && closed(block[0].text))
	list = list && run == 0
	running := run >= 2 && run*5 >= breaks*3 // entries parted by semicolons, not by lines
	for i := range block {
		u := block[i]
		if i == 0 {
			if !begun {
				out = append(out, u)
			}
			continue
		}
		if prev := &out[len(out)-1]; joins(prev, &block[i-1], &u, w, list) || running && runs(prev, &u) {
			join(prev, &u)
			continue
		}
		out = append(out, u)
	}
	return out
}

// runs reports that next goes on with a run of entries.
func runs(prev, next *unit) bool {
	return len(prev.text) < maxJoined && prev.kind == line && next.kind == line && !next.hard && next.mark.style == noMark
}

// maxJoined is the length in bytes beyond which nothing is joined on: no
// paragraph of a letter is longer, and joining would cost its square.
const maxJoined = 20_000

// joins decides one break: prev is the entry so far, last its last line.
func joins(prev, last, next *unit, w int, list bool) bool {
	if len(prev.text) > maxJoined || next.hard || prev.kind != line || next.kind != line || next.mark.style != noMark {
		return false
	}
	if prev.mark.style != noMark && next.indent > prev.indent+1 {
		return true // a hanging indent
	}
	if strings.HasSuffix(prev.text, ",") && next.indent > last.indent+1 && len(prev.text) < 300 {
		return true // an entry's country, set in on a line of its own
	}
	if first, _ := utf8.DecodeRuneInString(next.text); prev.mark.style != noMark && last.width >= 50 && unicode.IsLower(first) && !endsSentence(prev.text) {
		return true // an item goes on at the margin
	}
	if strings.HasPrefix(next.text, "(") && !strings.HasPrefix(prev.text, "(") && next.indent <= prev.indent+4 {
		return true // an entry's acronym or country
	}
	if first, _ := utf8.DecodeRuneInString(next.text); last.width >= 60 && unicode.IsLower(first) && !endsSentence(prev.text) {
		return true // a long line that goes on in small letters
	}
	if !wrapped(last, next, w) {
		return false
	}
	if !list {
		return true
	}
	// Among names one to a line, a full line may still be a whole one.
	first, _ := utf8.DecodeRuneInString(next.text)
	if unicode.IsLower(first) || strings.ContainsRune("(–—-,", first) || next.indent > last.indent+1 {
		return true
	}
	if endsOpen(prev.text) {
		return true
	}
	if prev.mark.style != noMark {
		return true // the others have markers: a line without is no entry
	}
	return false
}

// wrapped reports that a line was broken for want of room: the next word would
// not have fitted.
func wrapped(last, next *unit, w int) bool {
	if w == 0 || next.kind != line || next.mark.style != noMark {
		return false
	}
	word, _, _ := strings.Cut(next.text, " ")
	return last.width+1+utf8.RuneCountInString(word) > w
}

// closed reports a line that ends as an entry of a roll ends: in a country or
// in brackets.
func closed(s string) bool {
	return strings.HasSuffix(s, ")") || readEntry(s).basis == Stated
}

// endsOpen reports a text that cannot end where it does: on a small word, a
// comma, or inside brackets.
func endsOpen(s string) bool {
	if strings.Count(s, "(") > strings.Count(s, ")") {
		return true
	}
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ",") || strings.HasSuffix(s, "–") || strings.HasSuffix(s, "—") || strings.HasSuffix(s, "-") {
		return true
	}
	last := s[strings.LastIndexByte(s, ' ')+1:]
	return functionWord[strings.ToLower(last)]
}

// join appends next to u. A word parted by a hyphen keeps its hyphen: whether
// it was there before the break cannot be known.
func join(u, next *unit) {
	bare := strings.TrimSuffix(u.text, "-")
	r, _ := utf8.DecodeLastRuneInString(bare)
	if bare != u.text && unicode.IsLetter(r) {
		u.text += next.text
	} else {
		u.text += " " + next.text
	}
}

// wrapWidth finds the width that a text was broken to, 0 if it was not. Lines
// followed by one that begins in lower case were surely broken; they must be
// many enough and alike, and longer lines few.
func wrapWidth(units []unit) int {
	var lengths [400]int
	sure, longest := 0, 0
	for i := 1; i < len(units); i++ {
		prev, next := &units[i-1], &units[i]
		first, _ := utf8.DecodeRuneInString(next.text)
		if next.gap || next.hard || next.mark.style != noMark || prev.kind != line || next.kind != line || !unicode.IsLower(first) {
			continue
		}
		if prev.width < len(lengths) {
			lengths[prev.width]++
			sure++
			longest = max(longest, prev.width)
		}
	}
	if sure < 2 || longest < 30 {
		return 0
	}
	full, longer, lines := 0, 0, 0
	for n := longest * 3 / 4; n <= longest; n++ {
		full += lengths[n]
	}
	for i := range units {
		if units[i].kind == line {
			lines++
			if units[i].width > longest+longest/10 {
				longer++
			}
		}
	}
	if full*10 < sure*6 || longer*10 > lines {
		return 0
	}
	return longest
}
