package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// maxAttempts is how often a write is tried before ErrBusy.
	maxAttempts = 10

	// commitTime is what a commit has beyond Config.WriteTimeout.
	commitTime = 30 * time.Second
)

func openPostgres(ctx context.Context, cfg Config) (*DB, error) {
	conf, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	if conf.RuntimeParams["application_name"] == "" {
		conf.RuntimeParams["application_name"] = "pliego"
	}
	if err := requireDurable(ctx, conf, cfg.Log); err != nil {
		return nil, fmt.Errorf("open the database at %s: %w", conf.Host, err)
	}
	pool := stdlib.OpenDB(*conf)
	pool.SetMaxOpenConns(cfg.Writers)
	pool.SetMaxIdleConns(cfg.Writers)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := migratePostgres(ctx, cfg, pool); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	readers := stdlib.OpenDB(*conf)
	readers.SetMaxOpenConns(cfg.Readers)
	readers.SetMaxIdleConns(cfg.Readers)
	readers.SetConnMaxIdleTime(5 * time.Minute)
	w := &postgresWriter{cfg: cfg, pool: pool, slots: make(chan struct{}, cfg.Writers)}
	return &DB{cfg: cfg, engine: Postgres, writer: w, readers: readers}, nil
}

// requireDurable turns synchronous_commit on for our connections when the server
// has it off, since then a commit does not wait for the disk.
func requireDurable(ctx context.Context, conf *pgx.ConnConfig, log *slog.Logger) error {
	conn, err := pgx.ConnectConfig(ctx, conf.Copy())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var setting string
	if err := conn.QueryRow(ctx, "SHOW synchronous_commit").Scan(&setting); err != nil {
		return err
	}
	if setting == "off" {
		log.Warn("the server has synchronous_commit off; it is turned on for this program, whose answers promise durability")
		conf.RuntimeParams["synchronous_commit"] = "on"
	}
	return nil
}

// postgresWriter runs each write in a transaction of its own. The server groups
// their commits.
type postgresWriter struct {
	cfg   Config
	pool  *sql.DB
	slots chan struct{} // one place for each transaction that runs

	queued  atomic.Int64
	mu      sync.RWMutex // held for reading while a write is counted in
	closed  bool
	running sync.WaitGroup // those counted in
}

func (w *postgresWriter) write(ctx context.Context, fn func(tx *Tx) error) error {
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return ErrClosed
	}
	w.running.Add(1)
	w.mu.RUnlock()
	defer w.running.Done()

	if err := w.take(ctx); err != nil {
		return err
	}
	defer func() { <-w.slots }()
	return w.attempts(ctx, fn)
}

func (w *postgresWriter) waiting() int { return int(w.queued.Load()) }

// take waits for a free place; no more than Config.Queue wait.
func (w *postgresWriter) take(ctx context.Context) error {
	select {
	case w.slots <- struct{}{}:
		return nil
	default:
	}
	defer w.queued.Add(-1)
	if w.queued.Add(1) > int64(w.cfg.Queue) {
		return ErrBusy
	}
	select {
	case w.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// attempts runs fn until it is committed or there is no use in trying.
//
// Another attempt is right only while it is certain that the last one was not
// committed:
//   - The server said so: serialisation failure or deadlock, at a statement or at
//     the commit.
//   - The connection was lost before COMMIT was sent: the server rolls back what
//     its client leaves.
//
// Once COMMIT was sent and no answer came, the transaction may have been
// committed. Trying again could do everything twice, and saying that it failed
// could be false, so the caller gets ErrUnknownOutcome. A FATAL answer to COMMIT
// (the server is shutting down) counts as none: the server may send it after it
// committed.
func (w *postgresWriter) attempts(ctx context.Context, fn func(tx *Tx) error) error {
	var last error
	for n := range maxAttempts {
		if err := pauseBefore(ctx, n); err != nil {
			return err // nothing was kept
		}
		err, again := w.attempt(ctx, fn)
		if !again {
			return err
		}
		last = err
	}
	if !conflict(last) {
		return fmt.Errorf("%w (%d attempts; the last: %w)", ErrUnavailable, maxAttempts, last)
	}
	return fmt.Errorf("%w (%d attempts; the last: %w)", ErrBusy, maxAttempts, last)
}

// pauseBefore waits before the n-th further attempt.
func pauseBefore(ctx context.Context, n int) error {
	if n == 0 {
		return nil
	}
	// Up to 4 ms, 8 ms, … 256 ms: random, so that those who met do not meet again.
	pause := time.Duration(rand.Int64N(int64(2*time.Millisecond) << min(n, 7)))
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// attempt runs fn once. again says that nothing was kept and that another attempt
// may succeed.
func (w *postgresWriter) attempt(ctx context.Context, fn func(tx *Tx) error) (err error, again bool) {
	base := context.WithValue(context.WithoutCancel(ctx), insideWrite{}, true)
	whole, cancelWhole := context.WithTimeout(base, w.cfg.WriteTimeout+commitTime)
	defer cancelWhole()
	fnCtx, cancel := context.WithTimeout(whole, w.cfg.WriteTimeout)
	defer cancel()

	sqlTx, err := w.pool.BeginTx(whole, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err), connectionLost(err)
	}
	defer sqlTx.Rollback() // after a commit it does nothing
	tx := &Tx{ctx: fnCtx, on: sqlTx}
	err = call(tx, fn)
	if tx.failed != nil {
		// Whatever fn made of it, the statement's error decides.
		again = conflict(tx.failed) || connectionLost(tx.failed)
	}
	if err != nil {
		return err, again
	}
	err = sqlTx.Commit()
	var answered *pgconn.PgError
	switch {
	case err == nil:
		return nil, false
	case errors.As(err, &answered) && answered.Severity == "ERROR":
		return fmt.Errorf("commit: %w", err), conflict(err)
	case errors.Is(err, pgx.ErrTxCommitRollback):
		return fmt.Errorf("commit: %w", err), false
	case pgconn.SafeToRetry(err): // COMMIT was not sent
		return fmt.Errorf("commit: %w", err), true
	}
	return fmt.Errorf("%w: %w", ErrUnknownOutcome, err), false
}

// conflict says whether the server chose this transaction to make way for another:
// serialization_failure, deadlock_detected.
func conflict(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// connectionLost says whether err is the end of the connection, or the server's
// refusal of one for now.
func connectionLost(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "57P01", "57P02", "57P03", // shutting down, crashed, starting
			"53300": // too many connections
			return true
		}
		return strings.HasPrefix(pg.Code, "08")
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false
	}
	var network net.Error
	return pgconn.SafeToRetry(err) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

func (w *postgresWriter) close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.running.Wait()
	return w.pool.Close()
}
