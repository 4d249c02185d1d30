package typeset

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// outline writes blocks in a short form that a test can name.
func outline(bs []Block) string {
	var out []string
	for _, b := range bs {
		var runs strings.Builder
		for _, r := range b.Runs {
			text := r.Text
			if r.Bold {
				text = "B(" + text + ")"
			}
			if r.Italic {
				text = "I(" + text + ")"
			}
			if r.URL != "" {
				text = "L(" + text + " " + r.URL + ")"
			}
			runs.WriteString(text)
			if r.Break {
				runs.WriteString("/")
			}
		}
		s := [...]string{"p", "h", "ul", "ol", "q", "pre", "hr"}[b.Kind]
		switch b.Kind {
		case Heading:
			s += fmt.Sprint(b.Level)
		case NumberList:
			s += fmt.Sprint(b.Start)
		}
		if len(b.Runs) > 0 {
			s += ":" + runs.String()
		}
		for _, i := range b.Items {
			s += "[" + outline(i) + "]"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"", ""},
		{"one\ntwo\n\nthree", "p:one two p:three"},
		{"a  \nb\\\nc", "p:a/b/c"},
		{"# h\n\n### k", "h1:h h3:k"},
		{"*a* **b** ***c*** `d`", "p:I(a) B(b) I(B(c)) d"},
		{"“as *typed*” -- 'here' ...", "p:“as I(typed)” -- 'here' ..."},
		{"- a\n- b\n  1. c\n", "ul[p:a][p:b ol1[p:c]]"},
		{"7. a\n8. b", "ol7[p:a][p:b]"},
		{"> a\n>\n> b", "q[p:a p:b]"},
		{"```\na  b\n\tc\n```", "pre:a\u00a0\u00a0b/\u00a0\u00a0\u00a0\u00a0c"},
		{"a\n\n***\n\nb", "p:a hr p:b"},
		{"[w](https://example.org/x?a=1&b=2)", "p:L(w https://example.org/x?a=1&b=2)"},
		{"<https://example.org> <a@example.org>", "p:L(https://example.org https://example.org) L(a@example.org mailto:a@example.org)"},
		{"[w](javascript:alert(1)) [v](/here) [u](data:text/html,x)", "p:w v u"},
		{"![the *map*](https://example.org/m.png)", "p:the I(map)"},
		{"a <b>bold</b> c", "p:a bold c"},
		{"<script>\nalert(1)\n</script>\n\nb", "p:b"},
		{"<div>gone</div>", ""},
		{"a \\* b &amp; &eacute; &#241; \\&amp; &nope;", "p:a * b & é ñ &amp; &nope;"},
		{"`\\* &amp;`", "p:\\* &amp;"},
		{"a \x00 b \xff", "p:a \ufffd b \ufffd"},
		{"- \n- x", "ul[][p:x]"},
	} {
		bs, err := Markdown(c.src)
		if err != nil {
			t.Errorf("%q: %v", c.src, err)
			continue
		}
		if got := outline(bs); got != c.want {
			t.Errorf("%q gives\n%q, want\n%q", c.src, got, c.want)
		}
	}
}

func TestMarkdownNestsNoDeeperThanAllowed(t *testing.T) {
	for _, src := range []string{strings.Repeat("> ", 60) + "deep", strings.Repeat("- ", 60) + "deep"} {
		bs, err := Markdown(src)
		if err != nil {
			t.Fatal(err)
		}
		tl := tally{}
		if err := tl.blocks(bs, 0); err != nil {
			t.Error(err)
		}
		if !strings.Contains(outline(bs), "p:deep") {
			t.Error("the words are lost")
		}
	}
}

// What makes the parser slow is refused; what is not refused ends before the test's time does.
func TestMarkdownHostile(t *testing.T) {
	for _, unit := range []string{"> ", "- ", "* ", "[", "](", "*", "**a ", "_a ", "`", "<", "<a ", "&", "\\", "![", "1. ", "#", "\n", "\n> ", "\n- ", "a\n\n",
		"[a](", strings.Repeat("[a](", 60) + "\n\n", "[a][", "[a]", "<!--", "<?", "<![CDATA[", "- a\n\n", "``` `` ` ", "\t", "*a_ ", "x*", strings.Repeat("*a_ ", 4000) + "\n\n", "x<!-- ", "x<? ", "x<a b=\"", strings.Repeat("x<!-- ", 100) + "\n\n", "x&amp", "x` ``", "a  \n", "===\n", "a\n===\n", "|a|\n", "1. a\n   ", "[a]: b\n", "~~~\n"} {
		for _, n := range []int{MaxMarkdown / len(unit), MaxLines / max(1, strings.Count(unit, "\n"))} {
			_, err := Markdown(strings.Repeat(unit, min(n, MaxMarkdown/len(unit))))
			if err != nil && !errors.Is(err, ErrLetter) {
				t.Errorf("%.20q: %v", unit, err)
			}
		}
	}
	for _, src := range []string{strings.Repeat("a", MaxMarkdown+1), strings.Repeat("a\n", MaxLines+1), strings.Repeat("> ", 100)} {
		if _, err := Markdown(src); !errors.Is(err, ErrLetter) {
			t.Errorf("%.20q is not refused: %v", src, err)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"# a\n- b\n  > c", "*a **b* c**", "<a> [b](c) ![d](e)", "1) x\n\n   y\n", "\\&amp;&#0;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		bs, err := Markdown(src)
		if err != nil {
			if !errors.Is(err, ErrLetter) {
				t.Fatal(err)
			}
			return
		}
		tl := tally{}
		if err := tl.blocks(bs, 0); err != nil && len(src) < MaxText/2 {
			t.Fatal(err)
		}
	})
}
