package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

const deskAnswerPattern = "/desk/letters/{letter}/answers"

type deskAnswersPage struct {
	page
	Slug     string
	Tabs     []link
	Action   string
	Can      bool
	Done     string
	Problems []problem
	Waiting  []deskAnswer
	Offices  []deskAnswerOffice
	Form     answerForm
	Choices  []field
	Open     bool
}

type deskAnswer struct {
	Who words
	answerView
}

type deskAnswerOffice struct {
	Key    string
	Name   words
	Link   string // shown after it was asked for
	Silent bool   // "no reply" may be recorded
	Due    string
	Past   []answerView
}

// deskAnswers shows what addressees answered, and what waits to be confirmed.
func (s *Site) deskAnswers(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newDeskAnswersPage(ctx, d, r.PathValue("letter"), nil)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("done") != "" {
		p.Done = locale.T(d.lang(), "agenda.taken")
	}
	return s.draw(w, http.StatusOK, "desk_answers", p)
}

func (s *Site) newDeskAnswersPage(ctx context.Context, d *desk, slug string, typed url.Values) (*deskAnswersPage, error) {
	lang := d.lang()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	text, ok := l.Text(lang)
	p := &deskAnswersPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "reply.desk")+" · "+slug), Slug: slug, Tabs: s.deskTabs(d, slug, "/answers"), Action: deskLetterPath(slug) + "/answers",
		Can: ok && l.State.Public() && len(l.Addressees) > 0, Form: s.newAnswerForm(lang, text, typed), Open: typed != nil,
	}
	list, err := s.store.Answers(ctx, l.ID, "")
	if err != nil {
		return nil, err
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	deliveries, err := s.letters.Store.Deliveries(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	who := field{ID: "field-addressee", Name: "addressee", Label: locale.T(lang, "reply.who"), Value: typed.Get("addressee")}
	for _, a := range l.Addressees {
		o := deskAnswerOffice{Key: a.Key}
		o.Name.Text, o.Name.Lang = addresseeName(lang, a)
		who.Options = append(who.Options, option{a.Key, o.Name.Text})
		due, _, proven := provenDue(deliveries, a.Key)
		if _, err := followup.Silent(record, a.Key, allAskKeys(l), proven, due, s.base, "x", d.person.ID, s.now()); err == nil {
			o.Silent = true
		}
		if day, err := time.Parse(time.DateOnly, due); err == nil {
			o.Due = locale.Date(lang, day)
		}
		for _, x := range list {
			if x.Addressee != a.Key {
				continue
			}
			if v := s.answerView(lang, l, x); v.Waits {
				p.Waiting = append(p.Waiting, deskAnswer{o.Name, v})
			} else {
				o.Past = append(o.Past, v)
			}
		}
		p.Offices = append(p.Offices, o)
	}
	p.Choices = []field{
		who,
		{ID: "field-government", Name: "government", Label: locale.T(lang, "reply.government"), Type: "text", Value: typed.Get("government"), Max: followup.MaxTitle, Optional: true},
		{ID: "field-confirmed", Name: "confirmed", Label: locale.T(lang, "reply.confirmed"), Hint: locale.T(lang, "reply.confirmed_hint"), Type: "text", Value: typed.Get("confirmed"), Max: followup.MaxTitle},
	}
	return p, nil
}

// provenDue is the day by which an answer of an addressee was due, by the delivery
// that is proven and was due first.
func provenDue(list []letter.Delivery, addressee string) (due, id string, proven bool) {
	for _, x := range list {
		if x.Addressee == addressee && !x.TakenDown && x.Proven() && x.DueOn != "" && (due == "" || x.DueOn < due) {
			due, id, proven = x.DueOn, x.ID, true
		}
	}
	return due, id, proven
}

// deskAnswerAct shows or renews a link, confirms or refuses what came, records an
// answer as it came, or that none did.
func (s *Site) deskAnswerAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug := r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	x, file, bad := s.answerTyped(r, l, "")
	form := r.PostForm
	key, act := form.Get("addressee"), form.Get("act")
	if _, ok := l.Addressee(key); !ok && act != "confirm" && act != "refuse" || !l.State.Public() {
		return errBadRequest
	}
	var link string
	done := error(nil)
	switch act {
	case "link", "renew":
		link, done = s.answerLink(ctx, d, l, key, act == "renew")
	case "silent":
		done = s.recordSilence(ctx, d, l, key)
	case "confirm", "refuse":
		done = s.decideAnswer(ctx, d, l, form.Get("id"), oneLine(form.Get("confirmed")), act == "confirm")
	case "record":
		if done = bad; done == nil {
			if x.Addressee = key; x.Confirmed == "" {
				done = followup.ErrReply
			} else if done = s.store.KeepAnswer(ctx, x, file); done == nil {
				done = s.decideAnswer(ctx, d, l, x.ID, x.Confirmed, true)
			}
		}
	default:
		return errBadRequest
	}
	why := replyFault(d.lang(), done)
	if done != nil && why == "" {
		return done
	}
	if done == nil {
		if err := s.accounts.Note(ctx, d.person.ID, "answer."+act, key+form.Get("id"), slug, "", ""); err != nil {
			return err
		}
	}
	if why == "" && link == "" {
		http.Redirect(w, r, deskLetterPath(slug)+"/answers?done="+act, http.StatusSeeOther)
		return nil
	}
	typed := form
	if act != "record" {
		typed = nil
	}
	p, err := s.newDeskAnswersPage(ctx, d, slug, typed)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if why != "" {
		p.Problems, status = []problem{{Text: why}}, http.StatusUnprocessableEntity
	}
	for n := range p.Offices {
		if p.Offices[n].Key == key {
			p.Offices[n].Link = link
		}
	}
	return s.draw(w, status, "desk_answers", p)
}

