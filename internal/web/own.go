package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/signature/registry"
	"pliego/internal/signature/review"
)

type ownPage struct {
	page
	Letter      letterRef
	Heading     string
	Done        string
	Notice      string // where the signature stands, when that needs words
	Why         []string
	Note        string // from the coalition, of a signature that was refused
	Reach       string // how to reach the coalition about that
	Waiting     string // for its number
	Receipt     string // address of what proves it; "" when there is nothing yet
	Problems    []problem
	Facts       []fact
	Address     string     // what becomes of the address, when a day was promised
	Newer       *newerText // the text has a newer version
	Live        bool       // it stands, waits or was refused, so it can be withdrawn
	Listed      bool       // it is in the log: withdrawing leaves a gap
	CanCorrect  bool
	CorrectOpen bool
	Fields      []field
	Action      string
	Sealed      bool
	CanPropose  bool // something for the letter's agenda
	CanJudge    bool // it may judge cells and contest items
	CanSeal     bool // it is public, and the letter offers to seal it
	SealNot     bool // it is public, and the letter does not
	Proof       *proofView
}

// own is the signer's own page: the receipt, and the ways to change it.
func (s *Site) own(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	v, err := s.signing.Own(ctx, r.PathValue("token"))
	if err != nil {
		return err
	}
	p, err := s.fullOwnPage(ctx, lang, r.PathValue("token"), v)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	switch state := v.Signature.State; {
	case query.Has("new") && (state == signature.Standing || state == signature.Waiting):
		p.Done = locale.T(lang, "own.thanks")
	case query.Has("corrected") && state == signature.Standing:
		p.Done = locale.T(lang, "own.corrected")
	case query.Has("proven") && !v.Signature.ProvenAt.IsZero():
		p.Done = locale.T(lang, "own.proven")
	case query.Has("consented") && state == signature.Standing:
		p.Done = locale.T(lang, "own.consented")
	case query.Has("ended") && (state == signature.Withdrawn || v.Signature.Leaving()):
		p.Done = locale.T(lang, "own.withdrawn_done")
	case query.Has("ended") && state == signature.Disowned:
		p.Done = locale.T(lang, "own.disowned_done")
	}
	return s.draw(w, http.StatusOK, "own", p)
}

// fullOwnPage is the own page with all that the store adds to it.
func (s *Site) fullOwnPage(ctx context.Context, lang, token string, v *signature.View) (p *ownPage, err error) {
	p = s.newOwnPage(lang, token, v, v.Signature.Public, nil)
	if state := v.Signature.State; state == signature.Waiting || state == signature.Refused || state == signature.Contested {
		if err := s.explain(ctx, p, lang, v.Signature); err != nil {
			return nil, err
		}
	}
	if p.Live {
		p.Address, err = s.addressLine(ctx, lang, v)
	}
	return p, err
}

// explain says why a signature waits or was refused, and how to reach a person.
func (s *Site) explain(ctx context.Context, p *ownPage, lang string, sig *signature.Signature) error {
	doubts, note, err := s.signing.Why(ctx, sig)
	if err != nil {
		return err
	}
	for _, d := range doubts {
		p.Why = append(p.Why, review.Words(lang, d.Rule))
	}
	if note != "" {
		p.Note = locale.T(lang, "own.refused_note", "note", note)
	}
	switch {
	case s.contact != "":
		p.Reach = locale.T(lang, "own.reach", "contact", s.contact)
	case !sig.Sealed(): // else no message was sent that could be answered
		p.Reach = locale.T(lang, "own.reach_reply")
	}
	return nil
}

