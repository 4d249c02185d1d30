package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

type answerRecordPage struct {
	page
	Letter    letterRef
	Addressee words
	Back      string
	Action    string
	Done      string
	Problems  []problem
	Drafts    []previewed
	Contest   *contestForm
	Items     []contestable
}

// previewed is a draft as its addressee sees it.
type previewed struct {
	ID, Revision string
	Asks         []words
	Told         storyItem
	Heading      words
	Public       string // when it can be public
	Corrects     string
	Reply        field
}

// contestable is a public item in a list of what can be contested.
type contestable struct {
	Title words
	Facts []string
	Href  string // of the form
}

// contestForm is the form by which an item is contested.
type contestForm struct {
	Item   string
	Title  words
	Facts  []string
	Told   storyItem
	Fields []field
}

// answerRecord shows an addressee what is going to be public about it, with the
// right of reply, and what is public, to be contested.
func (s *Site) answerRecord(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, a, err := s.addressed(ctx, r)
	if err != nil {
		return err
	}
	p, err := s.newAnswerRecordPage(ctx, lang, r.PathValue("token"), l, a, url.Values{"item": {r.URL.Query().Get("item")}})
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("done") {
	case "reply":
		p.Done = locale.T(lang, "record.replied")
	case "contest":
		p.Done = locale.T(lang, "contest.filed")
	}
	return s.draw(w, http.StatusOK, "answer_record", p)
}

