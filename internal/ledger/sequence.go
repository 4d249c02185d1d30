package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// ErrFrozen is returned while a restored log waits for the newest published
// checkpoint.
var ErrFrozen = errors.New("this store was restored from a backup and its log waits: give the newest published checkpoint, or begin a new log (see pliego restore --help)")

// ErrLost says that another process sequenced in between; nothing was done.
var ErrLost = errors.New("another process sequenced first")

// errOtherKey says that the log was given another key than the sequencer holds.
var errOtherKey = errors.New("the log's key changed")

// Head is where the log stands.
type Head struct {
	Origin   string
	Size     int64
	Frozen   bool
	Verifier string // of the key that signs it
}

// Step is one transaction of the sequencer. What it did is undone unless the
// function it was given to returns nil.
type Step interface {
	Head() (Head, error)
	// Pending yields at most limit committed pending entries that are due, oldest
	// first.
	Pending(limit int) ([]Pending, error)
	// Edge yields the last tile of each level of a tree of the given size.
	Edge(size int64) (map[int][]byte, error)
	// Claim moves the log from where head says to the new size; false when it is
	// not there any more or has another key, because another process was faster.
	Claim(head Head, size int64) (bool, error)
	// Place takes the entries out of those pending and into the log, the first
	// at index first, gives each signature its number, brings the letters'
	// counts up to date, and stores the changed tiles. An opening that was erased
	// since Pending stays so.
	Place(first int64, entries []Pending, tiles map[TileID][]byte) error
	// StoreCheckpoint keeps the signed checkpoint of this size.
	StoreCheckpoint(size int64, signed []byte, at time.Time) error
}

// SequencerStore is what the sequencer needs of the store. All methods may be
// called by several processes at once.
type SequencerStore interface {
	// SequenceStep runs fn in one durable transaction, in which entries are due
	// that were due at now. It may run fn twice.
	SequenceStep(ctx context.Context, now time.Time, fn func(Step) error) error
	// LogHead and LogEdge read what is committed, LogEdge the last tiles of
	// the tree of the given size.
	LogHead(ctx context.Context) (Head, error)
	LogEdge(ctx context.Context, size int64) (map[int][]byte, error)
	// LatestCheckpoint is the newest stored checkpoint as it is published, with
	// its cosignatures, and its size, or -1.
	LatestCheckpoint(ctx context.Context) (size int64, signed []byte, err error)
	// StoreCheckpoint keeps a signed checkpoint durably if the log still stands
	// where head says; one that is there already for this size stays.
	StoreCheckpoint(ctx context.Context, head Head, signed []byte, at time.Time) error
}

// Sequencer gives pending entries their place in the log and signs its head.
// Several processes may run one on the same store.
//
// Entries, numbers and the checkpoint that covers them come in one transaction:
// nobody sees a number before its checkpoint is stored, and no checkpoint speaks
// of what is not committed. A checkpoint is published by being in the store.
type Sequencer struct {
	Store  SequencerStore
	Key    *Key // at first; see Reload
	Reload func(verifier string) (*Key, error)
	Log    *slog.Logger
	Now    func() time.Time // defaults to time.Now
	Batch  int              // entries in one transaction; 0 means 1024

	mu      sync.Mutex
	current *Key // when it is not Key any more
}

func (s *Sequencer) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

func (s *Sequencer) key() *Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		return s.current
	}
	return s.Key
}

// reload takes the key that the log was given meanwhile.
func (s *Sequencer) reload(ctx context.Context) error {
	if s.Reload == nil {
		return errOtherKey
	}
	head, err := s.Store.LogHead(ctx)
	if err != nil {
		return err
	}
	key, err := s.Reload(head.Verifier)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = key
	return nil
}

// sign signs the checkpoint of the tree.
func sign(key *Key, head Head, tree *Tree) ([]byte, error) {
	root, err := tree.Root()
	if err != nil {
		return nil, err
	}
	signed, err := key.Sign(Checkpoint{Origin: head.Origin, Size: tree.Size(), Root: root})
	if err != nil {
		return nil, fmt.Errorf("sign the log's head: %w", err)
	}
	return signed, nil
}

