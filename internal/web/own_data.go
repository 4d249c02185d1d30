package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// ownDataPage is everything that is kept about one signature.
type ownDataPage struct {
	page
	Letter  letterRef
	Own     string
	File    string
	Public  []fact
	Private []fact
	NoMore  string // why nothing is kept in private
	Other   []string
	Doubts  []string
	Mails   []string
	Entries []fact
	Erase   string // address of the form; "" when nothing is left to erase
	Live    bool
}

// ownData shows the signer everything that is kept about the signature.
func (s *Site) ownData(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	k, err := s.signing.Kept(ctx, r.PathValue("token"))
	if err != nil {
		return err
	}
	return s.draw(w, http.StatusOK, "own_data", s.newOwnDataPage(lang, r.PathValue("token"), k))
}

func (s *Site) newOwnDataPage(lang, token string, k *signature.Kept) *ownDataPage {
	rest := "/signature/" + token
	own := "/" + lang + rest
	p := &ownDataPage{
		page: s.newPrivatePage(lang, locale.T(lang, "data.title")), Letter: refTo(lang, k.Letter, k.Text),
		Own: own, File: own + "/data.json", Public: s.receipt(lang, k.View), Live: k.Signature.State.Confirmed() && !k.Signature.Leaving(),
	}
	p.switchAt(rest + "/data")
	if k.Private != nil {
		for _, f := range []fact{
			{Label: locale.T(lang, "field.email"), Value: k.Private.Email},
			{Label: locale.T(lang, "field.signer_name"), Value: k.Private.SignerName},
			{Label: locale.T(lang, "field.signer_role"), Value: k.Private.SignerRole},
		} {
			if f.Value != "" {
				p.Private = append(p.Private, f)
			}
		}
	}
	if len(p.Private) == 0 {
		p.NoMore = locale.T(lang, "data.nothing_private")
	}
	for _, other := range []struct {
		kept bool
		say  string
	}{
		{k.Address, locale.T(lang, "data.address_index")},
		{k.Box, locale.T(lang, "data.box")},
		{k.Evidence, locale.T(lang, "data.evidence")},
		{k.Said > 0, locale.T(lang, "data.said", "n", k.Said)},
		{k.Note != "", locale.T(lang, "own.refused_note", "note", k.Note)},
		{k.Bounced != "", locale.T(lang, "data.bounced", "status", k.Bounced)},
	} {
		if other.kept {
			p.Other = append(p.Other, other.say)
		}
	}
	for _, d := range k.Doubts {
		words := review.Words(lang, d.Rule)
		if d.Detail != "" {
			words += " (" + d.Detail + ")"
		}
		p.Doubts = append(p.Doubts, words)
	}
	for _, m := range k.Mails {
		words := locale.T(lang, "data.mail", "kind", string(m.Kind), "attempts", m.Attempts)
		if m.GivenUp {
			words = locale.T(lang, "data.mail_given_up", "kind", string(m.Kind), "attempts", m.Attempts)
		}
		p.Mails = append(p.Mails, words)
	}
	for _, e := range k.Entries {
		f := fact{Label: locale.T(lang, "data.entry_waits"), Value: string(e.Kind)}
		if e.Leaf >= 0 {
			f.Label = locale.T(lang, "data.entry", "leaf", e.Leaf)
		}
		if !e.Opened {
			f.Value += ": " + locale.T(lang, "data.entry_erased")
		}
		p.Entries = append(p.Entries, f)
	}
	if p.Live || !k.Signature.Sealed() && (k.Private != nil || len(p.Other)+len(p.Mails) > 0) {
		p.Erase = own + "/data"
	}
	return p
}

// keptFile is Kept as the signer takes it away.
type keptFile struct {
	Letter      string             `json:"letter"`
	Signature   string             `json:"signature"`
	Kind        signature.Kind     `json:"kind"`
	Basis       signature.Basis    `json:"basis"`
	State       signature.State    `json:"state"`
	Visibility  string             `json:"visibility"`
	Number      int64              `json:"number,omitempty"`
	Language    string             `json:"language"`
	Text        string             `json:"text_sha256"`
	Name        string             `json:"name,omitempty"`
	Acronym     string             `json:"acronym,omitempty"`
	Country     string             `json:"country,omitempty"`
	Website     string             `json:"website,omitempty"`
	Role        string             `json:"role,omitempty"`
	Affiliation string             `json:"affiliation,omitempty"`
	CreatedAt   *time.Time         `json:"created_at,omitempty"`
	SignedAt    *time.Time         `json:"signed_at,omitempty"`
	EndedAt     *time.Time         `json:"ended_at,omitempty"`
	CodeTries   int                `json:"wrong_codes"`
	MailsAsked  int                `json:"mails_asked"`
	Private     *signature.Private `json:"private"`
	Address     bool               `json:"keyed_hash_of_address"`
	Box         bool               `json:"sealed_box"`
	Evidence    bool               `json:"evidence"`
	Said        int                `json:"proposals_judgements_contests"`
	Bounced     string             `json:"address_took_no_mail,omitempty"`
	Refusal     string             `json:"refusal,omitempty"`
	Doubts      []keptDoubt        `json:"doubts"`
	Mails       []keptMail         `json:"mails"`
	Ledger      []keptEntry        `json:"ledger"`
}

