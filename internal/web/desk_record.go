package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pliego/internal/account"
	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// recordPage is how many items a page of the desk's list shows.
const recordPage = 50

type deskRecordPage struct {
	page
	Slug       string
	Tabs       []link
	Action     string
	Can, Keeps bool // there is something to keep a record of; the reader may write
	Done       string
	Problems   []problem
	Filters    []field
	New        []link
	Ways       []link // to the other pages of the record
	Contests   []deskContest
	Drafts     []deskRecordRow
	Items      []deskRecordRow
	Next       string
	Count      string
}

// deskRecordRow is one item or draft in the list.
type deskRecordRow struct {
	Ref     string // of a draft: its ID and revision
	Href    string
	Title   words
	Facts   []string
	State   string
	Waiting bool // it can be published now
}

type deskContest struct {
	ID, Who, When string
	Item          link
	Text          words
	Source        string
}

var recordStates = []string{"", "written", "shown", "ready", "public", "contested"}

// deskRecord lists what is on record of a letter and what is on its way.
func (s *Site) deskRecord(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newDeskRecordPage(ctx, d, r.PathValue("letter"), r.URL.Query())
	if err != nil {
		return err
	}
	switch q := r.URL.Query(); q.Get("done") {
	case "":
	case "import":
		p.Done = locale.T(d.lang(), "record.imported", "n", atLeast(q.Get("n")))
	default:
		p.Done = locale.T(d.lang(), "agenda.taken")
	}
	return s.draw(w, http.StatusOK, "desk_record", p)
}

// atLeast reads a count out of an address; 0 for what is none.
func atLeast(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func (s *Site) newDeskRecordPage(ctx context.Context, d *desk, slug string, q url.Values) (*deskRecordPage, error) {
	lang := d.lang()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	base := deskLetterPath(slug) + "/record"
	p := &deskRecordPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "record.heading")+" · "+slug), Slug: slug, Tabs: s.deskTabs(d, slug, "/record"), Action: base,
		Can: l.State.Public() && len(l.Addressees) > 0 && len(allAskKeys(l)) > 0, Keeps: d.may(account.KeepRecord),
	}
	if !p.Can {
		return p, nil
	}
	for _, k := range recordKinds {
		p.New = append(p.New, link{Href: base + "/edit?kind=" + string(k), Label: locale.Named(lang, recordKindNames, k)})
	}
	p.Ways = []link{{Href: base + "/cells", Label: locale.T(lang, "record.cells")}}
	if p.Keeps {
		p.Ways = append(p.Ways, link{Href: base + "/import", Label: locale.T(lang, "record.import")})
	}
	p.Ways = append(p.Ways, link{Href: base + ".csv", Label: "CSV"}, link{Href: base + ".xlsx", Label: "XLSX"})
	p.Filters = recordFilters(lang, l, q)
	drafts, err := s.store.Drafts(ctx, l.ID, "")
	if err != nil {
		return nil, err
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	fits := recordFilter(q)
	titles := askTitles(lang, l)
	for _, x := range drafts {
		row := s.draftRow(lang, l, titles, x)
		if fits(x.Item) && slices.Contains([]string{"", string(x.State)}, q.Get("state")) || fits(x.Item) && q.Get("state") == "ready" && row.Waiting {
			p.Drafts = append(p.Drafts, row)
		}
	}
	list := record.Newest()
	slices.Reverse(list) // what was recorded last comes first
	list = slices.DeleteFunc(list, func(i *followup.Item) bool {
		return !fits(i) || !slices.Contains([]string{"", "public", "contested"}, q.Get("state")) || q.Get("state") == "contested" && len(i.Contests) == 0
	})
	p.Count = locale.T(lang, "record.count", "n", len(list), "drafts", locale.T(lang, "record.count_drafts", "n", len(p.Drafts)))
	from := min(atLeast(q.Get("from")), len(list))
	for _, i := range list[from:min(from+recordPage, len(list))] {
		p.Items = append(p.Items, s.recordRow(lang, l, titles, i))
	}
	if from+recordPage < len(list) {
		kept := url.Values{"from": {strconv.Itoa(from + recordPage)}}
		for _, name := range []string{"addressee", "ask", "kind", "state"} {
			if v := q.Get(name); v != "" {
				kept.Set(name, excerpt(v, 200))
			}
		}
		p.Next = base + "?" + kept.Encode()
	}
	p.Drafts = p.Drafts[:min(len(p.Drafts), 10*recordPage)]
	return p, s.addContests(ctx, p, lang, l, record)
}

// askTitles are the titles of a letter's asks by their keys.
func askTitles(lang string, l *letter.Letter) map[string]words {
	m := map[string]words{}
	for _, a := range recordAsks(lang, l) {
		m[a.Key] = a.Label
	}
	return m
}

func recordFilters(lang string, l *letter.Letter, q url.Values) []field {
	every := locale.T(lang, "agenda.any")
	pick := func(name, label string, options []option) field {
		return field{ID: "filter-" + name, Name: name, Label: label, Value: q.Get(name), Options: options}
	}
	asks := []option{{"", every}}
	for _, a := range recordAsks(lang, l) {
		asks = append(asks, option{a.Key, a.Label.Text})
	}
	kinds := []option{{"", every}}
	for _, k := range followup.Kinds {
		kinds = append(kinds, option{string(k), locale.Named(lang, recordKindNames, k)})
	}
	states := make([]option, len(recordStates))
	for n, x := range recordStates {
		states[n] = option{x, recordStateName(lang, x)}
	}
	return []field{
		pick("addressee", locale.T(lang, "reply.who_about"), append([]option{{"", every}}, officeOptions(lang, l)...)), pick("ask", locale.T(lang, "agenda.ask"), asks),
		pick("kind", locale.T(lang, "record.kind"), kinds), pick("state", locale.T(lang, "agenda.state"), states),
	}
}

