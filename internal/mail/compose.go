package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

const (
	maxSubject = 300       // characters
	maxBody    = 256 << 10 // bytes of text, and of HTML
)

var (
	idForm   = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	langForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
)

// writer turns a Message into the bytes that are handed over.
type writer struct {
	from   *netmail.Address
	origin string
	sign   *signer // nil without DKIM
	now    func() time.Time
	// encoding of the bodies: quoted-printable for servers, which may refuse
	// anything else; as they are (8bit) in files, where a person copies the link
	// out of the text.
	encoding gomail.Encoding
}

// newWriter checks the part of the configuration that shapes messages.
func newWriter(cfg Config, t target) (*writer, error) {
	w := &writer{now: cfg.Now, encoding: gomail.EncodingQP}
	if t.dir != "" {
		w.encoding = gomail.NoEncoding
	}
	if w.now == nil {
		w.now = time.Now
	}
	var err error
	if cfg.Origin != "" {
		if w.origin, err = originHost(cfg.Origin); err != nil {
			return nil, fmt.Errorf("mail: the origin %.80q is no host name: write the host alone, such as letters.example.org", cfg.Origin)
		}
	}
	switch {
	case cfg.From != "":
		if w.from, err = parseFrom(cfg.From); err != nil {
			return nil, err
		}
	case t.dir != "":
		host := w.origin
		if host == "" {
			host = "localhost"
		}
		w.from = &netmail.Address{Name: "Pliego", Address: "pliego@" + host}
	default:
		return nil, fmt.Errorf(`mail: no sender (From) is given: mail servers want one, such as "Example Organisation <letters@example.org>"`)
	}
	if w.origin == "" {
		w.origin = w.from.Address[strings.LastIndexByte(w.from.Address, '@')+1:]
	}
	if cfg.DKIM != (DKIM{}) {
		if w.sign, err = newSigner(cfg.DKIM); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// lines ends a body's lines as mail wants them; quoted-printable does so itself.
func (w *writer) lines(body string) string {
	if w.encoding == gomail.NoEncoding {
		body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\n", "\r\n")
	}
	return body
}

// composed is a message as bytes, with the envelope it travels in.
type composed struct {
	from, to *netmail.Address
	at       time.Time
	raw      []byte // RFC 5322, lines ended by CRLF, signed if a key is given
	utf8     bool   // a local part is not ASCII: the server must know SMTPUTF8
}

// compose checks a message and writes it. An error means that this message can
// never be sent as it is, and names the field.
func (w *writer) compose(m *Message) (*composed, error) {
	if err := checkMessage(m); err != nil {
		return nil, &failure{stage: "writing the message", permanent: true, cause: err}
	}
	to, err := parseRecipient(m.To)
	if err != nil {
		return nil, &failure{stage: "writing the message", permanent: true, cause: err}
	}
	c := &composed{from: w.from, to: to, at: w.now(), utf8: !isASCII(to.Address) || !isASCII(w.from.Address)}

	g := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(w.encoding),
		gomail.WithCharset(gomail.CharsetUTF8), gomail.WithBoundary(boundary(m)))
	g.FromMailAddress(w.from)
	g.ToMailAddress(to)
	g.SetDateWithValue(c.at)
	g.SetMessageIDWithValue(m.ID + "@" + w.origin)
	g.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday notice answers this
	g.SetGenHeader("Content-Language", m.Lang)
	g.SetGenHeaderPreformatted(gomail.HeaderSubject, encodeSubject(m.Subject))
	g.SetBodyString(gomail.TypeTextPlain, w.lines(m.Text))
	if m.HTML != "" {
		g.AddAlternativeString(gomail.TypeTextHTML, w.lines(m.HTML))
	}
	var b bytes.Buffer
	if _, err := g.WriteTo(&b); err != nil {
		return nil, &failure{stage: "writing the message", cause: err}
	}
	c.raw = b.Bytes()
	if w.sign != nil {
		if c.raw, err = w.sign.sign(c.raw); err != nil {
			return nil, &failure{stage: "signing the message with DKIM", cause: err}
		}
	}
	return c, nil
}

// checkMessage refuses what no header or body may hold. Errors name the field
// and never repeat its value.
func checkMessage(m *Message) error {
	switch {
	case m == nil:
		return errors.New("there is no message")
	case len(m.ID) > 100 || !idForm.MatchString(m.ID):
		return errors.New("ID must be 1 to 100 letters, digits, _, - and single dots")
	case len(m.Lang) > 35 || !langForm.MatchString(m.Lang):
		return errors.New("message: Lang must be a language tag such as es or pt-BR")
	case hasControl(m.To):
		return errors.New("message: To holds a line break or another control character")
	case hasControl(m.Subject):
		return errors.New("message: Subject holds a line break or another control character")
	case m.Subject == "" || utf8.RuneCountInString(m.Subject) > maxSubject:
		return fmt.Errorf("message: Subject must have 1 to %d characters", maxSubject)
	case strings.TrimSpace(m.Text) == "":
		return errors.New("message: Text is empty")
	case len(m.Text) > maxBody || len(m.HTML) > maxBody:
		return fmt.Errorf("message: Text and HTML may have %d bytes each", maxBody)
	case !utf8.ValidString(m.Subject) || !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML):
		return errors.New("message: Subject, Text or HTML is not UTF-8")
	}
	return nil
}

// boundary parts the text from the HTML. It is made from the message, so that
// the same message written twice gives the same bytes, and being a hash of what
// it parts, it does not occur in there.
func boundary(m *Message) string {
	h := sha256.New()
	for _, s := range []string{m.ID, m.Text, m.HTML} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// encodeSubject writes a subject as RFC 2047 wants it, folded so that no line
// is longer than 76. Short plain ASCII stays as it is; everything that folding
// or decoding could change (runs of spaces, text that looks encoded) is encoded.
func encodeSubject(s string) string {
	plain := len(s) <= 66 && isASCII(s) && !strings.Contains(s, "=?") &&
		!strings.Contains(s, "  ") && strings.TrimSpace(s) == s
	if plain {
		return s
	}
	var words []string
	for room := 36; s != ""; room = 45 { // the first line also holds "Subject: "
		n := 0
		for n < len(s) {
			_, size := utf8.DecodeRuneInString(s[n:])
			if n+size > room {
				break
			}
			n += size
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, "\r\n ")
}
