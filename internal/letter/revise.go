package letter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxReason bounds the reason of a new version, in characters.
const MaxReason = 1000

// ErrSameText says that a revision changes nothing.
var ErrSameText = errors.New("this is the text that is published already")

// Revise publishes a new version of the letter's text in t's language. Its asks
// take the keys of the asks they follow on: those with the same title, and else,
// when there are as many as before, those in the same place. Signers of the
// version before stay signers of that one. A letter that is closed takes
// editorial corrections only, for nobody could consent to more. It returns the
// letter and the new version.
func (s *Service) Revise(ctx context.Context, slug string, t Text) (*Letter, Text, error) {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, Text{}, err
	}
	before, ok := l.textIn(t.Lang)
	if !ok {
		return nil, Text{}, fmt.Errorf("letter %s has no text in %q that could be revised: %w", slug, t.Lang, ErrNotFound)
	}
	if l.State != Draft && l.State != Circulating && l.State != Open && !t.Editorial {
		return nil, Text{}, fmt.Errorf("letter %s is %s: nobody could consent to another text any more, so only an editorial correction is possible: %w", slug, l.State, ErrState)
	}
	t.Reason = strings.Join(strings.Fields(t.Reason), " ")
	if utf8.RuneCountInString(t.Reason) > MaxReason || !utf8.ValidString(t.Reason) {
		return nil, Text{}, fmt.Errorf("the reason must be text of at most %d characters", MaxReason)
	}
	t.Kind, t.Asks = before.Kind, keepKeys(before.Asks, t.Asks)
	if t.ContentHash() == before.Hash {
		return nil, Text{}, fmt.Errorf("letter %s: %w", slug, ErrSameText)
	}
	if err := s.Publish(ctx, l, t); err != nil {
		return nil, Text{}, err
	}
	if l, err = s.Store.LetterBySlug(ctx, slug); err != nil {
		return nil, Text{}, err
	}
	now, _ := l.textIn(t.Lang)
	return l, now, nil
}

// keepKeys gives the asks of a revision the keys of those they follow on.
func keepKeys(before, asks []Ask) []Ask {
	out := append([]Ask(nil), asks...)
	byTitle, taken := map[string]string{}, map[string]bool{}
	for _, a := range before {
		byTitle[a.Title] = a.Key
	}
	fresh := map[int]bool{}
	for i, a := range out {
		key := byTitle[a.Title]
		if key == "" || taken[key] {
			fresh[i] = true
			continue
		}
		out[i].Key, taken[key] = key, true
	}
	for i := range out {
		if !fresh[i] {
			continue
		}
		if len(before) == len(out) && !taken[before[i].Key] {
			out[i].Key = before[i].Key
		}
		for base, n := out[i].Key, 2; taken[out[i].Key]; n++ {
			out[i].Key = fmt.Sprintf("%s-%d", base, n)
		}
		taken[out[i].Key] = true
	}
	return out
}

// SignersOfOlder counts those listed who signed a version of a text that was
// changed in more than its spelling since. versions are a letter's texts in all
// versions, by language, the newest first. A summary of a letter published
// elsewhere is no older version: who is on that letter signed its original.
func SignersOfOlder(versions []Text) int64 {
	var n int64
	lang, changed := "", false
	for _, t := range versions {
		if t.Lang != lang {
			lang, changed = t.Lang, false
		}
		if changed && t.Kind == FullText {
			n += t.Signers
		}
		changed = changed || !t.Editorial
	}
	return n
}
