package ledger

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"pliego/internal/vault"
)

// Checkpoint is a claim about the log: at this size it had this root.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// Text is the checkpoint's body as C2SP tlog-checkpoint has it.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// ParseCheckpoint reads the body of a checkpoint. A signed one, with its
// signature lines after an empty line, may be given too; the signatures are
// not looked at.
func ParseCheckpoint(text string) (Checkpoint, error) {
	bad := func(what string) (Checkpoint, error) {
		return Checkpoint{}, fmt.Errorf("this is no checkpoint of a log (%s); it begins with three lines: origin, size, root hash", what)
	}
	if len(text) > 1<<16 {
		return bad("too long")
	}
	body, _, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	if len(lines) < 3 || lines[0] == "" {
		return bad("too short")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return bad("the second line is no size")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return bad("the third line is no hash")
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: tlog.Hash(root)}, nil
}

// Key is the log's signing key. Its name is the log's origin, which stays the
// same whatever the address of the site becomes.
type Key struct {
	note.Signer
	verifier string
}

// Verifier is the log's verifier key, one line, for /ledger/key.
func (k *Key) Verifier() string { return k.verifier }

// Sign writes and signs the checkpoint.
func (k *Key) Sign(c Checkpoint) ([]byte, error) {
	if c.Origin != k.Name() {
		return nil, fmt.Errorf("the log's origin is %q, but the key in the key folder is for %q: bring back the key that belongs to this database", c.Origin, k.Name())
	}
	return note.Sign(&note.Note{Text: c.Text()}, k.Signer)
}

// Open checks a signed checkpoint of this log against its key.
func (k *Key) Open(signed []byte) (Checkpoint, error) {
	v, err := note.NewVerifier(k.verifier)
	if err != nil {
		return Checkpoint{}, err
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint is not signed by this log's key: %w", err)
	}
	return ParseCheckpoint(n.Text)
}

// LoadOrCreateKey reads the log's key from file. When it is missing and
// mayCreate is true, it makes a new origin and key first; of two processes
// starting at once one wins.
func LoadOrCreateKey(file string, mayCreate bool) (*Key, error) {
	if mayCreate {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			var id [6]byte
			rand.Read(id[:])
			if err := createKey(file, "pliego/"+hex.EncodeToString(id[:])); err != nil {
				return nil, fmt.Errorf("make the log's key: %w", err)
			}
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the log's key: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) != 2 {
		return nil, fmt.Errorf("the log's key: %s must hold two lines, the signer's and the verifier's; bring back the right file from your copy", file)
	}
	signer, err := note.NewSigner(lines[0])
	if err != nil {
		return nil, fmt.Errorf("the log's key %s: %w", file, err)
	}
	if _, err := note.NewVerifier(lines[1]); err != nil {
		return nil, fmt.Errorf("the log's key %s: %w", file, err)
	}
	return &Key{Signer: signer, verifier: lines[1]}, nil
}

func createKey(file, origin string) error {
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	return vault.CreateKeyFile(file, fmt.Appendf(nil, "%s\n%s\n", skey, vkey))
}
