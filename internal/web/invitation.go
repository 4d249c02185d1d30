package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

type invitationPage struct {
	page
	Letter  letterRef
	Name    string
	Excerpt string
	Embargo string
	Until   string
	Closed  string
	State   string // what was answered, or ""
	Signed  bool
	Said    signature.InvitationState
	Action  string
}

// invitation shows an organisation what it is asked to sign. It changes nothing:
// mail scanners follow links.
func (s *Site) invitation(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	token := r.PathValue("token")
	i, l, err := s.signing.InvitationByToken(ctx, s.store, token)
	if err != nil {
		return err
	}
	text, ok := l.Text(lang)
	if !ok {
		return letter.ErrNotFound
	}
	rest := "/invitation/" + token
	p := &invitationPage{
		page: s.newPrivatePage(lang, locale.T(lang, "invite.page_title")), Letter: refTo(lang, l, text), Name: i.Name, Action: "/" + lang + rest,
		Signed: i.Signed, Said: i.State,
	}
	p.switchAt(rest)
	plain, err := toText(text.Body)
	if err != nil {
		return err
	}
	p.Excerpt = excerpt(plain, 420)
	if l.State == letter.Circulating {
		p.Embargo = locale.T(lang, "letter.circulates")
		if !l.OpensAt.IsZero() {
			p.Embargo = locale.T(lang, "letter.embargo", "when", locale.DateTime(lang, l.OpensAt))
		}
	}
	p.Until = deadline(lang, l, s.now())
	if l.SignableAt(s.now()) != nil {
		p.Closed = locale.T(lang, "sign.closed", "state", stateName(lang, l.State))
	}
	switch {
	case i.Signed:
		p.State = locale.T(lang, "invite.said_yes")
	case i.State == signature.InvitationAwaiting:
		p.State = locale.T(lang, "invite.said_awaiting")
	case i.State == signature.InvitationNo:
		p.State = locale.T(lang, "invite.said_no")
	}
	return s.draw(w, http.StatusOK, "invitation", p)
}

// invitationAct takes the organisation's answer; a yes leads to the form.
func (s *Site) invitationAct(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	token := r.PathValue("token")
	i, l, err := s.signing.InvitationByToken(ctx, s.store, token)
	if err != nil {
		return err
	}
	to, where := signature.InvitationState(""), "/"+lang+"/invitation/"+token
	switch r.PostForm.Get("act") {
	case "sign":
		to, where = signature.InvitationOpened, letterPath(lang, l)+"/sign?invitation="+token
	case "awaiting":
		to = signature.InvitationAwaiting
	case "no":
		to = signature.InvitationNo
	default:
		return errBadRequest
	}
	if err := s.signing.AnswerInvitation(ctx, s.store, i.ID, to); err != nil {
		return err
	}
	http.Redirect(w, r, where, http.StatusSeeOther)
	return nil
}

// signPage shows the form to sign: the kept page, or one filled in for who came
// by an invitation.
func (s *Site) signPage(w http.ResponseWriter, r *http.Request, lang string) error {
	token := r.URL.Query().Get("invitation")
	if token == "" {
		return s.cached(s.signForm)(w, r, lang)
	}
	ctx, cancel := within(r)
	defer cancel()
	i, invited, err := s.signing.InvitationByToken(ctx, s.store, token)
	if errors.Is(err, signature.ErrUnknown) {
		return s.cached(s.signForm)(w, r, lang)
	}
	if err != nil {
		return err
	}
	l, err := s.letterAt(ctx, r.PathValue("letter"))
	if err != nil {
		return err
	}
	if l.ID != invited.ID {
		return errNotFound
	}
	form := signature.Form{Kind: string(signature.Organisation), Name: i.Name, Country: i.Country}
	p, err := s.newSignPage(lang, l, form, nil)
	if err != nil {
		return err
	}
	if p.Until, err = s.promised(ctx, lang, l); err != nil {
		return err
	}
	text, _ := l.Text(lang)
	if p.Token, err = s.signing.FormToken(l, text, true); err != nil {
		return err
	}
	p.Invitation, p.Private = token, true
	w.Header()["Cache-Control"] = headerNoStore
	return s.draw(w, http.StatusOK, "sign", p)
}

// cameByInvitation notes a signature on the invitation that led to it. Nobody
// who signs is kept waiting or refused because of it.
func (s *Site) cameByInvitation(ctx context.Context, token, waitToken string) {
	if token == "" || len(token) > 200 || strings.ContainsAny(token, "/?") {
		return
	}
	if err := s.signing.CameByInvitation(ctx, s.store, token, waitToken); err != nil {
		s.log.Error("a signature was not noted on its invitation", "error", err)
	}
}
