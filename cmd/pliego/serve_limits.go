package main

import (
	"log/slog"
	"net/http"
	"time"
)

// limits bound what slow or hostile clients can hold.
type limits struct {
	header      time.Duration // until a request's header has come
	read        time.Duration // until all of a request has come
	write       time.Duration // until the answer is taken: a large PDF on a bad line
	idle        time.Duration // between two requests
	headerBytes int
	connections int // open at once
}

// usual are the limits of serve.
var usual = limits{
	header: 10 * time.Second, read: 30 * time.Second, write: 2 * time.Minute, idle: 2 * time.Minute,
	headerBytes: 32 << 10, connections: 4096,
}

// newServer makes a server that keeps to the limits.
func newServer(h http.Handler, l limits, log *slog.Logger) *http.Server {
	c := newCrowd(l.connections)
	return &http.Server{
		Handler:           c.watch(h),
		ConnContext:       c.enter,
		ConnState:         c.moved,
		ReadHeaderTimeout: l.header,
		ReadTimeout:       l.read,
		WriteTimeout:      l.write,
		IdleTimeout:       l.idle,
		MaxHeaderBytes:    l.headerBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}
