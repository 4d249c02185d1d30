package store_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"pliego/internal/followup"
	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
	"pliego/internal/vault"
)

// house is a store with an open letter, its keys, and what signing needs.
type house struct {
	testing.TB
	cfg     store.Config
	db      *store.DB
	key     *ledger.Key
	keyFile string
	seq     *ledger.Sequencer
	signing *signature.Service
	letters *letter.Service
}

func newHouse(t testing.TB, cfg store.Config) *house {
	t.Helper()
	h := &house{TB: t, cfg: cfg, keyFile: filepath.Join(t.TempDir(), "ledger.key")}
	var err error
	h.key, err = ledger.LoadOrCreateKey(h.keyFile, true)
	h.must(err)
	h.open()
	ctx := context.Background()
	h.must(h.db.InitLog(ctx, h.key.Name(), h.key.Verifier()))
	h.must(h.db.SetMeta(ctx, "log-origin", h.key.Name()))
	h.letter("first-letter")
	return h
}

// open opens the store at h.cfg.
func (h *house) open() {
	h.Helper()
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	h.must(err)
	h.db = storetest.Open(h.TB, h.cfg)
	h.seq = &ledger.Sequencer{Store: h.db, Key: h.key}
	h.signing = &signature.Service{Store: h.db, Vault: v, Now: time.Now}
	h.letters = &letter.Service{Store: h.db, Now: time.Now}
}

// restored is the house whose store was restored at cfg.
func (h *house) restored(t testing.TB, cfg store.Config) *house {
	h.Helper()
	r := &house{TB: t, cfg: cfg, key: h.key, keyFile: h.keyFile}
	r.open()
	return r
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) letter(slug string) {
	h.Helper()
	h.draft(slug)
	h.must(h.letters.Open(context.Background(), slug))
}

func (h *house) draft(slug string) {
	h.Helper()
	ctx := context.Background()
	l := &letter.Letter{Slug: slug, State: letter.Draft, OriginalLang: "en", Publisher: "Example Organisation"}
	h.must(h.letters.Create(ctx, l))
	h.must(h.letters.Publish(ctx, l, letter.Text{
		Lang: "en", Kind: letter.FullText, Title: "A letter of " + slug, Body: "We ask: áéíñ ç 字 \"'\\ \t.\n",
		Asks: []letter.Ask{{Key: "first-ask", Title: "First"}},
	}))
}

// sign signs and confirms, and gives the signer's own token and the ID.
func (h *house) sign(slug, name string) (own, id string) {
	h.Helper()
	ctx := context.Background()
	id = h.ask(slug, name)
	token, err := h.signing.Vault.Token(signature.TokenConfirm, id, 1)
	h.must(err)
	own, _, err = h.signing.ConfirmByLink(ctx, token)
	h.must(err)
	return own, id
}

// ask signs without confirming.
func (h *house) ask(slug, name string) (id string) {
	h.Helper()
	s, err := h.signing.Sign(context.Background(), slug, "en", signature.Form{
		Kind: "organisation", Name: name, Country: "sv", SignerName: "Example Signer",
		Email: addressOf(name), Consent: "1",
	})
	h.must(err)
	id, _, err = h.signing.Vault.ParseToken(signature.TokenWait, s.WaitToken)
	h.must(err)
	return id
}

func addressOf(name string) string {
	return fmt.Sprintf("signer-%x@example.org", name)
}

func (h *house) sequence() {
	h.Helper()
	h.must(h.seq.SequenceAll(context.Background()))
	h.must(h.seq.SignHead(context.Background()))
}

// number is the number of a signature, 0 for none.
func (h *house) number(id string) int64 {
	h.Helper()
	s, err := h.db.SignatureByID(context.Background(), id)
	h.must(err)
	return s.Number
}

// latest is the newest checkpoint and its text as it is published.
func (h *house) latest() (ledger.Checkpoint, []byte) {
	h.Helper()
	_, signed, err := h.db.LatestCheckpoint(context.Background())
	h.must(err)
	c, err := ledger.OpenCheckpoint(h.key.Verifier(), signed)
	h.must(err)
	return c, signed
}

