package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// tokenAnswer is the purpose of an addressee's link.
const tokenAnswer = "answer"

// answerPattern is the address of an addressee's page.
const answerPattern = "/{lang}/answer/{token}"

type answerForm struct {
	Asks   []answerAsk
	Fields []field
	File   bool // one was sent with a form that was refused
}

type answerAsk struct {
	Key    string
	Title  words
	Value  string
	Values []option
}

type answerPage struct {
	page
	Letter    letterRef
	Addressee words
	Action    string
	Form      answerForm
	Problems  []problem
	Done      string
	Earlier   []answerView
}

// answerView is an answer put into words.
type answerView struct {
	ID       string
	When     string
	State    string
	Waits    bool
	Text     words
	Facts    []fact
	File     string // its name
	FileHref string
	FileHash string
}

// addressed finds whose a link is.
func (s *Site) addressed(ctx context.Context, r *http.Request) (*letter.Letter, letter.Addressee, error) {
	id, generation, err := s.signing.Vault.ParseToken(tokenAnswer, r.PathValue("token"))
	if err != nil {
		return nil, letter.Addressee{}, errNotFound
	}
	letterID, key, err := s.store.AnswerLinkOf(ctx, id, generation)
	if errors.Is(err, followup.ErrReplyUnknown) {
		return nil, letter.Addressee{}, errNotFound
	}
	if err != nil {
		return nil, letter.Addressee{}, err
	}
	l, err := public(s.store.LetterByID(ctx, letterID))
	if err != nil {
		return nil, letter.Addressee{}, err
	}
	a, ok := l.Addressee(key)
	if !ok {
		return nil, a, errNotFound
	}
	return l, a, nil
}

// answerPage shows an addressee what it is asked, and the form to answer.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, a, err := s.addressed(ctx, r)
	if err != nil {
		return err
	}
	p, err := s.newAnswerPage(ctx, lang, r.PathValue("token"), l, a, nil)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("done") {
		p.Done = locale.T(lang, "reply.done")
	}
	return s.draw(w, http.StatusOK, "answer", p)
}

func (s *Site) newAnswerPage(ctx context.Context, lang, token string, l *letter.Letter, a letter.Addressee, typed url.Values) (*answerPage, error) {
	text, ok := l.Text(lang)
	if !ok {
		return nil, errNotFound
	}
	rest := "/answer/" + token
	p := &answerPage{page: s.newPrivatePage(lang, locale.T(lang, "reply.title")), Letter: refTo(lang, l, text), Action: "/" + lang + rest, Form: s.newAnswerForm(lang, text, typed)}
	p.Addressee.Text, p.Addressee.Lang = a.OfficeIn(lang)
	p.switchAt(rest)
	list, err := s.store.Answers(ctx, l.ID, a.Key)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		if x.ByLink || x.Published {
			p.Earlier = append(p.Earlier, s.answerView(lang, l, x))
		}
	}
	return p, nil
}

// newAnswerForm is the form of an answer, as it was typed.
func (s *Site) newAnswerForm(lang string, text letter.Text, typed url.Values) answerForm {
	var f answerForm
	for _, a := range text.Asks {
		row := answerAsk{Key: a.Key, Title: words{a.Title, text.Lang}, Value: typed.Get("on_" + a.Key), Values: []option{{"", locale.T(lang, "reply.unsaid")}}}
		for _, v := range followup.ReplyValues {
			if v != followup.Referred {
				row.Values = append(row.Values, option{string(v), locale.Named(lang, wording.Values, v)})
			}
		}
		f.Asks = append(f.Asks, row)
	}
	language := field{ID: "field-lang", Name: "lang", Label: locale.T(lang, "reply.lang"), Value: typed.Get("lang")}
	if language.Value == "" {
		language.Value = lang
	}
	for _, x := range locale.Languages {
		language.Options = append(language.Options, option{x, locale.Name(x)})
	}
	date := typed.Get("date")
	if typed == nil {
		date = s.now().UTC().Format(time.DateOnly)
	}
	line := func(name, key string) field {
		return field{ID: "field-" + name, Name: name, Label: locale.T(lang, key), Type: "text", Value: typed.Get(name), Max: followup.MaxTitle, Optional: true}
	}
	f.Fields = []field{
		{ID: "field-text", Name: "text", Label: locale.T(lang, "reply.text"), Value: typed.Get("text"), Rows: 10, Max: followup.MaxReply, Optional: true},
		language, line("office", "reply.office"), line("reference", "reply.reference"),
		{ID: "field-date", Name: "date", Label: locale.T(lang, "reply.date"), Type: "date", Value: date, Max: 10},
		line("elsewhere", "reply.elsewhere"),
	}
	return f
}

