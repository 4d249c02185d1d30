package signature_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pliego/internal/signature"
)

func person(name, email string) signature.Form {
	return signature.Form{Kind: "person", Name: name, Country: "SV", Email: email, Consent: "1"}
}

const sharedAddress = "casa@example.org"

// another signs as one more person at the shared address, and waits.
func (h *house) another(name string) *signature.Signature {
	h.t.Helper()
	_, confirm, id := h.sign(person(name, sharedAddress))
	_, v, err := h.signing.ConfirmAsAnother(context.Background(), confirm)
	h.must(err)
	if v.Signature.State != signature.Waiting {
		h.t.Fatalf("%s: %s", name, v.Signature.State)
	}
	sig, err := h.db.SignatureByID(context.Background(), id)
	h.must(err)
	return sig
}

func (h *house) withdraw(sig *signature.Signature) {
	h.t.Helper()
	own, err := h.signing.OwnToken(sig)
	h.must(err)
	_, err = h.signing.Withdraw(context.Background(), own)
	h.must(err)
}

func TestTwoPersonsShareAnAddressAfterALook(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.signing.Rules = nil // as with review off: what the signer says of it is no suspicion
		ana := h.confirmed(person("Ana Ejemplo", sharedAddress))
		h.counts() // gives the number
		h.mails()
		_, confirm, id := h.sign(person("Eva Ejemplo", sharedAddress))
		if got := h.mails(); !slices.Equal(got, []signature.MailKind{signature.MailAlready}) {
			t.Errorf("mails: %v", got)
		}
		if _, _, err := h.signing.ConfirmByLink(ctx, confirm); !errors.Is(err, signature.ErrTaken) {
			t.Errorf("without saying so: %v", err)
		}
		v, err := h.signing.Look(ctx, confirm)
		h.must(err)
		holders, err := h.signing.Holders(ctx, v.Signature)
		h.must(err)
		if len(holders) != 1 || holders[0].ID != ana.ID {
			t.Errorf("held by %+v", holders)
		}
		own, _, err := h.signing.ConfirmAsAnother(ctx, confirm)
		h.must(err)
		if again, _, err := h.signing.ConfirmAsAnother(ctx, confirm); err != nil || again != own {
			t.Errorf("pressing again: %v", err)
		}
		doubts, err := h.db.Doubts(ctx, id)
		h.must(err)
		if h.state(id) != signature.Waiting || len(doubts) != 1 || doubts[0].Rule != signature.RuleSharedAddress || doubts[0].Detail != "number 1" {
			t.Fatalf("%s, doubts %+v", h.state(id), doubts)
		}
		h.must(h.signing.Accept(ctx, id))
		if c := h.counts(); c.Persons != 2 {
			t.Errorf("%d persons are listed", c.Persons)
		}
		eva, err := h.db.SignatureByID(ctx, id)
		h.must(err)
		if eva.Number != 2 {
			t.Errorf("the second has number %d", eva.Number)
		}
		// Who asks once more hears of the signature in that name.
		h.mails()
		h.sign(person("EVA EJEMPLO", sharedAddress))
		list, err := h.db.TakeMail(ctx, h.now.Add(time.Second), time.Minute, 10)
		h.must(err)
		if len(list) != 1 || list[0].Kind != signature.MailAlready || list[0].About != id {
			t.Errorf("%+v", list)
		}
	})
}

// Withdrawing or erasing one leaves the other as it is, and the address still
// waits for a look whoever comes next.
func TestOneOfTwoLeavesAndTheOtherStays(t *testing.T) {
	for name, leave := range map[string]func(h *house, sig *signature.Signature){
		"withdraws": func(h *house, sig *signature.Signature) { h.withdraw(sig) },
		"erases": func(h *house, sig *signature.Signature) {
			own, err := h.signing.OwnToken(sig)
			h.must(err)
			_, err = h.signing.Erase(context.Background(), own)
			h.must(err)
		},
	} {
		for _, first := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, first %v", name, first), func(t *testing.T) {
				each(t, func(t *testing.T, h *house) {
					ctx := context.Background()
					goes, stays := h.confirmed(person("Ana Ejemplo", sharedAddress)), h.another("Eva Ejemplo")
					h.must(h.signing.Accept(ctx, stays.ID))
					if !first {
						goes, stays = stays, goes
					}
					h.counts()
					leave(h, goes)
					if c := h.counts(); c.Persons != 1 || h.state(stays.ID) != signature.Standing {
						t.Fatalf("listed: %d; the other is %s", c.Persons, h.state(stays.ID))
					}
					own, err := h.signing.OwnToken(stays)
					h.must(err)
					kept, err := h.signing.Kept(ctx, own)
					h.must(err)
					if !kept.Address || kept.Private == nil || kept.Private.Email != sharedAddress {
						t.Errorf("kept of who stays: %+v", kept.Rows)
					}
					_, confirm, _ := h.sign(person("Leo Ejemplo", sharedAddress))
					if _, _, err := h.signing.ConfirmByLink(ctx, confirm); !errors.Is(err, signature.ErrTaken) {
						t.Errorf("a third, without a look: %v", err)
					}
					// When both have left, the address is as any other.
					leave(h, stays)
					if _, v, err := h.signing.ConfirmAsAnother(ctx, confirm); err != nil || v.Signature.State != signature.Standing {
						t.Errorf("alone at the address: %v", err)
					}
				})
			})
		}
	}
}

