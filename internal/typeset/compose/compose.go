// Package compose puts a letter's record into the words and order in which it
// is printed, for package typeset to set.
package compose

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/typeset"
)

// Source is what printing reads besides the letter itself.
type Source interface {
	// EachSignature calls fn for every numbered signature in the order of numbers.
	EachSignature(ctx context.Context, letterID string, fn func(*signature.Signature) error) error
	Forums(ctx context.Context) (map[string]dialogue.Forum, error)
}

// Letter composes a letter in lang for printing: its text in that language or,
// when there is none, in the one it has, with its signatories as they stand.
// base is the site's address without a slash at the end.
func Letter(ctx context.Context, src Source, l *letter.Letter, lang, base string) (*typeset.Letter, error) {
	text, ok := l.Text(lang)
	if !ok {
		return nil, fmt.Errorf("letter %s has no text to print: %w", l.Slug, letter.ErrState)
	}
	doc := &typeset.Letter{
		Lang: lang, Title: text.Title,
		URL:      base + "/" + lang + "/letters/" + l.Ref(),
		TextHash: text.Hash, Published: text.PublishedAt,
		Labels: typeset.Labels{
			To: locale.T(lang, "print.to"), Asks: locale.T(lang, "letter.asks"),
			Number: locale.T(lang, "print.number"), Name: locale.T(lang, "print.name"), Country: locale.T(lang, "fact.country"),
			Page: locale.T(lang, "print.page"), Address: locale.T(lang, "print.address"), Hash: locale.T(lang, "print.hash"),
		},
	}
	if text.Lang != lang {
		doc.TextLang = text.Lang
	}
	if l.Date != "" {
		day, err := time.Parse(time.DateOnly, l.Date)
		if err != nil {
			return nil, fmt.Errorf("date of letter %s: %w", l.Slug, err)
		}
		doc.DateLine = locale.Date(lang, day)
	}
	if l.Forum != "" {
		forums, err := src.Forums(ctx)
		if err != nil {
			return nil, err
		}
		doc.Occasion = forums[l.Forum].NameIn(lang)
	}
	for _, a := range l.Addressees {
		doc.AddressedTo = append(doc.AddressedTo, addressee(a, lang))
	}
	if err := setText(doc, l, text, lang); err != nil {
		return nil, fmt.Errorf("set the text of letter %s: %w", l.Slug, err)
	}
	return doc, setSignatories(ctx, src, doc, l, lang)
}

// addressee is the office and, for a State, its country.
func addressee(a letter.Addressee, lang string) string {
	office, _ := a.OfficeIn(lang)
	if country := place.Name(a.Country, lang); country != "" {
		return office + ", " + country
	}
	return office
}

func setText(doc *typeset.Letter, l *letter.Letter, text letter.Text, lang string) (err error) {
	var notice string
	if text.Kind == letter.Summary && l.Elsewhere != nil {
		notice = locale.T(lang, "print.summary", "link", "<"+l.Elsewhere.URL+">")
	}
	if text.Lang != lang {
		notice += "\n\n" + locale.T(lang, "letter.other_language", "language", locale.NameIn(lang, text.Lang))
	}
	if doc.Notice, err = typeset.Markdown(notice); err != nil {
		return err
	}
	if doc.Intro, err = typeset.Markdown(text.Body); err != nil {
		return err
	}
	if doc.Closing, err = typeset.Markdown(text.Closing); err != nil {
		return err
	}
	if text.AsksInBody {
		return nil
	}
	for i, a := range text.Asks {
		body, err := typeset.Markdown(a.Body)
		if err != nil {
			return err
		}
		doc.Asks = append(doc.Asks, typeset.Ask{Number: i + 1, Title: a.Title, Text: body})
	}
	return nil
}

func setSignatories(ctx context.Context, src Source, doc *typeset.Letter, l *letter.Letter, lang string) error {
	names := map[string]string{} // the same few countries come thousands of times
	bases := map[signature.Basis]bool{}
	var listed, sealed int64
	err := src.EachSignature(ctx, l.ID, func(s *signature.Signature) error {
		row := typeset.Signatory{Number: int(s.Number)}
		if s.State == signature.Contested {
			row.Note = locale.T(lang, "list.set_aside", "date", locale.Date(lang, s.SetAsideAt))
		} else if s.State != signature.Standing {
			row.Note = locale.T(lang, "list.withdrawn", "date", locale.Date(lang, s.EndedAt))
		} else {
			country, ok := names[s.Public.Country]
			if !ok {
				country = place.Name(s.Public.Country, lang)
				names[s.Public.Country] = country
			}
			row.Name, row.Acronym, row.Country = s.Public.Name, s.Public.Acronym, country
			if s.Sealed() {
				row.Name = s.SealedName(lang)
				sealed++
			}
			bases[s.Basis] = true
			listed++
		}
		doc.Signatories = append(doc.Signatories, row)
		if s.SignedAt.After(doc.Published) {
			doc.Published = s.SignedAt
		}
		if s.EndedAt.After(doc.Published) {
			doc.Published = s.EndedAt
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list the signatories of letter %s: %w", l.Slug, err)
	}
	doc.Labels.Signatories = locale.T(lang, "list.heading", "n", listed)
	if len(bases) == 1 && bases[signature.AsPrinted] {
		doc.SignatoriesNote = locale.T(lang, "list.about_printed")
	}
	if sealed > 0 {
		doc.SignatoriesNote = strings.TrimSpace(doc.SignatoriesNote + " " + locale.T(lang, "print.sealed", "n", sealed))
	}
	return nil
}
