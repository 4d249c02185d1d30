package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pliego/internal/account"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/sheet"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// deskPageRows is how many signatures one page of the desk's list holds.
const deskPageRows = 100

type deskSignatoriesPage struct {
	page
	Slug     string
	Tabs     []link
	Action   string
	Search   field
	Filters  []field
	Rows     []deskSignatory
	Next     string
	Done     string
	Problem  string
	Query    string // of the page, to come back to it
	Filtered bool
}

type deskSignatory struct {
	ID, Name, Lang string
	Number         string
	Facts          []string
	Private        []string
	Evidence       string
	CanVouch       bool
	Vouched        bool
}

// deskSignatories lists everybody who signed a letter, in every state.
func (s *Site) deskSignatories(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newDeskSignatoriesPage(ctx, d, r.PathValue("letter"), r.URL.Query())
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("n")); err == nil && n >= 0 {
		switch r.URL.Query().Get("done") {
		case "vouch":
			p.Done = locale.T(d.lang(), "desk.vouched", "n", n)
		case "unvouch":
			p.Done = locale.T(d.lang(), "desk.unvouched", "n", n)
		case "recorded":
			p.Done = locale.T(d.lang(), "desk.recorded", "n", n)
		}
	}
	return s.draw(w, http.StatusOK, "desk_signatories", p)
}

