package reading

import (
	"regexp"
	"strings"
)

// looksMarkdown judges a text without the file name's help.
func looksMarkdown(text string) bool {
	signs := 0
	for l := range strings.Lines(text[:min(len(text), 20_000)]) {
		switch {
		case strings.HasPrefix(l, "# "), strings.HasPrefix(l, "## "), strings.HasPrefix(l, "### "):
			signs += 2
		case strings.Contains(l, "**"), strings.Contains(l, "]("), strings.HasPrefix(l, "|--"), strings.HasPrefix(l, "| --"):
			signs++
		}
	}
	return signs >= 2
}

// frontMatter reads "title: …" and the like between two lines "---" at the
// top of the file, and returns the number of lines that it takes.
func (m *meta) frontMatter(lines []string) int {
	if strings.TrimSpace(lines[0]) != "---" {
		return 0
	}
	for i := 1; i < len(lines) && i < 60; i++ {
		s := strings.TrimSpace(lines[i])
		if s == "---" || s == "..." {
			return i + 1
		}
		key, value, _ := strings.Cut(s, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch strings.ToLower(key) {
		case "title":
			m.title = value
		case "date":
			m.date = value
		case "publisher", "site", "author", "organisation", "organization":
			if m.site == "" {
				m.site = value
			}
		}
	}
	*m = meta{}
	return 0
}

var (
	imagePattern  = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	linkPattern   = regexp.MustCompile(`\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])`)
	autoPattern   = regexp.MustCompile(`<((?:https?://|mailto:)?[^<>\s]+[@/.][^<>\s]*)>`)
	tagPattern    = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)
	escapePattern = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+\\-.!|<>~])")
	emPattern     = regexp.MustCompile(`(^|[^\pL\pN*_])[*_]([^*_\s](?:[^*_]*[^*_\s])?)[*_]($|[^\pL\pN*_])`)
	strongPattern = regexp.MustCompile(`\*\*([^*]+)\*\*|__([^_]+)__`)
)

// inline takes Markdown's marks out of a line and gives the bold text that it
// begins with.
func inline(s string) (text, lead string) {
	if len(s) > 64<<10 {
		return s, "" // no line of a letter; the patterns would take long
	}
	s = imagePattern.ReplaceAllString(s, "")
	s = linkPattern.ReplaceAllString(s, "$1")
	s = autoPattern.ReplaceAllString(s, "$1")
	s = tagPattern.ReplaceAllString(s, "")
	s = strings.TrimSpace(s)
	for _, box := range []string{"[ ] ", "[x] ", "[X] "} { // a task list's
		s = strings.TrimPrefix(s, box)
	}
	if m := strongPattern.FindStringSubmatchIndex(s); m != nil && m[0] == 0 {
		lead = strings.Trim(s[:m[1]], "*_")
	}
	plain := func(s string) string {
		s = strongPattern.ReplaceAllString(s, "$1$2")
		s = emPattern.ReplaceAllString(s, "$1$2$3")
		s = strings.ReplaceAll(s, "`", "")
		return escapePattern.ReplaceAllString(s, "$1")
	}
	return plain(s), strings.TrimSpace(plain(lead))
}

// markdown writes units as plain Markdown: paragraphs, lists, headings and
// tables' rows, with what would be taken for a mark escaped.
func markdown(units []unit) string {
	var b strings.Builder
	for i := range units {
		u := &units[i]
		text := escape(u.text)
		switch {
		case u.kind == row:
			cells := make([]string, len(u.cells))
			for j, c := range u.cells {
				cells[j] = escape(c)
			}
			text = strings.Join(cells, " · ")
		case u.lead != "" && !u.bold() && strings.HasPrefix(u.text, u.lead):
			text = "**" + escape(u.lead) + "**" + escape(u.text[len(u.lead):])
		}
		listed := u.mark.style != noMark
		switch {
		case i == 0:
		case !u.gap && u.kind == line && !listed && units[i-1].mark.style == noMark && units[i-1].kind == line:
			b.WriteString("\\\n")
		case listed && u.mark.style != letter && u.mark.style != roman && units[i-1].mark.style != noMark && !u.gap:
			b.WriteString("\n")
		default:
			b.WriteString("\n\n")
		}
		switch {
		case u.kind == heading:
			b.WriteString("## " + text)
		case u.mark.style == number && u.mark.n > 0:
			b.WriteString(strings.Trim(u.mark.raw, "()[].-–º°ª: Nn") + ". " + text)
		case u.mark.style == letter || u.mark.style == roman:
			// Markdown has no such lists: paragraphs, so that no bullet joins the letter.
			b.WriteString(guard(escape(u.mark.raw)) + " " + text)
		case listed:
			b.WriteString("- " + text)
		default:
			b.WriteString(guard(text))
		}
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

var escaper = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "]", `\]`, "`", "\\`", "|", `\|`)

func escape(s string) string { return escaper.Replace(s) }

var blockMark = regexp.MustCompile(`^(#|>|[-+=~]|\d+[.)])`)

// guard escapes what would make a paragraph's beginning a list or a heading.
func guard(s string) string {
	if m := blockMark.FindString(s); m != "" {
		return m[:len(m)-1] + `\` + s[len(m)-1:]
	}
	return s
}