func TestMailToTheOtherSurvivesAWithdrawal(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ana := h.confirmed(person("Ana Ejemplo", sharedAddress))
		h.mails()
		_, confirm, id := h.sign(person("Eva Ejemplo", sharedAddress))
		h.withdraw(ana) // before the mail went out
		list, err := h.db.TakeMail(context.Background(), h.now.Add(time.Second), time.Minute, 10)
		h.must(err)
		found := false
		for _, m := range list {
			found = found || m.Kind == signature.MailConfirm && m.Recipient == id && m.About == id
		}
		if !found {
			t.Errorf("mails: %+v", list)
		}
		if _, v, err := h.signing.ConfirmByLink(context.Background(), confirm); err != nil || v.Signature.State != signature.Standing {
			t.Errorf("the second confirms: %v", err)
		}
	})
}

func TestAnAddressIsSharedByAFewPersonsAndNoOrganisation(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.confirmed(person("Persona 1", sharedAddress))
		var links []string
		for i := 2; i <= signature.MaxSharing+3; i++ {
			_, confirm, _ := h.sign(person(fmt.Sprintf("Persona %d", i), sharedAddress))
			links = append(links, confirm)
		}
		var mu sync.Mutex
		var all sync.WaitGroup
		waiting, crowded := 0, 0
		for _, link := range links { // all at once
			all.Go(func() {
				_, _, err := h.signing.ConfirmAsAnother(ctx, link)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					waiting++
				case errors.Is(err, signature.ErrCrowded):
					crowded++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if waiting != signature.MaxSharing-1 || crowded != 3 {
			t.Errorf("%d wait, %d were too many", waiting, crowded)
		}

		h.confirmed(form("Casa Semilla", sharedAddress))
		_, confirm, _ := h.sign(form("Casa Abierta", sharedAddress))
		if _, _, err := h.signing.ConfirmAsAnother(ctx, confirm); !errors.Is(err, signature.ErrTaken) {
			t.Errorf("an organisation as another: %v", err)
		}
	})
}

// Persons who share an address come and go at once: as long as one of them holds
// it, nobody new takes it alone, and when all are gone it is free.
func TestComingAndGoingAtOnceKeepsTheAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ana := h.confirmed(person("Ana Ejemplo", sharedAddress))
		eva := h.another("Eva Ejemplo")
		_, leo, leoID := h.sign(person("Leo Ejemplo", sharedAddress))
		_, sol, _ := h.sign(person("Sol Ejemplo", sharedAddress))
		var all sync.WaitGroup
		for _, act := range []func(){
			func() { h.withdraw(ana) }, func() { h.withdraw(eva) },
			func() {
				if _, _, err := h.signing.ConfirmAsAnother(ctx, leo); err != nil && !errors.Is(err, signature.ErrTaken) {
					t.Error(err)
				}
			},
		} {
			all.Go(act)
		}
		all.Wait()
		if h.state(leoID) == signature.Unconfirmed { // somebody was quicker in between
			_, _, err := h.signing.ConfirmAsAnother(ctx, leo)
			h.must(err)
		}
		if _, _, err := h.signing.ConfirmByLink(ctx, sol); !errors.Is(err, signature.ErrTaken) {
			t.Errorf("the address is held, and taken alone: %v", err)
		}
		sig, err := h.db.SignatureByID(ctx, leoID)
		h.must(err)
		h.withdraw(sig)
		if _, v, err := h.signing.ConfirmByLink(ctx, sol); err != nil || v.Signature.State != signature.Standing {
			t.Errorf("the address is free, and not taken: %v", err)
		}
	})
}

func TestASharedAddressIsErasedWithTheRest(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.confirmed(person("Ana Ejemplo", sharedAddress))
		eva := h.another("Eva Ejemplo")
		h.must(h.signing.Accept(ctx, eva.ID))
		h.must(signature.EraseAddressesOn(ctx, h.db, h.letter, h.now.Add(time.Hour)))
		h.close()
		h.now = h.now.Add(2 * time.Hour)
		h.sweep()
		own, err := h.signing.OwnToken(eva)
		h.must(err)
		kept, err := h.signing.Kept(ctx, own)
		h.must(err)
		if kept.Address || kept.Private != nil || h.state(eva.ID) != signature.Standing || !strings.Contains(kept.Signature.Public.Name, "Eva") {
			t.Errorf("after the letter's day: %+v", kept.Rows)
		}
	})
}
