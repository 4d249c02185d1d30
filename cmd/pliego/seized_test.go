package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"filippo.io/age"
	_ "github.com/jackc/pgx/v5/stdlib"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// canary is a word that must be found nowhere, in none of the forms in which a
// program might have written it.
type canary struct {
	word  string
	forms [][]byte
}

func newCanary(word string) canary {
	c := canary{word: word}
	add := func(b string) { c.forms = append(c.forms, []byte(b)) }
	for _, w := range []string{word, strings.ToLower(word), strings.ToUpper(word), url.QueryEscape(word), url.QueryEscape(strings.ToLower(word))} {
		add(w)
		var le, be []byte
		for _, u := range utf16.Encode([]rune(w)) {
			le, be = append(le, byte(u), byte(u>>8)), append(be, byte(u>>8), byte(u))
		}
		add(string(le))
		add(string(be))
		add(hex.EncodeToString([]byte(w)))
		add(strings.ToUpper(hex.EncodeToString([]byte(w))))
		// Of base64, what does not depend on the neighbours, at each offset.
		for offset := range 3 {
			encoded := base64.StdEncoding.EncodeToString(append(make([]byte, offset), w...))
			inner := encoded[(offset*8+5)/6 : len(encoded)-4]
			add(inner)
			add(strings.NewReplacer("+", "-", "/", "_").Replace(inner))
		}
	}
	return c
}

func (c canary) in(b []byte) bool {
	for _, form := range c.forms {
		if bytes.Contains(b, form) {
			return true
		}
	}
	return false
}

// layers gives what is written, and what is inside when it is compressed.
func layers(b []byte) [][]byte {
	all := [][]byte{b}
	for i, rest := 0, b; i < 100; i++ {
		at := bytes.Index(rest, []byte{0x1f, 0x8b, 8})
		if at < 0 {
			break
		}
		if z, err := gzip.NewReader(bytes.NewReader(rest[at:])); err == nil {
			inside, _ := io.ReadAll(io.LimitReader(z, 32<<20)) // what can be read of it
			all = append(all, inside)
		}
		rest = rest[at+3:]
	}
	return all
}

