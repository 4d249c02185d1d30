package web

import (
	"errors"
	"net/http"

	"pliego/internal/locale"
	"pliego/internal/signature"
)

type noticePage struct {
	page
	Letter    letterRef
	Facts     []fact
	Done      string // what the organisation answered, and where it stands
	CanAnswer bool
	Open      bool // the field of the objection, because it was wrong
	Problem   string
	Typed     string
	Max       int
	Action    string
}

// notice shows an organisation what was signed in its name. It changes nothing:
// mail scanners follow links.
func (s *Site) notice(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	v, err := s.signing.LookNotice(ctx, r.PathValue("token"))
	if err != nil {
		return err
	}
	return s.draw(w, http.StatusOK, "notice", s.newNoticePage(lang, r.PathValue("token"), v))
}

func (s *Site) newNoticePage(lang, token string, v *signature.NoticeView) *noticePage {
	rest := "/notice/" + token
	p := &noticePage{
		page: s.newPrivatePage(lang, locale.T(lang, "notice.title")), Letter: refTo(lang, v.Letter, v.Text), Action: "/" + lang + rest,
		Facts: publicFacts(lang, v.View), CanAnswer: v.Answer != signature.Objected, Max: signature.MaxObjection,
	}
	p.switchAt(rest)
	p.Facts = append(p.Facts, fact{Label: locale.T(lang, "fact.confirmed"), Value: locale.DateTime(lang, v.Signature.SignedAt)})
	switch {
	case v.Answer == signature.Acknowledged:
		p.Done = locale.T(lang, "notice.thanks")
	case v.Answer == signature.Objected && v.Signature.State == signature.Standing:
		p.Done = locale.T(lang, "notice.decided")
	case v.Answer == signature.Objected:
		p.Done = locale.T(lang, "notice.objected")
	}
	return p
}

// noticeAct takes the organisation's answer.
func (s *Site) noticeAct(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	token := r.PathValue("token")
	switch r.PostForm.Get("act") {
	case "ours":
		if _, err := s.signing.Acknowledge(ctx, token); err != nil {
			return err
		}
	case "object":
		typed := r.PostForm.Get("reason")
		v, err := s.signing.Object(ctx, token, typed)
		var problems signature.Problems
		if errors.As(err, &problems) {
			p := s.newNoticePage(lang, token, v)
			p.Open, p.Typed, p.Problem = true, typed, locale.T(lang, "notice.too_long", "n", signature.MaxObjection)
			return s.draw(w, http.StatusUnprocessableEntity, "notice", p)
		}
		if err != nil {
			return err
		}
	default:
		return errBadRequest
	}
	http.Redirect(w, r, "/"+lang+"/notice/"+token, http.StatusSeeOther)
	return nil
}
