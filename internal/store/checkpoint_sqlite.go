package store

import (
	"context"
	"database/sql"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// checkpointEvery is how often the checkpointer looks at the log.
	checkpointEvery = time.Second

	// checkpointPages is how much of the log (16 MB) is copied even while the
	// writer is busy.
	checkpointPages = 4000
)

// checkpointer copies SQLite's write-ahead log into the database file beside the
// writer, so that no write waits for it. A PASSIVE checkpoint takes no lock that
// a writer or reader needs. Under load it cannot reach the end of the log, which
// therefore grows until a commit checkpoints itself at walPages; what is left for
// that commit to copy is little.
type checkpointer struct {
	pool *sql.DB
	busy *atomic.Bool // set by the writer at each transaction, cleared here
	log  *slog.Logger

	wrote      bool // since the last checkpoint that copied all
	quit, done chan struct{}
}

func startCheckpointer(pool *sql.DB, busy *atomic.Bool, log *slog.Logger) *checkpointer {
	c := &checkpointer{pool: pool, busy: busy, log: log, wrote: true, quit: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		tick := time.NewTicker(checkpointEvery)
		defer tick.Stop()
		for {
			select {
			case <-c.quit:
				return
			case <-tick.C:
				c.look()
			}
		}
	}()
	return c
}

// look checkpoints if the writer has rested since the last look, or if there is
// much to copy. After a rest it empties the log too: what was erased from the
// database still stands in the log's older pages.
func (c *checkpointer) look() {
	mode := "TRUNCATE"
	if c.busy.Swap(false) {
		c.wrote, mode = true, "PASSIVE"
		if pending, err := checkpoint(c.pool, "NOOP"); err == nil && pending < checkpointPages {
			return
		}
	} else if !c.wrote {
		return
	}
	pending, err := checkpoint(c.pool, mode)
	if err != nil {
		c.log.Error("the database's log could not be copied into it; it will be tried again", "error", err)
		return
	}
	c.wrote = pending > 0 || mode == "PASSIVE"
}

// checkpoint runs one and gives how many pages of the log are still to be copied.
// NOOP copies none. TRUNCATE, which others kept from emptying the log, gives at
// least one.
func checkpoint(pool *sql.DB, mode string) (pending int, err error) {
	var blocked, inLog, copied int
	row := pool.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint("+mode+")")
	if err := row.Scan(&blocked, &inLog, &copied); err != nil {
		return 0, err
	}
	if pending = inLog - copied; blocked != 0 {
		pending = max(pending, 1)
	}
	return pending, nil
}

func (c *checkpointer) stop() {
	close(c.quit)
	<-c.done
}
