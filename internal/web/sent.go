package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"pliego/internal/locale"
	"pliego/internal/signature"
)

type sentPage struct {
	page
	Letter   letterRef
	Action   string
	Done     string
	Paused   bool // what is confirmed has to wait
	Bounced  bool // the address did not take the mail
	Problems []problem
	Code     field
	Email    field
	Sealed   bool // the mail is neutral: it holds no code, and goes to this address alone
}

// sent says to look into the mail, and helps when nothing comes.
func (s *Site) sent(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	v, mailed, err := s.signing.Sent(ctx, r.PathValue("token"))
	if err != nil && !errors.Is(err, signature.ErrUnknown) {
		return err
	}
	if err == nil && v.Signature.Sealed() && v.Signature.State != signature.Unconfirmed {
		return signature.ErrUsed
	}
	if err == nil && !mailed {
		p := s.sealedConfirm(lang, sentPath(v.Letter.Ref(), r.PathValue("token")), v)
		p.Heading = locale.T(lang, "sent.sealed_heading")
		return s.draw(w, http.StatusOK, "phrase", p)
	}
	p, err := s.newSentPage(ctx, r, lang)
	if err != nil {
		return err
	}
	p.Sealed = v != nil && v.Signature.Sealed()
	if v != nil && v.Signature.State == signature.Unconfirmed {
		status, err := s.signing.Store.Bounced(ctx, v.Signature.ID)
		if err != nil {
			return err
		}
		p.Bounced = status != ""
	}
	if r.URL.Query().Has("again") {
		p.Done = locale.T(lang, "sent.again_done")
	}
	return s.draw(w, http.StatusOK, "sent", p)
}

func (s *Site) newSentPage(ctx context.Context, r *http.Request, lang string) (*sentPage, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	rest := sentPath(l.Ref(), r.PathValue("token"))
	p := &sentPage{
		page: s.newPrivatePage(lang, locale.T(lang, "sent.title")), Letter: refTo(lang, l, text), Action: "/" + lang + rest,
		Code: field{ID: "field-code", Name: "code", Label: locale.T(lang, "field.code"), Hint: locale.T(lang, "field.code_hint"),
			Type: "text", InputMode: "numeric", Autocomplete: "one-time-code", Max: 20, Class: "narrow", Plain: true},
		Email: field{ID: "field-email", Name: "email", Label: locale.T(lang, "field.other_email"),
			Type: "text", InputMode: "email", Autocomplete: "email", Max: signature.MaxEmail, Plain: true},
	}
	p.Paused = !l.PausedAt.IsZero()
	p.switchAt(rest)
	return p, nil
}

// sentPath is the path of that page after the language.
func sentPath(ref, token string) string { return "/letters/" + ref + "/sent/" + token }

// sentAct takes what that page offers: the code, the mail once more, or
// another address.
func (s *Site) sentAct(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	p, err := s.newSentPage(ctx, r, lang)
	if err != nil {
		return err
	}
	token := r.PathValue("token")
	switch r.PostForm.Get("act") {
	case "confirm":
		v, err := s.signing.ConfirmHere(ctx, token, r.PostForm.Get("words"))
		return s.sealedAct(w, lang, locale.T(lang, "phrase.done"), v, err, func(v *signature.View) *phrasePage {
			return s.sealedConfirm(lang, sentPath(v.Letter.Ref(), token), v)
		})
	case "code":
		p.Code.Value = r.PostForm.Get("code")
		own, v, err := s.signing.ConfirmByCode(ctx, token, p.Code.Value)
		if err == nil {
			http.Redirect(w, r, "/"+lang+"/signature/"+own+"?new", http.StatusSeeOther)
			return nil
		}
		switch {
		case errors.Is(err, signature.ErrTaken) && v != nil:
			return s.toChoice(ctx, w, r, lang, v, err)
		case errors.Is(err, signature.ErrWrongCode):
			p.Code.Why = locale.T(lang, "problem.wrong_code")
		case errors.Is(err, signature.ErrTooManyTries):
			p.Code.Why = locale.T(lang, "problem.too_many_tries")
		default:
			return err
		}
		p.Problems = []problem{{"#field-code", p.Code.Why}}
	case "again", "address":
		var err error
		if r.PostForm.Get("act") == "again" {
			err = s.signing.MailAgain(ctx, token, "")
		} else if p.Email.Value = strings.TrimSpace(r.PostForm.Get("email")); p.Email.Value != "" {
			err = s.signing.MailAgain(ctx, token, p.Email.Value)
		} else {
			err = signature.Problems{{Field: "email", Code: signature.Missing}}
		}
		if err == nil {
			http.Redirect(w, r, p.Action+"?again", http.StatusSeeOther)
			return nil
		}
		var problems signature.Problems
		switch {
		case errors.As(err, &problems):
			p.Email.Why = problemText(lang, "email", problems.Of("email"))
			p.Problems = []problem{{"#field-email", p.Email.Why}}
		case errors.Is(err, signature.ErrTooManyMails):
			p.Problems = []problem{{Text: locale.T(lang, "problem.too_many_mails")}}
		default:
			return err
		}
	default:
		return errBadRequest
	}
	return s.draw(w, http.StatusUnprocessableEntity, "sent", p)
}
