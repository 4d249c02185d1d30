package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// crowded is a server that has room for a few connections. Its handler reads what is
// sent, and at /long does not answer before it is told to.
type crowded struct {
	t       *testing.T
	address string
	running chan struct{} // gets one for each long request
	release chan struct{}
}

func newCrowded(t *testing.T, most int) *crowded {
	c := &crowded{t: t, running: make(chan struct{}, 100), release: make(chan struct{})}
	l := usual
	l.connections = most
	server := newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/long" {
			c.running <- struct{}{}
			<-c.release
		}
		io.WriteString(w, "answered")
	}), l, slog.New(slog.DiscardHandler))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.address = listener.Addr().String()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return c
}

// says connects and sends a text.
func (c *crowded) says(text string) net.Conn {
	c.t.Helper()
	conn, err := net.Dial("tcp", c.address)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		c.t.Fatal(err)
	}
	return conn
}

// answered wants an answer.
func (c *crowded) answered(what string, conn net.Conn) {
	c.t.Helper()
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		c.t.Errorf("%s is not answered: %v", what, err)
		return
	}
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "answered" {
		c.t.Errorf("%s is answered with %q (%v)", what, body, err)
	}
}

// closed wants that the server hung up.
func (c *crowded) closed(what string, conn net.Conn) {
	c.t.Helper()
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Errorf("%s was not closed: %v", what, err)
	}
}

func TestThoseWhoLetTheServerWaitMakeWay(t *testing.T) {
	const most = 8
	get := func(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: example.org\r\n\r\n" }
	for name, waits := range map[string]string{
		"say nothing":            "",
		"break off in a header":  "GET / HTTP/1.1\r\nHost: exa",
		"break off in a body":    "POST / HTTP/1.1\r\nHost: example.org\r\nContent-Length: 100\r\n\r\nname=",
		"ask and do not go away": get("/"),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCrowded(t, most)
			long := c.says(get("/long"))
			<-c.running
			var idle []net.Conn
			for range most - 1 {
				conn := c.says(waits)
				if waits == get("/") {
					c.answered("a request", conn)
				}
				idle = append(idle, conn)
			}
			for n := range 3 * most {
				conn := c.says(get("/"))
				c.answered(fmt.Sprintf("newcomer %d", n), conn)
			}
			for n, conn := range idle {
				c.closed(fmt.Sprintf("who waits, %d", n), conn)
			}
			close(c.release)
			c.answered("who came first and was being answered", long)
		})
	}
	t.Run("nobody does", func(t *testing.T) {
		c := newCrowded(t, most)
		var long []net.Conn
		for range most {
			body := "name=" + strings.Repeat("x", 1000)
			long = append(long, c.says(fmt.Sprintf("POST /long HTTP/1.1\r\nHost: example.org\r\nContent-Length: %d\r\n\r\n%s", len(body), body)))
			<-c.running
		}
		conn, err := net.Dial("tcp", c.address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		c.closed("the newcomer", conn)
		close(c.release)
		for _, conn := range long {
			c.answered("who is being answered", conn)
		}
	})
}
