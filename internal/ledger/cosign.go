package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// CosigningStore is what is needed of the store to have checkpoints cosigned. All
// methods may be called by several processes at once.
type CosigningStore interface {
	LatestCheckpoint(ctx context.Context) (size int64, signed []byte, err error)
	// LogTile reads a tile that the newest checkpoint covers.
	LogTile(ctx context.Context, t Tile) ([]byte, error)
	// Cosignatures are the newest of each witness.
	Cosignatures(ctx context.Context) ([]Cosignature, error)
	// StoreCosignature keeps a cosignature as the newest of its witness; from then
	// on it is published under its checkpoint. An older one than is there is not
	// kept.
	StoreCosignature(ctx context.Context, c Cosignature) error
}

// WitnessCaller posts a body to a witness. It bounds the time, and the answer to
// at most limit bytes.
type WitnessCaller interface {
	Post(ctx context.Context, address string, body []byte, limit int64) (status int, answer []byte, err error)
}

// Cosigning has the newest checkpoint cosigned by witnesses, each on its own: one
// that hangs or lies delays neither the log nor the others. A checkpoint is
// published without waiting for them; what they sign is added to it.
type Cosigning struct {
	Store     CosigningStore
	Caller    WitnessCaller
	Witnesses []Witness
	Log       *slog.Logger
	Now       func() time.Time // defaults to time.Now
}

// How often a witness is asked, at most and after failures.
const (
	cosignEvery  = time.Second
	cosignSeldom = 2 * time.Minute
	// cosignWithin bounds one round with a witness.
	cosignWithin = 30 * time.Second
)

// Run asks the witnesses until ctx ends. What fails is logged once and tried
// again, more and more seldom.
func (c *Cosigning) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, w := range c.Witnesses {
		running.Go(func() { c.runOne(ctx, w) })
	}
	running.Wait()
}

func (c *Cosigning) runOne(ctx context.Context, w Witness) {
	wait, lastError := cosignEvery, ""
	for {
		err := c.Cosign(ctx, w)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			wait, lastError = cosignEvery, ""
		default:
			wait = min(2*wait, cosignSeldom)
			if err.Error() != lastError {
				lastError = err.Error()
				c.Log.Error("witness", "name", w.Name(), "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// ErrWitnessAhead says that a witness has seen more of the log than there is: the
// log was set back, or somebody else signs with its key.
var ErrWitnessAhead = errors.New("the witness has cosigned a longer log than this one: either this store was set back, or another one signs with the same key")

// The answers of a witness that matter (C2SP tlog-witness).
const (
	witnessSigned   = 200
	witnessConflict = 409
)

// Cosign has one witness cosign the newest checkpoint, unless it has done so.
func (c *Cosigning) Cosign(ctx context.Context, w Witness) error {
	ctx, cancel := context.WithTimeout(ctx, cosignWithin)
	defer cancel()
	size, signed, err := c.Store.LatestCheckpoint(ctx)
	if err != nil || size < 1 {
		return err // nothing can be said of an empty log
	}
	newest, err := ParseCheckpoint(string(signed))
	if err != nil {
		return err
	}
	known, err := c.known(ctx, w)
	if err != nil || known == size {
		return err
	}
	old := min(max(known, 0), size)
	for asked := 0; ; asked++ {
		proof, err := c.consistency(ctx, newest, old)
		if err != nil {
			return err
		}
		status, answer, err := c.Caller.Post(ctx, w.URL+"/add-checkpoint", addCheckpoint(old, proof, signed), maxCosignatures)
		if err != nil {
			return fmt.Errorf("ask for a cosignature: %w", err)
		}
		switch {
		case status == witnessSigned:
			cosigned, err := w.openCosignature(signed, answer, c.now())
			if err != nil {
				return err
			}
			return c.Store.StoreCosignature(ctx, cosigned)
		case status != witnessConflict:
			return fmt.Errorf("the witness answers with status %d", status)
		}
		seen, err := parseWitnessSize(answer)
		if err != nil {
			return err
		}
		if seen > size {
			if now, _, err := c.Store.LatestCheckpoint(ctx); err != nil || now >= seen {
				return err // another process has shown it a newer checkpoint
			}
			return fmt.Errorf("%w (it has seen %d entries, and there are %d)", ErrWitnessAhead, seen, size)
		}
		if seen == old {
			return errors.New("the witness knows another tree of this size: either this store was set back, or another one signs with the same key")
		}
		if asked > 0 {
			return errors.New("the witness says now this size and now that")
		}
		old = seen
	}
}

func (c *Cosigning) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

// known is the size of the newest checkpoint that the witness cosigned, -1 for
// none.
func (c *Cosigning) known(ctx context.Context, w Witness) (int64, error) {
	list, err := c.Store.Cosignatures(ctx)
	if err != nil {
		return 0, err
	}
	for _, one := range list {
		if one.Witness == w.Key {
			return one.Size, nil
		}
	}
	return -1, nil
}

// consistency proves that the tree of the checkpoint begins with that of the old
// size; nothing needs to be proven of an empty one.
func (c *Cosigning) consistency(ctx context.Context, newest Checkpoint, old int64) (tlog.TreeProof, error) {
	if old == 0 || old == newest.Size {
		return nil, nil
	}
	tree := tlog.TileHashReader(tlog.Tree{N: newest.Size, Hash: newest.Root}, tileReader{ctx, c.Store})
	proof, err := tlog.ProveTree(newest.Size, old, tree)
	if err != nil {
		return nil, fmt.Errorf("prove that the log of %d entries begins with that of %d: %w", newest.Size, old, err)
	}
	return proof, nil
}

// tileReader reads a log's tiles for tlog.
type tileReader struct {
	ctx   context.Context
	store interface {
		LogTile(ctx context.Context, t Tile) ([]byte, error)
	}
}

func (tileReader) Height() int { return TileHeight }

func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		var err error
		if out[i], err = r.store.LogTile(r.ctx, Tile{Level: t.L, N: t.N, Width: t.W}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
