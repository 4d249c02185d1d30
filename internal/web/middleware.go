package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// recorder notes what is answered, for the request's line in the log.
type recorder struct {
	http.ResponseWriter
	began  time.Time
	route  string // the pattern, never the path: a path may hold a token
	lang   string
	status int
	bytes  int64
	err    error
}

func newRecorder(w http.ResponseWriter, now time.Time) *recorder {
	return &recorder{ResponseWriter: w, began: now, route: "none"}
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the writer underneath.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// panicError is a panic of a handler, with where it happened.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// finish writes the one line that a request leaves: no address, no path, no
// query, nothing that was typed.
func (s *Site) finish(rec *recorder, r *http.Request) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler {
			panic(p)
		}
		s.serveError(rec, r, &panicError{p, debug.Stack()})
	}
	level := slog.LevelInfo
	if rec.status >= 500 {
		level = slog.LevelError
	}
	if !s.log.Enabled(context.Background(), level) {
		return
	}
	now := s.now()
	// Made by hand, since every line comes from here: the logger would look for
	// its caller each time.
	line := slog.NewRecord(now, level, "request", 0)
	line.AddAttrs(
		slog.String("method", method(r)),
		slog.String("route", rec.route),
		slog.Int("status", rec.status),
		slog.Int64("bytes", rec.bytes),
		slog.Duration("took", now.Sub(rec.began)),
	)
	if rec.lang != "" {
		line.AddAttrs(slog.String("lang", rec.lang))
	}
	if rec.err != nil {
		line.AddAttrs(slog.String("err", rec.err.Error()))
		var p *panicError
		if errors.As(rec.err, &p) {
			line.AddAttrs(slog.String("stack", string(p.stack)))
		}
	}
	// There is nowhere to say that the log cannot be written.
	_ = s.log.Handler().Handle(context.Background(), line)
}

// method names the request's method as far as the log wants to know it: what
// a client makes up is not written down.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// policy is the Content-Security-Policy of every answer: nothing inline, and
// nothing from another host. JSON-LD is a data block, which no policy governs.
const policy = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// The values are kept as the slices that http.Header holds, so that setting
// them costs no memory. Nobody may change them.
var (
	headerPolicy      = []string{policy}
	headerNoSniff     = []string{"nosniff"}
	headerSameOrigin  = []string{"same-origin"}
	headerNoReferrer  = []string{"no-referrer"}
	headerPermissions = []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"}
	headerStrictHTTPS = []string{"max-age=31536000"}
	headerNoStore     = []string{"no-store"}
)

func (s *Site) setHeaders(h http.Header) {
	h["Content-Security-Policy"] = headerPolicy
	h["X-Content-Type-Options"] = headerNoSniff
	h["Referrer-Policy"] = headerSameOrigin
	h["Permissions-Policy"] = headerPermissions
	h["Cross-Origin-Opener-Policy"] = headerSameOrigin
	if s.secure {
		h["Strict-Transport-Security"] = headerStrictHTTPS
	}
}
