package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// stageRcpt begins the name of the stage in which the server judges the address.
const stageRcpt = "RCPT to "

// maxStepBytes bounds what the server may say in one step.
const maxStepBytes = 256 << 10

// errStale says that a kept connection was no longer good before anything was
// told to the server: the message may be sent over a new one at once.
var errStale = errors.New("mail: the kept connection had ended")

// errChatter stops a server that does not stop talking.
var errChatter = errors.New("the server sent more than an answer can hold")

// session is one connection to a server, past EHLO, STARTTLS and AUTH. It
// belongs to one goroutine at a time.
type session struct {
	conn    *boundedConn
	smtp    *smtp.Client
	timeout time.Duration
	where   string // host:port, for errors
	sent    int    // messages tried over it
	broken  bool   // not to be used again

	expiry *time.Timer // guarded by server.mu, as is turn
	turn   int
}

// boundedConn bounds how much is read in a step.
type boundedConn struct {
	net.Conn
	left int // bytes that may still be read in this step; one goroutine reads
}

func (b *boundedConn) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errChatter
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// dial connects, greets, encrypts and signs in.
func (s *server) dial(ctx context.Context) (_ *session, err error) {
	d := net.Dialer{Timeout: s.timeout}
	conn, err := d.DialContext(ctx, "tcp", s.t.addr())
	if err != nil {
		return nil, failed("connecting to "+s.t.addr(), err, false, "")
	}
	c := &session{conn: &boundedConn{Conn: conn}, timeout: s.timeout, where: s.t.addr()}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	err = c.step(ctx, func() (err error) {
		var wire net.Conn = c.conn
		if s.t.implicit {
			secure := tls.Client(c.conn, s.tls)
			if err := secure.HandshakeContext(ctx); err != nil {
				return err
			}
			wire = secure
		}
		if c.smtp, err = smtp.NewClient(wire, s.t.host); err != nil {
			return err
		}
		return c.smtp.Hello(s.helo())
	})
	if err != nil {
		return nil, failed("greeting "+c.where, err, false, "")
	}
	if !s.t.implicit {
		offered, _ := c.smtp.Extension("STARTTLS")
		if offered {
			err = c.step(ctx, func() error { return c.smtp.StartTLS(s.tls) })
		} else if s.t.mode == tlsRequired {
			err = errors.New("the server offers no encryption; use smtps:// if it has another port for that, " +
				"or add ?tls=opportunistic if you accept that mail travels in the open")
		}
		if err != nil {
			return nil, failed("STARTTLS with "+c.where, err, false, "")
		}
	}
	if s.t.user != "" {
		if err = c.auth(ctx, s.t); err != nil {
			return nil, failed("signing in to "+c.where, err, false, "")
		}
	}
	return c, nil
}

// auth signs in by the first mechanism both sides know. The password goes only
// over a checked encryption or to this machine.
func (c *session) auth(ctx context.Context, t target) error {
	if t.mode != tlsRequired && !t.loopback {
		return errors.New("a password is not sent over an encryption that nobody vouches for: " +
			"take ?tls=opportunistic out of the mail URL, or the user and password")
	}
	_, offered := c.smtp.Extension("AUTH")
	mechanisms := strings.Fields(strings.ToUpper(offered))
	for _, m := range []struct {
		name string
		auth smtp.Auth
	}{
		{"PLAIN", smtp.PlainAuth("", t.user, t.pass, t.host, true)},
		{"LOGIN", smtp.LoginAuth(t.user, t.pass, t.host, true)},
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(t.user, t.pass)},
		{"SCRAM-SHA-1", smtp.ScramSHA1Auth(t.user, t.pass)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(t.user, t.pass)},
	} {
		if slices.Contains(mechanisms, m.name) {
			return c.step(ctx, func() error { return c.smtp.Auth(m.auth) })
		}
	}
	return fmt.Errorf("the server offers no way of signing in that is known here (it offers %q)", offered)
}

// deliver sends one message. It leaves the session ready for the next, or
// marked broken. errStale is returned only for a session used before.
func (c *session) deliver(ctx context.Context, m *composed) error {
	used := c.sent > 0
	c.sent++
	if m.utf8 {
		if ok, _ := c.smtp.Extension("SMTPUTF8"); !ok {
			return &failure{stage: "sending over " + c.where, permanent: true,
				cause: errors.New("the address has letters outside ASCII before its @, and the server cannot carry such (no SMTPUTF8)")}
		}
	}
	c.smtp.SkipSMTPUTF8(!m.utf8)
	err := c.step(ctx, func() error { return c.smtp.Mail("<" + m.from.Address + ">") })
	if err != nil {
		if used && ctx.Err() == nil && (replyCode(err) == 0 || replyCode(err) == 421) {
			c.broken = true
			return errStale
		}
		return c.refused(ctx, "MAIL to "+c.where, err, false, m)
	}
	err = c.step(ctx, func() error { return c.smtp.Rcpt("<" + m.to.Address + ">") })
	if err != nil {
		return c.refused(ctx, stageRcpt+c.where, err, true, m)
	}
	var data interface {
		Write([]byte) (int, error)
		Close() error
	}
	err = c.step(ctx, func() (err error) { data, err = c.smtp.Data(); return err })
	if err != nil {
		return c.refused(ctx, "DATA to "+c.where, err, true, m)
	}
	err = c.step(ctx, func() error {
		if _, err := data.Write(m.raw); err != nil {
			return err
		}
		return data.Close()
	})
	if err != nil {
		// A reply ends the transaction; anything else leaves it half said.
		code := replyCode(err)
		c.broken = c.broken || code == 0 || code == 421
		return failed("the end of DATA to "+c.where, err, true, m.to.Address)
	}
	return nil
}

// refused ends a transaction that the server did not let begin, so that the
// session can be used again, and says why.
func (c *session) refused(ctx context.Context, stage string, err error, aboutMessage bool, m *composed) error {
	if code := replyCode(err); code == 0 || code == 421 {
		c.broken = true
	} else if rerr := c.step(ctx, c.smtp.Reset); rerr != nil {
		c.broken = true
	}
	return failed(stage, err, aboutMessage, m.to.Address)
}

// step does one exchange under the timeout, the bound and the context. When ctx
// ends, the connection is closed under it. A step that succeeded stays a
// success even if ctx ended in the same moment: the server has said yes.
func (c *session) step(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		c.broken = true
		return err
	}
	c.conn.left = maxStepBytes
	if err := c.conn.SetDeadline(time.Now().Add(c.timeout)); err != nil {
		c.broken = true
		return err
	}
	stop := context.AfterFunc(ctx, func() { c.conn.Close() })
	err := f()
	if !stop() {
		c.broken = true
		if err != nil {
			return ctx.Err()
		}
	}
	return err
}

// quit says goodbye, if that is still possible, and closes.
func (c *session) quit() {
	if !c.broken {
		c.conn.left = maxStepBytes
		if c.conn.SetDeadline(time.Now().Add(min(c.timeout, 5*time.Second))) == nil {
			_ = c.smtp.Quit() // the message is handed over or not, whatever the answer
		}
	}
	c.conn.Close()
}

// replyCode is the code of a server's reply in err, 0 when there is none.
func replyCode(err error) int {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}
