package letter_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pliego/internal/letter"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func text(lang, body string, keys ...string) letter.Text {
	t := letter.Text{Lang: lang, Kind: letter.FullText, Title: "Open letter", Body: body}
	for _, k := range keys {
		t.Asks = append(t.Asks, letter.Ask{Key: k, Title: "Ask " + k, Body: "Do " + k + "."})
	}
	return t
}

func TestHashCoversEverythingASignerConsentsTo(t *testing.T) {
	base := text("en", "We ask.", "one", "two")
	seen := map[string]string{base.ContentHash(): "the text itself"}
	for name, change := range map[string]func(*letter.Text){
		"language":         func(t *letter.Text) { t.Lang = "es" },
		"kind":             func(t *letter.Text) { t.Kind = letter.Summary },
		"title":            func(t *letter.Text) { t.Title += "!" },
		"body":             func(t *letter.Text) { t.Body += " " },
		"closing":          func(t *letter.Text) { t.Closing = "Thanks." },
		"an ask's key":     func(t *letter.Text) { t.Asks[0].Key = "uno" },
		"an ask's title":   func(t *letter.Text) { t.Asks[1].Title = "x" },
		"an ask's words":   func(t *letter.Text) { t.Asks[1].Body = "x" },
		"an ask less":      func(t *letter.Text) { t.Asks = t.Asks[:1] },
		"order of asks":    func(t *letter.Text) { t.Asks[0], t.Asks[1] = t.Asks[1], t.Asks[0] },
		"words moved over": func(t *letter.Text) { t.Title, t.Body = "Open letter\nWe", " ask." },
	} {
		c := text("en", "We ask.", "one", "two")
		change(&c)
		h := c.ContentHash()
		if other, ok := seen[h]; ok {
			t.Errorf("%s gives the hash of %s", name, other)
		}
		seen[h] = name
	}
	same := text("en", "We ask.", "one", "two")
	same.ID, same.Version, same.PublishedAt = "id", 7, noon
	if same.ContentHash() != base.ContentHash() {
		t.Error("the hash depends on what a signer does not see")
	}
}

func TestCheckNamesWhatIsWrongWithAText(t *testing.T) {
	if err := text("en", "We ask.", "one").Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*letter.Text){
		"language":      func(t *letter.Text) { t.Lang = "xx" },
		"kind":          func(t *letter.Text) { t.Kind = "poem" },
		"title":         func(t *letter.Text) { t.Title = " " },
		"body":          func(t *letter.Text) { t.Body = "" },
		"bytes":         func(t *letter.Text) { t.Body = strings.Repeat("a", letter.MaxBody+1) },
		"UTF-8":         func(t *letter.Text) { t.Body = "a\xffb" },
		"twice":         func(t *letter.Text) { t.Asks = append(t.Asks, t.Asks[0]) },
		"ask 1: key":    func(t *letter.Text) { t.Asks[0].Key = "No Key" },
		"ask 1: the ti": func(t *letter.Text) { t.Asks[0].Title = "" },
	} {
		c := text("en", "We ask.", "one")
		change(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error about %q, got %v", want, err)
		}
	}
}

func TestSlugs(t *testing.T) {
	for slug, good := range map[string]bool{
		"mispa-iv-2013": true, "ab": true, "a": false, "": false, "-a": false, "a-": false, "a--b": false,
		"Aa": false, "á-b": false, "a b": false, "a/b": false, strings.Repeat("a", 65): false,
	} {
		if err := letter.CheckSlug(slug); (err == nil) != good {
			t.Errorf("%q: %v", slug, err)
		}
	}
}

func TestAskKeysAreSlugsAndDiffer(t *testing.T) {
	taken := map[string]bool{}
	for i, folded := range []string{"reduce violence", "reduce violence", "", "水", "a", "publish the quality of the water each month in every town"} {
		key := letter.AskKey(folded, i+1, taken)
		if err := letter.CheckSlug(key); err != nil {
			t.Errorf("%q: %v", folded, err)
		}
	}
	if len(taken) != 6 {
		t.Errorf("keys %v", taken)
	}
}

func TestFallingBackToAnotherLanguage(t *testing.T) {
	l := letter.Letter{OriginalLang: "pt", Texts: []letter.Text{text("es", "a"), text("pt", "b")}}
	for lang, want := range map[string]string{"es": "es", "pt": "pt", "fr": "pt", "en": "pt"} {
		if got, ok := l.Text(lang); !ok || got.Lang != want {
			t.Errorf("%s: got %s", lang, got.Lang)
		}
	}
	if _, ok := (&letter.Letter{}).Text("en"); ok {
		t.Error("a letter without texts has one")
	}
}

