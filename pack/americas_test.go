package pack

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/place"
	"pliego/internal/signature"
)

// americas reads the shipped pack.
func americas(t *testing.T) *Pack {
	t.Helper()
	p, err := Read(Americas())
	if err != nil {
		t.Fatalf("the shipped pack is not valid:\n%v", err)
	}
	return p
}

func shippedLetter(t *testing.T, slug string) Letter {
	t.Helper()
	p := americas(t)
	i := slices.IndexFunc(p.Letters, func(l Letter) bool { return l.Slug == slug })
	if i < 0 {
		t.Fatalf("the shipped pack has no letter %s", slug)
	}
	return p.Letters[i]
}

func askKeys(t letter.Text) []string {
	var keys []string
	for _, a := range t.Asks {
		keys = append(keys, a.Key)
	}
	return keys
}

// inFour fails unless a value stands in all four languages.
func inFour(t *testing.T, what string, m map[string]string) {
	t.Helper()
	for _, lang := range Languages {
		if m[lang] == "" {
			t.Errorf("%s has nothing in %s", what, lang)
		}
	}
}

func TestModelLetter(t *testing.T) {
	l := shippedLetter(t, "mispa-iv-2013")
	if l.State != letter.FollowUp || l.Date != "2013-11-19" || l.OriginalLang != "en" || l.Forum != "mispa-4" {
		t.Errorf("state %s, date %s, language %s, forum %s", l.State, l.Date, l.OriginalLang, l.Forum)
	}
	if l.Elsewhere == nil || !strings.Contains(l.Elsewhere.URL, "wola.org") || len(l.Elsewhere.Copies) == 0 {
		t.Errorf("the record does not say where the original stands: %+v", l.Elsewhere)
	}
	want := []string{"reduce-violence", "proportional-penalties", "gender-perspective", "decriminalise-use", "review-armed-forces", "dialogue-with-civil-society"}
	for _, lang := range Languages {
		text, ok := l.Text(lang)
		if !ok {
			t.Errorf("no text in %s", lang)
			continue
		}
		if text.Kind != letter.Summary {
			t.Errorf("%s: kind %s; the pack holds a summary, not the letter's words", lang, text.Kind)
		}
		if got := askKeys(text); !slices.Equal(got, want) {
			t.Errorf("%s: asks %v, want %v", lang, got, want)
		}
	}
}

func TestModelLetterSignatories(t *testing.T) {
	l := shippedLetter(t, "mispa-iv-2013")
	if len(l.Signatories) != 52 {
		t.Fatalf("%d signatories, want 52", len(l.Signatories))
	}
	countries := map[string]bool{}
	unstated := 0
	for i, s := range l.Signatories {
		if s.Number != int64(i+1) {
			t.Errorf("signatory %d has the number %d", i+1, s.Number)
		}
		if s.Basis != signature.AsPrinted || s.Kind != signature.Organisation {
			t.Errorf("signatory %d: basis %s, kind %s", s.Number, s.Basis, s.Kind)
		}
		for _, part := range []string{s.Public.Name, s.Public.Acronym} {
			if !strings.Contains(s.Raw, part) {
				t.Errorf("signatory %d: %q is not in the printed line %q", s.Number, part, s.Raw)
			}
		}
		if s.Public.Country == "" {
			unstated++
		} else {
			countries[s.Public.Country] = true
		}
	}
	if len(countries) != 14 || unstated != 11 {
		t.Errorf("%d countries and %d signatories without one, want 14 and 11", len(countries), unstated)
	}
}

func TestModelLetterAddressees(t *testing.T) {
	l := shippedLetter(t, "mispa-iv-2013")
	if len(l.Addressees) != 34 {
		t.Fatalf("%d addressees, want the 34 States that took part in the OAS in 2013", len(l.Addressees))
	}
	for _, a := range l.Addressees {
		c, ok := place.ByAlpha3(a.Key)
		if !ok || c.Alpha2 != a.Country || a.Key != strings.ToLower(a.Key) {
			t.Errorf("addressee %s: country %s", a.Key, a.Country)
		}
		inFour(t, "the office of "+a.Key, a.Office)
		// The native form is the one in its own language, when that is ours.
		if own := a.Office[a.NativeLang]; a.OfficeNative == "" || own != "" && strings.ReplaceAll(own, "’", "'") != a.OfficeNative {
			t.Errorf("addressee %s: native %q (%s), office %q", a.Key, a.OfficeNative, a.NativeLang, own)
		}
	}
	if slices.ContainsFunc(l.Addressees, func(a letter.Addressee) bool { return a.Key == "cub" }) {
		t.Error("Cuba, which took no part in the OAS, is among the addressees")
	}
}

func TestPracticeLetter(t *testing.T) {
	l := shippedLetter(t, "practice-letter")
	if l.State != letter.Open || l.Elsewhere != nil || len(l.Signatories) != 0 || !l.Deadline.IsZero() {
		t.Errorf("the practice letter must be open, ours, and without signatures or deadline: %+v", l)
	}
	marks := map[string]string{"es": "carta de práctica", "pt": "carta de prática", "en": "practice letter", "fr": "lettre d’essai"}
	for _, lang := range Languages {
		text, ok := l.Text(lang)
		if !ok || text.Kind != letter.FullText || len(text.Asks) != 3 {
			t.Errorf("%s: kind %s, %d asks", lang, text.Kind, len(text.Asks))
			continue
		}
		first, _, _ := strings.Cut(text.Body, "\n")
		for _, where := range []string{text.Title, first} {
			if !strings.Contains(strings.ToLower(where), marks[lang]) {
				t.Errorf("%s: %q does not say that this is a practice letter", lang, where)
			}
		}
	}
	if len(l.Addressees) != 1 || l.Addressees[0].Key != "everyone" || l.Addressees[0].Country != "" {
		t.Fatalf("addressees %+v", l.Addressees)
	}
	inFour(t, "the practice letter's addressee", l.Addressees[0].Office)
}

