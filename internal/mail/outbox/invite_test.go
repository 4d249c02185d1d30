package outbox_test

import (
	"strings"
	"testing"
	"time"

	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestThoseInvitedAreWrittenTo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		o := newOffice(t, open())
		ctx := t.Context()
		l, err := o.db.LetterBySlug(ctx, "open-letter")
		if err != nil {
			t.Fatal(err)
		}
		i, err := o.signing.Invite(ctx, o.db, l, signature.Guest{Name: "Asamblea Ejemplo", Email: "guest@example.org", Contact: "Persona Ejemplo", Lang: "pt"})
		if err != nil {
			t.Fatal(err)
		}
		remind := func() bool {
			t.Helper()
			i, err := o.db.InvitationByID(ctx, i.ID)
			if err != nil {
				t.Fatal(err)
			}
			queued, err := o.signing.SendInvitation(ctx, o.db, l, i)
			if err != nil {
				t.Fatal(err)
			}
			return queued
		}
		if !remind() || remind() {
			t.Error("the first mail is not queued, or two are at once")
		}
		o.send(t)
		if len(o.tray.got) != 1 || o.tray.got[0].To != "guest@example.org" || !strings.Contains(o.tray.got[0].Text, "https://letters.example.org/pt/invitation/") ||
			!strings.Contains(o.tray.got[0].Text, "Asamblea Ejemplo") {
			t.Fatalf("sent: %+v", o.tray.got)
		}
		o.now = o.now.Add(signature.RemindAfter)
		if !remind() {
			t.Error("no reminder after three days")
		}
		o.send(t)
		if len(o.tray.got) != 2 || o.tray.got[1].Subject == o.tray.got[0].Subject {
			t.Errorf("the reminder: %+v", o.tray.got)
		}
		// A mail that waits while the answer comes is needless.
		o.now = o.now.Add(4 * 24 * time.Hour)
		if !remind() {
			t.Error("no second reminder")
		}
		if err := o.signing.AnswerInvitation(ctx, o.db, i.ID, signature.InvitationNo); err != nil {
			t.Fatal(err)
		}
		o.send(t)
		o.now = o.now.Add(4 * 24 * time.Hour)
		if remind() || len(o.tray.got) != 2 {
			t.Error("who said no is written to")
		}
		if strings.Contains(o.log.String(), "guest@") {
			t.Error("an address is in the log")
		}
		// With the addresses of the signers those of the invited go.
		if _, _, err := o.db.ForgetAddresses(ctx, l.ID, "", 100, true); err != nil {
			t.Fatal(err)
		}
		if p, err := o.signing.InvitationPrivate(ctx, o.db, i.ID); err != nil || p.Email != "" {
			t.Errorf("still kept: %+v, %v", p, err)
		}
		l.State = letter.Draft
		if _, err := o.signing.SendInvitation(ctx, o.db, l, i); err == nil {
			t.Error("a draft invites")
		}
	})
}
