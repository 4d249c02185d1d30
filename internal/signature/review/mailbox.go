package review

import (
	"context"
	"strings"
	"time"

	"pliego/internal/signature"
)

// mailboxes remembers how the address of each mailbox was spelt when it first
// confirmed a signature.
type mailboxes struct{ first *memory[key] }

func newMailboxes(now func() time.Time) *mailboxes {
	return &mailboxes{newMemory[key](now, maxKept)}
}

// mailboxOf is what the spellings of one mailbox have in common: what follows a
// plus sign chooses a folder, and one large provider ignores dots.
func mailboxOf(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return ""
	}
	local, domain := strings.ToLower(email[:at]), domainOf(email)
	if base, _, found := strings.Cut(local, "+"); found && base != "" {
		local = base
	}
	if domain == "gmail.com" || domain == "googlemail.com" {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	return local + "@" + domain
}

// spelt doubts a signature from a mailbox that confirmed another of this kind on
// this letter with its address spelt differently.
func (m *mailboxes) spelt(_ context.Context, c signature.Case) (string, bool, error) {
	mailbox := mailboxOf(c.Email)
	if mailbox == "" || forExamples(ownerOf(domainOf(c.Email))) {
		return "", false, nil
	}
	spelling := strings.ToLower(c.Email)
	differs := false
	m.first.change(func(old key, known bool, hash func(...string) key) key {
		this := hash("spelling", spelling)
		if !known {
			return this
		}
		differs = this != old
		return old
	}, c.Letter.ID, string(c.Signature.Kind), mailbox)
	return "", differs, nil
}
