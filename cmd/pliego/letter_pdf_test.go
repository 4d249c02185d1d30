package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestAFileFromTheCommandLineIsKnown(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		p := placeOf(t, cfg)
		p.must("pack", "load", "americas")
		for _, format := range []string{"pdf", "docx"} {
			file := filepath.Join(t.TempDir(), "letter."+format)
			p.must("letter", "pdf", "mispa-iv-2013", "--lang", "es", "-o", file)
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(content)
			p.in(func(ctx context.Context, s *site) {
				known, err := s.db.PrintByHash(ctx, hex.EncodeToString(sum[:]))
				if err != nil || len(known) != 1 || known[0].Format != format || known[0].Lang != "es" || !known[0].ReplacedAt.IsZero() {
					t.Errorf("%s: %+v, %v", format, known, err)
				}
			})
		}
	})
}