// answerTyped reads an answer out of a form, with the file that came along.
func (s *Site) answerTyped(r *http.Request, l *letter.Letter, addressee string) (*followup.Reply, []byte, error) {
	name, content, err := broughtFile(r, "")
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, nil, letter.ErrReceipt
		}
		return nil, nil, fmt.Errorf("%w: %w", errBadRequest, err)
	}
	form := r.PostForm
	id, err := uuid.NewV7()
	if err != nil {
		return nil, nil, err
	}
	x := &followup.Reply{
		ID: id.String(), LetterID: l.ID, Addressee: addressee, CreatedAt: s.now(), Lang: form.Get("lang"), Text: strings.TrimSpace(strings.ReplaceAll(form.Get("text"), "\r\n", "\n")),
		Office: oneLine(form.Get("office")), Government: oneLine(form.Get("government")), Reference: oneLine(form.Get("reference")), Date: followup.Date(strings.TrimSpace(form.Get("date"))),
		Elsewhere: oneLine(form.Get("elsewhere")), Confirmed: oneLine(form.Get("confirmed")),
	}
	if !locale.Known(x.Lang) {
		x.Lang = ""
	}
	for _, ask := range allAskKeys(l) {
		if v := form.Get("on_" + ask); v != "" {
			if x.On == nil {
				x.On = map[string]followup.Value{}
			}
			x.On[ask] = followup.Value(v)
		}
	}
	if len(content) > 0 {
		file, err := letter.NewReceipt(fileName(name), content)
		if err != nil {
			return nil, nil, err
		}
		x.FileName, x.FileHash, content = file.Name, file.Hash(), file.Bytes
	}
	return x, content, x.Check(allAskKeys(l), s.now())
}

// allAskKeys are the keys of what a letter asks, in any of its languages.
func allAskKeys(l *letter.Letter) (keys []string) {
	for _, t := range l.Texts {
		for _, a := range t.Asks {
			if !slices.Contains(keys, a.Key) {
				keys = append(keys, a.Key)
			}
		}
	}
	return keys
}

// answerAct keeps an answer until a coordinator has confirmed where it came from.
func (s *Site) answerAct(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, a, err := s.addressed(ctx, r)
	if err != nil {
		return err
	}
	x, file, err := s.answerTyped(r, l, a.Key)
	if err == nil {
		x.ByLink, x.Confirmed = true, ""
		err = s.store.KeepAnswer(ctx, x, file)
	}
	why := replyFault(lang, err)
	if err != nil && why == "" {
		return err
	}
	if why != "" {
		p, err := s.newAnswerPage(ctx, lang, r.PathValue("token"), l, a, r.PostForm)
		if err != nil {
			return err
		}
		p.Problems, p.Form.File = []problem{{Text: why}}, r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0
		return s.draw(w, http.StatusUnprocessableEntity, "answer", p)
	}
	http.Redirect(w, r, "/"+lang+"/answer/"+r.PathValue("token")+"?done", http.StatusSeeOther)
	return nil
}

