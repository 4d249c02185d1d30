package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// tight are limits that a test can wait for, and that nobody meets who is only served
// slowly because the machine is busy.
var tight = limits{
	header: time.Second, read: 2 * time.Second, write: 4 * time.Second, idle: 10 * time.Second,
	headerBytes: usual.headerBytes, connections: usual.connections,
}

// hostile is a running server that people sign at while others try to harm it.
type hostile struct {
	t       *testing.T
	address string // host and port
	signed  atomic.Int64
}

// serveHostile runs the whole of serve in this process.
func serveHostile(t *testing.T, p storePlace) *hostile {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		c := serveCommand{storeFlags: p.flags, Listen: "127.0.0.1:0", limits: tight}
		c.Review, c.TrustedProxies = "off", nil
		ended <- c.Run(process{ctx, stdout, io.Discard, strings.NewReader("")})
		stdout.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "ready http://")
	if !ok {
		t.Fatalf("serve said %q (%v)", line, err)
	}
	return &hostile{t: t, address: address}
}

// people sign one after another until ctx ends; none may notice anything.
func (h *hostile) people(ctx context.Context, who int) {
	client := &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	for n := 0; ctx.Err() == nil; n++ {
		res, err := client.Post("http://"+h.address+signPath, formType, strings.NewReader(signForm(fmt.Sprintf("Example Person %d-%d", who, n))))
		if err != nil {
			h.t.Errorf("somebody who signs was cut off: %v", err)
			return
		}
		res.Body.Close()
		if res.StatusCode != http.StatusSeeOther {
			h.t.Errorf("somebody who signs was answered with %d", res.StatusCode)
			return
		}
		h.signed.Add(1)
		time.Sleep(50 * time.Millisecond)
	}
}

const (
	signPath = "/en/letters/a-letter/sign"
	formType = "application/x-www-form-urlencoded"
)

func signForm(name string) string {
	return url.Values{"kind": {"person"}, "name": {name}, "country": {"UY"}, "visibility": {"public"}, "consent": {"1"},
		"email": {strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.org"}}.Encode()
}

func post(length int) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: example.org\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", signPath, formType, length)
}

func (h *hostile) dial() net.Conn {
	h.t.Helper()
	conn, err := net.Dial("tcp", h.address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { conn.Close() })
	return conn
}

// ends reads what the server says until it hangs up, which it must.
func (h *hostile) ends(what string, conn net.Conn) string {
	h.t.Helper()
	conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	said, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		h.t.Errorf("%s: the server still waits", what)
	}
	return string(said)
}

