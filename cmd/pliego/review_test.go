package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pliego/internal/signature"
	"pliego/internal/signature/review"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// doubtAll is a rule that doubts every signature.
type doubtAll struct{}

func (doubtAll) Doubt(_ context.Context, c signature.Case) (*signature.Doubt, error) {
	if c.Moment != signature.Confirming {
		return nil, nil
	}
	return &signature.Doubt{Rule: review.Disposable, Detail: "throwaway.example"}, nil
}

func TestReviewFromTheCommandLine(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		p := placeOf(t, cfg)
		p.must("pack", "load", "americas")
		const slug = "practice-letter"
		var ids []string
		p.in(func(ctx context.Context, s *site) {
			s.signing.Rules = []signature.Rule{doubtAll{}}
			for i := range 3 {
				signed, err := s.signing.Sign(ctx, slug, "en", signature.Form{
					Kind: "organisation", Name: fmt.Sprintf("Example Organisation %d", i), Acronym: "EO", Country: "UY", Website: "example.org",
					SignerName: "Example Signer", Email: fmt.Sprintf("secret%d@throwaway.example", i), Consent: "1",
				})
				if err != nil {
					t.Fatal(err)
				}
				id, _, err := s.vault.ParseToken(signature.TokenWait, signed.WaitToken)
				if err != nil {
					t.Fatal(err)
				}
				if _, _, err := s.signing.ConfirmByCode(ctx, signed.WaitToken, s.vault.Code(signature.TokenConfirm, id, 1)); err != nil {
					t.Fatal(err)
				}
				ids = append(ids, id)
			}
		})
		out := p.must("review", "list")
		for _, want := range append(ids, "3 signatures wait", "Example Organisation 1 (EO), Uruguay", review.Words("en", review.Disposable), "throwaway.example", slug) {
			if !strings.Contains(out, want) {
				t.Errorf("the list lacks %q:\n%s", want, out)
			}
		}
		if strings.Contains(out, "secret") || strings.Contains(out, "Example Signer") {
			t.Error("the list shows what is private without being asked")
		}
		if out := p.must("review", "list", "--private"); !strings.Contains(out, "secret2@throwaway.example, Example Signer") {
			t.Errorf("--private shows no address:\n%s", out)
		}
		if out := p.must("review", "list", "--letter", "mispa-iv-2013", "--json"); out != "[]\n" {
			t.Errorf("the other letter's list: %q", out)
		}
		p.refused("no such letter", "review", "list", "--letter", "no-such-letter")

		p.must("review", "accept", ids[0])
		p.refused("does not wait", "review", "accept", ids[0])
		p.must("review", "refuse", ids[1], ids[2], "--reason", "Please write to us.")
		p.refused("was not refused", "review", "undo", ids[0])
		p.must("review", "undo", ids[2])
		p.refused("no such signature", "review", "refuse", "nonsense")
		for args, want := range map[string]string{"": ids[2], "--refused": ids[1]} {
			var rows []reviewed
			if err := json.Unmarshal([]byte(p.must(append([]string{"review", "list", "--json"}, strings.Fields(args)...)...)), &rows); err != nil {
				t.Fatal(err)
			}
			if len(rows) != 1 || rows[0].ID != want || len(rows[0].Doubts) != 1 || rows[0].Doubts[0].Rule != review.Disposable || rows[0].Email != "" ||
				(rows[0].Note != "") != (want == ids[1]) {
				t.Errorf("review list %s: %+v", args, rows)
			}
		}
	})
}
