package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestBouncesSpeakOnlyOfWhatWasSent(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		p := placeOf(t, cfg)
		p.letter("a-letter")
		var id, wait, real string
		p.in(func(ctx context.Context, s *site) {
			signed, err := s.signing.Sign(ctx, "a-letter", "en", signature.Form{Kind: "person", Name: "Example Person", Country: "UY", Email: "typo@example.net", Consent: "1"})
			p.check(err)
			wait = signed.WaitToken
			id, _, err = s.vault.ParseToken(signature.TokenWait, wait)
			p.check(err)
			sig, err := s.db.SignatureByID(ctx, id)
			p.check(err)
			real, err = s.signing.MailID("0198-mail", sig)
			p.check(err)
		})
		bounced := func() (status string) {
			p.in(func(ctx context.Context, s *site) {
				var err error
				status, err = s.db.Bounced(ctx, id)
				p.check(err)
			})
			return status
		}
		take := func(messageID, status string) string {
			file := filepath.Join(t.TempDir(), "report")
			p.check(os.WriteFile(file, []byte(strings.ReplaceAll(`Content-Type: multipart/report; report-type=delivery-status; boundary=b1

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; typo@example.net
Action: failed
Status: `+status+`

--b1
Content-Type: text/rfc822-headers

Message-ID: <`+messageID+`@letters.example.org>

--b1--
`, "\n", "\r\n")), 0o600))
			out := p.must("mail", "bounce", file)
			if strings.Contains(out, "typo@") {
				t.Errorf("it prints the address: %s", out)
			}
			return out
		}
		forged := real[:len(real)-4] + "AAAA"
		if out := take(forged, "5.1.1"); !strings.Contains(out, "no message of ours") || bounced() != "" {
			t.Errorf("a forged report: %s", out)
		}
		if out := take(real, "5.7.1"); !strings.Contains(out, "says nothing about the address") || bounced() != "" {
			t.Errorf("a message taken for unwanted: %s", out)
		}
		if out := take(real, "5.1.1"); !strings.Contains(out, "takes no mail") || bounced() != "5.1.1" {
			t.Errorf("no such mailbox: %s", out)
		}
		// A corrected address is not held against by what comes back from the old one.
		p.in(func(ctx context.Context, s *site) { p.check(s.signing.MailAgain(ctx, wait, "right@example.net")) })
		if bounced() != "" {
			t.Error("the new address counts as one that takes no mail")
		}
		if out := take(real, "5.1.1"); !strings.Contains(out, "another address since") || bounced() != "" {
			t.Errorf("a late report about the old address: %s", out)
		}
		if status, out, _ := command(t, p.args("mail", "bounce", filepath.Join(t.TempDir(), "missing"))...); status != exitFailed {
			t.Errorf("a missing file: %d %s", status, out)
		}
	})
}