func TestShippedForumsAndProvisions(t *testing.T) {
	p := americas(t)
	inFour(t, "the pack's name", p.Names)
	if len(p.Forums) != 29 {
		t.Errorf("%d forums, want 29", len(p.Forums))
	}
	for _, f := range p.Forums {
		inFour(t, "the name of "+f.Key, f.Names)
		inFour(t, "the body of "+f.Key, f.Body)
		if len(f.Place) > 0 {
			inFour(t, "the place of "+f.Key, f.Place)
		}
		if f.Key == "mispa-4" && (f.From != "2013-11-21" || f.To != "2013-11-22" || f.Place["es"] != "Medellín" || f.Country != "CO") {
			t.Errorf("mispa-4: %+v", f)
		}
	}
	if len(p.Provisions) != 55 {
		t.Errorf("%d provisions, want 55", len(p.Provisions))
	}
	for i, v := range p.Provisions {
		if v.Summary["en"] == "" || strings.Contains(v.Summary["en"], "(closing call") {
			t.Errorf("provision %d: summary %q", i+1, v.Summary["en"])
		}
	}
}

// The same must be said in every language: as many paragraphs, and neither
// much shorter nor much longer than the English.
func TestShippedTextsSayTheSame(t *testing.T) {
	for _, l := range americas(t).Letters {
		english, _ := l.Text("en")
		for _, text := range l.Texts {
			parts := map[string][2]string{"body": {text.Body, english.Body}, "closing": {text.Closing, english.Closing}}
			for i, a := range text.Asks {
				parts["ask "+a.Key] = [2]string{a.Body, english.Asks[i].Body}
			}
			for name, pair := range parts {
				own, en := pair[0], pair[1]
				if a, b := strings.Count(own, "\n\n"), strings.Count(en, "\n\n"); a != b {
					t.Errorf("%s, %s, %s: %d paragraphs, in English %d", l.Slug, text.Lang, name, a+1, b+1)
				}
				if text.Lang != "en" && own != "" && own == en {
					t.Errorf("%s, %s, %s: is still English", l.Slug, text.Lang, name)
				}
				if a, b := utf8.RuneCountInString(own), utf8.RuneCountInString(en); a*10 < b*8 || a*10 > b*14 {
					t.Errorf("%s, %s, %s: %d characters, in English %d; does it say as much?", l.Slug, text.Lang, name, a, b)
				}
			}
		}
	}
}

var (
	frenchSpace = regexp.MustCompile(`[^\x{00A0}:/][:;?!](\s|$)`)
	straight    = regexp.MustCompile(`['"]|\.\.\.|  `)
)

// The texts are set as printed pages are: curly apostrophes, and in French a
// space that does not break before the double signs.
func TestShippedTypography(t *testing.T) {
	p := americas(t)
	check := func(where, lang, s string) {
		if m := straight.FindString(s); m != "" {
			t.Errorf("%s, %s: %q in %q", where, lang, m, s)
		}
		if lang == "fr" && frenchSpace.MatchString(s) {
			t.Errorf("%s: a double sign without its space: %q", where, s)
		}
	}
	for _, l := range p.Letters {
		for _, text := range l.Texts {
			for _, s := range []string{text.Title, text.Body, text.Closing} {
				check(l.Slug, text.Lang, s)
			}
			for _, a := range text.Asks {
				check(l.Slug+" "+a.Key, text.Lang, a.Title)
				check(l.Slug+" "+a.Key, text.Lang, a.Body)
			}
		}
		for _, a := range l.Addressees {
			for lang, s := range a.Office {
				check(a.Key, lang, s)
			}
		}
	}
	for _, f := range p.Forums {
		for lang := range f.Names {
			check(f.Key, lang, f.Names[lang])
			check(f.Key, lang, f.Body[lang])
		}
	}
}

func TestNamed(t *testing.T) {
	for _, name := range Shipped() {
		fsys, ok := Named(name)
		if !ok {
			t.Fatalf("Named(%q) finds nothing", name)
		}
		if p, err := Read(fsys); err != nil || p.Key != name {
			t.Errorf("Named(%q): %v", name, err)
		}
	}
	for _, name := range []string{"", "Americas", "../americas", "nowhere"} {
		if _, ok := Named(name); ok {
			t.Errorf("Named(%q) finds a pack", name)
		}
	}
}

func TestAmericasActs(t *testing.T) {
	acts := shippedLetter(t, "mispa-iv-2013").Actions
	if len(acts) != 242 {
		t.Errorf("%d acts", len(acts))
	}
	inferred, remembered := 0, 0
	for _, a := range acts {
		if a.Inferred {
			inferred++
		}
		if a.Citations[0].Confidence == followup.Memory {
			remembered++
		}
	}
	if inferred != 54 || remembered != 7 {
		t.Errorf("%d inferred dates, %d acts from memory", inferred, remembered)
	}
}
