package registry_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pliego/internal/signature/registry"
	"pliego/internal/signature/registry/registrytest"
)

// BenchmarkSearch is one search among 100,000 organisations.
func BenchmarkSearch(b *testing.B) {
	var x registry.Index
	draw := rand.New(rand.NewPCG(1, 2))
	for i := range 100_000 {
		x.Put(fmt.Sprint(i), registrytest.Sample(draw))
	}
	queries := make([]registry.Subject, 500)
	for i := range queries {
		queries[i] = registrytest.Sample(draw)
	}
	b.ResetTimer()
	for i := range b.N {
		x.Search(queries[i%len(queries)], 10)
	}
}
