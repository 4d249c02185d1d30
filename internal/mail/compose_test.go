package mail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// parsed is a message as its reader's program sees it.
type parsed struct {
	head             netmail.Header
	subject          string
	text, html, kind string
}

// parse reads a composed message with the standard library.
func parse(raw []byte) (*parsed, error) {
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			return nil, errors.New("a line is too long or holds a bare CR or LF")
		}
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	p := &parsed{head: m.Header}
	if p.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return nil, err
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	p.kind = kind
	if kind != "multipart/alternative" {
		b, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		p.text = string(b)
		return p, err
	}
	r := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return p, nil
		} else if err != nil {
			return nil, err
		}
		var body io.Reader
		switch e := part.Header.Get("Content-Transfer-Encoding"); e {
		case "quoted-printable": // to a server
			body = quotedprintable.NewReader(part)
		case "8bit": // in a file
			body = part
		default:
			return nil, fmt.Errorf("a part is encoded as %q", e)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			return nil, err
		}
		kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		switch {
		case err != nil || !strings.EqualFold(params["charset"], "utf-8"):
			return nil, errors.New("a part has no charset utf-8")
		case kind == "text/plain" && p.html == "":
			p.text = string(b)
		case kind == "text/html":
			p.html = string(b)
		default:
			return nil, errors.New("unexpected part " + kind)
		}
	}
}

