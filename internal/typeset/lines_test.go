package typeset

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func newTestMetrics(t testing.TB) *metrics {
	t.Helper()
	m, err := newMetrics()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// joined is the text of p's lines, with a "/" between lines.
func joined(p *para, ls []line) string {
	var out []string
	for _, l := range ls {
		var b strings.Builder
		for _, s := range p.segments(l, 0) {
			b.WriteString(s.text)
		}
		out = append(out, b.String())
	}
	return strings.Join(out, "/")
}

func TestLinesFitAndLoseNothing(t *testing.T) {
	m := newTestMetrics(t)
	rapid.Check(t, func(rt *rapid.T) {
		alphabet := []rune("aáWi. -—/«»:ñЖΩ")
		var spans []span
		var want strings.Builder
		for range rapid.IntRange(1, 5).Draw(rt, "spans") {
			text := rapid.StringOfN(rapid.SampledFrom(alphabet), 0, 120, -1).Draw(rt, "text")
			face := faceID(rapid.IntRange(0, int(faceCount)-1).Draw(rt, "face"))
			spans = append(spans, span{text: text, style: style{face: face, size: 10}, hard: rapid.Bool().Draw(rt, "hard")})
			want.WriteString(text)
		}
		width := rapid.Float64Range(15, 400).Draw(rt, "width")
		p := m.paragraph(spans)
		ls := m.lines(p, width, rapid.Bool().Draw(rt, "balance"))
		squeeze := func(s string) string { return strings.NewReplacer(" ", "").Replace(s) }
		if got := joined(p, ls); strings.ReplaceAll(squeeze(got), "/", "") != strings.ReplaceAll(squeeze(want.String()), "/", "") {
			rt.Fatalf("set %q from %q", got, want.String())
		}
		at := 0
		for _, l := range ls {
			if l.from != at || l.to <= l.from {
				rt.Fatalf("line %v after word %d", l, at)
			}
			at = l.to
			if w := p.width(l); w > width+0.02 {
				rt.Fatalf("line of %.2f in %.2f", w, width)
			}
			end := 0.0
			for _, s := range p.segments(l, 0) {
				if s.x < end-0.001 {
					rt.Fatalf("segments overlap: %.3f after %.3f", s.x, end)
				}
				end = s.x + s.width
			}
		}
		if at != len(p.words) {
			rt.Fatalf("%d of %d words set", at, len(p.words))
		}
	})
}

func TestWhereLinesMayEnd(t *testing.T) {
	m := newTestMetrics(t)
	for _, c := range []struct{ text, want string }{
		{"a b", "a/b"},
		{"a  b ", "a/b"},
		{"a\u00a0b", "a\u00a0b"},
		{"violence : du", "violence :/du"},
		{"« ainsi » !", "« ainsi » !"},
		{"drug-policy", "drug-/policy"},
		{"FEDDH-RJ", "FEDDH-RJ"},
		{"2013-14", "2013-14"},
		{"y/o", "y/o"},
		{"uno—dos", "uno—/dos"},
		{"https://a.org/b?c=d", "https:///a./org//b?/c=/d"},
	} {
		p := m.paragraph([]span{{text: c.text, style: style{face: serif, size: 10}}})
		var ls []line
		for i := range p.words {
			ls = append(ls, line{i, i + 1})
		}
		if got := joined(p, ls); got != c.want {
			t.Errorf("%q may end its lines as %q, want %q", c.text, got, c.want)
		}
	}
}

func TestNoShortLastLine(t *testing.T) {
	m := newTestMetrics(t)
	p := m.paragraph([]span{{text: "Colectivo de Estudios Drogas y Derecho sí", style: style{face: serif, size: 10}}})
	// Just too narrow for all on one line.
	whole := p.width(line{0, len(p.words)})
	ls := m.lines(p, whole-1, false)
	if len(ls) != 2 || ls[1].to-ls[1].from < 2 {
		t.Errorf("set as %q", joined(p, ls))
	}
}

func TestKerning(t *testing.T) {
	m := newTestMetrics(t)
	apart := m.width(serif, "A") + m.width(serif, "V")
	if got := m.width(serif, "AV"); got >= apart {
		t.Errorf("AV is %d wide, A and V %d", got, apart)
	}
	if m.width(serif, "A V") != apart+int(m.faces[serif].advance[' ']) {
		t.Error("a space is kerned")
	}
}
