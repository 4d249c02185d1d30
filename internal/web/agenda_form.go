package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// agendaForm is the form of one item, as it was typed or as it stands.
type agendaForm struct {
	lang                 string
	ID, Version          string // "" of a new one
	Open                 bool
	Ask, Addressee       string
	Proposer, Name       string
	Text, Lang           string
	translations         []agendaWords
	Office, Due, Measure string
	State, Since         string
	AgreedBy, Shown      string
	Reason               string
	asks, offices        []option
	states, proposers    []option
	languages            []option
}

type agendaWords struct{ Lang, Label, Text string }

// line, choice and area make one field; the ID keeps those of several items apart.
func (f agendaForm) line(name, label, value string, optional bool) field {
	return field{ID: f.prefix() + name, Name: name, Label: locale.T(f.lang, label), Type: "text", Value: value, Max: dialogue.MaxAgendaField, Optional: optional}
}

func (f agendaForm) choice(name, label, value string, options []option) field {
	return field{ID: f.prefix() + name, Name: name, Label: locale.T(f.lang, label), Value: value, Options: options}
}

func (f agendaForm) area(name, label, value string, optional bool) field {
	return field{ID: f.prefix() + name, Name: name, Label: label, Value: value, Max: dialogue.MaxAgendaText, Rows: 4, Optional: optional}
}

func (f agendaForm) prefix() string {
	return "agenda-" + f.ID[strings.LastIndexByte(f.ID, '/')+1:] + "-"
}

// work are the fields that say who does what by when.
func (f agendaForm) work() []field {
	return []field{
		f.choice("addressee", "agenda.addressee", f.Addressee, f.offices), f.line("office", "agenda.office", f.Office, true),
		f.line("due", "agenda.due", f.Due, true), f.area("measure", locale.T(f.lang, "agenda.measure"), f.Measure, true),
	}
}

// Proposing are the fields of a signatory's proposal.
func (f agendaForm) Proposing() []field {
	return append([]field{
		f.choice("ask", "agenda.ask", f.Ask, f.asks), f.area("text", locale.T(f.lang, "agenda.text"), f.Text, false), f.choice("lang", "agenda.language", f.Lang, f.languages),
	}, f.work()...)
}

// standing are the fields that say where an item stands, and what shows it.
func (f agendaForm) standing() []field {
	return []field{
		f.choice("state", "agenda.state", f.State, f.states), f.line("since", "agenda.since_label", f.Since, true),
		f.line("agreed_by", "agenda.who_agreed", f.AgreedBy, true), f.line("shown", "agenda.shown_url", f.Shown, true),
	}
}

// Adding are the fields of a new item.
func (f agendaForm) Adding() []field {
	list := f.Proposing()
	list = append(list, f.choice("by", "agenda.proposer", f.Proposer, f.proposers), f.line("by_name", "agenda.name", f.Name, true))
	return append(list, f.standing()...)
}

// Changing are the fields of one that is there: its own words stay.
func (f agendaForm) Changing() []field {
	list := []field{f.area("text", locale.T(f.lang, "agenda.text"), f.Text, false)}
	for _, w := range f.translations {
		list = append(list, f.area("text_"+w.Lang, w.Label, w.Text, true))
	}
	return append(append(append(list, f.work()...), f.standing()...), f.line("reason", "agenda.reason", f.Reason, false))
}

