package web

import (
	"net/http"

	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

type cellPage struct {
	page
	Letter   letterRef
	Matrix   link
	Who      link
	WhoLang  string
	Ask      link
	AskLang  string
	Facts    []fact
	AsOf     string
	Judged   []string // how the evidenced track came to its value
	Rubric   string
	Story    []storyItem
	Elsewise []link // the other asks of this government
	Beside   besideView
}

// storyItem is one item of the record, told.
type storyItem struct {
	ID         string
	When       string
	Sign       string // +, − or ±, or ""
	Direction  string
	Class      string
	Kind       string
	Title      words
	Summary    words
	Original   words
	Warnings   []string // why it may not be relied upon
	Notes      []string
	Researcher string // a note in whatever language it was written
	Citations  []citationView
	Reply      *saidView
	Contests   []contestView
	Stub       bool
}

type citationView struct {
	Text, Href, Archived, Place, Quote string
}

// cell is the story of one ask with one government: newest first, everything
// cited.
func (s *Site) cell(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return err
	}
	a, ok := l.Addressee(r.PathValue("addressee"))
	if !ok {
		return errNotFound
	}
	ask, _, ok := text.Ask(r.PathValue("ask"))
	if !ok {
		return errNotFound
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return err
	}
	d := s.daysOf(r)
	if d.wrong {
		return errBadRequest
	}
	outcomes, err := s.outcomes(ctx, l, d)
	if err != nil {
		return err
	}
	standing := record.As(d.on, d.known)
	at := followup.Cell{Addressee: a.Key, Ask: ask.Key}
	c := standing.Cells([]string{ask.Key})[at]
	if c == nil {
		c = followup.Empty()
	}
	name, nameLang := addresseeName(lang, a)
	rest := "/follow-up/" + a.Key + "/" + ask.Key
	p := &cellPage{
		page:   s.newLetterPage(lang, l, rest, locale.T(lang, "cell.title", "addressee", name, "ask", ask.Title), ask.Title),
		Letter: refTo(lang, l, text), WhoLang: nameLang, AskLang: text.Lang,
		Matrix: link{Href: letterPath(lang, l) + "/follow-up" + d.query(), Label: locale.T(lang, "letter.nav_follow_up")},
		Who:    link{Href: letterPath(lang, l) + "/addressees/" + a.Key, Label: name},
		Ask:    link{Href: letterPath(lang, l) + "/asks/" + ask.Key, Label: ask.Title},
		Rubric: "/" + lang + "/rubric",
	}
	if d.typed.on != "" {
		p.AsOf = locale.T(lang, "cell.as_of", "on", locale.Date(lang, d.on))
	}
	p.Facts = trackFacts(lang, c)
	verdict, ok := outcomes[at]
	if !ok {
		verdict = outcome.NoData
	}
	p.Facts = append(p.Facts, fact{Label: locale.T(lang, "cell.outcome"), Value: locale.Named(lang, wording.Outcomes, verdict)})
	if i := c.Tracks[followup.TrackEvidenced].Item; i != nil {
		p.Judged = judgedWords(lang, i)
	}
	for _, i := range c.Items {
		p.Story = append(p.Story, tell(lang, i, standing.Versions(i.ID)))
	}
	for _, other := range text.Asks {
		p.Elsewise = append(p.Elsewise, link{Href: letterPath(lang, l) + "/follow-up/" + a.Key + "/" + other.Key + d.query(), Label: other.Title, Current: other.Key == ask.Key})
	}
	if p.Beside, err = s.beside(ctx, lang, l, at, d); err != nil {
		return err
	}
	w.Header()["Cache-Control"] = revalidate
	return s.draw(w, http.StatusOK, "cell", p)
}

// trackFacts are the four tracks of a cell, side by side.
func trackFacts(lang string, c *followup.CellStanding) []fact {
	var facts []fact
	for _, t := range followup.Tracks {
		facts = append(facts, fact{Label: locale.Named(lang, wording.Tracks, t), Value: locale.Named(lang, wording.Values, c.Tracks[t].Value)})
	}
	return facts
}

// judgedWords say who judged, by what, and who else looked.
func judgedWords(lang string, i *followup.Item) []string {
	if i.ByRule {
		return []string{locale.T(lang, "cell.by_rule", "n", i.Rubric)}
	}
	said := []string{locale.T(lang, "cell.by_person", "n", i.Rubric)}
	if i.Second != "" {
		return append(said, locale.T(lang, "cell.second"))
	}
	return append(said, locale.T(lang, "cell.no_second"))
}