// answerLink is the link that is an addressee's own.
func (s *Site) answerLink(ctx context.Context, d *desk, l *letter.Letter, key string, renew bool) (string, error) {
	id, generation, err := s.store.AnswerLink(ctx, l.ID, key, renew)
	if err != nil {
		return "", err
	}
	token, err := s.signing.Vault.Token(tokenAnswer, id, generation)
	return s.base + "/" + d.lang() + "/answer/" + token, err
}

func (s *Site) recordSilence(ctx context.Context, d *desk, l *letter.Letter, key string) error {
	record, err := s.store.RecordOf(ctx, l.ID)
	if err != nil {
		return err
	}
	deliveries, err := s.letters.Store.Deliveries(ctx, l.ID)
	if err != nil {
		return err
	}
	due, id, proven := provenDue(deliveries, key)
	items, err := followup.Silent(record, key, allAskKeys(l), proven, due, s.base+letterPath(l.OriginalLang, l)+"/delivery", l.Slug+"/silence/"+id, d.person.ID, s.now())
	if err != nil {
		return err
	}
	return s.store.AppendRecord(ctx, l.ID, l.Slug, items, s.now())
}

// decideAnswer publishes an answer that waits, or refuses it. One that another came
// before is a further version of that.
func (s *Site) decideAnswer(ctx context.Context, d *desk, l *letter.Letter, id, how string, publish bool) error {
	list, err := s.store.Answers(ctx, l.ID, "")
	if err != nil {
		return err
	}
	n := slices.IndexFunc(list, func(x *followup.Reply) bool { return x.ID == id && x.DecidedAt.IsZero() })
	if n < 0 {
		return followup.ErrReplyUnknown
	}
	x := list[n]
	if !publish {
		x.Confirmed = how
		return s.store.DecideAnswer(ctx, x, false, s.now())
	}
	if how == "" {
		return followup.ErrReply
	}
	x.Confirmed, x.Item = how, l.Slug+"/answers/"+x.ID
	for _, before := range list {
		if before.Addressee == x.Addressee && before.Published {
			x.Item = before.Item // the first that was published gives the name
			break
		}
	}
	record, err := s.store.RecordOf(ctx, l.ID)
	if err != nil {
		return err
	}
	has := map[string]*followup.Item{}
	for _, i := range record.Newest() {
		has[i.ID] = i
	}
	page := s.base + letterPath(l.OriginalLang, l) + "/answers/" + x.Item[strings.LastIndexByte(x.Item, '/')+1:]
	// Versions that are there beyond those of published answers were written before a
	// crash: they are this answer's already.
	versions := 0
	for _, before := range list {
		if before.Published && before.Item == x.Item {
			versions++
		}
	}
	if old := has[x.Item]; old == nil || old.Version <= versions {
		if err := s.store.AppendRecord(ctx, l.ID, l.Slug, x.Items(x.Item, page, d.person.ID, allAskKeys(l), has), s.now()); err != nil {
			return err
		}
	}
	if err := s.store.DecideAnswer(ctx, x, true, s.now()); err != nil {
		return err
	}
	if x.Elsewhere == "" {
		return nil
	}
	a, _ := l.Addressee(x.Addressee)
	err = s.addOffice(ctx, d, l, url.Values{"office": {x.Elsewhere}, "country": {a.Country}})
	if err == letter.ErrAddresseeTaken || err == errOffice {
		return nil // it is there already, or its name is no office's: the coordinator adds it
	}
	return err
}
