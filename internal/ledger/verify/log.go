package verify

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"

	"pliego/internal/ledger"
)

// logReader is how far the log was read, in the order of its entries.
type logReader struct {
	tree  *ledger.Tree
	known []knownSize // not yet reached, by size
	clock time.Time   // the newest time an entry gave so far
	seen  seenBefore
	jumps []jump // where numbers may go on higher
}

// knownSize is what the log must be at an earlier size: a checkpoint, or a statement
// that its key changed.
type knownSize struct {
	Size int64
	Root tlog.Hash
	Known
}

// seenBefore is the newest checkpoint that this machine itself saw: later entries
// cannot be older than that moment.
type seenBefore struct {
	size int64
	at   time.Time
}

// skew is how far clocks may differ, and how long an entry may wait for its place,
// before somebody should ask.
const skew = 10 * time.Minute

// newLogReader begins at the first entry.
func (c *checker) newLogReader() (*logReader, error) {
	tree, err := ledger.NewTree(0, nil)
	if err != nil {
		return nil, err
	}
	r := &logReader{tree: tree}
	if r.known, err = c.knownSizes(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(r.known, func(a, b knownSize) int { return cmp.Compare(a.Size, b.Size) })
	for _, k := range r.known {
		if k.By == "" && k.Size > r.seen.size {
			r.seen = seenBefore{k.Size, k.At}
		}
	}
	return r, nil
}

// who says who saw a known checkpoint, and when.
func (k knownSize) who() string {
	who := "this machine saw it"
	if k.By != "" {
		who = k.By + " has it"
	}
	if !k.At.IsZero() {
		who += " on " + k.At.UTC().Format("2006-01-02 15:04 MST")
	}
	return who
}

// readLog reads the log from where it was left up to a checkpoint, and checks all
// of it against that.
func (c *checker) readLog(ctx context.Context, to ledger.Checkpoint) error {
	r := c.log
	for _, k := range r.known {
		if k.Size > to.Size {
			return lie(RolledBack, -1, "the log has %d entries now, and it had %d: %s. Its checkpoint then:\n%s", to.Size, k.Size, k.who(), k.Signed)
		}
	}
	if to.Size < r.tree.Size() {
		return lie(RolledBack, -1, "the log has %d entries now, and it had %d a moment ago", to.Size, r.tree.Size())
	}
	if err := c.compareKnown(); err != nil {
		return err
	}
	if to.Size > r.tree.Size() {
		if err := c.readTiles(ctx, to.Size); err != nil {
			return err
		}
	}
	root, err := r.tree.Root()
	if err != nil {
		return err
	}
	if root != to.Root {
		return lie(BadRoot, -1, "the log's %d entries have the root %s, and its signed checkpoint says %s", to.Size, root, to.Root)
	}
	if err := c.compareUpper(ctx, true); err != nil {
		return err
	}
	return c.resolve()
}

// readTiles reads the tiles up to a size, several at once, and places them in their
// order, so that of several lies the first is found.
func (c *checker) readTiles(ctx context.Context, size int64) error {
	type outcome struct {
		tile *tile
		err  error
	}
	type job struct {
		n   int64
		out chan outcome
	}
	// Each tile has a place in the queue, so that they come out in order; the
	// queue's length bounds what is in memory.
	first := c.log.tree.Size() / ledger.TileWidth // place moves it on
	queue, jobs := make(chan chan outcome, 2*c.cfg.Workers), make(chan job)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(queue)
		defer close(jobs)
		for n := first; n*ledger.TileWidth < size; n++ {
			j := job{n, make(chan outcome, 1)}
			select {
			case queue <- j.out:
			case <-ctx.Done():
				return ctx.Err()
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range c.cfg.Workers {
		group.Go(func() error {
			for j := range jobs {
				t, err := c.readTile(ctx, j.n, int(min(size-j.n*ledger.TileWidth, ledger.TileWidth)))
				j.out <- outcome{t, err}
			}
			return nil
		})
	}
	group.Go(func() error {
		for out := range queue {
			select {
			case o := <-out:
				if o.err != nil {
					return o.err
				}
				if err := c.place(ctx, o.tile, size); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return group.Wait()
}

// place takes in a checked tile, of which the first entries may be known.
func (c *checker) place(ctx context.Context, t *tile, size int64) error {
	r := c.log
	first := t.n * ledger.TileWidth
	known := int(r.tree.Size() - first)
	if known > 0 && !bytes.Equal(r.tree.Edge(0), joined(t.hashes[:known])) {
		return lie(Forked, first, "entries of its tile are others than they were a moment ago")
	}
	for i := known; i < len(t.entries); i++ {
		index := r.tree.AppendHash(t.hashes[i])
		if err := c.take(index, &t.entries[i]); err != nil {
			return err
		}
		if err := c.compareKnown(); err != nil {
			return err
		}
	}
	c.report.Hashes += int64(len(t.entries) - known)
	if c.cfg.Progress != nil {
		c.cfg.Progress(r.tree.Size(), size)
	}
	if t.n%ledger.TileWidth == ledger.TileWidth-1 {
		return c.compareUpper(ctx, false)
	}
	return nil
}

func joined(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// compareKnown compares with the known checkpoints of the size now reached.
func (c *checker) compareKnown() error {
	r := c.log
	for len(r.known) > 0 && r.known[0].Size <= r.tree.Size() {
		k := r.known[0]
		root, err := r.tree.Root()
		if err != nil {
			return err
		}
		if k.Size < r.tree.Size() {
			return errors.New("a known checkpoint was passed over") // the list is in order
		}
		if root != k.Root {
			return lie(Forked, -1, "the log's first %d entries are others than those of a checkpoint that its own key signed: %s. Keep both, they prove it. That checkpoint:\n%s", k.Size, k.who(), k.Signed)
		}
		if k.Signed != nil { // else it is a statement, which is told of apart
			c.report.Consistent = append(c.report.Consistent, fmt.Sprintf("size %d (%s)", k.Size, k.who()))
		}
		r.known = r.known[1:]
	}
	return nil
}

// compareUpper compares the tiles above the lowest level with those served: the
// full ones, and at the end the partial ones too.
func (c *checker) compareUpper(ctx context.Context, atEnd bool) error {
	t := c.log.tree
	err := t.Flush(func(id ledger.TileID, hashes []byte) error {
		if id.Level == 0 || len(hashes) < ledger.TileWidth*tlog.HashSize {
			return nil
		}
		return c.compareTile(ctx, id, hashes)
	})
	for level := 1; err == nil && atEnd && t.Size()>>(ledger.TileHeight*level) > 0; level++ {
		if hashes := t.Edge(level); len(hashes) > 0 {
			err = c.compareTile(ctx, ledger.TileID{Level: level, N: t.Size() >> (ledger.TileHeight * (level + 1))}, hashes)
		}
	}
	return err
}

func (c *checker) compareTile(ctx context.Context, id ledger.TileID, hashes []byte) error {
	width := len(hashes) / tlog.HashSize
	name := "ledger/" + ledger.Tile{Level: id.Level, N: id.N, Width: width}.Path()
	served, err := read(ctx, c.cfg.Files, name, ledger.TileWidth*tlog.HashSize)
	if err != nil {
		return needed(name, -1, err)
	}
	if !bytes.Equal(served, hashes) {
		return lie(BadTile, -1, "%s does not hold the hashes of the log's entries", name)
	}
	c.report.Hashes += int64(width)
	return nil
}

// take keeps what an entry says.
func (c *checker) take(index int64, e *entry) error {
	rep := c.report
	rep.Entries[string(e.Kind)]++
	switch e.opening {
	case opened:
		rep.Opened++
	case erased:
		rep.Erased++
	case withheld:
		rep.Withheld++
	}
	c.lookAtTime(index, e.Time)
	if e.Letter == "" {
		return c.takeOfLog(index, e)
	}
	l := c.letters[e.Letter]
	if l == nil {
		l = newLetterLog(e.Letter)
		c.letters[e.Letter] = l
	}
	return c.takeOfLetter(l, index, e)
}

// heldSlack is for entries that tell the day alone, since they must not tell when in
// it a sealed signer was there: they get their places when the day is over.
const heldSlack = 26 * time.Hour

// lookAtTime raises a doubt when entries say times that cannot be. Times are what
// the site says; only their order can be held against it.
func (c *checker) lookAtTime(index int64, t time.Time) {
	r, slack := c.log, skew
	if t.Equal(ledger.Day(t)) {
		slack = heldSlack
	}
	if t.Before(r.clock.Add(-slack)) {
		c.doubt("entry %d says %s, and an entry before it says %s: the site's clock was set back, or the entry was dated back", index, stamp(t), stamp(r.clock))
	}
	if t.After(r.clock) {
		r.clock = t
	}
	if !r.seen.at.IsZero() && index >= r.seen.size && t.Before(r.seen.at.Add(-slack)) {
		c.doubt("entry %d says %s, but it was not yet in the log on %s, when this machine looked: the site's clock was set back, the entry was dated back, or the log stood still", index, stamp(t), stamp(r.seen.at))
	}
	if now := c.cfg.Now(); t.After(now.Add(skew)) {
		c.doubt("entry %d says %s, and this machine's clock says %s", index, stamp(t), stamp(now))
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }

// maxSaid bounds each list of the report: who needs more has the files.
const maxSaid = 20

func (c *checker) doubt(format string, args ...any) { say(&c.report.Doubts, format, args...) }

func say(list *[]string, format string, args ...any) {
	switch {
	case len(*list) < maxSaid:
		*list = append(*list, fmt.Sprintf(format, args...))
	case len(*list) == maxSaid:
		*list = append(*list, "and more of the kind")
	}
}
