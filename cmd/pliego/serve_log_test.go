package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// written takes what is written, and tells how often.
type written struct {
	mu    sync.Mutex
	all   bytes.Buffer
	times int
	full  bool // the disk is
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.full {
		return 0, errors.New("no space left on device")
	}
	w.times++
	return w.all.Write(p)
}

func (w *written) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.SplitAfter(w.all.String(), "\n")
}

func TestLogLinesComeWholeAndSoon(t *testing.T) {
	out := &written{}
	b := newLineBuffer(out)
	const writers, each = 8, 1000
	var group sync.WaitGroup
	for who := range writers {
		group.Go(func() {
			for n := range each {
				fmt.Fprintf(b, "line %d of %d, which is long enough to fill the buffer now and then\n", n, who)
			}
		})
	}
	group.Wait()
	for limit := time.Now().Add(time.Minute); len(out.lines()) <= writers*each; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("only %d lines come by themselves", len(out.lines())-1)
		}
	}
	next := map[int]int{}
	for _, line := range out.lines()[:writers*each] {
		var n, who int
		if _, err := fmt.Sscanf(line, "line %d of %d, which is long enough", &n, &who); err != nil || next[who] != n {
			t.Fatalf("%q comes where line %d is due (%v)", line, next[who], err)
		}
		next[who]++
	}
	if out.times > writers*each/10 {
		t.Errorf("%d lines were written one by one: %d times", writers*each, out.times)
	}
}

// When the log cannot be written for a while, what comes after is written again.
func TestLogGoesOnAfterAFullDisk(t *testing.T) {
	out := &written{full: true}
	b := newLineBuffer(out)
	fmt.Fprintln(b, "lost")
	if b.Flush() == nil {
		t.Error("nobody hears of the full disk")
	}
	out.full = false
	fmt.Fprintln(b, "the next")
	if err := b.Flush(); err != nil || !strings.Contains(out.all.String(), "the next\n") {
		t.Errorf("with room again it holds %q (%v)", out.all.String(), err)
	}
}
