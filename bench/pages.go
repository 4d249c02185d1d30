package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
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
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bare, _, err := r.ready(exec.Command(self, "-copy", s.base+path), "copy")
	if err != nil {
		return nil, err
	}
	defer bare.stop()
	var out []figure
	for _, clients := range []int{16, 128} {
		ours, limit, err := inTurn(r, clients, get(s.base), get(bare.base))
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

// turns is how often each of two servers has its turn: a machine that does other work
// too is not the same from one second to the next.
const turns = 5

// inTurn measures two servers in turn, each for the time of a step in all.
func inTurn(r *run, clients int, first, second func(int, int) (*http.Request, error)) (one, other rate, err error) {
	for n := range turns + 1 {
		for _, part := range []struct {
			request func(int, int) (*http.Request, error)
			sum     *rate
		}{{first, &one}, {second, &other}} {
			got, err := load(clients, r.step/turns, http.StatusOK, part.request)
			if err != nil {
				return one, other, err
			}
			if n > 0 { // the first turn warms up
				part.sum.add(got)
			}
		}
	}
	return one, other, nil
}

// serveCopy serves the bytes and headers of one answer from a handler that does
// nothing else. It is a process of its own, as the program is.
func serveCopy(url string) error {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	header := resp.Header
	header.Del("Date")
	return serveHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for k, v := range header {
			h[k] = v
		}
		w.WriteHeader(http.StatusOK)
		w.Write(body)
	}))
}
