package reading

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// gold is what a letter of the corpus must yield, from the file beside it:
// lines "title: …", "language: …", "date: …", perhaps "publisher: …" and
// "to: …", an "ask: …" with the beginning of each ask's text, and for each
// signatory "sign: name | acronym | country | basis", for a person followed by
// "| person | role | affiliation" and, when there are some, "| titles".
type gold struct {
	fields map[string]string
	asks   []string
	signs  [][]string
}

func readGold(t *testing.T, file string) gold {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g := gold{fields: map[string]string{}}
	for l := range strings.Lines(string(b)) {
		key, value, ok := strings.Cut(strings.TrimSpace(l), ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
			t.Fatalf("%s: %q is no line of gold", file, l)
		case key == "ask":
			g.asks = append(g.asks, value)
		case key == "sign":
			cells := strings.Split(value, "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			g.signs = append(g.signs, cells)
		default:
			g.fields[key] = value
		}
	}
	return g
}

// readCorpus reads one letter of the corpus; a ".docx.src" is first made a
// Word document.
func readCorpus(t *testing.T, file string) *Letter {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(file)
	if src, ok := strings.CutSuffix(name, ".src"); ok {
		name, data = src, makeWord(t, string(data))
	}
	l, err := Read(name, bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return l
}

// tally counts what was found and what should have been.
type tally struct{ right, found, wanted int }

func (c tally) precision() float64 { return float64(c.right) / float64(max(c.found, 1)) }
func (c tally) recall() float64    { return float64(c.right) / float64(max(c.wanted, 1)) }

// TestCorpus reads every letter of the corpus and requires that of the
// signatories (name, acronym and country all right) and of the asks at least
// 98 in 100 are found, and 98 in 100 of the found are right.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "corpus", "*.gold"))
	if err != nil || len(files) < 16 {
		t.Fatalf("%d letters in the corpus, %v", len(files), err)
	}
	for what, c := range score(t, files) {
		if c.precision() < 0.98 || c.recall() < 0.98 {
			t.Errorf("%s: precision %.3f, recall %.3f; at least 0.98 each is wanted", what, c.precision(), c.recall())
		}
	}
}

// score reads letters and tallies what is right of signatories and asks, by
// their golds; what else the golds say must be right.
func score(t *testing.T, files []string) map[string]tally {
	t.Helper()
	var signs, asks tally
	for _, file := range files {
		letter := strings.TrimSuffix(file, ".gold")
		l, want := readCorpus(t, letter), readGold(t, file)
		name := filepath.Base(letter)
		for key, got := range map[string]string{"title": l.Title, "language": l.Language, "date": l.Date, "publisher": l.Publisher, "to": l.AddressedTo} {
			if w, ok := want.fields[key]; ok && w != got {
				t.Errorf("%s: %s is %q, want %q", name, key, got, w)
			}
		}
		asks.found += len(l.Asks)
		asks.wanted += len(want.asks)
		for i, w := range want.asks {
			right := false
			for _, a := range l.Asks {
				right = right || strings.HasPrefix(a.Text, w) && a.Number == i+1
			}
			if right {
				asks.right++
			} else {
				t.Logf("%s: ask %d %q is not among %q", name, i+1, w, texts(l.Asks))
			}
		}
		signs.found += len(l.Signatories)
		signs.wanted += len(want.signs)
		left := append([]Signatory(nil), l.Signatories...)
		for _, w := range want.signs {
			if i := indexOf(left, w); i >= 0 {
				signs.right++
				left = append(left[:i], left[i+1:]...)
			} else {
				t.Logf("%s: %q was not read", name, w)
			}
		}
		for _, s := range left {
			t.Logf("%s: line %d was wrongly read as %q %q %q %q (%s, %q, %q)", name, s.Line, s.Name, s.Acronym, s.Country, s.CountryBasis, s.Kind, s.Role, s.Affiliation)
		}
		for i, s := range l.Signatories {
			if i > 0 && s.Number <= l.Signatories[i-1].Number {
				t.Errorf("%s: number %d after %d", name, s.Number, l.Signatories[i-1].Number)
			}
			if s.Line < 1 || s.Raw == "" {
				t.Errorf("%s: %q has line %d, raw %q", name, s.Name, s.Line, s.Raw)
			}
			if strings.Contains(l.Body, s.Raw) && len(s.Raw) > 30 {
				t.Errorf("%s: the body holds the signatory %q", name, s.Raw)
			}
		}
		if l.Title != "" && strings.Contains(l.Body, "\n"+l.Title) {
			t.Errorf("%s: the body holds the title", name)
		}
	}
	all := map[string]tally{"signatories": signs, "asks": asks}
	for what, c := range all {
		t.Logf("%d letters, %s: %d wanted, %d found, %d right: precision %.3f, recall %.3f", len(files), what, c.wanted, c.found, c.right, c.precision(), c.recall())
	}
	return all
}

func texts(asks []Ask) []string {
	var all []string
	for _, a := range asks {
		all = append(all, a.Text[:min(len(a.Text), 40)])
	}
	return all
}

// indexOf finds the signatory of whom all that gold names is right.
func indexOf(all []Signatory, w []string) int {
	for i, s := range all {
		if s.Name != w[0] || s.Acronym != w[1] || s.Country != w[2] || s.CountryBasis != w[3] {
			continue
		}
		if len(w) == 4 && s.Kind == Organisation {
			return i
		}
		if len(w) >= 7 && s.Kind == Person && s.Role == w[5] && s.Affiliation == w[6] && s.Titles == strings.Join(w[7:], "") {
			return i
		}
	}
	return -1
}
