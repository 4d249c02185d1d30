package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pliego/internal/account"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/signature/roll"
)

type deskInvitePage struct {
	page
	Slug     string
	Tabs     []link
	Action   string
	Counts   []link // by state, each a filter
	Rows     []deskInvitation
	Fields   []field
	Pasted   string
	Unread   []string // rows of a list that were not taken, with the reason
	Done     string
	Problems []problem
	CanSend  bool
	Why      string // why nothing can be sent
	Query    string // the state that is shown
}

type deskInvitation struct {
	ID, Name, Lang string
	State          string
	Facts          []string
	Private        []string
	Link           string
	CanDrop        bool
	Answered       bool
}

// deskInvitations lists whom a letter invites and what they answered.
func (s *Site) deskInvitations(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	q := r.URL.Query()
	p, err := s.newInvitePage(ctx, d, r.PathValue("letter"), q.Get("state"), url.Values{}, nil)
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(q.Get("n")); err == nil && n >= 0 {
		switch q.Get("done") {
		case "add":
			p.Done = locale.T(d.lang(), "invite.added", "n", n)
		case "send":
			p.Done = locale.T(d.lang(), "invite.sent", "n", n)
		case "mark":
			p.Done = locale.T(d.lang(), "desk.done_saved")
		case "drop":
			p.Done = locale.T(d.lang(), "invite.dropped", "n", n)
		}
	}
	return s.draw(w, http.StatusOK, "desk_invitations", p)
}

func (s *Site) newInvitePage(ctx context.Context, d *desk, slug, state string, form url.Values, problems signature.Problems) (*deskInvitePage, error) {
	lang := d.lang()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	p := &deskInvitePage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "invite.title", "letter", slug)), Slug: slug, Tabs: s.deskTabs(d, slug, "/invitations"),
		Action: deskLetterPath(slug) + "/invitations", Pasted: form.Get("pasted"), Query: state,
	}
	switch err := l.SignableAt(s.now()); {
	case l.State == letter.Draft:
		p.Why = locale.T(lang, "invite.draft")
	case err != nil:
		p.Why = locale.T(lang, "invite.closed")
	default:
		p.CanSend = true
	}
	list, err := s.store.Invitations(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	counts := map[signature.InvitationState]int{}
	for _, i := range list {
		now := i.Now()
		counts[now]++
		if state != "" && state != string(now) {
			continue
		}
		row, err := s.deskInvitation(ctx, d, i)
		if err != nil {
			return nil, err
		}
		p.Rows = append(p.Rows, row)
	}
	if len(list) > 0 {
		p.Counts = append(p.Counts, link{Href: p.Action, Label: locale.T(lang, "invite.count", "state", locale.T(lang, "desk.any"), "n", len(list)), Current: state == ""})
	}
	for _, x := range signature.InvitationStates {
		if counts[x] > 0 {
			p.Counts = append(p.Counts, link{Href: p.Action + "?state=" + string(x), Label: locale.T(lang, "invite.count", "state", invitationState(lang, x), "n", counts[x]), Current: state == string(x)})
		}
	}
	country := field{ID: "field-country", Name: "country", Label: fieldLabel(lang, "country"), Optional: true, Value: form.Get("country"), Options: []option{{"", locale.T(lang, "form.choose_country")}}}
	for _, c := range place.List(lang) {
		country.Options = append(country.Options, option{c.Alpha2, c.Name(lang)})
	}
	language := field{ID: "field-language", Name: "language", Label: locale.T(lang, "invite.language"), Class: "narrow", Value: form.Get("language")}
	if language.Value == "" {
		language.Value = l.OriginalLang
	}
	for _, x := range locale.Languages {
		language.Options = append(language.Options, option{x, locale.Name(x)})
	}
	p.Fields = []field{
		{ID: "field-name", Name: "name", Type: "text", Max: signature.MaxName, Label: fieldLabel(lang, "name"), Value: form.Get("name")},
		country,
		{ID: "field-email", Name: "email", Type: "text", InputMode: "email", Plain: true, Max: signature.MaxEmail, Optional: true, Label: fieldLabel(lang, "email"), Hint: locale.T(lang, "invite.email_hint"), Value: form.Get("email")},
		{ID: "field-signer_name", Name: "signer_name", Type: "text", Max: signature.MaxSigner, Optional: true, Label: locale.T(lang, "invite.contact"), Value: form.Get("signer_name")},
		language,
	}
	for i := range p.Fields {
		if code := problems.Of(p.Fields[i].Name); code != "" {
			p.Fields[i].Why = problemText(lang, p.Fields[i].Name, code)
			p.Problems = append(p.Problems, problem{"#" + p.Fields[i].ID, locale.T(lang, "problem.field", "field", p.Fields[i].Label, "problem", p.Fields[i].Why)})
		}
	}
	return p, nil
}

