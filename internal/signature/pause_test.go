package signature_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pliego/internal/signature"
)

func TestPauseKeepsAndResumeLists(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		confirm := func(name string) (id string) {
			t.Helper()
			_, token, id := h.sign(form(name, fmt.Sprintf("%x@example.org", name)))
			_, _, err := h.signing.ConfirmByLink(ctx, token)
			h.must(err)
			return id
		}
		before := confirm("Before")
		_, late, lateID := h.sign(form("Filled in before", "late@example.org"))
		for range 2 {
			h.must(h.letters.Pause(ctx, h.db, "open-letter"))
		}
		l, err := h.db.LetterBySlug(ctx, "open-letter")
		h.must(err)
		if !l.PausedAt.Equal(h.now) || l.Version <= h.letter.Version {
			t.Errorf("paused at %v, version %d after %d", l.PausedAt, l.Version, h.letter.Version)
		}
		h.mails()
		var ids []string
		for i := range 5 {
			ids = append(ids, confirm(fmt.Sprintf("Organisation %d", i)))
		}
		_, _, err = h.signing.ConfirmByLink(ctx, late)
		h.must(err)
		h.signing.Rules = []signature.Rule{fixedRule{signature.Confirming}}
		doubted := confirm("Doubted besides")
		h.signing.Rules = nil
		if got := h.mails(); !slices.Contains(got, signature.MailWaiting) || slices.Contains(got, signature.MailSigned) {
			t.Errorf("mails during the pause: %v", got)
		}
		if c := h.counts(); c.Organisations != 1 || h.state(before) != signature.Standing {
			t.Errorf("counts during the pause: %+v", c)
		}
		for _, id := range append(ids, doubted, lateID) {
			if h.state(id) != signature.Waiting {
				t.Errorf("confirmed during the pause: %q", h.state(id))
			}
		}
		h.must(h.signing.Accept(ctx, ids[0])) // a person need not wait
		h.must(h.signing.Refuse(ctx, ids[1], ""))

		h.must(h.letters.Resume(ctx, h.db, "open-letter"))
		released, waiting, err := h.signing.Release(ctx, h.letter.ID)
		if err != nil || released != 4 || waiting != 1 {
			t.Errorf("released %d, waiting %d, %v", released, waiting, err)
		}
		if released, waiting, err = h.signing.Release(ctx, h.letter.ID); err != nil || released != 0 || waiting != 1 {
			t.Errorf("again: released %d, waiting %d, %v", released, waiting, err)
		}
		if c := h.counts(); c.Organisations != 6 {
			t.Errorf("counts after the pause: %+v", c)
		}
		if h.state(doubted) != signature.Waiting || h.state(ids[1]) != signature.Refused {
			t.Error("the end of a pause decided what a person has to")
		}
		sig, err := h.db.SignatureByID(ctx, doubted)
		h.must(err)
		if doubts, _, err := h.signing.Why(ctx, sig); err != nil || len(doubts) != 1 || doubts[0].Rule != "fixed" {
			t.Errorf("left about the doubted one: %v, %v", doubts, err)
		}
		after := confirm("After")
		if h.state(after) != signature.Standing {
			t.Errorf("after the pause: %q", h.state(after))
		}
	})
}
