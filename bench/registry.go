package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"pliego/internal/signature/registry"
	"pliego/internal/signature/registry/registrytest"
)

// searchNames measures the search for organisations that may be the same as one.
func searchNames(r *run) ([]figure, error) {
	const n = 100_000
	var x registry.Index
	draw := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		x.Put(fmt.Sprint(i), registrytest.Sample(draw))
	}
	took := make([]time.Duration, 500)
	for i := range took {
		query := registrytest.Sample(draw)
		start := time.Now()
		x.Search(query, 10)
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	p95 := took[len(took)*95/100]
	return []figure{{
		what:   "search 100,000 names of organisations",
		value:  fmt.Sprintf("p50 %.1f ms, p95 %.1f ms", float64(took[len(took)/2].Microseconds())/1000, float64(p95.Microseconds())/1000),
		target: "20 ms", met: p95 < 20*time.Millisecond,
	}}, nil
}
