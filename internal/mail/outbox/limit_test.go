package outbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// A stranger's mailbox gets a few mails a day, however many forms name it, and
// nobody else's waits for that. What is put off is sent later.
func TestMailboxIsNotFlooded(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.worker.Limit = review.NewMailLimit(func() time.Time { return o.now })
		fill := func(n int, email string) {
			t.Helper()
			if _, err := o.signing.Sign(t.Context(), "open-letter", "es", signature.Form{
				Kind: "person", Name: fmt.Sprintf("Persona Ejemplo %d", n), Country: "SV", Email: email, Consent: "1",
			}); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 25 {
			fill(i, fmt.Sprintf("Victim+%d@example.org", i))
		}
		fill(100, "other@example.org")
		day := func() (victims, others int) {
			t.Helper()
			o.tray.got = nil
			for o.send(t) > 0 {
			}
			for _, m := range o.tray.got {
				if strings.HasPrefix(m.To, "Victim") {
					victims++
				} else {
					others++
				}
			}
			return victims, others
		}
		if victims, others := day(); victims != review.MailsADay || others != 1 {
			t.Errorf("the first day: %d and %d", victims, others)
		}
		o.now = o.now.Add(23 * time.Hour)
		if victims, _ := day(); victims != 0 {
			t.Errorf("the same day: %d more", victims)
		}
		o.now = o.now.Add(2 * time.Hour)
		if victims, _ := day(); victims != review.MailsADay {
			t.Errorf("the second day: %d", victims)
		}
		o.now = o.now.Add(25 * time.Hour)
		if victims, _ := day(); victims != 5 {
			t.Errorf("the third day: %d", victims)
		}
		if waiting, failed, err := o.db.OutboxCounts(t.Context()); err != nil || waiting != 0 || failed != 0 {
			t.Errorf("left: %d waiting, %d failed, %v", waiting, failed, err)
		}
		if strings.Contains(o.log.String(), "ictim") {
			t.Error("the address is in the log")
		}
		// A link that expires before it could be sent is not sent.
		for i := range review.MailsADay + 1 {
			fill(200+i, "victim@example.org")
		}
		day()
		o.now = o.now.Add(signature.ConfirmWithin + 25*time.Hour)
		if victims, others := day(); victims+others != 0 {
			t.Errorf("%d links that expired were sent", victims+others)
		}
	})
}
