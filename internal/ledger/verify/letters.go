package verify

import (
	"fmt"
	"strconv"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// letterLog is what the log says of one letter.
type letterLog struct {
	slug       string
	signatures []recorded // in the order of their leaves
	texts      map[string]textEntry
	state      string // the newest that could be opened
	stateAt    int64  // index of its entry
	highest    int64  // the last number
	nameless   int64  // withdrawals whose record does not say the number
	// Entries that set signatures aside whose record does not say the number.
	asideUnseen int64
}

// recorded is a signature as the log has it: kept small, since there may be
// millions.
type recorded struct {
	leaf    int64
	number  int64
	at      int64 // Unix time of the entry
	id      signatureID
	print   print // after the newest correction
	text    *string
	opening openingState
	ended   bool // withdrawn, by an entry that names it
	aside   bool // set aside, and not restored
	listed  bool
}

// textEntry is a published Text as the log has it.
type textEntry struct {
	hash   *string // one copy for all its signatures
	leaf   int64
	record map[string]string // nil when it cannot be opened
	shown  bool
}

func newLetterLog(slug string) *letterLog {
	return &letterLog{slug: slug, texts: map[string]textEntry{}, stateAt: -1}
}

// lie makes a Lie about one of the letter's signatures, or about the letter.
func (l *letterLog) lie(kind Kind, number, entry int64, format string, args ...any) *Lie {
	return &Lie{Kind: kind, Letter: l.slug, Number: number, Entry: entry, What: fmt.Sprintf(format, args...)}
}

// numbered finds the signature with a number.
func (l *letterLog) numbered(number int64) *recorded {
	// Numbers go up with the leaves, and only a log that began anew skips any.
	low, high := int64(0), int64(len(l.signatures))
	if number > 0 && number <= high && l.signatures[number-1].number == number {
		return &l.signatures[number-1]
	}
	for low < high {
		mid := (low + high) / 2
		if l.signatures[mid].number < number {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < int64(len(l.signatures)) && l.signatures[low].number == number {
		return &l.signatures[low]
	}
	return nil
}

// jump is a place in the log after which numbers go on above what another log,
// which was lost, may have given.
type jump struct {
	after   int64            // index of the last entry that was carried over
	highest map[string]int64 // by letter
}

// takeOfLog takes an entry that speaks of the log itself.
func (c *checker) takeOfLog(index int64, e *entry) error {
	if e.Kind != ledger.LogContinued || e.opening != opened {
		return nil
	}
	size, err := strconv.ParseInt(e.record["size"], 10, 64)
	if err != nil || size < 0 {
		return lie(BadEntry, index, "it says that a log of %q entries goes on here", e.record["size"])
	}
	highest, err := ledger.ContinuedNumbers(e.record)
	if err != nil {
		return lie(BadEntry, index, "%v", err)
	}
	c.log.jumps = append(c.log.jumps, jump{index + size, highest})
	say(&c.report.Continued, "%s, of %d entries", e.record["origin"], size)
	return nil
}

// takeOfLetter takes an entry that speaks of a letter.
func (c *checker) takeOfLetter(l *letterLog, index int64, e *entry) error {
	switch e.Kind {
	case ledger.TextPublished:
		if e.TextHash == "" || e.opening == opened && e.record["hash"] != e.TextHash {
			return l.lie(BadText, 0, index, "the entry of a text and its record name different hashes")
		}
		if _, again := l.texts[e.TextHash]; !again {
			hash := e.TextHash
			l.texts[hash] = textEntry{hash: &hash, leaf: index, record: e.record}
		}
	case ledger.StateChanged:
		if e.opening == opened {
			if !letter.State(e.record["state"]).Known() || e.record["letter"] != l.slug {
				return l.lie(BadState, 0, index, "its record gives the letter %q the state %q", e.record["letter"], e.record["state"])
			}
			l.state, l.stateAt = e.record["state"], index
		}
	case ledger.SignatureRecorded:
		text, ok := l.texts[e.TextHash]
		if !ok {
			return l.lie(BadText, l.highest+1, index, "it is of a text that was not published before it: %s", e.TextHash)
		}
		l.highest = max(l.highest, c.jumped(l, index)) + 1
		l.signatures = append(l.signatures, recorded{
			leaf: index, number: l.highest, at: e.Time.Unix(), id: e.id, print: e.print, text: text.hash, opening: e.opening,
		})
	case ledger.SignatureCorrected, ledger.SignatureWithdrawn, ledger.SignatureErased, ledger.SignatureSealed,
		ledger.SignatureContested, ledger.SignatureRestored:
		c.later = append(c.later, later{letter: l, index: index, kind: e.Kind, opening: e.opening, id: e.id, print: e.print, text: e.TextHash, record: e.record})
	}
	return nil
}

// jumped is the highest number that a lost log may have given before this place.
func (c *checker) jumped(l *letterLog, index int64) (highest int64) {
	for _, j := range c.log.jumps {
		if index > j.after {
			highest = max(highest, j.highest[l.slug])
		}
	}
	if highest > l.highest {
		say(&c.report.Skipped, "letter %s: %d to %d", l.slug, l.highest+1, highest)
	}
	return highest
}

// later is an entry that speaks of a signature that was recorded before.
type later struct {
	letter  *letterLog
	index   int64
	kind    ledger.Kind
	opening openingState
	id      signatureID
	print   print
	text    string
	record  map[string]string
}

// resolve finds the signatures that later entries speak of.
func (c *checker) resolve() error {
	if len(c.later) == 0 {
		return nil
	}
	wanted := map[signatureID][]later{}
	for _, e := range c.later {
		if e.opening != opened {
			if e.kind == ledger.SignatureWithdrawn || e.kind == ledger.SignatureErased || e.kind == ledger.SignatureSealed {
				e.letter.nameless++
			}
			continue
		}
		if e.kind != ledger.SignatureCorrected {
			var err error
			if e.id, err = parseSignatureID(e.record["signature"]); err != nil {
				return e.letter.lie(BadEntry, 0, e.index, "%v", err)
			}
		}
		wanted[e.id] = append(wanted[e.id], e)
	}
	c.later = nil
	for _, l := range c.letters {
		for i := range l.signatures {
			s := &l.signatures[i]
			if s.opening != opened {
				continue
			}
			for _, e := range wanted[s.id] {
				if e.letter != l || e.index < s.leaf {
					return l.lie(BadEntry, s.number, e.index, "it speaks of a signature that is recorded elsewhere")
				}
				switch e.kind {
				case ledger.SignatureCorrected:
					text, ok := l.texts[e.text]
					if !ok || text.leaf > e.index {
						return l.lie(BadText, s.number, e.index, "it is of a text that was not published before it: %s", e.text)
					}
					s.print, s.text = e.print, text.hash
					c.answer(l, s)
				case ledger.SignatureWithdrawn, ledger.SignatureErased:
					s.ended = true
				case ledger.SignatureContested, ledger.SignatureRestored:
					s.aside = e.kind == ledger.SignatureContested
				}
			}
			delete(wanted, s.id)
		}
	}
	for _, list := range wanted {
		for _, e := range list {
			if err := c.withdrawnUnseen(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// withdrawnUnseen takes an entry whose signature cannot be opened any more, as is
// right for one that was withdrawn: its record says the number.
func (c *checker) withdrawnUnseen(e later) error {
	l := e.letter
	switch e.kind {
	case ledger.SignatureCorrected:
		return l.lie(BadEntry, 0, e.index, "it corrects a signature that the log does not have")
	case ledger.SignatureSealed:
		return nil
	}
	aside := e.kind == ledger.SignatureContested || e.kind == ledger.SignatureRestored
	if e.record["number"] == "" { // it had none yet
		switch {
		case e.kind == ledger.SignatureContested:
			l.asideUnseen++
		case !aside:
			l.nameless++
		}
		return nil
	}
	number, err := strconv.ParseInt(e.record["number"], 10, 64)
	s := l.numbered(number)
	if err != nil || s == nil || s.leaf > e.index {
		return l.lie(BadWithdrawal, 0, e.index, "it withdraws number %q, which the log does not have", e.record["number"])
	}
	if aside {
		s.aside = e.kind == ledger.SignatureContested
		return nil
	}
	if s.ended {
		return nil
	}
	if s.opening == opened {
		return l.lie(BadWithdrawal, number, e.index, "it withdraws this number, and its record names another signature")
	}
	s.ended = true
	return nil
}

// unixTime gives back the moment of an entry.
func unixTime(t int64) time.Time { return time.Unix(t, 0).UTC() }