func recordStateName(lang, state string) string {
	switch state {
	case "written":
		return locale.T(lang, "record.state_written")
	case "shown":
		return locale.T(lang, "record.state_shown")
	case "ready":
		return locale.T(lang, "record.state_ready")
	case "public":
		return locale.T(lang, "record.state_public")
	case "contested":
		return locale.T(lang, "record.state_contested")
	}
	return locale.T(lang, "agenda.any")
}

// recordFilter tells which items a list's address chooses.
func recordFilter(q url.Values) func(*followup.Item) bool {
	addressee, ask, kind := q.Get("addressee"), q.Get("ask"), q.Get("kind")
	return func(i *followup.Item) bool {
		return (addressee == "" || i.Addressee == addressee) && (ask == "" || i.About(ask)) && (kind == "" || string(i.Kind) == kind)
	}
}

// itemLine puts an item into a line and what to know of it.
func itemLine(lang string, l *letter.Letter, titles map[string]words, i *followup.Item) (title words, facts []string) {
	whole := *i
	whole.TakenDown = false // a draft that takes something down says what
	said := tell(lang, &whole, nil)
	title = said.Title
	if title.Text == "" {
		title = words{excerpt(i.Original, 120), i.OriginalLang}
	}
	if title.Text == "" {
		title = words{excerpt(said.Summary.Text, 120), said.Summary.Lang}
	}
	if title.Text == "" {
		title = words{i.ID, ""}
	}
	office := i.Addressee
	if a, ok := l.Addressee(i.Addressee); ok {
		office, _ = addresseeName(lang, a)
	}
	facts = append(facts, office)
	for _, a := range i.Asks {
		if t := titles[a].Text; t != "" {
			facts = append(facts, t)
		}
	}
	return title, append(facts, said.Kind, said.When)
}

func (s *Site) draftRow(lang string, l *letter.Letter, titles map[string]words, x *followup.Draft) deskRecordRow {
	row := deskRecordRow{Ref: x.ID + ":" + strconv.Itoa(x.Revision), Href: deskLetterPath(l.Slug) + "/record/drafts/" + x.ID}
	row.Title, row.Facts = itemLine(lang, l, titles, x.Item)
	row.State, row.Waiting = s.draftState(lang, x)
	return row
}

// draftState says how far a draft is, and whether it can be published now.
func (s *Site) draftState(lang string, x *followup.Draft) (said string, ready bool) {
	switch {
	case x.State == followup.DraftWritten:
		said = locale.T(lang, "record.state_written")
	case x.State == followup.DraftPublished:
		return locale.T(lang, "record.was_published", "date", locale.Date(lang, x.DecidedAt)), false
	case x.State == followup.DraftDropped:
		return locale.T(lang, "record.was_dropped", "date", locale.Date(lang, x.DecidedAt)), false
	case s.now().Before(x.Ready()):
		said = locale.T(lang, "record.shown_until", "date", locale.Date(lang, x.Ready()))
	default:
		said, ready = locale.T(lang, "record.state_ready"), true
	}
	switch {
	case x.Item.TakenDown:
		said += " · " + locale.T(lang, "record.takes_down")
	case x.Item.Version > 1:
		said += " · " + locale.T(lang, "record.is_correction")
	}
	if x.Item.Reply != nil {
		said += " · " + locale.T(lang, "record.has_reply")
	}
	return said, ready
}

func (s *Site) recordRow(lang string, l *letter.Letter, titles map[string]words, i *followup.Item) deskRecordRow {
	row := deskRecordRow{State: locale.T(lang, "record.public_since", "date", locale.Date(lang, i.RecordedAt), "n", i.Version)}
	row.Title, row.Facts = itemLine(lang, l, titles, i)
	if slices.Contains(recordKinds, i.Kind) {
		row.Href = deskLetterPath(l.Slug) + "/record/edit?item=" + url.QueryEscape(i.ID)
	}
	if len(i.Contests) > 0 {
		row.State += " · " + locale.T(lang, "record.state_contested")
	}
	return row
}

// addContests puts the contests that wait on the page.
func (s *Site) addContests(ctx context.Context, p *deskRecordPage, lang string, l *letter.Letter, record followup.Record) error {
	waiting, err := s.store.Contests(ctx, l.ID)
	if err != nil {
		return err
	}
	items := map[string]*followup.Item{}
	for _, i := range record.Newest() {
		items[i.ID] = i
	}
	for _, x := range waiting {
		row := deskContest{ID: x.ID, When: locale.DateTime(lang, x.CreatedAt), Text: words{x.Text, x.Lang}, Source: x.Source, Who: wording.Contester(lang, x.Contest)}
		if i := items[x.Item]; i != nil {
			title, _ := itemLine(lang, l, nil, i)
			row.Item.Label = title.Text
			if len(i.Asks) > 0 {
				row.Item.Href = letterPath(lang, l) + "/follow-up/" + i.Addressee + "/" + i.Asks[0] + "#" + i.ID
			}
		}
		if a, ok := l.Addressee(x.Addressee); ok {
			row.Who, _ = addresseeName(lang, a)
		}
		p.Contests = append(p.Contests, row)
	}
	return nil
}
