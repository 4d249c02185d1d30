package locale

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestMessagesSpeak(t *testing.T) {
	for _, c := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{"es", "count.organisations", []any{"n", 1}, "1 organización"},
		{"es", "count.organisations", []any{"n", 34000}, "34\u202f000 organizaciones"},
		{"es", "count.organisations", []any{"n", int64(2_000_000)}, "2\u202f000\u202f000 de organizaciones"},
		{"fr", "count.persons", []any{"n", 0}, "0 personne"},
		{"pt", "count.countries", []any{"n", 14}, "14 países"},
		{"en", "letter.by", []any{"publisher", "Example Organisation"}, "Published by Example Organisation"},
		{"en", "letter.by", nil, "Published by {publisher}"},
		{"de", "letter.sign", nil, "Sign this letter"},
		{"es", "no.such_key", nil, "⟦no.such_key⟧"},
	} {
		if got := T(c.lang, c.key, c.args...); got != c.want {
			t.Errorf("T(%s, %s, %v) = %q, want %q", c.lang, c.key, c.args, got, c.want)
		}
	}
}

// A value is never read as a message: braces in a name stay as they are.
func TestValuesAreNotRead(t *testing.T) {
	if got, want := T("en", "letter.by", "publisher", "{publisher} {n}"), "Published by {publisher} {n}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// variants gives the texts of a message by plural category; a message without
// plurals has the one text under "".
func variants(m message) map[string]string {
	if m.plural != nil {
		return m.plural
	}
	return map[string]string{"": m.text}
}

// placeholders names what a text takes, without the number that plurals go
// by: "one" may do without it.
func placeholders(text string) []string {
	var found []string
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if match[1] != "n" {
			found = append(found, match[1])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryMessageInEveryLanguage(t *testing.T) {
	english := catalogs()[Fallback]
	for _, lang := range Languages {
		catalog := catalogs()[lang]
		for key := range catalog {
			if _, ok := english[key]; !ok {
				t.Errorf("%s: %s is not in en.json", lang, key)
			}
		}
		for key, base := range english {
			found, ok := catalog[key]
			if !ok {
				t.Errorf("%s: %s is missing", lang, key)
				continue
			}
			if (found.plural == nil) != (base.plural == nil) {
				t.Errorf("%s: %s: plural in one language only", lang, key)
				continue
			}
			if found.plural != nil {
				var have []string
				for category := range found.plural {
					have = append(have, category)
				}
				want := slices.Sorted(slices.Values(categories[lang]))
				if slices.Sort(have); !slices.Equal(have, want) {
					t.Errorf("%s: %s has plurals %v, want %v", lang, key, have, want)
				}
			}
			want := placeholders(variants(base)[firstCategory(base)])
			for category, text := range variants(found) {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s %s is empty", lang, key, category)
				}
				if got := placeholders(text); !slices.Equal(got, want) {
					t.Errorf("%s: %s %s takes %v, English takes %v", lang, key, category, got, want)
				}
			}
		}
	}
}

func firstCategory(m message) string {
	if m.plural != nil {
		return other
	}
	return ""
}

// Each line of a message file is one message, so a key that stands twice is
// seen here; encoding/json would let the second win silently.
func TestNoKeyTwice(t *testing.T) {
	for _, lang := range Languages {
		data, err := files.ReadFile("messages/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		seen := map[string]bool{}
		if _, err := decoder.Token(); err != nil {
			t.Fatal(err)
		}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				t.Fatal(err)
			}
			if seen[key.(string)] {
				t.Errorf("%s: %s stands twice", lang, key)
			}
			seen[key.(string)] = true
			var value json.RawMessage
			if err := decoder.Decode(&value); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Typography that a reader sees: no typewriter quotes, and in French no plain
// space before high punctuation, where a line could break.
func TestTypography(t *testing.T) {
	french := regexp.MustCompile(` [:;?!»]|« |[^ \x{a0}\x{202f}:][;?!»]`)
	for _, lang := range Languages {
		for key, m := range catalogs()[lang] {
			for _, text := range variants(m) {
				if strings.ContainsAny(text, `"'`) {
					t.Errorf("%s: %s has typewriter quotes: %s", lang, key, text)
				}
				if lang == "fr" && french.MatchString(text) {
					t.Errorf("fr: %s: a no-break space belongs before : ; ? ! » and after «: %s", key, text)
				}
			}
		}
	}
}