func TestSignableOnlyWhileOpen(t *testing.T) {
	for _, s := range letter.States {
		l := letter.Letter{State: s}
		if open := l.SignableAt(noon) == nil; open != (s == letter.Open || s == letter.Circulating) {
			t.Errorf("%s: signable %v", s, open)
		}
	}
	l := letter.Letter{State: letter.Open, Deadline: noon}
	if l.SignableAt(noon) != nil || !errors.Is(l.SignableAt(noon.Add(time.Second)), letter.ErrState) {
		t.Error("the deadline does not hold")
	}
}

func TestImportOpenAndAttach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		ctx := context.Background()
		db := open()
		svc := &letter.Service{Store: db, Now: func() time.Time { return noon }}
		fresh := func(slug string) *letter.Letter {
			return &letter.Letter{Slug: slug, State: letter.Draft, OriginalLang: "en", Addressees: []letter.Addressee{
				{Key: "ury", Country: "UY", Office: map[string]string{"en": "Ministry", "es": "Ministerio"}},
			}}
		}
		if _, err := svc.Import(ctx, fresh("water"), text("en", "", "one")); err == nil {
			t.Fatal("an empty text was taken")
		}
		if _, err := db.LetterBySlug(ctx, "water"); !errors.Is(err, letter.ErrNotFound) {
			t.Errorf("a refused import left something behind: %v", err)
		}
		first := text("en", "We ask.", "one", "two")
		for range 2 { // again, as after an import that stopped half-way
			if attached, err := svc.Import(ctx, fresh("water"), first); err != nil || attached {
				t.Fatalf("Import: %v, %v", attached, err)
			}
		}
		got, err := db.LetterBySlug(ctx, "water")
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Texts) != 1 || got.Texts[0].Version != 1 || got.Texts[0].Hash != first.ContentHash() || len(got.Texts[0].Asks) != 2 {
			t.Errorf("texts %+v", got.Texts)
		}
		if a, ok := got.Addressee("ury"); !ok || a.Office["es"] != "Ministerio" {
			t.Errorf("addressees %+v", got.Addressees)
		}
		if _, err := svc.Import(ctx, fresh("water"), text("en", "Other words.", "one")); !errors.Is(err, letter.ErrSlugTaken) {
			t.Errorf("another letter under the same slug: %v", err)
		}
		before := got.Version
		for range 2 {
			if err := svc.Open(ctx, "water"); err != nil {
				t.Fatal(err)
			}
		}
		got, _ = db.LetterBySlug(ctx, "water")
		if got.State != letter.Open || !got.OpenedAt.Equal(noon) || got.Version <= before {
			t.Errorf("opened: %s at %v, version %d", got.State, got.OpenedAt, got.Version)
		}
		if err := svc.Open(ctx, "nothing"); !errors.Is(err, letter.ErrNotFound) {
			t.Errorf("opening what is not there: %v", err)
		}

		// A record of a letter published elsewhere takes its text in.
		record := fresh("record")
		record.State, record.Elsewhere = letter.FollowUp, &letter.Elsewhere{URL: "https://example.org/letter", Publisher: "Example", Lang: "en",
			Copies: []letter.Copy{{URL: "https://example.org/copy", Publisher: "Example", Lang: "es", Date: "2013-11-20"}}}
		if err := svc.Create(ctx, record); err != nil {
			t.Fatal(err)
		}
		summary := text("en", "They ask.", "first", "second", "closing-call")
		summary.Kind = letter.Summary
		if err := svc.Publish(ctx, record, summary); err != nil {
			t.Fatal(err)
		}
		attached, err := svc.Import(ctx, fresh("record"), text("en", "The letter itself.", "a", "b"))
		if err != nil || !attached {
			t.Fatalf("attach: %v, %v", attached, err)
		}
		got, _ = db.LetterBySlug(ctx, "record")
		var keys []string
		for _, a := range got.Texts[0].Asks {
			keys = append(keys, a.Key)
		}
		if got.Texts[0].Kind != letter.FullText || got.Texts[0].Version != 2 || strings.Join(keys, " ") != "first second closing-call" {
			t.Errorf("attached text %+v", got.Texts[0])
		}
		if len(got.Elsewhere.Copies) != 1 || got.Elsewhere.Copies[0].Date != "2013-11-20" {
			t.Errorf("elsewhere %+v", got.Elsewhere)
		}
		if err := svc.Open(ctx, "record"); !errors.Is(err, letter.ErrState) {
			t.Errorf("a letter in follow-up was opened: %v", err)
		}
		if _, err := svc.Import(ctx, fresh("record"), text("en", "x", "a", "b", "c", "d")); err == nil {
			t.Error("a text with more asks than the record was attached")
		}
	})
}
