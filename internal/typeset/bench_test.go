package typeset

import (
	"context"
	"fmt"
	"io"
	"testing"
)

func BenchmarkPDF(b *testing.B) {
	for _, n := range []int{52, 1000, 10_000, 100_000} {
		l := sample(b)
		if n != 52 {
			l.Signatories = many(b, n)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := PDF(context.Background(), io.Discard, l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
