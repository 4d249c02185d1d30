//go:build linux

// Package faults lets the built program fail under load, and counts what is left.
//
// Clients sign and confirm all the while, something is done to the program or to what
// it stands on, again and again, and at the end everything that anybody was told must
// be so: see check. The short form belongs to every run of the tests; -soak runs the
// long one, with what takes a database of its own.
package faults

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

var (
	soak = flag.Bool("soak", false, "run the long form")
	seed = flag.Uint64("seed", 0, "what decides when and whom a fault hits, and who signs (0: of the clock)")
)

func TestMain(m *testing.M) { storetest.Main(m) }

// trial is one kind of fault.
type trial struct {
	name     string
	programs int
	short    int // how often it hits in the short form; 0: it belongs to the other
	long     int
	// place makes the store and what is done to it.
	place func(t *testing.T) (store.Config, hit)
}

// hit does it once.
type hit func(l *load)

var trials = []trial{
	{"killed, no room in files/sqlite", 1, 5, 0, onSQLite(inTurn(kill, kill, boundFiles))},
	{"one of two killed, connections cut/postgres", 2, 5, 0, onPostgres(inTurn(kill, cutConnections))},

	{"killed/sqlite", 1, 0, 200, onSQLite(kill)},
	{"no room in files/sqlite", 1, 0, 50, onSQLite(boundFiles)},
	{"disk full/sqlite", 1, 0, 20, diskFull},
	{"killed/postgres", 1, 0, 200, onPostgres(kill)},
	{"one of two killed/postgres", 2, 0, 200, onPostgres(kill)},
	{"connections cut/postgres", 1, 0, 200, onPostgres(cutConnections)},
	{"server restarted/postgres", 1, 0, 40, restarted},
	{"standby promoted/postgres", 1, 0, 1, promoted},
}

func onSQLite(h hit) func(*testing.T) (store.Config, hit) {
	return func(t *testing.T) (store.Config, hit) { return storetest.SQLite(t), h }
}

func onPostgres(h hit) func(*testing.T) (store.Config, hit) {
	return func(t *testing.T) (store.Config, hit) { return storetest.Postgres(t), h }
}

// inTurn does one after another.
func inTurn(hits ...hit) hit {
	return func(l *load) { hits[int(l.round.Load()-1)%len(hits)](l) }
}

// TestFaults runs one trial after another.
func TestFaults(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", *seed)
	binary := build(t)
	for _, tr := range trials {
		times := tr.short
		if *soak {
			times = tr.long
		}
		if times == 0 {
			continue
		}
		t.Run(tr.name, func(t *testing.T) {
			cfg, hit := tr.place(t)
			l := begin(t, binary, cfg, tr.programs, rand.New(rand.NewPCG(*seed, 1)))
			for n := range times {
				l.round.Store(int64(n + 1))
				hit(l)
				if t.Failed() {
					t.Fatalf("after %d of %d; the logs say:\n%s", n+1, times, l.faults())
				}
			}
			l.end()
			check(l)
			t.Logf("%d times %s: %s", times, tr.name, l.counts())
		})
	}
}

// build makes the program.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "pliego")
	if out, err := exec.Command("go", "build", "-o", binary, "pliego/cmd/pliego").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return binary
}

const slug = "river-2026"

// importLetter makes the letter that is signed.
func importLetter(t *testing.T, p *program) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "letter.md")
	if err := os.WriteFile(file, []byte(letterText), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"letter", "import", file, "--slug", slug, "--open"}, p.flags...)
	if out, err := exec.Command(p.binary, args...).CombinedOutput(); err != nil {
		t.Fatalf("import the letter: %v\n%s", err, out)
	}
}

const letterText = `# Open letter for the Example River

3 May 2026

To the Ministry of Water:

We, the undersigned, ask the Ministry:

1. **Publish what flows.** Measure the river each week and publish it.
2. **Stop the pipe.** Close the outlet at Example Street by June.

We expect an answer in writing.
`

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// pause is a while of chance, of at most that long.
func (l *load) pause(most time.Duration) {
	time.Sleep(time.Duration(l.chance.Int64N(int64(most))))
}