// drip sends a text slowly and for ever, until the server hangs up.
func drip(conn net.Conn, first, then string) {
	if _, err := io.WriteString(conn, first); err != nil {
		return
	}
	for {
		if _, err := io.WriteString(conn, then); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// attacks are what some clients do; each returns when the server is rid of them.
var attacks = map[string]func(h *hostile){
	"connections that say nothing": func(h *hostile) {
		h.many(20, func() { h.ends("a silent connection", h.dial()) })
	},
	"headers drop by drop": func(h *hostile) {
		h.many(20, func() {
			conn := h.dial()
			go drip(conn, "GET / HTTP/1.1\r\nHost: example.org\r\n", "X-More: x\r\n")
			h.ends("a header that never ends", conn)
		})
	},
	"bodies drop by drop": func(h *hostile) {
		h.many(20, func() {
			conn := h.dial()
			go drip(conn, post(10_000)+"kind=person&name=", "a")
			h.ends("a body that never ends", conn)
		})
	},
	"a body of a gigabyte": func(h *hostile) {
		conn := h.dial()
		sent := make(chan int64, 1)
		go func() {
			n, _ := io.Copy(conn, io.MultiReader(strings.NewReader(post(1<<30)), io.LimitReader(zeros{}, 1<<30)))
			sent <- n
		}()
		said := h.ends("a huge body", conn)
		if n := <-sent; n > 32<<20 {
			h.t.Errorf("the server took %d bytes of a form", n)
		}
		if said != "" && !strings.Contains(said, " 413 ") { // it may hang up before that is read
			h.t.Errorf("a huge form is answered with %.100q", said)
		}
	},
	"a body in chunks without end": func(h *hostile) {
		conn := h.dial()
		go func() {
			head := strings.Replace(post(0), "Content-Length: 0", "Transfer-Encoding: chunked", 1)
			chunk := "8000\r\n" + strings.Repeat("a", 0x8000) + "\r\n"
			for _, err := io.WriteString(conn, head); err == nil; {
				_, err = io.WriteString(conn, chunk)
			}
		}()
		h.ends("a body in chunks", conn)
	},
	"a header of a megabyte": func(h *hostile) {
		for name, flood := range map[string]string{
			"one long": "X-Long: " + strings.Repeat("x", 1<<20) + "\r\n",
			"many":     strings.Repeat("X-Many: x\r\n", 100_000),
		} {
			conn := h.dial()
			go io.WriteString(conn, "GET / HTTP/1.1\r\nHost: example.org\r\n"+flood+"\r\n")
			if said := h.ends(name, conn); said != "" && !strings.Contains(said, " 431 ") {
				h.t.Errorf("%s: a flood of headers is answered with %.100q", name, said)
			}
		}
	},
	"clients that leave in the middle of their write": func(h *hostile) {
		h.many(8, func() {
			for range 25 {
				form := signForm("Example Leaver")
				conn := h.dial()
				io.WriteString(conn, post(len(form))+form)
				conn.(*net.TCPConn).SetLinger(0) // hang up as a crash does
				conn.Close()
			}
		})
	},
	"clients that do not read": func(h *hostile) {
		asset := h.font()
		h.many(4, func() {
			conn := h.dial()
			conn.(*net.TCPConn).SetReadBuffer(4 << 10)
			const asked = 400
			go io.WriteString(conn, strings.Repeat("GET "+asset+" HTTP/1.1\r\nHost: example.org\r\n\r\n", asked))
			time.Sleep(tight.write + time.Second)
			if n := strings.Count(h.ends("a client that does not read", conn), "HTTP/1.1 200"); n >= asked {
				h.t.Errorf("all %d answers were kept for a client that does not read", n)
			}
		})
	},
}

func (h *hostile) many(n int, do func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(do)
	}
	group.Wait()
}

// font is the address of a large file of the site's.
func (h *hostile) font() string {
	h.t.Helper()
	res, err := http.Get("http://" + h.address + "/en/")
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), `href="/assets/`)
	if !found {
		h.t.Fatal("the page has no asset")
	}
	name, _, _ := strings.Cut(after, `"`)
	return "/assets/" + name
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Slow, huge and broken clients are got rid of, and nobody who signs meanwhile
// notices them.
func TestHostileClientsHarmNobody(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		p := placeOf(t, cfg)
		p.letter("a-letter")
		var signed int64
		t.Run("serving", func(t *testing.T) {
			h := serveHostile(t, p)
			ctx, stop := context.WithCancel(context.Background())
			var people sync.WaitGroup
			for n := range 4 {
				people.Go(func() { h.people(ctx, n) })
			}
			t.Run("attacks", func(t *testing.T) {
				for name, attack := range attacks {
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						attack(&hostile{t: t, address: h.address})
					})
				}
			})
			stop()
			people.Wait()
			signed = h.signed.Load()
		})
		var kept int64
		p.in(func(ctx context.Context, s *site) {
			p.check(s.db.Read(ctx, func(tx *store.Tx) error {
				return tx.QueryRow(`SELECT count(*) FROM signature WHERE name LIKE 'Example Person %'`).Scan(&kept)
			}))
		})
		if signed == 0 || kept != signed {
			t.Errorf("%d signatures were accepted and %d are there", signed, kept)
		}
		t.Logf("%d signed meanwhile", signed)
	})
}
