package main

import (
	"net/http"
	"sync"
	"time"
)

// rush tells whether people send forms faster than mail should go out beside them.
// Each mail costs the disk as much as several forms do, and a form that is late is
// given up, while a mail that is late is read later.
type rush struct {
	now func() time.Time

	mu         sync.Mutex
	second     int64 // that counts
	this, last int   // forms in it and in the one before
}

// rushFrom is how many forms in two seconds are a rush: six times what the largest
// petition on record got.
const rushFrom = 400

// watch counts what is sent.
func (r *rush) watch(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodPost {
			r.mu.Lock()
			r.turn()
			r.this++
			r.mu.Unlock()
		}
		h.ServeHTTP(w, req)
	})
}

// turn begins a new second when it is time. mu is held.
func (r *rush) turn() {
	switch second := r.now().Unix(); second - r.second {
	case 0:
	case 1:
		r.second, r.this, r.last = second, 0, r.this
	default:
		r.second, r.this, r.last = second, 0, 0
	}
}

// on tells whether there is one.
func (r *rush) on() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn()
	return r.this+r.last > rushFrom
}
