package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
)

// pages measures the cached letter page against a bare handler that writes the
// same bytes and headers, in the same run.
func pages(r *run) ([]figure, error) {
	s, _, err := r.start("pages", "--demo")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	path := "/en/letters/mispa-iv-2013"
	get := func(base string) func(int, int) (*http.Request, error) {
		return func(int, int) (*http.Request, error) {
			req, err := http.NewRequest(http.MethodGet, base+path, nil)
			if err == nil {
				req.Header.Set("Accept-Encoding", "gzip")
			}
			return req, err
		}
	}
	bare, stop, err := bareCopy(s.base+path, path)
	if err != nil {
		return nil, err
	}
	defer stop()
	var out []figure
	for _, clients := range []int{16, 128} {
		if _, err := load(clients, r.step/5, http.StatusOK, get(s.base)); err != nil { // warm
			return nil, err
		}
		ours, err := load(clients, r.step, http.StatusOK, get(s.base))
		if err != nil {
			return nil, err
		}
		limit, err := load(clients, r.step, http.StatusOK, get(bare))
		if err != nil {
			return nil, err
		}
		share := ours.perSecond() / limit.perSecond()
		out = append(out, figure{
			what:   fmt.Sprintf("letter page, %d clients", clients),
			value:  fmt.Sprintf("%s; bare %.0f/s", ours, limit.perSecond()),
			target: fmt.Sprintf("90 %% of bare (%.0f %%)", 100*share), met: share >= 0.9 && ours.bad == 0,
		})
	}
	return out, nil
}

// bareCopy serves the bytes and headers of one answer from a handler that does
// nothing else, in this process.
func bareCopy(url, path string) (base string, stop func() error, err error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return "", nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", nil, err
	}
	header := resp.Header
	header.Del("Date")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for k, v := range header {
			h[k] = v
		}
		w.WriteHeader(http.StatusOK)
		w.Write(body)
	})}
	go server.Serve(listener)
	return "http://" + listener.Addr().String(), server.Close, nil
}
