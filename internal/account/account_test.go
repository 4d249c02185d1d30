package account_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"pliego/internal/account"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
	"pliego/internal/vault"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// office is a store with the service of accounts on a clock.
type office struct {
	t   *testing.T
	db  *store.DB
	acc *account.Service
	now time.Time
}

func each(t *testing.T, fn func(t *testing.T, o *office)) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		o := &office{t: t, db: open(), now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
		v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
		o.must(err)
		o.acc = &account.Service{Store: o.db, Vault: v, Now: func() time.Time { return o.now }}
		fn(t, o)
	})
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) invite(email string, role account.Role) (*account.Person, string) {
	o.t.Helper()
	p, token, err := o.acc.Invite(context.Background(), "", email, role, "es", true)
	o.must(err)
	return p, token
}

func (o *office) enter(token string) string {
	o.t.Helper()
	_, secret, err := o.acc.Enter(context.Background(), token, "Firefox Linux")
	o.must(err)
	return secret
}

func (o *office) mails() (kinds []string) {
	o.t.Helper()
	list, err := o.db.TakeMail(context.Background(), o.now.Add(time.Second), time.Minute, 100)
	o.must(err)
	for _, m := range list {
		kinds = append(kinds, string(m.Kind))
		o.must(o.db.MailSent(context.Background(), m))
	}
	return kinds
}

func TestFromInvitationToSession(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		p, token := o.invite("Someone@Example.org", account.Coordinator)
		if got := o.mails(); len(got) != 1 || got[0] != "desk-invitation" {
			t.Errorf("mails %v", got)
		}
		if _, _, err := o.acc.Invite(ctx, "", "someone@example.org", account.Reviewer, "es", true); !errors.Is(err, account.ErrInvited) {
			t.Errorf("the same address again: %v", err)
		}
		if _, _, err := o.acc.Invite(ctx, "", "not an address", account.Reviewer, "es", true); !errors.Is(err, account.ErrAddress) {
			t.Errorf("no address: %v", err)
		}
		for range 2 { // a mail scanner follows the link
			if got, err := o.acc.Look(ctx, token); err != nil || got.ID != p.ID {
				t.Fatalf("Look: %+v, %v", got, err)
			}
		}
		secret := o.enter(token)
		if _, _, err := o.acc.Enter(ctx, token, ""); !errors.Is(err, account.ErrLink) {
			t.Errorf("the link lets in twice: %v", err)
		}
		_, who, err := o.acc.Who(ctx, secret)
		if err != nil || who.ID != p.ID || who.Role != account.Coordinator {
			t.Fatalf("Who: %+v, %v", who, err)
		}
		for _, wrong := range []string{"", secret[:42], secret[:42] + "x", token} {
			if _, _, err := o.acc.Who(ctx, wrong); !errors.Is(err, account.ErrNoSession) {
				t.Errorf("secret %q: %v", wrong, err)
			}
		}

		// Used every ten hours it lives for seven days, and then no more.
		for end := o.now.Add(account.SessionWithin); ; o.now = o.now.Add(10 * time.Hour) {
			_, _, err := o.acc.Who(ctx, secret)
			if o.now.Before(end) != (err == nil) {
				t.Fatalf("at %v: %v", o.now, err)
			}
			if err != nil {
				break
			}
		}
		o.must(o.acc.AskLink(ctx, "someone@example.org"))
		o.must(o.acc.AskLink(ctx, "someone@example.org")) // at once again: one mail
		o.must(o.acc.AskLink(ctx, "stranger@example.org"))
		if got := o.mails(); len(got) != 1 || got[0] != "desk-link" {
			t.Errorf("mails %v", got)
		}
		p, err = o.db.PersonByID(ctx, p.ID)
		o.must(err)
		token, err = o.acc.LinkToken(p)
		o.must(err)
		o.now = o.now.Add(account.LinkWithin + time.Second)
		if _, err := o.acc.Look(ctx, token); !errors.Is(err, account.ErrLink) {
			t.Errorf("a link lives too long: %v", err)
		}
		o.must(o.acc.AskLink(ctx, "someone@example.org"))
		secret = o.enter(token)
		o.now = o.now.Add(account.IdleWithin + time.Second)
		if _, _, err := o.acc.Who(ctx, secret); !errors.Is(err, account.ErrNoSession) {
			t.Errorf("a session that nobody used: %v", err)
		}
	})
}

func TestOneLinkLetsInOnceHoweverManyPress(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, token := o.invite("someone@example.org", account.Reviewer)
		var wg sync.WaitGroup
		results := make([]error, 8)
		for i := range results {
			wg.Go(func() { _, _, results[i] = o.acc.Enter(context.Background(), token, "") })
		}
		wg.Wait()
		entered := 0
		for _, err := range results {
			if err == nil {
				entered++
			} else if !errors.Is(err, account.ErrLink) {
				t.Error(err)
			}
		}
		if entered != 1 {
			t.Errorf("%d entered", entered)
		}
	})
}

