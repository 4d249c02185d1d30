package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/store"
)

const deskRecordEditPattern = "/desk/letters/{letter}/record/edit"

type deskRecordEditPage struct {
	page
	Slug     string
	Tabs     []link
	Action   string
	Heading  string
	Hint     string
	Form     recordForm
	Kind     string
	Item     string // ID of what is corrected
	Draft    string // ID of the draft that is written on
	Revision string
	Problems []problem
	Back     string
}

// editing is what a form of the record is about.
type editing struct {
	letter *letter.Letter
	kind   followup.Kind
	before *followup.Item  // what is on record and is corrected
	draft  *followup.Draft // that is written on
}

// editingOf finds what a form is about by its address, or by what was posted.
func (s *Site) editingOf(ctx context.Context, r *http.Request, form url.Values) (*editing, error) {
	l, err := s.store.LetterBySlug(ctx, r.PathValue("letter"))
	if err != nil {
		return nil, err
	}
	e := &editing{letter: l, kind: followup.Kind(form.Get("kind"))}
	item := form.Get("item")
	if id := form.Get("draft"); id != "" {
		if e.draft, err = s.store.DraftByID(ctx, l.ID, id); err != nil {
			return nil, err
		}
		e.kind, item = e.draft.Item.Kind, e.draft.Item.ID
	}
	if item != "" {
		record, err := s.store.RecordOf(ctx, l.ID)
		if err != nil {
			return nil, err
		}
		for _, i := range record.Newest() {
			if i.ID == item {
				e.before, e.kind = i, i.Kind
			}
		}
		if e.before == nil && e.draft == nil {
			return nil, followup.ErrUnknown
		}
	}
	if e.kind == "" {
		e.kind = followup.Assessment
	}
	if !slices.Contains(recordKinds, e.kind) || !l.State.Public() || len(l.Addressees) == 0 {
		return nil, errNotFound
	}
	return e, nil
}

// deskRecordEdit is the form of an item: new, corrected, or still a draft.
func (s *Site) deskRecordEdit(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	e, err := s.editingOf(ctx, r, r.URL.Query())
	if err != nil {
		return recordGone(err)
	}
	q := r.URL.Query()
	typed := url.Values{"date": {string(todayIs(s.now()))}, "addressee": {q.Get("addressee")}, "asks": q["ask"], "original_language": {d.lang()}}
	switch {
	case e.draft != nil:
		typed = typedOf(d.lang(), e.draft.Item)
	case e.before != nil:
		typed = typedOf(d.lang(), e.before)
		typed.Del("reason")
	}
	return s.draw(w, http.StatusOK, "desk_record_edit", s.newRecordEditPage(d, e, typed, nil))
}

func (s *Site) newRecordEditPage(d *desk, e *editing, typed url.Values, faults recordFaults) *deskRecordEditPage {
	lang, slug := d.lang(), e.letter.Slug
	p := &deskRecordEditPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "record.heading")+" · "+slug), Slug: slug, Tabs: s.deskTabs(d, slug, "/record"), Action: deskLetterPath(slug) + "/record/edit",
		Heading: locale.Named(lang, recordKindNames, e.kind), Kind: string(e.kind), Form: newRecordForm(lang, e.letter, e.kind, e.before != nil, typed, faults), Problems: faults.problems(),
		Back: deskLetterPath(slug) + "/record", Hint: locale.T(lang, "record.edit_hint"),
	}
	if e.before != nil {
		p.Item, p.Hint = e.before.ID, locale.T(lang, "record.correct_hint")
	}
	if e.draft != nil {
		p.Draft, p.Revision, p.Back = e.draft.ID, strconv.Itoa(e.draft.Revision), p.Back+"/drafts/"+e.draft.ID
		if r := typed.Get("revision"); r != "" {
			p.Revision = r
		}
	}
	return p
}

// recordGone makes what is not on record, or no draft any more, a page that is not
// there.
func recordGone(err error) error {
	if errors.Is(err, followup.ErrDraftUnknown) || errors.Is(err, followup.ErrUnknown) {
		return errNotFound
	}
	return err
}

// deskRecordSave keeps what was typed as a draft. Nothing of it is public.
func (s *Site) deskRecordSave(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := r.ParseMultipartForm(maxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return errBadRequest
	}
	form := r.PostForm
	e, err := s.editingOf(ctx, r, form)
	if err != nil {
		return recordGone(err)
	}
	copies, err := s.takeCopies(ctx, r, d.lang(), e.letter)
	if err != nil {
		return err
	}
	item, faults := itemTyped(d.lang(), e.letter, e.kind, e.before != nil, form)
	for name, why := range copies {
		faults[name] = why
	}
	if e.before != nil && form.Get("take_down") == "1" {
		item, faults = takenDown(d.lang(), e.before, oneLine(form.Get("reason")))
	}
	again := func() error {
		return s.draw(w, http.StatusUnprocessableEntity, "desk_record_edit", s.newRecordEditPage(d, e, form, faults))
	}
	if len(faults) > 0 {
		return again()
	}
	id, err := s.keepDraft(ctx, d, e, item, form.Get("revision"))
	switch {
	case errors.Is(err, followup.ErrChanged):
		faults["addressee"] = locale.T(d.lang(), "agenda.changed")
		return again()
	case errors.Is(err, store.ErrManyDrafts):
		faults["addressee"] = locale.T(d.lang(), "record.many")
		return again()
	case err != nil:
		return err
	}
	if err := s.accounts.Note(ctx, d.person.ID, "record.write", id, e.letter.Slug, "", item.Addressee); err != nil {
		return err
	}
	http.Redirect(w, r, deskLetterPath(e.letter.Slug)+"/record/drafts/"+id+"?done=write", http.StatusSeeOther)
	return nil
}

