package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"pliego/internal/letter"
	"pliego/internal/letter/reading"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/store"
)

// deskKeeps is how long a file is kept that was read and not stored.
const deskKeeps = 7 * 24 * time.Hour

// maxDeskFile bounds a file that is brought to the desk.
const maxDeskFile = 10 << 20

type deskNewPage struct {
	page
	Slug, TitleField, LangField field
	Pasted                      string
	Problems                    []problem
}

// deskNew offers the ways in which a letter begins: from a file, pasted, or
// written anew.
func (s *Site) deskNew(_ context.Context, w http.ResponseWriter, _ *http.Request, d *desk) error {
	return s.draw(w, http.StatusOK, "desk_new", s.newDeskNewPage(d))
}

func (s *Site) newDeskNewPage(d *desk) *deskNewPage {
	lang := d.lang()
	return &deskNewPage{
		page:       s.newDeskPage(d, "/desk/", locale.T(lang, "desk.new_letter")),
		Slug:       slugField(lang, ""),
		TitleField: field{ID: "title", Name: "title", Type: "text", Max: letter.MaxTitle, Label: locale.T(lang, "desk.title_field")},
		LangField:  langField(lang, lang),
	}
}

func slugField(lang, value string) field {
	return field{ID: "slug", Name: "slug", Type: "text", Max: 64, Plain: true, Value: value,
		Label: locale.T(lang, "desk.slug"), Hint: locale.T(lang, "desk.slug_hint")}
}

func langField(lang, value string) field {
	f := field{ID: "lang", Name: "lang", Label: locale.T(lang, "desk.text_language"), Class: "narrow", Value: value}
	if !locale.Known(value) {
		f.Options = []option{{"", locale.T(lang, "desk.choose_language")}}
	}
	for _, x := range locale.Languages {
		f.Options = append(f.Options, option{x, locale.Name(x)})
	}
	return f
}

// deskCreate begins a letter with a title alone.
func (s *Site) deskCreate(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lang := d.lang()
	p := s.newDeskNewPage(d)
	p.Slug.Value, p.TitleField.Value, p.LangField.Value = strings.TrimSpace(r.PostForm.Get("slug")), oneLine(r.PostForm.Get("title")), r.PostForm.Get("lang")
	if !locale.Known(p.LangField.Value) {
		p.LangField.Why = locale.T(lang, "problem.not_a_choice")
		p.Problems = append(p.Problems, problem{"#lang", locale.T(lang, "problem.field", "field", p.LangField.Label, "problem", p.LangField.Why)})
	}
	if p.TitleField.Value == "" {
		p.TitleField.Why = locale.T(lang, "problem.missing")
		p.Problems = append(p.Problems, problem{"#title", locale.T(lang, "problem.field", "field", p.TitleField.Label, "problem", p.TitleField.Why)})
	}
	if letter.CheckSlug(p.Slug.Value) != nil {
		p.Slug.Why = locale.T(lang, "desk.bad_slug")
		p.Problems = append(p.Problems, problem{"#slug", locale.T(lang, "problem.field", "field", p.Slug.Label, "problem", p.Slug.Why)})
	}
	if len(p.Problems) > 0 {
		return s.draw(w, http.StatusUnprocessableEntity, "desk_new", p)
	}
	err := s.begin(ctx, d, &letter.Letter{Slug: p.Slug.Value, State: letter.Draft, OriginalLang: p.LangField.Value},
		letter.Text{Lang: p.LangField.Value, Kind: letter.FullText, Title: p.TitleField.Value})
	switch {
	case errors.Is(err, letter.ErrSlugTaken):
		p.Slug.Why = locale.T(lang, "desk.slug_taken")
	case errors.Is(err, letter.ErrTooMuch):
		p.TitleField.Why = locale.T(lang, "problem.too_long", "max", letter.MaxTitle)
	case err != nil:
		return err
	default:
		http.Redirect(w, r, deskLetterPath(p.Slug.Value)+"/text/"+p.LangField.Value, http.StatusSeeOther)
		return nil
	}
	p.Problems = []problem{{"#slug", p.Slug.Why + p.TitleField.Why}}
	return s.draw(w, http.StatusUnprocessableEntity, "desk_new", p)
}

// begin stores a new letter with a text that is still written.
func (s *Site) begin(ctx context.Context, d *desk, l *letter.Letter, t letter.Text) error {
	if err := s.accounts.Note(ctx, d.person.ID, "letter.create", "", l.Slug, "", string(l.State)); err != nil {
		return err
	}
	if err := s.letters.Create(ctx, l); err != nil {
		return err
	}
	return s.letters.Save(ctx, l.Slug, t, 0, true)
}

