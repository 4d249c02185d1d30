package mail

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// listing is the names in a folder, in order.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "mail")
	now := atNoon()
	s, err := Open(Config{URL: "file:" + dir, Origin: "127.0.0.1:8080", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	for _, id := range []string{"b", "b", "a"} { // the same ID twice at one time is one file
		if err := s.Send(t.Context(), message(id)); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Second)
	if err := s.Send(t.Context(), message("0")); err != nil {
		t.Fatal(err)
	}
	want := []string{"20261124T120000.000Z-a.eml", "20261124T120000.000Z-b.eml", "20261124T120001.000Z-0.eml"}
	if got := listing(t, dir); !slices.Equal(got, want) {
		t.Fatalf("the folder holds %q, want %q", got, want)
	}
	for _, name := range want {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, want[1]))
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if p.head.Get("Message-Id") != "<b@[127.0.0.1]>" || p.head.Get("From") != `"Pliego" <pliego@[127.0.0.1]>` {
		t.Errorf("Message-ID %q, From %q", p.head.Get("Message-Id"), p.head.Get("From"))
	}
}

func TestFolderThatFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	cfg := Config{URL: "file:" + dir}
	if err := Check(t.Context(), cfg); err != nil {
		t.Errorf("Check: %v", err)
	}
	if got := listing(t, dir); len(got) != 0 {
		t.Errorf("Check leaves %q", got)
	}
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Send(ctx, message("1")); !errors.Is(err, context.Canceled) || IsPermanent(err) {
		t.Errorf("after the end of the context: %v", err)
	}
	// A folder that cannot take the file's name: the message is not half there.
	if err := os.MkdirAll(filepath.Join(dir, "20261124T120000.000Z-1.eml", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.(*folder).w.now = atNoon
	if err := s.Send(t.Context(), message("1")); err == nil || IsPermanent(err) {
		t.Errorf("got %v, want a temporary error", err)
	}
	if got := listing(t, dir); len(got) != 1 {
		t.Errorf("a failed write leaves %q", got)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), message("1")); err == nil || IsPermanent(err) {
		t.Errorf("into a folder that is gone: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Config{URL: "file:" + file}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a file where the folder should be: %v", err)
	}
}
