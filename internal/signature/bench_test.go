package signature_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync/atomic"
	"testing"

	"pliego/internal/signature"
	"pliego/internal/signature/review"
	"pliego/internal/store/storetest"
)

// BenchmarkSign is the whole use case, durable, on SQLite with 64 callers: without
// rules of review, with those of normal in force for forms sent from the page, and
// for a program that sends them without it and so is doubted.
func BenchmarkSign(b *testing.B) {
	b.Run("off", func(b *testing.B) { benchmarkSign(b, review.Off, false) })
	b.Run("normal", func(b *testing.B) { benchmarkSign(b, review.Normal, true) })
	b.Run("normal, doubted", func(b *testing.B) { benchmarkSign(b, review.Normal, false) })
}

func benchmarkSign(b *testing.B, mode review.Mode, page bool) {
	h := newHouse(b, storetest.Open(b, storetest.SQLite(b)))
	rules, err := review.Rules(review.Config{Mode: mode, Names: h.db})
	h.must(err)
	h.signing.Rules = rules
	token := ""
	if page {
		text, _ := h.letter.Text("en")
		token, err = h.signing.FormToken(h.letter, text, true)
		h.must(err)
	}
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			f := form(fmt.Sprintf("Organisation %d", i), fmt.Sprintf("o%d@example.org", i))
			f.Token, f.Network = token, netip.PrefixFrom(netip.AddrFrom4([4]byte{203, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
			if _, err := h.signing.Sign(context.Background(), "open-letter", "en", f); err != nil {
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
