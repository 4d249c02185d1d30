package signature_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/signature/registry"
)

func (h *house) registry() *signature.Registry {
	return &signature.Registry{Store: h.db, Now: func() time.Time { return h.now }}
}

// confirmed signs and confirms, and gives the signature.
func (h *house) confirmed(f signature.Form) *signature.Signature {
	h.t.Helper()
	_, confirm, id := h.sign(f)
	_, _, err := h.signing.ConfirmByLink(context.Background(), confirm)
	h.must(err)
	sig, err := h.db.SignatureByID(context.Background(), id)
	h.must(err)
	return sig
}

func site(name, email, website string) signature.Form {
	f := form(name, email)
	f.Website = website
	return f
}

func TestSignaturesGetTheirRegistryEntry(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		r := h.registry()
		one := h.confirmed(site("Casa Semilla A.C.", "ana@example.org", "https://www.example.org"))
		same := h.confirmed(site("CASA SEMILLA, A.C.", "eva@gmail.com", "example.org/contacto"))
		other := h.confirmed(site("Casa Semilla", "leo@example.com", "example.com"))
		if one.OrganisationID == "" || one.OrganisationID != same.OrganisationID || other.OrganisationID == one.OrganisationID {
			t.Errorf("linked to %q, %q, %q", one.OrganisationID, same.OrganisationID, other.OrganisationID)
		}
		if one.Level() != signature.LevelOwnDomain || same.Level() != signature.LevelEmail {
			t.Errorf("levels %q, %q", one.Level(), same.Level())
		}
		looked, err := r.Propose(ctx)
		h.must(err)
		pairs, err := h.db.Pairs(ctx, registry.Open)
		h.must(err)
		if looked != 2 || len(pairs) != 1 || !hasReason(pairs[0], registry.SameName) {
			t.Fatalf("looked at %d, proposed %+v", looked, pairs)
		}
		h.must(r.Merge(ctx, other.OrganisationID, one.OrganisationID))
		if err := r.Merge(ctx, one.OrganisationID, other.OrganisationID); !errors.Is(err, signature.ErrNotMergeable) {
			t.Errorf("merged in a ring: %v", err)
		}
		h.must(r.Unmerge(ctx, other.OrganisationID))
		if err := r.Unmerge(ctx, other.OrganisationID); !errors.Is(err, signature.ErrNotMergeable) {
			t.Errorf("unmerged twice: %v", err)
		}
		if pairs, _ = h.db.Pairs(ctx, registry.Open); len(pairs) != 1 {
			t.Errorf("after a merge was taken back %d pairs are open", len(pairs))
		}
		h.must(r.Different(ctx, one.OrganisationID, other.OrganisationID))
		h.must(r.AddName(ctx, other.OrganisationID, "en", "Seed House"))
		if _, err = r.Propose(ctx); err != nil {
			t.Fatal(err)
		}
		if pairs, _ = h.db.Pairs(ctx, registry.Open); len(pairs) != 0 {
			t.Errorf("what was decided is proposed again: %+v", pairs)
		}
		found, err := r.Find(ctx, registry.Subject{Names: []string{"The House of Seed"}, Country: "SV"})
		h.must(err)
		if len(found) != 1 || found[0].ID != other.OrganisationID {
			t.Errorf("by another name: %+v", found)
		}

		// Vouching holds while the name does; correcting the name moves the entry.
		h.must(h.signing.Vouch(ctx, other.ID, true))
		own, err := h.signing.OwnToken(other)
		h.must(err)
		corrected := site("Casa Abierta", "", "example.com")
		_, err = h.signing.Correct(ctx, own, corrected)
		h.must(err)
		after, err := h.db.SignatureByID(ctx, other.ID)
		h.must(err)
		if after.OrganisationID == other.OrganisationID || after.Level() != signature.LevelOwnDomain {
			t.Errorf("after correcting: %+v", after)
		}
		if _, err := h.db.OrganisationByID(ctx, other.OrganisationID); !errors.Is(err, signature.ErrNoOrganisation) {
			t.Errorf("an entry that nothing stands on is kept: %v", err)
		}
		_, err = h.signing.Withdraw(ctx, own)
		h.must(err)
		all, err := r.All(ctx)
		h.must(err)
		if len(all) != 1 || all[0].ID != one.OrganisationID {
			t.Errorf("after withdrawing the registry holds %+v", all)
		}
	})
}

