package signature_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
)

// waiting signs and confirms what a rule doubts, and gives its id and own token.
func (h *house) waiting(f signature.Form) (id, own string) {
	h.t.Helper()
	rules := h.signing.Rules
	h.signing.Rules = []signature.Rule{fixedRule{signature.Confirming}}
	defer func() { h.signing.Rules = rules }()
	_, confirm, id := h.sign(f)
	own, v, err := h.signing.ConfirmByLink(context.Background(), confirm)
	h.must(err)
	if v.Signature.State != signature.Waiting {
		h.t.Fatalf("state %q", v.Signature.State)
	}
	h.mails()
	return id, own
}

func (h *house) state(id string) signature.State {
	h.t.Helper()
	sig, err := h.db.SignatureByID(context.Background(), id)
	h.must(err)
	return sig.State
}

func (h *house) counts() letter.Counts {
	h.t.Helper()
	h.must(h.seq.SequenceAll(context.Background()))
	l, err := h.db.LetterBySlug(context.Background(), "open-letter")
	h.must(err)
	return l.Counts
}

func TestAcceptedSignatureStandsEvenAfterItsLetterClosed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, own := h.waiting(form("Example Organisation", "a@example.org"))
		list, err := h.db.InState(ctx, signature.Waiting, h.letter.ID, "", 10)
		h.must(err)
		if len(list) != 1 || list[0].ID != id {
			t.Fatalf("the queue: %v", list)
		}
		entry, err := ledger.NewPending(ledger.StateChanged, h.letter.ID, h.letter.Slug, h.letter.ID, "", h.now, map[string]string{"state": "closed"})
		h.must(err)
		h.must(h.db.SetState(ctx, h.letter.ID, letter.Open, letter.Closed, h.now, entry))

		h.must(h.signing.Accept(ctx, id))
		if got := h.mails(); !slices.Equal(got, []signature.MailKind{signature.MailSigned}) {
			t.Errorf("mails after accepting: %v", got)
		}
		if c := h.counts(); c.Organisations != 1 || c.Highest != 1 {
			t.Errorf("counts %+v", c)
		}
		for what, err := range map[string]error{
			"accepting again": h.signing.Accept(ctx, id), "refusing": h.signing.Refuse(ctx, id, ""),
		} {
			if !errors.Is(err, signature.ErrNotWaiting) {
				t.Errorf("%s what stands: %v", what, err)
			}
		}
		if err := h.signing.Undo(ctx, id); !errors.Is(err, signature.ErrNotRefused) {
			t.Errorf("undoing what was accepted: %v", err)
		}
		if got := h.mails(); len(got) != 0 {
			t.Errorf("mails after what could not be done: %v", got)
		}
		if _, err := h.signing.Withdraw(ctx, own); err != nil {
			t.Error(err)
		}
		if c := h.counts(); c.Organisations != 0 || c.Withdrawn != 1 {
			t.Errorf("counts after withdrawing %+v", c)
		}
	})
}

