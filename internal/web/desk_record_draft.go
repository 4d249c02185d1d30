package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"pliego/internal/account"
	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

type deskDraftPage struct {
	page
	Slug     string
	Tabs     []link
	Action   string
	Ref      string
	Heading  words
	Facts    []string
	State    string
	Told     storyItem
	Reason   string
	Done     string
	Rule     string // what has to happen before it is public
	Link     string // of the addressee, once it can see it
	Edit     string
	CanShow  bool
	CanBack  bool
	CanDrop  bool
	CanTake  bool // it can be published, by the reader, now
	TakeHint string
}

// deskRecordDraft shows a draft as it would be public, and what can be done with it.
func (s *Site) deskRecordDraft(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lang, slug := d.lang(), r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	x, err := s.store.DraftByID(ctx, l.ID, r.PathValue("draft"))
	if err != nil {
		return recordGone(err)
	}
	base := deskLetterPath(slug) + "/record"
	p := &deskDraftPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "record.draft")+" · "+slug), Slug: slug, Tabs: s.deskTabs(d, slug, "/record"), Action: base,
		Ref: x.ID + ":" + strconv.Itoa(x.Revision), Reason: x.Item.Reason,
	}
	p.Heading, p.Facts = itemLine(lang, l, askTitles(lang, l), x.Item)
	p.Told = s.draftTold(lang, l, x, true)
	ready := false
	p.State, ready = s.draftState(lang, x)
	if r.URL.Query().Get("done") != "" {
		p.Done = locale.T(lang, "agenda.taken")
	}
	if x.DecidedAt.IsZero() {
		keeps := d.may(account.KeepRecord)
		p.CanShow, p.CanBack, p.CanDrop = keeps && x.State == followup.DraftWritten, keeps && x.State == followup.DraftShown, keeps
		if p.CanShow && slices.Contains(recordKinds, x.Item.Kind) {
			p.Edit = base + "/edit?draft=" + x.ID
		}
		alone, err := s.store.AloneAtRecord(ctx, d.person.ID)
		if err != nil {
			return err
		}
		own := x.EnteredBy == d.person.ID
		p.CanTake = ready && (!own || alone)
		switch {
		case own && alone:
			p.Rule = locale.T(lang, "record.rule_alone")
		case own:
			p.Rule = locale.T(lang, "record.rule_other")
		default:
			p.Rule = locale.T(lang, "record.rule_second")
		}
		if followup.Wait(x.Item) > 0 {
			p.Rule += " " + locale.T(lang, "record.rule_preview")
		}
		if keeps && x.State == followup.DraftShown {
			if p.Link, err = s.answerLink(ctx, d, l, x.Item.Addressee, false); err != nil {
				return err
			}
			p.Link += "/record"
		}
	}
	return s.draw(w, http.StatusOK, "desk_record_draft", p)
}

// draftTold tells a draft as it would be public. Copies that it cites are not public
// yet: the desk has them at an address of its own.
func (s *Site) draftTold(lang string, l *letter.Letter, x *followup.Draft, desk bool) storyItem {
	shown := *x.Item
	shown.RecordedAt = s.now()
	shown.Citations = slices.Clone(x.Item.Citations)
	for n := range shown.Citations {
		if c := &shown.Citations[n]; c.SHA256 != "" && c.Archived == s.copyAddress(l, c.SHA256) {
			c.Archived = ""
			if desk {
				c.Archived = deskLetterPath(l.Slug) + "/record/copies/" + c.SHA256
			}
		}
	}
	told := tell(lang, &shown, nil)
	told.Notes = slices.DeleteFunc(told.Notes, func(n string) bool { return n == locale.T(lang, "cell.no_second") })
	return told
}
