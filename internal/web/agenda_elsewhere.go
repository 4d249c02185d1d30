package web

import (
	"cmp"
	"context"
	"slices"

	"pliego/internal/dialogue"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// mostOfAgenda is how many letters of an item stand where its page is a click away.
const mostOfAgenda = 140

// agendaOf are the items of a letter's agenda that a page about something else
// shows; what was dropped stays on the agenda's own page.
func (s *Site) agendaOf(ctx context.Context, lang string, l *letter.Letter, shows func(*dialogue.AgendaItem) bool) ([]agendaView, error) {
	agenda, err := s.store.AgendaOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	var out []agendaView
	for _, i := range agenda.Newest(s.now()) {
		if i.State == dialogue.Dropped || !shows(i) {
			continue
		}
		v := s.agendaView(lang, l, i)
		if text, ok := l.Text(lang); ok {
			ask, _, _ := text.Ask(i.Ask)
			v.Ask = words{ask.Title, text.Lang}
		}
		v.Text.Text = excerpt(v.Text.Text, mostOfAgenda)
		out = append(out, v)
	}
	return out, nil
}

// atForum tells whether an item is or was put to a forum.
func atForum(key string) func(*dialogue.AgendaItem) bool {
	return func(i *dialogue.AgendaItem) bool { return i.Forum == key }
}

// ofAddressee tells whether an item is an addressee's; what is everybody's is
// each addressee's too.
func ofAddressee(key string) func(*dialogue.AgendaItem) bool {
	return func(i *dialogue.AgendaItem) bool { return i.Addressee == "" || i.Addressee == key }
}

// agendaForums are the meetings that items of an agenda name, by key.
func (s *Site) agendaForums(ctx context.Context, lang string, items []*dialogue.AgendaItem) ([]option, error) {
	forums, err := s.store.Forums(ctx)
	if err != nil {
		return nil, err
	}
	var out []option
	for _, i := range items {
		if f, ok := forums[i.Forum]; ok && !slices.ContainsFunc(out, func(o option) bool { return o.Value == f.Key }) {
			out = append(out, option{f.Key, f.NameIn(lang)})
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	slices.SortFunc(out, func(a, b option) int { return cmp.Compare(a.Value, b.Value) })
	return append([]option{{"", locale.T(lang, "agenda.any")}}, out...), nil
}
