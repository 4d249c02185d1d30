package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"sync"
	"time"
)

const (
	defaultTimeout = 30 * time.Second
	idleFor        = 5 * time.Second // how long a connection waits for the next message of a burst
	maxIdle        = 8               // connections kept waiting: as many as senders are expected at once
	perConnection  = 50              // messages over one connection; servers cut off at some number
)

// server is the Sender of smtp: and smtps:. Connections that did their work are
// kept for some seconds, so that a burst of messages shares them.
type server struct {
	t       target
	w       *writer
	tls     *tls.Config
	timeout time.Duration
	idleFor time.Duration

	mu   sync.Mutex
	idle []*session // guarded by mu; the newest last
}

func newServer(t target, cfg Config, w *writer) *server {
	s := &server{t: t, w: w, timeout: cfg.Timeout, idleFor: idleFor}
	if s.timeout <= 0 {
		s.timeout = defaultTimeout
	}
	s.tls = &tls.Config{
		ServerName: t.host, RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12,
		// Opportunistic encryption keeps out listeners, not impostors (RFC 7435);
		// session.auth therefore sends no password over it.
		InsecureSkipVerify: t.mode == tlsOpportunistic,
	}
	return s
}

// Send hands the message to the server; nil means that the server took it.
func (s *server) Send(ctx context.Context, m *Message) error {
	c, err := s.w.compose(m)
	if err != nil {
		return err
	}
	if kept := s.take(); kept != nil {
		err := kept.deliver(ctx, c)
		s.release(kept)
		if !errors.Is(err, errStale) {
			return err
		}
	}
	fresh, err := s.dial(ctx)
	if err != nil {
		return err
	}
	err = fresh.deliver(ctx, c)
	s.release(fresh)
	return err
}

// check greets the server and leaves.
func (s *server) check(ctx context.Context) error {
	c, err := s.dial(ctx)
	if err != nil {
		return err
	}
	c.quit()
	return nil
}

// take gives a waiting connection to the caller alone, or nil.
func (s *server) take() *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.idle)
	if n == 0 {
		return nil
	}
	c := s.idle[n-1]
	s.idle = s.idle[:n-1]
	c.expiry.Stop() // if it has just fired, it finds c no longer waiting
	return c
}

// release keeps a connection that is in good order for the next message, for a
// while; any other it closes.
func (s *server) release(c *session) {
	if c.broken || c.sent >= perConnection {
		c.quit()
		return
	}
	s.mu.Lock()
	if len(s.idle) >= maxIdle {
		s.mu.Unlock()
		c.quit()
		return
	}
	s.idle = append(s.idle, c)
	c.turn++
	turn := c.turn
	c.expiry = time.AfterFunc(s.idleFor, func() { s.expire(c, turn) })
	s.mu.Unlock()
}

// expire closes a connection if it is still waiting since the given turn.
func (s *server) expire(c *session, turn int) {
	s.mu.Lock()
	for i, w := range s.idle {
		if w == c && c.turn == turn {
			s.idle = append(s.idle[:i], s.idle[i+1:]...)
			s.mu.Unlock()
			c.quit()
			return
		}
	}
	s.mu.Unlock()
}

// helo is the name this machine gives in EHLO.
func (s *server) helo() string { return strings.ToLower(s.w.origin) }