// tell puts an item of the record into words.
func tell(lang string, i *followup.Item, versions []*followup.Item) storyItem {
	out := storyItem{ID: i.ID, When: wording.Date(lang, i.Date)}
	if i.TakenDown {
		out.Stub, out.Notes = true, []string{locale.T(lang, "cell.taken_down", "date", locale.Date(lang, i.RecordedAt), "reason", i.Reason)}
		return out
	}
	out.Title.Text, out.Title.Lang = i.Title.In(lang)
	out.Summary.Text, out.Summary.Lang = i.Summary.In(lang)
	out.Original = words{i.Original, i.OriginalLang}
	out.Researcher = i.Note
	switch i.Kind {
	case followup.Action:
		out.Kind = locale.Named(lang, wording.Actions, i.Action)
		out.Direction, out.Class = locale.Named(lang, wording.Directions, i.Direction), string(i.Direction)
		out.Sign = map[followup.Direction]string{followup.Toward: "+", followup.Against: "−", followup.Mixed: "±"}[i.Direction]
		if !i.Verified() {
			out.Warnings = append(out.Warnings, locale.T(lang, "cell.unverified"))
		}
		if i.Inferred {
			out.Warnings = append(out.Warnings, locale.T(lang, "cell.inferred"))
		}
	case followup.Assessment:
		out.Kind = locale.Named(lang, wording.Tracks, i.Track)
		if out.Title.Text == "" {
			out.Title = words{locale.T(lang, "cell.assessed", "value", locale.Named(lang, wording.Values, i.Value)), lang}
		}
		out.Notes = append(out.Notes, judgedWords(lang, i)...)
		if i.Looked != "" {
			out.Notes = append(out.Notes, locale.T(lang, "cell.looked", "where", i.Looked))
		}
	case followup.Answer:
		out.Kind = locale.T(lang, "cell.answer")
	case followup.Commitment:
		out.Kind = locale.T(lang, "cell.commitment")
		if i.Due != "" {
			out.Notes = append(out.Notes, locale.T(lang, "cell.due", "date", wording.Date(lang, i.Due)))
		}
	}
	if i.Office != "" {
		out.Notes = append(out.Notes, locale.T(lang, "cell.office", "office", i.Office))
	}
	shown := 0 // contests: a version that only shows one more corrects nothing
	for _, v := range versions {
		contested := len(v.Contests) > shown
		shown = len(v.Contests)
		if v.Version > 1 && !contested {
			out.Notes = append(out.Notes, locale.T(lang, "cell.corrected", "date", locale.Date(lang, v.RecordedAt), "reason", v.Reason))
		}
	}
	for _, c := range i.Citations {
		out.Citations = append(out.Citations, cite(lang, c))
	}
	if i.Reply != nil {
		out.Reply = &saidView{wording.Date(lang, i.Reply.On), words{i.Reply.Text, i.Reply.Lang}}
	}
	out.Contests = contestViews(lang, i)
	return out
}

func cite(lang string, c followup.Citation) citationView {
	v := citationView{Href: c.URL, Archived: c.Archived, Place: c.Place, Quote: c.Quote}
	switch {
	case c.URL == "":
		v.Text = locale.T(lang, "cell.no_source")
	case c.Publisher != "":
		v.Text = c.Publisher
	default:
		v.Text = host(c.URL)
	}
	if c.Grade != "" && c.URL != "" {
		v.Text += " · " + locale.Named(lang, wording.Grades, c.Grade)
	}
	if c.Title != "" {
		v.Text = c.Title + " · " + v.Text
	}
	return v
}

// countsSince tells how many verified acts an ask, or a government, has on record.
func countsSince(lang string, cells map[followup.Cell]*followup.CellStanding, fits func(followup.Cell) bool) string {
	toward, against := 0, 0
	for at, c := range cells {
		if fits(at) {
			toward, against = toward+c.Toward, against+c.Against
		}
	}
	if toward+against == 0 {
		return ""
	}
	return locale.T(lang, "follow.since", "toward", locale.T(lang, "follow.toward_n", "n", toward), "against", locale.T(lang, "follow.against_n", "n", against))
}

// cellLinks lead to the cells of one government or of one ask, each with where
// its evidenced track stands.
func (s *Site) cellLinks(lang string, l *letter.Letter, cells map[followup.Cell]*followup.CellStanding, list []followup.Cell) []followUpCell {
	out := make([]followUpCell, len(list))
	for n, at := range list {
		c := cells[at]
		if c == nil {
			c = followup.Empty()
		}
		out[n] = cellOf(lang, c)
		out[n].Href = letterPath(lang, l) + "/follow-up/" + at.Addressee + "/" + at.Ask
	}
	return out
}
