package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// ruleAt doubts every signature at one moment, in the name of a rule.
type ruleAt struct {
	at   signature.Moment
	rule string
}

func (r ruleAt) Doubt(_ context.Context, c signature.Case) (*signature.Doubt, error) {
	if c.Moment != r.at {
		return nil, nil
	}
	return &signature.Doubt{Rule: r.rule}, nil
}

// A signer who waits reads why, and one who was refused whom to ask, in every
// language; both can have everything erased.
func TestOwnPageUnderReview(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.site.contact = "coalition@example.org"
		h.signing.Rules = []signature.Rule{ruleAt{signature.Filled, review.Network}, ruleAt{signature.Confirming, review.Disposable}}
		sent, token := h.signed("Organización Ejemplo", "one@example.org")
		a := h.post("/es/confirm/"+token, nil)
		own, _, _ := strings.Cut(a.Header.Get("Location"), "?")
		token = own[strings.LastIndexByte(own, '/')+1:]
		id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
		h.must(err)
		says := func(heading string, want ...string) {
			t.Helper()
			for _, lang := range locale.Languages {
				a := h.get("/" + lang + "/signature/" + token)
				h.expect(a, http.StatusOK, privatePage)
				body := textOf(a.doc)
				for _, rule := range []string{review.Network, review.Disposable} {
					want = append(want, review.Words(lang, rule))
				}
				for _, w := range append(want, locale.T(lang, heading), "coalition@example.org") {
					if !strings.Contains(body, w) {
						t.Errorf("%s: the page lacks %q", lang, w)
					}
				}
				want = want[:len(want)-2]
				if forms := nodes(a.doc, func(n *html.Node) bool { return attr(n, "name") == "act" && attr(n, "value") == "correct" }); len(forms) != 0 {
					t.Error("it offers to correct what is not listed")
				}
			}
		}
		says("own.heading_waiting")
		h.must(h.signing.Refuse(context.Background(), id, "Please write <to> us."))
		says("own.heading_refused", "Please write <to> us.")
		// The link of the mail leads to the own page, as for every confirmed one.
		if a := h.get("/es/confirm/" + h.confirmToken(id)); a.StatusCode != http.StatusSeeOther {
			t.Errorf("the confirmation link after a refusal: %d", a.StatusCode)
		}
		if a := h.post(own, map[string][]string{"act": {"withdraw"}}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("erasing: %d", a.StatusCode)
		}
		if a := h.get(own); strings.Contains(a.body, "Organización Ejemplo") || strings.Contains(a.body, "Please write") {
			t.Error("the own page still shows what was erased")
		}
	})
}

// A pause is said on the form and after it, and signing goes on.
func TestPausedLetter(t *testing.T) {
	h := onSQLite(t)
	h.must(h.letters.Pause(context.Background(), h.db, openLetter))
	h.settle()
	for _, lang := range locale.Languages {
		a := h.get("/" + lang + "/letters/" + openLetter + "/sign")
		h.expect(a, http.StatusOK, publicPage)
		if !strings.Contains(textOf(a.doc), strings.Join(strings.Fields(locale.T(lang, "sign.paused")), " ")) || len(nodes(a.doc, tagged("form"))) == 0 {
			t.Errorf("%s: the form does not say that it is paused, or is gone", lang)
		}
	}
	sent, token := h.signed("Organización Ejemplo", "one@example.org")
	if a := h.get(sent); !strings.Contains(textOf(a.doc), locale.T("es", "review.paused")) {
		t.Error("the page after the form does not say it")
	}
	a := h.post("/es/confirm/"+token, nil)
	if a := h.get(a.Header.Get("Location")); !strings.Contains(textOf(a.doc), locale.T("es", "review.paused")) {
		t.Error("the own page does not say it")
	}
	h.settle()
	if got := names(h.get("/es/letters/" + openLetter + "/signatories")); len(got) != 0 {
		t.Errorf("listed during a pause: %q", got)
	}
}