func TestAccessEndsWholly(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		first, token := o.invite("first@example.org", account.Coordinator)
		one, other := o.enter(token), ""
		if err := o.acc.End(ctx, first.ID, first.ID); !errors.Is(err, account.ErrLast) {
			t.Fatalf("the last coordinator left: %v", err)
		}
		if _, _, err := o.acc.Who(ctx, one); err != nil {
			t.Fatalf("and lost the session: %v", err)
		}
		second, token := o.invite("second@example.org", account.Coordinator)
		other = o.enter(token)

		// Each ends the other at the same time: one of them stays.
		var wg sync.WaitGroup
		errs := make([]error, 2)
		wg.Go(func() { errs[0] = o.acc.End(ctx, first.ID, second.ID) })
		wg.Go(func() { errs[1] = o.acc.End(ctx, second.ID, first.ID) })
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), account.ErrLast) {
			t.Fatalf("ended: %v", errs)
		}
		gone, secret, address := first, one, "first@example.org"
		if errs[0] == nil {
			gone, secret, address = second, other, "second@example.org"
		}
		if _, _, err := o.acc.Who(ctx, secret); !errors.Is(err, account.ErrNoSession) {
			t.Errorf("the session of one whose access ended: %v", err)
		}
		if _, err := o.acc.AddressOf(ctx, gone.ID); !errors.Is(err, account.ErrUnknown) {
			t.Errorf("their address: %v", err)
		}
		o.mails()
		o.must(o.acc.AskLink(ctx, address))
		if got := o.mails(); len(got) != 0 {
			t.Errorf("mails to one whose access ended: %v", got)
		}
		o.invite(address, account.Reviewer) // may come back
		lines, err := o.db.Lines(ctx, "", 10)
		o.must(err)
		if len(lines) < 5 || lines[0].Act != "people.invite" || lines[0].After != "reviewer" {
			t.Errorf("log: %+v", lines)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		p, token := o.invite("someone@example.org", account.Coordinator)
		var secrets []string
		for range 3 {
			secrets = append(secrets, o.enter(token))
			o.now = o.now.Add(2 * time.Minute)
			o.must(o.acc.AskLink(ctx, "someone@example.org"))
			fresh, err := o.db.PersonByID(ctx, p.ID)
			o.must(err)
			token, err = o.acc.LinkToken(fresh)
			o.must(err)
		}
		alive := func() (n int) {
			for _, s := range secrets {
				if _, _, err := o.acc.Who(ctx, s); err == nil {
					n++
				}
			}
			return n
		}
		list, err := o.acc.Sessions(ctx, p.ID)
		o.must(err)
		if len(list) != 3 || alive() != 3 {
			t.Fatalf("%d sessions, %d alive", len(list), alive())
		}
		_, stranger := o.invite("other@example.org", account.Coordinator)
		strangers := o.enter(stranger)
		_, who, err := o.acc.Who(ctx, strangers)
		o.must(err)
		o.must(o.acc.EndSession(ctx, who.ID, list[0].ID)) // not theirs
		if alive() != 3 {
			t.Error("somebody ended a stranger's session")
		}
		o.must(o.acc.EndSession(ctx, p.ID, list[0].ID))
		if alive() != 2 {
			t.Errorf("%d alive after ending one", alive())
		}
		o.must(o.acc.EndSession(ctx, p.ID, ""))
		if _, _, err := o.acc.Who(ctx, strangers); alive() != 0 || err != nil {
			t.Errorf("%d alive after ending one's own; the other's: %v", alive(), err)
		}
		o.must(o.acc.EndAllSessions(ctx, p.ID))
		if _, _, err := o.acc.Who(ctx, strangers); !errors.Is(err, account.ErrNoSession) {
			t.Errorf("after ending everybody's: %v", err)
		}
	})
}

func TestEveryActIsSomebodysAndCoordinatorsMayDoAll(t *testing.T) {
	for _, act := range account.Acts() {
		if !account.Coordinator.May(act) {
			t.Errorf("a coordinator may not %s", act)
		}
		if account.Role("").May(act) || account.Role("nobody").May(act) {
			t.Errorf("nobody may %s", act)
		}
	}
	for _, act := range []account.Act{account.SeeAddresses, account.InvitePeople, account.SeeLog, account.EndEverything, account.SeePeople} {
		if account.Reviewer.May(act) || account.Responder.May(act) {
			t.Errorf("not only coordinators may %s", act)
		}
	}
}
