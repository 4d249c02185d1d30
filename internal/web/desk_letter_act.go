package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/typeset/compose"
)

// deskLetterAct does what one of the page's forms asks.
func (s *Site) deskLetterAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug, act := r.PathValue("letter"), r.PostForm.Get("act")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	do, ok := s.letterActs(r.PostForm)[act]
	if !ok {
		return errBadRequest
	}
	// The line comes first: one without an effect does less harm than an effect
	// without its line.
	if err := s.accounts.Note(ctx, d.person.ID, "letter."+act, l.ID, slug, string(l.State), strings.TrimSpace(r.PostForm.Get("lang")+" "+r.PostForm.Get("at"))); err != nil {
		return err
	}
	if err = do(ctx, slug); err == nil {
		http.Redirect(w, r, deskLetterPath(slug)+"?done="+act, http.StatusSeeOther)
		return nil
	}
	lang, fault, said := d.lang(), problem{}, false
	for _, x := range []struct {
		err  error
		text string
		at   string // the field
	}{
		{errTime, locale.T(lang, "desk.bad_time"), "at"},
		{letter.ErrPast, locale.T(lang, "desk.past_time"), "at"},
		{letter.ErrNoReason, locale.T(lang, "desk.no_reason"), "reason"},
		{letter.ErrNoText, locale.T(lang, "desk.no_text"), ""},
		{letter.ErrAsks, locale.T(lang, "desk.other_asks"), ""},
		{letter.ErrSameText, locale.T(lang, "desk.same_text"), ""},
		{letter.ErrState, locale.T(lang, "desk.wrong_state"), ""},
		{letter.ErrBadDate, locale.T(lang, "desk.bad_date"), "date"},
		{letter.ErrBadPublisher, locale.T(lang, "desk.bad_publisher"), "publisher"},
	} {
		if errors.Is(err, x.err) {
			fault, said = problem{Text: x.text}, true
			if x.at != "" {
				fault.Href = "#" + act + "-" + x.at
			}
			break
		}
	}
	if !said {
		return err
	}
	p, err := s.newDeskLetterPage(ctx, d, slug, act, r.PostForm)
	if err != nil {
		return err
	}
	if f := p.Forms[act]; f != nil && fault.Href != "" {
		if i := indexOf(f.Fields, strings.TrimPrefix(fault.Href, "#"+act+"-")); i >= 0 {
			f.Fields[i].Why = fault.Text
		}
	}
	p.Problems = []problem{fault}
	return s.draw(w, http.StatusUnprocessableEntity, "desk_letter", p)
}

// letterActs are what the forms of the page do.
func (s *Site) letterActs(form url.Values) map[string]func(context.Context, string) error {
	at, timeErr := readTime(form)
	timed := func(do func(context.Context, string, time.Time) error) func(context.Context, string) error {
		return func(ctx context.Context, slug string) error {
			if timeErr != nil {
				return timeErr
			}
			return do(ctx, slug, at)
		}
	}
	return map[string]func(context.Context, string) error{
		"circulate": func(ctx context.Context, slug string) error {
			if err := s.publishReady(ctx, slug); err != nil {
				return err
			}
			return s.letters.Circulate(ctx, slug)
		},
		"open": func(ctx context.Context, slug string) error {
			if err := s.publishReady(ctx, slug); err != nil {
				return err
			}
			return s.letters.Open(ctx, slug)
		},
		"embargo": timed(func(ctx context.Context, slug string, at time.Time) error {
			if at.IsZero() {
				return errTime
			}
			return s.letters.OpenOn(ctx, slug, at)
		}),
		"no-embargo": func(ctx context.Context, slug string) error { return s.letters.OpenOn(ctx, slug, time.Time{}) },
		"close":      s.letters.Close,
		"reopen": timed(func(ctx context.Context, slug string, at time.Time) error {
			return s.sealAgain(ctx, slug, s.letters.Reopen(ctx, slug, at, form.Get("reason")))
		}),
		"deadline": timed(func(ctx context.Context, slug string, at time.Time) error {
			return s.sealAgain(ctx, slug, s.letters.SetDeadline(ctx, slug, at, form.Get("reason")))
		}),
		"link": s.letters.NewLink,
		"facts": func(ctx context.Context, slug string) error {
			return s.letters.SetFacts(ctx, slug, letter.Facts{Date: form.Get("date"), Publisher: form.Get("publisher")})
		},
		"publish": func(ctx context.Context, slug string) error {
			return s.publishWorking(ctx, slug, form.Get("lang"), form.Get("editorial") == "1", form.Get("reason"))
		},
	}
}

// sealAgain makes a letter that takes signatures once more able to take sealed
// ones, when it offered that: the end of its signing destroyed their index.
func (s *Site) sealAgain(ctx context.Context, slug string, err error) error {
	if err != nil {
		return err
	}
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil || l.SealedRecipients == "" || l.SignableAt(s.now()) != nil {
		return err
	}
	return s.signing.OfferSealed(ctx, slug, l.SealedRecipients)
}

// publishReady publishes, of a draft, every text that is written and ready.
func (s *Site) publishReady(ctx context.Context, slug string) error {
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil || l.State != letter.Draft {
		return err
	}
	works, err := s.letters.Store.Workings(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, x := range letter.Standings(l, works) {
		if x.Publishable() && (x.Original || !x.OutOfDate) {
			if err := s.publishWorking(ctx, slug, x.Lang, false, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// publishWorking publishes a text, and tells those who signed an earlier
// version of it.
func (s *Site) publishWorking(ctx context.Context, slug, lang string, editorial bool, reason string) error {
	l, text, err := s.letters.PublishWorking(ctx, slug, lang, editorial, reason)
	if err != nil {
		return err
	}
	if text.Version > 1 && !editorial && l.State != letter.Draft {
		_, err = s.signing.TellRevised(ctx, l, text)
	}
	return err
}

// textProblems says what keeps a text from being published.
func textProblems(lang string, t letter.Text) []problem {
	var list []problem
	add := func(href, text string) { list = append(list, problem{href, text}) }
	if strings.TrimSpace(t.Title) == "" {
		add("#title", locale.T(lang, "desk.title_missing"))
	}
	if strings.TrimSpace(t.Body) == "" {
		add("#body", locale.T(lang, "desk.body_missing"))
	}
	seen := map[string]bool{}
	for i, a := range t.Asks {
		switch {
		case strings.TrimSpace(a.Title) == "":
			add(fmt.Sprintf("#ask-title-%d", i+1), locale.T(lang, "desk.ask_untitled", "n", i+1))
		case letter.CheckSlug(a.Key) != nil:
			add(fmt.Sprintf("#ask-key-%d", i+1), locale.T(lang, "desk.ask_bad_key", "n", i+1))
		case seen[a.Key]:
			add(fmt.Sprintf("#ask-key-%d", i+1), locale.T(lang, "desk.ask_twice", "n", i+1, "key", a.Key))
		}
		seen[a.Key] = true
	}
	if len(list) == 0 {
		if t.Check() != nil {
			add("", locale.T(lang, "desk.text_too_long"))
		} else if compose.Check(t) != nil {
			add("#body", locale.T(lang, "desk.text_too_deep"))
		}
	}
	return list
}