func (s *Site) newDeskSignatoriesPage(ctx context.Context, d *desk, slug string, asked url.Values) (*deskSignatoriesPage, error) {
	lang := d.lang()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	q := store.DeskQuery{
		State: signature.State(asked.Get("state")), Basis: signature.Basis(asked.Get("basis")), Kind: signature.Kind(asked.Get("kind")),
		Country: asked.Get("country"), Search: asked.Get("q"), Order: asked.Get("order"), After: asked.Get("after"), Limit: deskPageRows + 1,
	}
	if len(q.Search) > maxSearch {
		return nil, fmt.Errorf("%w: the search is too long", errBadRequest)
	}
	p := &deskSignatoriesPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "desk.signatories_title", "letter", slug)), Slug: slug,
		Tabs: s.deskTabs(d, slug, "/signatories"), Action: deskLetterPath(slug) + "/signatories",
		Search: field{ID: "q", Name: "q", Type: "search", Max: 200, Label: locale.T(lang, "desk.search_name"), Value: q.Search},
	}
	p.Filters = signatoryFilters(lang, q)
	kept := url.Values{}
	for _, name := range []string{"q", "state", "basis", "kind", "country", "order"} {
		if v := asked.Get(name); v != "" {
			kept.Set(name, v)
			p.Filtered = p.Filtered || name != "order"
		}
	}
	p.Query = kept.Encode()
	list, err := s.store.DeskSignatures(ctx, l.ID, q)
	if err != nil {
		return nil, err
	}
	if len(list) > deskPageRows {
		list = list[:deskPageRows]
		kept.Set("after", list[deskPageRows-1].ID)
		p.Next = p.Action + "?" + kept.Encode()
	}
	for _, sig := range list {
		row, err := s.deskSignatory(ctx, d, sig)
		if err != nil {
			return nil, err
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func signatoryFilters(lang string, q store.DeskQuery) []field {
	any := option{"", locale.T(lang, "desk.any")}
	states := []option{any}
	for _, x := range []signature.State{signature.Standing, signature.Unconfirmed, signature.Waiting, signature.Contested, signature.Refused, signature.Withdrawn, signature.Disowned} {
		states = append(states, option{string(x), signatureState(lang, x)})
	}
	bases := []option{any}
	for _, x := range []signature.Basis{signature.Confirmed, signature.Given, signature.AsPrinted} {
		bases = append(bases, option{string(x), basisName(lang, x)})
	}
	countries := []option{any}
	for _, c := range place.List(lang) {
		countries = append(countries, option{c.Alpha2, c.Name(lang)})
	}
	return []field{
		{ID: "state", Name: "state", Label: locale.T(lang, "letter.state"), Options: states, Value: string(q.State)},
		{ID: "basis", Name: "basis", Label: locale.T(lang, "desk.basis"), Options: bases, Value: string(q.Basis)},
		{ID: "kind", Name: "kind", Label: locale.T(lang, "sign.who"), Value: string(q.Kind), Options: []option{any,
			{string(signature.Organisation), locale.T(lang, "desk.organisation")}, {string(signature.Person), locale.T(lang, "desk.person")}}},
		{ID: "country", Name: "country", Label: locale.T(lang, "field.country"), Options: countries, Value: q.Country},
		{ID: "order", Name: "order", Label: locale.T(lang, "desk.order"), Value: q.Order, Options: []option{
			{store.DeskNewest, locale.T(lang, "desk.newest")}, {store.DeskOldest, locale.T(lang, "desk.oldest")}, {store.DeskByName, locale.T(lang, "list.alphabetical")}}},
	}
}

func signatureState(lang string, state signature.State) string {
	switch state {
	case signature.Unconfirmed:
		return locale.T(lang, "desk.state_unconfirmed")
	case signature.Waiting:
		return locale.T(lang, "desk.state_waiting")
	case signature.Refused:
		return locale.T(lang, "desk.state_refused")
	case signature.Contested:
		return locale.T(lang, "desk.state_contested")
	case signature.Withdrawn:
		return locale.T(lang, "desk.state_withdrawn")
	case signature.Disowned:
		return locale.T(lang, "desk.state_disowned")
	}
	return locale.T(lang, "desk.state_standing")
}

func (s *Site) deskSignatory(ctx context.Context, d *desk, sig *signature.Signature) (deskSignatory, error) {
	lang := d.lang()
	row := deskSignatory{ID: sig.ID, Name: shownName(sig.Public), Lang: sig.Lang}
	if sig.Number > 0 {
		row.Number = locale.Number(lang, sig.Number)
	}
	switch {
	case sig.Sealed():
		row.Name = locale.T(lang, "desk.sealed")
	case row.Name == "": // withdrawn
		row.Name = locale.T(lang, "desk.no_name")
	}
	kind := locale.T(lang, "desk.organisation")
	if sig.Kind == signature.Person {
		kind = locale.T(lang, "desk.person")
	}
	for _, x := range []string{kind, place.Name(sig.Public.Country, lang), signatureState(lang, sig.State), basisName(lang, sig.Basis), levelName(lang, sig)} {
		if x != "" {
			row.Facts = append(row.Facts, x)
		}
	}
	if sig.Sealed() {
		return row, nil // what its row tells of time tells of who it is
	}
	row.CanVouch = sig.Kind == signature.Organisation && sig.State == signature.Standing
	row.Vouched = !sig.VouchedAt.IsZero()
	row.Facts = append(row.Facts, locale.Date(lang, sig.CreatedAt))
	if !d.may(account.SeeAddresses) {
		return row, nil
	}
	private, err := s.signing.PrivateOf(ctx, sig.ID)
	if errors.Is(err, signature.ErrUnknown) {
		return row, nil
	}
	if err != nil {
		return row, err
	}
	for _, x := range []string{private.SignerName, private.SignerRole, private.Email, private.Received, channelName(lang, private.Channel), private.Note} {
		if x != "" {
			row.Private = append(row.Private, x)
		}
	}
	if sig.Basis == signature.Given {
		switch _, _, err := s.store.EvidenceOf(ctx, sig.ID); {
		case err == nil:
			row.Evidence = "/desk/evidence/" + sig.ID
		case !errors.Is(err, signature.ErrUnknown):
			return row, err
		}
	}
	return row, nil
}

func channelName(lang, channel string) string {
	switch channel {
	case "email":
		return locale.T(lang, "channel.email")
	case "call":
		return locale.T(lang, "channel.call")
	case "paper":
		return locale.T(lang, "channel.paper")
	case "other":
		return locale.T(lang, "channel.other")
	}
	return channel
}

// deskVouch vouches for the signatures that were ticked, or takes that back.
func (s *Site) deskVouch(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	act, ids, slug := r.PostForm.Get("act"), r.PostForm["id"], r.PathValue("letter")
	if act != "vouch" && act != "unvouch" || len(ids) > deskPageRows {
		return errBadRequest
	}
	back, err := url.ParseQuery(r.PostForm.Get("query"))
	if err != nil {
		return errBadRequest
	}
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		p, err := s.newDeskSignatoriesPage(ctx, d, slug, back)
		if err != nil {
			return err
		}
		p.Problem = locale.T(d.lang(), "desk.none_ticked")
		return s.draw(w, http.StatusUnprocessableEntity, "desk_signatories", p)
	}
	done := 0
	for _, id := range ids {
		sig, err := s.signing.Store.SignatureByID(ctx, id)
		if errors.Is(err, signature.ErrUnknown) || err == nil && sig.LetterID != l.ID {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.accounts.Note(ctx, d.person.ID, "signature."+act, sig.ID, slug, "", ""); err != nil {
			return err
		}
		switch err := s.signing.Vouch(ctx, id, act == "vouch"); {
		case err == nil:
			done++
		case errors.Is(err, signature.ErrNotStanding):
		default:
			return err
		}
	}
	back.Set("done", act)
	back.Set("n", strconv.Itoa(done))
	http.Redirect(w, r, deskLetterPath(slug)+"/signatories?"+back.Encode(), http.StatusSeeOther)
	return nil
}

// deskEvidence hands out the file that a given signature rests on. It is never
// shown in place: it came from outside.
func (s *Site) deskEvidence(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	id := r.PathValue("signature")
	e, err := s.signing.EvidenceFor(ctx, s.store, id)
	if err != nil {
		return err
	}
	if err := s.accounts.Note(ctx, d.person.ID, "evidence.open", id, "", "", ""); err != nil {
		return err
	}
	return handOut(w, e.Name, e.Bytes)
}

// deskExport writes the signatures of a letter in the columns that an import
// reads; with what the vault keeps when that was asked for.
func (s *Site) deskExport(write func(w *patient, heads []string, rows func(put func([]string) error) error) error, ending, contentType string) deskHandler {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
		l, err := s.store.LetterBySlug(ctx, r.PathValue("letter"))
		if err != nil {
			return err
		}
		private := r.URL.Query().Get("private") == "1"
		act := "signature.export"
		if private {
			act = "signature.export-private"
		}
		if err := s.accounts.Note(ctx, d.person.ID, act, l.ID, l.Slug, "", ending); err != nil {
			return err
		}
		h := w.Header()
		out := &patient{w: w, control: http.NewResponseController(w), begin: func() {
			h.Set("Content-Type", contentType)
			h.Set("Content-Disposition", `attachment; filename="`+l.Slug+ending+`"`)
		}}
		err = write(out, signature.ExportHeads(private), func(put func([]string) error) error {
			_, err := s.signing.Export(r.Context(), s.store, l.ID, private, put)
			return err
		})
		if err != nil && out.begin == nil {
			s.log.Warn("list not written to its end", "error", err)
			panic(http.ErrAbortHandler)
		}
		return err
	}
}

func toCSV(w *patient, heads []string, rows func(put func([]string) error) error) error {
	return sheet.WriteCSV(w, heads, rows)
}

func toXLSX(w *patient, heads []string, rows func(put func([]string) error) error) error {
	return sheet.WriteXLSX(w, heads, rows)
}

// outcomeWords says why a yes was not, or cannot be, recorded; "" when nothing
// stands against it.
func outcomeWords(lang string, o signature.Outcome) string {
	var parts []string
	for _, p := range o.Problems {
		parts = append(parts, locale.T(lang, "problem.field", "field", fieldLabel(lang, p.Field), "problem", problemText(lang, p.Field, p.Code)))
	}
	if o.Twin != "" {
		parts = append(parts, locale.T(lang, "desk.twin", "name", o.Twin))
	}
	if o.Taken {
		parts = append(parts, locale.T(lang, "desk.address_taken"))
	}
	return strings.Join(parts, " ")
}

// givenProblem says why nothing can be recorded on a letter.
func givenProblem(lang string, err error) string {
	if errors.Is(err, letter.ErrState) {
		return locale.T(lang, "desk.draft_unsigned")
	}
	return ""
}
