package ledger

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// compactHead begins the compact form of a receipt. With what follows it is made of
// the characters that a QR code holds best, and that any reader of codes gives back
// as text.
const compactHead = "PLIEGO1:"

// compactEnd ends it, since its last character may be a space, which whoever copies
// it would lose.
const compactEnd = ":END"

// Compact is the receipt in less space, for a QR code: index, entry, salt, record,
// proof and checkpoint, each after its length, deflated, in base 45 (RFC 9285).
func (r *Receipt) Compact() (string, error) {
	plain := binary.AppendUvarint(nil, uint64(r.Index))
	for _, part := range [][]byte{r.Entry, r.Salt, r.Record, joinHashes(r.Proof), r.Checkpoint} {
		plain = binary.AppendUvarint(plain, uint64(len(part)))
		plain = append(plain, part...)
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err == nil {
		if _, err = w.Write(plain); err == nil {
			err = w.Close()
		}
	}
	if err != nil {
		return "", fmt.Errorf("write a receipt in its compact form: %w", err)
	}
	return compactHead + encodeBase45(packed.Bytes()) + compactEnd, nil
}

func joinHashes(proof tlog.RecordProof) []byte {
	var b []byte
	for _, h := range proof {
		b = append(b, h[:]...)
	}
	return b
}

// parseCompact reads what Compact writes. White space at line ends was added by who
// copied it.
func parseCompact(text string) (*Receipt, error) {
	bad := func(what string) (*Receipt, error) { return nil, fmt.Errorf("%w: %s", ErrNoReceipt, what) }
	body, whole := strings.CutSuffix(strings.ReplaceAll(strings.TrimPrefix(text, compactHead), "\n", ""), compactEnd)
	packed, ok := decodeBase45(body)
	if !whole || !ok {
		return bad("its compact form holds other characters than a code has, or was cut")
	}
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), MaxReceipt+1))
	if err != nil || len(plain) > MaxReceipt {
		return bad("its compact form cannot be unpacked")
	}
	index, n := binary.Uvarint(plain)
	if n <= 0 || index > 1<<62 {
		return bad("its compact form was cut")
	}
	plain = plain[n:]
	var parts [5][]byte
	for i := range parts {
		size, n := binary.Uvarint(plain)
		if n <= 0 || size > uint64(len(plain)-n) {
			return bad("its compact form was cut")
		}
		parts[i], plain = plain[n:n+int(size)], plain[n+int(size):]
	}
	hashes := parts[3]
	if len(plain) > 0 || len(hashes)%tlog.HashSize != 0 || len(hashes) > maxProof*tlog.HashSize {
		return bad("its compact form has something too many")
	}
	r := &Receipt{Index: int64(index), Entry: parts[0], Salt: parts[1], Record: parts[2], Checkpoint: parts[4]}
	for ; len(hashes) > 0; hashes = hashes[tlog.HashSize:] {
		r.Proof = append(r.Proof, tlog.Hash(hashes[:tlog.HashSize]))
	}
	return r, nil
}

const base45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

func encodeBase45(b []byte) string {
	var out strings.Builder
	for ; len(b) >= 2; b = b[2:] {
		v := int(b[0])<<8 | int(b[1])
		out.WriteByte(base45[v%45])
		out.WriteByte(base45[v/45%45])
		out.WriteByte(base45[v/45/45])
	}
	if len(b) == 1 {
		out.WriteByte(base45[b[0]%45])
		out.WriteByte(base45[b[0]/45])
	}
	return out.String()
}

func decodeBase45(s string) ([]byte, bool) {
	out := make([]byte, 0, len(s)*2/3+1)
	for len(s) > 0 {
		group := s[:min(3, len(s))]
		s = s[len(group):]
		v := 0
		for i := len(group) - 1; i >= 0; i-- {
			digit := strings.IndexByte(base45, group[i])
			if digit < 0 {
				return nil, false
			}
			v = v*45 + digit
		}
		switch {
		case len(group) == 3 && v < 1<<16:
			out = append(out, byte(v>>8), byte(v))
		case len(group) == 2 && v < 1<<8:
			out = append(out, byte(v))
		default:
			return nil, false
		}
	}
	return out, true
}
