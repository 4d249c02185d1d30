package letter_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pliego/internal/letter"
)

func words(body string, asks ...string) letter.Text {
	t := letter.Text{Lang: "en", Title: "Title", Body: body}
	for _, a := range asks {
		t.Asks = append(t.Asks, letter.Ask{Key: "k", Title: a})
	}
	return t
}

// side puts together what one of the two versions holds.
func side(runs []letter.Run, without letter.Change) string {
	var b strings.Builder
	for _, r := range runs {
		if r.Change != without {
			b.WriteString(r.Words)
		}
	}
	return b.String()
}

func TestDifferenceHoldsBothVersionsWhole(t *testing.T) {
	some := rapid.SliceOfN(rapid.SampledFrom([]string{"we", "ask", "ask.", "für", "\n\n", "\t", "\ufffd", "国", "the", "ministers"}), 0, 40)
	rapid.Check(t, func(t *rapid.T) {
		before := words(strings.Join(some.Draw(t, "before"), " "), "First")
		after := words(strings.Join(some.Draw(t, "after"), " "), "First", "Second")
		runs := letter.Difference(before, after)
		if got := side(runs, letter.Inserted); got != before.Plain() {
			t.Fatalf("without what is new: %q, want %q", got, before.Plain())
		}
		if got := side(runs, letter.Deleted); got != after.Plain() {
			t.Fatalf("without what went: %q, want %q", got, after.Plain())
		}
	})
}

func TestDifferenceIsByWord(t *testing.T) {
	runs := letter.Difference(words("We ask for an answer by May."), words("We ask for an answer by June."))
	var changed []string
	for _, r := range runs {
		if r.Change != letter.Same {
			changed = append(changed, r.Words)
		}
	}
	if len(changed) != 2 || changed[0] != "May." || changed[1] != "June." {
		t.Errorf("changed: %q", changed)
	}
}

func TestSignersOfOlderVersions(t *testing.T) {
	version := func(lang string, signers int64, editorial bool, kind letter.TextKind) letter.Text {
		return letter.Text{Lang: lang, Signers: signers, Editorial: editorial, Kind: kind}
	}
	full := letter.FullText
	for name, c := range map[string]struct {
		versions []letter.Text
		want     int64
	}{
		"one version":                     {[]letter.Text{version("en", 5, false, full)}, 0},
		"changed":                         {[]letter.Text{version("en", 2, false, full), version("en", 5, false, full)}, 5},
		"an editorial correction":         {[]letter.Text{version("en", 2, true, full), version("en", 5, false, full)}, 0},
		"changed, then corrected":         {[]letter.Text{version("en", 1, true, full), version("en", 2, false, full), version("en", 5, false, full)}, 5},
		"each language has its own":       {[]letter.Text{version("en", 1, false, full), version("es", 7, false, full)}, 0},
		"the original followed a summary": {[]letter.Text{version("en", 1, false, full), version("en", 52, false, letter.Summary)}, 0},
	} {
		if got := letter.SignersOfOlder(c.versions); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
