// Package mail writes the messages that Pliego sends to signers and hands them
// over: to an SMTP server, or to a folder as .eml files while somebody tries
// the program out.
//
// A message is written in two steps. Confirm, Signed, AlreadySigned and
// Withdrawn put the words together in one of the four languages; a Sender,
// made by Open, adds the headers, signs the bytes with DKIM when a key is
// given, and hands them over. Deciding when to send again belongs to whoever
// keeps the outbox: IsPermanent and Backoff hold the policy.
//
// Addresses are personal data. Nothing here logs, and no error of this package
// repeats the address of a recipient, not even when the server's answer does.
// No message holds remote content or anything that tells who opened it.
package mail

import (
	"context"
	"crypto/x509"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
)

// Message is one mail to one person, ready to be written.
type Message struct {
	// ID is stable for one row of the outbox: letters, digits, "_", "-" and
	// single dots, at most 100. The Message-ID is made from it, so that a
	// repeated sending is recognisable as the same.
	ID string
	// To is the bare address of the one recipient, without a name.
	To string
	// Lang is the language of the words, as BCP 47 has it ("es", "pt-BR").
	Lang string
	// Subject is one line of at most 300 characters.
	Subject string
	// Text is the plain text; it is never empty. HTML says the same in HTML,
	// or is empty for a message of text alone. Each has at most 256 KiB.
	Text, HTML string
}

// Sender hands messages over.
//
// Send returns nil only after the server has accepted the message for
// delivery, or after the file and its folder entry are durably on disk. When it
// returns an error, the message may nevertheless have arrived (the answer can
// be lost on the way), so sending again can repeat it, under the same
// Message-ID. Send may be called by several goroutines at once; it stops soon
// after ctx ends, and by itself when the server does not answer.
type Sender interface {
	Send(ctx context.Context, m *Message) error
}

// DKIM says how messages are signed. All three are given, or none.
type DKIM struct {
	Domain   string // the signing domain, d= in RFC 6376: that of the From address
	Selector string // s= in RFC 6376: the key is published at Selector._domainkey.Domain
	KeyFile  string // PEM file with an RSA (at least 1024 bits) or Ed25519 private key
}

// Config says where mail goes and whom it comes from.
type Config struct {
	// URL is one of
	//
	//	smtp://user:password@host:587    STARTTLS (port 587 if none is named)
	//	smtps://user:password@host:465   TLS from the first byte (port 465)
	//	file:DIR                         one .eml file a message, for trial
	//
	// User and password may be left out; special characters in them are
	// percent-encoded. ?tls=required is the default, except for a host on this
	// machine, where encryption is used if offered and certificates are not
	// checked. ?tls=opportunistic allows a server without encryption, or with a
	// certificate nobody vouches for; a password is then never sent to it.
	URL string
	// From is the sender, "Name <address>" or a bare address. SMTP requires
	// it; with file: it is pliego@Origin unless given.
	From string
	// Origin is the host (a port is ignored) that Message-IDs end in and that
	// the server is greeted with; the domain of From unless given.
	Origin string
	// DKIM signs every message when it is set.
	DKIM DKIM
	// Timeout bounds each step of the talk with the server, 30 s unless given.
	Timeout time.Duration
	// RootCAs are trusted to vouch for the server; the system's unless given.
	RootCAs *x509.CertPool
	// Now is the clock for Date and for the names of files; time.Now unless given.
	Now func() time.Time
}

// Open makes a Sender. It reads the DKIM key and, for file:DIR, makes the
// folder; it does not talk to the server (see Check).
func Open(cfg Config) (Sender, error) {
	t, err := parseTarget(cfg.URL)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(cfg, t)
	if err != nil {
		return nil, err
	}
	if t.dir != "" {
		return newFolder(t.dir, w)
	}
	return newServer(t, cfg, w), nil
}

// Check tries, for doctor, whether mail could be handed over now, without
// sending any: it reads the DKIM key, and greets the server (EHLO, STARTTLS,
// AUTH) or writes and removes a file in the folder.
func Check(ctx context.Context, cfg Config) error {
	s, err := Open(cfg)
	if err != nil {
		return err
	}
	switch s := s.(type) {
	case *folder:
		return s.check()
	case *server:
		return s.check(ctx)
	}
	return fmt.Errorf("mail: no check is known for %T", s)
}

// Describe says in one English sentence, for serve and doctor, what becomes of
// mail under this URL. It never shows the user name or the password.
func Describe(url string) string {
	t, err := parseTarget(url)
	if err != nil {
		return "mail is not set up: " + err.Error()
	}
	if t.dir != "" {
		return "mail is written as files into " + t.dir + " and NOT sent: for trial only"
	}
	var how string
	switch {
	case t.implicit:
		how = "encrypted from the first byte"
	case t.mode == tlsRequired:
		how = "encrypted by STARTTLS"
	default:
		how = "encrypted only if the server offers it"
	}
	who := "without signing in"
	if t.user != "" {
		who = "signed in with a user name"
	}
	return fmt.Sprintf("mail goes to %s, %s, %s", t.addr(), how, who)
}

// parseFrom reads the sender out of the configuration.
func parseFrom(from string) (*netmail.Address, error) {
	const way = `give it as "Name <name@example.org>" or name@example.org`
	if len(from) > 300 || hasControl(from) {
		return nil, fmt.Errorf("mail: the sender (From) is too long or holds control characters; %s", way)
	}
	a, err := netmail.ParseAddress(strings.TrimSpace(from))
	if err != nil {
		return nil, fmt.Errorf("mail: the sender (From) %q is no mail address; %s", from, way)
	}
	bare, err := parseRecipient(a.Address)
	if err != nil {
		return nil, fmt.Errorf("mail: the sender (From) %q is no mail address that can be used; %s", from, way)
	}
	bare.Name = a.Name
	return bare, nil
}