// newTestWriter writes as open's Sender would.
func newTestWriter(t testing.TB) *writer {
	t.Helper()
	w, err := newWriter(Config{From: `"Organización Ejemplo" <letters@example.org>`, Origin: "letters.example.org:8443", Now: atNoon}, target{host: "mail.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestHeaders(t *testing.T) {
	c, err := newTestWriter(t).compose(message("row-7"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse(c.raw)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"To": "<signer@example.org>", "Subject": "Confirme su firma", "Message-Id": "<row-7@letters.example.org>",
		"Date": "Tue, 24 Nov 2026 12:00:00 +0000", "Auto-Submitted": "auto-generated", "Content-Language": "es", "Mime-Version": "1.0",
	} {
		if got := p.head[key]; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q once", key, got, want)
		}
	}
	from, err := p.head.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != "Organización Ejemplo" || from[0].Address != "letters@example.org" {
		t.Errorf("From: %v, %v", from, err)
	}
	for key := range p.head {
		switch key {
		case "To", "Subject", "Message-Id", "Date", "Auto-Submitted", "Content-Language", "Mime-Version", "From", "Content-Type":
		default:
			t.Errorf("there is a header %s that nobody asked for", key)
		}
	}
	again, err := newTestWriter(t).compose(message("row-7"))
	if err != nil || !bytes.Equal(again.raw, c.raw) {
		t.Error("the same message at the same time gives other bytes")
	}
}

func TestTextAlone(t *testing.T) {
	m := message("1")
	m.HTML = ""
	c, err := newTestWriter(t).compose(m)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := parse(c.raw); err != nil || p.kind != "text/plain" || strings.TrimSpace(p.text) != "Hola." {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	for name, change := range map[string]func(*Message){
		"line break in To":        func(m *Message) { m.To = "a@example.org\r\nBcc: b@example.org" },
		"line feed in Subject":    func(m *Message) { m.Subject = "x\nBcc: b@example.org" },
		"return in Subject":       func(m *Message) { m.Subject = "x\rBcc: b@example.org" },
		"NUL in Subject":          func(m *Message) { m.Subject = "x\x00" },
		"line break in ID":        func(m *Message) { m.ID = "1\r\nBcc: b" },
		"space in ID":             func(m *Message) { m.ID = "1 2" },
		"path in ID":              func(m *Message) { m.ID = "../../1" },
		"@ in ID":                 func(m *Message) { m.ID = "1@x" },
		"two dots in ID":          func(m *Message) { m.ID = "1..2" },
		"no ID":                   func(m *Message) { m.ID = "" },
		"long ID":                 func(m *Message) { m.ID = strings.Repeat("1", 101) },
		"line break in Lang":      func(m *Message) { m.Lang = "es\r\nX: y" },
		"no Lang":                 func(m *Message) { m.Lang = "" },
		"no Subject":              func(m *Message) { m.Subject = "" },
		"long Subject":            func(m *Message) { m.Subject = strings.Repeat("ñ", maxSubject+1) },
		"no Text":                 func(m *Message) { m.Text = " \n" },
		"broken UTF-8":            func(m *Message) { m.Text = "\xff\xfe" },
		"huge HTML":               func(m *Message) { m.HTML = strings.Repeat("x", maxBody+1) },
		"no address":              func(m *Message) { m.To = "" },
		"address without @":       func(m *Message) { m.To = "signer.example.org" },
		"two addresses":           func(m *Message) { m.To = "a@example.org, b@example.org" },
		"name with the address":   func(m *Message) { m.To = "A <a@example.org>" },
		"comment in the address":  func(m *Message) { m.To = "a@example.org (x)" },
		"group":                   func(m *Message) { m.To = "x:a@example.org;" },
		"quoted local part":       func(m *Message) { m.To = `"a b"@example.org` },
		"SMTP command in address": func(m *Message) { m.To = "a@example.org> NOTIFY=NEVER" },
		"long address":            func(m *Message) { m.To = strings.Repeat("a", 64) + "@" + strings.Repeat("b.", 100) + "org" },
		"long local part":         func(m *Message) { m.To = strings.Repeat("a", 65) + "@example.org" },
		"dots in the domain":      func(m *Message) { m.To = "a@example..org" },
		"slash in the domain":     func(m *Message) { m.To = "a@exam/ple.org" },
	} {
		m := message("1")
		change(m)
		_, err := newTestWriter(t).compose(m)
		if !IsPermanent(err) {
			t.Errorf("%s: %v, want a permanent error", name, err)
		} else if strings.Contains(err.Error(), "a@") || strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("%s: the error repeats the value: %v", name, err)
		}
	}
	if _, err := newTestWriter(t).compose(nil); err == nil {
		t.Error("no message at all is written")
	}
}

// Whatever somebody is called, subject and bodies arrive as they were.
func TestRoundTrip(t *testing.T) {
	w := newTestWriter(t)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,120}`),
			rapid.StringMatching(`(=\?utf-8\?q\?[a-z_]+\?= ?|\.|  |ñ|名){1,40}`))
		m := message("1")
		m.Subject = words.Filter(func(s string) bool {
			return s != "" && !hasControl(s) && utf8.RuneCountInString(s) <= maxSubject
		}).Draw(t, "subject")
		noCR := func(s string) bool { return strings.TrimSpace(s) != "" && !strings.ContainsRune(s, '\r') }
		m.Text = words.Filter(noCR).Draw(t, "text")
		m.HTML = words.Filter(noCR).Draw(t, "html")
		c, err := w.compose(m)
		if err != nil {
			t.Fatal(err)
		}
		p, err := parse(c.raw)
		if err != nil {
			t.Fatalf("%v in:\n%s", err, c.raw)
		}
		lf := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
		if p.subject != m.Subject || lf(p.text) != m.Text || lf(p.html) != m.HTML {
			t.Fatalf("read back %q, %q, %q from:\n%s", p.subject, p.text, p.html, c.raw)
		}
	})
}

// No value of any field makes a header of its own, or a line that is too long.
func FuzzCompose(f *testing.F) {
	f.Add("1", "a@example.org", "es", "Hola", "texto", "<p>")
	f.Add("1", "a@example.org\r\nBcc: b@example.org", "es\nX: y", "x\r\n\r\nbody", ".\r\n", "\r")
	f.Add("x.y", "señora@ñandú.example", "pt-BR", "=?utf-8?q?x?=  y", "--", "--\r\n--")
	f.Add("1", "a@example.org", "es", "Hola", "texto", "")
	f.Add("1", "a@[127.0.0.1]", "es", strings.Repeat("a ", 140), "\x00", "\u2028")
	w := newTestWriter(f)
	f.Fuzz(func(t *testing.T, id, to, lang, subject, text, html string) {
		c, err := w.compose(&Message{ID: id, To: to, Lang: lang, Subject: subject, Text: text, HTML: html})
		if err != nil {
			if !IsPermanent(err) || strings.ContainsAny(err.Error(), "\r\n") {
				t.Fatalf("%v", err)
			}
			return
		}
		p, err := parse(c.raw)
		if err != nil {
			t.Fatalf("%v in:\n%q", err, c.raw)
		}
		headers := 9
		if html == "" {
			headers = 10 // Content-Transfer-Encoding stands in the head of a text alone
		}
		if len(p.head) != headers || p.subject != subject || strings.ContainsAny(c.to.Address, " \r\n<>") {
			t.Fatalf("header %q, subject %q, to %q", p.head, p.subject, c.to.Address)
		}
		for key, values := range p.head {
			if len(values) != 1 {
				t.Fatalf("%s occurs %d times", key, len(values))
			}
		}
		if to, err := p.head.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != c.to.Address {
			t.Fatalf("To is %q, %v; the envelope says %q", to, err, c.to.Address)
		}
	})
}
