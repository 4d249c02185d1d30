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
	quit, done chan struct{}
}

func startCheckpointer(pool *sql.DB, busy *atomic.Bool, log *slog.Logger) *checkpointer {
	c := &checkpointer{quit: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		tick := time.NewTicker(checkpointEvery)
		defer tick.Stop()
		wrote := true // since the last checkpoint that copied all; at first unknown
		for {
			select {
			case <-c.quit:
				return
			case <-tick.C:
			}
			if busy.Swap(false) {
				wrote = true
				if pending, err := checkpoint(pool, "NOOP"); err == nil && pending < checkpointPages {
					continue
				}
			} else if !wrote {
				continue
			}
			pending, err := checkpoint(pool, "PASSIVE")
			if err != nil {
				log.Error("the database's log could not be copied into it; it will be tried again", "error", err)
				continue
			}
			wrote = pending > 0
		}
	}()
	return c
}

// checkpoint runs one and gives how many pages of the log are still to be copied.
// NOOP copies none.
func checkpoint(pool *sql.DB, mode string) (pending int, err error) {
	var blocked, inLog, copied int
	row := pool.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint("+mode+")")
	if err := row.Scan(&blocked, &inLog, &copied); err != nil {
		return 0, err
	}
	return inLog - copied, nil
}

func (c *checkpointer) stop() {
	close(c.quit)
	<-c.done
}
