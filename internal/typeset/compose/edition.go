package compose

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/dialogue"
	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/followup/edition"
	"pliego/internal/followup/wording"
	"pliego/internal/locale"
	"pliego/internal/typeset"
)

// signs are those of the evidenced track.
var signs = map[followup.Value]typeset.Sign{
	followup.NotAssessed: typeset.SignDot, followup.NoEvidenceFound: typeset.SignRing, followup.NotStarted: typeset.SignBar,
	followup.Limited: typeset.SignPart, followup.Substantial: typeset.SignHalf, followup.Complete: typeset.SignFull, followup.Reversed: typeset.SignBack,
}

// Edition composes an issue of an edition in lang. base is the site's address
// without a slash at the end, hash that of the edition's body.
func Edition(e *edition.Edition, lang, base, hash string) *typeset.Report {
	c := &report{e: e, lang: lang, base: base, cells: e.Cells(), added: map[string]bool{}}
	for _, id := range e.Added {
		c.added[id] = true
	}
	title, _ := e.Title.In(lang)
	r := &typeset.Report{
		Lang: lang, Kicker: c.t("edition.kicker", "n", e.Number), Title: c.t("edition.title", "title", title),
		URL: base + "/" + lang + "/letters/" + e.Letter + "/editions/" + strconv.Itoa(e.Number), Hash: hash, Published: e.MadeAt,
		Labels: typeset.ReportLabels{
			Contents: c.t("edition.contents"), Notes: c.t("edition.notes"), Page: c.t("print.page"),
			Address: c.t("edition.address"), Hash: c.t("edition.hash"),
		},
	}
	r.Facts = []typeset.ReportFact{
		{Label: c.t("edition.letter"), Text: title + c.letterDate(), URL: base + "/" + lang + "/letters/" + e.Letter},
		{Label: c.t("edition.period"), Text: c.t("edition.from_to", "from", wording.Date(lang, followup.Date(e.From)), "to", wording.Date(lang, followup.Date(e.On)))},
		{Label: c.t("edition.scope"), Text: c.t("edition.scope_says", "asks", c.t("edition.n_asks", "n", len(e.Asks)), "offices", c.t("edition.n_offices", "n", len(e.Offices)))},
		{Label: c.t("edition.made"), Text: locale.Date(lang, e.MadeAt)},
	}
	if e.Issue > 1 {
		r.Facts = append(r.Facts, typeset.ReportFact{Label: c.t("edition.issue"), Text: c.t("edition.issue_says", "n", e.Issue, "reason", e.Reason)})
	}
	r.Sections = append(r.Sections, c.found(), c.changed(), c.matrix())
	for _, more := range []*typeset.Section{c.moved(), c.forums(), c.agenda()} {
		if more != nil {
			r.Sections = append(r.Sections, *more)
		}
	}
	for _, o := range c.offices() {
		r.Sections = append(r.Sections, c.office(o))
	}
	r.Sections = append(r.Sections, c.method(r))
	return r
}

// report is an edition on its way into words.
type report struct {
	e          *edition.Edition
	lang, base string
	cells      map[followup.Cell]*followup.CellStanding
	added      map[string]bool
	notes      int // given so far
}

func (c *report) t(key string, args ...any) string { return locale.T(c.lang, key, args...) }

func (c *report) letterDate() string {
	day, err := time.Parse(time.DateOnly, c.e.Date)
	if err != nil {
		return ""
	}
	return ", " + locale.Date(c.lang, day)
}

func (c *report) cell(office, ask string) *followup.CellStanding {
	if x := c.cells[followup.Cell{Addressee: office, Ask: ask}]; x != nil {
		return x
	}
	return followup.Empty()
}

func (c *report) in(w followup.Words) string {
	text, _ := w.In(c.lang)
	return text
}

// offices are those of the edition by name.
func (c *report) offices() []edition.Office {
	list := slices.Clone(c.e.Offices)
	order := collate.New(language.Make(c.lang))
	slices.SortStableFunc(list, func(a, b edition.Office) int { return order.CompareString(c.in(a.Name), c.in(b.Name)) })
	return list
}

