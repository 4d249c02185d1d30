package signature_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
	"pliego/internal/vault"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// house is a store with one open letter and everything that signing needs.
type house struct {
	t       testing.TB
	db      *store.DB
	signing *signature.Service
	letters *letter.Service
	seq     *ledger.Sequencer
	letter  *letter.Letter
	now     time.Time
}

func newHouse(t testing.TB, db *store.DB) *house {
	t.Helper()
	h := &house{t: t, db: db, now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return h.now }
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.LoadOrCreateKey(t.TempDir()+"/ledger.key", true)
	if err != nil {
		t.Fatal(err)
	}
	h.signing = &signature.Service{Store: db, Vault: v, Now: clock}
	h.letters = &letter.Service{Store: db, Now: clock}
	h.seq = &ledger.Sequencer{Store: db, Key: key, Now: clock}
	ctx := context.Background()
	h.must(db.InitLog(ctx, key.Name(), key.Verifier()))
	l := &letter.Letter{Slug: "open-letter", State: letter.Draft, OriginalLang: "en"}
	h.must(h.letters.Create(ctx, l))
	for _, lang := range []string{"en", "es"} {
		h.must(h.letters.Publish(ctx, l, letter.Text{
			Lang: lang, Kind: letter.FullText, Title: "Open letter (" + lang + ")", Body: "We ask.",
			Asks: []letter.Ask{{Key: "first-ask", Title: "First"}},
		}))
	}
	h.must(h.letters.Open(ctx, "open-letter"))
	h.letter, err = db.LetterBySlug(ctx, "open-letter")
	h.must(err)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func form(name, email string) signature.Form {
	return signature.Form{
		Kind: "organisation", Name: name, Country: "sv", SignerName: "Example Signer", Email: email, Consent: "1",
	}
}

// sign fills the form and gives the tokens that the page and the mail hold.
func (h *house) sign(f signature.Form) (wait, confirm, id string) {
	h.t.Helper()
	s, err := h.signing.Sign(context.Background(), "open-letter", "es", f)
	h.must(err)
	id, _, err = h.signing.Vault.ParseToken(signature.TokenWait, s.WaitToken)
	h.must(err)
	return s.WaitToken, h.confirmToken(id), id
}

func (h *house) confirmToken(id string) string {
	h.t.Helper()
	sig, err := h.db.SignatureByID(context.Background(), id)
	h.must(err)
	token, err := h.signing.Vault.Token(signature.TokenConfirm, id, sig.Generation)
	h.must(err)
	return token
}

// mails takes what is due in the outbox, as kinds.
func (h *house) mails() []signature.MailKind {
	h.t.Helper()
	ctx := context.Background()
	list, err := h.db.TakeMail(ctx, h.now.Add(time.Second), time.Minute, 100)
	h.must(err)
	var kinds []signature.MailKind
	for _, m := range list {
		kinds = append(kinds, m.Kind)
		h.must(h.db.MailSent(ctx, m))
	}
	return kinds
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) { fn(t, newHouse(t, open())) })
}

