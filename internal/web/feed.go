package web

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"time"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
)

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary,omitempty"`
}

// feedLength is how many signatures the feed holds, the newest first.
const feedLength = 50

// feed tells of a letter's newest signatures, and of the letter itself.
func (s *Site) feed(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, err := public(s.store.LetterBySlug(ctx, r.PathValue("letter")))
	if err != nil {
		return nil, err
	}
	text, ok := l.Text(lang)
	if !ok {
		return nil, fmt.Errorf("letter %s has no text yet: %w", l.Slug, letter.ErrNotFound)
	}
	list, err := s.store.SignaturesNumbered(ctx, l.ID, l.Counts.Highest-feedLength+1, l.Counts.Highest)
	if err != nil {
		return nil, err
	}
	page := s.base + letterPath(lang, l)
	f := atomFeed{
		Lang: lang, ID: page, Title: locale.T(lang, "feed.title", "title", text.Title), Author: "Pliego",
		Links: []atomLink{{"self", "application/atom+xml", page + "/feed.atom"}, {"alternate", "text/html", page}},
	}
	updated := begun(l)
	for _, sig := range slices.Backward(list) {
		if sig.State != signature.Standing {
			continue
		}
		if sig.SignedAt.After(updated) {
			updated = sig.SignedAt
		}
		f.Entries = append(f.Entries, atomEntry{
			ID:      fmt.Sprintf("%s/signatories#n%d", s.base+"/letters/"+l.Slug, sig.Number),
			Title:   locale.T(lang, "feed.entry", "number", sig.Number, "name", listedName(lang, sig)),
			Updated: sig.SignedAt.UTC().Format(time.RFC3339),
			Link:    atomLink{"alternate", "text/html", s.base + numberHref(letterPath(lang, l)+"/signatories", sig.Number)},
			Summary: place.Name(sig.Public.Country, lang),
		})
	}
	description, err := describe(text)
	if err != nil {
		return nil, err
	}
	f.Entries = append(f.Entries, atomEntry{
		ID: page + "#letter", Title: text.Title, Updated: begun(l).UTC().Format(time.RFC3339),
		Link: atomLink{"alternate", "text/html", page}, Summary: description,
	})
	f.Updated = updated.UTC().Format(time.RFC3339)
	out, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the feed of letter %s: %w", l.Slug, err)
	}
	d, err := newDrawn(l.Slug, l.Version, s.now(), "application/atom+xml; charset=utf-8", append([]byte(xml.Header), out...))
	if err == nil {
		d.open = true
	}
	return d, err
}

// begun is when a letter became readable here.
func begun(l *letter.Letter) time.Time {
	if l.OpenedAt.IsZero() {
		return l.CreatedAt
	}
	return l.OpenedAt
}
