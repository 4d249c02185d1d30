package followup

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// RubricVersion is the newest version of the rubric.
const RubricVersion = 1

// Bounds of one item.
const (
	MaxTitle     = 300  // characters
	MaxSummary   = 4000 // characters, of anything longer than a title
	MaxAddress   = 2000 // bytes of a URL
	MaxCitations = 50
	MaxAsks      = 50
)

// Check holds an item against the rules of its kind. The store's tables refuse
// the same verdicts again, whoever writes them.
func (i *Item) Check() error {
	if !slices.Contains(Kinds, i.Kind) {
		return fmt.Errorf("%q is no kind of item; it is one of answer, commitment, action, assessment", i.Kind)
	}
	if i.Version > 1 && strings.TrimSpace(i.Reason) == "" {
		return fmt.Errorf("say why this corrects what was recorded before")
	}
	if err := i.checkWords(); err != nil {
		return err
	}
	if i.TakenDown {
		return nil
	}
	if i.Addressee == "" {
		return fmt.Errorf("name the addressee")
	}
	if _, _, ok := i.Date.Days(); !ok {
		return fmt.Errorf("date: %q is none; write YYYY, YYYY-MM or YYYY-MM-DD", string(i.Date))
	}
	if len(i.Asks) > MaxAsks {
		return fmt.Errorf("%d asks; at most %d", len(i.Asks), MaxAsks)
	}
	if err := i.checkCitations(); err != nil {
		return err
	}
	if err := i.checkSaid(); err != nil {
		return err
	}
	switch i.Kind {
	case Action:
		return i.checkAction()
	case Assessment:
		return i.checkAssessment()
	}
	if i.Original == "" && len(i.Summary) == 0 {
		return fmt.Errorf("the %s says nothing", i.Kind)
	}
	return nil
}

func (i *Item) checkWords() error {
	for _, w := range []struct {
		name  string
		words Words
		most  int
	}{{"title", i.Title, MaxTitle}, {"summary", i.Summary, MaxSummary}, {"text", Words{"": i.Original}, MaxSummary * 5},
		{"note", Words{"": i.Note}, MaxSummary}, {"reason", Words{"": i.Reason}, MaxSummary}, {"office", Words{"": i.Office}, MaxTitle},
		{"reference", Words{"": i.Reference}, MaxTitle}, {"looked", Words{"": i.Looked}, MaxSummary}} {
		for _, text := range w.words {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || utf8.RuneCountInString(text) > w.most {
				return fmt.Errorf("%s: at most %d characters of text", w.name, w.most)
			}
		}
	}
	return nil
}

func (i *Item) checkCitations() error {
	if len(i.Citations) > MaxCitations {
		return fmt.Errorf("%d citations; at most %d", len(i.Citations), MaxCitations)
	}
	for n, c := range i.Citations {
		if !slices.Contains(Grades, c.Grade) {
			return fmt.Errorf("citation %d: %q is no grade; it is official, press or copy", n+1, c.Grade)
		}
		if c.Confidence != Seen && c.Confidence != Memory {
			return fmt.Errorf("citation %d: confidence is seen or memory", n+1)
		}
		if c.Confidence == Seen && c.URL == "" && c.Archived == "" {
			return fmt.Errorf("citation %d: what was seen has an address", n+1)
		}
		for _, address := range []string{c.URL, c.Archived} {
			if u, err := url.Parse(address); address != "" && (err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || len(address) > MaxAddress) {
				return fmt.Errorf("citation %d: %.60q is no web address", n+1, address)
			}
		}
		for _, text := range []string{c.Title, c.Publisher, c.Place, c.Quote, c.SHA256} {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || utf8.RuneCountInString(text) > MaxSummary {
				return fmt.Errorf("citation %d: at most %d characters of text", n+1, MaxSummary)
			}
		}
	}
	return nil
}

func (i *Item) checkSaid() error {
	if i.Reply != nil {
		if err := i.Reply.Check(); err != nil {
			return err
		}
	}
	if len(i.Contests) > MaxContests {
		return fmt.Errorf("%d contests; at most %d", len(i.Contests), MaxContests)
	}
	for n := range i.Contests {
		if err := i.Contests[n].Check(); err != nil {
			return err
		}
	}
	return nil
}

func (i *Item) checkAction() error {
	if !slices.Contains(ActionKinds, i.Action) {
		return fmt.Errorf("%q is no kind of action", i.Action)
	}
	if i.Direction != Toward && i.Direction != Against && i.Direction != Mixed {
		return fmt.Errorf("direction: toward, against or mixed")
	}
	if title, _ := i.Title.In("en"); title == "" {
		return fmt.Errorf("the action has no title")
	}
	if len(i.Asks) == 0 {
		return fmt.Errorf("say which asks the action is about")
	}
	return nil
}

func (i *Item) checkAssessment() error {
	if len(i.Asks) != 1 {
		return fmt.Errorf("an assessment is of one ask")
	}
	if !i.Track.Has(i.Value) {
		return fmt.Errorf("track %q has no value %q to be judged", i.Track, i.Value)
	}
	if i.Rubric < 1 || i.Rubric > RubricVersion || len(i.Citations) == 0 {
		return ErrNoCitation
	}
	if !Cited(i.Citations) {
		return fmt.Errorf("%w: none of its sources was read", ErrNoCitation)
	}
	if i.Value.Strong() && !Independent(i.Citations) {
		return ErrWeakSources
	}
	if i.Value == NoEvidenceFound && strings.TrimSpace(i.Looked) == "" {
		return fmt.Errorf("say where and when one looked")
	}
	return nil
}

// Cited tells whether at least one of the sources was read.
func Cited(list []Citation) bool {
	return slices.ContainsFunc(list, func(c Citation) bool { return c.Confidence == Seen })
}

// Independent tells whether sources that were read hold an official text, or come
// from two publishers.
func Independent(list []Citation) bool {
	publishers := map[string]bool{}
	for _, c := range list {
		if c.Confidence != Seen {
			continue
		}
		if c.Grade == Official {
			return true
		}
		if p := strings.ToLower(strings.TrimSpace(c.Publisher)); p != "" {
			publishers[p] = true
		}
	}
	return len(publishers) > 1
}
