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
	flag.Parse()
	if err := measure(*step); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(step time.Duration) error {
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
	for _, one := range []func(*run) ([]figure, error){readLong, printLong, searchNames, starting, pages, signing, sequencing, verifying} {
		figures, err := one(r)
		if err != nil {
			return err
		}
		for _, f := range figures {
			fmt.Println(f)
		}
	}
	return nil
}
