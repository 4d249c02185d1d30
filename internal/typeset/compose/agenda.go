package compose

import (
	"strconv"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/typeset"
)

// blank is what a meeting fills in.
const blank = "____________________"

// Agenda composes a letter's agenda as a draft that a meeting can adopt: the items
// of each ask by number, with blanks for what is open. base is the site's address
// without a slash at the end.
func Agenda(l *letter.Letter, items []*dialogue.AgendaItem, lang, base string, now time.Time) *typeset.Report {
	words, _ := l.Text(lang)
	t := func(key string, args ...any) string { return locale.T(lang, key, args...) }
	r := &typeset.Report{
		Lang: lang, Kicker: t("agenda.print_kicker"), Title: t("agenda.print_title", "title", words.Title),
		URL: base + "/" + lang + "/letters/" + l.Ref() + "/agenda", Published: now,
		Labels: typeset.ReportLabels{Contents: t("edition.contents"), Notes: t("edition.notes"), Page: t("print.page"), Address: t("print.address"), Hash: t("edition.hash")},
	}
	r.Facts = []typeset.ReportFact{
		{Label: t("edition.letter"), Text: words.Title, URL: base + "/" + lang + "/letters/" + l.Ref()},
		{Label: t("edition.made"), Text: locale.Date(lang, now)},
	}
	r.Intro = []typeset.Block{paragraph(t("agenda.print_says"))}
	c := &report{lang: lang, base: base}
	for n, ask := range words.Asks {
		s := typeset.Section{ID: ask.Key, Title: strconv.Itoa(n+1) + ". " + ask.Title}
		number := 0
		for _, i := range items {
			if i.Ask != ask.Key || i.State == dialogue.Dropped {
				continue
			}
			number++
			s.Parts = append(s.Parts, typeset.Part{Entry: c.agendaEntry(&s, i, strconv.Itoa(n+1)+"."+strconv.Itoa(number))}, typeset.Part{Table: c.agendaTable(i)})
		}
		if number == 0 {
			s.Parts = append(s.Parts, text(t("agenda.none")))
		}
		r.Sections = append(r.Sections, s)
	}
	r.Sections = append(r.Sections, typeset.Section{ID: "adoption", Title: t("agenda.adoption"), Parts: []typeset.Part{
		text(t("agenda.adoption_says") + " " + blank + blank), text(t("agenda.signed") + " " + blank + blank), text(t("agenda.signed_civil") + " " + blank + blank),
	}})
	return r
}

func (c *report) agendaEntry(s *typeset.Section, i *dialogue.AgendaItem, number string) *typeset.Entry {
	e := &typeset.Entry{When: joined(" · ", number, AgendaSince(c.lang, i)), Title: AgendaBy(c.lang, i)}
	var in string
	e.Text, in = i.In(c.lang)
	c.foreign(e, in)
	if i.Shown.URL != "" {
		e.Notes = []int{c.note(s, c.citation(i.Shown), i.Shown.URL)}
	}
	return e
}

// agendaTable is what is agreed of an item, with blanks for what is not.
func (c *report) agendaTable(i *dialogue.AgendaItem) *typeset.Table {
	or := func(text string) typeset.Cell {
		if text == "" {
			return typeset.Cell{Text: blank}
		}
		return typeset.Cell{Text: text}
	}
	measure, _ := i.Measure.In(c.lang)
	return &typeset.Table{
		Caption: c.t("agenda.heading"), Widths: []float64{4, 2.5, 4},
		Heads: []string{c.t("agenda.office"), c.t("agenda.due"), c.t("agenda.measure")},
		Rows:  [][]typeset.Cell{{or(i.Office), or(wording.Date(c.lang, i.Due)), or(measure)}},
	}
}

// AgendaSince says where an item stands, and since when.
func AgendaSince(lang string, i *dialogue.AgendaItem) string {
	return locale.T(lang, "agenda.since", "state", locale.Named(lang, wording.AgendaStates, i.State), "date", wording.Date(lang, i.Since))
}

// AgendaBy says who proposed an item.
func AgendaBy(lang string, i *dialogue.AgendaItem) string {
	if i.By == dialogue.Signatory && i.Number > 0 {
		return capital(locale.T(lang, "agenda.by_number", "n", i.Number))
	}
	by := capital(locale.Named(lang, wording.Proposers, i.By))
	if i.ByName != "" {
		return locale.T(lang, "agenda.by_name", "by", by, "name", i.ByName)
	}
	return by
}

// agenda is the agenda as an edition has it; nil when it is empty.
func (c *report) agenda() *typeset.Section {
	if len(c.e.Agenda) == 0 {
		return nil
	}
	s := &typeset.Section{ID: "agenda", Title: c.t("agenda.heading"), Parts: []typeset.Part{text(c.t("agenda.lead"))}}
	for _, ask := range c.e.Asks {
		first := true
		for _, w := range c.e.Agenda {
			if w.Body.Ask != ask.Key {
				continue
			}
			if first {
				first = false
				s.Parts = append(s.Parts, typeset.Part{Heading: c.in(ask.Title)})
			}
			s.Parts = append(s.Parts, typeset.Part{Entry: c.agendaEntry(s, w.Body, "")})
			if w.Body.Office != "" || w.Body.Due != "" || len(w.Body.Measure) > 0 {
				s.Parts = append(s.Parts, typeset.Part{Table: c.agendaTable(w.Body)})
			}
		}
	}
	return s
}
