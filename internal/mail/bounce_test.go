package mail

import (
	"errors"
	"net/textproto"
	"strings"
	"testing"
)

// report is a delivery report as a mail server writes it.
func report(action, status, original string) string {
	return strings.ReplaceAll(`From: MAILER-DAEMON@mail.example.org
To: letters@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I am sorry.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Queue-ID: 12345

Final-Recipient: rfc822; secret@example.net
Action: `+action+`
Status: `+status+`
Diagnostic-Code: smtp; 550 5.1.1 secret@example.net unknown

--b1
`+original+`
--b1--
`, "\n", "\r\n")
}

const original = "Content-Type: message/rfc822\n\nMessage-ID: <mail-1.token_A-b@letters.example.org>\nTo: <secret@example.net>\nSubject: x\n\nHello\n"

func TestReadBounce(t *testing.T) {
	const id = "mail-1.token_A-b@letters.example.org"
	for name, c := range map[string]struct {
		text string
		want Bounce
	}{
		"no such mailbox": {report("failed", "5.1.1", original), Bounce{id, "5.1.1", true}},
		"late":            {report("delayed", "4.4.1", original), Bounce{id, "4.4.1", false}},
		"with a remark":   {report("Failed", "5.2.1 (disabled)", original), Bounce{id, "5.2.1", true}},
		"headers alone":   {report("failed", "5.7.1", strings.Replace(original, "message/rfc822", "text/rfc822-headers", 1)), Bounce{id, "5.7.1", true}},
		"base64": {report("failed", "5.1.1", "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\nTWVzc2FnZS1JRDogPG1haWwtMS50b2tlbl9BLWJAbGV0dGVycy5leGFtcGxlLm9yZz4N\nClRvOiA8eEBleGFtcGxlLm5ldD4NCg==\n"),
			Bounce{id, "5.1.1", true}},
		"cut off after the original's id": {strings.SplitAfter(report("failed", "5.1.1", original), "letters.example.org>\r\n")[0], Bounce{id, "5.1.1", true}},
	} {
		if got, err := ReadBounce(strings.NewReader(c.text)); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "an answer by a person": "From: a@example.org\r\nSubject: Re: the letter\r\n\r\nI agree.\r\n",
		"a report without the original": report("failed", "5.1.1", "Content-Type: text/plain\n\nnothing\n"),
		"a status that is none":         report("failed", "gone", original),
		"no boundary":                   "Content-Type: multipart/report; report-type=delivery-status\r\n\r\n--b1\r\n",
		"a read receipt":                strings.Replace(report("failed", "5.1.1", original), "delivery-status;", "disposition-notification;", 1),
	} {
		if b, err := ReadBounce(strings.NewReader(text)); !errors.Is(err, ErrNoBounce) {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
	}
}

func TestOnlyWhatSpeaksOfTheAddressCounts(t *testing.T) {
	for text, gone := range map[string]bool{
		"550 5.1.1 no such user": true, "550 No such user here": true, "553 5.1.3 bad address": true, "550 5.2.1 disabled": true,
		"552 5.2.2 mailbox full": false, "554 5.7.1 refused as unwanted": false, "550 5.7.1 blocked": false, "554 no": false, "450 4.2.0 greylisted": false,
	} {
		code := 0
		for _, d := range text[:3] {
			code = code*10 + int(d-'0')
		}
		err := failed(stageRcpt+"mail.example.org:25", &textproto.Error{Code: code, Msg: text[4:]}, true, "secret@example.net")
		if status, ok := AddressRefused(err); ok != gone {
			t.Errorf("%s: %q, %v", text, status, ok)
		}
	}
	err := failed("the end of DATA to mail.example.org:25", &textproto.Error{Code: 550, Msg: "5.1.1 no"}, true, "")
	if _, ok := AddressRefused(err); ok {
		t.Error("a refusal of the content counts as one of the address")
	}
}

func FuzzReadBounce(f *testing.F) {
	f.Add(report("failed", "5.1.1", original))
	f.Add(report("delayed", "4.4.1", "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\nTWVz\n"))
	f.Add("Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n\r\n\r\n--x--")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ReadBounce(strings.NewReader(text))
		if err != nil && (!errors.Is(err, ErrNoBounce) || b != Bounce{}) {
			t.Errorf("%+v, %v", b, err)
		}
		if err == nil && (!statusForm.MatchString(b.Status) || !messageIDForm.MatchString(b.MessageID) || b.Failed && b.Status[0] != '5') {
			t.Errorf("%+v", b)
		}
	})
}
