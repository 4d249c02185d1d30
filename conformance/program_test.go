package conformance

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the built program with a store of its own.
type program struct {
	binary, data string
	key          string // the log's verifier key, out of the key folder
}

// build builds the program as it is here, and makes a store with the pack in it.
func build(t *testing.T) *program {
	t.Helper()
	dir := t.TempDir()
	p := &program{binary: filepath.Join(dir, "pliego"), data: filepath.Join(dir, "data")}
	cmd := exec.Command("go", "build", "-o", p.binary, "./cmd/pliego")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	if out, err := exec.Command(p.binary, "pack", "load", "americas", "--data", p.data).CombinedOutput(); err != nil {
		t.Fatalf("make a store: %v\n%s", err, out)
	}
	keys, err := os.ReadFile(filepath.Join(p.data, "keys", "ledger.key"))
	if err != nil {
		t.Fatal(err)
	}
	p.key = strings.Split(strings.TrimSpace(string(keys)), "\n")[1]
	return p
}

// server is a running program.
type server struct {
	base, mail string
	client     *http.Client
}

func (p *program) serve(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{mail: filepath.Join(p.data, "outgoing"), client: &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 16},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	args = append([]string{"serve", "--data", p.data, "--listen", "127.0.0.1:0", "--review", "off", "--mail", "file:" + s.mail}, args...)
	s.base = strings.TrimPrefix(start(t, "ready ", exec.Command(p.binary, args...)), "ready ")
	return s
}

// start runs a command until the test ends, and gives the first line of what it
// says on either stream that has the given beginning.
func start(t *testing.T, beginning string, cmd *exec.Cmd) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	found := make(chan string, 1)
	var said bytes.Buffer
	var reading sync.WaitGroup
	reading.Go(func() {
		for lines := bufio.NewScanner(read); lines.Scan(); {
			said.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), beginning) {
				select {
				case found <- lines.Text():
				default:
				}
			}
		}
		close(found)
	})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		gone := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		gone.Stop()
		reading.Wait()
		if err != nil || t.Failed() {
			t.Logf("%s ended with %v and said:\n%s", filepath.Base(cmd.Path), err, tail(said.String(), 4000))
		}
	})
	select {
	case line, ok := <-found:
		if ok {
			return line
		}
		t.Fatalf("%s ended before it was ready", cmd.Path)
	case <-time.After(30 * time.Second):
		t.Fatalf("%s was not ready within 30 s", cmd.Path)
	}
	return ""
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// sign lets n organisations sign and confirm, several at once.
func (s *server) sign(ctx context.Context, n int) error {
	const atOnce = 8
	errs := make(chan error, atOnce+1)
	for worker := range atOnce {
		go func() {
			var err error
			for i := worker; i < n && err == nil; i += atOnce {
				err = s.post(ctx, "/api/v1/letters/practice-letter/signatures", http.StatusAccepted, map[string]string{
					"kind": "organisation", "name": fmt.Sprintf("Example Organisation %d", i), "country": "PY", "signer_name": "Example Signer",
					"email": fmt.Sprintf("signer%d@example.org", i), "visibility": "public", "consent": "1",
				})
			}
			errs <- err
		}()
	}
	go func() { errs <- s.confirm(ctx, n) }()
	for range atOnce + 1 {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func (s *server) post(ctx context.Context, path string, want int, body any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("POST: status %d: %s", res.StatusCode, tail(string(answer), 1000))
	}
	return err
}

var confirmLink = regexp.MustCompile(`/[a-z]{2}/confirm/[A-Za-z0-9_-]+`)

// confirm presses the button behind n links that come by mail.
func (s *server) confirm(ctx context.Context, n int) error {
	read := map[string]bool{}
	confirmed := map[string]bool{}
	for len(confirmed) < n {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%d of %d confirmed: %w", len(confirmed), n, err)
		}
		mails, err := filepath.Glob(filepath.Join(s.mail, "*.eml"))
		if err != nil {
			return err
		}
		for _, mail := range mails {
			if read[mail] {
				continue
			}
			read[mail] = true
			content, err := os.ReadFile(mail)
			if err != nil {
				return err
			}
			link := confirmLink.FindString(string(content))
			if link == "" || confirmed[link] {
				continue // not a mail that asks
			}
			confirmed[link] = true
			if err := s.post(ctx, link, http.StatusSeeOther, nil); err != nil {
				return err
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

// unpack fetches a ZIP file and writes what it holds into a folder.
func unpack(t *testing.T, ctx context.Context, address, folder string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", address, res.StatusCode, err)
	}
	files, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatal(err)
	}
}
