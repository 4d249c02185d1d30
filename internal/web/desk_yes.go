package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
)

type deskYesPage struct {
	page
	Slug         string
	Tabs         []link
	Action       string
	Kind         string
	Fields       []field
	Private      []field
	How          []field
	Mail         bool
	Problems     []problem
	EvidenceLost bool // a file was sent with a form that was refused
}

// deskYes is the form for a yes that came by e-mail, phone or paper.
func (s *Site) deskYes(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug := r.PathValue("letter")
	if _, err := s.store.LetterBySlug(ctx, slug); err != nil {
		return err
	}
	p := s.newDeskYesPage(d, slug, url.Values{"kind": {string(signature.Organisation)}, "received": {s.now().UTC().Format(time.DateOnly)}, "mail": {"1"}}, nil)
	return s.draw(w, http.StatusOK, "desk_yes", p)
}

func (s *Site) newDeskYesPage(d *desk, slug string, form url.Values, problems signature.Problems) *deskYesPage {
	lang := d.lang()
	p := &deskYesPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "desk.yes_title", "letter", slug)), Slug: slug,
		Tabs: s.deskTabs(d, slug, "/yes"), Action: deskLetterPath(slug) + "/yes", Kind: form.Get("kind"), Mail: form.Get("mail") == "1",
	}
	make := func(name string, most int, optional bool) field {
		f := field{ID: "field-" + name, Name: name, Type: "text", Max: most, Optional: optional, Value: form.Get(name), Label: fieldLabel(lang, name)}
		if code := problems.Of(name); code != "" {
			f.Why = problemText(lang, name, code)
		}
		return f
	}
	country := make("country", 0, false)
	country.Options = []option{{"", locale.T(lang, "form.choose_country")}, {signature.NoCountry, locale.T(lang, "form.no_country")}}
	for _, c := range place.List(lang) {
		country.Options = append(country.Options, option{c.Alpha2, c.Name(lang)})
	}
	p.Fields = []field{make("name", signature.MaxName, false), make("acronym", signature.MaxAcronym, true), country,
		make("website", signature.MaxWebsite, true), make("role", signature.MaxSigner, true), make("affiliation", signature.MaxSigner, true)}
	language := make("language", 0, true)
	language.Options = []option{{"", locale.T(lang, "desk.as_letter")}}
	for _, x := range locale.Languages {
		language.Options = append(language.Options, option{x, locale.Name(x)})
	}
	p.Private = []field{make("signer_name", signature.MaxSigner, true), make("signer_role", signature.MaxSigner, true), make("email", signature.MaxEmail, true), language}
	p.How = yesHow(lang, form, problems)
	note := make("note", signature.MaxYesNote, true)
	note.Hint = locale.T(lang, "desk.yes_note_hint")
	p.How = append(p.How, note)
	for _, x := range problems {
		p.Problems = append(p.Problems, problem{"#field-" + x.Field, locale.T(lang, "problem.field", "field", fieldLabel(lang, x.Field), "problem", problemText(lang, x.Field, x.Code))})
	}
	return p
}

// yesHow are the fields that say how and when a yes came.
func yesHow(lang string, form url.Values, problems signature.Problems) []field {
	channel := field{ID: "field-channel", Name: "channel", Label: fieldLabel(lang, "channel"), Class: "narrow", Value: form.Get("channel"),
		Options: []option{{"", locale.T(lang, "desk.choose_channel")}}}
	for _, x := range signature.Channels {
		channel.Options = append(channel.Options, option{x, channelName(lang, x)})
	}
	received := field{ID: "field-received", Name: "received", Type: "date", Max: 10, Class: "narrow", Optional: true, Label: fieldLabel(lang, "received"), Value: form.Get("received")}
	for _, f := range []*field{&channel, &received} {
		if code := problems.Of(f.Name); code != "" {
			f.Why = problemText(lang, f.Name, code)
		}
	}
	return []field{channel, received}
}

// deskYesAct records the yes.
func (s *Site) deskYesAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug := r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	name, content, err := broughtFile(r, "")
	form := r.PostForm
	again := func(problems signature.Problems, more ...problem) error {
		p := s.newDeskYesPage(d, slug, form, problems)
		p.Problems, p.EvidenceLost = append(p.Problems, more...), len(content) > 0
		return s.draw(w, http.StatusUnprocessableEntity, "desk_yes", p)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return again(nil, problem{"#file", locale.T(d.lang(), "desk.file_too_large", "mb", maxDeskFile>>20)})
	case err != nil:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	}
	y := signature.Yes{
		Form: signature.Form{Kind: form.Get("kind"), Name: form.Get("name"), Acronym: form.Get("acronym"), Country: form.Get("country"), Website: form.Get("website"),
			SignerName: form.Get("signer_name"), SignerRole: form.Get("signer_role"), Email: form.Get("email")},
		Role: form.Get("role"), Affiliation: form.Get("affiliation"), Lang: form.Get("language"),
		Received: form.Get("received"), Channel: form.Get("channel"), Note: form.Get("note"),
	}
	var evidence *signature.Evidence
	if len(content) > 0 {
		evidence = &signature.Evidence{Name: fileName(name), Bytes: content}
	}
	if err := s.accounts.Note(ctx, d.person.ID, "signature.given", l.ID, slug, "", "1"); err != nil {
		return err
	}
	out, err := s.signing.Given(ctx, s.store, slug, []signature.Yes{y}, evidence, form.Get("mail") == "1", false)
	if why := givenProblem(d.lang(), err); why != "" {
		return again(nil, problem{Text: why})
	}
	if err != nil {
		return err
	}
	if o := out[0]; !o.Recorded {
		var more []problem
		if o.Twin != "" {
			more = append(more, problem{"#field-name", locale.T(d.lang(), "desk.twin", "name", o.Twin)})
		}
		if o.Taken {
			more = append(more, problem{"#field-email", locale.T(d.lang(), "desk.address_taken")})
		}
		return again(o.Problems, more...)
	}
	http.Redirect(w, r, deskLetterPath(slug)+"/signatories?done=recorded&n=1", http.StatusSeeOther)
	return nil
}
