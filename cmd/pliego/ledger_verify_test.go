package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/web"
	"pliego/pack"
)

// checked runs ledger verify and gives its exit status and what it printed.
func checked(t *testing.T, dir string, args ...string) (status int, out string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"ledger", "verify", "--state", filepath.Join(dir, "seen.json"), "--cache", filepath.Join(dir, "cache")}, args...)
	status = run(process{t.Context(), &stdout, &stderr, strings.NewReader("")}, args)
	return status, stdout.String() + stderr.String()
}

// recorded is a site with the shipped pack, behind a real server that counts the
// tiles it is asked for, and that a test may make lie.
func recorded(t *testing.T) (s *site, address string, tiles *atomic.Int64, lie *atomic.Pointer[http.HandlerFunc]) {
	t.Helper()
	ctx := context.Background()
	s, err := storeFlags{Data: t.TempDir(), LogFormat: "text"}.open(ctx, t.Output())
	must(t, err)
	t.Cleanup(func() { s.close() })
	content, err := pack.Read(pack.Americas())
	must(t, err)
	_, err = loadPack(ctx, s, content)
	must(t, err)
	must(t, s.settle(ctx))
	tiles, lie = &atomic.Int64{}, &atomic.Pointer[http.HandlerFunc]{}
	var pages *web.Site
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/ledger/tile/") {
			tiles.Add(1)
		}
		if f := lie.Load(); f != nil {
			(*f)(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	pages, err = web.New(web.Config{BaseURL: server.URL, Store: s.db, Signing: s.signing, Letters: s.letters, Registry: s.registry, Accounts: s.accounts, Now: time.Now})
	must(t, err)
	must(t, pages.Refresh(ctx))
	return s, server.URL, tiles, lie
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSiteIsCheckedAndRemembered(t *testing.T) {
	s, address, tiles, lie := recorded(t)
	dir := t.TempDir()
	status, out := checked(t, dir, address)
	if status != 0 || !strings.Contains(out, "UNPROVEN") || !strings.Contains(out, "52 signatures listed") {
		t.Fatalf("status %d\n%s", status, out)
	}
	fetched := tiles.Load()
	status, out = checked(t, dir, address, "--key", s.key.Verifier(), "--json")
	var account struct {
		True       bool     `json:"nothing_false_found"`
		Proven     bool     `json:"key_proven"`
		Size       int64    `json:"size"`
		Consistent []string `json:"consistent_with"`
	}
	must(t, json.Unmarshal([]byte(out), &account))
	if status != 0 || !account.True || !account.Proven || account.Size < 62 || len(account.Consistent) != 1 {
		t.Errorf("status %d\n%s", status, out)
	}
	if again := tiles.Load() - fetched; fetched == 0 || again != 0 {
		t.Errorf("%d tiles were fetched, and %d again", fetched, again)
	}

	// Another site at the same address, which shows another log.
	other, otherAddress, _, _ := recorded(t)
	elsewhere := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, otherAddress+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	})
	lie.Store(&elsewhere)
	must(t, os.RemoveAll(filepath.Join(dir, "cache")))
	if status, out := checked(t, dir, address); status != 1 || !strings.Contains(out, "showed log "+s.key.Name()) {
		t.Errorf("another log at the same address: status %d\n%s", status, out)
	}
	if status, out := checked(t, dir, address, "--key", other.key.Verifier()); status != 0 {
		t.Errorf("with the key of the other log: status %d\n%s", status, out)
	}
	down := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	lie.Store(&down)
	if status, out := checked(t, dir, address); status != 1 || !strings.Contains(out, "403") {
		t.Errorf("a site that refuses: status %d\n%s", status, out)
	}
}

func TestReceiptIsCheckedByCommand(t *testing.T) {
	s, address, _, _ := recorded(t)
	dir := t.TempDir()
	ctx := t.Context()
	l, err := s.db.LetterBySlug(ctx, "mispa-iv-2013")
	must(t, err)
	list, err := s.db.SignaturesNumbered(ctx, l.ID, 7, 7)
	must(t, err)
	r, err := s.db.SignatureReceipt(ctx, list[0].ID)
	must(t, err)
	text, err := r.Text()
	must(t, err)
	compact, err := r.Compact()
	must(t, err)
	file, code := filepath.Join(dir, "7.tlog-proof"), filepath.Join(dir, "code.txt")
	must(t, os.WriteFile(file, text, 0o600))
	must(t, os.WriteFile(code, []byte(compact), 0o600))
	if status, out := checked(t, dir, file); status != 1 || !strings.Contains(out, "--key") {
		t.Errorf("without a key: status %d\n%s", status, out)
	}
	for _, f := range []string{file, code} {
		if status, out := checked(t, dir, f, "--key", s.key.Verifier()); status != 0 || !strings.Contains(out, list[0].Public.Name) {
			t.Errorf("%s: status %d\n%s", f, status, out)
		}
	}
	if status, _ := checked(t, dir, address); status != 0 {
		t.Fatal("the site itself")
	}
	if status, out := checked(t, dir, file); status != 0 || !strings.Contains(out, "UNPROVEN") {
		t.Errorf("with the key that is remembered: status %d\n%s", status, out)
	}
	stranger, err := ledger.LoadOrCreateKey(filepath.Join(dir, "k"), true)
	must(t, err)
	if status, out := checked(t, dir, file, "--key", stranger.Verifier()); status != 1 || !strings.Contains(out, "false") {
		t.Errorf("another log's key: status %d\n%s", status, out)
	}
	must(t, os.WriteFile(file, text[:len(text)/2], 0o600))
	if status, out := checked(t, dir, file, "--key", s.key.Verifier()); status != 1 || !strings.Contains(out, "no receipt") {
		t.Errorf("half a receipt: status %d\n%s", status, out)
	}
}
