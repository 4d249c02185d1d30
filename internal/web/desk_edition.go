package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"pliego/internal/followup/edition"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

type deskEditionsPage struct {
	page
	Slug     string
	Tabs     []link
	Action   string
	Can      bool // there is something to make an edition of
	Dates    []field
	Asks     []deskChoice
	Offices  []deskChoice
	Done     string
	Problems []problem
	Editions []editionRow
}

type deskChoice struct {
	Key    string
	Label  words
	Chosen bool
}

// deskEditions shows the editions of a letter and offers to make the next.
func (s *Site) deskEditions(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newDeskEditionsPage(ctx, d, r.PathValue("letter"), nil)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("done") != "" {
		p.Done = locale.T(d.lang(), "editions.made")
	}
	return s.draw(w, http.StatusOK, "desk_editions", p)
}

// newDeskEditionsPage puts the page together; typed is what a form that was
// refused held.
func (s *Site) newDeskEditionsPage(ctx context.Context, d *desk, slug string, typed url.Values) (*deskEditionsPage, error) {
	lang := d.lang()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	list, err := s.store.Editions(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	p := &deskEditionsPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "editions.heading")+" · "+slug), Slug: slug, Tabs: s.deskTabs(d, slug, "/editions"),
		Action: deskLetterPath(slug) + "/editions", Can: l.State.Public() && len(l.Addressees) > 0,
	}
	for _, e := range list {
		p.Editions = append(p.Editions, editionRow{Label: locale.T(lang, "editions.nth", "n", e.Number), Href: letterPath(lang, l) + "/editions/" + strconv.Itoa(e.Number), When: locale.Date(lang, e.MadeAt)})
	}
	from, on := l.Date, s.now().UTC().Format(time.DateOnly)
	if typed != nil {
		from, on = typed.Get("from"), typed.Get("on")
	}
	p.Dates = []field{
		{ID: "from", Name: "from", Label: locale.T(lang, "editions.from"), Value: from, Type: "date", Max: 10},
		{ID: "on", Name: "on", Label: locale.T(lang, "editions.on"), Hint: locale.T(lang, "editions.on_hint"), Value: on, Type: "date", Max: 10},
	}
	chosen := func(name, key string) bool { return typed == nil || slices.Contains(typed[name], key) }
	if text, ok := l.Text(lang); ok {
		for _, a := range text.Asks {
			p.Asks = append(p.Asks, deskChoice{a.Key, words{a.Title, text.Lang}, chosen("ask", a.Key)})
		}
	}
	for _, a := range l.Addressees {
		c := deskChoice{Key: a.Key, Chosen: chosen("addressee", a.Key)}
		c.Label.Text, c.Label.Lang = addresseeName(lang, a)
		p.Offices = append(p.Offices, c)
	}
	return p, nil
}

// deskEditionMake makes the next edition.
func (s *Site) deskEditionMake(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug := r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	again := func(why problem) error {
		p, err := s.newDeskEditionsPage(ctx, d, slug, r.PostForm)
		if err != nil {
			return err
		}
		p.Problems = []problem{why}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_editions", p)
	}
	if !l.State.Public() {
		return again(problem{Text: locale.T(d.lang(), "desk.wrong_state")})
	}
	if len(r.PostForm["ask"]) == 0 || len(r.PostForm["addressee"]) == 0 {
		return again(problem{"#asks", locale.T(d.lang(), "editions.choose")})
	}
	e, err := s.makeEdition(ctx, d, l, r.PostForm)
	switch {
	case errors.Is(err, edition.ErrPeriod):
		return again(problem{"#on", locale.T(d.lang(), "editions.bad_period")})
	case errors.Is(err, edition.ErrNothing):
		return again(problem{"#asks", locale.T(d.lang(), "editions.choose")})
	case errors.Is(err, edition.ErrTaken):
		return again(problem{Text: locale.T(d.lang(), "editions.taken")})
	case err != nil:
		return err
	}
	if err := s.accounts.Note(ctx, d.person.ID, "edition.made", strconv.Itoa(e.Number), slug, "", ""); err != nil {
		return err
	}
	http.Redirect(w, r, deskLetterPath(slug)+"/editions?done="+strconv.Itoa(e.Number), http.StatusSeeOther)
	return nil
}

func (s *Site) makeEdition(ctx context.Context, d *desk, l *letter.Letter, form url.Values) (*edition.Edition, error) {
	previous, _, err := s.store.Edition(ctx, l.ID, 0)
	if err != nil && !errors.Is(err, edition.ErrNotFound) {
		return nil, err
	}
	c := edition.Choice{Offices: form["addressee"], Asks: form["ask"], From: form.Get("from"), On: form.Get("on")}
	e, err := edition.Make(ctx, s.store, l, c, previous, s.now())
	if err != nil {
		return nil, err
	}
	return e, s.store.AddEdition(ctx, l.ID, e, d.person.ID)
}
