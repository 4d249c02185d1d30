package mail

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// ErrNoBounce says that a message tells of no delivery: an answer by a person,
// or something else that came to the sender's address.
var ErrNoBounce = errors.New("this message is no report about a delivery")

// Bounce is what a report about a delivery (RFC 3464) says of one message. The
// address that it names is not kept.
type Bounce struct {
	MessageID string // of the message reported on, without angle brackets
	Status    string // such as 5.1.1
	Failed    bool   // it is given up, not only late
}

// Bounds of a report.
const (
	maxReport      = 2 << 20
	maxReportParts = 10
	maxReportBlock = 20 // of fields: one for the message, one a recipient
)

var (
	statusForm    = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}$`)
	enhancedCode  = regexp.MustCompile(`^5\.\d{1,3}\.\d{1,3}\b`)
	messageIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]+@[A-Za-z0-9.:\[\]-]+$`)
)

// ReadBounce reads a report about a delivery. It fails with ErrNoBounce for any
// other message, and for a report that does not say which message it is about.
func ReadBounce(r io.Reader) (Bounce, error) {
	m, err := netmail.ReadMessage(io.LimitReader(r, maxReport))
	if err != nil {
		return Bounce{}, fmt.Errorf("%w: it has no readable header", ErrNoBounce)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") || params["boundary"] == "" {
		return Bounce{}, ErrNoBounce
	}
	var b Bounce
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range maxReportParts {
		part, err := parts.NextPart()
		if err != nil { // the end, or what follows is cut off
			break
		}
		kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			continue
		}
		var body io.Reader = part
		if strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "base64") {
			body = base64.NewDecoder(base64.StdEncoding, part)
		}
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			b.readStatus(body)
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			b.readOriginal(body)
		}
	}
	if b.Status == "" || b.MessageID == "" {
		return Bounce{}, fmt.Errorf("%w: it does not say which message did not arrive, or why", ErrNoBounce)
	}
	return b, nil
}

// readStatus reads the blocks of fields: the first is about the message, each
// other about a recipient. Ours have one.
func (b *Bounce) readStatus(r io.Reader) {
	in := textproto.NewReader(bufio.NewReader(r))
	for range maxReportBlock {
		fields, err := in.ReadMIMEHeader()
		status, _, _ := strings.Cut(strings.TrimSpace(fields.Get("Status")), " ")
		if action := strings.ToLower(strings.TrimSpace(fields.Get("Action"))); b.Status == "" && action != "" && statusForm.MatchString(status) {
			b.Status, b.Failed = status, action == "failed" && status[0] == '5'
		}
		if err != nil {
			return
		}
	}
}

// readOriginal reads which message it was out of what was sent back of it.
func (b *Bounce) readOriginal(r io.Reader) {
	fields, _ := textproto.NewReader(bufio.NewReader(r)).ReadMIMEHeader() // cut off is good enough
	id := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(fields.Get("Message-Id")), "<"), ">")
	if b.MessageID == "" && len(id) <= 400 && messageIDForm.MatchString(id) {
		b.MessageID = id
	}
}

// AddressGone tells whether a status (RFC 3463) speaks of the address: there is
// no such mailbox or domain, or it takes no mail for good. Others, such as a full
// mailbox or a message taken for unwanted, say nothing about who signed.
func AddressGone(status string) bool {
	switch status {
	case "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1":
		return true
	}
	return false
}

// AddressRefused tells whether the server refused the address itself while a
// message was handed over, and with which status.
func AddressRefused(err error) (status string, ok bool) {
	var f *failure
	if !errors.As(err, &f) || !f.permanent || !strings.HasPrefix(f.stage, stageRcpt) {
		return "", false
	}
	if status = enhancedCode.FindString(f.reply); status == "" && (f.code == 550 || f.code == 551 || f.code == 553) {
		status = "5.1.0"
	}
	return status, AddressGone(status)
}
