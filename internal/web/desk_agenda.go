package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/store"
	"pliego/internal/typeset/compose"
)

type deskAgendaPage struct {
	page
	Slug     string
	Tabs     []link
	Action   string
	Can      bool
	CanDraft bool
	Done     string
	Problems []problem
	New      agendaForm
	Items    []deskAgendaItem
	Waiting  []deskProposal
}

type deskAgendaItem struct {
	Text  words
	State string
	By    string
	Href  string
	Form  agendaForm
}

type deskProposal struct {
	ID, When, Ask string
	Name          string
	Text          words
	Facts         []fact
}

// deskAgenda shows the agenda of a letter, and what can be done with it.
func (s *Site) deskAgenda(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newDeskAgendaPage(ctx, d, r.PathValue("letter"), nil)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("done") != "" {
		p.Done = locale.T(d.lang(), "agenda.taken")
	}
	return s.draw(w, http.StatusOK, "desk_agenda", p)
}

// newDeskAgendaPage puts the page together; typed is what a form that was refused
// held.
func (s *Site) newDeskAgendaPage(ctx context.Context, d *desk, slug string, typed url.Values) (*deskAgendaPage, error) {
	lang := d.lang()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	agenda, err := s.store.AgendaOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	waiting, err := s.store.AgendaProposals(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	text, ok := l.Text(lang)
	p := &deskAgendaPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "agenda.heading")+" · "+slug), Slug: slug, Tabs: s.deskTabs(d, slug, "/agenda"), Action: deskLetterPath(slug) + "/agenda",
		Can: ok && len(text.Asks) > 0, New: blankAgenda(lang, l),
	}
	items := agenda.Newest(s.now())
	p.CanDraft = p.Can && len(items) == 0 && l.Date != ""
	if typed != nil && typed.Get("id") == "" && typed.Get("act") == "save" {
		p.New.fill(typed)
	}
	for _, i := range items {
		v := deskAgendaItem{State: compose.AgendaSince(lang, i), By: compose.AgendaBy(lang, i), Href: letterPath(lang, l) + "/agenda/" + i.Slug(), Form: formOfAgenda(lang, l, i)}
		v.Text.Text, v.Text.Lang = i.In(lang)
		if typed != nil && typed.Get("id") == i.ID {
			v.Form.fill(typed)
		}
		p.Items = append(p.Items, v)
	}
	for _, x := range waiting {
		ask, _, _ := text.Ask(x.Item.Ask)
		measure, _ := x.Item.Measure.In(lang)
		row := deskProposal{ID: x.ID, When: locale.DateTime(lang, x.CreatedAt), Ask: ask.Title, Name: compose.AgendaBy(lang, &x.Item), Text: words{x.Item.Text, x.Item.Lang}}
		for _, f := range []fact{{Label: locale.T(lang, "agenda.office"), Value: x.Item.Office}, {Label: locale.T(lang, "agenda.due"), Value: wording.Date(lang, x.Item.Due)}, {Label: locale.T(lang, "agenda.measure"), Value: measure}} {
			if f.Value != "" {
				row.Facts = append(row.Facts, f)
			}
		}
		p.Waiting = append(p.Waiting, row)
	}
	return p, nil
}

// deskAgendaAct adds an item, changes one, takes one down, begins with the letter's
// asks, or decides about a proposal.
func (s *Site) deskAgendaAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug := r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	form := r.PostForm
	act := form.Get("act")
	var done error
	switch act {
	case "draft":
		done = s.store.AppendAgenda(ctx, l.ID, l.Slug, dialogue.DraftAgenda(l, d.person.ID), s.now())
	case "save", "remove":
		done = s.saveAgenda(ctx, d, l, form)
	case "take", "decline":
		done = s.decideProposal(ctx, d, l, form.Get("proposal"), act == "take")
	default:
		return errBadRequest
	}
	why := ""
	switch {
	case errors.Is(done, dialogue.ErrAgendaChanged), errors.Is(done, dialogue.ErrAgendaUnknown):
		why = locale.T(d.lang(), "agenda.changed")
	case errors.Is(done, dialogue.ErrAgenda):
		why = locale.T(d.lang(), "agenda.wrong")
	case done != nil:
		return done
	}
	if why != "" {
		p, err := s.newDeskAgendaPage(ctx, d, slug, form)
		if err != nil {
			return err
		}
		p.Problems = []problem{{Text: why}}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_agenda", p)
	}
	if err := s.accounts.Note(ctx, d.person.ID, "agenda."+act, form.Get("id"), slug, "", form.Get("state")); err != nil {
		return err
	}
	http.Redirect(w, r, deskLetterPath(slug)+"/agenda?done="+act, http.StatusSeeOther)
	return nil
}