// found tells whether a canary is anywhere in a folder.
func (c canary) found(t *testing.T, dir string) (where []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(file)
		for _, layer := range layers(b) {
			if c.in(layer) {
				where = append(where, file)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return where
}

// running is the program while it serves.
type running struct {
	t    *testing.T
	url  string
	mail string
	log  *lockedBuffer
	stop func()
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

var ready = regexp.MustCompile(`(?m)^ready (\S+)$`)

func serving(t *testing.T, p storePlace, vaultKey string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var out lockedBuffer
	r := &running{t: t, mail: t.TempDir(), log: &lockedBuffer{}}
	done := make(chan int, 1)
	args := p.args("serve", "--demo", "--listen", "127.0.0.1:0", "--vault-key", vaultKey, "--mail", "file:"+r.mail, "--review", "off")
	go func() { done <- run(process{ctx, &out, r.log, strings.NewReader("")}, args) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if status := <-done; status != 0 {
			t.Errorf("serve ended with status %d:\n%s", status, r.log)
		}
	})
	t.Cleanup(r.stop)
	r.until("it serves", func() bool {
		if m := ready.FindStringSubmatch(out.String()); m != nil {
			r.url = m[1]
		}
		return r.url != ""
	})
	return r
}

// until waits for what the program does on its own.
func (r *running) until(what string, fn func() bool) {
	r.t.Helper()
	for range 600 {
		if fn() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	r.t.Fatalf("waited in vain until %s; the log:\n%s", what, r.log)
}

// sign posts a signature as a program does.
func (r *running) sign(fields map[string]string) {
	r.t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := http.Post(r.url+"/api/v1/letters/practice-letter/signatures", "application/json", bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	if answer, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusAccepted {
		r.t.Fatalf("sign: %d %s", res.StatusCode, answer)
	}
}

// link waits for a link in the mail to an address.
func (r *running) link(to, kind string) (link string) {
	r.t.Helper()
	pattern := regexp.MustCompile(`https?://\S+/` + kind + `/[A-Za-z0-9_-]+`)
	r.until("mail with a link to "+kind+" comes", func() bool {
		files, _ := filepath.Glob(filepath.Join(r.mail, "*.eml"))
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err == nil && bytes.Contains(b, []byte("To: <"+to+">")) && pattern.Match(b) {
				link = string(pattern.Find(b))
			}
		}
		return link != ""
	})
	return link
}

func (r *running) post(link string, form url.Values) {
	r.t.Helper()
	res, err := http.PostForm(link, form)
	if err != nil {
		r.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		r.t.Fatalf("post: status %d", res.StatusCode)
	}
}

// TestSeizedDiskAndStolenBackupNameNobody plays out what somebody finds who takes
// the data folder, the log and a backup, but not the vault's key and not the
// mail that was handed over.
func TestSeizedDiskAndStolenBackupNameNobody(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		p := placeOf(t, cfg)
		elsewhere := t.TempDir()
		key := filepath.Join(elsewhere, "vault.key")
		r := serving(t, p, key)
		coalition, err := age.GenerateX25519Identity()
		p.check(err)
		p.must("sealed", "offer", "practice-letter", "--recipient", coalition.Recipient().String(), "--vault-key", key)

		organisation := map[string]string{"kind": "organisation", "name": "Publicada", "country": "UY", "signer_name": "Firmantecanaria Uno",
			"signer_role": "Cargocanaria", "email": "stays-canary@example.org", "consent": "1", "lang": "es"}
		withdrawn := map[string]string{"kind": "person", "name": "Retirada", "country": "UY", "email": "withdrawn-canary@example.org", "consent": "1", "lang": "es"}
		unconfirmed := map[string]string{"kind": "person", "name": "Nunca", "country": "UY", "email": "unconfirmed-canary@example.org", "consent": "1", "lang": "es"}
		sealed := map[string]string{"kind": "organisation", "name": "Selladacanaria", "country": "UY", "signer_name": "Firmantecanaria Dos",
			"email": "sealed-canary@example.org", "visibility": "sealed", "consent": "1", "lang": "es"}
		for _, fields := range []map[string]string{organisation, withdrawn, unconfirmed, sealed} {
			r.sign(fields)
		}
		for _, fields := range []map[string]string{organisation, withdrawn} {
			r.post(r.link(fields["email"], "confirm"), nil)
			r.link(fields["email"], "signature")
		}
		r.link(sealed["email"], "confirm")
		own := r.link(withdrawn["email"], "signature")
		r.post(own, url.Values{"act": {"withdraw"}})
		// Pages, lists and prints are drawn and kept.
		for _, path := range []string{"/es/letters/practice-letter", "/es/letters/practice-letter/letter.pdf", "/es/letters/practice-letter/signatories?q=publicada"} {
			if res, err := http.Get(r.url + path); err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("GET %s: %v", path, err)
			} else {
				res.Body.Close()
			}
		}
		backup := filepath.Join(t.TempDir(), "backup")
		keeper, err := age.GenerateX25519Identity()
		p.check(err)
		p.must("backup", backup, "--recipient", keeper.Recipient().String(), "--vault-key", key)

		canaries := []canary{}
		for _, fields := range []map[string]string{organisation, withdrawn, unconfirmed, sealed} {
			canaries = append(canaries, newCanary(fields["email"]))
			for _, field := range []string{"signer_name", "signer_role"} {
				if fields[field] != "" {
					canaries = append(canaries, newCanary(fields[field]))
				}
			}
		}
		canaries = append(canaries, newCanary(sealed["name"]))

		look := func(when string) {
			t.Helper()
			for _, c := range canaries {
				for _, file := range c.found(t, p.flags.Data) {
					t.Errorf("%s: %q is in %s", when, c.word, file)
				}
				for _, file := range c.found(t, filepath.Dir(backup)) {
					t.Errorf("%s: %q is in the backup %s", when, c.word, file)
				}
				if c.in([]byte(r.log.String())) {
					t.Errorf("%s: %q is in the log", when, c.word)
				}
				if cfg.URL != "" && c.in(dumped(t, cfg.URL)) {
					t.Errorf("%s: %q is in the database", when, c.word)
				}
			}
		}
		look("while it serves") // the write-ahead log is there too
		// The search finds what is there.
		if len(newCanary(organisation["email"]).found(t, r.mail)) == 0 {
			t.Error("the address is not even in the mail")
		}
		public := newCanary("Publicada")
		if cfg.URL == "" && len(public.found(t, p.flags.Data)) == 0 || cfg.URL != "" && !public.in(dumped(t, cfg.URL)) {
			t.Error("the public name is not found")
		}
		r.stop()
		look("after it ended")
	})
}

func TestCanariesAreFoundInEveryForm(t *testing.T) {
	c := newCanary("Secret@example.org")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, "to: secret@example.org")
	z.Close()
	for name, text := range map[string]string{
		"plain": "x secret@example.org y", "hex": hex.EncodeToString([]byte("a Secret@example.org")), "utf-16": "s\x00e\x00c\x00r\x00e\x00t\x00@\x00e\x00x\x00a\x00m\x00p\x00l\x00e\x00.\x00o\x00r\x00g\x00",
		"base64": base64.StdEncoding.EncodeToString([]byte("to Secret@example.org, now")), "base64 url": base64.RawURLEncoding.EncodeToString([]byte("ab??Secret@example.org")),
		"query": "?to=secret%40example.org", "gzip": "junk" + packed.String() + "junk",
	} {
		hit := false
		for _, layer := range layers([]byte(text)) {
			hit = hit || c.in(layer)
		}
		if !hit {
			t.Errorf("not found as %s", name)
		}
	}
	if c.in([]byte("somebody else @example.org")) {
		t.Error("found where it is not")
	}
}

// dumped is every row of every table of a PostgreSQL database as text.
func dumped(t *testing.T, url string) []byte {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	strs := func(query string) (list []string) {
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			list = append(list, s)
		}
		return list
	}
	var out bytes.Buffer
	for _, table := range strs(`SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`) {
		for _, row := range strs(`SELECT t::text FROM ` + table + ` t`) {
			out.WriteString(row + "\n")
		}
	}
	return out.Bytes()
}
