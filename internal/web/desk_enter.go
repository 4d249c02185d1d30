package web

import (
	"errors"
	"net/http"
	"strings"

	"pliego/internal/account"
	"pliego/internal/locale"
)

type signInPage struct {
	page
	Email field
	Sent  bool // the form was sent
	Ended bool // the session ended while something was posted
}

func (s *Site) newSignInPage(lang, email string) *signInPage {
	return &signInPage{
		page: s.newPrivatePage(lang, locale.T(lang, "desk.sign_in")),
		Email: field{ID: "field-email", Name: "email", Label: locale.T(lang, "field.email"), Type: "text", InputMode: "email",
			Autocomplete: "email", Max: 254, Plain: true, Value: email},
	}
}

// deskSignIn asks for an address, to mail a link to it.
func (s *Site) deskSignIn(w http.ResponseWriter, r *http.Request, _ string) error {
	lang := locale.Match(r.Header.Get("Accept-Language"))
	return s.draw(w, http.StatusOK, "desk_sign_in", s.newSignInPage(lang, ""))
}

// deskAskLink mails the link, and says the same whether the address is known.
func (s *Site) deskAskLink(w http.ResponseWriter, r *http.Request, _ string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	lang := locale.Match(r.Header.Get("Accept-Language"))
	p := s.newSignInPage(lang, r.PostForm.Get("email"))
	switch err := s.accounts.AskLink(ctx, p.Email.Value); {
	case errors.Is(err, account.ErrAddress):
		p.Email.Why = locale.T(lang, "problem.bad_email")
		return s.draw(w, http.StatusUnprocessableEntity, "desk_sign_in", p)
	case err != nil:
		return err
	}
	p.Sent = true
	return s.draw(w, http.StatusOK, "desk_sign_in", p)
}

type enterPage struct {
	page
	Action string
}

// deskEnterForm shows the button behind a link, and changes nothing.
func (s *Site) deskEnterForm(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	person, err := s.accounts.Look(ctx, r.PathValue("token"))
	if err != nil {
		return err
	}
	p := enterPage{page: s.newPrivatePage(person.Lang, locale.T(person.Lang, "desk.enter")), Action: r.URL.Path}
	return s.draw(w, http.StatusOK, "desk_enter", &p)
}

// deskEnter is the button: the link is used up, and a session begins.
func (s *Site) deskEnter(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	_, secret, err := s.accounts.Enter(ctx, r.PathValue("token"), device(r.UserAgent()))
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(secret, int(account.SessionWithin.Seconds())))
	http.Redirect(w, r, "/desk/", http.StatusSeeOther)
	return nil
}

// device names a browser by its kind and system alone: enough for its owner to
// know it again, and no more.
func device(agent string) string {
	name := func(pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := name("Firefox", "Firefox", "Edg", "Edge", "OPR", "Opera", "Chrome", "Chrome", "Safari", "Safari")
	system := name("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "Linux", "Linux")
	return strings.TrimSpace(browser + " " + system)
}
