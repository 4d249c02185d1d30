package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pliego/internal/account"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

type deskLetterPage struct {
	page
	Slug     string
	Heading  words
	State    string
	Action   string
	Link     string // in full, while it circulates
	Embargo  string
	Deadline string
	Public   string // the way to the public page, or ""
	Langs    []deskTongue
	Ready    bool // there is something to circulate
	Stage    letter.State
	Paused   bool
	Forms    map[string]*deskForm
	Events   []string
	Done     string
	Problems []problem
	Tabs     []link
}

// deskForm is one of the forms of a page, with what was typed.
type deskForm struct {
	Fields []field
	Open   bool
}

// deskActView is a form with its words, for the template that draws them alike.
type deskActView struct {
	Action, Act, Title, Hint string
	Form                     *deskForm
}

func newDeskAct(p *deskLetterPage, act, title, hint string) deskActView {
	return deskActView{p.Action, act, title, hint, p.Forms[act]}
}

type deskTongue struct {
	Lang, Name, Title string
	Original          bool
	Status            []string
	Doubts            []string // what is missing or out of date
	Href, Preview     string
	CanPublish        bool
	Replaces          bool // there is a published version
	Form              *deskForm
}

func deskLetterPath(slug string) string { return "/desk/letters/" + slug }

// deskTabs is the way around one letter at the desk.
func (s *Site) deskTabs(d *desk, slug, rest string) []link {
	base := deskLetterPath(slug)
	var tabs []link
	for _, x := range []struct {
		act         account.Act
		rest, label string
	}{
		{account.WriteLetters, "", locale.T(d.lang(), "desk.tab_letter")},
		{account.InviteSigners, "/invitations", locale.T(d.lang(), "invite.heading")},
		{account.SeeSigners, "/signatories", locale.T(d.lang(), "desk.tab_signatories")},
		{account.GiveSigners, "/yes", locale.T(d.lang(), "desk.tab_yes")},
		{account.GiveSigners, "/import", locale.T(d.lang(), "desk.tab_import")},
		{account.PutLetters, "/delivery", locale.T(d.lang(), "delivery.heading")},
		{account.KeepAnswers, "/answers", locale.T(d.lang(), "reply.desk")},
		{account.KeepAgenda, "/agenda", locale.T(d.lang(), "agenda.nav")},
		{account.SeeRecord, "/record", locale.T(d.lang(), "record.heading")},
		{account.MakeEditions, "/editions", locale.T(d.lang(), "editions.heading")},
	} {
		if d.may(x.act) {
			tabs = append(tabs, link{Href: base + x.rest, Label: x.label, Current: rest == x.rest})
		}
	}
	return tabs
}

// deskLetter shows how a letter stands and what can be done with it.
func (s *Site) deskLetter(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newDeskLetterPage(ctx, d, r.PathValue("letter"), "", nil)
	if err != nil {
		return err
	}
	p.Done = letterDone(d.lang(), r.URL.Query().Get("done"))
	return s.draw(w, http.StatusOK, "desk_letter", p)
}

func letterDone(lang, act string) string {
	switch act {
	case "stored":
		return locale.T(lang, "desk.done_stored")
	case "circulate":
		return locale.T(lang, "desk.done_circulate")
	case "open":
		return locale.T(lang, "desk.done_open")
	case "embargo":
		return locale.T(lang, "desk.done_embargo")
	case "no-embargo":
		return locale.T(lang, "desk.done_no_embargo")
	case "close":
		return locale.T(lang, "desk.done_close")
	case "reopen":
		return locale.T(lang, "desk.done_reopen")
	case "deadline":
		return locale.T(lang, "desk.done_deadline")
	case "link":
		return locale.T(lang, "desk.done_link")
	case "facts", "pause", "resume":
		return locale.T(lang, "desk.done_saved")
	case "publish":
		return locale.T(lang, "desk.done_publish")
	}
	return ""
}