// live fills the store with everything that a life of letters leaves in it.
func (h *house) live() {
	h.Helper()
	ctx := context.Background()
	h.letter("second-letter")
	for i := range 7 {
		own, _ := h.sign("first-letter", fmt.Sprintf("Organización %d", i))
		if i == 3 {
			_, err := h.signing.Withdraw(ctx, own)
			h.must(err)
		}
	}
	h.sequence()
	own, _ := h.sign("second-letter", "Other")
	h.ask("second-letter", "Unconfirmed")
	h.sequence()
	_, err := h.signing.Withdraw(ctx, own)
	h.must(err) // its entry stays pending
	l, err := h.db.LetterBySlug(context.Background(), "first-letter")
	h.must(err)
	better := aLaw("a/1", followup.Against)
	better.Version, better.Reason = 2, "It was read again."
	for n, i := range []*followup.Item{aLaw("b/1", followup.Toward), aVerdict("a/2", followup.Substantial), aLaw("a/1", followup.Toward), better} {
		h.must(h.db.AppendRecord(context.Background(), l.ID, l.Slug, []*followup.Item{i}, recordedOn.Add(time.Duration(n)*time.Hour)))
	}
}

// backup gives the clear stream of a backup.
func (h *house) backup() ([]byte, *store.Manifest) {
	h.Helper()
	var out bytes.Buffer
	m, err := h.db.Backup(context.Background(), &out, store.BackupOptions{At: time.Now(), Keys: map[string][]byte{"vault.key": []byte("not a key\n")}})
	h.must(err)
	return out.Bytes(), m
}

// emptyPlaces are places for a restore on either engine.
var emptyPlaces = map[string]func(testing.TB) store.Config{
	"to " + store.SQLite: storetest.SQLite, "to " + store.Postgres: storetest.EmptyPostgres,
}

func TestBackupRestoresRowForRowFromEitherEngineIntoEither(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		h := newHouse(t, cfg)
		h.live()
		stream, m := h.backup()
		if m.Letters != 2 || m.Signatures != 9 || m.LogSize == 0 || m.Origin != h.key.Name() || m.Checkpoint == "" {
			t.Errorf("the manifest says %+v", m)
		}
		for name, place := range emptyPlaces {
			t.Run(name, func(t *testing.T) {
				to := place(t)
				var keys map[string][]byte
				var done, total int64
				got, err := store.Restore(context.Background(), to, bytes.NewReader(stream), store.RestoreOptions{
					Keys:     func(_ *store.Manifest, k map[string][]byte) (func() error, error) { keys = k; return nil, nil },
					Progress: func(d, n int64) { done, total = d, n },
				})
				if err != nil {
					t.Fatal(err)
				}
				if got.Rows() != m.Rows() || done != m.Rows() || total != m.Rows() {
					t.Errorf("restored %d rows, told of %d of %d; want %d", got.Rows(), done, total, m.Rows())
				}
				if string(keys["vault.key"]) != "not a key\n" || len(keys) != 1 {
					t.Errorf("keys are %q", keys)
				}
				r := h.restored(t, to)
				head, err := r.db.LogHead(context.Background())
				if err != nil || !head.Frozen || head.Size != m.LogSize {
					t.Errorf("head is %+v, %v; want it frozen", head, err)
				}
				_, again := r.backup()
				for i, want := range m.Tables {
					has := again.Tables[i]
					if has.Name != want.Name || has.Rows != want.Rows || (has.SHA256 != want.SHA256) != (want.Name == "log_head") {
						t.Errorf("table %s came back as %+v", want.Name, has)
					}
				}
				// What the hashes stand for, seen by other means.
				for _, table := range []string{"letter", "letter_text", "vault", "signed_address", "ledger_entry", "outbox"} {
					if a, b := dump(t, h.db, table), dump(t, r.db, table); !slices.Equal(a, b) || len(a) == 0 {
						t.Errorf("table %s:\n%q\nbecame\n%q", table, a, b)
					}
				}
			})
		}
	})
}