func paragraph(text string) typeset.Block { return typeset.Block{Runs: []typeset.Run{{Text: text}}} }

func text(paragraphs ...string) typeset.Part {
	var p typeset.Part
	for _, t := range paragraphs {
		p.Text = append(p.Text, paragraph(t))
	}
	return p
}

// found says first what the edition found.
func (c *report) found() typeset.Section {
	s := typeset.Section{ID: "found", Title: c.t("edition.found")}
	assessed, answers := 0, 0
	acts := map[string]bool{}
	toward, against, mixed, rubric := 0, 0, 0, 0
	unverified := map[string]bool{}
	for _, o := range c.e.Offices {
		for _, a := range c.e.Asks {
			x := c.cell(o.Key, a.Key)
			toward, against, mixed = toward+x.Toward, against+x.Against, mixed+x.Mixed
			if i := x.Tracks[followup.TrackEvidenced].Item; i != nil {
				assessed++
				if i.ByRule {
					rubric = max(rubric, i.Rubric)
				}
			}
			for _, i := range x.Items {
				if i.Kind == followup.Action && !i.TakenDown {
					acts[i.ID] = true
					if !i.Verified() {
						unverified[i.ID] = true
					}
				}
			}
		}
	}
	for _, i := range c.e.Items {
		if i.Kind == followup.Answer && i.Gone == "" {
			answers++
		}
	}
	says := []string{
		c.t("edition.found_cells", "cells", len(c.e.Offices)*len(c.e.Asks), "assessed", assessed),
		c.t("edition.found_acts", "acts", c.t("edition.n_acts", "n", len(acts)), "toward", c.t("follow.toward_n", "n", toward),
			"against", c.t("follow.against_n", "n", against), "mixed", mixed, "unverified", len(unverified)),
	}
	if answers == 0 {
		says = append(says, c.t("edition.no_answers"))
	} else {
		says = append(says, c.t("edition.answers", "n", answers))
	}
	s.Parts = append(s.Parts, text(says...))
	for _, a := range c.e.Asks {
		s.Parts = append(s.Parts, typeset.Part{Heading: c.in(a.Title)}, typeset.Part{Text: []typeset.Block{c.foundOf(a)}})
	}
	if rubric > 0 {
		s.Parts = append(s.Parts, typeset.Part{Small: []typeset.Block{paragraph(c.t("edition.by_rule", "n", rubric))}})
	}
	return s
}

// foundOf is a list of where one ask stands, value by value.
func (c *report) foundOf(a edition.Ask) typeset.Block {
	list := typeset.Block{Kind: typeset.BulletList}
	item := func(line string) { list.Items = append(list.Items, []typeset.Block{paragraph(line)}) }
	values := followup.Values[followup.TrackEvidenced]
	for n := len(values) - 1; n >= 0; n-- {
		var places []string
		for _, o := range c.offices() {
			if c.cell(o.Key, a.Key).Tracks[followup.TrackEvidenced].Value == values[n] {
				places = append(places, c.in(o.Name))
			}
		}
		name := capital(locale.Named(c.lang, wording.Values, values[n]))
		switch {
		case len(places) == 0:
		case values[n] == followup.NotAssessed:
			item(c.t("edition.ask_open", "value", name, "n", len(places)))
		default:
			item(c.t("edition.ask_found", "value", name, "n", len(places), "places", strings.Join(places, ", ")))
		}
	}
	if tally := c.tally(a.Key); tally != "" {
		item(c.t("edition.ask_outcome", "tally", tally))
	}
	return list
}

// tally counts the outcomes of an ask.
func (c *report) tally(ask string) string {
	count := map[outcome.Verdict]int{}
	for _, o := range c.e.Outcomes {
		if o.Ask == ask {
			count[o.Verdict]++
		}
	}
	var out []string
	for _, v := range outcome.Verdicts {
		if count[v] > 0 {
			out = append(out, locale.Named(c.lang, wording.Outcomes, v)+" "+locale.Number(c.lang, int64(count[v])))
		}
	}
	return strings.Join(out, ", ")
}

