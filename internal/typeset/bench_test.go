package typeset

import (
	"context"
	"fmt"
	"io"
	"strings"
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

// A letter whose text is one paragraph of a megabyte.
func BenchmarkPDFLongParagraph(b *testing.B) {
	l := sample(b)
	l.Intro = []Block{{Runs: []Run{{Text: strings.Repeat("palabra ", 1<<17)}}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := PDF(context.Background(), io.Discard, l); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDOCX(b *testing.B) {
	for _, n := range []int{52, 10_000} {
		l := sample(b)
		if n != 52 {
			l.Signatories = many(b, n)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := DOCX(context.Background(), io.Discard, l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
