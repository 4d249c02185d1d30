package main

import (
	"fmt"

	"pliego/internal/letter"
	"pliego/internal/letter/reading"
	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/typeset/compose"
)

type letterImportCommand struct {
	storeFlags
	File string `arg:"" help:"The letter: plain text, Markdown, HTML or DOCX; - for standard input." placeholder:"FILE"`
	Slug string `required:"" help:"Names the letter in its address: lower-case letters, digits and hyphens." placeholder:"S"`
	Open bool   `help:"Open it for signing at once."`
	Lang string `help:"The letter's language, when the file does not say it clearly." enum:",es,pt,en,fr" default:"" placeholder:"LANG"`
}

func (letterImportCommand) Help() string {
	return "Stores the letter as a draft with its text, its asks and the signatories printed on it (basis: as printed). Where the record of a letter published elsewhere has this slug, its text is attached to it and its signatories stay.\n\nExample: pliego letter import letter.docx --slug water-for-all-2026 --open"
}

func (c *letterImportCommand) Run(p process) error {
	read, err := readLetter(p, c.File)
	if err != nil {
		return err
	}
	if c.Lang != "" {
		read.Language = c.Lang
	}
	l, text, printed, err := fromReading(read, c.Slug)
	if err == nil {
		err = compose.Check(text)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	attached, err := s.letters.Import(p.ctx, l, text)
	if err != nil {
		return err
	}
	for _, x := range read.Warnings {
		fmt.Fprintf(p.stderr, "unsure, line %d: %s\n", x.Line, x.Message)
	}
	if attached {
		fmt.Fprintf(p.stdout, "The text in %s was attached to the record %s.\n", text.Lang, c.Slug)
		return nil
	}
	stored, err := s.letters.Store.LetterBySlug(p.ctx, c.Slug)
	if err != nil {
		return err
	}
	theText, _ := stored.Text(text.Lang)
	n, err := s.signing.Record(p.ctx, s.db, stored, theText, signature.AsPrinted, printed)
	if err != nil {
		return fmt.Errorf("after %d of %d signatories: %w", n, len(printed), err)
	}
	if c.Open {
		if err := s.letters.Open(p.ctx, c.Slug); err != nil {
			return err
		}
	}
	state := "a draft; open it with --open at import, or from the desk"
	if c.Open {
		state = "open for signing"
	}
	fmt.Fprintf(p.stdout, "Letter %s stored in %s with %d asks and %d signatories as printed; it is %s.\n", c.Slug, text.Lang, len(text.Asks), n, state)
	return nil
}

// fromReading makes a letter, its text and its printed signatories of what was
// read from a file.
func fromReading(r *reading.Letter, slug string) (*letter.Letter, letter.Text, []signature.Printed, error) {
	if r.Language == "" {
		return nil, letter.Text{}, nil, fmt.Errorf("the language was not recognised; give it with --lang es, pt, en or fr")
	}
	if r.Title == "" {
		return nil, letter.Text{}, nil, fmt.Errorf("no title was found; put it on a line of its own at the top of the file")
	}
	l := &letter.Letter{
		Slug: slug, State: letter.Draft, Date: r.Date, OriginalLang: r.Language, Publisher: r.Publisher,
	}
	if r.AddressedTo != "" {
		l.Addressees = []letter.Addressee{{
			Key: "addressee", Office: map[string]string{r.Language: r.AddressedTo}, OfficeNative: r.AddressedTo, NativeLang: r.Language,
		}}
	}
	text := letter.Text{Lang: r.Language, Kind: letter.FullText, Title: r.Title, Body: r.Body, AsksInBody: true}
	taken := map[string]bool{}
	for _, a := range r.Asks {
		text.Asks = append(text.Asks, letter.Ask{
			Key: letter.AskKey(place.Fold(a.Title), a.Number, taken), Title: a.Title, Body: a.Text,
		})
	}
	var printed []signature.Printed
	for _, s := range r.Signatories {
		printed = append(printed, signature.Printed{
			Kind: signature.Kind(s.Kind), Number: int64(s.Number),
			Public: signature.Public{Name: s.FullName(), Acronym: s.Acronym, Country: s.Country, Role: s.Role, Affiliation: s.Affiliation},
		})
	}
	return l, text, printed, nil
}
