package web

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// followUpFeed tells of what was newly recorded: of a letter, of one of its
// addressees, of one ask, or of one cell.
func (s *Site) followUpFeed(w http.ResponseWriter, r *http.Request, lang string) error {
	q := r.URL.Query()
	key := strings.Join([]string{r.URL.Path, excerpt(q.Get("addressee"), 60), excerpt(q.Get("ask"), 80), s.now().UTC().Format(time.DateOnly)}, " ")
	return s.serveCached(w, r, lang, key, s.drawFollowUpFeed)
}

func (s *Site) drawFollowUpFeed(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	addressee, ask := q.Get("addressee"), q.Get("ask")
	var items []*followup.Item
	for _, i := range record.As(s.now(), s.now()).Items() {
		if !i.TakenDown && (addressee == "" || i.Addressee == addressee) && (ask == "" || i.About(ask)) {
			items = append(items, i)
		}
	}
	slices.SortStableFunc(items, func(a, b *followup.Item) int {
		return cmp.Or(b.RecordedAt.Compare(a.RecordedAt), cmp.Compare(b.Date, a.Date), cmp.Compare(a.ID, b.ID))
	})
	page := s.base + letterPath(lang, l)
	f := atomFeed{
		Lang: lang, ID: page + "/follow-up#" + addressee + "/" + ask, Title: locale.T(lang, "follow.title", "title", text.Title), Author: "Pliego",
		Links:   []atomLink{{"self", "application/atom+xml", s.base + r.URL.RequestURI()}, {"alternate", "text/html", page + "/follow-up"}},
		Updated: begun(l).UTC().Format(time.RFC3339),
	}
	for n, i := range items {
		if n == 0 {
			f.Updated = i.RecordedAt.UTC().Format(time.RFC3339)
		}
		if n == feedLength {
			break
		}
		f.Entries = append(f.Entries, feedEntry(lang, l, text, i, page))
	}
	out, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the feed of the record of letter %s: %w", l.Slug, err)
	}
	return newDrawn(l.Slug, l.Version, s.now(), "application/atom+xml; charset=utf-8", append([]byte(xml.Header), out...))
}

// feedEntry tells of one item; a correction of it is a new entry.
func feedEntry(lang string, l *letter.Letter, text letter.Text, i *followup.Item, page string) atomEntry {
	told := tell(lang, i, nil)
	who, href := "", page+"/follow-up"
	if a, ok := l.Addressee(i.Addressee); ok {
		who, _ = addresseeName(lang, a)
		href = page + "/addressees/" + a.Key
		for _, ask := range askKeys(text) {
			if i.About(ask) {
				href = page + "/follow-up/" + a.Key + "/" + ask + "#" + i.ID
				break
			}
		}
	}
	title := told.Title.Text
	if title == "" {
		title = told.Kind
	}
	summary := told.Kind
	for _, part := range []string{told.Direction, told.When, told.Summary.Text} {
		if part != "" {
			summary += " · " + part
		}
	}
	if len(told.Warnings) > 0 {
		summary += " " + strings.Join(told.Warnings, " ")
	}
	return atomEntry{
		ID: fmt.Sprintf("%s/follow-up#%s.%d", page, i.ID, i.Version), Title: strings.TrimPrefix(who+": "+title, ": "),
		Updated: i.RecordedAt.UTC().Format(time.RFC3339), Link: atomLink{"alternate", "text/html", href}, Summary: summary,
	}
}
