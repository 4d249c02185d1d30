package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"pliego/internal/account"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// queuePage is how many signatures one page of the queue holds.
const queuePage = 50

type deskQueuePage struct {
	page
	State     signature.State // of those it shows
	Others    []link          // to the other lists
	Letter    string
	Done      string
	Problem   string
	Rows      []queued
	Next      string
	MaxNote   int
	CanDecide bool
}

type queued struct {
	ID, Name, Kind   string
	Letter           words
	Country, Website string
	Confirmed        string
	Doubts           []string
	Note             string   // what the signer was told with a refusal
	Objection        string   // what the organisation wrote
	Private          []string // address and signer, for those who may see them
}

// deskQueue lists the signatures that wait for a person, or were refused.
func (s *Site) deskQueue(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	q := r.URL.Query()
	p, err := s.newQueuePage(ctx, d, q.Get("letter"), queueState(q.Get("state")), q.Get("after"))
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(q.Get("n")); err == nil && n >= 0 {
		switch q.Get("done") {
		case "accept":
			p.Done = locale.T(d.lang(), "desk.accepted", "n", n)
		case "refuse":
			p.Done = locale.T(d.lang(), "desk.refused", "n", n)
		case "undo":
			p.Done = locale.T(d.lang(), "desk.undone", "n", n)
		case "restore":
			p.Done = locale.T(d.lang(), "desk.restored", "n", n)
		case "uphold":
			p.Done = locale.T(d.lang(), "desk.upheld", "n", n)
		}
	}
	return s.draw(w, http.StatusOK, "desk_queue", p)
}

// queueState is the list that an address asks for.
func queueState(name string) signature.State {
	switch state := signature.State(name); state {
	case signature.Refused, signature.Contested:
		return state
	}
	return signature.Waiting
}

func (s *Site) newQueuePage(ctx context.Context, d *desk, slug string, state signature.State, after string) (*deskQueuePage, error) {
	lang := d.lang()
	p := &deskQueuePage{
		page: s.newDeskPage(d, "/desk/review", locale.T(lang, "desk.nav_review")), State: state, Letter: slug,
		MaxNote: signature.MaxNote, CanDecide: d.may(account.DecideQueue),
	}
	for _, other := range []struct {
		state signature.State
		label string
	}{
		{signature.Waiting, locale.T(lang, "desk.show_waiting")},
		{signature.Refused, locale.T(lang, "desk.show_refused")},
		{signature.Contested, locale.T(lang, "desk.show_contested")},
	} {
		if other.state != state {
			p.Others = append(p.Others, link{Href: queueHref(slug, other.state), Label: other.label})
		}
	}
	letterID := ""
	if slug != "" {
		l, err := s.store.LetterBySlug(ctx, slug)
		if err != nil {
			return nil, err
		}
		letterID = l.ID
	}
	list, err := s.signing.Store.InState(ctx, state, letterID, after, queuePage+1)
	if err != nil {
		return nil, err
	}
	if len(list) > queuePage {
		list = list[:queuePage]
		p.Next = queueHref(slug, state) + "&after=" + list[queuePage-1].ID
	}
	for _, sig := range list {
		row, err := s.queued(ctx, d, sig)
		if err != nil {
			return nil, err
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func queueHref(slug string, state signature.State) string {
	q := url.Values{"letter": {slug}}
	if state != signature.Waiting {
		q.Set("state", string(state))
	}
	return "/desk/review?" + q.Encode()
}

func (s *Site) queued(ctx context.Context, d *desk, sig *signature.Signature) (queued, error) {
	lang := d.lang()
	l, err := s.signing.Store.LetterByID(ctx, sig.LetterID)
	if err != nil {
		return queued{}, err
	}
	text, _ := l.Text(lang)
	row := queued{
		ID: sig.ID, Name: shownName(sig.Public), Kind: locale.T(lang, "desk.organisation"), Letter: words{text.Title, text.Lang},
		Country: place.Name(sig.Public.Country, lang), Website: sig.Public.Website, Confirmed: locale.DateTime(lang, sig.SignedAt),
	}
	if sig.Kind == signature.Person {
		row.Kind = locale.T(lang, "desk.person")
	}
	if sig.Sealed() {
		row.Name = locale.T(lang, "desk.sealed")
	}
	doubts, note, err := s.signing.Why(ctx, sig)
	if err != nil {
		return queued{}, err
	}
	row.Note = note
	if sig.Kind == signature.Organisation {
		if row.Objection, err = s.signing.Objection(ctx, sig); err != nil {
			return queued{}, err
		}
	}
	for _, x := range doubts {
		said := review.Words(lang, x.Rule)
		if x.Detail != "" {
			said += " (" + x.Detail + ")"
		}
		row.Doubts = append(row.Doubts, said)
	}
	if !d.may(account.SeeAddresses) {
		return row, nil
	}
	private, err := s.signing.PrivateOf(ctx, sig.ID)
	if errors.Is(err, signature.ErrUnknown) {
		return row, nil
	}
	if err != nil {
		return queued{}, err
	}
	for _, x := range []string{private.SignerName, private.SignerRole, private.Email} {
		if x != "" {
			row.Private = append(row.Private, x)
		}
	}
	return row, nil
}

// deskDecide decides about the signatures that were ticked. One that somebody
// else decided meanwhile is passed over.
func (s *Site) deskDecide(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	act, note, ids := r.PostForm.Get("act"), r.PostForm.Get("note"), r.PostForm["id"]
	decide, ok := map[string]func(context.Context, string) error{
		"accept":  s.signing.Accept,
		"refuse":  func(ctx context.Context, id string) error { return s.signing.Refuse(ctx, id, note) },
		"undo":    s.signing.Undo,
		"restore": s.signing.Restore,
		"uphold":  s.signing.Uphold,
	}[act]
	if !ok || len(ids) > queuePage {
		return errBadRequest
	}
	slug, state := r.PostForm.Get("letter"), signature.Waiting
	switch act {
	case "undo":
		state = signature.Refused
	case "restore", "uphold":
		state = signature.Contested
	}
	if len(ids) == 0 {
		p, err := s.newQueuePage(ctx, d, slug, state, "")
		if err != nil {
			return err
		}
		p.Problem = locale.T(d.lang(), "desk.none_ticked")
		return s.draw(w, http.StatusUnprocessableEntity, "desk_queue", p)
	}
	done := 0
	for _, id := range ids {
		sig, err := s.signing.Store.SignatureByID(ctx, id)
		if errors.Is(err, signature.ErrUnknown) {
			continue
		}
		if err != nil {
			return err
		}
		// The line comes first: one without an effect does less harm than an
		// effect without its line.
		if err := s.accounts.Note(ctx, d.person.ID, "review."+act, sig.ID, "", string(sig.State), ""); err != nil {
			return err
		}
		switch err := decide(ctx, id); {
		case err == nil:
			done++
		case errors.Is(err, signature.ErrNotWaiting), errors.Is(err, signature.ErrNotRefused), errors.Is(err, signature.ErrNotContested), errors.Is(err, signature.ErrUnknown):
		default:
			return err
		}
	}
	http.Redirect(w, r, queueHref(slug, state)+"&done="+act+"&n="+strconv.Itoa(done), http.StatusSeeOther)
	return nil
}
