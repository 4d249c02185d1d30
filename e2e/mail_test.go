package e2e

import (
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mailbox is the folder where mail is written to.
type mailbox struct{ dir string }

// message is a mail as its reader sees it.
type message struct{ file, subject, text, html string }

// to returns the mails to an address, oldest first.
func (b *mailbox) to(t *testing.T, address string) []message {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(b.dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files) // named by time
	var found []message
	for _, file := range files {
		if m, ok := readMessage(t, file, address); ok {
			found = append(found, m)
		}
	}
	return found
}

// wait waits until there are n mails to an address, and returns the last.
func (b *mailbox) wait(t *testing.T, address string, n int) message {
	t.Helper()
	var found []message
	eventually(t, "a mail has come", func() bool {
		found = b.to(t, address)
		return len(found) >= n
	})
	if len(found) > n {
		t.Fatalf("%d mails came instead of %d; the last: %s", len(found), n, found[len(found)-1].subject)
	}
	return found[n-1]
}

func readMessage(t *testing.T, file, to string) (m message, ok bool) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	raw, err := mail.ReadMessage(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	addresses, err := raw.Header.AddressList("To")
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if len(addresses) != 1 || addresses[0].Address != to {
		return message{}, false
	}
	m.file = file
	if m.subject, err = new(mime.WordDecoder).DecodeHeader(raw.Header.Get("Subject")); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	kind, params, err := mime.ParseMediaType(raw.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s: the content is %q and not text and HTML: %v", file, kind, err)
	}
	parts := multipart.NewReader(raw.Body, params["boundary"])
	for {
		part, err := parts.NextPart() // decodes quoted-printable
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		switch text := strings.ReplaceAll(string(content), "\r\n", "\n"); {
		case strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain"):
			m.text = text
		case strings.HasPrefix(part.Header.Get("Content-Type"), "text/html"):
			m.html = text
		}
	}
	return m, true
}

// link is the path of the link in the text to a page of that kind.
func (m message) link(t *testing.T, s *site, kind string) string {
	t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(s.base) + `(/\w\w/` + kind + `)\n`).FindStringSubmatch(m.text + "\n")
	if found == nil {
		t.Fatalf("the mail has no link to a page %s:\n%s", kind, m.text)
	}
	if !strings.Contains(m.html, `"`+s.base+found[1]+`"`) {
		t.Errorf("the mail's HTML has not the link of its text to a page %s", kind)
	}
	return found[1]
}

// Kinds of page that mails link to.
const (
	confirmPage = `confirm/[\w-]+`
	disownPage  = `confirm/[\w-]+/disown`
	ownPage     = `signature/[\w-]+`
	noticePage  = `notice/[\w-]+`
)

var sixDigits = regexp.MustCompile(`(?m)^\d{3} \d{3}$`)

// code is the code that can be typed.
func (m message) code(t *testing.T) string {
	t.Helper()
	code := sixDigits.FindString(m.text)
	if code == "" {
		t.Fatalf("the mail has no code:\n%s", m.text)
	}
	return code
}
