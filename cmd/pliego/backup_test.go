package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// command carries out one command line and gives what it printed.
func command(t testing.TB, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(process{context.Background(), &out, &errs, strings.NewReader("")}, args)
	return status, out.String(), errs.String()
}

// storePlace is where a store is, as flags say it.
type storePlace struct {
	t     testing.TB
	flags storeFlags
}

func placeOf(t testing.TB, cfg store.Config) storePlace {
	t.Helper()
	dir := cfg.Dir
	if dir == "" {
		dir = t.TempDir()
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return storePlace{t, storeFlags{Data: dir, Database: cfg.URL}}
}

func (p storePlace) args(args ...string) []string {
	args = append(args, "--data", p.flags.Data)
	if p.flags.Database != "" {
		args = append(args, "--database", p.flags.Database)
	}
	return args
}

// must carries out a command that succeeds.
func (p storePlace) must(args ...string) (stdout string) {
	p.t.Helper()
	status, stdout, stderr := command(p.t, p.args(args...)...)
	if status != 0 {
		p.t.Fatalf("pliego %s: status %d: %s", strings.Join(args, " "), status, stderr)
	}
	return stdout
}

// refused carries out a command that fails and says why.
func (p storePlace) refused(want string, args ...string) {
	p.t.Helper()
	status, _, stderr := command(p.t, p.args(args...)...)
	if status != exitFailed || !strings.Contains(stderr, want) || strings.Count(strings.TrimSpace(stderr), "\n") > 0 {
		p.t.Errorf("pliego %s: status %d, it says %q; want %q", strings.Join(args, " "), status, stderr, want)
	}
}

// in opens the store as serve does, and lets fn work in it.
func (p storePlace) in(fn func(ctx context.Context, s *site)) {
	p.t.Helper()
	ctx := context.Background()
	s, err := p.flags.open(ctx, p.t.Output())
	if err != nil {
		p.t.Fatal(err)
	}
	defer s.close()
	fn(ctx, s)
}

// letter makes an open letter with a text.
func (p storePlace) letter(slug string) {
	p.t.Helper()
	p.in(func(ctx context.Context, s *site) {
		l := &letter.Letter{Slug: slug, State: letter.Draft, OriginalLang: "en", Publisher: "Example Organisation"}
		p.check(s.letters.Create(ctx, l))
		p.check(s.letters.Publish(ctx, l, letter.Text{Lang: "en", Kind: letter.FullText, Title: "A letter", Body: "We ask.",
			Asks: []letter.Ask{{Key: "first-ask", Title: "First"}}}))
		p.check(s.letters.Open(ctx, slug))
	})
}

func (p storePlace) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// sign signs in each name, lets the sequencer work unless the log waits, and gives
// the number of the last.
func (p storePlace) sign(slug string, names ...string) (number int64) {
	p.t.Helper()
	p.in(func(ctx context.Context, s *site) {
		var id string
		for _, name := range names {
			signed, err := s.signing.Sign(ctx, slug, "en", signature.Form{Kind: "organisation", Name: name, Country: "sv",
				SignerName: "Example Signer", Email: strings.ToLower(name) + "@example.org", Consent: "1"})
			p.check(err)
			id, _, err = s.vault.ParseToken(signature.TokenWait, signed.WaitToken)
			p.check(err)
			token, err := s.vault.Token(signature.TokenConfirm, id, 1)
			p.check(err)
			_, _, err = s.signing.ConfirmByLink(ctx, token)
			p.check(err)
		}
		p.check(s.settle(ctx))
		sig, err := s.db.SignatureByID(ctx, id)
		p.check(err)
		number = sig.Number
	})
	return number
}

// checkpoint writes the newest checkpoint to a file.
func (p storePlace) checkpoint() string {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "checkpoint")
	p.in(func(ctx context.Context, s *site) {
		_, signed, err := s.db.LatestCheckpoint(ctx)
		p.check(err)
		p.check(os.WriteFile(file, signed, 0o600))
	})
	return file
}

