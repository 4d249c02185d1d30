package ledger

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// KeyChange is the statement by which a log's key gives way to another, signed
// by the one that goes: checkpoints up to Size are the old key's, and those
// beyond it the new one's.
type KeyChange struct {
	Origin string
	Size   int64
	Root   tlog.Hash // of the tree of that size
	Next   string    // the new verifier key, one line
	Time   time.Time
}

// keyChangeHead is the first line of a statement, with its version.
const keyChangeHead = "pliego-log-key/1"

// Text is the statement's body.
func (c KeyChange) Text() string {
	return fmt.Sprintf("%s\norigin %s\nsize %d\nroot %s\nkey %s\ntime %s\n", keyChangeHead, c.Origin, c.Size,
		base64.StdEncoding.EncodeToString(c.Root[:]), c.Next, c.Time.UTC().Format(time.RFC3339))
}

// parseKeyChange reads what Text writes, and nothing else.
func parseKeyChange(text string) (KeyChange, error) {
	bad := errors.New("this is no statement of a new key of a log")
	lines := strings.Split(text, "\n")
	if len(text) > 1<<12 || len(lines) != 7 || lines[0] != keyChangeHead {
		return KeyChange{}, bad
	}
	var values [5]string
	for i, name := range []string{"origin", "size", "root", "key", "time"} {
		var found bool
		if values[i], found = strings.CutPrefix(lines[i+1], name+" "); !found {
			return KeyChange{}, bad
		}
	}
	c := KeyChange{Origin: values[0], Next: values[3]}
	var err error
	if c.Size, err = strconv.ParseInt(values[1], 10, 64); err != nil || c.Size < 0 {
		return KeyChange{}, bad
	}
	root, err := base64.StdEncoding.Strict().DecodeString(values[2])
	if err != nil || len(root) != tlog.HashSize {
		return KeyChange{}, bad
	}
	c.Root = tlog.Hash(root)
	if c.Time, err = time.Parse(time.RFC3339, values[4]); err != nil {
		return KeyChange{}, bad
	}
	v, err := note.NewVerifier(c.Next)
	if err != nil || v.Name() != c.Origin || c.Text() != text {
		return KeyChange{}, bad
	}
	return c, nil
}

// OpenKeyChange checks a signed statement against the verifier key that goes.
func OpenKeyChange(verifier string, signed []byte) (KeyChange, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return KeyChange{}, fmt.Errorf("the log's verifier key: %w", err)
	}
	if len(signed) > 1<<14 {
		return KeyChange{}, errors.New("this is no statement of a new key of a log: it is too long")
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return KeyChange{}, fmt.Errorf("the statement of a new key is not signed by the key of log %s before it: %w", v.Name(), err)
	}
	c, err := parseKeyChange(n.Text)
	if err == nil && c.Origin != v.Name() {
		err = fmt.Errorf("the statement of a new key is of log %s, and this log is %s", c.Origin, v.Name())
	}
	return c, err
}

// KeyHistory is the keys that a log has had, oldest first, and the signed
// statements by which each gave way to the next: one less than keys.
type KeyHistory struct {
	Origin     string   `json:"origin"`
	Keys       []string `json:"keys"`
	Statements []string `json:"statements"`
}

// maxKeys bounds how many keys a log may have had.
const maxKeys = 1000

// Follow goes from the first of the given key's statements to the key that signs
// now, and gives the changes on the way: none when the key still signs. A key
// that is not of this history is an error.
func (h KeyHistory) Follow(from string) ([]KeyChange, error) {
	if len(h.Keys) == 0 || len(h.Keys) > maxKeys || len(h.Statements) != len(h.Keys)-1 {
		return nil, errors.New("this is no history of a log's keys: there must be one statement between each key and the next")
	}
	var changes []KeyChange
	found := false
	for i, key := range h.Keys {
		if found = found || key == from; !found || i == len(h.Statements) {
			continue
		}
		c, err := OpenKeyChange(key, []byte(h.Statements[i]))
		if err != nil {
			return nil, err
		}
		if c.Origin != h.Origin || c.Next != h.Keys[i+1] || len(changes) > 0 && c.Size <= changes[len(changes)-1].Size {
			return nil, fmt.Errorf("the history of the keys of log %s breaks after its key %d", h.Origin, i+1)
		}
		changes = append(changes, c)
	}
	if !found {
		return nil, fmt.Errorf("the key %s is none that log %s has had", from, h.Origin)
	}
	return changes, nil
}

// Signer is the key that signs checkpoints of this size.
func (h KeyHistory) Signer(size int64) (verifier string, err error) {
	if len(h.Keys) == 0 {
		return "", errors.New("the log has no key")
	}
	changes, err := h.Follow(h.Keys[0])
	if err != nil {
		return "", err
	}
	for i, c := range changes {
		if size <= c.Size {
			return h.Keys[i], nil
		}
	}
	return h.Keys[len(h.Keys)-1], nil
}

// RotationStore is what a change of keys needs of the store.
type RotationStore interface {
	LogHead(ctx context.Context) (Head, error)
	LatestCheckpoint(ctx context.Context) (size int64, signed []byte, err error)
	// RotateKey makes the new key the log's, keeps the statement and queues the
	// entry, all or nothing. It fails with ErrLost when the log is not of the
	// statement's size any more, or another key is the log's already. After it no
	// checkpoint signed by the old key is stored.
	RotateKey(ctx context.Context, old string, c KeyChange, signed []byte, entry Pending) error
}

// rotateTries is how often Rotate tries while the log grows.
const rotateTries = 20

// Rotate makes next the key of the log: old signs the statement, and an entry of
// the log keeps it. The newest checkpoint must cover the whole log; when the log
// grows in between it is tried again.
func Rotate(ctx context.Context, store RotationStore, old, next *Key, now time.Time) (KeyChange, error) {
	err := ErrLost
	for try := 0; try < rotateTries && errors.Is(err, ErrLost); try++ {
		var head Head
		if head, err = store.LogHead(ctx); err != nil {
			return KeyChange{}, err
		}
		if head.Frozen {
			return KeyChange{}, ErrFrozen
		}
		var signed []byte
		if _, signed, err = store.LatestCheckpoint(ctx); err != nil {
			return KeyChange{}, err
		}
		var newest Checkpoint
		if newest, err = old.Open(signed); err != nil {
			return KeyChange{}, err
		}
		c := KeyChange{Origin: head.Origin, Size: newest.Size, Root: newest.Root, Next: next.Verifier(), Time: now.UTC().Truncate(time.Second)}
		if signed, err = note.Sign(&note.Note{Text: c.Text()}, old.Signer); err != nil {
			return KeyChange{}, fmt.Errorf("sign the statement of a new key: %w", err)
		}
		if _, err = OpenKeyChange(old.Verifier(), signed); err != nil {
			return KeyChange{}, err
		}
		var entry Pending
		entry, err = NewPending(KeyChanged, "", "", head.Origin, "", now, map[string]string{
			"origin": c.Origin, "size": strconv.FormatInt(c.Size, 10), "key": c.Next, "statement": string(signed),
		})
		if err != nil {
			return KeyChange{}, err
		}
		if err = store.RotateKey(ctx, old.Verifier(), c, signed, entry); err == nil {
			return c, nil
		}
	}
	return KeyChange{}, fmt.Errorf("give the log a new key: %w", err)
}
