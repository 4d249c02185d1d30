package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// ErrFrozen is returned while a restored log waits for the newest published
// checkpoint.
var ErrFrozen = errors.New("this store was restored from a backup and its log waits: give the newest published checkpoint, or begin a new log (see pliego restore --help)")

// ErrLost says that another process sequenced in between; nothing was done.
var ErrLost = errors.New("another process sequenced first")

// Head is where the log stands.
type Head struct {
	Origin string
	Size   int64
	Frozen bool
}

// Step is one transaction of the sequencer. What it did is undone unless the
// function it was given to returns nil.
type Step interface {
	Head() (Head, error)
	// Pending yields at most limit committed pending entries, oldest first.
	Pending(limit int) ([]Pending, error)
	// Edge yields the last tile of each level of a tree of the given size.
	Edge(size int64) (map[int][]byte, error)
	// Claim moves the head from old to new; false when it was not at old any
	// more, because another process was faster.
	Claim(old, new int64) (bool, error)
	// Place takes the entries out of those pending and into the log, the first
	// at index first, gives each signature its number, brings the letters'
	// counts up to date, and stores the changed tiles.
	Place(first int64, entries []Pending, tiles map[TileID][]byte) error
}

// SequencerStore is what the sequencer needs of the store. Both methods may be
// called by several processes at once.
type SequencerStore interface {
	// SequenceStep runs fn in one durable transaction. It may run fn twice.
	SequenceStep(ctx context.Context, fn func(Step) error) error
	// LogHead and LogEdge read what is committed, LogEdge the last tiles of
	// the tree of the given size.
	LogHead(ctx context.Context) (Head, error)
	LogEdge(ctx context.Context, size int64) (map[int][]byte, error)
	// LatestCheckpoint is the newest stored checkpoint's size, or -1.
	LatestCheckpoint(ctx context.Context) (size int64, signed []byte, err error)
	// StoreCheckpoint keeps a signed checkpoint durably; one that is there
	// already for this size stays.
	StoreCheckpoint(ctx context.Context, size int64, signed []byte, at time.Time) error
}

// Sequencer gives pending entries their place in the log and signs its head.
// Several processes may run one on the same store.
type Sequencer struct {
	Store SequencerStore
	Key   *Key
	Log   *slog.Logger
	Now   func() time.Time // defaults to time.Now
	Batch int              // entries in one transaction; 0 means 1024
}

func (s *Sequencer) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// Sequence places one batch of pending entries and returns how many: 0 when
// nothing was waiting. It fails with ErrLost when another process took them.
func (s *Sequencer) Sequence(ctx context.Context) (int, error) {
	limit := s.Batch
	if limit <= 0 {
		limit = 1024
	}
	var placed int
	err := s.Store.SequenceStep(ctx, func(step Step) error {
		placed = 0 // this may be a second run
		head, err := step.Head()
		if err != nil {
			return err
		}
		if head.Frozen {
			return ErrFrozen
		}
		entries, err := step.Pending(limit)
		if err != nil || len(entries) == 0 {
			return err
		}
		won, err := step.Claim(head.Size, head.Size+int64(len(entries)))
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
		placed = len(entries)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("sequence the log: %w", err)
	}
	return placed, nil
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

// SignHead signs the head of the log and stores the checkpoint, if it moved
// since the last one. What is committed is read first, so that no checkpoint
// ever speaks of what is not.
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
	edge, err := s.Store.LogEdge(ctx, head.Size)
	if err != nil {
		return fmt.Errorf("read the log's tiles: %w", err)
	}
	tree, err := NewTree(head.Size, edge)
	if err != nil {
		return err
	}
	root, err := tree.Root()
	if err != nil {
		return err
	}
	signed, err := s.Key.Sign(Checkpoint{Origin: head.Origin, Size: head.Size, Root: root})
	if err != nil {
		return fmt.Errorf("sign the log's head: %w", err)
	}
	if err := s.Store.StoreCheckpoint(ctx, head.Size, signed, s.now()); err != nil {
		return fmt.Errorf("store a checkpoint: %w", err)
	}
	return nil
}

// How often the sequencer looks for work and signs.
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
