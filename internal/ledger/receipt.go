package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Receipt proves that an entry is in the log, and what it says: a C2SP tlog-proof
// whose extra data open the entry. Whoever holds it needs nothing else but the
// log's verifier key.
type Receipt struct {
	Index      int64
	Proof      tlog.RecordProof // from the leaf's sibling up
	Checkpoint []byte           // signed
	Entry      []byte           // the leaf's bytes
	Salt       []byte
	Record     []byte
}

// What a receipt may have wrong. OpenReceipt's errors wrap one of them.
var (
	ErrNoReceipt        = errors.New("this is no receipt")
	ErrReceiptUnsigned  = errors.New("the receipt's checkpoint is not signed by this log's key")
	ErrReceiptElsewhere = errors.New("the receipt's entry is not in the log that its checkpoint speaks of")
	ErrReceiptRecord    = errors.New("the receipt's record is not the one that its entry commits to")
)

// receiptHead is the first line of a C2SP tlog-proof.
const receiptHead = "c2sp.org/tlog-proof@v1\n"

// receiptExtra are a receipt's extra data: what is needed to compute the leaf's hash
// and to open its commitment.
type receiptExtra struct {
	Entry  string `json:"entry"`
	Salt   []byte `json:"salt"`
	Record string `json:"record"`
}

// MaxReceipt bounds a receipt's text in bytes.
const MaxReceipt = 64 << 10

// maxProof is how many hashes a proof has at most, in a tree of any size.
const maxProof = 63

// Prove gives the proof that the leaf at index is in the tree of the given size,
// where tile yields the hashes of a tile.
func Prove(size, index int64, tile func(TileID) ([]byte, error)) (tlog.RecordProof, error) {
	return tlog.ProveRecord(size, index, hashesOf(tile))
}

// Text is the receipt as a file: C2SP tlog-proof.
func (r *Receipt) Text() ([]byte, error) {
	extra, err := json.Marshal(receiptExtra{string(r.Entry), r.Salt, string(r.Record)})
	if err != nil {
		return nil, fmt.Errorf("write a receipt: %w", err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%sextra %s\nindex %d\n", receiptHead, base64.StdEncoding.EncodeToString(extra), r.Index)
	for _, h := range r.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(r.Checkpoint)
	return b.Bytes(), nil
}

// ParseReceipt reads a receipt: its text, as a file or pasted, or its compact form
// (see Compact). It checks no more than that it can be read. Its errors wrap
// ErrNoReceipt.
func ParseReceipt(text []byte) (*Receipt, error) {
	bad := func(what string) (*Receipt, error) { return nil, fmt.Errorf("%w: %s", ErrNoReceipt, what) }
	if len(text) > MaxReceipt {
		return bad("it is too long")
	}
	// What was pasted has other line ends, and space around it.
	clean := strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")) + "\n"
	if strings.HasPrefix(clean, compactHead) {
		return parseCompact(clean)
	}
	rest, found := strings.CutPrefix(clean, receiptHead)
	if !found {
		return bad("its first line is not " + strings.TrimSpace(receiptHead))
	}
	head, checkpoint, found := strings.Cut(rest, "\n\n")
	if !found {
		return bad("no checkpoint follows its proof")
	}
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || len(lines) > 2+maxProof {
		return bad("it has too few lines, or too many")
	}
	packed, found := strings.CutPrefix(lines[0], "extra ")
	extra, err := base64.StdEncoding.Strict().DecodeString(packed)
	if !found || err != nil {
		return bad("its second line does not hold the entry")
	}
	var opening receiptExtra
	if err := json.Unmarshal(extra, &opening); err != nil || opening.Entry == "" {
		return bad("its second line does not hold the entry")
	}
	r := &Receipt{Checkpoint: []byte(checkpoint), Entry: []byte(opening.Entry), Salt: opening.Salt, Record: []byte(opening.Record)}
	number, found := strings.CutPrefix(lines[1], "index ")
	r.Index, err = strconv.ParseInt(number, 10, 64)
	if !found || err != nil || r.Index < 0 || strconv.FormatInt(r.Index, 10) != number {
		return bad("its third line does not give the entry's index")
	}
	for _, line := range lines[2:] {
		h, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(h) != tlog.HashSize {
			return bad("its proof holds a line that is no hash")
		}
		r.Proof = append(r.Proof, tlog.Hash(h))
	}
	return r, nil
}

// Proven is what a receipt proves to who trusts the log's key.
type Proven struct {
	Checkpoint Checkpoint
	Entry      Entry
	Index      int64
	Record     map[string]string
	// Cosigned is how many others signed the checkpoint too. Their signatures are
	// not checked.
	Cosigned int
}

// Origin is the log that the receipt says it is of; "" when that cannot be read.
func (r *Receipt) Origin() string {
	c, err := ParseCheckpoint(string(r.Checkpoint))
	if err != nil {
		return ""
	}
	return c.Origin
}

// Open checks a receipt against a log's verifier key: the checkpoint's signature,
// that the entry is in that log, and that the record is the one it commits to.
func (r *Receipt) Open(verifier string) (*Proven, error) {
	checkpoint, err := OpenCheckpoint(verifier, r.Checkpoint)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceiptUnsigned, err)
	}
	if r.Index >= checkpoint.Size {
		return nil, fmt.Errorf("%w: it has %d entries, and this one is said to have the index %d", ErrReceiptElsewhere, checkpoint.Size, r.Index)
	}
	if err := tlog.CheckRecord(r.Proof, checkpoint.Size, checkpoint.Root, r.Index, tlog.RecordHash(r.Entry)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceiptElsewhere, err)
	}
	p := &Proven{Checkpoint: checkpoint, Index: r.Index, Cosigned: CountCosignatures(r.Checkpoint)}
	if p.Entry, err = ParseEntry(r.Entry); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceiptElsewhere, err)
	}
	if Commitment(r.Salt, r.Record) != p.Entry.Commitment {
		return nil, ErrReceiptRecord
	}
	if p.Record, err = ParseRecord(r.Record); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceiptRecord, err)
	}
	return p, nil
}

// ParseRecord reads the record that an entry commits to. It takes only what
// NewPending writes: a record that could be read in two ways would prove whatever
// is wanted.
func ParseRecord(b []byte) (map[string]string, error) {
	record := map[string]string{}
	if err := json.Unmarshal(b, &record); err != nil {
		return nil, errors.New("a record is an object of words")
	}
	if again, err := json.Marshal(record); err != nil || !bytes.Equal(again, b) {
		return nil, errors.New("it is not written as records are")
	}
	return record, nil
}

// CountCosignatures counts the signatures of a checkpoint beside the log's own.
func CountCosignatures(signed []byte) int {
	_, lines, _ := strings.Cut(string(signed), "\n\n")
	return max(strings.Count(lines, "— ")-1, 0)
}
