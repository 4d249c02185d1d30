//go:build linux

package faults

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// kill ends one of the programs at a moment of chance, also while it starts, and
// starts it again.
func kill(l *load) {
	p := l.programs[l.chance.IntN(len(l.programs))]
	l.pause(400 * time.Millisecond)
	if !p.kill() {
		l.startings++
	}
	p.start()
}

// boundFiles lets no file of the program grow for a while: the disk is full for its
// database and its mail.
func boundFiles(l *load) {
	p := l.programs[0]
	p.ready()
	l.pause(200 * time.Millisecond)
	log, err := os.Stat(filepath.Join(p.data, "pliego.db-wal"))
	if err != nil {
		l.t.Fatal(err)
	}
	before := limitFiles(l.t, p.cmd.Process.Pid, uint64(log.Size()))
	l.pause(300 * time.Millisecond)
	limitFiles(l.t, p.cmd.Process.Pid, before)
}

// limitFiles says how long a process's files may be, and gives what held before.
func limitFiles(t *testing.T, pid int, most uint64) (before uint64) {
	t.Helper()
	var old, limit syscall.Rlimit
	call := func(now, was *syscall.Rlimit) {
		if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(now)), uintptr(unsafe.Pointer(was)), 0, 0); errno != 0 {
			t.Fatalf("limit the files of the program: %v", errno)
		}
	}
	call(nil, &old)
	limit = old
	limit.Cur = most
	call(&limit, nil)
	return old.Cur
}

// diskFull puts the store on a small disk of its own, and fills it up again and again.
func diskFull(t *testing.T) (store.Config, hit) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=128m"); err != nil {
		t.Fatalf("make a small disk, which only root can: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("take the small disk away: %v", err)
		}
	})
	cfg := storetest.SQLite(t)
	cfg.Dir = filepath.Join(dir, "data")
	ballast := filepath.Join(dir, "ballast")
	return cfg, func(l *load) {
		l.pause(200 * time.Millisecond)
		fill(l.t, ballast)
		l.pause(400 * time.Millisecond)
		if err := os.Remove(ballast); err != nil {
			l.t.Fatal(err)
		}
	}
}

// fill writes until the disk is full.
func fill(t *testing.T, ballast string) {
	t.Helper()
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}
