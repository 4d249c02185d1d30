package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestOrganisationsFromTheCommandLine(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		p := placeOf(t, cfg)
		p.must("pack", "load", "americas")
		if out := p.must("organisation", "list"); !strings.Contains(out, "52 organisations") || !strings.Contains(out, "Canadian Drug Policy Coalition") {
			t.Errorf("the registry after loading:\n%s", out)
		}
		for query, want := range map[string]string{
			"Coalition canadienne des politiques sur les drogues": "Canadian Drug Policy Coalition",
			"WOLA": "Washington Office on latin America", "red brasileira reducao de danos e direitos humanos": "Red Brasileña de Reducción de Daños",
		} {
			if out := p.must("organisation", "list", "--like", query); !strings.Contains(out, want) {
				t.Errorf("--like %q:\n%s", query, out)
			}
		}
		if out := p.must("organisation", "duplicates"); !strings.Contains(out, "0 pairs") {
			t.Errorf("among the 52 are:\n%s", out)
		}
		var found []listedOrganisation
		if err := json.Unmarshal([]byte(p.must("organisation", "list", "--json", "--like", "Conectas")), &found); err != nil || len(found) != 1 {
			t.Fatalf("%v, %+v", err, found)
		}
		p.must("organisation", "name", found[0].ID, "Psicotropicus", "--lang", "pt")
		var pairs []struct{ A, B listedOrganisation }
		if err := json.Unmarshal([]byte(p.must("organisation", "duplicates", "--json")), &pairs); err != nil || len(pairs) != 1 {
			t.Fatalf("%v, %+v", err, pairs)
		}
		a, b := pairs[0].A.ID, pairs[0].B.ID
		p.must("organisation", "merge", a, b)
		p.refused("cannot be decided", "organisation", "different", a, b)
		p.must("organisation", "unmerge", a)
		p.must("organisation", "different", a, b)
		p.refused("no such organisation", "organisation", "unmerge", "nonsense")
		p.refused("does not stand", "organisation", "vouch", "nonsense")
		var id string
		p.in(func(ctx context.Context, s *site) {
			if err := s.settle(ctx); err != nil {
				t.Fatal(err)
			}
			l, err := s.db.LetterBySlug(ctx, "mispa-iv-2013")
			if err != nil {
				t.Fatal(err)
			}
			list, err := s.db.SignaturesNumbered(ctx, l.ID, 1, 1)
			if err != nil || len(list) != 1 {
				t.Fatalf("%v, %d", err, len(list))
			}
			id = list[0].ID
		})
		p.must("organisation", "vouch", id)
		p.in(func(ctx context.Context, s *site) {
			if sig, err := s.db.SignatureByID(ctx, id); err != nil || sig.Level() != signature.LevelVouched {
				t.Errorf("%v, %+v", err, sig)
			}
		})
		p.must("organisation", "vouch", id, "--undo")
	})
}
