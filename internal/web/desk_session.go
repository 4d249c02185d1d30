package web

import (
	"context"
	"net/http"
	"net/url"

	"pliego/internal/account"
	"pliego/internal/locale"
)

type deskSessionsPage struct {
	page
	Sessions []deskSession
	CanAll   bool
}

type deskSession struct {
	ID, Device, Seen string
	Current          bool
}

// deskSessions lists where somebody is signed in.
func (s *Site) deskSessions(ctx context.Context, w http.ResponseWriter, _ *http.Request, d *desk) error {
	list, err := s.accounts.Sessions(ctx, d.person.ID)
	if err != nil {
		return err
	}
	p := deskSessionsPage{page: s.newDeskPage(d, "/desk/sessions", locale.T(d.lang(), "desk.nav_sessions")), CanAll: d.may(account.EndEverything)}
	for _, x := range list {
		row := deskSession{ID: x.ID, Device: x.Device, Seen: locale.T(d.lang(), "desk.seen", "when", locale.DateTime(d.lang(), x.SeenAt)), Current: x.ID == d.session.ID}
		if row.Device == "" {
			row.Device = locale.T(d.lang(), "desk.some_browser")
		}
		p.Sessions = append(p.Sessions, row)
	}
	return s.draw(w, http.StatusOK, "desk_sessions", &p)
}

// deskSessionsAct ends one of somebody's sessions, or all of them.
func (s *Site) deskSessionsAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	id := r.PostForm.Get("id")
	if id == "" && r.PostForm.Get("act") != "all" {
		return errBadRequest
	}
	if err := s.accounts.EndSession(ctx, d.person.ID, id); err != nil {
		return err
	}
	if id == "" || id == d.session.ID {
		http.SetCookie(w, s.cookie("", -1))
		http.Redirect(w, r, "/desk/sign-in", http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, r, "/desk/sessions", http.StatusSeeOther)
	return nil
}

// deskEndAll ends everybody's sessions.
func (s *Site) deskEndAll(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := s.accounts.EndAllSessions(ctx, d.person.ID); err != nil {
		return err
	}
	http.SetCookie(w, s.cookie("", -1))
	http.Redirect(w, r, "/desk/sign-in", http.StatusSeeOther)
	return nil
}

type deskLogPage struct {
	page
	Lines []deskLine
	Next  string
}

type deskLine struct {
	When, Who, Act, Subject, Change string
}

// logPage is how many lines one page of the log shows.
const logPage = 100

// deskLog shows what was done at the desk, the newest first.
func (s *Site) deskLog(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lines, err := s.accounts.Store.Lines(ctx, r.URL.Query().Get("before"), logPage+1)
	if err != nil {
		return err
	}
	people, err := s.newPeoplePage(ctx, d)
	if err != nil {
		return err
	}
	names := map[string]string{"": locale.T(d.lang(), "desk.command_line")}
	for _, x := range people.People {
		if names[x.ID] = x.Address; x.Address == "" {
			names[x.ID] = x.Role + " " + x.ID
		}
	}
	p := deskLogPage{page: s.newDeskPage(d, "/desk/log", locale.T(d.lang(), "desk.nav_log"))}
	if len(lines) > logPage {
		lines = lines[:logPage]
		p.Next = "/desk/log?before=" + url.QueryEscape(lines[logPage-1].ID)
	}
	for _, l := range lines {
		line := deskLine{When: locale.DateTime(d.lang(), l.At), Who: names[l.PersonID], Act: l.Act, Subject: l.Subject}
		if name := names[l.Subject]; name != "" && l.Subject != "" {
			line.Subject = name
		}
		if l.Before != "" || l.After != "" {
			line.Change = l.Before + " → " + l.After
		}
		p.Lines = append(p.Lines, line)
	}
	return s.draw(w, http.StatusOK, "desk_log", &p)
}
