package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pliego/internal/account"
	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

type deskCellsPage struct {
	page
	Slug    string
	Tabs    []link
	Action  string
	Done    string
	Filters []field
	Offices []deskCellOffice
	Keeps   bool
	Stale   string // how many are to be looked at anew
	Here    string // the choice, to come back to
}

type deskCellOffice struct {
	Name  string
	Cells []deskCell
}

type deskCell struct {
	Ref      string // addressee and ask
	Ask      words
	Href     string
	Value    string
	Touched  string // "" when nobody ever did
	Stale    bool
	Enter    string
	Opinions []deskOpinion
}

type deskOpinion struct {
	Who, Value, When string
	Looked           string
	Citations        []citationView
}

// deskRecordCells lists the cells of a letter by when somebody touched them last.
func (s *Site) deskRecordCells(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lang, slug, q := d.lang(), r.PathValue("letter"), r.URL.Query()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	touched, err := s.touched(ctx, l)
	if err != nil {
		return err
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return err
	}
	now := s.now()
	asks := recordAsks(lang, l)
	cells := record.As(now, now).Cells(allAskKeys(l))
	p := &deskCellsPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "record.cells")+" · "+slug), Slug: slug, Tabs: s.deskTabs(d, slug, "/record"), Action: deskLetterPath(slug) + "/record/cells", Keeps: d.may(account.KeepRecord),
		Filters: []field{
			{ID: "filter-addressee", Name: "addressee", Label: locale.T(lang, "reply.who_about"), Value: q.Get("addressee"), Options: append([]option{{"", locale.T(lang, "agenda.any")}}, officeOptions(lang, l)...)},
			{ID: "filter-show", Name: "show", Label: locale.T(lang, "record.cells_show"), Value: q.Get("show"), Options: []option{{"", locale.T(lang, "agenda.any")}, {"stale", locale.T(lang, "record.cells_stale")}}},
		},
		Here: url.Values{"addressee": {excerpt(q.Get("addressee"), 100)}, "show": {oneOf(q.Get("show"), "", "stale")}}.Encode(),
	}
	if q.Get("done") != "" {
		p.Done = locale.T(lang, "record.looked_done")
	}
	stale := 0
	for _, a := range l.Addressees {
		office := deskCellOffice{}
		office.Name, _ = addresseeName(lang, a)
		var opinions []*followup.Opinion
		if q.Get("addressee") == a.Key {
			if opinions, err = s.store.Opinions(ctx, l.ID, a.Key, "", "", now); err != nil {
				return err
			}
		}
		for _, ask := range asks {
			at := followup.Cell{Addressee: a.Key, Ask: ask.Key}
			c := s.deskCell(lang, l, at, ask.Label, cells[at], touched[at])
			if c.Stale {
				stale++
			}
			if q.Get("addressee") != "" && q.Get("addressee") != a.Key || q.Get("show") == "stale" && !c.Stale {
				continue
			}
			for _, o := range opinions {
				if o.Item.Asks[0] == ask.Key {
					c.Opinions = append(c.Opinions, newDeskOpinion(lang, o))
				}
			}
			office.Cells = append(office.Cells, c)
		}
		if len(office.Cells) > 0 {
			p.Offices = append(p.Offices, office)
		}
	}
	p.Stale = locale.T(lang, "record.stale_count", "n", stale)
	return s.draw(w, http.StatusOK, "desk_record_cells", p)
}

func (s *Site) deskCell(lang string, l *letter.Letter, at followup.Cell, ask words, c *followup.CellStanding, touched time.Time) deskCell {
	if c == nil {
		c = followup.Empty()
	}
	row := deskCell{
		Ref: at.Addressee + "/" + at.Ask, Ask: ask, Href: letterPath(lang, l) + "/follow-up/" + at.Addressee + "/" + at.Ask,
		Value: locale.Named(lang, wording.Values, c.Tracks[followup.TrackEvidenced].Value), Stale: followup.Stale(touched, s.now()),
		Enter: deskLetterPath(l.Slug) + "/record/edit?" + url.Values{"kind": {string(followup.Assessment)}, "addressee": {at.Addressee}, "ask": {at.Ask}}.Encode(),
	}
	if !touched.IsZero() {
		row.Touched = locale.T(lang, "record.touched", "date", locale.Date(lang, touched))
	}
	return row
}

func newDeskOpinion(lang string, o *followup.Opinion) deskOpinion {
	v := deskOpinion{Value: locale.Named(lang, wording.Values, o.Item.Value), When: locale.Date(lang, o.At), Looked: o.Item.Looked, Who: locale.T(lang, "contest.by_number", "n", o.Number)}
	for _, c := range o.Item.Citations {
		v.Citations = append(v.Citations, cite(lang, c))
	}
	return v
}

// touched tells when somebody last touched each cell of a letter.
func (s *Site) touched(ctx context.Context, l *letter.Letter) (map[followup.Cell]time.Time, error) {
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	looks, err := s.store.Looks(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	return record.Touched(allAskKeys(l), looks), nil
}

// deskRecordLook records that nothing has changed in a cell since.
func (s *Site) deskRecordLook(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug := r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	addressee, ask, _ := strings.Cut(r.PostForm.Get("cell"), "/")
	if _, ok := l.Addressee(addressee); !ok || !slices.Contains(allAskKeys(l), ask) || !l.State.Public() {
		return errBadRequest
	}
	look := followup.Look{Cell: followup.Cell{Addressee: addressee, Ask: ask}, At: s.now(), By: d.person.ID}
	if err := s.store.AddLook(ctx, l.ID, l.Slug, look); err != nil {
		return err
	}
	if err := s.accounts.Note(ctx, d.person.ID, "record.unchanged", addressee+"/"+ask, slug, "", ""); err != nil {
		return err
	}
	back := url.Values{"done": {"1"}}
	if here, err := url.ParseQuery(r.PostForm.Get("here")); err == nil {
		back.Set("addressee", excerpt(here.Get("addressee"), 100))
		back.Set("show", oneOf(here.Get("show"), "", "stale"))
	}
	http.Redirect(w, r, deskLetterPath(slug)+"/record/cells?"+back.Encode(), http.StatusSeeOther)
	return nil
}
