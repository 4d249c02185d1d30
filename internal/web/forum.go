package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
)

type forumsPage struct {
	page
	Rows []forumRow
}

type forumRow struct {
	Href         string
	Name         words
	When, Points string
	Unverified   bool
}

var forumKinds = map[string]string{
	"summit":          "forum.kind_summit",
	"assembly":        "forum.kind_assembly",
	"special-session": "forum.kind_special_session",
	"ministerial":     "forum.kind_ministerial",
	"commission":      "forum.kind_commission",
	"court":           "forum.kind_court",
}

// forums lists the meetings, newest first.
func (s *Site) forums(ctx context.Context, _ *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	all, err := s.store.Forums(ctx)
	if err != nil {
		return nil, err
	}
	provisions, err := s.store.Provisions(ctx)
	if err != nil {
		return nil, err
	}
	points := map[string]int{}
	for _, p := range provisions {
		if !p.TakenDown {
			points[p.Forum]++
		}
	}
	var list []dialogue.Forum
	for _, f := range all {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b dialogue.Forum) int { return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.Key, b.Key)) })
	p := forumsPage{page: s.newPage(lang, "/forums", locale.T(lang, "forums.title"), locale.T(lang, "forums.lead"))}
	for _, f := range list {
		row := forumRow{Href: "/" + lang + "/forums/" + f.Key, When: forumWhen(lang, f), Unverified: f.Confidence == unverified}
		row.Name.Text, row.Name.Lang = followup.Words(f.Names).In(lang)
		row.Points = locale.T(lang, "forums.no_points")
		if n := points[f.Key]; n > 0 {
			row.Points = locale.T(lang, "forums.points", "n", n)
		}
		p.Rows = append(p.Rows, row)
	}
	out, err := s.render("forums", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}

type forumPage struct {
	page
	Heading     words
	Unverified  bool
	Facts       []fact
	Letters     []link
	Agenda      []agendaView // what is or was put to it
	Instruments []instrument
}

// instrument is what a forum adopted, with the points that are on record.
type instrument struct {
	Title  string
	Points []pointView
}

type pointView struct {
	ID         string
	Point      string
	Summary    words
	Quote      string
	Asks       []link
	AskLang    string
	Answers    string
	Evades     bool
	Reserved   string
	Source     citationView
	Unverified bool
	Gone       string // why it was taken down
}

