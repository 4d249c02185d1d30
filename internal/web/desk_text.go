package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
)

type deskTextPage struct {
	page
	Slug, Action       string
	Tabs               []link
	LangName, TextLang string
	Text               letter.Text
	Asks               []deskAsk
	Revision           int
	Original           *letter.Text // what this is a translation of, or nil
	OriginalName       string
	Matches            bool
	OutOfDate          bool
	Preview            string
	Done               string
	Unsaved            bool // rows were moved, and nothing is stored yet
	Problems           []problem
	Unready            []problem // what keeps it from being published
	MaxTitle, MaxBody  int
}

// deskAsk is one ask in the form.
type deskAsk struct {
	N                int
	Key, Title, Body string
	Fixed            bool // its key is in use and does not change
	Original         *letter.Ask
	Foreign          bool // the original has no such ask
	First            bool
}

// deskText shows the form in which a text is written.
func (s *Site) deskText(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	l, x, original, err := s.textStanding(ctx, r)
	if err != nil {
		return err
	}
	t, _ := x.Newest()
	t.Lang = x.Lang
	p := s.newDeskTextPage(d, l, x, original, t)
	if x.Working != nil {
		p.Revision = x.Working.Revision
	}
	p.Matches = !x.OutOfDate
	if r.URL.Query().Get("done") == "saved" {
		p.Done = locale.T(d.lang(), "desk.done_text_saved")
	}
	return s.draw(w, http.StatusOK, "desk_text", p)
}

// textStanding finds how the text of the path's language stands, and the
// original if it is a translation.
func (s *Site) textStanding(ctx context.Context, r *http.Request) (*letter.Letter, letter.Standing, *letter.Text, error) {
	l, err := s.store.LetterBySlug(ctx, r.PathValue("letter"))
	if err != nil {
		return nil, letter.Standing{}, nil, err
	}
	works, err := s.letters.Store.Workings(ctx, l.ID)
	if err != nil {
		return nil, letter.Standing{}, nil, err
	}
	standings := letter.Standings(l, works)
	i := slices.IndexFunc(standings, func(x letter.Standing) bool { return x.Lang == r.PathValue("lang") })
	if i < 0 {
		return nil, letter.Standing{}, nil, errNotFound
	}
	var original *letter.Text
	if t, ok := standings[0].Newest(); ok && i > 0 {
		original = &t
	}
	return l, standings[i], original, nil
}

func (s *Site) newDeskTextPage(d *desk, l *letter.Letter, x letter.Standing, original *letter.Text, t letter.Text) *deskTextPage {
	lang := d.lang()
	p := &deskTextPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "desk.text_title", "language", locale.NameIn(lang, x.Lang), "letter", l.Slug)),
		Slug: l.Slug, Action: deskLetterPath(l.Slug) + "/text/" + x.Lang, Tabs: s.deskTabs(d, l.Slug, "/text"),
		LangName: locale.Name(x.Lang), TextLang: x.Lang, Text: t, Original: original, OutOfDate: x.OutOfDate,
		MaxTitle: letter.MaxTitle, MaxBody: letter.MaxBody,
	}
	if original != nil {
		p.OriginalName = locale.Name(l.OriginalLang)
	}
	if x.Working != nil || x.Published != nil {
		p.Preview = deskLetterPath(l.Slug) + "/preview/" + x.Lang
		p.Unready = textProblems(lang, t)
	}
	p.Asks = deskAsks(l, original, t.Asks)
	return p
}

// deskAsks are the rows of the form. A translation has a row for each ask of the
// original, in its order, and then those that the original lacks.
func deskAsks(l *letter.Letter, original *letter.Text, asks []letter.Ask) []deskAsk {
	used := map[string]bool{} // keys that stand in a published text
	for _, t := range l.Texts {
		for _, a := range t.Asks {
			used[a.Key] = true
		}
	}
	var rows []deskAsk
	if original != nil {
		for i := range original.Asks {
			row := deskAsk{Key: original.Asks[i].Key, Fixed: true, Original: &original.Asks[i]}
			if k := slices.IndexFunc(asks, func(a letter.Ask) bool { return a.Key == row.Key }); k >= 0 {
				row.Title, row.Body = asks[k].Title, asks[k].Body
			}
			rows = append(rows, row)
		}
	}
	for _, a := range asks {
		if original != nil && slices.ContainsFunc(rows, func(x deskAsk) bool { return x.Key == a.Key }) {
			continue
		}
		rows = append(rows, deskAsk{Key: a.Key, Title: a.Title, Body: a.Body, Fixed: used[a.Key] && a.Key != "", Foreign: original != nil})
	}
	for i := range rows {
		rows[i].N, rows[i].First = i+1, i == 0
	}
	return rows
}