func TestSignatureFromFormToNumberToGap(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, confirm, id := h.sign(form("  Organización   Ejemplo ", "a@example.org"))
		if got := h.mails(); len(got) != 1 || got[0] != signature.MailConfirm {
			t.Fatalf("mails after the form: %v", got)
		}
		for range 2 { // a scanner follows the link, again and again
			if v, err := h.signing.Look(ctx, confirm); err != nil || v.Signature.State != signature.Unconfirmed {
				t.Fatalf("Look = %+v, %v", v, err)
			}
		}
		h.must(h.seq.SequenceAll(ctx))
		if l, _ := h.db.LetterBySlug(ctx, "open-letter"); l.Counts.Listed() != 0 {
			t.Fatal("an unconfirmed signature is counted")
		}

		own, v, err := h.signing.ConfirmByLink(ctx, confirm)
		h.must(err)
		if v.Text.Lang != "es" || v.Text.Hash != v.Text.ContentHash() || v.Signature.TextHash != v.Text.Hash {
			t.Errorf("confirmed for text %q, hash %s", v.Text.Lang, v.Signature.TextHash)
		}
		if again, _, err := h.signing.ConfirmByLink(ctx, confirm); err != nil || again != own {
			t.Errorf("pressing the button again: %v", err)
		}
		h.must(h.seq.SequenceAll(ctx))
		h.must(h.seq.SignHead(ctx))
		l, err := h.db.LetterBySlug(ctx, "open-letter")
		h.must(err)
		if l.Counts != (letter.Counts{Organisations: 1, Countries: 1, Highest: 1}) {
			t.Errorf("counts %+v", l.Counts)
		}
		page, err := h.db.SignaturesNumbered(ctx, l.ID, 1, store.RegistrationPage)
		h.must(err)
		if len(page) != 1 || page[0].Number != 1 || page[0].Public.Name != "Organización Ejemplo" || page[0].Public.Country != "SV" || page[0].Basis != signature.Confirmed {
			t.Fatalf("listed: %+v", page[0])
		}
		for _, q := range []string{"organizacion", "EJEMPLO", "ción ej"} {
			found, _, err := h.db.SignaturesByName(ctx, l.ID, store.ListQuery{Search: q, Limit: 10})
			if err != nil || len(found) != 1 {
				t.Errorf("search %q: %d, %v", q, len(found), err)
			}
		}
		if found, _, _ := h.db.SignaturesByName(ctx, l.ID, store.ListQuery{Search: "%", Limit: 10}); len(found) != 1 {
			t.Errorf("a sign that folds to nothing must list all, got %d", len(found))
		}

		v, err = h.signing.Correct(ctx, own, signature.Form{Name: "Organización de Ejemplo", Country: "GT"})
		h.must(err)
		if v.Signature.Public.Name != "Organización de Ejemplo" || v.Signature.Public.Country != "GT" {
			t.Errorf("corrected to %+v", v.Signature.Public)
		}
		if _, err := h.signing.Correct(ctx, own, signature.Form{Name: "", Country: "GT"}); err == nil {
			t.Error("an empty name was taken as a correction")
		}
		_, err = h.signing.Withdraw(ctx, own)
		h.must(err)
		_, err = h.signing.Withdraw(ctx, own)
		h.must(err)
		if _, err := h.signing.Correct(ctx, own, signature.Form{Name: "Back", Country: "GT"}); !errors.Is(err, signature.ErrWithdrawn) {
			t.Errorf("correcting after withdrawal: %v", err)
		}
		h.must(h.seq.SequenceAll(ctx))
		l, _ = h.db.LetterBySlug(ctx, "open-letter")
		if l.Counts != (letter.Counts{Withdrawn: 1, Highest: 1}) {
			t.Errorf("counts after withdrawal %+v", l.Counts)
		}
		page, _ = h.db.SignaturesNumbered(ctx, l.ID, 1, 500)
		if len(page) != 1 || page[0].State != signature.Withdrawn || page[0].Public != (signature.Public{}) || page[0].EndedAt.IsZero() {
			t.Errorf("the gap: %+v", page[0])
		}
		if got := h.mails(); len(got) != 1 || got[0] != signature.MailWithdrawn {
			t.Errorf("mails after withdrawal: %v", got)
		}
		if _, err := h.db.SealedPrivate(ctx, id); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("the vault still holds who withdrew: %v", err)
		}

		// The address is free again, and the number is not given twice.
		_, confirm, _ = h.sign(form("Organización Ejemplo", "A@Example.org"))
		_, _, err = h.signing.ConfirmByLink(ctx, confirm)
		h.must(err)
		h.must(h.seq.SequenceAll(ctx))
		if l, _ = h.db.LetterBySlug(ctx, "open-letter"); l.Counts.Highest != 2 || l.Counts.Listed() != 1 {
			t.Errorf("counts after signing again %+v", l.Counts)
		}
	})
}

func TestOneSignaturePerAddressKindAndLetter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		wait1, first, id1 := h.sign(form("One", "same@example.org"))
		_, second, _ := h.sign(form("Two", "SAME@example.org"))
		if wait1 == "" {
			t.Fatal("no token")
		}
		_, _, err := h.signing.ConfirmByLink(ctx, first)
		h.must(err)
		if _, _, err := h.signing.ConfirmByLink(ctx, second); !errors.Is(err, signature.ErrTaken) {
			t.Errorf("the second of one address: %v", err)
		}
		h.mails()
		// A third form looks the same to who fills it; the mail says it.
		_, third, _ := h.sign(form("Three", "same@example.org"))
		list, err := h.db.TakeMail(ctx, h.now.Add(time.Second), time.Minute, 10)
		h.must(err)
		if len(list) != 1 || list[0].Kind != signature.MailAlready || list[0].About != id1 {
			t.Errorf("mail: %+v", list)
		}
		if _, _, err := h.signing.ConfirmByLink(ctx, third); !errors.Is(err, signature.ErrTaken) {
			t.Errorf("the third: %v", err)
		}
		person := form("A person", "same@example.org")
		person.Kind, person.SignerName = "person", ""
		_, fourth, _ := h.sign(person)
		if _, _, err := h.signing.ConfirmByLink(ctx, fourth); err != nil {
			t.Errorf("the same address as a person: %v", err)
		}
	})
}