// newDeskLetterPage puts the page together; failed is the act whose form was
// refused, and typed what was in it.
func (s *Site) newDeskLetterPage(ctx context.Context, d *desk, slug, failed string, typed url.Values) (*deskLetterPage, error) {
	lang := d.lang()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	works, err := s.letters.Store.Workings(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	standings := letter.Standings(l, works)
	p := &deskLetterPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "desk.letter_title", "letter", slug)), Slug: slug, Heading: words{slug, ""},
		State: stateName(lang, l.State), Stage: l.State, Action: deskLetterPath(slug), Paused: !l.PausedAt.IsZero(),
		Deadline: deadline(lang, l, s.now()), Tabs: s.deskTabs(d, slug, ""),
	}
	if t, ok := standings[0].Newest(); ok && t.Title != "" {
		p.Heading = words{t.Title, t.Lang}
	}
	switch {
	case l.State.Public():
		p.Public = letterPath(lang, l)
	case l.State == letter.Circulating:
		if err := s.signing.Lend(l); err != nil {
			return nil, err
		}
		p.Public = letterPath(lang, l)
		p.Link = s.base + p.Public
		if !l.OpensAt.IsZero() {
			p.Embargo = locale.T(lang, "desk.opens_at", "when", locale.DateTime(lang, l.OpensAt))
		}
	}
	for _, x := range standings {
		p.Langs = append(p.Langs, s.deskTongue(lang, l, x, failed, typed))
		p.Ready = p.Ready || x.Published != nil || x.Publishable()
	}
	events, err := s.letters.Store.LetterEvents(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		p.Events = append(p.Events, eventWords(lang, e))
	}
	p.Forms = letterForms(lang, l, failed, typed)
	return p, nil
}

func (s *Site) deskTongue(lang string, l *letter.Letter, x letter.Standing, failed string, typed url.Values) deskTongue {
	row := deskTongue{
		Lang: x.Lang, Name: locale.Name(x.Lang), Original: x.Original, Href: deskLetterPath(l.Slug) + "/text/" + x.Lang,
		Replaces: x.Published != nil,
	}
	t, ok := x.Newest()
	if !ok {
		return row
	}
	row.Title, row.Preview = t.Title, deskLetterPath(l.Slug)+"/preview/"+x.Lang
	if x.Published != nil {
		row.Status = append(row.Status, locale.T(lang, "desk.published", "n", x.Published.Version, "date", locale.Date(lang, x.Published.PublishedAt)))
	}
	if x.Unpublished() {
		row.Status = append(row.Status, locale.T(lang, "desk.unpublished", "when", locale.DateTime(lang, x.Working.SavedAt)))
	}
	if n := len(x.Missing); n > 0 {
		row.Doubts = append(row.Doubts, locale.T(lang, "desk.asks_missing", "n", n))
	}
	if x.OutOfDate {
		row.Doubts = append(row.Doubts, locale.T(lang, "desk.out_of_date"))
	}
	if x.Unpublished() {
		for _, p := range textProblems(lang, x.Working.Text) {
			row.Doubts = append(row.Doubts, p.Text)
		}
	}
	row.CanPublish = x.Publishable()
	row.Form = &deskForm{Open: failed == "publish" && typed.Get("lang") == x.Lang, Fields: []field{{
		ID: "reason-" + x.Lang, Name: "reason", Type: "text", Max: letter.MaxReason, Optional: true,
		Label: locale.T(lang, "desk.why_changed"), Hint: locale.T(lang, "desk.why_changed_hint"),
	}}}
	if row.Form.Open {
		row.Form.Fields[0].Value = typed.Get("reason")
	}
	return row
}

func eventWords(lang string, e letter.Event) string {
	when := func(s string) string {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return locale.T(lang, "desk.no_deadline")
		}
		return locale.DateTime(lang, t)
	}
	said := ""
	switch e.Act {
	case letter.EventReopened:
		said = locale.T(lang, "letter.reopened", "date", locale.Date(lang, e.At))
	default:
		said = locale.T(lang, "letter.deadline_changed", "date", locale.Date(lang, e.At), "before", when(e.Before), "after", when(e.After))
	}
	if e.Reason != "" {
		said += " " + e.Reason
	}
	return said
}