// ageKey makes an identity: its file, and its recipient.
func ageKey(t testing.TB) (file, recipient string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "identity")
	if err := os.WriteFile(file, []byte(id.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, id.Recipient().String()
}

// emptyLike is an empty place of the same engine.
func emptyLike(t testing.TB, cfg store.Config) storePlace {
	if cfg.URL != "" {
		return placeOf(t, storetest.Postgres(t)) // with its schema, without a row
	}
	return placeOf(t, storetest.SQLite(t))
}

func TestBackupAndRestoreByCommand(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		from := placeOf(t, cfg)
		from.letter("first-letter")
		from.sign("first-letter", "Alpha", "Beta", "Gamma")
		identity, recipient := ageKey(t)
		file := filepath.Join(t.TempDir(), "backup.age")
		from.refused("a backup is always encrypted", "backup", file)
		if _, err := os.Stat(file); err == nil {
			t.Error("a refused backup left a file")
		}
		out := from.must("backup", file, "--recipient", recipient)
		for _, want := range []string{"1 letters, 3 signatures", "The keys are inside", "Newest checkpoint:\n\npliego/"} {
			if !strings.Contains(out, want) {
				t.Errorf("backup says %q; want %q in it", out, want)
			}
		}
		if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("the file is %v, %v; want 0600", st, err)
		}
		from.refused("overwrites nothing", "backup", file, "--recipient", recipient)
		content, err := os.ReadFile(file)
		from.check(err)
		for _, secret := range []string{"@example.org", "Example Signer", "PRIVATE"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%q can be read in the backup", secret)
			}
		}
		checkpoint := from.checkpoint()

		from.refused("overwrites nothing", "restore", file, "--identity", identity)
		to := emptyLike(t, cfg)
		other, _ := ageKey(t)
		to.refused("the passphrase is wrong, or", "restore", file, "--identity", other)
		if out := to.must("restore", file, "--identity", identity); !strings.Contains(out, "The log waits") {
			t.Errorf("restore says %q", out)
		}
		to.refused("overwrites nothing", "restore", file, "--identity", identity)
		if n := to.sign("first-letter", "Delta"); n != 0 {
			t.Errorf("a log that waits gave number %d", n)
		}
		if out := to.must("restore", "--checkpoint", checkpoint); !strings.Contains(out, "goes on") {
			t.Errorf("restore --checkpoint says %q", out)
		}
		to.refused("does not wait", "restore", "--checkpoint", checkpoint)
		if n := to.sign("first-letter", "Epsilon"); n != 5 {
			t.Errorf("after the log went on the second new signature has number %d, want 5", n)
		}
		// The vault's key came back: the address can be read.
		to.in(func(ctx context.Context, s *site) {
			l, err := s.db.LetterBySlug(ctx, "first-letter")
			to.check(err)
			list, err := s.db.SignaturesNumbered(ctx, l.ID, 1, 1)
			to.check(err)
			private, err := s.signing.PrivateOf(ctx, list[0].ID)
			if err != nil || private.Email != "alpha@example.org" {
				t.Errorf("the first signer's address is %q, %v", private.Email, err)
			}
		})
	})
}

func TestRestoreWithCheckpointAtOnce(t *testing.T) {
	from := placeOf(t, storetest.SQLite(t))
	from.letter("first-letter")
	from.sign("first-letter", "Alpha")
	file := filepath.Join(t.TempDir(), "backup.age")
	secret := filepath.Join(t.TempDir(), "passphrase")
	from.check(os.WriteFile(secret, []byte("correct horse\nanother line\n"), 0o600))
	from.must("backup", file, "--passphrase-file", secret)
	checkpoint := from.checkpoint()
	to := placeOf(t, storetest.SQLite(t))
	t.Setenv(passphraseEnv, "wrong")
	to.refused("the passphrase is wrong", "restore", file)
	t.Setenv(passphraseEnv, "correct horse")
	if out := to.must("restore", file, "--checkpoint", checkpoint); !strings.Contains(out, "goes on") {
		t.Errorf("restore says %q", out)
	}
	if n := to.sign("first-letter", "Beta"); n != 2 {
		t.Errorf("the next number is %d, want 2", n)
	}
}

