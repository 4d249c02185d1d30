package e2e

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience bounds every wait for what happens within a second or two on a quiet
// machine.
const patience = time.Minute

// site is a running `pliego serve`.
type site struct {
	binary string
	data   string
	flags  []string // that name its store
	base   string   // its address

	cmd   *exec.Cmd
	stdin io.Closer // closing it sends the server SIGTERM
	log   string    // the file of its standard error
	mail  *mailbox

	mu      sync.Mutex
	private []string // what must never be in the log
	ended   bool
}

// underShell runs a command and sends it SIGTERM when standard input ends, so
// that it ends with this process however that ends. Its status is the command's.
const underShell = `"$@" & pid=$!; exec >&-; cat >/dev/null; kill -TERM $pid; wait $pid`

// serve starts the demonstration on SQLite, or on PostgreSQL when a database is
// named.
func serve(t *testing.T, binary, database string) *site {
	t.Helper()
	s := &site{binary: binary, data: filepath.Join(t.TempDir(), "data")}
	s.flags = []string{"--data", s.data}
	if database != "" {
		s.flags = append(s.flags, "--database", database)
	}
	s.mail = &mailbox{dir: filepath.Join(s.data, "mail")}
	args := append([]string{"-c", underShell, "sh", binary, "serve", "--demo", "--review", "off", "--listen", "127.0.0.1:0"}, s.flags...)
	s.cmd = exec.Command("sh", args...)
	s.log = filepath.Join(t.TempDir(), "log")
	log, err := os.Create(s.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s.cmd.Stderr = log
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.end(t) })
	ready := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdout).ReadString('\n')
		ready <- line
		_, _ = io.Copy(io.Discard, stdout)
	}()
	select {
	case line := <-ready:
		address, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
		if !ok {
			t.Fatalf("the server said %q and not where it answers; its log:\n%s", line, s.readLog(t))
		}
		s.base = address
	case <-time.After(patience):
		t.Fatalf("the server was not ready within %v; its log:\n%s", patience, s.readLog(t))
	}
	return s
}

// end stops the server and looks at what it leaves: a clean exit, and a log
// without failures and without anything that is personal.
func (s *site) end(t *testing.T) {
	if s.ended {
		return
	}
	s.ended = true
	s.stdin.Close()
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the server did not end cleanly: %v", err)
	}
	log := s.readLog(t)
	if !strings.Contains(log, "level=INFO") {
		t.Errorf("there is no log to look into, only %q", log)
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, "panic") || strings.Contains(line, "level=ERROR") {
			t.Errorf("the log holds a failure: %s", line)
		}
		for _, personal := range s.private {
			if strings.Contains(line, personal) {
				t.Errorf("the log holds %q: %s", personal, line)
			}
		}
	}
}

// keepOut adds what must never be in the log.
func (s *site) keepOut(personal ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.private = append(s.private, personal...)
}

func (s *site) readLog(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(s.log)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// run runs a command of the program on the store that is being served.
func (s *site) run(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(s.binary, append(args, s.flags...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("pliego %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}

// get fetches a page as a program does.
func (s *site) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	res, err := http.Get(s.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// importLetter imports the letter of the test data about a neighbourhood of
// that name, and opens it. It returns the letter's title.
func (s *site) importLetter(t *testing.T, slug, neighbourhood string) (title string) {
	t.Helper()
	letter, err := os.ReadFile(filepath.Join("testdata", "carta.md"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), slug+".md")
	text := strings.ReplaceAll(string(letter), "del barrio Ejemplo", "del barrio "+neighbourhood)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out := s.run(t, "letter", "import", file, "--slug", slug, "--open")
	if !strings.Contains(out, "3 asks and 4 signatories") || !strings.Contains(out, "open for signing") {
		t.Fatalf("the import said: %s", out)
	}
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimPrefix(first, "# ")
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(25 * time.Millisecond)
	}
}
