package mail

import "time"

// MaxAttempts is how often a message is tried before it is given up: with
// Backoff's waits that is three and a half days, near the four to five that
// RFC 5321, 4.5.4.1 asks of mail servers, and longer than a weekend.
const MaxAttempts = 10

// waits are the pauses after the first failed attempts: short at first, for
// servers that turn an unknown sender away once (greylisting).
var waits = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// Backoff is how long to wait after the attempt-th failed attempt (the first is
// 1) before the next: 1 min, 5 min, 15 min, 1 h, 4 h, 12 h, and from then on 24 h.
func Backoff(attempt int) time.Duration {
	return waits[max(0, min(attempt, len(waits))-1)]
}