// changed compares with the edition before.
func (c *report) changed() typeset.Section {
	s := typeset.Section{ID: "changed", Title: c.t("edition.changed")}
	if c.e.Previous == 0 {
		s.Parts = []typeset.Part{text(c.t("edition.first"))}
		return s
	}
	if len(c.e.Changes) == 0 {
		s.Parts = []typeset.Part{text(c.t("edition.unchanged", "n", c.e.Previous))}
	} else {
		t := &typeset.Table{Caption: s.Title, Widths: []float64{3, 4, 2.5, 2.5}, Heads: []string{c.t("follow.government"), c.t("edition.ask"), c.t("edition.was"), c.t("edition.is")}}
		for _, x := range c.e.Changes {
			t.Rows = append(t.Rows, []typeset.Cell{{Text: c.officeName(x.Addressee), Bold: true}, {Text: c.askTitle(x.Ask)}, c.value(x.Was), c.value(x.Is)})
		}
		s.Parts = append(s.Parts, typeset.Part{Table: t})
	}
	if len(c.e.Added) > 0 {
		s.Parts = append(s.Parts, text(c.t("edition.added", "n", len(c.e.Added))))
	}
	return s
}

func (c *report) officeName(key string) string {
	for _, o := range c.e.Offices {
		if o.Key == key {
			return c.in(o.Name)
		}
	}
	return key
}

func (c *report) askTitle(key string) string {
	for _, a := range c.e.Asks {
		if a.Key == key {
			return c.in(a.Title)
		}
	}
	return key
}

func (c *report) value(v followup.Value) typeset.Cell {
	return typeset.Cell{Sign: signs[v], Text: locale.Named(c.lang, wording.Values, v)}
}

