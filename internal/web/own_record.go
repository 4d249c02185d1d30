package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

// opinionSources is how many sources the form of an opinion takes.
const opinionSources = 2

type ownRecordPage struct {
	page
	Letter   letterRef
	Back     string
	Action   string
	Filters  []field
	Chosen   bool
	Cell     link
	CellLang string
	Judges   bool // it is an organisation
	Now      string
	Opinion  []field
	Sources  []sourceForm
	Contest  *contestForm
	Items    []contestable
	Problems []problem
	Done     string
}

// judge is the signature of a link, when it stands and is not sealed: what a sealed
// one did would be a trace of it.
func (s *Site) judge(ctx context.Context, r *http.Request) (*signature.View, error) {
	v, err := s.proposer(ctx, r)
	if err != nil {
		return nil, err
	}
	if !judges(v) {
		return nil, errNotFound
	}
	return v, nil
}

// judges tells whether a signatory may contest the record of its letter.
func judges(v *signature.View) bool {
	return !v.Signature.Sealed() && !v.Signature.Leaving() && v.Letter.State.Public() && len(v.Letter.Addressees) > 0
}

// ownRecord is where a signatory judges cells itself, and contests items.
func (s *Site) ownRecord(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	v, err := s.judge(ctx, r)
	if err != nil {
		return err
	}
	p, err := s.newOwnRecordPage(ctx, lang, r.PathValue("token"), v, r.URL.Query(), nil)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("done") {
	case "opinion":
		p.Done = locale.T(lang, "opinion.kept")
	case "contest":
		p.Done = locale.T(lang, "contest.filed")
	}
	return s.draw(w, http.StatusOK, "own_record", p)
}

func (s *Site) newOwnRecordPage(ctx context.Context, lang, token string, v *signature.View, typed url.Values, faults recordFaults) (*ownRecordPage, error) {
	l, rest := v.Letter, "/signature/"+token+"/record"
	addressee, ask := typed.Get("addressee"), typed.Get("ask")
	asks := []option{{"", "—"}}
	for _, a := range recordAsks(lang, l) {
		asks = append(asks, option{a.Key, a.Label.Text})
	}
	p := &ownRecordPage{
		page: s.newPrivatePage(lang, locale.T(lang, "opinion.title")), Letter: refTo(lang, l, v.Text), Back: "/" + lang + "/signature/" + token, Action: "/" + lang + rest,
		Judges: v.Signature.Kind == signature.Organisation, Problems: faults.problems(),
		Filters: []field{
			{ID: "cell-addressee", Name: "addressee", Label: locale.T(lang, "reply.who_about"), Value: addressee, Options: append([]option{{"", "—"}}, officeOptions(lang, l)...)},
			{ID: "cell-ask", Name: "ask", Label: locale.T(lang, "agenda.ask"), Value: ask, Options: asks},
		},
	}
	p.switchAt(rest)
	office, ok := l.Addressee(addressee)
	title, known := askTitles(lang, l)[ask]
	if !ok || !known {
		return p, nil
	}
	name, _ := addresseeName(lang, office)
	p.Chosen, p.CellLang = true, title.Lang
	p.Cell = link{Href: letterPath(lang, l) + "/follow-up/" + addressee + "/" + ask, Label: locale.T(lang, "cell.title", "addressee", name, "ask", title.Text)}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	here := p.Action + "?" + url.Values{"addressee": {addressee}, "ask": {ask}}.Encode() + "&"
	p.Items, p.Contest = contestables(lang, l, record, here, typed, func(i *followup.Item) bool { return i.Addressee == addressee && i.About(ask) })
	if !p.Judges {
		return p, nil
	}
	own, err := s.store.Opinions(ctx, l.ID, addressee, ask, v.Signature.ID, s.now())
	if err != nil {
		return nil, err
	}
	if len(own) > 0 {
		p.Now = locale.T(lang, "opinion.yours", "value", locale.Named(lang, wording.Values, own[0].Item.Value), "date", locale.Date(lang, own[0].At))
		if typed.Get("act") != "opinion" {
			for name, value := range typedOf(lang, own[0].Item) {
				if name != "addressee" && name != "asks" {
					typed[name] = value
				}
			}
		}
	}
	p.fillOpinion(lang, typed, faults)
	return p, nil
}

