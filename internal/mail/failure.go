package mail

import (
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"unicode"
)

// failure is why a message was not handed over, without any address in it.
type failure struct {
	stage     string // what was being done
	code      int    // the server's reply code, 0 if it gave none
	reply     string // the server's words, with addresses taken out
	permanent bool
	about     bool  // it was the recipient or the content that was judged
	cause     error // nil when the server replied: its words may hold an address
}

func (f *failure) Error() string {
	if f.code != 0 {
		return fmt.Sprintf("mail: %s: the server answered %d %s", f.stage, f.code, f.reply)
	}
	return fmt.Sprintf("mail: %s: %v", f.stage, f.cause)
}

func (f *failure) Unwrap() error { return f.cause }

// IsPermanent says that sending this very message again is in vain: it cannot
// be written (a field is wrong), or the server refused the recipient or the
// content with a 5xx reply. Everything else is temporary, also a 5xx reply to
// the greeting, the password or the sender: those are mended by whoever runs
// the program, and the mail should still be there then.
func IsPermanent(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.permanent
}

// IsLater says that whoever takes the recipient's mail asked to be written to
// later (a 4xx reply), or did not answer: others may take theirs meanwhile.
func IsLater(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.about && !f.permanent
}

// failed makes a failure of what went wrong at a stage of the talk with a
// server. aboutMessage says whether the server was judging the recipient or the
// content; to is taken out of what it says.
func failed(stage string, err error, aboutMessage bool, to string) *failure {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		f := &failure{stage: stage, about: aboutMessage, code: reply.Code, reply: redact(reply.Msg, to)}
		switch reply.Code {
		case 530, 535, 538: // sign in first, wrongly signed in, encrypt first (RFC 4954, 6)
		default:
			f.permanent = aboutMessage && reply.Code >= 500 && reply.Code <= 599
		}
		return f
	}
	var pe textproto.ProtocolError
	if errors.As(err, &pe) {
		return &failure{stage: stage, about: aboutMessage, cause: errors.New("the server answered something that is not SMTP")}
	}
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		err = fmt.Errorf("the server did not answer in time: %w", err)
	}
	return &failure{stage: stage, about: aboutMessage, cause: err}
}

// addressLike is an address, or what a server may have made of one.
var addressLike = regexp.MustCompile(`[^\s<>()"',;:]+(@|%40|=40)[^\s<>()"',;]+`)

// redact makes a server's words fit for a log: one short line, no address.
func redact(msg, to string) string {
	msg = strings.ToValidUTF8(msg, "")
	msg = strings.Join(strings.FieldsFunc(msg, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
	msg = addressLike.ReplaceAllString(msg, "(address)")
	if local, _, ok := strings.Cut(to, "@"); ok && local != "" {
		whole := regexp.MustCompile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(local) + `($|[^\pL\pN])`)
		msg = whole.ReplaceAllString(msg, "${1}(address)${2}")
	}
	if r := []rune(msg); len(r) > 200 {
		msg = string(r[:200]) + "…"
	}
	return msg
}
