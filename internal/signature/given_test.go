package signature_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"pliego/internal/signature"
)

func yes(name, email string) signature.Yes {
	return signature.Yes{
		Form:    signature.Form{Kind: "organisation", Name: name, Country: "UY", Email: email},
		Channel: "email", Note: "Reply of 3 May",
	}
}

func TestGivenSignaturesStandOnTheirEvidence(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, confirm, _ := h.sign(form("Signed Already", "taken@example.org"))
		_, _, err := h.signing.ConfirmByLink(ctx, confirm)
		h.must(err)
		h.mails()

		list := []signature.Yes{
			yes("First Example", "one@example.org"), yes("Second Example", ""), yes("FIRST  example", ""),
			yes("Third Example", "taken@example.org"), yes("Fourth Example", "no address"), yes("Fifth Example", "ONE@example.org"),
			{Form: signature.Form{Kind: "person", Name: "Sixth Example"}, Channel: "pigeon"},
		}
		list[1].Form.Country = ""
		evidence := &signature.Evidence{Name: "scan.pdf", Bytes: []byte("a scan")}
		check := func(out []signature.Outcome, dry bool) {
			t.Helper()
			for i, want := range []struct {
				fine        bool
				twin, field string
				taken       bool
			}{
				{fine: true}, {fine: true}, {twin: "First Example"}, {taken: true}, {field: "email"},
				{fine: dry, taken: !dry}, // only recording the first takes the address
				{field: "channel"},
			} {
				o := out[i]
				if o.Fine() != want.fine || o.Twin != want.twin || o.Taken != want.taken || o.Recorded != (want.fine && !dry) || (want.field != "") != (len(o.Problems) > 0) {
					t.Errorf("dry %v, yes %d: %+v", dry, i, o)
				}
				if want.field != "" && o.Problems.Of(want.field) == "" {
					t.Errorf("yes %d: problems %v, want one in %s", i, o.Problems, want.field)
				}
			}
		}
		out, err := h.signing.Given(ctx, h.db, "open-letter", list, evidence, true, true)
		h.must(err)
		check(out, true)
		if got := h.mails(); len(got) != 0 {
			t.Errorf("a dry run mails %v", got)
		}
		out, err = h.signing.Given(ctx, h.db, "open-letter", list, evidence, true, false)
		h.must(err)
		check(out, false)
		if got := h.mails(); len(got) != 1 || got[0] != signature.MailRecorded {
			t.Errorf("mails %v", got)
		}
		h.must(h.seq.SequenceAll(ctx))
		rows, err := h.db.SignaturesNumbered(ctx, h.letter.ID, 1, 100)
		h.must(err)
		if len(rows) != 3 || rows[1].Basis != signature.Given || rows[1].Public.Name != "First Example" || rows[0].Basis != signature.Confirmed {
			t.Fatalf("numbered: %+v", rows)
		}
		for _, sig := range rows[1:] {
			e, err := h.signing.EvidenceFor(ctx, h.db, sig.ID)
			if err != nil || e.Name != "scan.pdf" || !bytes.Equal(e.Bytes, []byte("a scan")) {
				t.Errorf("evidence: %+v, %v", e, err)
			}
		}
		private, err := h.signing.PrivateOf(ctx, rows[1].ID)
		if err != nil || private.Note != "Reply of 3 May" || private.Channel != "email" {
			t.Errorf("the vault holds %+v, %v", private, err)
		}

		// The evidence stays as long as one signature rests on it.
		for i, sig := range rows[1:] {
			own, err := h.signing.OwnToken(sig)
			h.must(err)
			_, err = h.signing.Withdraw(ctx, own)
			h.must(err)
			if _, err := h.signing.EvidenceFor(ctx, h.db, sig.ID); !errors.Is(err, signature.ErrUnknown) {
				t.Errorf("the evidence of one who withdrew: %v", err)
			}
			_, err = h.signing.EvidenceFor(ctx, h.db, rows[2].ID)
			if (err == nil) != (i == 0) {
				t.Errorf("after %d withdrawals the other's evidence: %v", i+1, err)
			}
		}
		again, err := h.signing.Given(ctx, h.db, "open-letter", []signature.Yes{{Form: signature.Form{Kind: "organisation", Name: "No Note"}, Channel: "call"}}, nil, true, false)
		h.must(err)
		if again[0].Problems.Of("note") != signature.Missing {
			t.Errorf("without evidence or note: %+v", again[0])
		}
	})
}