func TestRestoreRefusesForeignKeysAndTakesTheOnesBrought(t *testing.T) {
	from := placeOf(t, storetest.SQLite(t))
	from.letter("first-letter")
	identity, recipient := ageKey(t)
	dir := t.TempDir()
	with, without := filepath.Join(dir, "with.age"), filepath.Join(dir, "without.age")
	from.must("backup", with, "--recipient", recipient)
	if out := from.must("backup", without, "--recipient", recipient, "--without-keys"); !strings.Contains(out, "keys are not inside") {
		t.Errorf("backup says %q", out)
	}
	keys := func(p storePlace, from storePlace) {
		t.Helper()
		p.check(os.MkdirAll(p.flags.keyFolder(), 0o700))
		for _, name := range []string{"vault.key", "ledger.key"} {
			content, err := os.ReadFile(filepath.Join(from.flags.keyFolder(), name))
			p.check(err)
			p.check(os.WriteFile(filepath.Join(p.flags.keyFolder(), name), content, 0o600))
		}
	}
	stranger := placeOf(t, storetest.SQLite(t))
	stranger.letter("another-letter")
	for _, file := range []string{with, without} {
		to := placeOf(t, storetest.SQLite(t))
		keys(to, stranger)
		to.refused("overwrites nothing", "restore", file, "--identity", identity)
		if there, err := store.Exists(store.Config{Dir: to.flags.Data}); there || err != nil {
			t.Errorf("a refused restore left a database, %v", err)
		}
		to = placeOf(t, storetest.SQLite(t))
		keys(to, from)
		to.must("restore", file, "--identity", identity)
		to.in(func(context.Context, *site) {})
	}
	to := placeOf(t, storetest.SQLite(t))
	if out := to.must("restore", without, "--identity", identity); !strings.Contains(out, "put your copies at") {
		t.Errorf("restore says %q", out)
	}
}

func TestNewLogByCommandGivesNoNumberTwice(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		from := placeOf(t, cfg)
		from.letter("first-letter")
		from.letter("second-letter")
		from.sign("first-letter", "Alpha", "Beta")
		identity, recipient := ageKey(t)
		file := filepath.Join(t.TempDir(), "backup.age")
		from.must("backup", file, "--recipient", recipient)
		lost := from.sign("first-letter", "Gamma", "Delta", "Epsilon")
		published := from.checkpoint()
		oldKey, err := os.ReadFile(from.flags.ledgerKeyFile())
		from.check(err)

		to := emptyLike(t, cfg)
		to.must("restore", file, "--identity", identity)
		to.refused("3 are lost", "restore", "--checkpoint", published)
		to.refused("missing: first-letter, second-letter", "restore", "--new-log")
		to.refused("missing: second-letter", "restore", "--new-log", "--highest", "first-letter=9")
		to.refused("itself holds number 2", "restore", "--new-log", "--highest", "first-letter=1", "--checkpoint", published)
		to.refused("there is no letter", "restore", "--new-log", "--highest", "none=1", "--checkpoint", published)
		waits := to.sign("first-letter", "Zeta")
		if waits != 0 {
			t.Errorf("a log that waits gave number %d", waits)
		}
		out := to.must("restore", "--new-log", "--checkpoint", published, "--highest", "second-letter=40")
		if !strings.Contains(out, "Letter first-letter: the next number is 6.") || !strings.Contains(out, "Letter second-letter: the next number is 41.") {
			t.Errorf("restore --new-log says %q", out)
		}
		kept, err := filepath.Glob(filepath.Join(to.flags.keyFolder(), "ledger-*.key"))
		to.check(err)
		if len(kept) != 1 {
			t.Fatalf("old keys kept: %q", kept)
		}
		if content, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(content, oldKey) {
			t.Errorf("the old key was not kept as it was, %v", err)
		}
		if n := to.sign("first-letter", "Eta"); n <= lost+1 {
			t.Errorf("number %d, and %d was given before", n, lost)
		}
		if n := to.sign("second-letter", "Theta"); n != 41 {
			t.Errorf("number %d, want 41", n)
		}
		to.refused("does not wait", "restore", "--new-log", "--checkpoint", published)
		if got := doctorFinds(t, to); got["log"] != fine || got["log key"] != fine || got["numbers"] != fine {
			t.Errorf("doctor finds %v", got)
		}
		// The backups that come hold the old log's key too.
		again := filepath.Join(t.TempDir(), "again.age")
		to.must("backup", again, "--recipient", recipient)
		next := emptyLike(t, cfg)
		if out := next.must("restore", again, "--identity", identity); !regexp.MustCompile(`Keys restored: ledger-\w+\.key, ledger\.key, vault\.key`).MatchString(out) {
			t.Errorf("restore says %q", out)
		}
	})
}

