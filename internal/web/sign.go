package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/store"
)

type signPage struct {
	page
	fields
	Letter    letterRef
	OtherLang string
	Tally     tally
	Paused    bool   // what is confirmed has to wait
	Closed    string // why the letter takes no signatures, or ""
	Problems  []problem
	Action    string
	Token     string // of the form; the kept page has a hole in its place
	Kept      template.HTML
	Sealing   bool   // the letter takes sealed signatures
	Until     string // the day on which addresses are erased
	// Invitation is the token of the invitation that led here, or "".
	Invitation string
}

// Field is the input of that name.
func (p *signPage) Field(name string) field { return p.field(name) }

// Kind is the choice of who signs: an organisation until another was made.
func (p *signPage) Kind() string { return p.form.Kind }

// KindWhy says what is wrong with the choice of who signs.
func (p *signPage) KindWhy() string { return p.why("kind") }

// Consent tells whether the box was ticked.
func (p *signPage) Consent() bool { return p.form.Consent == "1" }

// ConsentWhy says that the box was not.
func (p *signPage) ConsentWhy() string { return p.why("consent") }

// Sealed tells whether the signature is to be sealed.
func (p *signPage) Sealed() bool { return p.form.Visibility == string(signature.Sealed) }

// VisibilityWhy says what is wrong with that choice.
func (p *signPage) VisibilityWhy() string { return p.why("visibility") }

// ShowCountry tells whether a sealed signature's country may be shown.
func (p *signPage) ShowCountry() bool { return p.form.ShowCountry == "1" }

// signForm shows the empty form, or why there is none.
func (s *Site) signForm(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, err := s.letterAt(ctx, r.PathValue("letter"))
	if err != nil {
		return nil, err
	}
	p, err := s.newSignPage(lang, l, signature.Form{Kind: string(signature.Organisation)}, nil)
	if err != nil {
		return nil, err
	}
	if p.Until, err = s.promised(ctx, lang, l); err != nil {
		return nil, err
	}
	out, err := s.render("sign", p)
	if err != nil {
		return nil, err
	}
	d, err := newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
	if err != nil {
		return nil, err
	}
	return d, s.leaveFormHole(d, out, lang, l)
}

// leaveFormHole makes the place of the form's token a hole, so that the page is
// kept and each reader still gets a token of their own time.
func (s *Site) leaveFormHole(d *drawn, page []byte, lang string, l *letter.Letter) error {
	text, _ := l.Text(lang)
	fill := func() (string, error) { return s.signing.FormToken(l, text, false) }
	sample, err := fill()
	if err != nil {
		return err
	}
	d.hole, err = newHole(page, `<input type="hidden" name="form" value="`, len(sample), fill)
	if d.hole != nil {
		d.gzip, d.plain = body{}, body{}
	}
	return err
}

func (s *Site) newSignPage(lang string, l *letter.Letter, form signature.Form, problems signature.Problems) (*signPage, error) {
	text, ok := l.Text(lang)
	if !ok {
		return nil, letter.ErrNotFound
	}
	description, err := describe(text)
	if err != nil {
		return nil, err
	}
	p := &signPage{
		page:   s.newLetterPage(lang, l, "/sign", locale.T(lang, "sign.title", "title", text.Title), description),
		fields: fields{lang, form, problems, l.SealedRecipients != ""},
		Letter: refTo(lang, l, text), Tally: newTally(lang, l, s.now()),
		Action: letterPath(lang, l) + "/sign", Kept: keptLine(lang), Sealing: l.SealedRecipients != "",
	}
	p.Paused = !l.PausedAt.IsZero()
	p.Tally.SignHref = "" // the reader is there
	p.Problems = p.summary()
	if text.Lang != lang {
		p.OtherLang = locale.T(lang, "sign.other_language", "language", locale.NameIn(lang, text.Lang))
	}
	if l.SignableAt(s.now()) != nil {
		p.Closed = locale.T(lang, "sign.closed", "state", stateName(lang, l.State))
		if p.Tally.Deadline != "" && s.now().After(l.Deadline) {
			p.Closed = p.Tally.Deadline
		}
	}
	return p, nil
}

// sign takes the form: the signature is on disk before the answer. What was
// typed comes back with any problem, and when the store is busy.
func (s *Site) sign(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	form := signatureForm(r)
	form.Network = s.network(r)
	slug := r.PathValue("letter")
	if form.ByLink = strings.HasPrefix(slug, letter.LinkMark); form.ByLink {
		l, err := s.letterAt(ctx, slug)
		if err != nil {
			return err
		}
		slug = l.Slug
	}
	signed, err := s.signing.Sign(ctx, slug, lang, form)
	if err == nil {
		s.cameByInvitation(ctx, r.PostForm.Get("invitation"), signed.WaitToken)
		http.Redirect(w, r, letterPath(lang, signed.Letter)+"/sent/"+signed.WaitToken, http.StatusSeeOther)
		return nil
	}
	var problems signature.Problems
	status, notice := http.StatusUnprocessableEntity, problem{}
	errors.As(err, &problems)
	switch {
	case errors.Is(err, signature.ErrTextChanged):
		status, notice = http.StatusConflict, problem{"/" + lang + "/letters/" + r.PathValue("letter"), locale.T(lang, "problem.text_changed")}
	case errors.Is(err, signature.ErrFormOld):
		status, notice = http.StatusConflict, problem{Text: locale.T(lang, "problem.form_old")}
	case problems != nil:
	case errors.Is(err, letter.ErrState):
		status = http.StatusOK
	case errors.Is(err, store.ErrBusy):
		status, notice = http.StatusServiceUnavailable, problem{Text: locale.T(lang, "problem.busy")}
		w.Header().Set("Retry-After", "2")
	case errors.Is(err, store.ErrUnavailable):
		status, notice = http.StatusServiceUnavailable, problem{Text: locale.T(lang, "problem.unavailable")}
		w.Header().Set("Retry-After", "120")
	case errors.Is(err, store.ErrUnknownOutcome):
		status, notice = http.StatusServiceUnavailable, problem{Text: locale.T(lang, "problem.unknown_outcome")}
		w.Header().Set("Retry-After", "2")
	default:
		return err
	}
	return s.signAgain(ctx, w, r, lang, status, form, notice, problems)
}

// signAgain shows the form with everything that was typed, and a fresh token.
func (s *Site) signAgain(ctx context.Context, w http.ResponseWriter, r *http.Request, lang string, status int, form signature.Form, notice problem, problems signature.Problems) error {
	l, err := s.letterAt(ctx, r.PathValue("letter"))
	if err != nil {
		return err
	}
	p, err := s.newSignPage(lang, l, form, problems)
	if err != nil {
		return err
	}
	if p.Until, err = s.promised(ctx, lang, l); err != nil {
		return err
	}
	if notice.Text != "" {
		p.Problems = append([]problem{notice}, p.Problems...)
	}
	p.Invitation = r.PostForm.Get("invitation")
	text, _ := l.Text(lang)
	if p.Token, err = s.signing.FormToken(l, text, true); err != nil {
		return err
	}
	return s.draw(w, status, "sign", p)
}
