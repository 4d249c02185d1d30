package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

type followUpPage struct {
	page
	Letter                  letterRef
	Heads                   []words // what was asked
	Rows                    []followUpRow
	Signs                   []sign
	On, Known, First, Today string
	Years                   []link
	Wrong                   bool
	Sort, Show              string
	Empty                   bool
	AsOf                    string
	CSV, JSON, Rubric       string
	Atom, Calendar          string
}

// sign is one value of the evidenced track in the key.
type sign struct{ ID, Name string }

// followUpRow is one government.
type followUpRow struct {
	ID     string
	Name   words
	Href   string
	Cells  []followUpCell
	newest followup.Date
	moved  bool
	back   bool
}

// followUpCell is one ask of one government.
type followUpCell struct {
	Ask             words
	Href            string
	Sign, Value     string
	Default         bool // nobody has judged it
	Toward, Against int
	Others          []string // the other tracks, where they stand elsewhere than at their defaults
	Says            string   // what the numbers are, for who hears the page
}

// followUp is the matrix of what was asked and of whom.
func (s *Site) followUp(w http.ResponseWriter, r *http.Request, lang string) error {
	d, q := s.daysOf(r), r.URL.Query()
	ctx, cancel := within(r)
	defer cancel()
	if d.wrong {
		p, _, err := s.newFollowUpPage(ctx, r, lang)
		if err != nil {
			return err
		}
		return s.draw(w, http.StatusUnprocessableEntity, "followup", p)
	}
	evidence, err := s.store.EvidenceVersion(ctx) // the outcomes change with it
	if err != nil {
		return err
	}
	key := strings.Join([]string{r.URL.Path, d.query(), strconv.FormatInt(evidence, 10), oneOf(q.Get("sort"), followUpSorts...), oneOf(q.Get("show"), followUpShows...), s.now().UTC().Format(time.DateOnly)}, " ")
	return s.serveCached(w, r, lang, key, func(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
		p, l, err := s.newFollowUpPage(ctx, r, lang)
		if err != nil {
			return nil, err
		}
		out, err := s.render("followup", p)
		if err != nil {
			return nil, err
		}
		return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
	})
}

// The choices of the form.
var (
	followUpSorts = []string{"name", "newest"}
	followUpShows = []string{"all", "moved", "reversed"}
)

func (s *Site) newFollowUpPage(ctx context.Context, r *http.Request, lang string) (*followUpPage, *letter.Letter, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, nil, err
	}
	if len(l.Addressees) == 0 || len(text.Asks) == 0 {
		return nil, nil, errNotFound
	}
	d := s.daysOf(r)
	q := r.URL.Query()
	p := &followUpPage{
		page:   s.newLetterPage(lang, l, "/follow-up", locale.T(lang, "follow.title", "title", text.Title), locale.T(lang, "follow.lead")),
		Letter: refTo(lang, l, text), On: d.typed.on, Known: d.typed.known, Wrong: d.wrong,
		Sort: oneOf(q.Get("sort"), followUpSorts...), Show: oneOf(q.Get("show"), followUpShows...),
		Today: s.now().UTC().Format(time.DateOnly), First: l.Date, Rubric: "/" + lang + "/rubric",
	}
	base := letterPath(lang, l) + "/follow-up"
	p.CSV, p.JSON = base+".csv"+d.query(), base+".json"+d.query()
	p.Atom, p.Calendar, p.Feed, p.Script = base+".atom", letterPath(lang, l)+"/calendar.ics", base+".atom", "follow.js"
	p.Private = p.Private || d.wrong
	if p.On != "" && !d.wrong {
		p.AsOf = locale.T(lang, "cell.as_of", "on", locale.Date(lang, d.on))
	}
	for _, a := range text.Asks {
		p.Heads = append(p.Heads, words{a.Title, text.Lang})
	}
	for _, v := range followup.Values[followup.TrackEvidenced] {
		p.Signs = append(p.Signs, sign{signOf(v), locale.Named(lang, wording.Values, v)})
	}
	p.Years = s.yearLinks(lang, l, base, d)
	return p, l, s.fillMatrix(ctx, p, lang, l, text, d)
}

