package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Why a restored log may not go on from where its backup ends. A log that did
// would give two histories the same places, and everybody who kept a checkpoint
// could prove it.
var (
	// ErrOlder says that the checkpoint is not the newest published: the backup
	// itself holds a newer one.
	ErrOlder = errors.New("this is not the newest published checkpoint")
	// ErrAhead says that entries were published that the backup does not have.
	ErrAhead = errors.New("the published log is longer than the backup")
	// ErrOtherTree says that the published log holds other entries than the backup.
	ErrOtherTree = errors.New("the published log holds other entries than the backup")
)

// OpenCheckpoint checks a signed checkpoint against a log's verifier key, the
// line that /ledger/key gives.
func OpenCheckpoint(verifier string, signed []byte) (Checkpoint, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the log's verifier key: %w", err)
	}
	if len(signed) > 1<<20 {
		return Checkpoint{}, errors.New("this is no checkpoint of a log: it is too long")
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint is not signed by the key of log %s: %w", v.Name(), err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != v.Name() {
		return Checkpoint{}, fmt.Errorf("the checkpoint is of log %s, and this log is %s", c.Origin, v.Name())
	}
	return c, nil
}

// MayResume says whether a restored log may go on after its last entry: the
// newest published checkpoint must speak of a size that the log has, and of the
// root that it has there. known is the size of the newest checkpoint in the
// backup itself, which was published too; -1 for none. rootAt gives the restored
// tree's root at a size. It fails with ErrOlder, ErrAhead or ErrOtherTree.
func MayResume(head Head, known int64, published Checkpoint, rootAt func(size int64) (tlog.Hash, error)) error {
	if published.Origin != head.Origin {
		return fmt.Errorf("the checkpoint is of log %s, and this log is %s", published.Origin, head.Origin)
	}
	if published.Size < known {
		return fmt.Errorf("%w: it is of size %d, and the backup holds one of size %d", ErrOlder, published.Size, known)
	}
	if published.Size > head.Size {
		return fmt.Errorf("%w: it has %d entries, the backup %d, so %d are lost", ErrAhead, published.Size, head.Size, published.Size-head.Size)
	}
	root, err := rootAt(published.Size)
	if err != nil {
		return err
	}
	if root != published.Root {
		return fmt.Errorf("%w: at size %d its root is %s, the backup's is %s", ErrOtherTree, published.Size, published.Root, root)
	}
	return nil
}

// HighestEver bounds the numbers that a letter may have given out before its log
// was lost: highest is the restored letter's highest number, and why is what
// MayResume said of the newest published checkpoint.
//
// A number needs a leaf of its own. So when the published log is only longer,
// each of its further leaves may be one number of this letter; when it holds
// other entries, any of its leaves may be.
func HighestEver(highest int64, head Head, published Checkpoint, why error) int64 {
	switch {
	case errors.Is(why, ErrAhead):
		return highest + published.Size - head.Size
	case errors.Is(why, ErrOtherTree):
		return highest + published.Size
	}
	return highest
}

// Continue makes the first entry of a new log that follows one that was lost. It
// names the old log, the size up to which its entries follow, the newest
// checkpoint of it that is known ("" for none), and for each letter the highest
// number that the old log may have given: the next is one above.
func Continue(old Head, newest string, highest map[string]int64, now time.Time) (Pending, error) {
	record := map[string]string{"origin": old.Origin, "size": strconv.FormatInt(old.Size, 10), "checkpoint": newest}
	for letter, number := range highest {
		record[highestOf+letter] = strconv.FormatInt(number, 10)
	}
	return NewPending(LogContinued, "", "", old.Origin, "", now, record)
}

// highestOf begins the key of a letter's highest number in the record of Continue.
const highestOf = "highest of "

// ContinuedNumbers reads the letters' highest numbers out of the record of an entry
// made by Continue.
func ContinuedNumbers(record map[string]string) (map[string]int64, error) {
	highest := map[string]int64{}
	for key, value := range record {
		letter, found := strings.CutPrefix(key, highestOf)
		if !found {
			continue
		}
		number, err := strconv.ParseInt(value, 10, 64)
		if err != nil || number < 0 {
			return nil, fmt.Errorf("the highest number of letter %q is said to be %q", letter, value)
		}
		highest[letter] = number
	}
	return highest, nil
}

// Flush hands each tile that changed since the last Flush to put, so that a long
// log can be built in steady memory. The hashes are put's only until it returns.
func (t *Tree) Flush(put func(id TileID, hashes []byte) error) error {
	for id, hashes := range t.changed {
		if err := put(id, hashes); err != nil {
			return err
		}
	}
	clear(t.changed)
	return nil
}