type keptDoubt struct {
	Says      string     `json:"says"`
	Detail    string     `json:"detail,omitempty"`
	RaisedAt  *time.Time `json:"raised_at,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
}

type keptMail struct {
	Kind     signature.MailKind `json:"kind"`
	Due      *time.Time         `json:"due,omitempty"`
	Attempts int                `json:"attempts"`
	GivenUp  bool               `json:"given_up"`
}

type keptEntry struct {
	Leaf   *int64 `json:"leaf"` // none while it waits
	Kind   string `json:"kind"`
	Erased bool   `json:"erased"`
}

// ownDataFile hands everything over as JSON.
func (s *Site) ownDataFile(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	k, err := s.signing.Kept(ctx, r.PathValue("token"))
	if err != nil {
		return err
	}
	sig := k.Signature
	file := keptFile{
		Letter: k.Letter.Slug, Signature: sig.ID, Kind: sig.Kind, Basis: sig.Basis, State: sig.State, Visibility: string(sig.Visibility),
		Number: sig.Number, Language: sig.Lang, Text: sig.TextHash, Name: sig.Public.Name, Acronym: sig.Public.Acronym, Country: sig.Public.Country,
		Website: sig.Public.Website, Role: sig.Public.Role, Affiliation: sig.Public.Affiliation, CreatedAt: moment(sig.CreatedAt),
		SignedAt: moment(sig.SignedAt), EndedAt: moment(sig.EndedAt), CodeTries: sig.CodeTries, MailsAsked: sig.MailsAsked, Private: k.Private,
		Address: k.Address, Box: k.Box, Evidence: k.Evidence, Said: k.Said, Bounced: k.Bounced, Refusal: k.Note,
		Doubts: []keptDoubt{}, Mails: []keptMail{}, Ledger: []keptEntry{},
	}
	for _, d := range k.Doubts {
		file.Doubts = append(file.Doubts, keptDoubt{review.Words(lang, d.Rule), d.Detail, moment(d.RaisedAt), moment(d.DecidedAt)})
	}
	for _, m := range k.Mails {
		file.Mails = append(file.Mails, keptMail{m.Kind, moment(m.Due), m.Attempts, m.GivenUp})
	}
	for _, e := range k.Entries {
		entry := keptEntry{Kind: string(e.Kind), Erased: !e.Opened}
		if leaf := e.Leaf; leaf >= 0 {
			entry.Leaf = &leaf
		}
		file.Ledger = append(file.Ledger, entry)
	}
	out, err := json.MarshalIndent(file, "", " ")
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", jsonType)
	h.Set("Content-Disposition", `attachment; filename="signature.json"`)
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(out, '\n')) // a reader who went away is no fault of ours
	}
	return nil
}

// eraseOwn erases everything kept about a signature, and says which copies
// cannot be called back. The page is the answer itself: of a signature that the
// log does not know nothing is left that an address could lead to.
func (s *Site) eraseOwn(w http.ResponseWriter, r *http.Request, lang string) error {
	if err := readForm(r); err != nil {
		return err
	}
	if r.PostForm.Get("act") != "erase" {
		return errBadRequest
	}
	ctx, cancel := within(r)
	defer cancel()
	token := r.PathValue("token")
	v, err := s.signing.Erase(ctx, token)
	if err != nil {
		return err
	}
	p := plainPage{
		page: s.newPrivatePage(lang, locale.T(lang, "data.erased_title")), Heading: locale.T(lang, "data.erased_title"),
		Paragraphs: []string{locale.T(lang, "data.erased_all")},
		Links:      []link{{Href: letterPath(lang, v.Letter), Label: locale.T(lang, "data.to_letter")}},
	}
	if !v.Erased {
		p.Paragraphs = []string{locale.T(lang, "data.erased_gap"), locale.T(lang, "data.copies"), locale.T(lang, "data.backups")}
		p.switchAt("/signature/" + token)
	}
	return s.draw(w, http.StatusOK, "plain", &p)
}

// promised says on what day a letter's addresses are erased, or "".
func (s *Site) promised(ctx context.Context, lang string, l *letter.Letter) (string, error) {
	promise, err := s.store.PromiseOf(ctx, l.ID)
	if err != nil || promise.EraseOn.IsZero() {
		return "", err
	}
	return locale.T(lang, "sign.erased_on", "date", locale.Date(lang, promise.EraseOn)), nil
}

// addressLine says what becomes of the address that a live signature's mail
// goes to, or "" when no day was promised.
func (s *Site) addressLine(ctx context.Context, lang string, v *signature.View) (string, error) {
	promise, err := s.store.PromiseOf(ctx, v.Letter.ID)
	if err != nil || promise.EraseOn.IsZero() || v.Signature.Basis != signature.Confirmed || v.Signature.Sealed() {
		return "", err
	}
	day := locale.Date(lang, promise.EraseOn)
	if s.now().Before(promise.EraseOn) {
		return locale.T(lang, "own.address_until", "date", day), nil
	}
	_, err = s.signing.PrivateOf(ctx, v.Signature.ID)
	if errors.Is(err, signature.ErrUnknown) {
		return locale.T(lang, "own.address_erased"), nil
	}
	return "", err
}
