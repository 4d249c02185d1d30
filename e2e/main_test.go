// Package e2e tries the whole program as people use it: the built binary on each
// engine, its pages in Chromium, its mail as files, its commands beside it.
package e2e

import (
	"flag"
	"os/exec"
	"path/filepath"
	"testing"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestMain(m *testing.M) {
	// Walks mostly wait: for mail, for a number, for the list. The command line's
	// -parallel still counts.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	storetest.Main(m)
}

// TestProgram builds the program and starts Chromium once for everything.
func TestProgram(t *testing.T) {
	binary := build(t)
	browser := startChromium(t)
	engines := map[string]*site{
		store.SQLite:   serve(t, binary, ""),
		store.Postgres: serve(t, binary, storetest.EmptyPostgres(t).URL),
	}
	t.Run("together", func(t *testing.T) { // ends when all that runs side by side has ended
		for name, s := range engines {
			for _, w := range walks {
				t.Run(name+"/"+w.String(), func(t *testing.T) {
					t.Parallel()
					walk(t, s, browser, w)
				})
			}
			for aside, try := range asides {
				t.Run(name+"/"+aside, func(t *testing.T) {
					t.Parallel()
					try(t, s, browser)
				})
			}
		}
		s := engines[store.SQLite]
		t.Run("links", func(t *testing.T) {
			t.Parallel()
			crawl(t, s)
		})
		t.Run("chart", func(t *testing.T) {
			t.Parallel()
			pointAtChart(t, s, browser)
		})
		t.Run("years", func(t *testing.T) {
			t.Parallel()
			slideYears(t, s, browser)
		})
		for _, k := range kindsOfPage {
			for _, lang := range k.langs {
				t.Run("page/"+k.name+"/"+lang, func(t *testing.T) {
					t.Parallel()
					inspect(t, s, browser, k, lang)
				})
			}
		}
	})
	for name, s := range engines {
		t.Run(name+"/end", s.end)
	}
}

// build compiles the program and returns the path of the binary.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "pliego")
	out, err := exec.Command("go", "build", "-o", binary, "pliego/cmd/pliego").CombinedOutput()
	if err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return binary
}