// blankAgenda is the form of a new item.
func blankAgenda(lang string, l *letter.Letter) agendaForm {
	f := agendaForm{lang: lang, Lang: l.OriginalLang, State: string(dialogue.Proposed), Proposer: string(dialogue.Coalition)}
	if text, ok := l.Text(lang); ok {
		for _, a := range text.Asks {
			f.asks = append(f.asks, option{a.Key, a.Title})
		}
	}
	f.offices = []option{{"", locale.T(lang, "agenda.all_offices")}}
	for _, a := range l.Addressees {
		name, _ := addresseeName(lang, a)
		f.offices = append(f.offices, option{a.Key, name})
	}
	for _, x := range []dialogue.AgendaState{dialogue.Proposed, dialogue.Agreed, dialogue.UnderWay, dialogue.Done} {
		f.states = append(f.states, option{string(x), locale.Named(lang, wording.AgendaStates, x)})
	}
	for _, x := range dialogue.Proposers {
		f.proposers = append(f.proposers, option{string(x), locale.Named(lang, wording.Proposers, x)})
	}
	for _, x := range locale.Languages {
		f.languages = append(f.languages, option{x, locale.Name(x)})
		f.translations = append(f.translations, agendaWords{Lang: x, Label: locale.T(lang, "agenda.translation", "language", locale.NameIn(lang, x))})
	}
	return f
}

// formOfAgenda is the form that changes an item.
func formOfAgenda(lang string, l *letter.Letter, i *dialogue.AgendaItem) agendaForm {
	f := blankAgenda(lang, l)
	measure, _ := i.Measure.In(lang)
	f.ID, f.Version, f.Ask, f.Addressee, f.Proposer, f.Name, f.Text, f.Lang = i.ID, strconv.Itoa(i.Version), i.Ask, i.Addressee, string(i.By), i.ByName, i.Text, i.Lang
	f.Office, f.Due, f.Measure, f.State, f.Since, f.AgreedBy, f.Shown = i.Office, string(i.Due), measure, string(i.State), string(i.Since), i.AgreedBy, i.Shown.URL
	f.states = nil
	for _, x := range append([]dialogue.AgendaState{i.State}, i.State.Next()...) {
		f.states = append(f.states, option{string(x), locale.Named(lang, wording.AgendaStates, x)})
	}
	f.translations = slices.DeleteFunc(f.translations, func(w agendaWords) bool { return w.Lang == i.Lang })
	for n := range f.translations {
		f.translations[n].Text = i.Translated[f.translations[n].Lang]
	}
	return f
}

// fill takes what was typed.
func (f *agendaForm) fill(typed url.Values) {
	f.Open = true
	for name, into := range map[string]*string{
		"ask": &f.Ask, "addressee": &f.Addressee, "by": &f.Proposer, "by_name": &f.Name, "text": &f.Text, "lang": &f.Lang, "office": &f.Office, "due": &f.Due,
		"measure": &f.Measure, "state": &f.State, "since": &f.Since, "agreed_by": &f.AgreedBy, "shown": &f.Shown, "reason": &f.Reason,
	} {
		if typed.Has(name) {
			*into = typed.Get(name)
		}
	}
	for n := range f.translations {
		f.translations[n].Text = typed.Get("text_" + f.translations[n].Lang)
	}
}

// agendaTyped reads an item out of a form.
func agendaTyped(form url.Values) *dialogue.AgendaItem {
	i := &dialogue.AgendaItem{
		Ask: form.Get("ask"), Addressee: form.Get("addressee"), By: dialogue.Proposer(form.Get("by")), ByName: oneLine(form.Get("by_name")),
		Text: strings.TrimSpace(form.Get("text")), Lang: form.Get("lang"), Office: oneLine(form.Get("office")), Due: followup.Date(strings.TrimSpace(form.Get("due"))),
		State: dialogue.AgendaState(form.Get("state")), Since: followup.Date(strings.TrimSpace(form.Get("since"))), AgreedBy: oneLine(form.Get("agreed_by")),
	}
	if m := strings.TrimSpace(form.Get("measure")); m != "" {
		i.Measure = followup.Words{i.Lang: m}
	}
	for _, lang := range locale.Languages {
		if t := strings.TrimSpace(form.Get("text_" + lang)); t != "" {
			if i.Translated == nil {
				i.Translated = followup.Words{}
			}
			i.Translated[lang] = t
		}
	}
	if u := strings.TrimSpace(form.Get("shown")); u != "" {
		i.Shown = followup.Citation{URL: u, Grade: followup.Official, Confidence: followup.Seen}
	}
	return i
}
