//go:build linux

package faults

import (
	"errors"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// mailbox is the folder that mail is written to, read once.
type mailbox struct {
	dir string

	mu   sync.Mutex
	seen map[string]bool
	to   map[string][]message // by address, as they were found
}

// message is what a mail says.
type message struct {
	to      string
	confirm string // the path of the link that confirms; "" in another mail
}

func newMailbox(dir string) *mailbox {
	return &mailbox{dir: dir, seen: map[string]bool{}, to: map[string][]message{}}
}

var confirmLink = regexp.MustCompile(regexp.QuoteMeta(origin) + `(/en/confirm/[\w-]+)\r?\n`)

// fresh reads what has come since it was last called.
func (b *mailbox) fresh(t *testing.T) (found []message) {
	t.Helper()
	entries, err := os.ReadDir(b.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the mail: %v", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range entries {
		if b.seen[e.Name()] || filepath.Ext(e.Name()) != ".eml" {
			continue
		}
		b.seen[e.Name()] = true
		m, err := readMessage(filepath.Join(b.dir, e.Name()))
		if err != nil {
			t.Errorf("%s: %v", e.Name(), err)
			continue
		}
		b.to[m.to] = append(b.to[m.to], m)
		found = append(found, m)
	}
	return found
}

// confirmations are the paths of the links in all copies of the first mail to an
// address; others is how many other mails came.
func (b *mailbox) confirmations(address string) (paths []string, others int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.to[address] {
		if m.confirm == "" {
			others++
		} else {
			paths = append(paths, m.confirm)
		}
	}
	return paths, others
}

func (b *mailbox) total() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.seen)
}

// copies is how many mails came a second time.
func (b *mailbox) copies() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, list := range b.to {
		kinds := map[bool]bool{}
		for _, m := range list {
			if kinds[m.confirm != ""] {
				n++
			}
			kinds[m.confirm != ""] = true
		}
	}
	return n
}

// readMessage reads a mail as its reader sees it: by its plain text.
func readMessage(file string) (m message, err error) {
	f, err := os.Open(file)
	if err != nil {
		return m, err
	}
	defer f.Close()
	raw, err := mail.ReadMessage(f)
	if err != nil {
		return m, err
	}
	to, err := mail.ParseAddress(raw.Header.Get("To"))
	if err != nil {
		return m, err
	}
	_, params, err := mime.ParseMediaType(raw.Header.Get("Content-Type"))
	if err != nil {
		return m, err
	}
	part, err := multipart.NewReader(raw.Body, params["boundary"]).NextPart() // decodes quoted-printable
	if err != nil {
		return m, err
	}
	text, err := io.ReadAll(part)
	m.to = to.Address
	if found := confirmLink.FindStringSubmatch(strings.TrimRight(string(text), "\r\n") + "\n"); found != nil {
		m.confirm = found[1]
	}
	return m, err
}
