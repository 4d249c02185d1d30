package dialogue

import (
	"strings"

	"pliego/internal/followup"
	"pliego/internal/letter"
)

// DraftAgenda makes an agenda of what a letter asks: an item for each ask, in the
// letter's own words, proposed by the coalition on the letter's day. Office, date
// and measure are open: nobody has agreed on them.
func DraftAgenda(l *letter.Letter, by string) []*AgendaItem {
	own, ok := l.Text(l.OriginalLang)
	if !ok || l.Date == "" {
		return nil
	}
	var items []*AgendaItem
	for _, ask := range own.Asks {
		i := &AgendaItem{
			ID: l.Slug + "/agenda/" + ask.Key, Version: 1, RecordedBy: by, Ask: ask.Key, Forum: l.Forum, By: Coalition, Lang: own.Lang,
			Text: askWords(ask), State: Proposed, Since: followup.Date(l.Date), Translated: followup.Words{},
		}
		for _, t := range l.Texts {
			newest, ok := l.Text(t.Lang)
			if !ok || newest.Lang != t.Lang || t.Lang == own.Lang {
				continue
			}
			if same, _, ok := newest.Ask(ask.Key); ok {
				i.Translated[t.Lang] = askWords(same)
			}
		}
		items = append(items, i)
	}
	return items
}

// askWords are an ask's text, or its title where it has none.
func askWords(a letter.Ask) string {
	text := strings.TrimSpace(a.Body)
	if text == "" {
		text = a.Title
	}
	if len(text) > MaxAgendaText {
		text = a.Title
	}
	return text
}