func (s *Site) newOwnPage(lang, token string, v *signature.View, typed signature.Public, problems signature.Problems) *ownPage {
	sig, rest := v.Signature, "/signature/"+token
	p := &ownPage{
		page: s.newPrivatePage(lang, locale.T(lang, "own.title")), Letter: refTo(lang, v.Letter, v.Text), Action: "/" + lang + rest,
		Live: sig.State.Confirmed(), Listed: sig.State == signature.Standing || sig.State == signature.Contested, CanCorrect: sig.State == signature.Standing, CorrectOpen: len(problems) > 0,
	}
	p.switchAt(rest)
	switch {
	case sig.State.Ended() || sig.Leaving():
		p.Heading = locale.T(lang, "own.heading_withdrawn")
	case sig.State == signature.Waiting && sig.Sealed():
		p.Heading, p.Notice = locale.T(lang, "own.heading_waiting"), locale.T(lang, "own.waiting_sealed")
	case sig.State == signature.Waiting:
		p.Heading, p.Notice = locale.T(lang, "own.heading_waiting"), locale.T(lang, "own.waiting")
	case sig.State == signature.Refused:
		p.Heading, p.Notice = locale.T(lang, "own.heading_refused"), locale.T(lang, "own.refused")
	case sig.State == signature.Contested:
		p.Heading, p.Notice = locale.T(lang, "own.heading_contested"), locale.T(lang, "own.contested", "date", locale.Date(lang, sig.SetAsideAt))
	case sig.State == signature.Unconfirmed:
		p.Heading = locale.T(lang, "own.heading_pending")
	case sig.Number > 0:
		p.Receipt = p.Action + "/receipt"
		p.Heading = locale.T(lang, "own.heading_number", "number", sig.Number)
	case sig.Sealed():
		p.Heading, p.Waiting = locale.T(lang, "own.heading"), locale.T(lang, "own.numbering_sealed")
	default:
		p.Heading, p.Waiting = locale.T(lang, "own.heading"), locale.T(lang, "own.numbering")
	}
	p.Sealed = sig.Sealed()
	if sig.Leaving() {
		p.Live, p.CanCorrect = false, false
	}
	if !p.Sealed && sig.State == signature.Standing && sig.Basis == signature.Confirmed {
		p.CanSeal, p.SealNot = v.Letter.SealedRecipients != "", v.Letter.SealedRecipients == ""
	}
	p.CanCorrect = p.CanCorrect && !p.Sealed
	p.CanPropose = sig.State == signature.Standing && !sig.Leaving() && len(v.Text.Asks) > 0
	p.CanJudge = p.CanPropose && judges(v)
	p.Facts = s.receipt(lang, v)
	p.Newer = newNewerText(lang, v, s.now())
	p.Proof = s.newProof(sig)
	f := fields{lang: lang, problems: problems, form: signature.Form{
		Name: typed.Name, Acronym: typed.Acronym, Country: typed.Country, Website: typed.Website,
	}}
	if f.form.Country == "" && len(problems) == 0 {
		f.form.Country = signature.NoCountry
	}
	for _, name := range []string{"name", "acronym", "country", "website"} {
		if in := f.field(name); name != "acronym" || sig.Kind == signature.Organisation {
			p.Fields = append(p.Fields, in)
		}
	}
	p.Problems = f.summary()
	return p
}

// receipt is what is on record of a signature.
func (s *Site) receipt(lang string, v *signature.View) []fact {
	sig := v.Signature
	facts := publicFacts(lang, v)
	if sig.State.Ended() || sig.Leaving() {
		facts = facts[:1] // the name is gone
	}
	if sig.Number > 0 {
		facts = append(facts, fact{Label: locale.T(lang, "fact.number"), Value: locale.Number(lang, sig.Number),
			Href: numberHref(letterPath(lang, v.Letter)+"/signatories", sig.Number)})
	}
	if !sig.SignedAt.IsZero() {
		facts = append(facts, fact{Label: locale.T(lang, "fact.confirmed"), Value: whenOf(lang, sig, sig.SignedAt)})
	}
	if level := levelName(lang, sig); level != "" && sig.State == signature.Standing {
		facts = append(facts, fact{Label: locale.T(lang, "fact.level"), Value: level})
	}
	if !sig.ProvenAt.IsZero() {
		facts = append(facts, fact{Label: locale.T(lang, "fact.proven"), Value: locale.T(lang, "fact.proven_on",
			"domain", registry.DomainOf(sig.Public.Website), "date", locale.Date(lang, sig.ProvenAt))})
	}
	if !sig.EndedAt.IsZero() {
		facts = append(facts, fact{Label: locale.T(lang, "fact.withdrawn"), Value: whenOf(lang, sig, sig.EndedAt)})
	}
	return append(facts, textFacts(lang, v)...)
}

// whenOf is a time of a signature in words: of a sealed one only the day is known.
func whenOf(lang string, sig *signature.Signature, at time.Time) string {
	if sig.Sealed() {
		return locale.Date(lang, at)
	}
	return locale.DateTime(lang, at)
}

// ownAct carries out what the own page offers.
func (s *Site) ownAct(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	ctx, cancel := within(r)
	defer cancel()
	token := r.PathValue("token")
	var done string
	switch r.PostForm.Get("act") {
	case "correct":
		v, err := s.signing.Correct(ctx, token, signatureForm(r))
		var problems signature.Problems
		if errors.As(err, &problems) {
			f := signatureForm(r)
			typed := signature.Public{Name: f.Name, Acronym: f.Acronym, Country: f.Country, Website: f.Website}
			return s.draw(w, http.StatusUnprocessableEntity, "own", s.newOwnPage(lang, token, v, typed, problems))
		}
		if err != nil {
			return err
		}
		done = "?corrected"
	case "consent":
		if _, err := s.signing.Consent(ctx, token, r.PostForm.Get("text")); err != nil {
			return err
		}
		done = "?consented"
	case actSeal, actPhrase:
		return s.ownPhraseAct(ctx, w, r, lang, r.PostForm.Get("act"))
	case "prove":
		return s.prove(ctx, w, r, lang)
	case "withdraw":
		v, err := s.signing.Withdraw(ctx, token)
		if err != nil {
			return err
		}
		if v.Erased { // there is no own page any more
			return s.drawErased(w, lang)
		}
		done = "?ended"
	case "disown":
		if _, err := s.signing.Disown(ctx, token); err != nil {
			return err
		}
		done = "?ended"
	default:
		return errBadRequest
	}
	http.Redirect(w, r, "/"+lang+"/signature/"+token+done, http.StatusSeeOther)
	return nil
}
