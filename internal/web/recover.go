package web

import (
	"context"
	"errors"
	"net/http"

	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/signature/phrase"
)

type recoverPage struct {
	page
	Action   string
	Problems []problem
	Typed    string
	Why      string
}

// Bounds of trying phrases, of everybody together. A phrase cannot be guessed; what
// is bounded is the work that trying causes.
const (
	recoverEvery = 10 // a second
	recoverBurst = 50
)

func (s *Site) newRecoverPage(lang string) *recoverPage {
	return &recoverPage{
		page:   s.newPage(lang, "/recover", locale.T(lang, "recover.title"), locale.T(lang, "recover.lead")),
		Action: "/" + lang + "/recover",
	}
}

// recoverForm asks for a recovery phrase.
func (s *Site) recoverForm(_ context.Context, _ *http.Request, lang string) (*drawn, error) {
	out, err := s.render("recover", s.newRecoverPage(lang))
	if err != nil {
		return nil, err
	}
	return newDrawn("", 0, s.now(), htmlType, out)
}

// recoverAct leads to the signature's own page. What was typed comes back with any
// problem, so that one word can be put right.
func (s *Site) recoverAct(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	p := s.newRecoverPage(lang)
	p.Typed = r.PostForm.Get("phrase")
	if len(p.Typed) > phrase.MaxText {
		p.Typed = p.Typed[:phrase.MaxText]
	}
	status := http.StatusUnprocessableEntity
	var unknown phrase.UnknownWord
	if !s.recovering.AllowN(s.now(), 1) {
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", "60")
		p.Why = locale.T(lang, "problem.phrase_slow")
	} else {
		own, err := s.signing.Recover(ctx, r.PostForm.Get("phrase"))
		switch {
		case err == nil:
			http.Redirect(w, r, "/"+lang+"/signature/"+own, http.StatusSeeOther)
			return nil
		case errors.Is(err, phrase.ErrLength):
			p.Why = locale.T(lang, "problem.phrase_length", "n", phrase.Length)
		case errors.As(err, &unknown):
			p.Why = locale.T(lang, "problem.phrase_word", "place", int(unknown))
		case errors.Is(err, phrase.ErrChecksum):
			p.Why = locale.T(lang, "problem.phrase_order")
		case errors.Is(err, signature.ErrUnknown):
			p.Why = locale.T(lang, "problem.phrase_nowhere")
		default:
			return err
		}
	}
	p.Problems = []problem{{"#field-phrase", p.Why}}
	return s.draw(w, status, "recover", p)
}