// fillOpinion makes the form of an opinion.
func (p *ownRecordPage) fillOpinion(lang string, typed url.Values, faults recordFaults) {
	f := recordForms{lang, typed, faults}
	values := []option{{"", "—"}}
	for _, x := range followup.Values[followup.TrackEvidenced][1:] {
		values = append(values, option{string(followup.TrackEvidenced) + "/" + string(x), locale.Named(lang, wording.Values, x)})
	}
	judged := f.choice("verdict", locale.T(lang, "opinion.verdict"), values...)
	judged.Hint = locale.T(lang, "record.verdict_hint", "n", followup.RubricVersion)
	looked := f.area("looked", locale.T(lang, "record.looked"), true)
	looked.Hint = locale.T(lang, "record.looked_hint")
	p.Opinion = []field{judged, looked}
	for n := range opinionSources {
		source := f.source(n)
		source.Fields, source.Copies = source.Fields[:6], false // all but whether it was read
		p.Sources = append(p.Sources, source)
	}
}

// ownRecordAct keeps an opinion, or what a signatory contests.
func (s *Site) ownRecordAct(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	v, err := s.judge(ctx, r)
	if err != nil {
		return err
	}
	form, act := r.PostForm, r.PostForm.Get("act")
	var faults recordFaults
	switch act {
	case "opinion":
		if v.Signature.Kind != signature.Organisation {
			return errNotFound
		}
		faults, err = s.fileOpinion(ctx, v, lang, form)
	case "contest":
		addressee, ask := form.Get("addressee"), form.Get("ask")
		err = s.fileContest(ctx, v.Letter, &followup.Filed{Contest: followup.Contest{By: followup.BySignatory, Number: v.Signature.Number}, SignatureID: v.Signature.ID}, lang, form,
			func(i *followup.Item) bool { return i.Addressee == addressee && i.About(ask) })
	default:
		return errBadRequest
	}
	why := saidFault(lang, err)
	if errors.Is(err, followup.ErrManyOpinions) {
		why = locale.T(lang, "opinion.many")
	}
	if err != nil && why == "" {
		return err
	}
	if len(faults) > 0 || why != "" {
		p, err := s.newOwnRecordPage(ctx, lang, r.PathValue("token"), v, form, faults)
		if err != nil {
			return err
		}
		if why != "" {
			p.Problems = append(p.Problems, problem{Text: why})
		}
		return s.draw(w, http.StatusUnprocessableEntity, "own_record", p)
	}
	back := url.Values{"addressee": {form.Get("addressee")}, "ask": {form.Get("ask")}, "done": {act}}
	http.Redirect(w, r, "/"+lang+"/signature/"+r.PathValue("token")+"/record?"+back.Encode(), http.StatusSeeOther)
	return nil
}

// fileOpinion keeps what a signatory judges, by the rules of every verdict.
func (s *Site) fileOpinion(ctx context.Context, v *signature.View, lang string, form url.Values) (recordFaults, error) {
	form.Set("asks", form.Get("ask"))
	form.Set("date", string(todayIs(s.now())))
	item, faults := itemTyped(lang, v.Letter, followup.Assessment, false, form)
	if item.Track != followup.TrackEvidenced && faults["verdict"] == "" {
		faults["verdict"] = locale.T(lang, "problem.not_a_choice")
	}
	item.Title, item.Summary, item.Note, item.Reason = nil, nil, "", ""
	item.Citations = item.Citations[:min(len(item.Citations), opinionSources)]
	for n := range item.Citations {
		c := &item.Citations[n]
		c.Confidence, c.Archived, c.SHA256 = followup.Seen, "", ""
	}
	if len(faults) > 0 {
		return faults, nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	return nil, s.store.FileOpinion(ctx, &followup.Opinion{ID: id.String(), LetterID: v.Letter.ID, SignatureID: v.Signature.ID, At: s.now(), Item: item})
}