// replyFault says what is wrong with an answer, or "" when that is not it.
func replyFault(lang string, err error) string {
	switch {
	case errors.Is(err, letter.ErrReceipt):
		return locale.T(lang, "reply.bad_file")
	case errors.Is(err, followup.ErrReply):
		return locale.T(lang, "reply.wrong")
	case errors.Is(err, followup.ErrReplyUnknown), errors.Is(err, followup.ErrChanged):
		return locale.T(lang, "agenda.changed")
	case errors.Is(err, followup.ErrNoReplyYet):
		return locale.T(lang, "reply.not_silent")
	}
	return ""
}

// answerView puts an answer into words.
func (s *Site) answerView(lang string, l *letter.Letter, x *followup.Reply) answerView {
	v := answerView{ID: x.ID, When: wording.Date(lang, x.Date), Waits: x.DecidedAt.IsZero(), Text: words{x.Text, x.Lang}, File: x.FileName, FileHash: x.FileHash}
	switch {
	case v.Waits:
		v.State = locale.T(lang, "reply.waits")
	case x.Published:
		v.State = locale.T(lang, "reply.published", "date", locale.Date(lang, x.DecidedAt))
		v.FileHref = letterPath(lang, l) + "/answers/" + x.ID + "/file"
	default:
		v.State = locale.T(lang, "reply.refused")
	}
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, fact{Label: locale.T(lang, key), Value: value})
		}
	}
	add("reply.office", x.Office)
	add("reply.government", x.Government)
	add("reply.reference", x.Reference)
	add("reply.elsewhere", x.Elsewhere)
	add("reply.confirmed", x.Confirmed)
	if text, ok := l.Text(lang); ok {
		for _, a := range text.Asks {
			if on := x.On[a.Key]; on != "" {
				v.Facts = append(v.Facts, fact{Label: a.Title, Value: locale.Named(lang, wording.Values, on)})
			}
		}
	}
	return v
}

type answersPage struct {
	page
	Letter   letterRef
	Who      link
	WhoLang  string
	Versions []answerView // the newest first
}

// answered shows an answer as it was given, with what was answered before it.
func (s *Site) answered(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	list, err := s.store.Answers(ctx, l.ID, "")
	if err != nil {
		return nil, err
	}
	stands, err := s.standing(ctx, l)
	if err != nil {
		return nil, err
	}
	root := r.PathValue("answer")
	p := answersPage{Letter: refTo(lang, l, text)}
	for _, x := range slices.Backward(list) {
		if x.Published && x.Item == l.Slug+"/answers/"+root && stands[x.Item] {
			a, _ := l.Addressee(x.Addressee)
			name, in := addresseeName(lang, a)
			p.Who, p.WhoLang = link{Href: letterPath(lang, l) + "/addressees/" + a.Key, Label: name}, in
			p.Versions = append(p.Versions, s.answerView(lang, l, x))
		}
	}
	if len(p.Versions) == 0 {
		return nil, errNotFound
	}
	p.page = s.newLetterPage(lang, l, "/answers/"+root, locale.T(lang, "reply.of", "who", p.Who.Label), locale.T(lang, "reply.as_given"))
	out, err := s.render("answered", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// standing are the items of a letter's record that were not taken down.
func (s *Site) standing(ctx context.Context, l *letter.Letter) (map[string]bool, error) {
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, i := range record.Newest() {
		ids[i.ID] = true
	}
	return ids, nil
}

// answeredFile hands out the file that came with an answer that is published.
func (s *Site) answeredFile(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, _, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return err
	}
	list, err := s.store.Answers(ctx, l.ID, "")
	if err != nil {
		return err
	}
	stands, err := s.standing(ctx, l)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.ID == r.PathValue("answer") && x.Published && x.FileHash != "" && stands[x.Item] {
			content, err := s.store.AnswerFile(ctx, l.ID, x.ID)
			if err != nil {
				return err
			}
			return handOut(w, x.FileName, content)
		}
	}
	return errNotFound
}