// takenDown is the version that leaves a stub of an item; the draft says of what.
func takenDown(lang string, before *followup.Item, reason string) (*followup.Item, recordFaults) {
	if reason == "" {
		return nil, recordFaults{"reason": locale.T(lang, "problem.missing")}
	}
	item := *before
	item.Reason, item.TakenDown = reason, true
	return &item, recordFaults{}
}

// keepDraft keeps an item as a new draft, or puts it in the place of what one held.
func (s *Site) keepDraft(ctx context.Context, d *desk, e *editing, item *followup.Item, revision string) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	item.Version, item.ID = 1, e.letter.Slug+"/record/"+id.String()
	if e.draft != nil {
		item.ID = e.draft.Item.ID
	}
	if e.before != nil {
		item.Version, item.ID = e.before.Version+1, e.before.ID
		if !item.TakenDown {
			item.Carry(e.before)
		}
		item.Reply = nil // it spoke of the version before, which keeps it
	}
	if e.draft == nil {
		draft := &followup.Draft{ID: id.String(), LetterID: e.letter.ID, Item: item, EnteredBy: d.person.ID, CreatedAt: s.now()}
		return draft.ID, s.store.AddDrafts(ctx, []*followup.Draft{draft})
	}
	if strconv.Itoa(e.draft.Revision) != revision {
		return "", followup.ErrChanged
	}
	item.Reply = e.draft.Item.Reply
	e.draft.Item, e.draft.EnteredBy = item, d.person.ID
	return e.draft.ID, s.store.RewriteDraft(ctx, e.draft)
}

// takeCopies keeps the archived copies that came with a form, and puts their hashes
// and addresses into it, so that they are not lost with a form that is refused.
func (s *Site) takeCopies(ctx context.Context, r *http.Request, lang string, l *letter.Letter) (recordFaults, error) {
	faults := recordFaults{}
	if r.MultipartForm == nil {
		return faults, nil
	}
	for n := range followup.MaxCitations {
		at := "_" + strconv.Itoa(n)
		heads := r.MultipartForm.File["copy"+at]
		if len(heads) == 0 || heads[0].Size == 0 {
			continue
		}
		f, err := heads[0].Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(io.LimitReader(f, letter.MaxReceipt+1))
		if errClose := f.Close(); err == nil {
			err = errClose
		}
		if err != nil {
			return nil, err
		}
		file, err := letter.NewReceipt(fileName(heads[0].Filename), content)
		if errors.Is(err, letter.ErrReceipt) {
			faults["copy"+at] = locale.T(lang, "reply.bad_file")
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := s.store.KeepCopy(ctx, l.ID, file.Hash(), file.Name, file.Bytes, s.now()); err != nil {
			return nil, err
		}
		r.PostForm.Set("sha256"+at, file.Hash())
		r.PostForm.Set("copy_name"+at, file.Name)
		r.PostForm.Set("archived"+at, s.copyAddress(l, file.Hash()))
	}
	return faults, nil
}

// copyAddress is where an archived copy can be had once an item that cites it is
// public.
func (s *Site) copyAddress(l *letter.Letter, hash string) string {
	return s.base + letterPath(l.OriginalLang, l) + "/copies/" + hash
}

// recordCopy hands out an archived copy that the record cites.
func (s *Site) recordCopy(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, _, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return err
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return err
	}
	hash := r.PathValue("hash")
	for _, i := range record.Newest() {
		for _, c := range i.Citations {
			if c.SHA256 == hash && c.Archived == s.copyAddress(l, hash) {
				return s.handCopy(ctx, w, l, hash)
			}
		}
	}
	return errNotFound
}

// deskRecordCopy hands out a copy at the desk, cited or not.
func (s *Site) deskRecordCopy(ctx context.Context, w http.ResponseWriter, r *http.Request, _ *desk) error {
	l, err := s.store.LetterBySlug(ctx, r.PathValue("letter"))
	if err != nil {
		return err
	}
	return s.handCopy(ctx, w, l, r.PathValue("hash"))
}

func (s *Site) handCopy(ctx context.Context, w http.ResponseWriter, l *letter.Letter, hash string) error {
	name, content, err := s.store.CopyOf(ctx, l.ID, hash)
	if err != nil {
		return recordGone(err)
	}
	return handOut(w, name, content)
}
