package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestARushIsManyFormsInAShortTime(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	r := rush{now: func() time.Time { return now }}
	h := r.watch(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	send := func(method string, n int) {
		for range n {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, "/", nil))
		}
	}
	for _, step := range []struct {
		what   string
		after  time.Duration
		method string
		n      int
		on     bool
	}{
		{"nothing", 0, "POST", 0, false},
		{"people who only read", 0, "GET", 2 * rushFrom, false},
		{"many who sign", time.Second, "POST", rushFrom * 2 / 3, false},
		{"and as many in the next second", time.Second, "POST", rushFrom * 2 / 3, true},
		{"a second of rest", time.Second, "POST", 0, false},
		{"as many again", 0, "POST", rushFrom + 1, true},
		{"an hour later", time.Hour, "POST", 0, false},
	} {
		now = now.Add(step.after)
		send(step.method, step.n)
		if r.on() != step.on {
			t.Errorf("%s: a rush is %t, want %t", step.what, r.on(), step.on)
		}
	}
}
