package main

import (
	"io"
	"sync"
	"time"
)

// logEvery is how long a line of the log waits at most for others.
const logEvery = 100 * time.Millisecond

// logMost is how many bytes of lines wait at most.
const logMost = 64 << 10

// lineBuffer hands lines on in batches: a page that lies in memory costs little more
// than its line in the log does, written alone. Lines that cannot be written are lost,
// and those after them are not.
type lineBuffer struct {
	out io.Writer

	mu      sync.Mutex
	waiting []byte
	timer   *time.Timer // hands on what waits; nil: nothing waits
}

func newLineBuffer(w io.Writer) *lineBuffer { return &lineBuffer{out: w} }

// Write takes one line, or several.
func (b *lineBuffer) Write(lines []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting = append(b.waiting, lines...)
	if len(b.waiting) >= logMost {
		return len(lines), b.flush()
	}
	if b.timer == nil {
		b.timer = time.AfterFunc(logEvery, func() {
			_ = b.Flush() // there is nowhere to say that the log cannot be written
		})
	}
	return len(lines), nil
}

// Flush hands on what waits.
func (b *lineBuffer) Flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.flush()
}

// flush is Flush with b.mu held.
func (b *lineBuffer) flush() error {
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	if len(b.waiting) == 0 {
		return nil
	}
	_, err := b.out.Write(b.waiting)
	b.waiting = b.waiting[:0]
	return err
}