// readLetter is a letter as it was read, kept until it is stored.
type readLetter struct {
	Name                                      string
	Title, Lang, Date, Publisher, AddressedTo string
	Body                                      string
	Asks                                      []reading.Ask
	Signatories                               []reading.Signatory
	Doubts                                    []readDoubt
	Source                                    []reading.Line
}

type readDoubt struct {
	Line  int
	Kind  string
	About []string
	Said  string
}

// deskRead reads a file that was brought or pasted, and leads to what was
// understood of it.
func (s *Site) deskRead(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lang := d.lang()
	p := s.newDeskNewPage(d)
	name, content, err := broughtFile(r, "pasted")
	p.Pasted = r.PostForm.Get("pasted")
	refuse := func(why string) error {
		p.Problems = []problem{{"#file", why}}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_new", p)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refuse(locale.T(lang, "desk.file_too_large", "mb", maxDeskFile>>20))
	case err != nil:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	case len(content) == 0:
		return refuse(locale.T(lang, "desk.no_file"))
	}
	read, err := reading.Read(name, strings.NewReader(string(content)))
	switch {
	case errors.Is(err, reading.ErrEmpty):
		return refuse(locale.T(lang, "desk.file_empty"))
	case errors.Is(err, reading.ErrTooLarge):
		return refuse(locale.T(lang, "desk.file_too_large", "mb", maxDeskFile>>20))
	case errors.Is(err, reading.ErrDamaged):
		return refuse(locale.T(lang, "desk.file_damaged"))
	case err != nil:
		return refuse(locale.T(lang, "desk.file_unknown"))
	}
	kept := readLetter{
		Name: name, Title: read.Title, Lang: read.Language, Date: read.Date, Publisher: read.Publisher, AddressedTo: read.AddressedTo,
		Body: read.Body, Asks: read.Asks, Signatories: read.Signatories, Source: read.Source,
	}
	for i := range kept.Signatories {
		kept.Signatories[i].Name = kept.Signatories[i].FullName()
	}
	for _, x := range read.Warnings {
		kept.Doubts = append(kept.Doubts, readDoubt{x.Line, x.Kind, x.About, x.Message})
	}
	id, err := s.keepFile(ctx, d, store.DeskLetter, "", kept)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/desk/read/"+id, http.StatusSeeOther)
	return nil
}

// broughtFile gives the file of a form or, when none was chosen, what was pasted
// into a field.
func broughtFile(r *http.Request, pasted string) (name string, content []byte, err error) {
	if err := r.ParseMultipartForm(maxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return "", nil, err
	}
	f, head, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", []byte(r.PostForm.Get(pasted)), nil
	}
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	if content, err = io.ReadAll(io.LimitReader(f, maxDeskFile+1)); err != nil {
		return "", nil, err
	}
	if len(content) > maxDeskFile {
		return "", nil, &http.MaxBytesError{Limit: maxDeskFile}
	}
	if len(content) == 0 { // a browser sends an empty file for none
		return "", []byte(r.PostForm.Get(pasted)), nil
	}
	return head.Filename, content, nil
}

// keepFile seals what was read under a new ID, and forgets what was left behind
// long ago.
func (s *Site) keepFile(ctx context.Context, d *desk, kind, letterID string, what any) (string, error) {
	b, err := json.Marshal(what)
	if err != nil {
		return "", fmt.Errorf("write what was read: %w", err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make a file's id: %w", err)
	}
	now := s.now()
	if err := s.store.DropDeskFiles(ctx, now.Add(-deskKeeps)); err != nil {
		return "", err
	}
	return id.String(), s.store.AddDeskFile(ctx, store.DeskFile{
		ID: id.String(), Kind: kind, LetterID: letterID, PersonID: d.person.ID, Sealed: s.signing.Vault.Seal(id.String(), b), CreatedAt: now,
	})
}

// keptFile opens a file that was kept.
func (s *Site) keptFile(ctx context.Context, id, kind string, into any) (store.DeskFile, error) {
	f, err := s.store.DeskFile(ctx, id, kind)
	if err != nil {
		return f, err
	}
	b, err := s.signing.Vault.Open(f.ID, f.Sealed)
	if err != nil {
		return f, fmt.Errorf("open file %s of the desk: %w", f.ID, err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return f, fmt.Errorf("read file %s of the desk: %w", f.ID, err)
	}
	return f, nil
}

// suggestSlug makes a slug of a title and the year of its date.
func suggestSlug(title, date string) string {
	slug := letter.AskKey(place.Fold(title), 1, map[string]bool{})
	if len(date) >= 4 && len(slug)+5 <= 64 {
		slug += "-" + date[:4]
	}
	return slug
}