// When the store switched and the process died before the key's file did, the same
// command goes on.
func TestNewLogAfterACrashBetweenStoreAndKey(t *testing.T) {
	from := placeOf(t, storetest.SQLite(t))
	from.letter("first-letter")
	identity, recipient := ageKey(t)
	file := filepath.Join(t.TempDir(), "backup.age")
	from.must("backup", file, "--recipient", recipient)
	to := placeOf(t, storetest.SQLite(t))
	to.must("restore", file, "--identity", identity)
	to.must("restore", "--new-log", "--highest", "first-letter=7")
	key := to.flags.ledgerKeyFile()
	kept, err := filepath.Glob(filepath.Join(to.flags.keyFolder(), "ledger-*.key"))
	to.check(err)
	to.check(os.Rename(key, ledger.NextKeyFile(key)))
	to.check(os.Rename(kept[0], key))

	if _, err := to.flags.open(context.Background(), t.Output()); err == nil {
		t.Error("the store opened with the old log's key")
	}
	to.must("restore", "--new-log")
	if n := to.sign("first-letter", "Alpha"); n != 8 {
		t.Errorf("number %d, want 8", n)
	}
}

// doctorFinds runs doctor and gives its verdicts.
func doctorFinds(t testing.TB, p storePlace, more ...string) map[string]verdict {
	t.Helper()
	status, stdout, stderr := command(t, p.args(append([]string{"doctor", "--json"}, more...)...)...)
	var out struct {
		Findings []finding
		Problems int
	}
	if err := json.Unmarshal([]byte(stdout), &out); err != nil {
		t.Fatalf("doctor --json prints %q (%s): %v", stdout, stderr, err)
	}
	if (status == 0) != (out.Problems == 0) {
		t.Errorf("doctor's status is %d with %d problems", status, out.Problems)
	}
	got := map[string]verdict{}
	for _, f := range out.Findings {
		got[f.Check] = f.Status
		if f.Message == "" || (f.Status != fine) != (f.Do != "") {
			t.Errorf("doctor says %+v", f)
		}
	}
	return got
}

func TestBackupWithoutAStoreMakesNone(t *testing.T) {
	p := placeOf(t, storetest.SQLite(t))
	_, recipient := ageKey(t)
	p.refused("there is no store", "backup", filepath.Join(t.TempDir(), "b.age"), "--recipient", recipient)
	p.refused("there is no store", "restore", "--checkpoint", "nothing")
	left, err := os.ReadDir(p.flags.Data)
	if err != nil || len(left) > 0 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
	if status, _, stderr := command(t, p.args("restore")...); status != exitUsage || !strings.Contains(stderr, "--new-log") {
		t.Errorf("restore of nothing: status %d, %q", status, stderr)
	}
}
