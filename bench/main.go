// Command bench measures what the project promises, on this machine and in one
// run, and prints a line for each figure beside its target. Figures compare only
// within one run: the noise of a shared machine is up to a quarter.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// run is what every measurement gets.
type run struct {
	ctx    context.Context
	dir    string        // scratch, removed at the end
	binary string        // the built program
	step   time.Duration // how long a rate is measured
}

// figure is one line of the table.
type figure struct {
	what, value, target string
	met                 bool
}

func (f figure) String() string {
	mark := "ok   "
	if !f.met {
		mark = "SHORT"
	}
	return fmt.Sprintf("%s  %-58s %-40s target %s", mark, f.what, f.value, f.target)
}

func main() {
	step := flag.Duration("step", 5*time.Second, "how long each rate is measured")
	only := flag.String("only", "", "measure these alone, parted by commas: "+names())
	lines := flag.Bool("sign", false, "measure signing alone, beside a bare handler, a line a step")
	onPostgres := flag.Bool("postgres", false, "with -sign: on PostgreSQL, beside pgbench")
	bare := flag.String("bare", "", "serve the bare handler from this folder: what -sign starts")
	copied := flag.String("copy", "", "serve a copy of what this address answers: what the pages are measured beside")
	flag.Parse()
	work := func() error { return measure(*step, *only, *lines, *onPostgres) }
	if *bare != "" {
		work = func() error { return serveBare(*bare) }
	}
	if *copied != "" {
		work = func() error { return serveCopy(*copied) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// parts are what is measured, in this order.
var parts = []struct {
	name    string
	measure func(*run) ([]figure, error)
}{
	{"read", readLong}, {"print", printLong}, {"names", searchNames}, {"start", starting}, {"pages", pages},
	{"sign", signing}, {"sequence", sequencing}, {"verify", verifying},
}

func names() string {
	var list []string
	for _, p := range parts {
		list = append(list, p.name)
	}
	return strings.Join(list, ", ")
}

func measure(step time.Duration, only string, lines, onPostgres bool) error {
	dir, err := os.MkdirTemp("", "pliego-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := &run{ctx: context.Background(), dir: dir, binary: filepath.Join(dir, "pliego"), step: step}
	build := exec.Command("go", "build", "-trimpath", "-o", r.binary, "pliego/cmd/pliego")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the program: %w", err)
	}
	if lines && onPostgres {
		return benchPostgres(r)
	}
	if lines {
		return benchSign(r)
	}
	for _, p := range parts {
		if only != "" && !slices.Contains(strings.Split(only, ","), p.name) {
			continue
		}
		figures, err := p.measure(r)
		if err != nil {
			return err
		}
		for _, f := range figures {
			fmt.Println(f)
		}
	}
	return nil
}