// oneOf gives the choice that was made, or the first.
func oneOf(made string, choices ...string) string {
	if slices.Contains(choices, made) {
		return made
	}
	return choices[0]
}

// yearLinks lead to the end of each year since the letter, and to today: the
// slider of those without script.
func (s *Site) yearLinks(lang string, l *letter.Letter, base string, d twoDays) []link {
	first, err := time.Parse(time.DateOnly, l.Date)
	if err != nil {
		return nil
	}
	var list []link
	known := ""
	if d.typed.known != "" {
		known = "&known=" + d.typed.known
	}
	for year := first.Year(); year < s.now().Year(); year++ {
		on := strconv.Itoa(year) + "-12-31"
		list = append(list, link{Href: base + "?on=" + on + known, Label: strconv.Itoa(year), Current: d.typed.on == on})
	}
	today := base
	if known != "" {
		today += "?" + known[1:]
	}
	return append(list, link{Href: today, Label: locale.T(lang, "follow.today"), Current: d.typed.on == ""})
}

// fillMatrix draws the rows.
func (s *Site) fillMatrix(ctx context.Context, p *followUpPage, lang string, l *letter.Letter, text letter.Text, d twoDays) error {
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return err
	}
	outcomes, err := s.outcomes(ctx, l, d)
	if err != nil {
		return err
	}
	p.Empty = len(record) == 0
	asks := askKeys(text)
	cells := record.As(d.on, d.known).Cells(asks)
	for _, a := range l.Addressees {
		row := followUpRow{ID: a.Key, Href: letterPath(lang, l) + "/addressees/" + a.Key}
		row.Name.Text, row.Name.Lang = addresseeName(lang, a)
		for n, ask := range asks {
			c := cells[followup.Cell{Addressee: a.Key, Ask: ask}]
			if c == nil {
				c = followup.Empty()
			}
			row.newest = max(row.newest, c.Newest)
			row.moved = row.moved || c.Newest != ""
			row.back = row.back || c.Tracks[followup.TrackEvidenced].Value == followup.Reversed
			cell := cellOf(lang, c)
			cell.Ask, cell.Href = p.Heads[n], letterPath(lang, l)+"/follow-up/"+a.Key+"/"+ask+d.query()
			if v, ok := outcomes[followup.Cell{Addressee: a.Key, Ask: ask}]; ok {
				cell.Others = append(cell.Others, locale.T(lang, "cell.outcome")+": "+locale.Named(lang, wording.Outcomes, v))
			}
			row.Cells = append(row.Cells, cell)
		}
		if p.Show == "moved" && !row.moved || p.Show == "reversed" && !row.back {
			continue
		}
		p.Rows = append(p.Rows, row)
	}
	order := collate.New(language.Make(lang))
	slices.SortStableFunc(p.Rows, func(a, b followUpRow) int {
		if p.Sort == "newest" {
			if c := cmp.Compare(b.newest, a.newest); c != 0 {
				return c
			}
		}
		return order.CompareString(a.Name.Text, b.Name.Text)
	})
	return nil
}

// cellOf is what the matrix shows of a cell.
func cellOf(lang string, c *followup.CellStanding) followUpCell {
	evidenced := c.Tracks[followup.TrackEvidenced]
	cell := followUpCell{
		Sign: signOf(evidenced.Value), Value: locale.Named(lang, wording.Values, evidenced.Value), Default: evidenced.Item == nil,
		Toward: c.Toward, Against: c.Against,
	}
	if c.Toward > 0 {
		cell.Says = locale.T(lang, "follow.toward_n", "n", c.Toward)
	}
	if c.Against > 0 {
		if cell.Says != "" {
			cell.Says += ", "
		}
		cell.Says += locale.T(lang, "follow.against_n", "n", c.Against)
	}
	for _, t := range followup.Tracks {
		if v := c.Tracks[t]; t != followup.TrackEvidenced && v.Item != nil {
			cell.Others = append(cell.Others, locale.Named(lang, wording.Tracks, t)+": "+locale.Named(lang, wording.Values, v.Value))
		}
	}
	return cell
}
