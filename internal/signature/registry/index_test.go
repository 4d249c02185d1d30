package registry

import (
	"fmt"
	"sync"
	"testing"
)

// TestTheIndexFindsWhatTheRuleSays puts every pair among the names of all the
// others: what the rule calls the same must be found, nothing else.
func TestTheIndexFindsWhatTheRuleSays(t *testing.T) {
	tuning, heldOut := readPairs(t)
	all := append(tuning, heldOut...)
	var x Index
	for i, p := range all {
		x.Put(fmt.Sprint(i), p.b)
	}
	for i, p := range all {
		if !Compare(p.a, p.b).Same() {
			continue
		}
		found := false
		for _, f := range x.Search(p.a, 50) {
			found = found || f.ID == fmt.Sprint(i)
		}
		if !found {
			t.Errorf("not found: %s", p.line)
		}
	}
}

func TestTheIndexFollowsChanges(t *testing.T) {
	var x Index
	if got := x.Search(Subject{Names: []string{"Casa Abierta"}}, 5); len(got) != 0 {
		t.Errorf("an empty index: %v", got)
	}
	x.Put("a", Subject{Names: []string{"Casa Semilla"}, Country: "MX"})
	x.Put("b", Subject{Names: []string{"Casa Abierta"}, Country: "MX"})
	x.Put("a", Subject{Names: []string{"Centro Semilla Nueva", "New Seed Centre"}, Acronym: "CSN", Country: "MX"})
	for query, want := range map[string]string{"CASA ABIERTA A.C.": "b", "csn": "a", "Centre New Seed": "a", "Casa Semilla": "", "": ""} {
		got := x.Search(Subject{Names: []string{query}, Country: "MX"}, 5)
		if (want == "") != (len(got) == 0) || want != "" && got[0].ID != want {
			t.Errorf("%q: %v, want %q", query, got, want)
		}
	}
	x.Remove("b")
	x.Remove("b")
	if got := x.Search(Subject{Names: []string{"Casa Abierta"}}, 5); len(got) != 0 || x.Len() != 1 {
		t.Errorf("removed, and found: %v; %d held", got, x.Len())
	}
}

func TestTheIndexIsSearchedWhileItChanges(t *testing.T) {
	var x Index
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 50 {
				id := fmt.Sprintf("%d-%d", g, i)
				x.Put(id, Subject{Names: []string{"Casa Abierta " + id}})
				x.Search(Subject{Names: []string{"Casa Abierta"}}, 5)
				if i%2 == 0 {
					x.Remove(id)
				}
			}
		})
	}
	wg.Wait()
	if x.Len() != 100 {
		t.Errorf("%d held", x.Len())
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("Centro de Derechos Humanos Miguel Agustín", "Prodh", "CENTRO PRODH A.C.")
	f.Add("", "", "(((")
	f.Add("- - -", "a.b.c", "\x00\xff,,,")
	f.Add("A.C.", "A.C.", "Asociación Civil")
	f.Fuzz(func(t *testing.T, a, acronym, b string) {
		x, y := Subject{Names: []string{a}, Acronym: acronym}, Subject{Names: []string{b}}
		m, back := Compare(x, y), Compare(y, x)
		if m.Score < 0 || m.Score > 1 || m.Same() != back.Same() {
			t.Errorf("%v, %v", m, back)
		}
	})
}
