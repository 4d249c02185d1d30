package signature_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func (h *house) keeper() *signature.Keeper {
	return &signature.Keeper{Store: h.db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return h.now }}
}

func (h *house) sweep() signature.Swept {
	h.t.Helper()
	swept, err := h.keeper().Sweep(context.Background())
	h.must(err)
	return swept
}

// close ends the signing of the house's letter.
func (h *house) close() {
	h.t.Helper()
	entry, err := ledger.NewPending(ledger.StateChanged, h.letter.ID, h.letter.Slug, h.letter.ID, "", h.now, map[string]string{"state": "closed"})
	h.must(err)
	h.must(h.db.SetState(context.Background(), h.letter.ID, letter.Open, letter.Closed, h.now, entry))
}

// gone wants nothing left of a signature.
func (h *house) gone(id string) {
	h.t.Helper()
	ctx := context.Background()
	if _, err := h.db.SignatureByID(ctx, id); !errors.Is(err, signature.ErrUnknown) {
		h.t.Errorf("signature %s is still there: %v", id, err)
	}
	if _, err := h.db.SealedPrivate(ctx, id); !errors.Is(err, signature.ErrUnknown) {
		h.t.Errorf("the vault still holds signature %s: %v", id, err)
	}
	if doubts, err := h.db.Doubts(ctx, id); err != nil || len(doubts) > 0 {
		h.t.Errorf("doubts about signature %s are left: %v, %v", id, doubts, err)
	}
	mails, err := h.db.TakeMail(ctx, h.now.Add(time.Second), 0, 1000)
	h.must(err)
	for _, m := range mails {
		if m.Recipient == id || m.About == id {
			h.t.Errorf("a mail about signature %s is left", id)
		}
	}
}

func TestUnconfirmedSignaturesVanish(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.signing.Rules = []signature.Rule{fixedRule{signature.Filled}}
		_, _, forgotten := h.sign(form("Forgotten", "forgotten@example.org"))
		_, confirm, confirmed := h.sign(form("Confirmed", "confirmed@example.org"))
		_, _, err := h.signing.ConfirmByLink(ctx, confirm)
		h.must(err)
		h.now = h.now.Add(time.Hour)
		_, _, later := h.sign(form("Later", "later@example.org"))
		h.now = h.now.Add(signature.KeepUnconfirmed - time.Hour)
		if swept := h.sweep(); swept != (signature.Swept{}) {
			t.Errorf("swept a moment too early: %+v", swept)
		}
		h.now = h.now.Add(time.Second)
		if swept := h.sweep(); swept != (signature.Swept{Unconfirmed: 1}) {
			t.Errorf("swept %+v, want the one that was never confirmed", swept)
		}
		h.gone(forgotten)
		if h.state(confirmed) != signature.Waiting || h.state(later) != signature.Unconfirmed {
			t.Error("more was erased than was due")
		}
		if p, err := h.signing.PrivateOf(ctx, confirmed); err != nil || p.Email != "confirmed@example.org" {
			t.Errorf("the vault lost a confirmed one: %v", err)
		}
	})
}

func TestRefusedSignaturesVanishLater(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, _ := h.waiting(form("Example Organisation", "a@example.org"))
		waits, _ := h.waiting(form("Another Organisation", "b@example.org"))
		h.now = h.now.Add(24 * time.Hour)
		h.must(h.signing.Refuse(ctx, id, "Not this time."))
		h.now = h.now.Add(signature.KeepRefused)
		if swept := h.sweep(); swept.Refused != 0 {
			t.Errorf("swept a moment too early: %+v", swept)
		}
		h.now = h.now.Add(time.Second)
		if swept := h.sweep(); swept.Refused != 1 {
			t.Errorf("swept %+v", swept)
		}
		h.gone(id)
		if note, err := h.db.SealedNote(ctx, id); err != nil || note != nil {
			t.Errorf("what the refusal said is left: %v", err)
		}
		if h.state(waits) != signature.Waiting {
			t.Error("one that waits for a person must wait as long as it takes")
		}
		// The address is free again.
		_, confirm, _ := h.sign(form("Example Organisation", "a@example.org"))
		if _, _, err := h.signing.ConfirmByLink(ctx, confirm); err != nil {
			t.Error(err)
		}
	})
}

func TestMailGivenUpIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.sign(form("One", "one@example.org"))
		mails, err := h.db.TakeMail(ctx, h.now, time.Minute, 10)
		h.must(err)
		h.must(h.db.MailFailed(ctx, mails[0], "refused"))
		h.now = h.now.Add(signature.KeepFailedMail)
		h.sweep()
		if _, failed, _ := h.db.OutboxCounts(ctx); failed != 1 {
			t.Error("forgotten too early")
		}
		h.now = h.now.Add(2 * time.Minute)
		if swept := h.sweep(); swept.FailedMails != 1 {
			t.Errorf("swept %+v", swept)
		}
	})
}

func TestManyAreSweptInChunksByTwoAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		h := newHouse(t, open())
		const n = 450
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				_, err := h.signing.Sign(t.Context(), "open-letter", "es", form(fmt.Sprintf("Organisation %d", i), fmt.Sprintf("o%d@example.org", i)))
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		h.now = h.now.Add(signature.KeepUnconfirmed + time.Second)
		other := h.keeper()
		other.Store = open()
		counts := make([]signature.Swept, 2)
		for i, k := range []*signature.Keeper{h.keeper(), other} {
			wg.Go(func() {
				var err error
				if counts[i], err = k.Sweep(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if swept := h.sweep(); swept != (signature.Swept{}) {
			t.Errorf("left by the first: %+v", swept)
		}
		if got := counts[0].Unconfirmed + counts[1].Unconfirmed; got != n {
			t.Errorf("the two say that they erased %d, want %d", got, n)
		}
		if waiting, _, err := h.db.OutboxCounts(t.Context()); err != nil || waiting != 0 {
			t.Errorf("%d mails left, %v", waiting, err)
		}
	})
}

func TestAddressesAreErasedOnThePromisedDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		day := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
		_, confirm, id := h.sign(form("Example Organisation", "a@example.org"))
		own, _, err := h.signing.ConfirmByLink(ctx, confirm)
		h.must(err)
		before := h.counts()
		h.must(signature.EraseAddressesOn(ctx, h.db, h.letter, day))
		if err := signature.EraseAddressesOn(ctx, h.db, h.letter, day.AddDate(0, 0, 1)); !errors.Is(err, signature.ErrPromised) {
			t.Errorf("a promise was put off: %v", err)
		}
		h.now = day.Add(-time.Second)
		if swept := h.sweep(); swept.Addresses != 0 {
			t.Errorf("erased too early: %+v", swept)
		}
		h.now = day

		// While the letter takes signatures, an address still signs only once.
		if swept := h.sweep(); swept.Addresses != 1 {
			t.Fatalf("swept %+v", swept)
		}
		if _, err := h.signing.PrivateOf(ctx, id); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("the vault still knows the signer: %v", err)
		}
		_, confirm, second := h.sign(form("Example Organisation", "a@example.org"))
		if _, _, err := h.signing.ConfirmByLink(ctx, confirm); !errors.Is(err, signature.ErrTaken) {
			t.Errorf("the same address signed twice: %v", err)
		}
		_, confirm, third := h.sign(form("Late Organisation", "late@example.org"))
		_, _, err = h.signing.ConfirmByLink(ctx, confirm)
		h.must(err)
		if swept := h.sweep(); swept.Addresses != 1 {
			t.Errorf("one who signed after the day: %+v", swept)
		}
		if _, err := h.signing.PrivateOf(ctx, third); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("the vault still knows who signed after the day: %v", err)
		}
		if p, _ := h.db.PromiseOf(ctx, h.letter.ID); !p.ErasedAt.IsZero() {
			t.Error("the promise counts as kept while signatures still come")
		}

		h.close()
		if swept := h.sweep(); swept.Addresses != 1 {
			t.Errorf("after the letter closed: %+v", swept)
		}
		if _, err := h.signing.PrivateOf(ctx, second); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("an unconfirmed one of a closed letter: %v", err)
		}
		if p, _ := h.db.PromiseOf(ctx, h.letter.ID); !p.ErasedAt.Equal(h.now) {
			t.Errorf("the promise was kept at %v", p.ErasedAt)
		}

		// The record stays, and the signer's link works.
		v, err := h.signing.Own(ctx, own)
		h.must(err)
		if v.Signature.Public.Name != "Example Organisation" || h.counts().Organisations != before.Organisations+1 {
			t.Errorf("the public record changed: %+v", v.Signature.Public)
		}
		if _, err := h.signing.Withdraw(ctx, own); err != nil {
			t.Errorf("withdrawing without an address: %v", err)
		}
	})
}

func TestTheDayIsAfterTheDeadline(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		l := *h.letter
		l.Deadline = h.now.AddDate(0, 1, 0)
		if err := signature.EraseAddressesOn(t.Context(), h.db, &l, l.Deadline.Add(-time.Second)); err == nil {
			t.Error("a day before the deadline was taken")
		}
		h.must(signature.EraseAddressesOn(t.Context(), h.db, &l, l.Deadline.AddDate(0, 0, 1)))
		h.must(signature.EraseAddressesOn(t.Context(), h.db, &l, l.Deadline))
	})
}