// matrix is every cell.
func (c *report) matrix() typeset.Section {
	s := typeset.Section{ID: "matrix", Title: c.t("edition.matrix"), Fresh: true}
	t := &typeset.Table{Caption: s.Title, Widths: []float64{1.9}, Heads: []string{c.t("follow.government")}}
	for _, a := range c.e.Asks {
		t.Widths = append(t.Widths, 2)
		t.Heads = append(t.Heads, c.in(a.Title))
	}
	for _, o := range c.offices() {
		row := []typeset.Cell{{Text: c.in(o.Name), Bold: true}}
		for _, a := range c.e.Asks {
			x := c.cell(o.Key, a.Key)
			cell := c.value(x.Tracks[followup.TrackEvidenced].Value)
			cell.Quiet = moves(x)
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	s.Parts = []typeset.Part{{Small: []typeset.Block{paragraph(c.t("edition.matrix_says"))}}, {Table: t}}
	return s
}

// moves are the counts of acts as the matrix shows them.
func moves(x *followup.CellStanding) string {
	var out []string
	if x.Toward > 0 {
		out = append(out, "+"+strconv.Itoa(x.Toward))
	}
	if x.Against > 0 {
		out = append(out, "−"+strconv.Itoa(x.Against))
	}
	return strings.Join(out, "\u00a0")
}

// moved is what changed in figures, ask by ask; nil when nothing is measured.
func (c *report) moved() *typeset.Section {
	if len(c.e.Outcomes) == 0 {
		return nil
	}
	s := &typeset.Section{ID: "moved", Title: c.t("edition.moved"), Parts: []typeset.Part{text(c.t("edition.moved_says"))}}
	t := &typeset.Table{Caption: s.Title, Widths: []float64{5}, Heads: []string{c.t("edition.ask")}}
	for _, v := range outcome.Verdicts {
		t.Widths, t.Heads = append(t.Widths, 2), append(t.Heads, locale.Named(c.lang, wording.Outcomes, v))
	}
	for _, a := range c.e.Asks {
		if c.tally(a.Key) == "" {
			continue
		}
		row := []typeset.Cell{{Text: c.in(a.Title), Bold: true, URL: c.base + "/" + c.lang + "/letters/" + c.e.Letter + "/asks/" + a.Key + "/outcome"}}
		for _, v := range outcome.Verdicts {
			n := 0
			for _, o := range c.e.Outcomes {
				if o.Ask == a.Key && o.Verdict == v {
					n++
				}
			}
			row = append(row, typeset.Cell{Text: strconv.Itoa(n)})
		}
		t.Rows = append(t.Rows, row)
	}
	s.Parts = append(s.Parts, typeset.Part{Table: t})
	for _, x := range c.e.Sources {
		c.note(s, sourceWords(x), x.URL)
	}
	return s
}

// note adds a source to a section and gives its number; the same one is added once.
func (c *report) note(s *typeset.Section, says, url string) int {
	for _, n := range s.Notes {
		if n.Text == says && n.URL == url {
			return n.N
		}
	}
	c.notes++
	s.Notes = append(s.Notes, typeset.Note{N: c.notes, Text: says, URL: url})
	return c.notes
}

// citation puts a source into words.
func (c *report) citation(x followup.Citation) string {
	grade := c.t("cell.no_source")
	if x.URL != "" {
		grade = locale.Named(c.lang, wording.Grades, x.Grade)
	}
	out := joined(", ", x.Publisher, x.Title, x.Place, grade) + "."
	if x.Quote != "" {
		out += " “" + x.Quote + "”"
	}
	if x.SHA256 != "" {
		out += " SHA-256 " + x.SHA256
	}
	return out
}

// forums is what meetings adopted; nil when nothing is on record.
func (c *report) forums() *typeset.Section {
	if len(c.e.Points) == 0 {
		return nil
	}
	s := &typeset.Section{ID: "forums", Title: c.t("edition.forums"), Parts: []typeset.Part{text(c.t("edition.forums_says"))}}
	last := ""
	for _, p := range c.e.Points {
		if name := c.in(p.Forum); name != last {
			last = name
			s.Parts = append(s.Parts, typeset.Part{Heading: name + ", " + wording.Date(c.lang, followup.Date(p.Date))})
		}
		e := &typeset.Entry{When: p.Instrument, Kind: locale.Named(c.lang, wording.Answers, dialogue.Answers(p.Answers))}
		if p.Point != "" {
			e.When += ", " + c.t("forum.point", "point", p.Point)
		}
		var asks []string
		for _, key := range p.Asks {
			asks = append(asks, c.askTitle(key))
		}
		e.Title = strings.Join(asks, "; ")
		var in string
		e.Text, in = p.Summary.In(c.lang)
		if p.Quote != "" {
			e.Text += " “" + p.Quote + "”"
		}
		c.foreign(e, in)
		if p.Source.Confidence == followup.Memory {
			e.Warn = c.t("cell.unverified")
		}
		e.Notes = []int{c.note(s, c.citation(p.Source), p.Source.URL)}
		s.Parts = append(s.Parts, typeset.Part{Entry: e})
	}
	return s
}

// foreign marks words that are in another language than the report.
func (c *report) foreign(e *typeset.Entry, in string) {
	if in != c.lang {
		e.Lang, e.Told = in, c.t("edition.told", "language", locale.NameIn(c.lang, in))
	}
}

// method says how the edition came about, and how to cite it.
func (c *report) method(r *typeset.Report) typeset.Section {
	return typeset.Section{ID: "method", Title: c.t("edition.method"), Parts: []typeset.Part{
		text(c.t("edition.method_frozen", "date", locale.Date(c.lang, c.e.MadeAt)), c.t("edition.method_sources"), c.t("edition.method_figures"),
			c.t("rubric.rule_source"), c.t("rubric.derived_text")),
		{Heading: c.t("edition.cite")},
		text(c.t("edition.citation", "title", r.Title, "kicker", r.Kicker, "date", locale.Date(c.lang, c.e.MadeAt), "url", r.URL)),
	}}
}

// capital writes a word with a capital letter, as a line begins.
func capital(s string) string {
	for n, r := range s {
		if n > 0 {
			return strings.ToUpper(s[:n]) + s[n:]
		}
		_ = r
	}
	return strings.ToUpper(s)
}

// newest orders items as a government's chapter tells them.
func newest(a, b edition.Item) int {
	return cmp.Or(cmp.Compare(b.Body.Date, a.Body.Date), cmp.Compare(a.ID, b.ID))
}
