package main

import (
	"container/list"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
)

// crowd bounds how many connections are open. When there is one too many, the one is
// closed that has let the server wait longest: for a first request, for the rest of
// one, or for the next. So those who connect and say nothing, or say it slowly, make
// way for those who come to sign, who wait for nobody. A connection whose request is
// being answered is left alone; if all of them are, the newcomer has to go.
type crowd struct {
	most int

	mu      sync.Mutex
	guests  map[net.Conn]*guest
	waiting *list.List // of *guest; who has let us wait longest is in front
}

// guest is one connection; guarded by crowd.mu.
type guest struct {
	conn  net.Conn
	place *list.Element // among those who let us wait; nil: being answered
}

type guestKey struct{}

func newCrowd(most int) *crowd {
	return &crowd{most: most, guests: map[net.Conn]*guest{}, waiting: list.New()}
}

// enter takes a new connection in: http.Server's ConnContext.
func (c *crowd) enter(ctx context.Context, conn net.Conn) context.Context {
	g := &guest{conn: conn}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.guests[conn] = g
	g.place = c.waiting.PushBack(g)
	if len(c.guests) > c.most {
		longest := c.waiting.Front().Value.(*guest)
		c.leave(longest)
		longest.conn.Close() // what the server reads or writes there fails then
	}
	return context.WithValue(ctx, guestKey{}, g)
}

// leave forgets a connection. c.mu is held.
func (c *crowd) leave(g *guest) {
	delete(c.guests, g.conn)
	if g.place != nil {
		c.waiting.Remove(g.place)
		g.place = nil
	}
}

// moved notes what became of a connection: http.Server's ConnState.
func (c *crowd) moved(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.guests[conn]
	if g == nil {
		return // it had to go
	}
	switch state {
	case http.StateActive: // the first byte of a request
		if g.place != nil {
			c.waiting.MoveToBack(g.place)
		}
	case http.StateIdle:
		if g.place == nil {
			g.place = c.waiting.PushBack(g)
		} else {
			c.waiting.MoveToBack(g.place)
		}
	case http.StateClosed, http.StateHijacked:
		c.leave(g)
	}
}

// answering says that all of a guest's request has come.
func (c *crowd) answering(g *guest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g.place != nil {
		c.waiting.Remove(g.place)
		g.place = nil
	}
}

// watch notes when the whole of a request has come.
func (c *crowd) watch(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g, _ := r.Context().Value(guestKey{}).(*guest)
		if r.Body == http.NoBody {
			c.answering(g)
		} else {
			r.Body = &comingBody{ReadCloser: r.Body, came: func() { c.answering(g) }}
		}
		h.ServeHTTP(w, r)
	})
}

// comingBody is a body that may still be on its way.
type comingBody struct {
	io.ReadCloser
	came func()
}

func (b *comingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.came()
	}
	return n, err
}
