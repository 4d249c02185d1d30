package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Witness is somebody who keeps an eye on the log: who cosigns a checkpoint says
// that it follows all that they saw before (C2SP tlog-witness).
type Witness struct {
	Key string // verifier key, one line
	URL string // what add-checkpoint is added to
	cosigner
}

// ParseWitness reads a witness from its verifier key and its address, with an @
// between them.
func ParseWitness(s string) (Witness, error) {
	key, address, found := strings.Cut(s, "@http")
	if !found {
		return Witness{}, fmt.Errorf("witness %q: write its verifier key, an @ and its address, such as witness.example.org+1234abcd+BASE64@https://witness.example.org", s)
	}
	address = "http" + address
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return Witness{}, fmt.Errorf("witness %q: its address must be a plain http or https address", s)
	}
	c, err := parseCosigner(key)
	if err != nil {
		return Witness{}, fmt.Errorf("witness %q: %w", s, err)
	}
	return Witness{Key: key, URL: strings.TrimSuffix(address, "/"), cosigner: c}, nil
}

// cosigner checks the cosignatures of one key (C2SP tlog-cosignature, Ed25519). It
// is a note.Verifier.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

// algCosignature marks a key that cosigns, in verifier keys and their hashes.
const algCosignature = 4

func parseCosigner(vkey string) (cosigner, error) {
	bad := errors.New("this is no verifier key of a witness (cosignature/v1, Ed25519)")
	name, rest, _ := strings.Cut(vkey, "+")
	hash, encoded, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != algCosignature ||
		name == "" || len(name) > 200 || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xfffd }) {
		return cosigner{}, bad
	}
	want, err := strconv.ParseUint(hash, 16, 32)
	if err != nil || len(hash) != 8 {
		return cosigner{}, bad
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	if binary.BigEndian.Uint32(sum[:]) != uint32(want) {
		return cosigner{}, bad
	}
	return cosigner{name, uint32(want), ed25519.PublicKey(key[1:])}, nil
}

// Name is the witness's name.
func (c cosigner) Name() string { return c.name }

// KeyHash is the hash of name and key that stands before its signatures.
func (c cosigner) KeyHash() uint32 { return c.hash }

// Verify tells whether a cosignature is right for the body of a checkpoint.
func (c cosigner) Verify(body, signature []byte) bool {
	at, ok := cosignatureTime(signature)
	if !ok {
		return false
	}
	message := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, body)
	return ed25519.Verify(c.key, message, signature[8:])
}

// cosignatureTime is the time that a cosignature gives, in seconds since 1970.
func cosignatureTime(signature []byte) (seconds int64, ok bool) {
	if len(signature) != 8+ed25519.SignatureSize {
		return 0, false
	}
	at := binary.BigEndian.Uint64(signature)
	return int64(at), at < 1<<63
}

// Cosignature is a witness's word on one checkpoint.
type Cosignature struct {
	Witness string // verifier key
	Size    int64  // of the checkpoint
	Line    string // as it stands under the checkpoint, with its line's end
	Time    time.Time
}

// maxCosignatures bounds a witness's answer, and futureMost how far ahead of ours
// its clock may be.
const (
	maxCosignatures = 16 << 10
	futureMost      = 10 * time.Minute
)

// openCosignature finds the witness's cosignature of a signed checkpoint in its
// answer, and checks it. Lines of other keys are passed over.
func (w Witness) openCosignature(signed, answer []byte, now time.Time) (Cosignature, error) {
	if len(answer) > maxCosignatures {
		return Cosignature{}, errors.New("the answer is too long")
	}
	body, _, found := bytes.Cut(signed, []byte("\n\n"))
	if !found {
		return Cosignature{}, errors.New("the checkpoint is not signed")
	}
	c, err := ParseCheckpoint(string(body) + "\n")
	if err != nil {
		return Cosignature{}, err
	}
	text := append(bytes.Clone(body), "\n\n"...)
	n, err := note.Open(append(text, answer...), note.VerifierList(w))
	if err != nil {
		return Cosignature{}, fmt.Errorf("the answer holds no cosignature of this checkpoint by %s: %w", w.Name(), err)
	}
	sig := n.Sigs[0]
	raw, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil || len(raw) < 4 {
		return Cosignature{}, errors.New("the cosignature cannot be read")
	}
	seconds, _ := cosignatureTime(raw[4:])
	at := time.Unix(seconds, 0).UTC()
	if seconds > now.Add(futureMost).Unix() {
		return Cosignature{}, fmt.Errorf("the cosignature by %s is of the future", w.Name())
	}
	return Cosignature{Witness: w.Key, Size: c.Size, Line: "— " + sig.Name + " " + sig.Base64 + "\n", Time: at}, nil
}

// addCheckpoint writes the request by which a witness that knows the log up to the
// old size is given a checkpoint.
func addCheckpoint(old int64, proof tlog.TreeProof, signed []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", old)
	for _, h := range proof {
		fmt.Fprintf(&b, "%s\n", h)
	}
	b.WriteByte('\n')
	b.Write(signed)
	return b.Bytes()
}

// parseWitnessSize reads the size that a witness says it has seen.
func parseWitnessSize(answer []byte) (int64, error) {
	text, found := strings.CutSuffix(string(answer), "\n")
	size, err := strconv.ParseInt(text, 10, 64)
	if !found || err != nil || size < 0 || strconv.FormatInt(size, 10) != text {
		return 0, errors.New("the witness should say which size it has seen, and says something else")
	}
	return size, nil
}
