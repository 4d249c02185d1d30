package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	sqlitelib "modernc.org/sqlite/lib"
)

// sqliteWriter is the one goroutine that writes to SQLite. It takes waiting
// functions into one transaction, each under its own savepoint, commits once, and
// then answers them all, so that one wait for the disk serves many.
type sqliteWriter struct {
	cfg   Config
	pool  *sql.DB
	queue chan *job

	mu     sync.RWMutex // held for reading while a job is put into the queue
	closed bool

	busy    atomic.Bool // a transaction is open or was since the checkpointer looked
	stopped chan struct{}
	check   *checkpointer

	// The fields below belong to the writer's goroutine.
	session *sqliteSession
	current []*job // the group being worked on
}

// job is one call of Write.
type job struct {
	ctx  context.Context // the caller's
	fn   func(tx *Tx) error
	done chan error // gets the answer once; has room for it

	// claimed is set by whoever is first: the writer, which then runs fn and
	// answers, or the caller, who leaves.
	claimed atomic.Bool

	// The fields below belong to the writer's goroutine.
	mine     bool // the writer claimed it
	answered bool
	err      error // of the last run
}

func (j *job) answer(err error) {
	if !j.answered {
		j.answered = true
		j.done <- err
	}
}

func newSQLiteWriter(ctx context.Context, cfg Config, pool *sql.DB) (*sqliteWriter, error) {
	session, err := newSQLiteSession(ctx, pool)
	if err != nil {
		return nil, err
	}
	w := &sqliteWriter{
		cfg: cfg, pool: pool, session: session,
		queue:   make(chan *job, cfg.Queue),
		stopped: make(chan struct{}),
	}
	w.check = startCheckpointer(pool, &w.busy, cfg.Log)
	go w.run()
	return w, nil
}

func (w *sqliteWriter) write(ctx context.Context, fn func(tx *Tx) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan error, 1)}
	if err := w.enqueue(j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return diskFailed(err)
	case <-ctx.Done():
		if j.claimed.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return diskFailed(<-j.done)
	}
}