// forum reads as the story of one round: who met, what was put to it, and what it
// adopted, point by point.
func (s *Site) forum(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	all, err := s.store.Forums(ctx)
	if err != nil {
		return nil, err
	}
	f, ok := all[r.PathValue("forum")]
	if !ok {
		return nil, errNotFound
	}
	letters, err := s.store.Letters(ctx, publicStates()...)
	if err != nil {
		return nil, err
	}
	provisions, err := s.store.Provisions(ctx)
	if err != nil {
		return nil, err
	}
	var heading words
	heading.Text, heading.Lang = followup.Words(f.Names).In(lang)
	p := forumPage{page: s.newPage(lang, "/forums/"+f.Key, heading.Text, locale.T(lang, "forums.lead")), Heading: heading, Unverified: f.Confidence == unverified}
	p.Facts = forumFacts(lang, f)
	byID := map[string]*letter.Letter{}
	for _, l := range letters {
		byID[l.ID] = l
		put, err := s.agendaOf(ctx, lang, l, atForum(f.Key))
		if err != nil {
			return nil, err
		}
		p.Agenda = append(p.Agenda, put...)
		if text, ok := l.Text(lang); ok && l.Forum == f.Key {
			p.Letters = append(p.Letters, link{Href: letterPath(lang, l), Label: text.Title})
		}
	}
	for _, x := range provisions {
		l := byID[x.LetterID]
		if x.Forum != f.Key || l == nil {
			continue
		}
		if n := len(p.Instruments); n == 0 || p.Instruments[n-1].Title != x.Instrument {
			p.Instruments = append(p.Instruments, instrument{Title: x.Instrument})
		}
		last := &p.Instruments[len(p.Instruments)-1]
		last.Points = append(last.Points, pointOf(lang, l, x))
	}
	out, err := s.render("forum", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}

func forumFacts(lang string, f dialogue.Forum) []fact {
	facts := []fact{{Label: locale.T(lang, "forum.when"), Value: forumWhen(lang, f)}}
	add := func(label string, w map[string]string) {
		if text, in := followup.Words(w).In(lang); text != "" {
			facts = append(facts, fact{Label: label, Value: text, Lang: in})
		}
	}
	add(locale.T(lang, "forum.where"), forumPlace(lang, f))
	add(locale.T(lang, "forum.body"), f.Body)
	if name := locale.Named(lang, forumKinds, f.Kind); name != "" {
		facts = append(facts, fact{Label: locale.T(lang, "forum.kind"), Value: name})
	}
	if f.SourceURL != "" {
		facts = append(facts, fact{Label: locale.T(lang, "forum.source"), Value: host(f.SourceURL), Href: f.SourceURL})
	}
	return facts
}

// forumPlace is the town with its country.
func forumPlace(lang string, f dialogue.Forum) map[string]string {
	out := map[string]string{}
	for in, town := range f.Place {
		out[in] = town
		if country := place.Name(f.Country, in); country != "" && town != "" {
			out[in] = town + ", " + country
		}
	}
	return out
}

// forumWhen writes when a forum met.
func forumWhen(lang string, f dialogue.Forum) string {
	from, to := wording.Date(lang, followup.Date(f.From)), wording.Date(lang, followup.Date(f.To))
	if from == to || f.To == "" {
		return from
	}
	return from + " – " + to
}

func pointOf(lang string, l *letter.Letter, x *dialogue.Provision) pointView {
	if x.TakenDown {
		return pointView{ID: x.ID, Gone: locale.T(lang, "cell.taken_down", "date", locale.Date(lang, x.RecordedAt), "reason", x.Reason)}
	}
	text, _ := l.Text(lang)
	v := pointView{
		ID: x.ID, Quote: x.Quote, AskLang: text.Lang, Answers: locale.Named(lang, wording.Answers, x.Answers), Evades: x.Answers == dialogue.Evading,
		Source: cite(lang, x.Source), Unverified: x.Source.Confidence == followup.Memory,
	}
	if x.Point == "preamble" {
		v.Point = locale.T(lang, "forum.preamble")
	} else if x.Point != "" {
		v.Point = locale.T(lang, "forum.point", "point", x.Point)
	}
	v.Summary.Text, v.Summary.Lang = x.Summary.In(lang)
	for _, key := range x.Asks {
		if ask, _, ok := text.Ask(key); ok {
			v.Asks = append(v.Asks, link{Href: letterPath(lang, l) + "/asks/" + key, Label: ask.Title})
		}
	}
	var states []string
	for _, code := range x.Reserved {
		states = append(states, place.Name(code, lang))
	}
	if len(states) > 0 {
		v.Reserved = locale.T(lang, "forum.reserved", "states", strings.Join(states, ", "))
	}
	return v
}

// forumPoint is a point on the page of the ask that it is about.
type forumPoint struct {
	Forum words
	Href  string
	When  string
	pointView
}

// pointsOn gives what forums adopted on an ask, newest first.
func (s *Site) pointsOn(ctx context.Context, lang string, l *letter.Letter, ask string) ([]forumPoint, error) {
	provisions, err := s.store.Provisions(ctx)
	if err != nil || len(provisions) == 0 {
		return nil, err
	}
	forums, err := s.store.Forums(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(provisions, func(a, b *dialogue.Provision) int { return cmp.Compare(forums[b.Forum].From, forums[a.Forum].From) })
	var out []forumPoint
	for _, x := range provisions {
		if x.TakenDown || x.LetterID != l.ID || !slices.Contains(x.Asks, ask) {
			continue
		}
		f := forums[x.Forum]
		point := forumPoint{Href: "/" + lang + "/forums/" + f.Key + "#" + x.ID, When: forumWhen(lang, f), pointView: pointOf(lang, l, x)}
		point.Forum.Text, point.Forum.Lang = followup.Words(f.Names).In(lang)
		out = append(out, point)
	}
	return out, nil
}
