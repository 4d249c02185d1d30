package signature_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"pliego/internal/signature"
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

// BenchmarkLife is a signature from the form to its number with the outbox emptied:
// what is inserted, and what is deleted again.
func BenchmarkLife(b *testing.B) {
	h := newHouse(b, storetest.Open(b, storetest.SQLite(b)))
	ctx := context.Background()
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			s, err := h.signing.Sign(ctx, "open-letter", "en", form(fmt.Sprintf("Organisation %d", i), fmt.Sprintf("o%d@example.org", i)))
			if err != nil {
				b.Error(err)
				return
			}
			id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, s.WaitToken)
			if err != nil {
				b.Error(err)
				return
			}
			if _, _, err := h.signing.ConfirmByLink(ctx, h.confirmToken(id)); err != nil {
				b.Error(err)
			}
		}
	})
	h.must(h.seq.SequenceAll(ctx))
	for len(h.mails()) > 0 {
		continue
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "signatures/s")
}