func TestCodeIsTheOtherWayInAndGuessingIsBounded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		wait, _, id := h.sign(form("One", "one@example.org"))
		code := h.signing.Vault.Code(signature.TokenConfirm, id, 1)
		if _, _, err := h.signing.ConfirmByCode(ctx, wait, code[:3]+" "+code[3:]); err != nil {
			t.Errorf("the code with a space: %v", err)
		}
		wait, confirm, id := h.sign(form("Two", "two@example.org"))
		right := h.signing.Vault.Code(signature.TokenConfirm, id, 1)
		wrong := "000000"
		if right == wrong {
			wrong = "000001"
		}
		for i := range 5 {
			want := signature.ErrWrongCode
			if i == 4 {
				want = signature.ErrTooManyTries
			}
			if _, _, err := h.signing.ConfirmByCode(ctx, wait, wrong); !errors.Is(err, want) {
				t.Errorf("wrong code %d: %v", i+1, err)
			}
		}
		if _, _, err := h.signing.ConfirmByCode(ctx, wait, right); !errors.Is(err, signature.ErrTooManyTries) {
			t.Errorf("the right code after too many wrong ones: %v", err)
		}
		if _, _, err := h.signing.ConfirmByLink(ctx, confirm); err != nil {
			t.Errorf("the link still works: %v", err)
		}
	})
}

func TestMailAgainAndToACorrectedAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		wait, first, id := h.sign(form("One", "typo@example.org"))
		h.must(h.signing.MailAgain(ctx, wait, ""))
		if got := h.mails(); len(got) != 2 {
			t.Errorf("mails: %v", got)
		}
		if _, err := h.signing.Look(ctx, first); err != nil {
			t.Errorf("every copy of a link works: %v", err)
		}
		var ps signature.Problems
		if err := h.signing.MailAgain(ctx, wait, "no-at"); !errors.As(err, &ps) || ps.Of("email") != signature.NoAt {
			t.Errorf("a bad address: %v", err)
		}
		h.must(h.signing.MailAgain(ctx, wait, "right@example.org"))
		if _, err := h.signing.Look(ctx, first); !errors.Is(err, signature.ErrReplaced) {
			t.Errorf("the link sent to the wrong address: %v", err)
		}
		if p, err := h.signing.PrivateOf(ctx, id); err != nil || p.Email != "right@example.org" || p.SignerName == "" {
			t.Errorf("private part %+v, %v", p, err)
		}
		var err error
		for range 5 {
			err = h.signing.MailAgain(ctx, wait, "")
		}
		if !errors.Is(err, signature.ErrTooManyMails) {
			t.Errorf("mails are not bounded: %v", err)
		}
		if _, _, err := h.signing.ConfirmByLink(ctx, h.confirmToken(id)); err != nil {
			t.Error(err)
		}
	})
}

func TestLinksExpireAndLettersClose(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, confirm, id := h.sign(form("One", "one@example.org"))
		_, disown, gone := h.sign(form("Two", "two@example.org"))
		h.now = h.now.Add(signature.ConfirmWithin + time.Second)
		if _, _, err := h.signing.ConfirmByLink(ctx, confirm); !errors.Is(err, signature.ErrExpired) {
			t.Errorf("an old link: %v", err)
		}
		h.must(h.signing.DisownUnconfirmed(ctx, disown))
		if _, err := h.db.SignatureByID(ctx, gone); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("a disowned form is still there: %v", err)
		}
		if _, err := h.db.SealedPrivate(ctx, gone); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("the vault still holds a disowned form: %v", err)
		}
		if _, err := h.signing.Own(ctx, confirm); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("a confirmation token opened the own page: %v", err)
		}
		entry, err := ledger.NewPending(ledger.StateChanged, h.letter.ID, h.letter.Slug, h.letter.ID, "", h.now, map[string]string{"state": "closed"})
		h.must(err)
		h.must(h.db.SetState(ctx, h.letter.ID, letter.Open, letter.Closed, h.now, entry))
		if _, err := h.signing.Sign(ctx, "open-letter", "en", form("Late", "late@example.org")); !errors.Is(err, letter.ErrState) {
			t.Errorf("signing a closed letter: %v", err)
		}
		if _, err := h.db.SignatureByID(ctx, id); err != nil {
			t.Errorf("nothing is lost: %v", err)
		}
	})
}