// saveAgenda records a new item or a further version of one.
func (s *Site) saveAgenda(ctx context.Context, d *desk, l *letter.Letter, form url.Values) error {
	i := agendaTyped(form)
	i.RecordedBy, i.Version, i.Forum = d.person.ID, 1, l.Forum
	if i.ID = form.Get("id"); i.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		i.ID = l.Slug + "/agenda/" + id.String()
		if i.Since == "" {
			i.Since = followup.Date(s.now().UTC().Format(time.DateOnly))
		}
	} else {
		agenda, err := s.store.AgendaOf(ctx, l.ID)
		if err != nil {
			return err
		}
		versions := agenda.Versions(i.ID)
		if len(versions) == 0 {
			return dialogue.ErrAgendaUnknown
		}
		before := versions[len(versions)-1]
		if strconv.Itoa(before.Version) != form.Get("version") {
			return dialogue.ErrAgendaChanged
		}
		i.Version, i.Reason, i.Lang, i.By, i.ByName, i.Forum = before.Version+1, strings.TrimSpace(form.Get("reason")), before.Lang, before.By, before.ByName, before.Forum
		i.Number = before.Number
		if form.Get("act") == "remove" {
			i = &dialogue.AgendaItem{ID: i.ID, Version: i.Version, RecordedBy: i.RecordedBy, Reason: i.Reason, TakenDown: true, State: before.State, Ask: before.Ask}
		} else if i.State != before.State && form.Get("since") == string(before.Since) {
			i.Since = followup.Date(s.now().UTC().Format(time.DateOnly))
		}
	}
	if _, _, ok := askOf(l, i.Ask); !ok || len(form.Get("shown")) > 0 && !webAddress(form.Get("shown")) {
		return dialogue.ErrAgenda
	}
	return s.store.AppendAgenda(ctx, l.ID, l.Slug, []*dialogue.AgendaItem{i}, s.now())
}

// decideProposal takes or declines what a signatory proposed.
func (s *Site) decideProposal(ctx context.Context, d *desk, l *letter.Letter, id string, take bool) error {
	waiting, err := s.store.AgendaProposals(ctx, l.ID)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(waiting, func(p store.AgendaProposal) bool { return p.ID == id })
	if n < 0 {
		return dialogue.ErrAgendaUnknown
	}
	item := ""
	if take {
		i := waiting[n].Item
		i.ID, i.Version, i.RecordedBy, i.Forum = l.Slug+"/agenda/"+id, 1, d.person.ID, l.Forum
		item = i.ID
		// An item that is there already was taken before a crash.
		if err := s.store.AppendAgenda(ctx, l.ID, l.Slug, []*dialogue.AgendaItem{&i}, s.now()); err != nil && !errors.Is(err, dialogue.ErrAgendaChanged) {
			return err
		}
	}
	return s.store.DecideProposal(ctx, l.ID, id, item, s.now())
}

// askOf finds an ask of a letter in any of its languages.
func askOf(l *letter.Letter, key string) (letter.Ask, int, bool) {
	for _, t := range l.Texts {
		if a, n, ok := t.Ask(key); ok {
			return a, n, true
		}
	}
	return letter.Ask{}, 0, false
}

// webAddress tells whether something is an address on the web.
func webAddress(s string) bool {
	u, err := url.Parse(strings.TrimSpace(s))
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(s) <= 2000
}
