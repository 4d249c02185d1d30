package letter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrSavedMeanwhile says that somebody else saved the text that was worked on.
var ErrSavedMeanwhile = errors.New("somebody else saved this text meanwhile")

// ErrAsks says that a text has other asks than the original.
var ErrAsks = errors.New("the asks are not those of the original")

// Languages of texts, in the order in which they are listed.
var Languages = []string{"es", "pt", "en", "fr"}

// Working is a text that is still written, in one language of a letter. It
// stays when it was published, and goes on from there.
type Working struct {
	LetterID string
	Text     Text   // language, title, body, asks and closing
	Matches  string // hash of the original's words that this was last held against; "" for none
	Revision int    // grows with each saving; 0 when it was never saved
	SavedAt  time.Time
}

// Standing is how a letter's text in one language stands.
type Standing struct {
	Lang      string
	Original  bool
	Published *Text    // the newest published version, or nil
	Working   *Working // what is written, or nil
	Missing   []string // keys of asks that the original has and this text lacks
	OutOfDate bool     // the original has changed since this was held against it
}

// Newest is what is written, or else what was published; ok is false for neither.
func (s Standing) Newest() (t Text, ok bool) {
	switch {
	case s.Working != nil:
		return s.Working.Text, true
	case s.Published != nil:
		return *s.Published, true
	}
	return Text{}, false
}

// Unpublished tells whether something is written that is not published.
func (s Standing) Unpublished() bool {
	return s.Working != nil && (s.Published == nil || s.Published.Hash != s.Working.Text.ContentHash())
}

// Publishable tells whether what is written can be published as it is.
func (s Standing) Publishable() bool {
	return s.Unpublished() && len(s.Missing) == 0 && s.Working.Text.Check() == nil
}

// Standings tells how each language of a letter stands: the original first,
// then every other in which something is written or could be.
func Standings(l *Letter, works []Working) []Standing {
	order := []string{l.OriginalLang}
	for _, lang := range Languages {
		if lang != l.OriginalLang {
			order = append(order, lang)
		}
	}
	list := make([]Standing, len(order))
	for i, lang := range order {
		x := Standing{Lang: lang, Original: i == 0}
		if t, ok := l.textIn(lang); ok {
			x.Published = &t
		}
		for k := range works {
			if works[k].Text.Lang == lang {
				x.Working = &works[k]
			}
		}
		list[i] = x
	}
	original, ok := list[0].Newest()
	if !ok {
		return list
	}
	words := original.ContentHash()
	for i := range list[1:] {
		x := &list[i+1]
		t, ok := x.Newest()
		if !ok {
			continue
		}
		for _, a := range original.Asks {
			if _, _, there := t.Ask(a.Key); !there {
				x.Missing = append(x.Missing, a.Key)
			}
		}
		if x.Working != nil {
			x.OutOfDate = x.Working.Matches != words
		} else { // published by a command or a pack, so the times decide
			x.OutOfDate = list[0].Unpublished() ||
				original.Version > 1 && !original.Editorial && x.Published.PublishedAt.Before(original.PublishedAt)
		}
	}
	return list
}

// Save keeps a text that is still written. It may be unfinished, and is bounded
// all the same; revision is the one that it goes on from. matches says that it
// was held against the original as that stands now.
func (s *Service) Save(ctx context.Context, slug string, t Text, revision int, matches bool) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if err := t.checkBounds(); err != nil {
		return err
	}
	works, err := s.Store.Workings(ctx, l.ID)
	if err != nil {
		return err
	}
	w := Working{LetterID: l.ID, Text: t, Revision: revision + 1, SavedAt: s.Now()}
	standings := Standings(l, works)
	if original, ok := standings[0].Newest(); ok && t.Lang != l.OriginalLang {
		if matches {
			w.Matches = original.ContentHash()
		} else if i := slices.IndexFunc(works, func(x Working) bool { return x.Text.Lang == t.Lang }); i >= 0 {
			w.Matches = works[i].Matches
		}
	}
	return s.Store.SaveWorking(ctx, w)
}

// ErrTooMuch says that a text is longer than any letter, or no text.
var ErrTooMuch = errors.New("this is more than a letter holds, or no text")

// checkBounds refuses what no draft may hold either: too much, or no text.
func (t Text) checkBounds() error {
	all := t.Title + t.Body + t.Closing
	for _, a := range t.Asks {
		if len(a.Title) > MaxAsk || len(a.Body) > MaxAsk || len(a.Key) > MaxTitle {
			return fmt.Errorf("%w: an ask has more than %d bytes", ErrTooMuch, MaxAsk)
		}
		all += a.Key + a.Title + a.Body
	}
	switch {
	case !slices.Contains(Languages, t.Lang):
		return fmt.Errorf("language %q: use es, pt, en or fr", t.Lang)
	case len(t.Body)+len(t.Closing) > MaxBody, len(t.Asks) > MaxAsks, utf8.RuneCountInString(t.Title) > MaxTitle:
		return fmt.Errorf("%w: %d bytes at most, with %d asks and a title of %d characters", ErrTooMuch, MaxBody, MaxAsks, MaxTitle)
	case !utf8.ValidString(all) || strings.ContainsRune(all, 0):
		return fmt.Errorf("%w: it holds bytes that are not UTF-8 text", ErrTooMuch)
	}
	return nil
}

// PublishWorking publishes what is written in a language: the first text in it,
// or its next version. A translation has the original's asks, all of them. A
// letter that is closed takes editorial corrections only.
func (s *Service) PublishWorking(ctx context.Context, slug, lang string, editorial bool, reason string) (*Letter, Text, error) {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, Text{}, err
	}
	works, err := s.Store.Workings(ctx, l.ID)
	if err != nil {
		return nil, Text{}, err
	}
	standings := Standings(l, works)
	i := slices.IndexFunc(standings, func(x Standing) bool { return x.Lang == lang })
	if i < 0 || standings[i].Working == nil {
		return nil, Text{}, fmt.Errorf("nothing is written in %q: %w", lang, ErrNotFound)
	}
	x := standings[i]
	t := x.Working.Text
	if !x.Unpublished() {
		return nil, Text{}, fmt.Errorf("letter %s: %w", slug, ErrSameText)
	}
	if x.Published != nil {
		if l.State != Draft && l.State != Circulating && l.State != Open && !editorial {
			return nil, Text{}, fmt.Errorf("letter %s is %s: nobody could consent to another text any more, so only an editorial correction is possible: %w", slug, l.State, ErrState)
		}
		t.Editorial, t.Reason = editorial, strings.Join(strings.Fields(reason), " ")
		if utf8.RuneCountInString(t.Reason) > MaxReason || !utf8.ValidString(t.Reason) {
			return nil, Text{}, fmt.Errorf("the reason must be text of at most %d characters", MaxReason)
		}
	}
	if original, ok := standings[0].Newest(); ok && !x.Original && !sameAsks(original, t) {
		return nil, Text{}, ErrAsks
	}
	if err := s.Publish(ctx, l, t); err != nil {
		return nil, Text{}, err
	}
	if l, err = s.Store.LetterBySlug(ctx, slug); err != nil {
		return nil, Text{}, err
	}
	now, _ := l.textIn(lang)
	return l, now, nil
}

func sameAsks(a, b Text) bool {
	if len(a.Asks) != len(b.Asks) {
		return false
	}
	for _, ask := range a.Asks {
		if _, _, ok := b.Ask(ask.Key); !ok {
			return false
		}
	}
	return true
}
