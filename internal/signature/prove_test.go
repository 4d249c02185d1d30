package signature_test

import (
	"context"
	"errors"
	"testing"

	"pliego/internal/signature"
)

// domains shows codes as its owners put them there.
type domains struct {
	shows  map[string]string
	during func() // something that happens while a domain is asked
}

func (d *domains) CheckDomain(_ context.Context, p signature.Proof) ([]signature.Sighting, error) {
	if d.during != nil {
		d.during()
	}
	if d.shows[p.Domain] == p.Code {
		return []signature.Sighting{{Place: p.Domain, Sight: signature.SightCode}}, nil
	}
	return []signature.Sighting{{Place: p.Domain, Sight: signature.SightNothing}}, nil
}

func TestADomainIsProvenForOneSignatureAndOneDomain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		d := &domains{shows: map[string]string{}}
		h.signing.Domains = d
		one := h.confirmed(site("Casa Semilla", "ana@example.org", "https://www.example.org/quienes"))
		again := h.confirmed(site("Casa Semilla", "eva@gmail.com", "example.org"))
		p, ok := h.signing.ProofOf(one)
		other, _ := h.signing.ProofOf(again)
		if !ok || p.Domain != "example.org" || len(p.Code) != 26 || p.Code == other.Code {
			t.Fatalf("%+v and %+v", p, other)
		}
		own, err := h.signing.OwnToken(one)
		h.must(err)
		v, seen, err := h.signing.Prove(ctx, own)
		h.must(err)
		if len(seen) != 1 || seen[0].Sight != signature.SightNothing || v.Signature.Level() != signature.LevelOwnDomain {
			t.Errorf("without a code: %+v, level %s", seen, v.Signature.Level())
		}

		d.shows["example.org"] = p.Code
		v, _, err = h.signing.Prove(ctx, own)
		h.must(err)
		stored, err := h.db.SignatureByID(ctx, one.ID)
		h.must(err)
		if v.Signature.Level() != signature.LevelProven || stored.Level() != signature.LevelProven || !stored.ProvenAt.Equal(h.now) {
			t.Errorf("with the code: %s, stored %s at %s", v.Signature.Level(), stored.Level(), stored.ProvenAt)
		}
		// Whoever signs in the same name, without the domain, gains nothing by it.
		_, err = h.signing.ProveSignature(ctx, again)
		h.must(err)
		if sig, _ := h.db.SignatureByID(ctx, again.ID); sig.Level() != signature.LevelEmail {
			t.Errorf("another signature in that name: %s", sig.Level())
		}
		h.must(h.signing.Vouch(ctx, one.ID, true))
		if sig, _ := h.db.SignatureByID(ctx, one.ID); sig.Level() != signature.LevelVouched {
			t.Errorf("vouched for: %s", sig.Level())
		}
		h.must(h.signing.Vouch(ctx, one.ID, false))

		// Another domain takes the proof away, and the old code proves nothing there.
		_, err = h.signing.Correct(ctx, own, site("Casa Semilla", "", "example.com"))
		h.must(err)
		sig, err := h.db.SignatureByID(ctx, one.ID)
		h.must(err)
		if sig.Level() != signature.LevelEmail || !sig.ProvenAt.IsZero() {
			t.Errorf("after the website was corrected: %s", sig.Level())
		}
		d.shows["example.com"] = p.Code
		_, err = h.signing.ProveSignature(ctx, sig)
		h.must(err)
		if sig, _ = h.db.SignatureByID(ctx, one.ID); !sig.ProvenAt.IsZero() {
			t.Error("the code of one domain proved another")
		}
		if err := h.db.SetProven(ctx, one.ID, sig.OrganisationID, "example.org", h.now); !errors.Is(err, signature.ErrProofMoved) {
			t.Errorf("a domain that is not the organisation's: %v", err)
		}
	})
}

func TestAProofEndsWithAMergeIntoAnotherDomain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		d := &domains{shows: map[string]string{}}
		h.signing.Domains = d
		var list []*signature.Signature
		for _, f := range []signature.Form{
			site("Casa Semilla", "a@example.org", "example.org"), site("Seed House", "b@example.org", "example.org"), site("Casa Abierta", "c@example.com", "example.com"),
		} {
			sig := h.confirmed(f)
			p, _ := h.signing.ProofOf(sig)
			d.shows[p.Domain] = p.Code
			_, err := h.signing.ProveSignature(ctx, sig)
			h.must(err)
			list = append(list, sig)
		}
		proven := func(want ...bool) {
			t.Helper()
			for i, sig := range list {
				sig, err := h.db.SignatureByID(ctx, sig.ID)
				h.must(err)
				if (sig.Level() == signature.LevelProven) != want[i] {
					t.Errorf("%s: %s", sig.Public.Name, sig.Level())
				}
			}
		}
		proven(true, true, true)
		r := h.registry()
		h.must(r.Merge(ctx, list[1].OrganisationID, list[0].OrganisationID))
		proven(true, true, true) // it is the same domain
		h.must(r.Merge(ctx, list[2].OrganisationID, list[0].OrganisationID))
		proven(true, true, false)
	})
}

func TestNothingIsProvenOfWhatIsSealedWithdrawnOrNoOrganisations(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		d := &domains{shows: map[string]string{}}
		h.signing.Domains = d
		person := site("Ana Ejemplo", "ana@example.org", "example.org")
		person.Kind = "person"
		for name, f := range map[string]signature.Form{
			"a person": person, "no website": form("Casa Semilla", "a@example.com"),
			"a website that is everybody's": site("Casa Abierta", "b@example.com", "https://www.facebook.com/casa"),
		} {
			sig := h.confirmed(f)
			if p, ok := h.signing.ProofOf(sig); ok {
				t.Errorf("%s: %+v is to be proven", name, p)
			}
			if _, err := h.signing.ProveSignature(ctx, sig); !errors.Is(err, signature.ErrNoDomain) {
				t.Errorf("%s: %v", name, err)
			}
		}
		sig := h.confirmed(site("Casa Cerrada", "c@example.net", "example.net"))
		p, _ := h.signing.ProofOf(sig)
		sealed := *sig
		sealed.Visibility = signature.Sealed
		if _, ok := h.signing.ProofOf(&sealed); ok {
			t.Error("a sealed signature is to be proven")
		}
		// It is withdrawn while its domain is asked.
		d.shows["example.net"] = p.Code
		d.during = func() {
			own, err := h.signing.OwnToken(sig)
			h.must(err)
			_, err = h.signing.Withdraw(ctx, own)
			h.must(err)
		}
		if _, err := h.signing.ProveSignature(ctx, sig); !errors.Is(err, signature.ErrProofMoved) {
			t.Errorf("withdrawn meanwhile: %v", err)
		}
		if after, _ := h.db.SignatureByID(ctx, sig.ID); !after.ProvenAt.IsZero() {
			t.Error("a withdrawn signature is proven")
		}
		h.signing.Domains = nil
		if _, err := h.signing.ProveSignature(ctx, sig); !errors.Is(err, signature.ErrProofNotNow) {
			t.Errorf("where no domains are checked: %v", err)
		}
	})
}
