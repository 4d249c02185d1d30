package store_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// The test binary runs itself as a second process; these variables say what that
// is to do, and where.
const (
	childRole  = "PLIEGO_STORE_TEST_ROLE"
	childDir   = "PLIEGO_STORE_TEST_DIR"
	childURL   = "PLIEGO_STORE_TEST_URL"
	childCount = "PLIEGO_STORE_TEST_COUNT"
)

// child makes the command that plays role on cfg's store.
func child(t *testing.T, role string, cfg store.Config, count int) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childRole+"="+role, childDir+"="+cfg.Dir, childURL+"="+cfg.URL, childCount+"="+strconv.Itoa(count))
	cmd.Stderr = t.Output()
	return cmd
}

func runChild(role string) int {
	count, _ := strconv.Atoi(os.Getenv(childCount))
	cfg := store.Config{
		Dir: os.Getenv(childDir), URL: os.Getenv(childURL), Migrations: itemSchema,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	err := fmt.Errorf("no role %q", role)
	switch role {
	case "acknowledge":
		err = acknowledge(cfg, count)
	case "sequence":
		err = sequenceForever(cfg)
	case "full disk":
		err = fullDisk(cfg)
	case "open":
		var db *store.DB
		if db, err = store.Open(context.Background(), cfg); err == nil {
			err = db.Close()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// acknowledge writes count items, or endlessly when count is 0, from 16 goroutines
// and prints each id once its write was answered.
func acknowledge(cfg store.Config, count int) error {
	db, err := store.Open(context.Background(), cfg)
	if err != nil {
		return err
	}
	prefix := fmt.Sprintf("%d-", os.Getpid())
	const workers = 16
	var out sync.Mutex
	var group sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		group.Go(func() {
			for i := w; (count == 0 || i < count) && errs[w] == nil; i += workers {
				id := prefix + name(i)
				if errs[w] = db.Write(context.Background(), put(id)); errs[w] == nil {
					out.Lock()
					fmt.Println(id)
					out.Unlock()
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return db.Close()
}

// A process killed at any moment loses nothing that it acknowledged.
func TestKilledProcessKeepsWhatItAcknowledged(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		acknowledged := make(map[string]bool)
		for range 3 {
			cmd := child(t, "acknowledge", cfg, 0)
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stdout)
			for n, kill := 0, 1+rand.IntN(400); lines.Scan(); n++ {
				if n == kill {
					if err := cmd.Process.Kill(); err != nil {
						t.Fatal(err)
					}
				}
				acknowledged[lines.Text()] = true
			}
			if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
				t.Fatalf("the child was not killed: %v", err)
			}
		}
		present := make(map[string]bool)
		for _, id := range items(t, storetest.Open(t, cfg)) {
			present[id] = true
		}
		for id := range acknowledged {
			if !present[id] {
				t.Errorf("%s was acknowledged and is lost", id)
			}
		}
		t.Logf("%d acknowledged, %d present", len(acknowledged), len(present))
	})
}

// Two processes write to one store at once, and neither starves.
func TestTwoProcessesWrite(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		db := storetest.Open(t, cfg)
		const count = 200
		cmd := child(t, "acknowledge", cfg, count)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		var group sync.WaitGroup
		stop := make(chan struct{})
		var mine [8]int
		for w := range mine {
			group.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if err := db.Write(context.Background(), put(fmt.Sprintf("mine-%d-%d", w, mine[w]))); err != nil {
						t.Errorf("write beside another process: %v", err)
						return
					}
					mine[w]++
				}
			})
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the other process: %v", err)
			}
		case <-time.After(time.Minute):
			t.Error("the other process starves")
			cmd.Process.Kill()
			<-ended
		}
		close(stop)
		group.Wait()
		want := count
		for _, n := range mine {
			want += n
		}
		if got := len(items(t, db)); got != want {
			t.Errorf("%d items, want %d", got, want)
		}
	})
}

// Processes that start at once on a new store do not trip over each other.
func TestProcessesOpenANewStoreAtOnce(t *testing.T) {
	each(t, func(t *testing.T, cfg store.Config) {
		var children []*exec.Cmd
		for range 4 {
			cmd := child(t, "open", cfg, 0)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			children = append(children, cmd)
		}
		for _, cmd := range children {
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		}
		mustWrite(t, storetest.Open(t, cfg), put("works"))
	})
}
