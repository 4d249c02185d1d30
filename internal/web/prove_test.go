package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pliego/internal/locale"
	"pliego/internal/signature"
)

// sightings is what a domain is found to show.
type sightings struct {
	list []signature.Sighting
	err  error
}

func (s *sightings) CheckDomain(context.Context, signature.Proof) ([]signature.Sighting, error) {
	return s.list, s.err
}

func TestOwnPageLeadsToAProvenDomain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := h.confirmed("Organización Ejemplo", "one@example.com")
		h.settle()
		if a := h.get(own); strings.Contains(a.body, signature.ProofRecord) {
			t.Error("a site that checks no domains offers it")
		}
		seen := &sightings{list: []signature.Sighting{
			{Place: "example.org", Sight: signature.SightOtherCode, Seen: "<b>zzz</b>"},
			{Place: "https://example.org" + signature.ProofPath, File: true, Sight: signature.SightNotPublic},
		}}
		h.signing.Domains = seen
		sig, err := h.db.SignatureByID(context.Background(), h.idOf(own))
		h.must(err)
		p, _ := h.signing.ProofOf(sig)
		page := h.get(own)
		h.expect(page, http.StatusOK, privatePage)
		for _, want := range []string{"pliego-verification=" + p.Code, "_pliego.example.org", "https://www.example.org/.well-known/pliego-verification"} {
			if !strings.Contains(textOf(page.doc), want) {
				t.Errorf("the own page lacks %q", want)
			}
		}
		token := own[strings.LastIndexByte(own, '/')+1:]
		for _, lang := range locale.Languages {
			a := h.post("/"+lang+"/signature/"+token, map[string][]string{"act": {"prove"}})
			h.expect(a, http.StatusUnprocessableEntity, privatePage)
			for _, want := range []string{
				locale.T(lang, "proof.not_found"),
				locale.T(lang, "proof.at", "place", "example.org", "found", locale.T(lang, "proof.other_code", "seen", "<b>zzz</b>")),
				locale.T(lang, "proof.at", "place", "https://example.org"+signature.ProofPath, "found", locale.T(lang, "proof.not_public")),
			} {
				if !strings.Contains(textOf(a.doc), strings.Join(strings.Fields(want), " ")) {
					t.Errorf("%s: the page after a check lacks %q", lang, want)
				}
			}
		}
		for err, status := range map[error]int{signature.ErrProofOften: http.StatusTooManyRequests, signature.ErrProofBusy: http.StatusServiceUnavailable} {
			seen.err = err
			a := h.post(own, map[string][]string{"act": {"prove"}})
			h.expect(a, status, privatePage)
			if a.Header.Get("Retry-After") == "" {
				t.Errorf("%v: nothing says when to come back", err)
			}
		}

		seen.list, seen.err = []signature.Sighting{{Place: "example.org", Sight: signature.SightCode}}, nil
		a := h.post(own, map[string][]string{"act": {"prove"}})
		if a.StatusCode != http.StatusSeeOther || !strings.HasSuffix(a.Header.Get("Location"), "?proven") {
			t.Fatalf("with the code: %d to %q", a.StatusCode, a.Header.Get("Location"))
		}
		a = h.get(a.Header.Get("Location"))
		if text := textOf(a.doc); !strings.Contains(text, locale.T("es", "own.proven")) || strings.Contains(text, signature.ProofRecord) {
			t.Error("the own page does not say that the domain is proven, or asks for it still")
		}
		h.settle()
		list := "/es/letters/" + openLetter + "/signatories"
		if got, want := names(h.get(list)), []string{"1 Organización Ejemplo (EX) Uruguay · " + locale.T("es", "level.domain_proven")}; !slices.Equal(got, want) {
			t.Errorf("listed: %q, want %q", got, want)
		}
		if a := h.get(list + ".csv"); !strings.Contains(a.body, ",public,domain-proven") {
			t.Errorf("the list as CSV:\n%s", a.body)
		}
		if a := h.get("/api/v1/letters/" + openLetter + "/signatures"); !strings.Contains(a.body, `"level": "domain-proven"`) {
			t.Errorf("the API:\n%s", a.body)
		}
		// Once it is proven there is nothing to press, and pressing does no harm.
		if a := h.post(own, map[string][]string{"act": {"prove"}}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("pressed again: %d", a.StatusCode)
		}
	})
}

// Every thing that can be found is said in words of its own.
func TestEverySightHasItsWords(t *testing.T) {
	for _, lang := range locale.Languages {
		said := map[string]signature.Sight{}
		for _, sight := range []signature.Sight{
			signature.SightNothing, signature.SightUnrelated, signature.SightOtherCode, signature.SightNoAnswer, signature.SightNoAddress,
			signature.SightNotPublic, signature.SightNoConnect, signature.SightBadTLS, signature.SightRedirect, signature.SightStatus, signature.SightTooLarge,
		} {
			words := sightWords(lang, signature.Sighting{Place: "example.org", Sight: sight, Seen: "404"})
			if other, ok := said[words]; ok || strings.Contains(words, "⟦") || strings.Contains(words, "{") {
				t.Errorf("%s: %s says %q, as does %q", lang, sight, words, other)
			}
			said[words] = sight
		}
	}
}
