package review

import "time"

// MailsADay is how many mails strangers can cause to one mailbox in a day by
// filling in forms, over all letters.
const MailsADay = 10

// MailLimit keeps others' mailboxes from being flooded with mails that ask to
// confirm. What is over the limit waits for the next day; nothing is dropped.
type MailLimit struct{ asked *memory[int] }

// NewMailLimit begins to count.
func NewMailLimit(now func() time.Time) *MailLimit {
	return &MailLimit{newMemory[int](now, maxKept)}
}

// Wait counts one more mail to an address, and gives 0 when it may go; else how
// long it has to wait before it is asked about again.
func (l *MailLimit) Wait(email string) time.Duration {
	over := false
	_, until := l.asked.change(func(old int, _ bool, _ func(...string) key) int {
		if over = old >= MailsADay; over {
			return old
		}
		return old + 1
	}, mailboxOf(email))
	if !over {
		return 0
	}
	return max(time.Second, until.Sub(l.asked.now()))
}
