package ledger

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Entry is what an entry of the log says. It names nobody: the record it speaks
// of is in its opening, as long as that is not erased.
type Entry struct {
	Kind       Kind
	Letter     string // slug; "" when it speaks of the log itself
	TextHash   string // hash of the Text concerned, or ""
	Time       time.Time
	Commitment [32]byte
}

// isKind tells whether s is lower-case words with single hyphens between.
func isKind(s string) bool {
	after := byte('-')
	for i := range len(s) {
		if s[i] == '-' && after == '-' || s[i] != '-' && (s[i] < 'a' || s[i] > 'z') {
			return false
		}
		after = s[i]
	}
	return after != '-' && len(s) <= maxKind
}

// isHash tells whether s is a SHA-256 in lower-case hex.
func isHash(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == 64
}

// Bounds of an entry's lines.
const (
	maxKind       = 40
	maxEntryLines = 4096 // bytes
)

// ParseEntry reads the bytes of an entry. It takes exactly what String writes and
// nothing else, so that an entry has one meaning. Kinds that this program does not
// know are taken: a later one may have written them.
func ParseEntry(data []byte) (Entry, error) {
	bad := func(what string) (Entry, error) {
		return Entry{}, fmt.Errorf("this is no entry of version pliego/1: %s", what)
	}
	if len(data) > maxEntryLines {
		return bad(fmt.Sprintf("it has %d bytes, and %d is the most", len(data), maxEntryLines))
	}
	rest, found := strings.CutPrefix(string(data), "pliego/1\n")
	if !found {
		return bad("its first line is another")
	}
	var e Entry
	line := func(name string) (string, bool) {
		first, after, whole := strings.Cut(rest, "\n")
		value, named := strings.CutPrefix(first, name+" ")
		if !whole || !named {
			return "", false
		}
		rest = after
		return value, true
	}
	kind, ok := line("kind")
	if !ok || !isKind(kind) {
		return bad("its second line names no kind")
	}
	e.Kind = Kind(kind)
	if e.Letter, ok = line("letter"); !ok || len(e.Letter) > 64 || strings.ContainsAny(e.Letter, " \t\r") {
		return bad("its third line names no letter")
	}
	if e.TextHash, ok = line("text"); ok && !isHash(e.TextHash) {
		return bad("the hash of its text is none")
	}
	when, ok := line("time")
	if !ok {
		return bad("the line with its time is missing")
	}
	var err error
	if e.Time, err = time.Parse(time.RFC3339, when); err != nil {
		return bad("its time is none")
	}
	commitment, ok := line("commitment")
	if !ok || !isHash(commitment) || rest != "" {
		return bad("its last line is no commitment")
	}
	if _, err := hex.Decode(e.Commitment[:], []byte(commitment)); err != nil {
		return bad("its last line is no commitment")
	}
	if e.String() != string(data) {
		return bad("it is not written as entries are")
	}
	return e, nil
}

// String gives the entry's bytes in the log: one small record of lines with a
// version. The time is given to the second.
func (e Entry) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "pliego/1\nkind %s\nletter %s\n", e.Kind, e.Letter)
	if e.TextHash != "" {
		fmt.Fprintf(&b, "text %s\n", e.TextHash)
	}
	fmt.Fprintf(&b, "time %s\ncommitment %s\n", e.Time.UTC().Format(time.RFC3339), hex.EncodeToString(e.Commitment[:]))
	return b.String()
}
