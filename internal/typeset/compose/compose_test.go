package compose_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/typeset"
	"pliego/internal/typeset/compose"
)

// shelf is a source with a few signatures.
type shelf []*signature.Signature

func (s shelf) EachSignature(_ context.Context, _ string, fn func(*signature.Signature) error) error {
	for _, x := range s {
		if err := fn(x); err != nil {
			return err
		}
	}
	return nil
}

func (shelf) Forums(context.Context) (map[string]dialogue.Forum, error) {
	return map[string]dialogue.Forum{"meeting": {Key: "meeting", Names: map[string]string{"en": "Fourth Meeting", "es": "Cuarta Reunión"}}}, nil
}

var day = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

func example() *letter.Letter {
	return &letter.Letter{
		ID: "id", Slug: "water", Date: "2026-05-03", OriginalLang: "es", Forum: "meeting",
		Addressees: []letter.Addressee{{Key: "ury", Country: "UY", Office: map[string]string{"es": "Ministerio del Interior", "en": "Ministry of the Interior"}}},
		Texts: []letter.Text{{
			Lang: "es", Kind: letter.FullText, Title: "Carta abierta", Body: "Escribimos.", Closing: "Gracias.", Hash: strings.Repeat("ab", 32),
			Asks: []letter.Ask{{Key: "one", Title: "Medir el agua", Body: "Cada mes."}}, PublishedAt: day,
		}},
	}
}

func signatures(basis signature.Basis) shelf {
	return shelf{
		{Number: 1, State: signature.Standing, Basis: basis, Public: signature.Public{Name: "Asociación Ejemplo", Acronym: "AE", Country: "UY"}, SignedAt: day},
		{Number: 2, State: signature.Withdrawn, Basis: basis, EndedAt: day.AddDate(0, 0, 2), SignedAt: day},
		{Number: 3, State: signature.Standing, Basis: basis, Public: signature.Public{Name: "Persona Ejemplo"}, SignedAt: day},
	}
}

func TestLetterInItsOwnLanguage(t *testing.T) {
	doc, err := compose.Letter(t.Context(), signatures(signature.Confirmed), example(), "es", "https://letters.example.org")
	if err != nil {
		t.Fatal(err)
	}
	if doc.TextLang != "" || doc.DateLine != "3 de mayo de 2026" || doc.Occasion != "Cuarta Reunión" ||
		doc.AddressedTo[0] != "Ministerio del Interior, Uruguay" || doc.URL != "https://letters.example.org/es/letters/water" {
		t.Errorf("%+v", doc)
	}
	if len(doc.Asks) != 1 || len(doc.Intro) != 1 || len(doc.Closing) != 1 || len(doc.Notice) != 0 || doc.SignatoriesNote != "" {
		t.Errorf("parts: %d asks, %d intro, %d closing, %d notice, note %q", len(doc.Asks), len(doc.Intro), len(doc.Closing), len(doc.Notice), doc.SignatoriesNote)
	}
	if s := doc.Signatories; len(s) != 3 || s[0].Country != "Uruguay" || s[1].Name != "" || !strings.Contains(s[1].Note, "5 de mayo de 2026") || s[2].Number != 3 {
		t.Errorf("signatories %+v", s)
	}
	if !strings.HasPrefix(doc.Labels.Signatories, "2 ") {
		t.Errorf("the heading counts who withdrew: %q", doc.Labels.Signatories)
	}
	if !doc.Published.Equal(day.AddDate(0, 0, 2)) {
		t.Errorf("dated %v, not by the last change", doc.Published)
	}
	var out bytes.Buffer
	if _, err := typeset.PDF(t.Context(), &out, doc); err != nil || out.Len() == 0 {
		t.Errorf("it cannot be set: %v", err)
	}
}

func TestLetterInALanguageItLacks(t *testing.T) {
	for _, lang := range []string{"pt", "en", "fr"} {
		doc, err := compose.Letter(t.Context(), signatures(signature.AsPrinted), example(), lang, "https://letters.example.org")
		if err != nil {
			t.Fatal(err)
		}
		if doc.Lang != lang || doc.TextLang != "es" || len(doc.Notice) == 0 || doc.SignatoriesNote == "" {
			t.Errorf("%s: lang %s, text %s, %d notices, note %q", lang, doc.Lang, doc.TextLang, len(doc.Notice), doc.SignatoriesNote)
		}
	}
}

func TestAsksInTheBodyAreNotPrintedTwice(t *testing.T) {
	l := example()
	l.Texts[0].AsksInBody = true
	doc, err := compose.Letter(t.Context(), shelf{}, l, "es", "https://letters.example.org")
	if err != nil || len(doc.Asks) != 0 {
		t.Errorf("%d asks, %v", len(doc.Asks), err)
	}
}

func TestSummaryNamesWhereTheOriginalStands(t *testing.T) {
	l := example()
	l.Texts[0].Kind, l.Elsewhere = letter.Summary, &letter.Elsewhere{URL: "https://example.org/original"}
	doc, err := compose.Letter(t.Context(), shelf{}, l, "es", "https://letters.example.org")
	if err != nil || len(doc.Notice) != 1 {
		t.Fatalf("%d notices, %v", len(doc.Notice), err)
	}
	found := false
	for _, r := range doc.Notice[0].Runs {
		found = found || r.URL == "https://example.org/original"
	}
	if !found {
		t.Errorf("no link to the original: %+v", doc.Notice[0])
	}
}
