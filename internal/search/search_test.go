package search

import (
	"strings"
	"testing"
)

func docs() []Document {
	return []Document{
		{Kind: "letter", Href: "/a", Title: "Carta a los ministros", Text: "Piden reducir la violencia y mirar a las mujeres presas.", Lang: "es"},
		{Kind: "record", Href: "/b", Title: "Prisión domiciliaria", Text: "Una ley sobre mujeres embarazadas.", Lang: "es", Also: "House arrest"},
		{Kind: "record", Href: "/c", Title: "Violencia", Text: "Un estado de excepción.", Lang: "es"},
	}
}

func hrefs(hits []Hit) string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Href)
	}
	return strings.Join(out, " ")
}

func TestFind(t *testing.T) {
	x := New(docs())
	for _, c := range []struct{ query, kind, want string }{
		{"violencia", "", "/c /a"}, // what is called so comes first
		{"VIOLÉNCIA", "", "/c /a"},
		{"violencia mujeres", "", "/a"},
		{"prision", "", "/b"},
		{"domicil", "", "/b"},
		{"house", "", "/b"},
		{"mujeres", "record", "/b"},
		{"un", "", "/c"}, // two letters are a word, and no beginning
		{"nada", "", ""},
		{"", "", ""},
		{"  ¿? ", "", ""},
		{"\x00\xff <script>", "", ""},
		{strings.Repeat("violencia ", 500), "", "/c /a"},
	} {
		if got := hrefs(x.Find(c.query, c.kind)); got != c.want {
			t.Errorf("%.40q in %q gives %q, not %q", c.query, c.kind, got, c.want)
		}
	}
}

func TestSnippetMarksWhatWasFound(t *testing.T) {
	text := strings.Repeat("antes de ello ", 20) + "las Mujeres presas" + strings.Repeat(" y después", 60)
	var whole, marked strings.Builder
	for _, p := range Snippet(text, "mujér") {
		whole.WriteString(p.Text)
		if p.Marked {
			marked.WriteString(p.Text)
		}
	}
	if marked.String() != "Mujeres" || !strings.HasPrefix(whole.String(), "… ") || !strings.HasSuffix(whole.String(), " …") || len(whole.String()) > 300 {
		t.Errorf("marked %q in %q", marked.String(), whole.String())
	}
	if s := Snippet("", "x"); s != nil {
		t.Errorf("of nothing: %v", s)
	}
}

func FuzzFind(f *testing.F) {
	x := New(docs())
	f.Add("violencia", "Piden reducir")
	f.Fuzz(func(t *testing.T, query, text string) {
		x.Find(query, "")
		for _, p := range Snippet(text, query) {
			if p.Text == "" {
				t.Errorf("an empty piece for %q in %q", query, text)
			}
		}
	})
}
