package registry

import (
	"os"
	"strings"
	"testing"
)

// pair is one line of testdata/pairs.txt.
type pair struct {
	same bool
	a, b Subject
	line string
}

func readPairs(t testing.TB) (tuning, heldOut []pair) {
	t.Helper()
	data, err := os.ReadFile("testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "|")
		if len(c) != 7 || c[0] != "+" && c[0] != "-" {
			t.Fatalf("pairs.txt: %q is no pair", line)
		}
		p := pair{c[0] == "+", Subject{Names: c[1:2], Acronym: c[2], Country: c[3]}, Subject{Names: c[4:5], Acronym: c[5], Country: c[6]}, line}
		if n++; n%2 == 1 {
			tuning = append(tuning, p)
		} else {
			heldOut = append(heldOut, p)
		}
	}
	return tuning, heldOut
}

// judge gives the precision and the recall of the rule on pairs.
func judge(t testing.TB, pairs []pair, tell bool) (precision, recall float64) {
	var right, found, wanted int
	for _, p := range pairs {
		m := Compare(p.a, p.b)
		if back := Compare(p.b, p.a); back.Same() != m.Same() {
			t.Errorf("%s: the judgement depends on the order: %v, %v", p.line, m, back)
		}
		if m.Same() {
			found++
		}
		if p.same {
			wanted++
		}
		if m.Same() && p.same {
			right++
		}
		if tell && m.Same() != p.same {
			t.Logf("%.2f %v: %s", m.Score, m.Reasons, p.line)
		}
	}
	return float64(right) / float64(max(found, 1)), float64(right) / float64(max(wanted, 1))
}

// TestPairs measures the rule on labelled pairs: the half that it was tuned on
// and the half that was held out. The floor is a little below what was measured.
func TestPairs(t *testing.T) {
	tuning, heldOut := readPairs(t)
	if len(tuning)+len(heldOut) < 400 {
		t.Fatalf("only %d pairs", len(tuning)+len(heldOut))
	}
	for _, c := range []struct {
		what  string
		pairs []pair
		floor float64
		tell  bool
	}{{"tuned on", tuning, 0.97, true}, {"held out", heldOut, 0.93, false}} {
		precision, recall := judge(t, c.pairs, c.tell)
		t.Logf("%s: %d pairs, precision %.3f, recall %.3f", c.what, len(c.pairs), precision, recall)
		if precision < c.floor || recall < c.floor {
			t.Errorf("%s: below %.2f", c.what, c.floor)
		}
	}
}
