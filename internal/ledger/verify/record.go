package verify

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"pliego/internal/letter"
)

// shownLetter is a letter as the site shows it.
type shownLetter struct {
	Slug       string      `json:"slug"`
	State      string      `json:"state"`
	Signatures shownCounts `json:"signatures"`
	Texts      []shownText `json:"texts"`
	Versions   []shownText `json:"versions"` // those that are no longer the newest too
}

type shownCounts struct {
	Listed        int64 `json:"listed"`
	Organisations int64 `json:"organisations"`
	Persons       int64 `json:"persons"`
	Withdrawn     int64 `json:"withdrawn"`
	Highest       int64 `json:"highest_number"`
}

type shownText struct {
	Language string          `json:"language"`
	Kind     letter.TextKind `json:"kind"`
	Title    string          `json:"title"`
	Body     string          `json:"body"`
	Closing  string          `json:"closing"`
	Asks     []shownAsk      `json:"asks"`
	Hash     string          `json:"sha256"`
}

type shownAsk struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Body  string `json:"body"`
}

// contentHash computes the text's hash out of its words.
func (t shownText) contentHash() string {
	text := letter.Text{Lang: t.Language, Kind: t.Kind, Title: t.Title, Body: t.Body, Closing: t.Closing}
	for _, a := range t.Asks {
		text.Asks = append(text.Asks, letter.Ask{Key: a.Key, Title: a.Title, Body: a.Body})
	}
	return text.ContentHash()
}

// readRecord holds what the site shows against the log's first size entries.
func (c *checker) readRecord(ctx context.Context, size int64) error {
	const name = "api/v1/letters.json"
	b, err := read(ctx, c.cfg.Files, name, maxLetters)
	if errors.Is(err, fs.ErrNotExist) {
		return lie(Missing, -1, "%s, the list of letters, is missing", name)
	}
	if err != nil {
		return err
	}
	var list struct {
		Letters []struct {
			Slug string `json:"slug"`
		} `json:"letters"`
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return lie(Missing, -1, "%s is no list of letters: %v", name, err)
	}
	public := map[string]bool{}
	for _, l := range list.Letters {
		if letter.CheckSlug(l.Slug) != nil || public[l.Slug] {
			return lie(BadState, -1, "the list of letters names %q, which is no letter or is there already", l.Slug)
		}
		public[l.Slug] = true
		if err := c.readLetter(ctx, l.Slug, size); err != nil {
			return err
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(c.letters)) {
		l := c.letters[slug]
		if public[slug] || c.cfg.Live && l.stateAt >= size {
			continue
		}
		if letter.State(l.state).Public() {
			return l.lie(Dropped, 0, l.stateAt, "the log says that this letter is %s, and it is not among the letters", l.state)
		}
		c.report.Unchecked += int64(len(l.signatures))
	}
	return nil
}

func (c *checker) readLetter(ctx context.Context, slug string, size int64) error {
	l := c.letters[slug]
	if l == nil {
		return &Lie{Kind: Invented, Letter: slug, Entry: -1, What: "the log does not know this letter"}
	}
	before, err := c.shownLetter(ctx, l)
	if err != nil {
		return err
	}
	if before.State != l.state && l.state != "" {
		return l.lie(BadState, 0, l.stateAt, "the letter is shown as %s, and the log says %s", before.State, l.state)
	}
	for _, t := range slices.Concat(before.Texts, before.Versions) {
		if err := c.checkText(l, t); err != nil {
			return err
		}
	}
	c.report.OldTexts += int64(len(l.texts))
	for _, t := range l.texts {
		if t.shown {
			c.report.OldTexts--
		}
	}
	var counts listed
	if err := c.readRows(ctx, l, size, &counts); err != nil {
		return err
	}
	c.report.Letters++
	c.report.Listed += counts.organisations + counts.persons
	c.report.Gone += counts.withdrawn
	c.report.Hidden += counts.hidden
	if c.cfg.Live { // the list may have grown while it was read
		after, err := c.shownLetter(ctx, l)
		if err != nil {
			return err
		}
		if before.Signatures != after.Signatures {
			say(&c.report.Waiting, "letter %s changed while it was read: its counts were not compared", slug)
			return nil
		}
	}
	return c.checkCounts(l, before.Signatures, counts)
}

func (c *checker) shownLetter(ctx context.Context, l *letterLog) (*shownLetter, error) {
	name := "api/v1/letters/" + l.slug + ".json"
	b, err := read(ctx, c.cfg.Files, name, maxLetter)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, l.lie(Missing, 0, -1, "%s is missing", name)
	}
	if err != nil {
		return nil, err
	}
	var shown shownLetter
	if err := json.Unmarshal(b, &shown); err != nil || shown.Slug != l.slug {
		return nil, l.lie(Missing, 0, -1, "%s does not hold this letter", name)
	}
	return &shown, nil
}

// checkText holds a text that is shown against its entry.
func (c *checker) checkText(l *letterLog, t shownText) error {
	hash := t.contentHash()
	if hash != t.Hash {
		return l.lie(BadText, 0, -1, "the text in %q has the hash %s, and is said to have %s", t.Language, hash, t.Hash)
	}
	entry, ok := l.texts[hash]
	if !ok {
		return l.lie(BadText, 0, -1, "the text in %q with the hash %s was never published in the log", t.Language, hash)
	}
	if r := entry.record; r != nil && (r["lang"] != t.Language || r["title"] != t.Title || r["kind"] != string(t.Kind)) {
		return l.lie(BadText, 0, entry.leaf, "its record gives other words for the title, the language or the kind of the text in %q", t.Language)
	}
	if !entry.shown {
		entry.shown = true
		l.texts[hash] = entry
		c.report.Texts++
	}
	return nil
}

// listed counts the rows of a letter's list.
type listed struct{ organisations, persons, withdrawn, hidden, highest int64 }

func (n *listed) add(r *row) {
	n.highest = r.Number
	switch {
	case r.WithdrawnAt != nil:
		n.withdrawn++
	case r.Name == "":
		n.hidden++
	case r.Kind == "person":
		n.persons++
	default:
		n.organisations++
	}
}

// checkCounts holds the counts that the site shows against its list. One that is
// listed without a name may count or not.
func (c *checker) checkCounts(l *letterLog, shown shownCounts, n listed) error {
	highest := n.highest
	for _, j := range c.log.jumps {
		highest = max(highest, j.highest[l.slug])
	}
	for _, one := range []struct {
		what               string
		shown, least, most int64
	}{
		{"organisations", shown.Organisations, n.organisations, n.organisations + n.hidden},
		{"persons", shown.Persons, n.persons, n.persons + n.hidden},
		{"signatures listed", shown.Listed, n.organisations + n.persons, n.organisations + n.persons + n.hidden},
		{"withdrawn", shown.Withdrawn, n.withdrawn, n.withdrawn},
		{"as the highest number", shown.Highest, n.highest, highest},
	} {
		if one.shown < one.least || one.shown > one.most {
			return l.lie(BadCount, 0, -1, "the letter shows %d %s, and its list has %d", one.shown, one.what, one.least)
		}
	}
	return nil
}