func hasReason(p registry.Pair, want registry.Reason) bool {
	for _, r := range p.Reasons {
		if r == want {
			return true
		}
	}
	return false
}

func TestTheSameOrganisationTwiceWaits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		r := h.registry()
		h.signing.Rules = []signature.Rule{r}
		first := form("Centro de Estudios Legales", "a@example.org")
		first.Acronym = "CEL"
		h.confirmed(first)
		for i, name := range []string{"CENTRO DE ESTUDIOS LEGALES A.C.", "Centre for Legal Studies", "CEL", "Estudios Legales, Centro de"} {
			sig := h.confirmed(form(name, string(rune('b'+i))+"@example.org"))
			doubts, err := h.db.Doubts(ctx, sig.ID)
			h.must(err)
			if sig.State != signature.Waiting || len(doubts) != 1 || doubts[0].Rule != signature.RuleSameOrganisation || !strings.Contains(doubts[0].Detail, "same country") {
				t.Errorf("%s: %s, %+v", name, sig.State, doubts)
			}
		}
		chapter := form("Centro de Estudios Penales", "x@example.org")
		if sig := h.confirmed(chapter); sig.State != signature.Standing {
			t.Errorf("another organisation: %s", sig.State)
		}
		abroad := form("Centro de Estudios Legales", "y@example.org")
		abroad.Country = "PE"
		if sig := h.confirmed(abroad); sig.State != signature.Standing {
			t.Errorf("its namesake abroad: %s", sig.State)
		}
		person := form("Centro Estudios Legales", "z@example.org")
		person.Kind, person.SignerName = "person", ""
		if sig := h.confirmed(person); sig.State != signature.Standing || sig.OrganisationID != "" {
			t.Errorf("a person: %s, %q", sig.State, sig.OrganisationID)
		}
		// On another letter it is no doubt.
		l := &letter.Letter{Slug: "another", State: letter.Draft, OriginalLang: "en"}
		h.must(h.letters.Create(ctx, l))
		h.must(h.letters.Publish(ctx, l, letter.Text{Lang: "en", Kind: letter.FullText, Title: "Another", Body: "We ask.", Asks: []letter.Ask{{Key: "first-ask", Title: "A"}}}))
		h.must(h.letters.Open(ctx, "another"))
		signed, err := h.signing.Sign(ctx, "another", "en", form("Centro de Estudios Legales", "a@example.org"))
		h.must(err)
		id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, signed.WaitToken)
		h.must(err)
		_, v, err := h.signing.ConfirmByLink(ctx, h.confirmToken(id))
		h.must(err)
		if v.Signature.State != signature.Standing {
			t.Errorf("on another letter: %s", v.Signature.State)
		}
	})
}

func TestPrintedSignaturesGetEntries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		text, _ := h.letter.Text("en")
		printed := []signature.Printed{
			{Kind: signature.Organisation, Public: signature.Public{Name: "Red de Mujeres del Valle", Country: "CO"}},
			{Kind: signature.Organisation, Public: signature.Public{Name: "Valle Women's Network", Country: "CO"}},
			{Kind: signature.Person, Public: signature.Public{Name: "Example Person", Country: "CO"}},
		}
		_, err := h.signing.Record(ctx, h.db, h.letter, text, signature.AsPrinted, printed)
		h.must(err)
		h.must(h.seq.SequenceAll(ctx))
		r := h.registry()
		_, err = r.Propose(ctx)
		h.must(err)
		pairs, err := h.db.Pairs(ctx, registry.Open)
		h.must(err)
		all, err := r.All(ctx)
		h.must(err)
		if len(all) != 2 || len(pairs) != 1 || !hasReason(pairs[0], registry.Translated) {
			t.Errorf("%d entries, %+v", len(all), pairs)
		}
	})
}
