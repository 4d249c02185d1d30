package web

import (
	"context"
	"errors"
	"net/http"

	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
)

type confirmPage struct {
	page
	Letter     letterRef
	Facts      []fact
	Action     string
	DisownHref string
	Holders    []words // who has signed with this address already
}

// confirmForm shows what is to be confirmed, and changes nothing: scanners
// that read mail follow its link too.
func (s *Site) confirmForm(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	token := r.PathValue("token")
	v, err := s.signing.Look(ctx, token)
	if errors.Is(err, signature.ErrConfirmed) {
		return s.toOwn(w, r, lang, v, "")
	}
	if err != nil {
		return err
	}
	rest := "/confirm/" + token
	if v.Signature.Sealed() {
		p := s.sealedConfirm(lang, rest, v)
		p.DisownHref = "/" + lang + rest + "/disown"
		return s.draw(w, http.StatusOK, "phrase", p)
	}
	p := confirmPage{
		page: s.newPrivatePage(lang, locale.T(lang, "confirm.title")), Letter: refTo(lang, v.Letter, v.Text),
		Facts: publicFacts(lang, v), Action: "/" + lang + rest, DisownHref: "/" + lang + rest + "/disown",
	}
	p.switchAt(rest)
	p.Facts = append(p.Facts, textFacts(lang, v)...)
	holders, err := s.signing.Holders(ctx, v.Signature)
	if err != nil {
		return err
	}
	for _, h := range holders {
		p.Holders = append(p.Holders, words{Text: locale.T(lang, "another.signed", "name", shownName(h.Public), "date", locale.Date(lang, h.SignedAt))})
	}
	return s.draw(w, http.StatusOK, "confirm", &p)
}

// confirm is the button: from here on the signature stands.
func (s *Site) confirm(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	if err := readForm(r); err != nil {
		return err
	}
	token := r.PathValue("token")
	by := s.signing.ConfirmByLink
	if r.PostForm.Get("act") == "another" {
		by = s.signing.ConfirmAsAnother
	}
	own, v, err := by(ctx, token)
	if errors.Is(err, signature.ErrTaken) && v != nil {
		return s.toChoice(ctx, w, r, lang, v, err)
	}
	if badPhrase(err) && v != nil && v.Signature.Sealed() { // it takes a phrase
		v, err := s.signing.ConfirmSealed(ctx, token, r.PostForm.Get("words"))
		return s.sealedAct(w, lang, locale.T(lang, "phrase.done"), v, err, func(v *signature.View) *phrasePage {
			return s.sealedConfirm(lang, "/confirm/"+token, v)
		})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/"+lang+"/signature/"+own+"?new", http.StatusSeeOther)
	return nil
}

// toChoice leads a person whose address has signed to the page where they can
// sign as another who shares it; otherwise gives the error back.
func (s *Site) toChoice(ctx context.Context, w http.ResponseWriter, r *http.Request, lang string, v *signature.View, otherwise error) error {
	holders, err := s.signing.Holders(ctx, v.Signature)
	if err != nil {
		return err
	}
	if len(holders) == 0 {
		return otherwise
	}
	token, err := s.signing.Vault.Token(signature.TokenConfirm, v.Signature.ID, v.Signature.Generation)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/"+lang+"/confirm/"+token, http.StatusSeeOther)
	return nil
}

// toOwn sends a signer to their own page.
func (s *Site) toOwn(w http.ResponseWriter, r *http.Request, lang string, v *signature.View, query string) error {
	own, err := s.signing.OwnToken(v.Signature)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/"+lang+"/signature/"+own+query, http.StatusSeeOther)
	return nil
}

// disownForm asks whether to erase a signature that nobody confirmed.
func (s *Site) disownForm(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	token := r.PathValue("token")
	v, err := s.signing.Look(ctx, token)
	switch {
	case errors.Is(err, signature.ErrConfirmed):
		return s.toOwn(w, r, lang, v, "")
	case err != nil && !errors.Is(err, signature.ErrExpired):
		return err
	}
	rest := "/confirm/" + token + "/disown"
	p := confirmPage{page: s.newPrivatePage(lang, locale.T(lang, "disown.title")), Letter: refTo(lang, v.Letter, v.Text), Action: "/" + lang + rest}
	p.switchAt(rest)
	return s.draw(w, http.StatusOK, "disown", &p)
}

// disown erases it.
func (s *Site) disown(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	if err := s.signing.DisownUnconfirmed(ctx, r.PathValue("token")); err != nil {
		return err
	}
	return s.drawErased(w, lang)
}

// drawErased says that nothing is left of a signature.
func (s *Site) drawErased(w http.ResponseWriter, lang string) error {
	return s.draw(w, http.StatusOK, "plain", &plainPage{
		page: s.newPrivatePage(lang, locale.T(lang, "disown.done")), Heading: locale.T(lang, "disown.done"),
		Paragraphs: []string{locale.T(lang, "disown.done_text")},
		Links:      []link{{Href: "/" + lang + "/", Label: locale.T(lang, "page.home")}},
	})
}

// publicFacts is what everybody will see of a signature.
func publicFacts(lang string, v *signature.View) []fact {
	p := v.Signature.Public
	facts := []fact{
		{Label: locale.T(lang, "fact.letter"), Value: v.Text.Title, Lang: v.Text.Lang, Href: letterPath(lang, v.Letter)},
		{Label: locale.T(lang, "fact.name"), Value: listedName(lang, v.Signature)},
	}
	if v.Signature.Sealed() {
		facts[1].Label = locale.T(lang, "phrase.shown_as")
	}
	if name := place.Name(p.Country, lang); name != "" {
		facts = append(facts, fact{Label: locale.T(lang, "fact.country"), Value: name})
	}
	if p.Website != "" {
		facts = append(facts, fact{Label: locale.T(lang, "fact.website"), Value: p.Website})
	}
	return facts
}

// textFacts says which exact text a signature is for.
func textFacts(lang string, v *signature.View) []fact {
	return []fact{
		{Label: locale.T(lang, "fact.text"), Value: locale.Name(v.Text.Lang), Lang: v.Text.Lang},
		{Label: locale.T(lang, "fact.hash"), Value: v.Signature.TextHash, Code: true},
	}
}
