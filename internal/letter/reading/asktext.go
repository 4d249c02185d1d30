package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// firstSentence parts a text after its first sentence.
func firstSentence(s string) (first, rest string) {
	for i, r := range s {
		if r != '.' && r != '?' && r != '!' {
			continue
		}
		end := i + 1
		for end < len(s) && strings.ContainsRune("”\"’»)", rune(s[end])) {
			end++
		}
		after := strings.TrimLeft(s[end:], "”’» \"\u00a0")
		if end >= len(s) || after == s[end:] || after == "" {
			continue
		}
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, "“\"«¿¡("))
		if r == '.' && (isAbbreviated(s[:i+1]) || !unicode.IsUpper(next) && !unicode.IsDigit(next)) {
			continue
		}
		return strings.TrimSpace(s[:len(s)-len(after)]), after
	}
	return strings.TrimSpace(s), ""
}

// trimAsk takes off the end what joined the ask to the next: ";", "; and".
func trimAsk(s string) string {
	s = strings.TrimSpace(s)
	for _, and := range []string{" and", " y", " e", " et", " or", " o", " ou"} {
		if rest, ok := strings.CutSuffix(s, and); ok {
			if rest = strings.TrimSpace(rest); strings.HasSuffix(rest, ";") || strings.HasSuffix(rest, ",") {
				s = rest
			}
		}
	}
	return strings.TrimRight(s, " ;,")
}

// askTitle gives an ask's short name: its lead, a label before a colon, or its
// first sentence, cut at a word when long.
func askTitle(lead, text string) string {
	paragraph, _, _ := strings.Cut(text, "\n")
	title, _ := firstSentence(paragraph)
	if lead != "" && len(words(lead)) > 1 {
		title = lead
	} else if head, rest, ok := strings.Cut(title, ": "); ok && len(words(head)) <= 8 && len(rest) > 20 {
		title = head
	}
	title = strings.TrimRight(oneLine(title), " .;:,")
	if utf8.RuneCountInString(title) > 160 {
		r := []rune(title)[:150]
		cut := strings.LastIndexByte(string(r), ' ')
		if cut < 60 {
			cut = len(string(r))
		}
		title = strings.TrimRight(string(r)[:cut], " ,;:") + "…"
	}
	return title
}
