package web

import (
	"context"
	"net/http"

	"pliego/internal/account"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

type deskHomePage struct {
	page
	Letters   []deskLetter
	Nothing   bool // for this role there is nothing yet
	Languages []option
	CanWrite  bool
}

type deskLetter struct {
	Title       words
	State       string
	Listed      string
	PublicHref  string // "" while it is not public
	DeskHref    string // "" for who may not change it
	Waiting     string // "" when nothing waits, or the role may not see it
	WaitingHref string
	Record      string // what of its record waits; "" when nothing does
	RecordHref  string
}

// deskHome lists the letters and what waits in each.
func (s *Site) deskHome(ctx context.Context, w http.ResponseWriter, _ *http.Request, d *desk) error {
	p := deskHomePage{page: s.newDeskPage(d, "/desk/", locale.T(d.lang(), "desk.title")), Nothing: !d.may(account.SeeQueue)}
	for _, lang := range locale.Languages {
		p.Languages = append(p.Languages, option{lang, locale.Name(lang)})
	}
	if p.Nothing {
		return s.draw(w, http.StatusOK, "desk_home", &p)
	}
	p.CanWrite = d.may(account.WriteLetters)
	letters, err := s.store.Letters(ctx, letter.States...)
	if err != nil {
		return err
	}
	waiting, err := s.store.CountInState(ctx, signature.Waiting)
	if err != nil {
		return err
	}
	onTheWay, err := s.store.RecordWaiting(ctx)
	if err != nil {
		return err
	}
	for _, l := range letters {
		row := deskLetter{
			Title: words{l.Slug, ""}, State: stateName(d.lang(), l.State), Listed: locale.T(d.lang(), "texts.signers", "n", l.Counts.Listed()),
		}
		if text, ok := l.Text(d.lang()); ok {
			row.Title = words{text.Title, text.Lang}
		}
		if d.may(account.WriteLetters) {
			row.DeskHref = deskLetterPath(l.Slug)
		}
		if row.DeskHref == "" && d.may(account.SeeSigners) {
			row.DeskHref = deskLetterPath(l.Slug) + "/signatories"
		}
		if l.State.Public() {
			row.PublicHref = letterPath(d.lang(), l)
		}
		if n := waiting[l.ID]; n > 0 {
			row.Waiting, row.WaitingHref = locale.T(d.lang(), "desk.waiting", "n", n), "/desk/review?letter="+l.Slug
		}
		if n := onTheWay[l.ID]; n > 0 && d.may(account.SeeRecord) {
			row.Record, row.RecordHref = locale.T(d.lang(), "record.waiting", "n", n), deskLetterPath(l.Slug)+"/record"
		}
		p.Letters = append(p.Letters, row)
	}
	return s.draw(w, http.StatusOK, "desk_home", &p)
}

// deskLanguage changes the language of somebody's desk and mail.
func (s *Site) deskLanguage(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lang := r.PostForm.Get("lang")
	if !locale.Known(lang) {
		return errBadRequest
	}
	if err := s.accounts.Store.SetLang(ctx, d.person.ID, lang); err != nil {
		return err
	}
	http.Redirect(w, r, "/desk/", http.StatusSeeOther)
	return nil
}
