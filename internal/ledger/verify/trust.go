package verify

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"pliego/internal/ledger"
)

// trust is whose signature counts.
type trust struct {
	verifier string // the log's verifier key
}

// readTrust finds the log's key: the one that was given, or else the one that
// comes with the files.
func (c *checker) readTrust(ctx context.Context) (*trust, error) {
	if c.cfg.Key != "" {
		v, err := note.NewVerifier(strings.TrimSpace(c.cfg.Key))
		if err != nil {
			return nil, &KeyError{err}
		}
		c.report.Origin, c.report.Key, c.report.KeyProven = v.Name(), strings.TrimSpace(c.cfg.Key), true
		return &trust{c.report.Key}, nil
	}
	served, err := read(ctx, c.cfg.Files, "ledger/key", maxKey)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, lie(BadKey, -1, "ledger/key is missing: nobody can tell who signed the log")
	}
	if err != nil {
		return nil, err
	}
	key := strings.TrimSpace(string(served))
	v, err := note.NewVerifier(key)
	if err != nil {
		return nil, lie(BadKey, -1, "ledger/key is no verifier key of a log")
	}
	c.report.Origin, c.report.Key = v.Name(), key
	return &trust{key}, nil
}

// Key finds the verifier key that Check would use.
func Key(ctx context.Context, cfg Config) (string, error) {
	c := &checker{cfg: cfg, report: &Report{}}
	_, err := c.readTrust(ctx)
	return c.report.Key, err
}

// KeyError says that the key that the reader gave is none.
type KeyError struct{ err error }

func (e *KeyError) Error() string {
	return "the key that was given is no verifier key of a log, which is one line such as pliego/0123456789ab+01234567+AbCd…: " + e.err.Error()
}

func (e *KeyError) Unwrap() error { return e.err }

// readCheckpoint reads the newest checkpoint and checks its signature.
func (c *checker) readCheckpoint(ctx context.Context) (ledger.Checkpoint, error) {
	signed, err := read(ctx, c.cfg.Files, "ledger/checkpoint", maxNote)
	if errors.Is(err, fs.ErrNotExist) {
		return ledger.Checkpoint{}, lie(BadCheckpoint, -1, "ledger/checkpoint is missing")
	}
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	cp, err := ledger.OpenCheckpoint(c.trust.verifier, signed)
	if err != nil {
		return cp, lie(BadCheckpoint, -1, "%v", err)
	}
	if c.cfg.MaxEntries > 0 && cp.Size > c.cfg.MaxEntries {
		return cp, &SizeError{cp.Size, c.cfg.MaxEntries}
	}
	c.report.Checkpoint, c.report.Size, c.report.Root = string(signed), cp.Size, cp.Root.String()
	c.report.Cosigned = cosignatures(signed)
	return cp, nil
}

// cosignatures counts the signatures beside the log's own.
func cosignatures(signed []byte) int {
	_, lines, _ := strings.Cut(string(signed), "\n\n")
	return max(strings.Count(lines, "— ")-1, 0)
}

// SizeError says that a log is longer than the caller takes.
type SizeError struct{ Size, Most int64 }

func (e *SizeError) Error() string { return "the log is longer than what is checked here" }
