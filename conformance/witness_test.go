package conformance

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// runningWitness is torchwood's litewitness, which knows the program's log.
type runningWitness struct {
	key, url string
	verifier *torchwood.CosignatureVerifier
}

const witnessName = "witness.example.org/conformance"

func startWitness(t *testing.T, ctx context.Context, p *program) *runningWitness {
	t.Helper()
	dir, err := os.MkdirTemp("", "witness-") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "litewitness")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "filippo.io/torchwood/cmd/litewitness").CombinedOutput(); err != nil {
		t.Fatalf("build the witness: %v\n%s", err, out)
	}

	// It takes its key from an SSH agent.
	public, private, err := ed25519.GenerateKey(nil)
	must(err)
	keys := agent.NewKeyring()
	must(keys.Add(agent.AddedKey{PrivateKey: private}))
	socket := filepath.Join(dir, "agent")
	listener, err := net.Listen("unix", socket)
	must(err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(keys, conn) }()
		}
	}()
	sshKey, err := ssh.NewPublicKey(public)
	must(err)

	// Its database knows the log, as its own command would enter it.
	v, err := note.NewVerifier(p.key)
	must(err)
	db := filepath.Join(dir, "witness.db")
	conn, err := sqlite.OpenConn(db)
	must(err)
	empty := sha256.Sum256(nil)
	must(sqlitex.ExecScript(conn, `
		CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL);
		CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin));`))
	must(sqlitex.Execute(conn, `INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)`,
		&sqlitex.ExecOptions{Args: []any{v.Name(), base64.StdEncoding.EncodeToString(empty[:])}}))
	must(sqlitex.Execute(conn, `INSERT INTO key (origin, key) VALUES (?, ?)`, &sqlitex.ExecOptions{Args: []any{v.Name(), p.key}}))
	must(conn.Close())

	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	address := free.Addr().String()
	must(free.Close())
	start(t, "verifier key", exec.Command(binary, "-name", witnessName, "-db", db, "-ssh-agent", socket, "-key", ssh.FingerprintSHA256(sshKey), "-listen", address))

	signer, err := torchwood.NewCosignatureSigner(witnessName, private)
	must(err)
	return &runningWitness{key: signer.Verifier().String(), url: "http://" + address, verifier: signer.Verifier()}
}

// cosigned waits for a checkpoint that covers all signatures and that log and
// witness have both signed.
func (w *runningWitness) cosigned(t *testing.T, ctx context.Context, l *outside, atLeast int64) torchwood.Checkpoint {
	t.Helper()
	policy := torchwood.ThresholdPolicy(3, torchwood.OriginPolicy(l.origin),
		torchwood.SingleVerifierPolicy(l.verifier), torchwood.SingleVerifierPolicy(w.verifier))
	var err error
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(100 * time.Millisecond) {
		var signed []byte
		if signed, err = l.fetcher.ReadCheckpoint(ctx); err != nil {
			t.Fatal(err)
		}
		var c torchwood.Checkpoint
		if c, _, err = torchwood.VerifyCheckpoint(signed, policy); err == nil && c.N > atLeast {
			return c
		}
	}
	t.Fatalf("no checkpoint is signed by log and witness: %v", err)
	return torchwood.Checkpoint{}
}
