package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pliego/internal/account"
	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// recordActs are what can be done on the list, and who may.
var recordActs = map[string]account.Act{
	"show": account.KeepRecord, "back": account.KeepRecord, "drop": account.KeepRecord, "publish": account.ConfirmRecord,
	"confirm": account.KeepRecord, "refuse": account.KeepRecord,
}

// deskRecordAct shows drafts to their addressees, takes them back, drops or
// publishes them, and decides about contests.
func (s *Site) deskRecordAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug := r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	act, list := r.PostForm.Get("act"), r.PostForm["draft"]
	needs, ok := recordActs[act]
	switch {
	case !ok:
		return errBadRequest
	case !d.may(needs):
		return account.ErrForbidden
	}
	var done error
	switch act {
	case "confirm", "refuse":
		done = s.decideContest(ctx, d, l, r.PostForm.Get("contest"), act == "confirm")
		list = []string{r.PostForm.Get("contest")}
	default:
		if len(list) == 0 || len(list) > 10*recordPage {
			done = followup.ErrDraftUnknown
		}
		for _, ref := range list {
			if done = s.actOnDraft(ctx, d, l, ref, act); done != nil {
				break
			}
		}
	}
	why := draftFault(d.lang(), done)
	if done != nil && why == "" {
		return done
	}
	if why != "" {
		p, err := s.newDeskRecordPage(ctx, d, slug, url.Values{})
		if err != nil {
			return err
		}
		p.Problems = []problem{{Text: why}}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_record", p)
	}
	if len(list) == 1 && (act == "show" || act == "back") {
		id, _, _ := strings.Cut(list[0], ":")
		http.Redirect(w, r, deskLetterPath(slug)+"/record/drafts/"+id+"?done="+act, http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, r, deskLetterPath(slug)+"/record?done="+act, http.StatusSeeOther)
	return nil
}

// actOnDraft does one thing to one draft, named by its ID and the revision that
// the reader saw.
func (s *Site) actOnDraft(ctx context.Context, d *desk, l *letter.Letter, ref, act string) error {
	id, revision, _ := strings.Cut(ref, ":")
	x, err := s.store.DraftByID(ctx, l.ID, id)
	if err != nil {
		return err
	}
	if strconv.Itoa(x.Revision) != revision {
		return followup.ErrChanged
	}
	switch act {
	case "show":
		err = s.store.ShowDraft(ctx, x, s.now())
	case "back":
		err = s.store.TakeBackDraft(ctx, x)
	case "drop":
		err = s.store.DropDraft(ctx, x, d.person.ID, s.now())
	default:
		err = s.publishDraft(ctx, d, l, x)
	}
	if err != nil {
		return err
	}
	return s.accounts.Note(ctx, d.person.ID, "record."+act, x.ID, l.Slug, "", x.Item.ID)
}

func (s *Site) publishDraft(ctx context.Context, d *desk, l *letter.Letter, x *followup.Draft) error {
	alone, err := s.store.AloneAtRecord(ctx, d.person.ID)
	if err != nil {
		return err
	}
	now := s.now()
	item, err := x.Publish(d.person.ID, alone, now)
	if err != nil {
		return err
	}
	return s.store.PublishDraft(ctx, l.Slug, x, item, d.person.ID, now)
}

// draftFault says why a draft or a contest was left as it was, or "" when that is
// not it.
func draftFault(lang string, err error) string {
	switch {
	case errors.Is(err, followup.ErrSamePerson):
		return locale.T(lang, "record.same_person")
	case errors.Is(err, followup.ErrTooEarly):
		return locale.T(lang, "record.too_early")
	case errors.Is(err, followup.ErrNotShown):
		return locale.T(lang, "record.not_shown")
	case errors.Is(err, followup.ErrChanged), errors.Is(err, followup.ErrDraftUnknown), errors.Is(err, followup.ErrContestUnknown), errors.Is(err, followup.ErrUnknown), errors.Is(err, followup.ErrContest):
		return locale.T(lang, "record.changed")
	}
	return ""
}

// decideContest shows a contest beside its item, or leaves it.
func (s *Site) decideContest(ctx context.Context, d *desk, l *letter.Letter, id string, show bool) error {
	waiting, err := s.store.Contests(ctx, l.ID)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(waiting, func(x *followup.Filed) bool { return x.ID == id })
	if n < 0 {
		return followup.ErrContestUnknown
	}
	var shown *followup.Item
	act := "contest.refuse"
	if show {
		record, err := s.store.RecordOf(ctx, l.ID)
		if err != nil {
			return err
		}
		if shown, err = record.Contested(waiting[n].Item, waiting[n].Contest, d.person.ID); err != nil {
			return err
		}
		act = "contest.show"
	}
	if err := s.store.DecideContest(ctx, l.ID, l.Slug, id, shown, s.now()); err != nil {
		return err
	}
	return s.accounts.Note(ctx, d.person.ID, act, id, l.Slug, "", waiting[n].Item)
}
