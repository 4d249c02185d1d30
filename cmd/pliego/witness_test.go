package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// outsider is a witness as C2SP tlog-witness has it, behind a real server.
type outsider struct {
	name    string
	private ed25519.PrivateKey
	key     string
	log     note.Verifier
	server  *httptest.Server

	mu      sync.Mutex
	size    int64
	root    tlog.Hash
	answers []int
	spoil   func(w http.ResponseWriter, r *http.Request) bool // true: it has answered
}

func newOutsider(t *testing.T, name, logKey string) *outsider {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	o := &outsider{name: name, private: private}
	if o.log, err = note.NewVerifier(logKey); err != nil {
		t.Fatal(err)
	}
	o.key = fmt.Sprintf("%s+%08x+%s", name, o.hash(), base64.StdEncoding.EncodeToString(append([]byte{4}, public...)))
	o.server = httptest.NewServer(http.HandlerFunc(o.answer))
	t.Cleanup(o.server.Close)
	return o
}

func (o *outsider) hash() uint32 {
	sum := sha256.Sum256(append([]byte(o.name+"\n\x04"), o.private.Public().(ed25519.PublicKey)...))
	return binary.BigEndian.Uint32(sum[:])
}

func (o *outsider) witness(t *testing.T) ledger.Witness {
	t.Helper()
	list, err := readWitnesses([]string{o.key + "@" + o.server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

func (o *outsider) answer(w http.ResponseWriter, r *http.Request) {
	if o.spoil != nil && o.spoil(w, r) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	status, body := o.consider(r)
	o.answers = append(o.answers, status)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// consider does what the standard asks of a witness.
func (o *outsider) consider(r *http.Request) (status int, answer string) {
	if r.Method != http.MethodPost || r.URL.Path != "/add-checkpoint" {
		return http.StatusNotFound, ""
	}
	body := bufio.NewReader(r.Body)
	var proof tlog.TreeProof
	first, _ := body.ReadString('\n')
	old, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(first, "old "), "\n"), 10, 64)
	if err != nil {
		return http.StatusBadRequest, ""
	}
	for {
		line, err := body.ReadString('\n')
		if err != nil {
			return http.StatusBadRequest, ""
		}
		if line == "\n" {
			break
		}
		h, err := tlog.ParseHash(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return http.StatusBadRequest, ""
		}
		proof = append(proof, h)
	}
	signed, err := io.ReadAll(body)
	if err != nil {
		return http.StatusBadRequest, ""
	}
	n, err := note.Open(signed, note.VerifierList(o.log))
	if err != nil {
		return http.StatusForbidden, ""
	}
	c, err := ledger.ParseCheckpoint(n.Text)
	if err != nil || old > c.Size {
		return http.StatusBadRequest, ""
	}
	if old != o.size || old == c.Size && c.Root != o.root {
		return http.StatusConflict, fmt.Sprintf("%d\n", o.size)
	}
	if old == 0 && len(proof) > 0 || old > 0 && old < c.Size && tlog.CheckTree(proof, c.Size, c.Root, old, o.root) != nil {
		return http.StatusUnprocessableEntity, ""
	}
	o.size, o.root = c.Size, c.Root
	return http.StatusOK, o.sign(n.Text)
}

func (o *outsider) sign(text string) string {
	at := time.Now().Unix()
	raw := binary.BigEndian.AppendUint32(nil, o.hash())
	raw = binary.BigEndian.AppendUint64(raw, uint64(at))
	raw = append(raw, ed25519.Sign(o.private, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text))...)
	return "— " + o.name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
}

// seen is what a test's witness has cosigned last, and how it answered.
func (o *outsider) seen() (size int64, answers []int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.size, append([]int(nil), o.answers...)
}

// grow lets a letter have n signatures as printed, all in the log.
func grow(t *testing.T, s *site, slug string, n int) {
	t.Helper()
	ctx := context.Background()
	l, err := s.db.LetterBySlug(ctx, slug)
	if errors.Is(err, letter.ErrNotFound) {
		l = &letter.Letter{Slug: slug, State: letter.Open, OriginalLang: "en"}
		if err := s.letters.Create(ctx, l); err != nil {
			t.Fatal(err)
		}
		err = s.letters.Publish(ctx, l, letter.Text{Lang: "en", Kind: letter.FullText, Title: "A letter", Body: "We ask.", Asks: []letter.Ask{{Key: "first", Title: "First"}}})
		if err != nil {
			t.Fatal(err)
		}
		l, err = s.db.LetterBySlug(ctx, slug)
	}
	if err != nil {
		t.Fatal(err)
	}
	list := make([]signature.Printed, n)
	for i := range list {
		list[i] = signature.Printed{Kind: signature.Organisation, Number: int64(i + 1), Public: signature.Public{Name: fmt.Sprintf("Organisation %d", i)}}
	}
	if _, err := s.signing.Record(ctx, s.db, l, l.Texts[0], signature.AsPrinted, list); err != nil {
		t.Fatal(err)
	}
	if err := s.sequence.SequenceAll(ctx); err != nil {
		t.Fatal(err)
	}
}

// cosigners are the names of those who signed the published checkpoint besides the
// log.
func cosigners(t *testing.T, s *site, list ...*outsider) (names []string) {
	t.Helper()
	_, signed, err := s.db.LatestCheckpoint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	log, err := note.NewVerifier(s.key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	known := []note.Verifier{log}
	for _, o := range list {
		known = append(known, o.witness(t))
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		t.Fatal(err)
	}
	if len(n.UnverifiedSigs) > 0 {
		t.Errorf("signatures that nobody made: %+v", n.UnverifiedSigs)
	}
	for _, sig := range n.Sigs[1:] {
		names = append(names, sig.Name)
	}
	return names
}

func TestWitnessesCosignWhatGrowsOutOfWhatTheySaw(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		placeOf(t, cfg).in(func(ctx context.Context, s *site) {
			a, b := newOutsider(t, "witness.example.org/a", s.key.Verifier()), newOutsider(t, "witness.example.org/b", s.key.Verifier())
			cosigning := &ledger.Cosigning{Store: s.db, Caller: newWitnessCaller()}
			ask := func(o *outsider) {
				t.Helper()
				if err := cosigning.Cosign(ctx, o.witness(t)); err != nil {
					t.Fatal(err)
				}
			}
			ask(a) // nothing yet is no error
			for _, n := range []int{3, 300, 301, 1000} {
				grow(t, s, "a-letter", n)
				if got := cosigners(t, s, a, b); len(got) != 0 {
					t.Errorf("a new checkpoint bears %q", got)
				}
				ask(a)
				if got := cosigners(t, s, a, b); fmt.Sprint(got) != "[witness.example.org/a]" {
					t.Errorf("cosigned by %q", got)
				}
				ask(a) // nothing new: it is not asked
			}
			if _, answers := a.seen(); fmt.Sprint(answers) != "[200 200 200 200]" {
				t.Errorf("the witness answered %v", answers)
			}
			ask(b)
			if got := cosigners(t, s, a, b); fmt.Sprint(got) != "[witness.example.org/a witness.example.org/b]" {
				t.Errorf("cosigned by %q", got)
			}
			// A store that lost what it knew of the witness asks it for the size.
			if err := s.db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(`DELETE FROM cosignature`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			grow(t, s, "a-letter", 1005)
			ask(a)
			if _, answers := a.seen(); fmt.Sprint(answers[4:]) != "[409 200]" {
				t.Errorf("the witness answered %v", answers)
			}
		})
	})
}

func TestWitnessThatSawAnotherLogSaysSo(t *testing.T) {
	placeOf(t, storetest.SQLite(t)).in(func(ctx context.Context, s *site) {
		grow(t, s, "a-letter", 5)
		o := newOutsider(t, "witness.example.org/a", s.key.Verifier())
		cosigning := &ledger.Cosigning{Store: s.db, Caller: newWitnessCaller()}
		o.size = 1000
		if err := cosigning.Cosign(ctx, o.witness(t)); !errors.Is(err, ledger.ErrWitnessAhead) {
			t.Errorf("it has seen more: %v", err)
		}
		o.size, o.root = 3, tlog.Hash{1}
		if err := cosigning.Cosign(ctx, o.witness(t)); err == nil || !strings.Contains(err.Error(), "422") {
			t.Errorf("it has seen another tree: %v", err)
		}
		head, err := s.db.LogHead(ctx)
		if err != nil {
			t.Fatal(err)
		}
		o.size = head.Size
		if err := cosigning.Cosign(ctx, o.witness(t)); err == nil || !strings.Contains(err.Error(), "another tree") {
			t.Errorf("it has seen another tree of this size: %v", err)
		}
		if got := cosigners(t, s, o); len(got) != 0 {
			t.Errorf("cosigned by %q", got)
		}
	})
}

func TestWitnessThatHangsOrLiesDelaysNothing(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		place := placeOf(t, cfg)
		place.in(func(ctx context.Context, s *site) {
			hang := make(chan struct{})
			good := newOutsider(t, "witness.example.org/good", s.key.Verifier())
			witnesses := []ledger.Witness{good.witness(t)}
			for name, spoil := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
				"hangs": func(_ http.ResponseWriter, r *http.Request) bool {
					select {
					case <-hang:
					case <-r.Context().Done():
					}
					return true
				},
				"floods": func(w http.ResponseWriter, _ *http.Request) bool {
					_, _ = w.Write(bytes.Repeat([]byte("— witness.example.org/floods AAAA\n"), 1<<12))
					return true
				},
				"forges": func(w http.ResponseWriter, _ *http.Request) bool {
					_, _ = io.WriteString(w, good.sign("pliego/other\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
					return true
				},
				"redirects": func(w http.ResponseWriter, r *http.Request) bool {
					http.Redirect(w, r, good.server.URL+"/add-checkpoint", http.StatusTemporaryRedirect)
					return true
				},
				"fails": func(w http.ResponseWriter, _ *http.Request) bool {
					w.WriteHeader(http.StatusInternalServerError)
					return true
				},
				"conflicts": func(w http.ResponseWriter, _ *http.Request) bool {
					w.WriteHeader(http.StatusConflict)
					_, _ = io.WriteString(w, "0\n")
					return true
				},
			} {
				o := newOutsider(t, "witness.example.org/"+name, s.key.Verifier())
				o.spoil = spoil
				witnesses = append(witnesses, o.witness(t))
			}
			background, stop := context.WithCancel(ctx)
			var running sync.WaitGroup
			cosigning := &ledger.Cosigning{Store: s.db, Caller: newWitnessCaller(), Witnesses: witnesses, Log: s.log}
			running.Go(func() { cosigning.Run(background) })
			running.Go(func() { s.sequence.Run(background) })
			defer func() { close(hang); stop(); running.Wait() }()
			for round := range 3 {
				grow(t, s, "a-letter", 10*(round+1))
				head, err := s.db.LogHead(ctx)
				if err != nil {
					t.Fatal(err)
				}
				until(t, fmt.Sprintf("the good witness has cosigned round %d", round), func() bool {
					return fmt.Sprint(cosigners(t, s, good)) == "[witness.example.org/good]"
				})
				if size, _ := good.seen(); size != head.Size {
					t.Errorf("it has cosigned %d of %d", size, head.Size)
				}
			}
		})
	})
}

// until waits for a condition that another goroutine brings about.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for limit := time.Now().Add(time.Minute); !holds(); {
		if time.Now().After(limit) {
			t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
