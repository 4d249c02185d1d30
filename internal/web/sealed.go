package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"

	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/signature/phrase"
)

// listedName is what a list calls a signature.
func listedName(lang string, sig *signature.Signature) string {
	if sig.Sealed() {
		return sig.SealedName(lang)
	}
	return shownName(sig.Public)
}

// secretWords are the words of a recovery phrase on a page, and in the form that
// the page sends: the signer has them before the act that needs them.
type secretWords struct {
	Words []string
	Joined,
	Lang string
	Language string // says so when they are not in the page's language
}

func newSecretWords(lang string, secret phrase.Secret) secretWords {
	in := phrase.Language(lang)
	w := secretWords{Words: secret.Words(lang), Lang: in}
	for i, word := range w.Words {
		if i > 0 {
			w.Joined += " "
		}
		w.Joined += word
	}
	if in != lang {
		w.Language = locale.T(lang, "phrase.language", "language", locale.NameIn(lang, in))
	}
	return w
}

// phrasePage shows a phrase with one act that takes it, or after the act.
type phrasePage struct {
	page
	Letter      letterRef
	Heading     string
	Lead        []string
	Facts       []fact
	Secret      secretWords
	Action, Act string // the form; no Action: it is done
	ShowCountry bool   // asks for it
	Submit      string
	DisownHref  string
	RecoverHref string
}

// sealedConfirm is the page on which a sealed signature is confirmed: rest is its
// path after the language.
func (s *Site) sealedConfirm(lang, rest string, v *signature.View) *phrasePage {
	p := &phrasePage{
		page: s.newPrivatePage(lang, locale.T(lang, "confirm.title")), Letter: refTo(lang, v.Letter, v.Text),
		Heading: locale.T(lang, "confirm.heading"), Lead: []string{locale.T(lang, "phrase.lead_listed")},
		Facts: append(publicFacts(lang, v), textFacts(lang, v)...), Secret: newSecretWords(lang, phrase.New()),
		Action: "/" + lang + rest, Act: "confirm", Submit: locale.T(lang, "phrase.submit"),
	}
	p.switchAt(rest)
	return p
}

// sealedDone is the answer to an act that a phrase was given with. It is no
// redirect: nothing would bring the words to another page.
func (s *Site) sealedDone(lang, heading string, v *signature.View) *phrasePage {
	p := &phrasePage{
		page: s.newPrivatePage(lang, heading), Letter: refTo(lang, v.Letter, v.Text), Heading: heading,
		Secret: newSecretWords(lang, *v.Phrase), RecoverHref: "/" + lang + "/recover",
	}
	switch sig := v.Signature; {
	case sig.State == signature.Waiting:
		p.Lead = append(p.Lead, locale.T(lang, "phrase.done_waiting"))
	case sig.State == signature.Standing && sig.Number == 0:
		p.Lead = append(p.Lead, locale.T(lang, "phrase.done_number"))
	}
	return p
}

// badPhrase tells an error of a phrase that no page of ours sends.
func badPhrase(err error) bool {
	var unknown phrase.UnknownWord
	return errors.As(err, &unknown) || errors.Is(err, phrase.ErrLength) || errors.Is(err, phrase.ErrChecksum) || errors.Is(err, signature.ErrPhraseTaken)
}

// sealedAct answers an act that was given a phrase: with the page for when it is
// done, or with again, a page that offers another phrase.
func (s *Site) sealedAct(w http.ResponseWriter, lang, heading string, v *signature.View, err error, again func(*signature.View) *phrasePage) error {
	if badPhrase(err) && v != nil {
		return s.draw(w, http.StatusUnprocessableEntity, "phrase", again(v))
	}
	if err != nil {
		return err
	}
	return s.draw(w, http.StatusOK, "phrase", s.sealedDone(lang, heading, v))
}

// ownPhraseAct carries out what the own page offers that needs a phrase: to seal a
// public signature, or to give a sealed one another phrase. Without words it shows
// what the act means, with a phrase.
func (s *Site) ownPhraseAct(ctx context.Context, w http.ResponseWriter, r *http.Request, lang, act string) error {
	token := r.PathValue("token")
	ask := func(v *signature.View) *phrasePage {
		rest := "/signature/" + token
		p := &phrasePage{
			page: s.newPrivatePage(lang, locale.T(lang, "seal.heading")), Letter: refTo(lang, v.Letter, v.Text), Heading: locale.T(lang, "seal.heading"),
			Lead:   []string{locale.T(lang, "seal.lead"), locale.T(lang, "seal.copies")},
			Secret: newSecretWords(lang, phrase.New()), Action: "/" + lang + rest, Act: act, ShowCountry: true, Submit: locale.T(lang, "seal.submit"),
		}
		if act == actPhrase {
			p.Title, p.Heading, p.ShowCountry = locale.T(lang, "phrase.new_heading"), locale.T(lang, "phrase.new_heading"), false
			p.Lead, p.Submit = []string{locale.T(lang, "phrase.new_lead")}, locale.T(lang, "phrase.new_submit")
		}
		return p
	}
	words := r.PostForm.Get("words")
	if words == "" {
		v, err := s.signing.Own(ctx, token)
		if err != nil {
			return err
		}
		if !v.Signature.State.Confirmed() || v.Signature.Sealed() != (act == actPhrase) ||
			act == actSeal && (v.Letter.SealedRecipients == "" || v.Signature.State != signature.Standing) {
			return errBadRequest
		}
		return s.draw(w, http.StatusOK, "phrase", ask(v))
	}
	if act == actPhrase {
		v, err := s.signing.NewPhrase(ctx, token, words)
		return s.sealedAct(w, lang, locale.T(lang, "phrase.new_done"), v, err, ask)
	}
	v, err := s.signing.SealOwn(ctx, token, words, r.PostForm.Get("show_country") == "1")
	if err == nil && v.Phrase == nil { // it was sealed already
		return signature.ErrUsed
	}
	return s.sealedAct(w, lang, locale.T(lang, "seal.done"), v, err, ask)
}

// The acts of the own page that need a phrase.
const (
	actSeal   = "seal"
	actPhrase = "phrase"
)

type sealedPage struct {
	page
	Mail string
	Back template.HTML
}

// sealed says on one page what signing sealed keeps, and what it cannot do.
func (s *Site) sealed(_ context.Context, _ *http.Request, lang string) (*drawn, error) {
	p := sealedPage{
		page: s.newPage(lang, "/sealed", locale.T(lang, "sealed.heading"), locale.T(lang, "sealed.lead")),
		Mail: locale.T(lang, "sealed.mail_text", "days", int(signature.ConfirmWithin.Hours()/24)),
		Back: sentence(lang, "sealed.phrase_text", "link", anchor("/"+lang+"/recover", locale.T(lang, "recover.title"))),
	}
	out, err := s.render("sealed", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", 0, s.now(), htmlType, out)
}
