package review

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// day is how long anything is remembered of who signs: then the salt is thrown
// away, and with it every key.
const day = 24 * time.Hour

// key stands for something that is counted: a hash of it under the day's salt.
type key [16]byte

// memory keeps a value for each of at most most keys, in memory alone, and
// forgets them all each day. What a key was made of (an address, a network)
// cannot be told from it once the salt is gone. When it is full, a key taken at
// random makes room: counts get lower by that, never higher. It is safe for
// concurrent use.
type memory[V any] struct {
	now  func() time.Time
	most int

	mu    sync.Mutex
	salt  [32]byte
	since time.Time
	kept  map[key]V
}

func newMemory[V any](now func() time.Time, most int) *memory[V] {
	return &memory[V]{now: now, most: most}
}

// maxKept bounds each memory: about 10 MB when full.
const maxKept = 100_000

// change replaces the value kept for what parts say by what fn makes of it, and
// returns that. until is when all is forgotten.
func (m *memory[V]) change(fn func(old V, known bool, hash func(...string) key) V, parts ...string) (v V, until time.Time) {
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil || now.Sub(m.since) >= day {
		rand.Read(m.salt[:]) // never fails (crypto/rand)
		m.kept, m.since = map[key]V{}, now
	}
	k := m.hash(parts...)
	old, known := m.kept[k]
	if !known && len(m.kept) >= m.most {
		for other := range m.kept {
			delete(m.kept, other)
			break
		}
	}
	v = fn(old, known, m.hash)
	m.kept[k] = v
	return v, m.since.Add(day)
}

// hash is called with the lock held.
func (m *memory[V]) hash(parts ...string) (k key) {
	var buf [512]byte
	b := append(buf[:0], m.salt[:]...)
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	sum := sha256.Sum256(b)
	copy(k[:], sum[:])
	return k
}

// count is how often something happened since the first time within a window.
type count struct {
	first time.Time
	n     int
}

// counter counts what happens within a window of time that begins with the
// first of it.
type counter struct {
	kept   *memory[count]
	window time.Duration
}

func newCounter(now func() time.Time, window time.Duration) *counter {
	return &counter{newMemory[count](now, maxKept), window}
}

// add counts one more and tells how many there were within the window.
func (c *counter) add(parts ...string) int {
	now := c.kept.now()
	v, _ := c.kept.change(func(old count, known bool, _ func(...string) key) count {
		if !known || now.Sub(old.first) >= c.window {
			return count{now, 1}
		}
		old.n++
		return old
	}, parts...)
	return v.n
}
