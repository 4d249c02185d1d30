package verify

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"time"
)

// row is a signature as the site lists it.
type row struct {
	Number      int64      `json:"number"`
	Leaf        *int64     `json:"leaf"`
	Kind        string     `json:"kind"`
	Name        string     `json:"name"`
	Acronym     string     `json:"acronym"`
	Country     string     `json:"country"`
	Website     string     `json:"website"`
	Role        string     `json:"role"`
	Affiliation string     `json:"affiliation"`
	Basis       string     `json:"basis"`
	Text        string     `json:"text_sha256"`
	SignedAt    *time.Time `json:"signed_at"`
	WithdrawnAt *time.Time `json:"withdrawn_at"`
	SetAsideAt  *time.Time `json:"set_aside_at"`
	// EntryWaits: the row changed after the checkpoint, and the entry that says so
	// waits for its place.
	EntryWaits bool `json:"entry_waits"`
}

func (r *row) print() print {
	return printFields(func(name string) string {
		switch name {
		case "kind":
			return r.Kind
		case "basis":
			return r.Basis
		case "name":
			return r.Name
		case "acronym":
			return r.Acronym
		case "country":
			return r.Country
		case "website":
			return r.Website
		case "role":
			return r.Role
		}
		return r.Affiliation
	})
}

// question is a row that the log does not explain, or not yet: on a site that goes
// on, a later entry may.
type question struct {
	letter   *letterLog
	row      row
	lie      *Lie
	answered bool // an entry since then gave the signature what the row shows
}

// maxOpen bounds the questions that are kept. Only a busy site has any.
const maxOpen = 10_000

// readRows holds a letter's list against the log's first size entries.
func (c *checker) readRows(ctx context.Context, l *letterLog, size int64, counts *listed) error {
	name := "api/v1/letters/" + l.slug + "/signatures.jsonl"
	f, err := c.cfg.Files.Open(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return l.lie(Missing, 0, -1, "%s is missing", name)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(make([]byte, 4096), maxRow)
	last := int64(0)
	for in.Scan() {
		var r row
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			return l.lie(BadRow, last+1, -1, "its line in %s is none: %v", name, err)
		}
		if r.Number <= last {
			return l.lie(BadNumber, r.Number, -1, "the list has it after number %d", last)
		}
		last = r.Number
		counts.add(&r)
		if found := c.checkRow(l, &r); found != nil {
			if !c.cfg.Live || len(c.open) == maxOpen {
				return found
			}
			c.open = append(c.open, question{letter: l, row: r, lie: found})
		}
	}
	if err := in.Err(); err != nil {
		return err
	}
	for i := range l.signatures {
		if s := &l.signatures[i]; !s.listed && s.leaf < size {
			return l.lie(Dropped, s.number, s.leaf, "the log has this signature, and the list does not")
		}
	}
	return nil
}

// checkRow holds one row against the log.
func (c *checker) checkRow(l *letterLog, r *row) *Lie {
	s := l.numbered(r.Number)
	if s == nil {
		return l.lie(Invented, r.Number, -1, "the list has %q with this number, and the log has no such signature", r.Name)
	}
	s.listed = true
	bad := func(kind Kind, format string, args ...any) *Lie {
		return l.lie(kind, r.Number, s.leaf, format, args...)
	}
	switch {
	case r.Leaf != nil && *r.Leaf != s.leaf:
		return bad(BadNumber, "the list says that its entry is %d, but counting the letter's signatures in the log gives this one", *r.Leaf)
	case r.Text != *s.text:
		return bad(BadText, "the list says that it is of text %s, and its newest entry names text %s", r.Text, *s.text)
	case r.SignedAt != nil && r.SignedAt.Unix() > s.at:
		return bad(BadRow, "the list says that it was signed at %s, and its entry is of %s", stamp(*r.SignedAt), stamp(unixTime(s.at)))
	case r.Name == "":
		return c.checkUnnamed(l, s, r)
	case r.WithdrawnAt != nil:
		return bad(BadWithdrawal, "it is listed as withdrawn and with its name")
	case s.ended:
		return bad(BadWithdrawal, "the log says that it was withdrawn, and the list shows it with its name")
	case s.aside && r.EntryWaits && !c.cfg.Live:
		say(&c.report.Waiting, "letter %s, number %d stands again; a later copy must have the entry that says so", l.slug, r.Number)
	case s.aside:
		return bad(BadWithdrawal, "the log says that it was set aside, and the list shows it with its name")
	case s.opening == erased:
		return bad(BadRow, "the list shows it with its name, and its record was destroyed, so that nobody can tell whether the name is right")
	case s.opening == withheld:
		return bad(BadRow, "the list shows it with its name, and its record is kept back")
	case s.print != r.print():
		return bad(BadRow, "what the list shows is not what was recorded: it shows %s", r.words())
	}
	return nil
}

// checkUnnamed holds a row without a name against the log: it was withdrawn, or
// its name is not shown.
func (c *checker) checkUnnamed(l *letterLog, s *recorded, r *row) *Lie {
	if r.WithdrawnAt == nil {
		if s.ended {
			return l.lie(BadWithdrawal, r.Number, s.leaf, "the log says that it was withdrawn, and the list does not")
		}
		if r.SetAsideAt != nil {
			return c.checkAside(l, s, r)
		}
		return nil // sealed: counted apart
	}
	switch {
	case s.ended:
	case l.nameless > 0: // one of the withdrawals that name no number
		l.nameless--
	case r.EntryWaits && !c.cfg.Live:
		say(&c.report.Waiting, "letter %s, number %d is listed as withdrawn; a later copy must have the entry that says so", l.slug, r.Number)
	default:
		return l.lie(BadWithdrawal, r.Number, s.leaf, "it is listed as withdrawn, and no entry of the log says so")
	}
	return nil
}

// checkAside holds a row that is set aside against the log, which must say so.
func (c *checker) checkAside(l *letterLog, s *recorded, r *row) *Lie {
	switch {
	case s.aside:
	case l.asideUnseen > 0: // one of those that were set aside before they had a number
		l.asideUnseen--
	case r.EntryWaits && !c.cfg.Live:
		say(&c.report.Waiting, "letter %s, number %d is set aside; a later copy must have the entry that says so", l.slug, r.Number)
	default:
		return l.lie(BadWithdrawal, r.Number, s.leaf, "it is listed as set aside, and no entry of the log says so")
	}
	return nil
}

// words are what a row shows, for the account of a lie.
func (r *row) words() string {
	shown, err := json.Marshal(map[string]string{
		"kind": r.Kind, "basis": r.Basis, "name": r.Name, "acronym": r.Acronym, "country": r.Country, "website": r.Website,
		"role": r.Role, "affiliation": r.Affiliation,
	})
	if err != nil {
		return r.Name
	}
	return string(shown)
}

// answer marks the questions that a correction since then explains.
func (c *checker) answer(l *letterLog, s *recorded) {
	for i := range c.open {
		if q := &c.open[i]; q.letter == l && q.row.Number == s.number && q.row.Text == *s.text && q.row.print() == s.print {
			q.answered = true
		}
	}
}

// explained tells whether what the log says by now explains a row.
func (c *checker) explained(q question) bool {
	return q.answered || c.checkRow(q.letter, &q.row) == nil
}
