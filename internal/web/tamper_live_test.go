package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"

	"pliego/internal/ledger"
	"pliego/internal/ledger/verify"
)

// growing is a site that goes on while it is read: its checkpoint is the first one
// until the reader has waited.
type growing struct {
	verify.Files
	before []byte
	waited bool
}

func (g *growing) Open(ctx context.Context, name string) (verify.File, error) {
	if name == "ledger/checkpoint" && !g.waited {
		return io.NopCloser(bytes.NewReader(g.before)), nil
	}
	return g.Files.Open(ctx, name)
}

func TestSiteThatGoesOnWhileItIsReadDoesNotLie(t *testing.T) {
	h := onSQLite(t)
	own := func(name, email string) string {
		_, confirm := h.signed(name, email)
		return strings.TrimSuffix(h.post("/es/confirm/"+confirm, nil).Header.Get("Location"), "?new")
	}
	first, second := own("First Example", "a@example.org"), own("Second Example", "b@example.org")
	h.publish()
	before := h.serve()
	h.post(first, url.Values{"act": {"correct"}, "name": {"First Example, corrected"}, "country": {"UY"}})
	h.post(second, url.Values{"act": {"withdraw"}})
	own("Third Example", "c@example.org")
	h.publish()
	after := h.serve()
	for name, content := range before { // tiles of the shorter log are still there
		if after[name] == nil {
			after[name] = content
		}
	}
	check := func(live bool, s served) (*verify.Report, error) {
		g := &growing{Files: s.files(), before: before["ledger/checkpoint"]}
		return verify.Check(context.Background(), verify.Config{Files: g, Key: h.seq.Key.Verifier(), Live: live, Now: h.clock.Now,
			Pause: func(context.Context) error { g.waited = true; return nil }})
	}
	if report, err := check(true, after); err != nil || report.Listed != 5 || report.Gone != 1 {
		t.Errorf("a site that goes on: %v, %+v", err, report)
	}
	if _, err := check(false, after); err == nil {
		t.Error("a copy shows what is not in its log, and passes")
	}
	list := "api/v1/letters/" + openLetter + "/signatures.jsonl"
	after.put(t, list, "Third Example", "Fourth Example")
	var found *verify.Lie
	if _, err := check(true, after); !errors.As(err, &found) || found.Kind != verify.BadRow && found.Kind != verify.Invented {
		t.Errorf("a lie told meanwhile: %v", err)
	}
}

func TestChangeOfKeysIsFollowedOnlyWhenTheOldKeySignedIt(t *testing.T) {
	h := onSQLite(t)
	ctx := context.Background()
	h.publish()
	old := h.seq.Key
	seen := verify.Known{Signed: h.serve()["ledger/checkpoint"], Key: old.Verifier(), At: h.clock.Now()}
	next, err := ledger.NextKey(t.TempDir()+"/next", old)
	h.must(err)
	_, err = ledger.Rotate(ctx, h.db, old, next, h.clock.Now())
	h.must(err)
	h.seq.Key = next
	h.publish()
	s := h.serve()
	for what, key := range map[string]string{"the old key": old.Verifier(), "the new key": next.Verifier()} {
		report, err := verify.Check(ctx, verify.Config{Files: s.files(), Key: key, Known: []verify.Known{seen}, Now: h.clock.Now})
		if err != nil || report.Signer != next.Verifier() || report.Entries[string(ledger.KeyChanged)] != 1 {
			t.Errorf("with %s: %v, %+v", what, err, report)
		}
	}
	// The same log under the new key, without a word of the old one.
	s["ledger/keys"] = []byte(`{"origin":"` + next.Name() + `","keys":["` + next.Verifier() + `"],"statements":[]}`)
	if _, found := h.look(s); found != nil {
		t.Errorf("who knows only the new key: %v", found)
	}
	h.wantLie(verify.BadKey, s, seen)
	_, err = verify.Check(ctx, verify.Config{Files: s.files(), Key: old.Verifier()})
	var found *verify.Lie
	if !errors.As(err, &found) || found.Kind != verify.BadKey {
		t.Errorf("who knows only the old key: %v", err)
	}
}
