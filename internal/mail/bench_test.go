package mail

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkConfirm is putting one message into words.
func BenchmarkConfirm(b *testing.B) {
	for b.Loop() {
		if _, err := kinds["confirm"]("Carta", "Red Ejemplo", "es"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompose is making bytes of it.
func BenchmarkCompose(b *testing.B) {
	w := newTestWriter(b)
	m, err := kinds["confirm"]("Carta", "Red Ejemplo", "es")
	if err != nil {
		b.Fatal(err)
	}
	m.ID, m.To = "1", "signer@example.org"
	for b.Loop() {
		if _, err := w.compose(m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFolder is handing it over as a file, durably.
func BenchmarkFolder(b *testing.B) {
	s, err := Open(Config{URL: "file:" + b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := s.Send(context.Background(), message(fmt.Sprint(i))); err != nil {
			b.Fatal(err)
		}
	}
}
