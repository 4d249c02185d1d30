package phrase_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pliego/internal/place"
	"pliego/internal/signature/phrase"
)

var languages = []string{"es", "pt", "en", "fr"}

// A phrase reads back in every language, however it was written down.
func TestPhraseReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s phrase.Secret
		copy(s[:], rapid.SliceOfN(rapid.Byte(), len(s), len(s)).Draw(t, "secret"))
		words := s.Words(rapid.SampledFrom(languages).Draw(t, "lang"))
		if len(words) != phrase.Length {
			t.Fatalf("%d words", len(words))
		}
		numbered := make([]string, len(words))
		for i, w := range words {
			numbered[i] = fmt.Sprintf("%d. %s", i+1, w)
		}
		for _, text := range []string{
			strings.Join(words, " "), strings.ToUpper(strings.Join(words, "\t")), "  " + strings.Join(words, ",\r\n") + " ",
			strings.Join(numbered, "\n"), place.Fold(strings.Join(words, " ")),
		} {
			if got, err := phrase.Parse(text); err != nil || got != s {
				t.Fatalf("%q reads as %v, %v", text, got, err)
			}
		}
	})
}

// One wrong word is told, and never reads as another secret.
func TestWrongWordIsTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom(languages).Draw(t, "lang")
		words, others := phrase.New().Words(lang), phrase.New().Words(lang)
		at := rapid.IntRange(0, phrase.Length-1).Draw(t, "place")
		if words[at] == others[at] {
			return
		}
		words[at] = others[at]
		if _, err := phrase.Parse(strings.Join(words, " ")); !errors.Is(err, phrase.ErrChecksum) {
			t.Fatalf("a wrong word: %v", err)
		}
		words[at] = "xyzzy"
		var unknown phrase.UnknownWord
		if _, err := phrase.Parse(strings.Join(words, " ")); !errors.As(err, &unknown) || int(unknown) != at+1 {
			t.Fatalf("no word at %d: %v", at+1, err)
		}
		if strings.Contains(unknown.Error(), "xyzzy") {
			t.Fatal("the error repeats the word")
		}
	})
}

func TestWhatIsNoPhrase(t *testing.T) {
	whole := strings.Join(phrase.New().Words("en"), " ")
	for _, text := range []string{"", " ", "one", whole + " abandon", whole[strings.Index(whole, " "):], strings.Repeat("abandon ", 500), "\x00\xff"} {
		if _, err := phrase.Parse(text); !errors.Is(err, phrase.ErrLength) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func TestSecretsDiffer(t *testing.T) {
	if phrase.New() == phrase.New() {
		t.Error("two secrets are the same")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(strings.Join(phrase.Secret{}.Words("fr"), " "))
	f.Add("1. ábaco 2. zorro")
	f.Add("\xff\x00")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := phrase.Parse(text)
		if err != nil {
			return
		}
		if again, err := phrase.Parse(strings.Join(s.Words("es"), " ")); err != nil || again != s {
			t.Errorf("%q reads as %v, which reads back as %v, %v", text, s, again, err)
		}
	})
}