func invitationState(lang string, x signature.InvitationState) string {
	switch x {
	case signature.InvitationOpened:
		return locale.T(lang, "invite.state_opened")
	case signature.InvitationAwaiting:
		return locale.T(lang, "invite.state_awaiting")
	case signature.InvitationYes:
		return locale.T(lang, "invite.state_yes")
	case signature.InvitationNo:
		return locale.T(lang, "invite.state_no")
	}
	return locale.T(lang, "invite.state_invited")
}

func (s *Site) deskInvitation(ctx context.Context, d *desk, i *signature.Invitation) (deskInvitation, error) {
	lang := d.lang()
	row := deskInvitation{ID: i.ID, Name: i.Name, Lang: i.Lang, State: invitationState(lang, i.Now()), Answered: i.Answered(),
		CanDrop: i.Mails == 0 && i.State == signature.InvitationMade && i.SignatureID == ""}
	if country := place.Name(i.Country, lang); country != "" {
		row.Facts = append(row.Facts, country)
	}
	if i.SignatureID != "" && !i.Signed {
		row.Facts = append(row.Facts, locale.T(lang, "invite.unconfirmed"))
	}
	if i.Mails > 0 {
		row.Facts = append(row.Facts, locale.T(lang, "invite.mails", "n", i.Mails, "date", locale.Date(lang, i.SentAt)))
	} else {
		row.Facts = append(row.Facts, locale.T(lang, "invite.not_sent"))
	}
	token, err := s.signing.InvitationToken(i)
	if err != nil {
		return row, err
	}
	row.Link = s.base + "/" + i.Lang + "/invitation/" + token
	if !d.may(account.SeeAddresses) {
		return row, nil
	}
	private, err := s.signing.InvitationPrivate(ctx, s.store, i.ID)
	if err != nil {
		return row, err
	}
	for _, x := range []string{private.SignerName, private.Email} {
		if x != "" {
			row.Private = append(row.Private, x)
		}
	}
	return row, nil
}