// diskFailed says so when it was the disk that did not take the write.
func diskFailed(err error) error {
	switch sqliteCode(err) {
	case sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_IOERR:
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

func (w *sqliteWriter) waiting() int { return len(w.queue) }

func (w *sqliteWriter) enqueue(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.queue <- j:
		return nil
	default:
		return ErrBusy
	}
}

func (w *sqliteWriter) close() error {
	w.mu.Lock()
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.stopped
	w.check.stop()
	return errors.Join(w.session.close(), w.pool.Close())
}

// run serves the queue until it is closed and empty. A function that ends its
// goroutine (runtime.Goexit, as a test's FailNow does) would end the writer: then
// those in its transaction get an error and a new goroutine goes on.
func (w *sqliteWriter) run() {
	finished := false
	defer func() {
		if finished {
			close(w.stopped)
			return
		}
		w.rollback()
		w.answerAll(w.current, errors.New("store: a write ended its goroutine; nothing of its transaction was kept"))
		go w.run()
	}()
	for j := range w.queue {
		w.group(j)
	}
	finished = true
}

// group runs first and what waits behind it, and answers each.
//
// A function can take the transaction down with it: ON CONFLICT ROLLBACK, a
// trigger's RAISE(ROLLBACK), an interrupt, a full disk. The others are then run again without
// it. It is run again alone, after them: what it met may have been the work of one
// of those that had not been committed.
func (w *sqliteWriter) group(first *job) {
	const maxLosses = 4 // then the rest run alone, so that the work stays linear
	var alone []*job
	losses := 0
	todo, takeMore := []*job{first}, true
	w.current = append(w.current[:0], first)
	for len(todo) > 0 {
		culprit := w.transaction(&todo, takeMore)
		takeMore = false
		if culprit == nil {
			break
		}
		losses++
		todo = without(todo, culprit)
		alone = append(alone, culprit)
		if losses == maxLosses || culprit.err == errEachAlone {
			alone = append(todo, alone...)
			todo = nil
		}
	}
	for _, j := range alone {
		if !j.answered {
			w.transaction(&[]*job{j}, false)
		}
	}
	w.session.trim()
}

// errEachAlone is the err of a job when not it but the commit failed, for a
// reason that only running each alone can lay at one door.
var errEachAlone = errors.New("the transaction's commit was refused")

// transaction runs the jobs in todo, and takes waiting ones into it if takeMore,
// in one transaction. It answers them all and returns nil; or, if the transaction
// was lost and there is more than one job, it answers none, and returns the one
// that lost it.
func (w *sqliteWriter) transaction(todo *[]*job, takeMore bool) (culprit *job) {
	if err := w.begin(); err != nil {
		w.answerAll(*todo, err)
		return nil
	}
	w.busy.Store(true)
	start := time.Now()
	for i := 0; ; i++ {
		if i == len(*todo) {
			if !takeMore || i >= w.cfg.Batch || time.Since(start) > w.cfg.BatchTime {
				break
			}
			j := w.next()
			if j == nil {
				break
			}
			*todo = append(*todo, j)
			w.current = append(w.current, j)
		}
		j := (*todo)[i]
		if !j.mine && !j.claimed.CompareAndSwap(false, true) {
			continue // the caller left
		}
		j.mine = true
		if alive := w.one(j); !alive {
			w.rollback()
			if errors.Is(j.err, context.DeadlineExceeded) {
				j.answer(j.err) // no second chance to hold everybody up
			}
			if len(*todo) == 1 {
				j.answer(j.err)
				return nil
			}
			return j
		}
	}
	if err := w.session.run("COMMIT"); err != nil {
		w.rollback()
		if sqliteCode(err) == sqlitelib.SQLITE_CONSTRAINT && len(*todo) > 1 {
			// A deferred foreign key of one of them.
			(*todo)[0].err = errEachAlone
			return (*todo)[0]
		}
		w.answerAll(*todo, fmt.Errorf("commit: %w", err))
		return nil
	}
	for _, j := range *todo {
		j.answer(j.err)
	}
	return nil
}

// one runs j's function under a savepoint and sets j.err. It returns false when
// the transaction is no longer there.
func (w *sqliteWriter) one(j *job) (alive bool) {
	if err := w.session.run("SAVEPOINT f"); err != nil {
		j.err = fmt.Errorf("begin a write: %w", err)
		return false
	}
	base := context.WithValue(context.WithoutCancel(j.ctx), insideWrite{}, true)
	ctx, cancel := context.WithTimeout(base, w.cfg.WriteTimeout)
	defer cancel()
	tx := &Tx{ctx: ctx, on: w.session}
	j.err = call(tx, j.fn)
	if j.err == nil {
		if err := w.session.run("RELEASE f"); err != nil {
			j.err = fmt.Errorf("end a write: %w", err)
			return false
		}
		return true
	}
	// Undoing to the savepoint fails exactly when the transaction is gone.
	return w.session.run("ROLLBACK TO f") == nil && w.session.run("RELEASE f") == nil
}

// call runs fn on tx and ends tx. It turns a panic into an error.
func call(tx *Tx, fn func(tx *Tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
		failed := tx.end()
		if err == nil && failed != nil {
			err = fmt.Errorf("a write went on after a statement failed: %w", failed)
		}
		if err == nil && tx.ctx.Err() != nil {
			err = fmt.Errorf("a write took too long: %w", tx.ctx.Err())
		}
	}()
	return fn(tx)
}

// begin opens a transaction that holds SQLite's write lock, waiting for another
// process that holds it.
func (w *sqliteWriter) begin() error {
	limit := time.Now().Add(w.cfg.LockWait)
	repaired := false
	for {
		err := w.session.run("BEGIN IMMEDIATE")
		switch {
		case err == nil:
			return nil
		case isBusy(err):
			if time.Now().After(limit) {
				return fmt.Errorf("%w (another process has been writing to %s for %v)", ErrBusy, w.cfg.Dir, w.cfg.LockWait)
			}
		case !repaired:
			// A transaction left open, or a connection that is broken.
			repaired = true
			if err := w.reconnect(); err != nil {
				return fmt.Errorf("reopen the database: %w", err)
			}
		default:
			return fmt.Errorf("begin a transaction: %w", err)
		}
	}
}

// rollback ends what may be left of the transaction. That none is left is no
// error, and a connection that cannot roll back is replaced by begin.
func (w *sqliteWriter) rollback() {
	w.session.run("ROLLBACK")
}

// reconnect replaces the writer's connection.
func (w *sqliteWriter) reconnect() error {
	if err := w.session.close(); err != nil {
		return err
	}
	session, err := newSQLiteSession(context.Background(), w.pool)
	if err != nil {
		return err
	}
	w.session = session
	return nil
}

// next takes a waiting job without waiting.
func (w *sqliteWriter) next() *job {
	select {
	case j := <-w.queue:
		return j // nil when the queue is closed and empty
	default:
		return nil
	}
}

// answerAll gives every job that has no answer err.
func (w *sqliteWriter) answerAll(jobs []*job, err error) {
	for _, j := range jobs {
		j.answer(err)
	}
}

func without(jobs []*job, gone *job) []*job {
	kept := make([]*job, 0, len(jobs))
	for _, j := range jobs {
		if j != gone {
			kept = append(kept, j)
		}
	}
	return kept
}