// Sequence places one batch of pending entries, signs and stores the checkpoint
// that covers them, and returns how many: 0 when nothing was waiting. It fails
// with ErrLost when another process took them.
func (s *Sequencer) Sequence(ctx context.Context) (int, error) {
	n, err := s.sequence(ctx, s.key())
	if errors.Is(err, errOtherKey) {
		if err = s.reload(ctx); err == nil {
			n, err = s.sequence(ctx, s.key())
		}
	}
	if err != nil {
		return 0, fmt.Errorf("sequence the log: %w", err)
	}
	return n, nil
}

func (s *Sequencer) sequence(ctx context.Context, key *Key) (placed int, err error) {
	limit := s.Batch
	if limit <= 0 {
		limit = 1024
	}
	err = s.Store.SequenceStep(ctx, s.now(), func(step Step) error {
		placed = 0 // this may be a second run
		head, err := step.Head()
		if err != nil {
			return err
		}
		if head.Frozen {
			return ErrFrozen
		}
		if head.Verifier != key.Verifier() {
			return errOtherKey
		}
		entries, err := step.Pending(limit)
		if err != nil || len(entries) == 0 {
			return err
		}
		size := head.Size + int64(len(entries))
		won, err := step.Claim(head, size)
		if err != nil {
			return err
		}
		if !won {
			return ErrLost
		}
		edge, err := step.Edge(head.Size)
		if err != nil {
			return err
		}
		tree, err := NewTree(head.Size, edge)
		if err != nil {
			return err
		}
		for _, e := range entries {
			tree.Append(e.Data)
		}
		if err := step.Place(head.Size, entries, tree.Changed()); err != nil {
			return err
		}
		signed, err := sign(key, head, tree)
		if err != nil {
			return err
		}
		if err := step.StoreCheckpoint(size, signed, s.now()); err != nil {
			return err
		}
		placed = len(entries)
		return nil
	})
	return placed, err
}

// SequenceAll returns when everything that was waiting has its place, given here
// or by another process.
func (s *Sequencer) SequenceAll(ctx context.Context) error {
	for {
		n, err := s.Sequence(ctx)
		if errors.Is(err, ErrLost) {
			continue // who won made progress
		}
		if err != nil || n == 0 {
			return err
		}
	}
}

// SignHead signs the head of a log that no checkpoint covers: a new one, or a
// restored one that goes on. What is committed is read first, so that no
// checkpoint ever speaks of what is not.
func (s *Sequencer) SignHead(ctx context.Context) error {
	head, err := s.Store.LogHead(ctx)
	if err != nil {
		return fmt.Errorf("read the log's head: %w", err)
	}
	last, _, err := s.Store.LatestCheckpoint(ctx)
	if err != nil {
		return fmt.Errorf("read the newest checkpoint: %w", err)
	}
	if head.Frozen || last >= head.Size {
		return nil
	}
	if head.Verifier != s.key().Verifier() {
		if err := s.reload(ctx); err != nil {
			return fmt.Errorf("sign the log's head: %w", err)
		}
	}
	edge, err := s.Store.LogEdge(ctx, head.Size)
	if err != nil {
		return fmt.Errorf("read the log's tiles: %w", err)
	}
	tree, err := NewTree(head.Size, edge)
	if err != nil {
		return err
	}
	signed, err := sign(s.key(), head, tree)
	if err != nil {
		return err
	}
	if err := s.Store.StoreCheckpoint(ctx, head, signed, s.now()); err != nil {
		return fmt.Errorf("store a checkpoint: %w", err)
	}
	return nil
}

// How often the sequencer looks for work, and for a head that is not signed.
const (
	sequenceEvery = 200 * time.Millisecond
	signEvery     = time.Second
)

// Run sequences and signs until ctx ends. Errors are logged and tried again.
func (s *Sequencer) Run(ctx context.Context) {
	sequence, sign := time.NewTicker(sequenceEvery), time.NewTicker(signEvery)
	defer sequence.Stop()
	defer sign.Stop()
	var lastError string
	report := func(err error) {
		switch {
		case err == nil:
			lastError = ""
		case ctx.Err() == nil && err.Error() != lastError: // once, not each second
			lastError = err.Error()
			s.Log.Error("ledger", "error", err)
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-sequence.C:
			report(s.SequenceAll(ctx))
		case <-sign.C:
			report(s.SignHead(ctx))
		}
	}
}