// maxAskRows bounds the rows of a form that is read.
const maxAskRows = letter.MaxAsks + 5

// readText reads the form's text.
func readText(form url.Values, lang string, before letter.Text) (letter.Text, error) {
	t := letter.Text{
		Lang: lang, Kind: letter.FullText, Title: oneLine(form.Get("title")), Body: unixLines(form.Get("body")),
		Closing: unixLines(form.Get("closing")), AsksInBody: form.Get("asks_in_body") == "1",
	}
	if before.Kind != "" {
		t.Kind = before.Kind
	}
	keys, titles, bodies := form["ask_key"], form["ask_title"], form["ask_body"]
	if len(keys) != len(titles) || len(titles) != len(bodies) || len(keys) > maxAskRows {
		return t, errBadRequest
	}
	for i := range keys {
		t.Asks = append(t.Asks, letter.Ask{Key: strings.TrimSpace(keys[i]), Title: oneLine(titles[i]), Body: unixLines(bodies[i])})
	}
	return t, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// unixLines undoes what browsers make of line ends.
func unixLines(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
}

// deskTextAct saves the text, or moves its rows about.
func (s *Site) deskTextAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	l, x, original, err := s.textStanding(ctx, r)
	if err != nil {
		return err
	}
	before, _ := x.Newest()
	t, err := readText(r.PostForm, x.Lang, before)
	if err != nil {
		return err
	}
	revision, err := strconv.Atoi(r.PostForm.Get("revision"))
	if err != nil || revision < 0 {
		return errBadRequest
	}
	again := func(status int, change func(p *deskTextPage)) error {
		p := s.newDeskTextPage(d, l, x, original, t)
		p.Revision, p.Matches = revision, r.PostForm.Get("matches") == "1"
		change(p)
		return s.draw(w, status, "desk_text", p)
	}
	act, row, _ := strings.Cut(r.PostForm.Get("act"), ":")
	n, _ := strconv.Atoi(row)
	switch act {
	case "save":
	case "add":
		t.Asks = append(t.Asks, letter.Ask{})
		return again(http.StatusOK, func(p *deskTextPage) { p.Unsaved = true })
	case "up":
		if n < 2 || n > len(t.Asks) {
			return errBadRequest
		}
		t.Asks[n-2], t.Asks[n-1] = t.Asks[n-1], t.Asks[n-2]
		return again(http.StatusOK, func(p *deskTextPage) { p.Unsaved = true })
	case "drop":
		if n < 1 || n > len(t.Asks) {
			return errBadRequest
		}
		t.Asks = slices.Delete(t.Asks, n-1, n)
		return again(http.StatusOK, func(p *deskTextPage) { p.Unsaved = true })
	default:
		return errBadRequest
	}
	t.Asks = tidyAsks(t.Asks)
	if err := s.accounts.Note(ctx, d.person.ID, "text.save", l.ID, l.Slug, "", x.Lang); err != nil {
		return err
	}
	switch err := s.letters.Save(ctx, l.Slug, t, revision, original == nil || r.PostForm.Get("matches") == "1"); {
	case err == nil:
		http.Redirect(w, r, deskLetterPath(l.Slug)+"/text/"+x.Lang+"?done=saved", http.StatusSeeOther)
		return nil
	case errors.Is(err, letter.ErrSavedMeanwhile):
		return again(http.StatusConflict, func(p *deskTextPage) {
			p.Problems = []problem{{p.Action, locale.T(d.lang(), "desk.saved_meanwhile")}}
			if x.Working != nil { // saving once more is then a choice
				p.Revision = x.Working.Revision
			}
		})
	case errors.Is(err, letter.ErrTooMuch):
		return again(http.StatusUnprocessableEntity, func(p *deskTextPage) {
			p.Problems = []problem{{"#body", locale.T(d.lang(), "desk.text_too_long")}}
		})
	default:
		return err
	}
}

// tidyAsks leaves out rows in which nothing was written, and makes a key for
// each ask that has none from its title.
func tidyAsks(asks []letter.Ask) []letter.Ask {
	var kept []letter.Ask
	taken := map[string]bool{}
	for _, a := range asks {
		taken[a.Key] = true
	}
	for _, a := range asks {
		if a.Title == "" && a.Body == "" {
			continue
		}
		if a.Key == "" {
			a.Key = letter.AskKey(place.Fold(a.Title), len(kept)+1, taken)
		}
		kept = append(kept, a)
	}
	return kept
}
