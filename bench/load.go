package main

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// rate is what a load brought.
type rate struct {
	good, bad int
	took      time.Duration
	times     []time.Duration // of the good ones, sorted
}

func (r rate) perSecond() float64 { return float64(r.good) / r.took.Seconds() }

// add takes in what another load brought.
func (r *rate) add(o rate) {
	r.good, r.bad, r.took = r.good+o.good, r.bad+o.bad, r.took+o.took
	r.times = append(r.times, o.times...)
	slices.Sort(r.times)
}

// at is the time within which a share of the good answers came.
func (r rate) at(share float64) time.Duration {
	if len(r.times) == 0 {
		return 0
	}
	return r.times[min(len(r.times)-1, int(share*float64(len(r.times))))]
}

func (r rate) String() string {
	return fmt.Sprintf("%.0f/s p50 %.1f ms p99 %.1f ms", r.perSecond(),
		float64(r.at(0.5).Microseconds())/1000, float64(r.at(0.99).Microseconds())/1000)
}

// load sends requests from a number of clients side by side, each on its own
// kept connection, for a time. A request is good when its answer has the status
// wanted.
func load(clients int, during time.Duration, want int, request func(client, n int) (*http.Request, error)) (rate, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	results := make([]rate, clients)
	errs := make([]error, clients)
	var wg sync.WaitGroup
	begin := time.Now()
	for c := range clients {
		wg.Go(func() {
			for n := 0; time.Since(begin) < during; n++ {
				req, err := request(c, n)
				if err != nil {
					errs[c] = err
					return
				}
				sent := time.Now()
				resp, err := client.Do(req)
				if err != nil {
					errs[c] = err
					return
				}
				_, err = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != want {
					results[c].bad++
					continue
				}
				results[c].good++
				results[c].times = append(results[c].times, time.Since(sent))
			}
		})
	}
	wg.Wait()
	total := rate{took: time.Since(begin)}
	for c := range clients {
		if errs[c] != nil {
			return total, errs[c]
		}
		total.good += results[c].good
		total.bad += results[c].bad
		total.times = append(total.times, results[c].times...)
	}
	slices.Sort(total.times)
	return total, nil
}
