package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"pliego/internal/ledger"
)

// trust is whose signature counts: the keys that the log has had, each of which
// signed over to the next, from one that the reader trusts on.
type trust struct {
	key     string // the trusted one
	history ledger.KeyHistory
	changes []ledger.KeyChange // from the trusted key on
}

// maxHistory bounds the history of a log's keys in bytes.
const maxHistory = 4 << 20

// readTrust finds the log's key: the one that was given, or else the one that
// comes with the files; and follows the history of keys from there.
func (c *checker) readTrust(ctx context.Context) (*trust, error) {
	key := strings.TrimSpace(c.cfg.Key)
	given := key != ""
	if !given {
		served, err := read(ctx, c.cfg.Files, "ledger/key", maxKey)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, lie(BadKey, -1, "ledger/key is missing: nobody can tell who signed the log")
		}
		if err != nil {
			return nil, err
		}
		key = strings.TrimSpace(string(served))
	}
	v, err := note.NewVerifier(key)
	switch {
	case err != nil && given:
		return nil, &KeyError{err}
	case err != nil:
		return nil, lie(BadKey, -1, "ledger/key is no verifier key of a log")
	}
	c.report.Origin, c.report.Key, c.report.KeyProven = v.Name(), key, given
	t := &trust{key: key, history: ledger.KeyHistory{Origin: v.Name(), Keys: []string{key}}}
	b, err := read(ctx, c.cfg.Files, "ledger/keys", maxHistory)
	if errors.Is(err, fs.ErrNotExist) { // it has had one key only
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &t.history); err != nil {
		return nil, lie(BadKey, -1, "ledger/keys is no history of a log's keys")
	}
	if t.changes, err = t.history.Follow(key); err != nil {
		return nil, lie(BadKey, -1, "%v", err)
	}
	for _, change := range t.changes {
		say(&c.report.KeyChanges, "from entry %d on the key is %s: the key before it signed that", change.Size, change.Next)
	}
	return t, nil
}

// Key finds the verifier key that Check would begin from.
func Key(ctx context.Context, cfg Config) (string, error) {
	c := &checker{cfg: cfg, report: newReport()}
	_, err := c.readTrust(ctx)
	return c.report.Key, err
}

// KeyError says that the key that the reader gave is none.
type KeyError struct{ err error }

func (e *KeyError) Error() string {
	return "the key that was given is no verifier key of a log, which is one line such as pliego/0123456789ab+01234567+AbCd…: " + e.err.Error()
}

func (e *KeyError) Unwrap() error { return e.err }

// signer is the key that signs checkpoints of a size, as far as the trusted key
// vouches for it: what went before that is not of its making.
func (t *trust) signer(size int64) string {
	key := t.key
	for _, change := range t.changes {
		if size > change.Size {
			key = change.Next
		}
	}
	return key
}

// readCheckpoint reads the newest checkpoint and checks its signature.
func (c *checker) readCheckpoint(ctx context.Context) (ledger.Checkpoint, error) {
	signed, err := read(ctx, c.cfg.Files, "ledger/checkpoint", maxNote)
	if errors.Is(err, fs.ErrNotExist) {
		return ledger.Checkpoint{}, lie(BadCheckpoint, -1, "ledger/checkpoint is missing")
	}
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	cp, err := ledger.ParseCheckpoint(string(signed))
	signer := c.trust.signer(cp.Size)
	if err == nil {
		cp, err = ledger.OpenCheckpoint(signer, signed)
	}
	if err != nil {
		return cp, lie(BadCheckpoint, -1, "%v", err)
	}
	if c.cfg.MaxEntries > 0 && cp.Size > c.cfg.MaxEntries {
		return cp, &SizeError{cp.Size, c.cfg.MaxEntries}
	}
	if n := len(c.trust.changes); n > 0 && cp.Size < c.trust.changes[0].Size {
		return cp, lie(RolledBack, -1, "the log has %d entries, and its key was changed at entry %d", cp.Size, c.trust.changes[0].Size)
	}
	c.report.Signer = signer
	c.report.Checkpoint, c.report.Size, c.report.Root = string(signed), cp.Size, cp.Root.String()
	c.report.Cosigned = ledger.CountCosignatures(signed)
	return cp, nil
}

// knownSizes are the checkpoints and statements that the log must hold, by size.
func (c *checker) knownSizes() ([]knownSize, error) {
	var list []knownSize
	for _, k := range c.cfg.Known {
		var cp ledger.Checkpoint
		var err error
		if k.Key == "" {
			cp, err = c.trust.openAny(k.Signed)
		} else if cp, err = ledger.OpenCheckpoint(k.Key, k.Signed); err == nil {
			if _, broken := c.trust.history.Follow(k.Key); broken != nil {
				return nil, lie(BadKey, -1, "the log had the key %s, and nothing signed by that key says that it has another now: %v", k.Key, broken)
			}
		}
		if err != nil {
			return nil, &KnownError{k, err}
		}
		list = append(list, knownSize{cp.Size, cp.Root, k})
	}
	for _, change := range c.trust.changes {
		list = append(list, knownSize{change.Size, change.Root, Known{By: fmt.Sprintf("the key that gave way to %s", change.Next)}})
	}
	return list, nil
}

// openAny checks a checkpoint by whichever key the log says it had then. It only
// serves to be compared with.
func (t *trust) openAny(signed []byte) (ledger.Checkpoint, error) {
	said, err := ledger.ParseCheckpoint(string(signed))
	if err != nil {
		return said, err
	}
	signer, err := t.history.Signer(said.Size)
	if err != nil {
		return said, err
	}
	return ledger.OpenCheckpoint(signer, signed)
}

// KnownError says that a checkpoint that was given for comparison cannot be used.
type KnownError struct {
	Known Known
	err   error
}

func (e *KnownError) Error() string {
	return "the checkpoint to compare with cannot be used: " + e.err.Error()
}

func (e *KnownError) Unwrap() error { return e.err }

// SizeError says that a log is longer than the caller takes.
type SizeError struct{ Size, Most int64 }

func (e *SizeError) Error() string {
	return fmt.Sprintf("the log has %d entries, and at most %d are checked here", e.Size, e.Most)
}
