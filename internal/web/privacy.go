package web

import (
	"context"
	"html/template"
	"net/http"
	"time"

	"pliego/internal/locale"
	"pliego/internal/signature"
)

type privacyPage struct {
	page
	Unconfirmed, Refused string   // how long those are kept
	Promises             []string // of letters
	SealedLink           template.HTML
}

// privacy says in one page what signing keeps about a signer, where, for how
// long, who can see it, and what cannot be called back.
func (s *Site) privacy(ctx context.Context, _ *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	p := privacyPage{
		page:        s.newPage(lang, "/privacy", locale.T(lang, "privacy.heading"), locale.T(lang, "privacy.lead")),
		Unconfirmed: locale.T(lang, "privacy.long_unconfirmed", "days", days(signature.KeepUnconfirmed)),
		Refused:     locale.T(lang, "privacy.long_refused", "days", days(signature.KeepRefused)),
		SealedLink:  anchor("/"+lang+"/sealed", locale.T(lang, "sealed.heading")),
	}
	letters, err := s.store.Letters(ctx, publicStates()...)
	if err != nil {
		return nil, err
	}
	for _, l := range letters {
		promise, err := s.store.PromiseOf(ctx, l.ID)
		if err != nil {
			return nil, err
		}
		if text, ok := l.Text(lang); ok && !promise.EraseOn.IsZero() {
			p.Promises = append(p.Promises, locale.T(lang, "privacy.long_promise", "title", text.Title, "date", locale.Date(lang, promise.EraseOn)))
		}
	}
	out, err := s.render("privacy", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}

func days(d time.Duration) int { return int(d.Hours() / 24) }
