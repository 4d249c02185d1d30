package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"pliego/internal/ledger"
)

// isReceipt tells by its first bytes whether a file holds a receipt.
func isReceipt(file string) (*ledger.Receipt, bool, error) {
	b, err := readBounded(file, ledger.MaxReceipt)
	if err != nil { // a folder, or longer than any receipt
		return nil, false, nil
	}
	start := strings.TrimSpace(string(b[:min(len(b), 64)]))
	if !strings.HasPrefix(start, "c2sp.org/tlog-proof@") && !strings.HasPrefix(start, "PLIEGO1:") {
		return nil, false, nil
	}
	r, err := ledger.ParseReceipt(b)
	return r, true, err
}

// receiptAccount is what a receipt proves, as JSON.
type receiptAccount struct {
	Origin    string            `json:"origin"`
	Key       string            `json:"key"`
	KeyProven bool              `json:"key_proven"`
	Index     int64             `json:"index"`
	Size      int64             `json:"size"`
	Cosigned  int               `json:"cosignatures"`
	Kind      string            `json:"kind"`
	Letter    string            `json:"letter"`
	Text      string            `json:"text_sha256"`
	Time      string            `json:"time"`
	Record    map[string]string `json:"record"`
}

// receipt checks a receipt with the key that was given, or with one that this
// machine remembers of its log.
func (c *ledgerVerifyCommand) receipt(w io.Writer, r *ledger.Receipt, seen *seenFile) error {
	keys, given := []string{strings.TrimSpace(c.Key)}, c.Key != ""
	if !given {
		keys = seen.keys(r.Origin())
	}
	if len(keys) == 0 {
		return fmt.Errorf("this machine knows no key of log %s: give it with --key, as you have it from elsewhere, or check the log itself first", r.Origin())
	}
	var proven *ledger.Proven
	var key string
	var err error
	for _, key = range keys {
		if proven, err = r.Open(key); !errors.Is(err, ledger.ErrReceiptUnsigned) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("false: %w", err)
	}
	account := receiptAccount{
		Origin: proven.Checkpoint.Origin, Key: key, KeyProven: given, Index: proven.Index, Size: proven.Checkpoint.Size, Cosigned: proven.Cosigned,
		Kind: string(proven.Entry.Kind), Letter: proven.Entry.Letter, Text: proven.Entry.TextHash,
		Time: proven.Entry.Time.Format("2006-01-02 15:04:05 MST"), Record: proven.Record,
	}
	if c.JSON {
		out := json.NewEncoder(w)
		out.SetIndent("", " ")
		return out.Encode(account)
	}
	return account.print(w)
}

func (a receiptAccount) print(w io.Writer) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("Log        %s", a.Origin)
	if a.KeyProven {
		line("Key        the one that was given")
	} else {
		line("Key        UNPROVEN: this machine had it from the site. Compare it with a copy from elsewhere, and give it with --key:")
		line("           %s", a.Key)
	}
	line("Proven     entry %d was in the log when that had %d: %s, letter %s, %s", a.Index, a.Size, a.Kind, a.Letter, a.Time)
	if a.Text != "" {
		line("Proven     it is for the text with the hash %s", a.Text)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Record)) {
		line("Proven     its record says: %s: %q", name, a.Record[name])
	}
	line("Unchecked  whether it was corrected or withdrawn since, which number it has, and whether others are shown the same log (%s)", cosignedWords(a.Cosigned))
	line("The receipt holds.")
	_, err := io.WriteString(w, b.String())
	return err
}

// keys are those remembered of a log.
func (s *seenFile) keys(origin string) (list []string) {
	for _, known := range s.known(origin) {
		list = append(list, known.Key)
	}
	return list
}
