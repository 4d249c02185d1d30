package web

import (
	"time"

	"pliego/internal/letter"
	"pliego/internal/locale"
)

// tally is how many signed, in a number and a sentence, and the way to sign.
type tally struct {
	Count     int64
	CountLine string
	Parts     string // "They are 40 organisations and 12 people.", or ""
	Sealed    string // how many of them show no name, or ""
	ListHref  string
	SignHref  string // "" when the letter takes no signatures
	Deadline  string
}

func newTally(lang string, l *letter.Letter, now time.Time) tally {
	c := l.Counts
	t := tally{Count: c.Listed(), CountLine: countLine(lang, l)}
	if c.Organisations > 0 && c.Persons > 0 {
		t.Parts = locale.T(lang, "tally.parts",
			"organisations", locale.T(lang, "count.organisations", "n", c.Organisations),
			"persons", locale.T(lang, "count.persons", "n", c.Persons))
	}
	if n := c.Sealed(); n > 0 {
		t.Sealed = locale.T(lang, "tally.sealed", "n", n)
	}
	if c.Highest > 0 {
		t.ListHref = letterPath(lang, l) + "/signatories"
	}
	if l.SignableAt(now) == nil {
		t.SignHref = letterPath(lang, l) + "/sign"
	}
	t.Deadline = deadline(lang, l, now)
	return t
}

// countLine goes on after the number of those listed: "organisations, from 14
// countries".
func countLine(lang string, l *letter.Letter) string {
	c := l.Counts
	var signed string
	switch {
	case c.Listed() == 0:
		return locale.T(lang, "tally.none")
	case c.Persons == 0:
		signed = locale.T(lang, "tally.organisations", "n", c.Organisations)
	case c.Organisations == 0:
		signed = locale.T(lang, "tally.persons", "n", c.Persons)
	default:
		signed = locale.T(lang, "tally.both", "n", c.Listed())
	}
	// A letter that was never open here has only what was printed on it.
	asPrinted := l.Elsewhere != nil && l.OpenedAt.IsZero()
	countries := locale.T(lang, "count.countries", "n", c.Countries)
	switch {
	case asPrinted && c.Countries > 0:
		return locale.T(lang, "tally.printed_from", "signed", signed, "countries", countries)
	case asPrinted:
		return locale.T(lang, "tally.printed", "signed", signed)
	case c.Countries > 0:
		return locale.T(lang, "tally.from", "signed", signed, "countries", countries)
	}
	return locale.T(lang, "tally.line", "signed", signed)
}

func deadline(lang string, l *letter.Letter, now time.Time) string {
	if l.Deadline.IsZero() {
		return ""
	}
	key := "letter.deadline"
	if now.After(l.Deadline) {
		key = "letter.deadline_passed"
	}
	return locale.T(lang, key, "date", locale.DateTime(lang, l.Deadline))
}

// stateName is the letter's state in words.
func stateName(lang string, s letter.State) string {
	return locale.T(lang, stateKeys[s])
}

var stateKeys = map[letter.State]string{
	letter.Draft: "state.draft", letter.Circulating: "state.circulating", letter.Open: "state.open", letter.Closed: "state.closed",
	letter.Delivered: "state.delivered", letter.Answered: "state.answered", letter.Dialogue: "state.dialogue", letter.FollowUp: "state.follow_up",
}
