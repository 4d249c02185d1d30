package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// server is a running program.
type server struct {
	cmd  *exec.Cmd
	base string
}

// start runs serve and waits for its line "ready". It tells how long that took.
func (r *run) start(data string, args ...string) (*server, time.Duration, error) {
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--review", "normal", "--data", filepath.Join(r.dir, data)}, args...)
	return r.ready(exec.Command(r.binary, args...), data)
}

// ready starts a program that says where it listens, and waits until it does.
func (r *run) ready(cmd *exec.Cmd, data string) (*server, time.Duration, error) {
	ctx, cancel := context.WithTimeout(r.ctx, 30*time.Second)
	defer cancel()
	log, err := os.Create(filepath.Join(r.dir, data+".log"))
	if err != nil {
		return nil, 0, err
	}
	defer log.Close()
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(out).ReadString('\n') // an empty line says that it ended
		line <- text
	}()
	select {
	case text := <-line:
		took := time.Since(begin)
		base, ok := strings.CutPrefix(strings.TrimSpace(text), "ready ")
		if !ok {
			return nil, 0, fmt.Errorf("serve said %q; its log is %s", text, log.Name())
		}
		return &server{cmd, base}, took, nil
	case <-ctx.Done():
		cmd.Process.Kill()
		return nil, 0, fmt.Errorf("serve was not ready within 30 s")
	}
}

// memory is the resident memory of the process in MiB.
func (s *server) memory() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		var kib float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kib); n == 1 {
			return kib / 1024, nil
		}
	}
	return 0, fmt.Errorf("the process does not tell its memory")
}

func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// starting measures the way to the line "ready", from nothing and again, and
// the memory of a server at rest.
func starting(r *run) ([]figure, error) {
	s, first, err := r.start("start", "--demo")
	if err != nil {
		return nil, err
	}
	time.Sleep(2 * time.Second)
	rest, err := s.memory()
	if err != nil {
		return nil, err
	}
	if err := s.stop(); err != nil {
		return nil, err
	}
	s, second, err := r.start("start", "--demo")
	if err != nil {
		return nil, err
	}
	if err := s.stop(); err != nil {
		return nil, err
	}
	return []figure{
		{"serve --demo from nothing to ready", fmt.Sprintf("%d ms", first.Milliseconds()), "2 s", first < 2*time.Second},
		{"second start", fmt.Sprintf("%d ms", second.Milliseconds()), "300 ms", second < 300*time.Millisecond},
		{"memory at rest", fmt.Sprintf("%.0f MiB", rest), "120 MiB", rest < 120},
	}, nil
}
