package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pliego/internal/letter"
	"pliego/internal/locale"
)

func TestNewVersionIsShownBesideTheOldAndAskedAbout(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		var own [2]string
		for i, name := range []string{"Uno", "Dos"} {
			_, token := h.signed("Organización "+name, strings.ToLower(name)+"@example.org")
			own[i], _, _ = strings.Cut(h.post("/es/confirm/"+token, nil).Header.Get("Location"), "?")
		}
		h.settle()
		page := "/es/letters/" + openLetter
		if a := h.get(page); strings.Contains(a.body, page+"/texts") {
			t.Error("a letter with one version speaks of versions")
		}
		l, err := h.db.LetterBySlug(ctx, openLetter)
		h.must(err)
		before, _ := l.Text("es")
		after := before
		after.Body, after.Reason = before.Body+"\n\nY una cosa <b>más</b>.", "Faltaba algo"
		_, newest, err := h.letters.Revise(ctx, openLetter, after)
		h.must(err)
		h.settle()

		a := h.get(own[0])
		h.expect(a, http.StatusOK, privatePage)
		if !strings.Contains(a.body, "Faltaba algo") || attr(field1(a, "text"), "value") != newest.Hash {
			t.Error("the signer is not asked about the new text")
		}
		if a := h.post(own[0], url.Values{"act": {"consent"}, "text": {before.Hash}}); a.StatusCode != http.StatusConflict {
			t.Errorf("consent to a text that is not the newest: %d", a.StatusCode)
		}
		if a := h.post(own[0], url.Values{"act": {"consent"}, "text": {newest.Hash}}); !strings.HasSuffix(a.Header.Get("Location"), "?consented") {
			t.Fatalf("consent: %d\n%s", a.StatusCode, a.body)
		}
		h.settle()
		if a := h.get(own[0] + "?consented"); !strings.Contains(a.body, newest.Hash) || strings.Contains(a.body, locale.T("es", "own.consent")) {
			t.Error("after consenting the page asks again, or shows the old hash")
		}
		if a := h.get(page); !strings.Contains(a.body, locale.T("es", "letter.older", "n", 1, "newest", "1")) {
			t.Error("the letter's page does not give both counts")
		}

		a = h.get(page + "/texts")
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{before.Hash, newest.Hash, "Faltaba algo", page + "/texts/es-1", page + "/texts/es-2"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the list of versions lacks %q", want)
			}
		}
		a = h.get(page + "/texts/es-2")
		h.expect(a, http.StatusOK, publicPage)
		if ins := nodes(a.doc, tagged("ins")); len(ins) == 0 || !strings.Contains(textOf(ins[0]), "Y una cosa <b>más</b>.") {
			t.Errorf("what is new is not marked:\n%s", a.body)
		}
		a = h.get(page + "/texts/es-1")
		h.expect(a, http.StatusOK, publicPage)
		if len(nodes(a.doc, tagged("ins", "del"))) != 0 {
			t.Error("the first version shows changes")
		}
		for _, none := range []string{"es-3", "es-01", "es", "fr-1", "es-x", "-1"} {
			h.expect(h.get(page+"/texts/"+none), http.StatusNotFound, everyPage)
		}

		// Anybody can compute the hash of what was signed, whatever its version.
		var full apiLetterFull
		h.must(json.Unmarshal([]byte(h.get("/api/v1/letters/"+openLetter).body), &full))
		seen := 0
		for _, v := range full.Versions {
			again := letter.Text{Lang: v.Language, Kind: v.Kind, Title: v.Title, Body: v.Body, Closing: v.Closing}
			for _, ask := range v.Asks {
				again.Asks = append(again.Asks, letter.Ask{Key: ask.Key, Title: ask.Title, Body: ask.Body})
			}
			if again.ContentHash() != v.Hash {
				t.Errorf("version %d in %s has another hash than it says", v.Version, v.Language)
			}
			if v.Hash == before.Hash || v.Hash == newest.Hash {
				seen++
			}
		}
		if seen != 2 {
			t.Errorf("%d of the two versions are in the API", seen)
		}
	})
}