// deskInvite does what the forms of the list ask.
func (s *Site) deskInvite(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	l, err := s.store.LetterBySlug(ctx, r.PathValue("letter"))
	if err != nil {
		return err
	}
	act := r.PostForm.Get("act")
	switch act {
	case "add":
		return s.inviteOne(ctx, w, r, d, l)
	case "list":
		return s.inviteList(ctx, w, r, d, l)
	case "send", "drop", "awaiting", "yes", "no":
	default:
		return errBadRequest
	}
	ids := r.PostForm["id"]
	if len(ids) == 0 || len(ids) > signature.MaxInvitations {
		p, err := s.newInvitePage(ctx, d, l.Slug, r.PostForm.Get("state"), url.Values{}, nil)
		if err != nil {
			return err
		}
		p.Problems = []problem{{Text: locale.T(d.lang(), "invite.none_ticked")}}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_invitations", p)
	}
	n := 0
	for _, id := range ids {
		i, err := s.store.InvitationByID(ctx, id)
		if errors.Is(err, signature.ErrUnknown) || err == nil && i.LetterID != l.ID {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.accounts.Note(ctx, d.person.ID, "invitation."+act, id, l.Slug, string(i.Now()), ""); err != nil {
			return err
		}
		done, err := s.inviteAct(ctx, l, i, act)
		if errors.Is(err, letter.ErrState) || errors.Is(err, signature.ErrNotSent) {
			break // the page says why
		}
		if err != nil {
			return err
		}
		if done {
			n++
		}
	}
	said := act
	if act != "send" && act != "drop" {
		said = "mark"
	}
	back := url.Values{"done": {said}, "n": {strconv.Itoa(n)}}
	if state := r.PostForm.Get("state"); state != "" {
		back.Set("state", state)
	}
	http.Redirect(w, r, deskLetterPath(l.Slug)+"/invitations?"+back.Encode(), http.StatusSeeOther)
	return nil
}

func (s *Site) inviteAct(ctx context.Context, l *letter.Letter, i *signature.Invitation, act string) (done bool, err error) {
	switch act {
	case "send":
		return s.signing.SendInvitation(ctx, s.store, l, i)
	case "drop":
		return s.store.DropInvitation(ctx, i.ID)
	}
	return true, s.signing.AnswerInvitation(ctx, s.store, i.ID, signature.InvitationState(act))
}

// inviteOne adds what was typed into the form.
func (s *Site) inviteOne(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk, l *letter.Letter) error {
	form := r.PostForm
	g := signature.Guest{Name: form.Get("name"), Country: form.Get("country"), Email: form.Get("email"), Contact: form.Get("signer_name"), Lang: form.Get("language")}
	if err := s.accounts.Note(ctx, d.person.ID, "invitation.add", l.ID, l.Slug, "", "1"); err != nil {
		return err
	}
	_, err := s.signing.Invite(ctx, s.store, l, g)
	if err == nil {
		http.Redirect(w, r, deskLetterPath(l.Slug)+"/invitations?done=add&n=1", http.StatusSeeOther)
		return nil
	}
	var problems signature.Problems
	if !errors.As(err, &problems) && !errors.Is(err, signature.ErrInvitedAlready) {
		return err
	}
	p, newErr := s.newInvitePage(ctx, d, l.Slug, "", form, problems)
	if newErr != nil {
		return newErr
	}
	if problems == nil {
		p.Problems = []problem{{"#field-name", locale.T(d.lang(), "invite.already")}}
	}
	return s.draw(w, http.StatusUnprocessableEntity, "desk_invitations", p)
}

// inviteList adds the rows of a list; those that cannot be taken stay in the
// form, each with the reason beside it.
func (s *Site) inviteList(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk, l *letter.Letter) error {
	lang := d.lang()
	name, content, err := broughtFile(r, "pasted")
	refuse := func(why string, left string, unread []string) error {
		p, err := s.newInvitePage(ctx, d, l.Slug, "", url.Values{"pasted": {left}}, nil)
		if err != nil {
			return err
		}
		p.Problems, p.Unread = []problem{{"#pasted", why}}, unread
		return s.draw(w, http.StatusUnprocessableEntity, "desk_invitations", p)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refuse(locale.T(lang, "desk.file_too_large", "mb", maxDeskFile>>20), "", nil)
	case err != nil:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	case len(strings.TrimSpace(string(content))) == 0:
		return refuse(locale.T(lang, "desk.no_file"), "", nil)
	}
	list, err := roll.Read(name, strings.NewReader(string(content)))
	pasted := r.PostForm.Get("pasted")
	switch {
	case errors.Is(err, roll.ErrNoName):
		return refuse(locale.T(lang, "desk.roll_no_name"), pasted, nil)
	case err != nil:
		return refuse(locale.T(lang, "desk.roll_format"), pasted, nil)
	case len(list.Rows) > signature.MaxInvitations:
		return refuse(locale.T(lang, "desk.roll_too_big", "n", signature.MaxInvitations), pasted, nil)
	}
	if err := s.accounts.Note(ctx, d.person.ID, "invitation.add", l.ID, l.Slug, "", strconv.Itoa(len(list.Rows))); err != nil {
		return err
	}
	n := 0
	var left, unread []string
	for _, row := range list.Rows {
		y := signature.YesOf(list, row, "other", "")
		g := signature.Guest{Name: y.Form.Name, Country: y.Form.Country, Email: y.Form.Email, Contact: y.Form.SignerName, Lang: y.Lang}
		_, err := s.signing.Invite(ctx, s.store, l, g)
		var problems signature.Problems
		why := ""
		switch {
		case err == nil:
			n++
			continue
		case errors.As(err, &problems):
			why = outcomeWords(lang, signature.Outcome{Problems: problems})
		case errors.Is(err, signature.ErrInvitedAlready):
			why = locale.T(lang, "invite.already")
		default:
			return err
		}
		left = append(left, strings.Join(row.Cells, "\t"))
		unread = append(unread, fmt.Sprintf("%d · %s · %s", row.Line, y.Form.Name, why))
	}
	if len(left) > 0 {
		text := strings.Join(append([]string{strings.Join(list.Heads, "\t")}, left...), "\n")
		return refuse(locale.T(lang, "invite.some_left", "n", n, "left", len(left)), text, unread)
	}
	http.Redirect(w, r, deskLetterPath(l.Slug)+"/invitations?done=add&n="+strconv.Itoa(n), http.StatusSeeOther)
	return nil
}
