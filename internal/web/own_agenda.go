package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/store"
)

type ownAgendaPage struct {
	page
	Letter   letterRef
	Back     string
	Action   string
	Form     agendaForm
	Problems []problem
	Done     string
}

// ownAgenda is the form by which a signatory proposes an agenda item.
func (s *Site) ownAgenda(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	v, err := s.proposer(ctx, r)
	if err != nil {
		return err
	}
	p := s.newOwnAgendaPage(lang, r.PathValue("token"), v, nil)
	if r.URL.Query().Has("done") {
		p.Done = locale.T(lang, "agenda.proposed")
	}
	return s.draw(w, http.StatusOK, "own_agenda", p)
}

// proposer is the signature of a link, when it stands: others propose nothing.
func (s *Site) proposer(ctx context.Context, r *http.Request) (*signature.View, error) {
	v, err := s.signing.Own(ctx, r.PathValue("token"))
	if err != nil {
		return nil, err
	}
	if v.Signature.State != signature.Standing || len(v.Text.Asks) == 0 {
		return nil, errNotFound
	}
	return v, nil
}

func (s *Site) newOwnAgendaPage(lang, token string, v *signature.View, typed url.Values) *ownAgendaPage {
	rest := "/signature/" + token + "/agenda"
	p := &ownAgendaPage{
		page: s.newPrivatePage(lang, locale.T(lang, "agenda.propose")), Letter: refTo(lang, v.Letter, v.Text), Back: "/" + lang + "/signature/" + token,
		Action: "/" + lang + rest, Form: blankAgenda(lang, v.Letter),
	}
	p.Form.Lang = lang
	if typed != nil {
		p.Form.fill(typed)
	}
	p.switchAt(rest)
	return p
}

// ownAgendaAct keeps the proposal until a coordinator has looked.
func (s *Site) ownAgendaAct(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	v, err := s.proposer(ctx, r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	i := agendaTyped(r.PostForm)
	i.ID, i.State, i.By, i.ByName, i.AgreedBy, i.Shown, i.Translated = "proposal", dialogue.Proposed, dialogue.Signatory, "", "", followup.Citation{}, nil
	i.Since = followup.Date(s.now().UTC().Format(time.DateOnly))
	if !v.Signature.Sealed() {
		i.Number = v.Signature.Number
	}
	again := func(why string) error {
		p := s.newOwnAgendaPage(lang, r.PathValue("token"), v, r.PostForm)
		p.Problems = []problem{{Text: why}}
		return s.draw(w, http.StatusUnprocessableEntity, "own_agenda", p)
	}
	if _, _, ok := askOf(v.Letter, i.Ask); !ok || i.Check(nil) != nil || !locale.Known(i.Lang) {
		return again(locale.T(lang, "agenda.wrong"))
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	err = s.store.ProposeAgenda(ctx, store.AgendaProposal{ID: id.String(), LetterID: v.Letter.ID, SignatureID: v.Signature.ID, CreatedAt: s.now(), Item: *i})
	switch {
	case errors.Is(err, store.ErrManyProposals):
		return again(locale.T(lang, "agenda.many"))
	case err != nil:
		return err
	}
	http.Redirect(w, r, "/"+lang+"/signature/"+r.PathValue("token")+"/agenda?done", http.StatusSeeOther)
	return nil
}