// letterForms are the forms of the page, with what was typed into the one that
// was refused.
func letterForms(lang string, l *letter.Letter, failed string, typed url.Values) map[string]*deskForm {
	value := func(act, name, otherwise string) string {
		if act == failed {
			return typed.Get(name)
		}
		return otherwise
	}
	moment := func(act string, at time.Time) []field {
		local := ""
		if !at.IsZero() {
			local = at.UTC().Format(localTime)
		}
		return []field{
			{ID: act + "-at", Name: "at", Type: "datetime-local", Max: 30, Class: "narrow", Label: locale.T(lang, "desk.when"), Value: value(act, "at", local)},
			{ID: act + "-zone", Name: "zone", Label: locale.T(lang, "desk.zone"), Options: zones(), Class: "narrow", Value: value(act, "zone", "0")},
		}
	}
	reason := func(act string, optional bool) field {
		return field{ID: act + "-reason", Name: "reason", Type: "text", Max: letter.MaxReason, Optional: optional,
			Label: locale.T(lang, "desk.reason"), Hint: locale.T(lang, "desk.reason_hint"), Value: value(act, "reason", "")}
	}
	forms := map[string]*deskForm{
		"embargo":  {Fields: moment("embargo", l.OpensAt)},
		"deadline": {Fields: append(moment("deadline", l.Deadline), reason("deadline", l.State != letter.Open || l.Deadline.IsZero()))},
		"reopen":   {Fields: append([]field{reason("reopen", false)}, moment("reopen", time.Time{})...)},
		"facts": {Fields: []field{
			{ID: "facts-date", Name: "date", Type: "date", Max: 10, Class: "narrow", Optional: true, Label: locale.T(lang, "desk.letter_date"), Value: value("facts", "date", l.Date)},
			{ID: "facts-publisher", Name: "publisher", Type: "text", Max: letter.MaxPublisher, Optional: true, Label: locale.T(lang, "desk.publisher"), Value: value("facts", "publisher", l.Publisher)},
		}},
	}
	for _, act := range []string{"deadline", "reopen"} {
		forms[act].Fields[indexOf(forms[act].Fields, "at")].Optional = true
		forms[act].Fields[indexOf(forms[act].Fields, "at")].Hint = locale.T(lang, "desk.no_end_hint")
	}
	if f := forms[failed]; f != nil {
		f.Open = true
	}
	return forms
}

func indexOf(fields []field, name string) int {
	for i, f := range fields {
		if f.Name == name {
			return i
		}
	}
	return -1
}

// localTime is how a browser writes a time without a zone.
const localTime = "2006-01-02T15:04"

// zones are the offsets from UTC that a time can be given in.
func zones() []option {
	var list []option
	for _, minutes := range []int{-720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -120, -60, 0, 60, 120, 180, 210, 240,
		270, 300, 330, 345, 360, 390, 420, 480, 540, 570, 600, 660, 720, 765, 780, 840} {
		label := "UTC"
		if minutes != 0 {
			sign, abs := "+", minutes
			if minutes < 0 {
				sign, abs = "−", -minutes
			}
			label += fmt.Sprintf("%s%d", sign, abs/60)
			if abs%60 != 0 {
				label += fmt.Sprintf(":%02d", abs%60)
			}
		}
		list = append(list, option{strconv.Itoa(minutes), label})
	}
	return list
}

// errTime says that a time was not understood.
var errTime = errors.New("this is no time")

// readTime reads the fields at and zone; zero when nothing was given.
func readTime(form url.Values) (time.Time, error) {
	at := strings.Replace(strings.TrimSpace(form.Get("at")), " ", "T", 1)
	if at == "" {
		return time.Time{}, nil
	}
	if len(at) == len(time.DateOnly) { // a day is meant to its end
		at += "T23:59"
	}
	if len(at) > len(localTime) {
		at = at[:len(localTime)]
	}
	offset, err := strconv.Atoi(form.Get("zone"))
	if form.Get("zone") == "" {
		offset, err = 0, nil
	}
	if err != nil || offset < -720 || offset > 840 {
		return time.Time{}, errTime
	}
	t, err := time.ParseInLocation(localTime, at, time.FixedZone("", offset*60))
	if err != nil {
		return time.Time{}, errTime
	}
	return t.UTC(), nil
}