// dump gives a table's rows as text, sorted.
func dump(t testing.TB, db *store.DB, table string) (lines []string) {
	t.Helper()
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		rows, err := tx.Query(`SELECT * FROM ` + table)
		if err != nil {
			return err
		}
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(dest...); err != nil {
				return err
			}
			lines = append(lines, fmt.Sprintf("%q", values))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

func TestBackupBesideWritersIsOfOneMoment(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		h := newHouse(t, cfg)
		h.sequence()
		ctx := context.Background()
		stop := make(chan struct{})
		var running sync.WaitGroup
		for w := range 4 {
			running.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					own, _ := h.sign("first-letter", fmt.Sprintf("Writer %d signs %d", w, i))
					if i%3 == 0 {
						if _, err := h.signing.Withdraw(ctx, own); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		running.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					h.sequence()
				}
			}
		})
		defer func() { close(stop); running.Wait() }()
		var last int64
		for range 4 {
			until(t, "the log grows", func() bool { head, err := h.db.LogHead(ctx); return err == nil && head.Size > last+5 })
			stream, m := h.backup()
			last = m.LogSize
			to := storetest.SQLite(t)
			if _, err := store.Restore(ctx, to, bytes.NewReader(stream), store.RestoreOptions{}); err != nil {
				t.Fatal(err)
			}
			db := storetest.Open(t, to)
			c, err := ledger.OpenCheckpoint(h.key.Verifier(), []byte(m.Checkpoint))
			if err != nil {
				t.Fatal(err)
			}
			if err := db.VerifyLog(ctx, c); err != nil {
				t.Error(err)
			}
			if wrong, err := db.Miscounted(ctx); err != nil || len(wrong) > 0 {
				t.Errorf("counts and rows differ for %q, %v", wrong, err)
			}
			if n, err := db.BrokenReferences(ctx); err != nil || n > 0 {
				t.Errorf("%d broken references, %v", n, err)
			}
		}
	})
}

// seal encrypts a stream and gives the identity that opens it.
func seal(t testing.TB, stream []byte) ([]byte, *age.X25519Identity) {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := store.SealBackup(&out, identity.Recipient())
	if err == nil {
		_, err = w.Write(stream)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), identity
}

func restoreSealed(dir string, sealed []byte, identity age.Identity) error {
	r, err := store.OpenBackup(bytes.NewReader(sealed), identity)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = store.Restore(context.Background(), store.Config{Dir: dir}, r, store.RestoreOptions{})
	return err
}

func TestSealedBackupShowsNothingAndOpensOnlyWithItsKey(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.live()
	stream, _ := h.backup()
	sealed, identity := seal(t, stream)
	for _, secret := range []string{"example.org", addressOf("Organización 1"), "Organización", "not a key", h.key.Name()} {
		if bytes.Contains(sealed, []byte(secret)) {
			t.Errorf("%q can be read in the file", secret)
		}
	}
	for _, secret := range []string{addressOf("Organización 1"), "Example Signer"} {
		if bytes.Contains(stream, []byte(secret)) {
			t.Errorf("%q can be read in the stream, where only the vault's key should open it", secret)
		}
	}
	if err := restoreSealed(t.TempDir(), sealed, identity); err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	h.must(err)
	wantError(t, restoreSealed(t.TempDir(), sealed, other), store.ErrNotOpened)

	right, err := age.NewScryptRecipient("right")
	h.must(err)
	right.SetWorkFactor(4)
	var out bytes.Buffer
	w, err := store.SealBackup(&out, right)
	h.must(err)
	_, err = io.Copy(w, bytes.NewReader(stream))
	h.must(err)
	h.must(w.Close())
	for passphrase, want := range map[string]error{"right": nil, "wrong": store.ErrNotOpened} {
		identity, err := age.NewScryptIdentity(passphrase)
		h.must(err)
		wantError(t, restoreSealed(t.TempDir(), out.Bytes(), identity), want)
	}
}

func TestDamagedBackupLeavesNothing(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.live()
	stream, _ := h.backup()
	sealed, identity := seal(t, stream)
	dir := t.TempDir()
	refused := func(what string, file []byte) {
		t.Helper()
		wantError(t, restoreSealed(dir, file, identity), store.ErrBadBackup)
		left, err := os.ReadDir(dir)
		h.must(err)
		for _, e := range left {
			if e.Name() != "migrate.lock" {
				t.Errorf("%s: a failed restore leaves %s", what, e.Name())
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 25 {
		at := r.IntN(len(sealed))
		refused(fmt.Sprintf("cut at %d", at), sealed[:at])
		damaged := slices.Clone(sealed)
		damaged[at] ^= 1 << r.IntN(8)
		if err := restoreSealed(t.TempDir(), damaged, identity); err == nil {
			t.Errorf("a backup damaged at %d of %d was restored", at, len(sealed))
		}
	}
	refused("cut at the last byte", sealed[:len(sealed)-1])
	refused("more at the end", append(slices.Clone(sealed), 'x'))
	refused("no backup", []byte("some text\n"))
	refused("nothing", nil)
	again, identity2 := seal(t, append(slices.Clone(stream), 'x'))
	wantError(t, restoreSealed(dir, again, identity2), store.ErrBadBackup)
	if err := restoreSealed(dir, sealed, identity); err != nil {
		t.Errorf("after the failed ones the whole backup is refused: %v", err)
	}
}
