package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"pliego/internal/dialogue"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/typeset"
	"pliego/internal/typeset/compose"
)

type agendaPage struct {
	page
	Letter    letterRef
	Asks      []agendaAsk
	Addressee string
	State     string
	Ask       string
	Forum     string
	Forums    []option // none when no item names a meeting
	Offices   []option
	States    []option
	AskList   []option
	Empty     bool // nothing was ever proposed
	Files     []link
}

// agendaAsk is what is on the agenda of one ask.
type agendaAsk struct {
	Title words
	Href  string
	Items []agendaView
}

type agendaView struct {
	Href    string
	By      string
	Since   string
	State   string
	Ask     words // on pages about something else
	Text    words
	Told    string // that it is a translation
	Facts   []fact
	Shown   string
	Reason  string
	Current bool
}

// agenda shows what was proposed and agreed on each ask.
func (s *Site) agenda(w http.ResponseWriter, r *http.Request, lang string) error {
	q := r.URL.Query()
	key := strings.Join([]string{r.URL.Path, excerpt(q.Get("addressee"), 60), excerpt(q.Get("state"), 20), excerpt(q.Get("ask"), 80), excerpt(q.Get("forum"), 80)}, " ")
	return s.serveCached(w, r, lang, key, s.drawAgenda)
}

