package signature_test

import (
	"context"
	"errors"
	"testing"

	"pliego/internal/letter"
	"pliego/internal/signature"
)

func TestSignersOfAnOldTextStayItsSignersUntilTheyConsent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		var own [2]string
		for i, address := range []string{"a@example.org", "b@example.org"} {
			_, confirm, _ := h.sign(form("Example Organisation "+address[:1], address))
			var err error
			own[i], _, err = h.signing.ConfirmByLink(ctx, confirm)
			h.must(err)
		}
		h.must(h.seq.SequenceAll(ctx))
		h.mails()

		before, _ := h.letter.Text("es")
		if _, _, err := h.letters.Revise(ctx, "open-letter", letter.Text{Lang: "es", Title: before.Title, Body: before.Body, Asks: before.Asks}); !errors.Is(err, letter.ErrSameText) {
			t.Fatalf("the same text again: %v", err)
		}
		l, newest, err := h.letters.Revise(ctx, "open-letter", letter.Text{
			Lang: "es", Title: before.Title, Body: "We ask for more.", Reason: "More is needed", Asks: []letter.Ask{{Key: "another", Title: "First, in other words"}},
		})
		h.must(err)
		if newest.Version != 2 || newest.Asks[0].Key != "first-ask" {
			t.Errorf("version %d, ask %q", newest.Version, newest.Asks[0].Key)
		}
		told, err := h.signing.TellRevised(ctx, l, newest)
		h.must(err)
		if got := h.mails(); told != 2 || len(got) != 2 || got[0] != signature.MailRevised {
			t.Errorf("told %d, mails %v", told, got)
		}

		if _, err := h.signing.Consent(ctx, own[0], before.Hash); !errors.Is(err, signature.ErrNoNewText) {
			t.Errorf("consent to a text that is not the newest: %v", err)
		}
		for range 2 { // pressed twice
			v, err := h.signing.Consent(ctx, own[0], newest.Hash)
			h.must(err)
			if v.Signature.TextHash != newest.Hash || v.Signature.Number != 1 {
				t.Errorf("after consent: %+v", v.Signature)
			}
		}
		h.must(h.seq.SequenceAll(ctx))
		counts := func() (old, now int64) {
			versions, err := h.db.TextVersions(ctx, l.ID)
			h.must(err)
			for _, x := range versions {
				if x.Lang == "es" && x.Version == 1 {
					old = x.Signers
				} else if x.Lang == "es" {
					now = x.Signers
				}
			}
			return old, now
		}
		if old, now := counts(); old != 1 || now != 1 {
			t.Errorf("%d signed the old text and %d the new, want 1 and 1", old, now)
		}
		_, err = h.signing.Withdraw(ctx, own[0])
		h.must(err)
		h.must(h.seq.SequenceAll(ctx))
		if old, now := counts(); old != 1 || now != 0 {
			t.Errorf("after a withdrawal %d and %d, want 1 and 0", old, now)
		}
		if l, _ := h.db.LetterBySlug(ctx, "open-letter"); l.Counts.Listed() != 1 {
			t.Errorf("listed: %d", l.Counts.Listed())
		}
	})
}
