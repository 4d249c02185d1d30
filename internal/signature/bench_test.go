package signature_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"pliego/internal/store/storetest"
)

// BenchmarkSign is the whole use case, durable, on SQLite with 64 callers.
func BenchmarkSign(b *testing.B) {
	h := newHouse(b, storetest.Open(b, storetest.SQLite(b)))
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			if _, err := h.signing.Sign(context.Background(), "open-letter", "en", form(fmt.Sprintf("Organisation %d", i), fmt.Sprintf("o%d@example.org", i))); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "signatures/s")
}