func TestRefusedSignatureIsKeptAndCanComeBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, own := h.waiting(form("Example Organisation", "a@example.org"))
		const note = "Please sign from an address of the organisation."
		if err := h.signing.Refuse(ctx, id, strings.Repeat("x", signature.MaxNote+1)); err == nil {
			t.Error("a reason without end was taken")
		}
		h.must(h.signing.Refuse(ctx, id, note))
		if got := h.mails(); !slices.Equal(got, []signature.MailKind{signature.MailRefused}) {
			t.Errorf("mails after refusing: %v", got)
		}
		v, err := h.signing.Own(ctx, own)
		h.must(err)
		doubts, told, err := h.signing.Why(ctx, v.Signature)
		h.must(err)
		if v.Signature.State != signature.Refused || v.Signature.Public.Name == "" || told != note || len(doubts) != 1 || doubts[0].Rule != "fixed" {
			t.Errorf("refused: %+v, %v, %q", v.Signature, doubts, told)
		}
		if c := h.counts(); c.Highest != 0 {
			t.Errorf("a refused signature is counted: %+v", c)
		}
		if sealed, err := h.db.SealedNote(ctx, id); err != nil || strings.Contains(string(sealed), "sign from") {
			t.Errorf("the reason stands in clear: %v", err)
		}
		// The address stays taken.
		_, confirm, _ := h.sign(form("Another Organisation", "a@example.org"))
		if _, _, err := h.signing.ConfirmByLink(ctx, confirm); !errors.Is(err, signature.ErrTaken) {
			t.Errorf("signing again after a refusal: %v", err)
		}
		h.mails()

		h.must(h.signing.Undo(ctx, id))
		if got := h.mails(); !slices.Equal(got, []signature.MailKind{signature.MailWaiting}) {
			t.Errorf("mails after undoing: %v", got)
		}
		v, err = h.signing.Own(ctx, own)
		h.must(err)
		if doubts, told, err := h.signing.Why(ctx, v.Signature); err != nil || v.Signature.State != signature.Waiting || len(doubts) != 1 || told != "" {
			t.Errorf("after undoing: %q, %v, %q, %v", v.Signature.State, doubts, told, err)
		}
		h.must(h.signing.Accept(ctx, id))
		if c := h.counts(); c.Organisations != 1 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestWhoWasRefusedCanHaveItErased(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, own := h.waiting(form("Example Organisation", "a@example.org"))
		h.must(h.signing.Refuse(ctx, id, "A reason."))
		_, err := h.signing.Withdraw(ctx, own)
		h.must(err)
		h.mails()
		if _, err := h.db.SealedPrivate(ctx, id); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("the vault still holds the address: %v", err)
		}
		if doubts, err := h.db.Doubts(ctx, id); err != nil || len(doubts) != 0 {
			t.Errorf("the doubts: %v, %v", doubts, err)
		}
		if note, err := h.db.SealedNote(ctx, id); err != nil || note != nil {
			t.Errorf("the reason is still there: %v", err)
		}
		if c := h.counts(); c != (letter.Counts{}) {
			t.Errorf("counts %+v", c)
		}
		for what, err := range map[string]error{"accepting": h.signing.Accept(ctx, id), "undoing": h.signing.Undo(ctx, id)} {
			if err == nil {
				t.Errorf("%s what was erased works", what)
			}
		}
		if h.state(id) != signature.Withdrawn {
			t.Errorf("state %q", h.state(id))
		}
	})
}

func TestDecidingAboutNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		const nobody = "0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f"
		for what, err := range map[string]error{
			"accepting": h.signing.Accept(ctx, nobody), "refusing": h.signing.Refuse(ctx, nobody, ""), "undoing": h.signing.Undo(ctx, "no id"),
		} {
			if !errors.Is(err, signature.ErrUnknown) {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, _, id := h.sign(form("Example Organisation", "a@example.org"))
		if err := h.signing.Accept(ctx, id); !errors.Is(err, signature.ErrNotWaiting) || h.state(id) != signature.Unconfirmed {
			t.Errorf("accepting what nobody confirmed: %v", err)
		}
	})
}

func TestPersonListedBySameNameAndCountry(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		f := form("Ana Pérez", "ana@example.org")
		f.Kind, f.SignerName = "person", ""
		_, confirm, id := h.sign(f)
		ask := func(name, country, except string) bool {
			t.Helper()
			listed, err := h.db.PersonListed(ctx, h.letter.ID, signature.Public{Name: name, Country: country}, except)
			h.must(err)
			return listed
		}
		if ask("Ana Pérez", "SV", "") {
			t.Error("one that nobody confirmed is listed")
		}
		if _, _, err := h.signing.ConfirmByLink(ctx, confirm); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, country, except string
			want                  bool
		}{
			{"ANA  PEREZ", "SV", "", true}, {"Ana Pérez", "GT", "", false}, {"Ana Pérez", "SV", id, false}, {"Ana", "SV", "", false},
		} {
			if got := ask(c.name, c.country, c.except); got != c.want {
				t.Errorf("%q in %s, but for %q: %v", c.name, c.country, c.except, got)
			}
		}
	})
}
