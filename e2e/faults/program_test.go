//go:build linux

package faults

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pliego/internal/store"
)

// program is one `pliego serve`, which is started again and again.
type program struct {
	t      testing.TB
	binary string
	flags  []string // that name its store
	data   string
	log    string // the file of its standard error, over all starts

	address atomic.Pointer[string] // where it answers; nil: nowhere
	cmd     *exec.Cmd
	gone    chan error // says how it ended
}

// origin is how its readers know the site, whatever address it has this time.
const origin = "http://letters.example.org"

func newProgram(t *testing.T, binary string, cfg store.Config, data, name string) *program {
	p := &program{t: t, binary: binary, data: data, log: filepath.Join(t.TempDir(), name+".log"), flags: []string{"--data", data}}
	if cfg.URL != "" {
		p.flags = append(p.flags, "--database", cfg.URL)
	}
	t.Cleanup(func() { // whatever made the test fail
		if p.cmd != nil {
			p.kill()
		}
	})
	return p
}

// start starts it, and does not wait until it answers.
func (p *program) start() {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	args := append([]string{"serve", "--review", "off", "--listen", "127.0.0.1:0", "--base-url", origin}, p.flags...)
	p.cmd = exec.Command(p.binary, args...)
	p.cmd.Stderr = log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // none is left behind by a test that is killed
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.gone = make(chan error, 1)
	go func(cmd *exec.Cmd, gone chan<- error) {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if address, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
				p.address.Store(&address)
			}
		}
		p.address.Store(nil)
		gone <- cmd.Wait()
	}(p.cmd, p.gone)
}

// ready waits until it answers.
func (p *program) ready() {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); p.address.Load() == nil; time.Sleep(2 * time.Millisecond) {
		select {
		case err := <-p.gone:
			p.t.Fatalf("the program ended by itself: %v; its log ends:\n%s", err, p.lastLog())
		default:
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the program was not ready within a minute; its log ends:\n%s", p.lastLog())
		}
	}
}

// kill ends it as a crash does, and tells whether it answered by then.
func (p *program) kill() (answered bool) {
	p.t.Helper()
	answered = p.address.Load() != nil
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("kill the program: %v", err)
	}
	err := <-p.gone
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !exit.Sys().(syscall.WaitStatus).Signaled() {
		p.t.Errorf("the program ended by itself: %v; its log ends:\n%s", err, p.lastLog())
	}
	p.cmd = nil
	return answered
}

// stop ends it cleanly.
func (p *program) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Errorf("end the program: %v", err)
	}
	if err := <-p.gone; err != nil {
		p.t.Errorf("the program did not end cleanly: %v; its log ends:\n%s", err, p.lastLog())
	}
	p.cmd = nil
}

// lastLog is the end of its log.
func (p *program) lastLog() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-4000):])
}

// faults are the lines of the logs about requests that failed by a fault of ours.
func (l *load) faults() string {
	var found []string
	for _, p := range l.programs {
		b, err := os.ReadFile(p.log)
		if err != nil {
			l.t.Error(err)
		}
		for line := range strings.Lines(string(b)) {
			if strings.Contains(line, "status=500") && len(found) < 5 {
				found = append(found, line)
			}
		}
	}
	return strings.Join(found, "")
}