func (s *Site) drawAgenda(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, items, err := s.agendaItems(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	base := letterPath(lang, l) + "/agenda"
	q := r.URL.Query()
	p := agendaPage{
		page: s.newLetterPage(lang, l, "/agenda", locale.T(lang, "agenda.title", "title", text.Title), locale.T(lang, "agenda.lead")), Letter: refTo(lang, l, text),
		Addressee: q.Get("addressee"), State: q.Get("state"), Ask: q.Get("ask"), Forum: q.Get("forum"), Empty: len(items) == 0,
		Files: []link{{Href: base + ".pdf", Label: "PDF"}, {Href: base + ".docx", Label: "DOCX"}, {Href: base + ".csv", Label: "CSV"}, {Href: base + ".json", Label: "JSON"}},
	}
	any := option{"", locale.T(lang, "agenda.any")}
	p.Offices, p.States, p.AskList = []option{any}, []option{any}, []option{any}
	for _, a := range l.Addressees {
		name, _ := addresseeName(lang, a)
		p.Offices = append(p.Offices, option{a.Key, name})
	}
	for _, x := range dialogue.AgendaStates {
		p.States = append(p.States, option{string(x), locale.Named(lang, wording.AgendaStates, x)})
	}
	if p.Forums, err = s.agendaForums(ctx, lang, items); err != nil {
		return nil, err
	}
	for _, a := range text.Asks {
		p.AskList = append(p.AskList, option{a.Key, a.Title})
		if p.Ask != "" && p.Ask != a.Key {
			continue
		}
		row := agendaAsk{Title: words{a.Title, text.Lang}, Href: letterPath(lang, l) + "/asks/" + a.Key}
		for _, i := range items {
			// What is everybody's is each government's too.
			if i.Ask != a.Key || p.Forum != "" && p.Forum != i.Forum || p.State != "" && p.State != string(i.State) || p.Addressee != "" && i.Addressee != "" && p.Addressee != i.Addressee {
				continue
			}
			row.Items = append(row.Items, s.agendaView(lang, l, i))
		}
		if len(row.Items) > 0 {
			p.Asks = append(p.Asks, row)
		}
	}
	out, err := s.render("agenda", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// agendaItems reads the newest version of each item of a letter's agenda.
func (s *Site) agendaItems(ctx context.Context, r *http.Request, lang string) (l *letter.Letter, text letter.Text, items []*dialogue.AgendaItem, err error) {
	l, text, err = s.letterAndText(ctx, r, lang)
	if err != nil {
		return l, text, nil, err
	}
	if len(text.Asks) == 0 {
		return l, text, nil, errNotFound
	}
	agenda, err := s.store.AgendaOf(ctx, l.ID)
	return l, text, agenda.Newest(s.now()), err
}

// agendaView puts a version of an item into words.
func (s *Site) agendaView(lang string, l *letter.Letter, i *dialogue.AgendaItem) agendaView {
	v := agendaView{Href: letterPath(lang, l) + "/agenda/" + i.Slug(), By: compose.AgendaBy(lang, i), Since: compose.AgendaSince(lang, i), State: strings.ReplaceAll(string(i.State), " ", "-"), Shown: i.Shown.URL, Reason: i.Reason}
	v.Text.Text, v.Text.Lang = i.In(lang)
	if v.Text.Lang != i.Lang {
		v.Told = locale.T(lang, "agenda.translated", "language", locale.NameIn(lang, i.Lang))
	}
	or := func(text string) string {
		if text == "" {
			return locale.T(lang, "agenda.open")
		}
		return text
	}
	whose := fact{Label: locale.T(lang, "agenda.whose"), Value: locale.T(lang, "agenda.all_offices")}
	if a, ok := l.Addressee(i.Addressee); ok {
		name, in := addresseeName(lang, a)
		whose = fact{Label: whose.Label, Value: name, Lang: in, Href: letterPath(lang, l) + "/addressees/" + a.Key}
	}
	measure, in := i.Measure.In(lang)
	v.Facts = []fact{
		whose,
		{Label: locale.T(lang, "agenda.office"), Value: or(i.Office)},
		{Label: locale.T(lang, "agenda.due"), Value: or(wording.Date(lang, i.Due))},
		{Label: locale.T(lang, "agenda.measure"), Value: or(measure), Lang: in},
	}
	if i.AgreedBy != "" {
		v.Facts = append(v.Facts, fact{Label: locale.Named(lang, wording.AgendaStates, dialogue.Agreed), Value: locale.T(lang, "agenda.agreed_by", "who", i.AgreedBy)})
	}
	return v
}

type agendaItemPage struct {
	page
	Letter   letterRef
	Back     link
	Ask      link
	AskLang  string
	Now      agendaView
	Versions []agendaView // the newest first
}

// agendaItem is the story of one item.
func (s *Site) agendaItem(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	agenda, err := s.store.AgendaOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	slug := r.PathValue("item")
	for _, i := range agenda.Newest(s.now()) {
		if i.Slug() != slug {
			continue
		}
		ask, _, _ := text.Ask(i.Ask)
		p := agendaItemPage{
			page: s.newLetterPage(lang, l, "/agenda/"+slug, ask.Title+" · "+locale.T(lang, "agenda.heading"), locale.T(lang, "agenda.lead")), Letter: refTo(lang, l, text),
			Back: link{Href: letterPath(lang, l) + "/agenda", Label: locale.T(lang, "agenda.heading")},
			Ask:  link{Href: letterPath(lang, l) + "/asks/" + ask.Key, Label: ask.Title}, AskLang: text.Lang, Now: s.agendaView(lang, l, i),
		}
		versions := agenda.Versions(i.ID)
		for n := len(versions) - 1; n >= 0; n-- {
			v := s.agendaView(lang, l, versions[n])
			v.Text.Text, v.Text.Lang, v.Told = versions[n].Text, versions[n].Lang, ""
			if v.Reason != "" {
				v.Reason = locale.T(lang, "agenda.why", "reason", v.Reason)
			}
			p.Versions = append(p.Versions, v)
		}
		out, err := s.render("agenda_item", &p)
		if err != nil {
			return nil, err
		}
		return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
	}
	return nil, errNotFound
}

// agendaPrint is the agenda as a draft that a meeting can adopt.
func (s *Site) agendaPrint(format string) handler {
	return func(w http.ResponseWriter, r *http.Request, lang string) error {
		key := r.URL.Path + " " + s.now().UTC().Format("2006-01-02")
		return s.serveCached(w, r, lang, key, func(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
			l, _, items, err := s.agendaItems(ctx, r, lang)
			if err != nil {
				return nil, err
			}
			report := compose.Agenda(l, items, lang, s.base, s.now())
			var b bytes.Buffer
			if format == "docx" {
				err = typeset.ReportDOCX(ctx, &b, report)
			} else {
				_, err = typeset.ReportPDF(ctx, &b, report)
			}
			if err != nil {
				return nil, err
			}
			return newDrawn(l.Slug, l.Version, s.now(), editionTypes[format], b.Bytes())
		})
	}
}

// agendaRow is an item in the files; the same columns in every language.
type agendaRow struct {
	Item      string `json:"item"`
	Version   int    `json:"version"`
	Ask       string `json:"ask"`
	Addressee string `json:"addressee"`
	State     string `json:"state"`
	Since     string `json:"since"`
	By        string `json:"by"`
	ByName    string `json:"by_name"`
	Office    string `json:"office"`
	Due       string `json:"due"`
	Measure   string `json:"measure"`
	AgreedBy  string `json:"agreed_by"`
	Shown     string `json:"shown"`
	Language  string `json:"language"`
	Text      string `json:"text"`
}

var agendaHeads = []string{"item", "version", "ask", "addressee", "state", "since", "by", "by_name", "office", "due", "measure", "agreed_by", "shown", "language", "text"}

func (s *Site) agendaRows(r *http.Request, lang string) ([]agendaRow, error) {
	ctx, cancel := within(r)
	defer cancel()
	_, _, items, err := s.agendaItems(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	rows := []agendaRow{}
	for _, i := range items {
		measure, _ := i.Measure.In(lang)
		rows = append(rows, agendaRow{i.Slug(), i.Version, i.Ask, i.Addressee, string(i.State), string(i.Since), string(i.By), i.ByName, i.Office, string(i.Due), measure, i.AgreedBy, i.Shown.URL, i.Lang, i.Text})
	}
	return rows, nil
}

func (s *Site) agendaJSON(w http.ResponseWriter, r *http.Request, lang string) error {
	rows, err := s.agendaRows(r, lang)
	if err != nil {
		return err
	}
	w.Header()["Cache-Control"] = revalidate
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"agenda": rows})
}

func (s *Site) agendaCSV(w http.ResponseWriter, r *http.Request, lang string) error {
	rows, err := s.agendaRows(r, lang)
	if err != nil {
		return err
	}
	w.Header()["Cache-Control"] = revalidate
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	out := csv.NewWriter(w)
	if err := out.Write(agendaHeads); err != nil {
		return err
	}
	for _, x := range rows {
		err := out.Write([]string{x.Item, strconv.Itoa(x.Version), x.Ask, x.Addressee, x.State, x.Since, x.By, x.ByName, x.Office, x.Due, x.Measure, x.AgreedBy, x.Shown, x.Language, x.Text})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