func (s *Site) newAnswerRecordPage(ctx context.Context, lang, token string, l *letter.Letter, a letter.Addressee, typed url.Values) (*answerRecordPage, error) {
	text, ok := l.Text(lang)
	if !ok {
		return nil, errNotFound
	}
	rest := "/answer/" + token + "/record"
	p := &answerRecordPage{page: s.newPrivatePage(lang, locale.T(lang, "record.of_you")), Letter: refTo(lang, l, text), Back: "/" + lang + "/answer/" + token, Action: "/" + lang + rest}
	p.Addressee.Text, p.Addressee.Lang = a.OfficeIn(lang)
	p.switchAt(rest)
	drafts, err := s.store.Drafts(ctx, l.ID, a.Key)
	if err != nil {
		return nil, err
	}
	titles := askTitles(lang, l)
	for _, x := range drafts {
		p.Drafts = append(p.Drafts, s.newPreviewed(lang, l, titles, x, typed))
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	p.Items, p.Contest = contestables(lang, l, record, p.Action+"?", typed, func(i *followup.Item) bool { return i.Addressee == a.Key })
	return p, nil
}

func (s *Site) newPreviewed(lang string, l *letter.Letter, titles map[string]words, x *followup.Draft, typed url.Values) previewed {
	v := previewed{ID: x.ID, Revision: strconv.Itoa(x.Revision), Told: s.draftTold(lang, l, x, false), Public: locale.T(lang, "record.public_from", "date", locale.Date(lang, x.Ready()))}
	v.Heading, _ = itemLine(lang, l, titles, x.Item)
	if x.Item.Version > 1 {
		v.Corrects = locale.T(lang, "record.corrects_public", "reason", x.Item.Reason)
	}
	for _, key := range x.Item.Asks {
		if t, ok := titles[key]; ok {
			v.Asks = append(v.Asks, t)
		}
	}
	v.Reply = field{ID: "reply-" + x.ID, Name: "text", Label: locale.T(lang, "record.reply"), Hint: locale.T(lang, "record.reply_hint"), Rows: 4, Max: followup.MaxSummary}
	if x.Item.Reply != nil {
		v.Reply.Value = x.Item.Reply.Text
	}
	if typed.Get("draft") == x.ID {
		v.Reply.Value = typed.Get("text")
	}
	return v
}

// contestables are the newest public items that fit, with the form of the one that
// was chosen; path is what its address begins with.
func contestables(lang string, l *letter.Letter, record followup.Record, path string, typed url.Values, fits func(*followup.Item) bool) (list []contestable, form *contestForm) {
	titles := askTitles(lang, l)
	items := record.Newest()
	slices.Reverse(items)
	for _, i := range items {
		if !fits(i) {
			continue
		}
		row := contestable{Href: path + "item=" + url.QueryEscape(i.ID) + "#contest"}
		row.Title, row.Facts = itemLine(lang, l, titles, i)
		if i.ID == typed.Get("item") {
			form = &contestForm{Item: i.ID, Title: row.Title, Facts: row.Facts, Told: tell(lang, i, nil), Fields: []field{
				{ID: "contest-text", Name: "text", Label: locale.T(lang, "contest.text"), Rows: 5, Max: followup.MaxSummary, Value: typed.Get("text")},
				{ID: "contest-source", Name: "source", Label: locale.T(lang, "contest.source"), Hint: locale.T(lang, "contest.source_hint"), Type: "text", InputMode: "url", Plain: true, Max: followup.MaxAddress, Value: typed.Get("source")},
			}}
		}
		list = append(list, row)
	}
	return list, form
}

// answerRecordAct keeps an addressee's reply to a draft, or what it contests.
func (s *Site) answerRecordAct(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	l, a, err := s.addressed(ctx, r)
	if err != nil {
		return err
	}
	form, act := r.PostForm, r.PostForm.Get("act")
	switch act {
	case "reply":
		err = s.replyToDraft(ctx, l, a.Key, lang, form)
	case "contest":
		err = s.fileContest(ctx, l, &followup.Filed{Contest: followup.Contest{By: followup.ByAddressee}, Addressee: a.Key}, lang, form, func(i *followup.Item) bool { return i.Addressee == a.Key })
	default:
		return errBadRequest
	}
	if why := saidFault(lang, err); why != "" {
		p, err := s.newAnswerRecordPage(ctx, lang, r.PathValue("token"), l, a, form)
		if err != nil {
			return err
		}
		p.Problems = []problem{{Text: why}}
		return s.draw(w, http.StatusUnprocessableEntity, "answer_record", p)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/"+lang+"/answer/"+r.PathValue("token")+"/record?done="+act, http.StatusSeeOther)
	return nil
}

// saidFault says what is wrong with a reply or a contest, or "" when that is not it.
func saidFault(lang string, err error) string {
	switch {
	case errors.Is(err, followup.ErrReplyEmpty):
		return locale.T(lang, "record.reply_empty")
	case errors.Is(err, followup.ErrContest):
		return locale.T(lang, "contest.wrong")
	case errors.Is(err, followup.ErrChanged), errors.Is(err, followup.ErrDraftUnknown), errors.Is(err, followup.ErrUnknown):
		return locale.T(lang, "agenda.changed")
	}
	return ""
}

func (s *Site) replyToDraft(ctx context.Context, l *letter.Letter, addressee, lang string, form url.Values) error {
	x, err := s.store.DraftByID(ctx, l.ID, form.Get("draft"))
	if err != nil {
		return err
	}
	if x.Item.Addressee != addressee || x.State != followup.DraftShown {
		return followup.ErrDraftUnknown
	}
	if strconv.Itoa(x.Revision) != form.Get("revision") {
		return followup.ErrChanged
	}
	said := &followup.Said{Text: unixLines(form.Get("text")), Lang: lang, On: todayIs(s.now())}
	if err := said.Check(); err != nil {
		return err
	}
	x.Item.Reply = said
	return s.store.ReplyToDraft(ctx, x)
}

// fileContest keeps what somebody from outside the desk contests.
func (s *Site) fileContest(ctx context.Context, l *letter.Letter, f *followup.Filed, lang string, form url.Values, fits func(*followup.Item) bool) error {
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(record.Newest(), func(i *followup.Item) bool { return i.ID == form.Get("item") && fits(i) }) {
		return followup.ErrUnknown
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	f.ID, f.LetterID, f.Item, f.CreatedAt = id.String(), l.ID, form.Get("item"), s.now()
	f.On, f.Text, f.Lang, f.Source = todayIs(s.now()), unixLines(form.Get("text")), lang, strings.TrimSpace(form.Get("source"))
	if err := f.Check(); err != nil {
		return err
	}
	return s.store.FileContest(ctx, f)
}