func TestNumbersAreGivenOnceByRivalSequencers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		h := newHouse(t, open())
		other := open()
		ctx := context.Background()
		const n = 60
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				_, confirm, _ := h.sign(form(fmt.Sprintf("Organisation %02d", i), fmt.Sprintf("o%d@example.org", i)))
				if _, _, err := h.signing.ConfirmByLink(ctx, confirm); err != nil {
					t.Error(err)
				}
			})
		}
		done := make(chan struct{})
		var rivals sync.WaitGroup
		for _, db := range []*store.DB{h.db, other} {
			seq := &ledger.Sequencer{Store: db, Key: h.seq.Key, Now: h.seq.Now, Batch: 7}
			rivals.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
						if _, err := seq.Sequence(ctx); err != nil && !errors.Is(err, ledger.ErrLost) {
							t.Error(err)
						}
						if err := seq.SignHead(ctx); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Wait()
		h.must(h.seq.SequenceAll(ctx))
		close(done)
		rivals.Wait()
		h.must(h.seq.SignHead(ctx))
		page, err := h.db.SignaturesNumbered(ctx, h.letter.ID, 1, 500)
		h.must(err)
		if len(page) != n {
			t.Fatalf("%d of %d listed", len(page), n)
		}
		for i, s := range page {
			if s.Number != int64(i+1) {
				t.Fatalf("row %d has number %d", i, s.Number)
			}
		}
		byName, next, err := h.db.SignaturesByName(ctx, h.letter.ID, store.ListQuery{Limit: 25})
		h.must(err)
		for next != "" {
			var more []*signature.Signature
			more, next, err = h.db.SignaturesByName(ctx, h.letter.ID, store.ListQuery{Limit: 25, After: next})
			h.must(err)
			byName = append(byName, more...)
		}
		for i, s := range byName {
			if want := fmt.Sprintf("Organisation %02d", i); s.Public.Name != want {
				t.Fatalf("alphabetical row %d is %q", i, s.Public.Name)
			}
		}
		if len(byName) != n {
			t.Errorf("alphabetical: %d of %d", len(byName), n)
		}
	})
}

// fixedRule doubts every signature at one moment.
type fixedRule struct{ at signature.Moment }

func (r fixedRule) Doubt(_ context.Context, c signature.Case) (*signature.Doubt, error) {
	if c.Moment != r.at {
		return nil, nil
	}
	return &signature.Doubt{Rule: "fixed", Detail: "always"}, nil
}

func TestDoubtfulSignatureWaitsAndLosesNothing(t *testing.T) {
	for name, moment := range map[string]signature.Moment{"at the form": signature.Filled, "at the button": signature.Confirming} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				ctx := context.Background()
				h.signing.Rules = []signature.Rule{fixedRule{moment}}
				_, confirm, _ := h.sign(form("Example Organisation", "a@example.org"))
				h.mails()
				own, v, err := h.signing.ConfirmByLink(ctx, confirm)
				h.must(err)
				if v.Signature.State != signature.Waiting {
					t.Fatalf("state %q", v.Signature.State)
				}
				if got := h.mails(); len(got) != 1 || got[0] != signature.MailWaiting {
					t.Errorf("mails: %v", got)
				}
				h.must(h.seq.SequenceAll(ctx))
				if l, _ := h.db.LetterBySlug(ctx, "open-letter"); l.Counts.Listed() != 0 || l.Counts.Highest != 0 {
					t.Errorf("a signature that waits is counted: %+v", l.Counts)
				}
				if again, _, err := h.signing.ConfirmByLink(ctx, confirm); err != nil || again != own {
					t.Errorf("pressing the button again: %v", err)
				}
				h.sign(form("Example Organisation", "a@example.org"))
				if got := h.mails(); len(got) != 1 || got[0] != signature.MailAlready {
					t.Errorf("signing again mails %v", got)
				}
				if _, err := h.signing.Withdraw(ctx, own); err != nil {
					t.Fatal(err)
				}
				h.must(h.seq.SequenceAll(ctx))
				if l, _ := h.db.LetterBySlug(ctx, "open-letter"); l.Counts.Withdrawn != 0 || l.Counts.Listed() != 0 {
					t.Errorf("withdrawing what was never listed leaves a gap: %+v", l.Counts)
				}
			})
		})
	}
}
