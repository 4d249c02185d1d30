package web

import (
	"context"
	"errors"
	"net/http"

	"pliego/internal/account"
	"pliego/internal/locale"
)

type deskPeoplePage struct {
	page
	People  []deskPerson
	Email   field
	Roles   []option
	Role    string
	Done    string
	Problem string
}

type deskPerson struct {
	ID, Address, Role, Since string
	Gone, Self               bool
}

// deskPeople lists who works at the desk.
func (s *Site) deskPeople(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newPeoplePage(ctx, d)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("done") {
	case "invited":
		p.Done = locale.T(d.lang(), "desk.invited")
	case "ended":
		p.Done = locale.T(d.lang(), "desk.access_ended")
	}
	return s.draw(w, http.StatusOK, "desk_people", p)
}

func (s *Site) newPeoplePage(ctx context.Context, d *desk) (*deskPeoplePage, error) {
	lang := d.lang()
	p := &deskPeoplePage{
		page: s.newDeskPage(d, "/desk/people", locale.T(lang, "desk.nav_people")), Role: string(account.Reviewer),
		Email: field{ID: "field-email", Name: "email", Label: locale.T(lang, "field.email"), Type: "text", InputMode: "email", Max: 254, Plain: true},
	}
	for _, role := range account.Roles {
		p.Roles = append(p.Roles, option{string(role), roleName(lang, role)})
	}
	people, err := s.accounts.Store.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range people {
		row := deskPerson{ID: x.ID, Role: roleName(lang, x.Role), Gone: !x.Active(), Self: x.ID == d.person.ID, Since: locale.T(lang, "desk.not_entered")}
		if !x.EnteredAt.IsZero() {
			row.Since = locale.T(lang, "desk.last_entered", "when", locale.DateTime(lang, x.EnteredAt))
		}
		if row.Gone {
			row.Since = locale.T(lang, "desk.gone_since", "date", locale.Date(lang, x.EndedAt))
		} else if row.Address, err = s.accounts.AddressOf(ctx, x.ID); err != nil && !errors.Is(err, account.ErrUnknown) {
			return nil, err
		}
		p.People = append(p.People, row)
	}
	return p, nil
}

func roleName(lang string, r account.Role) string {
	switch r {
	case account.Coordinator:
		return locale.T(lang, "role.coordinator")
	case account.Reviewer:
		return locale.T(lang, "role.reviewer")
	}
	return locale.T(lang, "role.responder")
}

// deskPeopleAct invites somebody, or ends somebody's access.
func (s *Site) deskPeopleAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	var err error
	done := "invited"
	switch r.PostForm.Get("act") {
	case "invite":
		role := account.Role(r.PostForm.Get("role"))
		if !role.Known() {
			return errBadRequest
		}
		_, _, err = s.accounts.Invite(ctx, d.person.ID, r.PostForm.Get("email"), role, d.lang(), true)
	case "end":
		done = "ended"
		err = s.accounts.End(ctx, d.person.ID, r.PostForm.Get("id"))
	default:
		return errBadRequest
	}
	why := ""
	switch {
	case err == nil:
		http.Redirect(w, r, "/desk/people?done="+done, http.StatusSeeOther)
		return nil
	case errors.Is(err, account.ErrAddress):
		why = locale.T(d.lang(), "problem.bad_email")
	case errors.Is(err, account.ErrInvited):
		why = locale.T(d.lang(), "desk.invited_already")
	case errors.Is(err, account.ErrLast):
		why = locale.T(d.lang(), "desk.last_coordinator")
	default:
		return err
	}
	p, err := s.newPeoplePage(ctx, d)
	if err != nil {
		return err
	}
	p.Problem, p.Email.Value = why, r.PostForm.Get("email")
	if role := r.PostForm.Get("role"); role != "" {
		p.Role = role
	}
	return s.draw(w, http.StatusUnprocessableEntity, "desk_people", p)
}
