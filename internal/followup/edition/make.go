package edition

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/evidence"
	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/place"
)

// Store is what making an edition reads. All of it may be called at once.
type Store interface {
	evidence.Store
	AgendaOf(ctx context.Context, letterID string) (dialogue.Agenda, error)
	RecordOf(ctx context.Context, letterID string) (followup.Record, error)
	LetterEvidence(ctx context.Context, slug string) (evidence.LetterEvidence, error)
	Provisions(ctx context.Context) ([]*dialogue.Provision, error)
	Forums(ctx context.Context) (map[string]dialogue.Forum, error)
}

// Choice is what an edition is to be of; what is empty means all of it.
type Choice struct {
	Offices []string // keys of addressees
	Asks    []string // keys
	From    string   // a day; the letter's own if empty
	On      string   // a day; today if empty
}

// Make draws an edition from the record as it is known now. The previous edition
// may be nil.
func Make(ctx context.Context, src Store, l *letter.Letter, c Choice, previous *Edition, now time.Time) (*Edition, error) {
	e := &Edition{Letter: l.Slug, Number: 1, Issue: 1, From: c.From, On: c.On, Known: now.UTC().Truncate(time.Millisecond), MadeAt: now.UTC().Truncate(time.Millisecond), Date: l.Date, Title: followup.Words{}}
	if previous != nil {
		e.Number, e.Previous = previous.Number+1, previous.Number
	}
	if e.From == "" {
		e.From = l.Date
	}
	if e.On == "" {
		e.On = now.UTC().Format(time.DateOnly)
	}
	if _, err := time.Parse(time.DateOnly, e.On); err != nil || e.On < e.From || e.On > now.UTC().Format(time.DateOnly) {
		return nil, ErrPeriod
	}
	e.choose(l, c)
	if len(e.Asks) == 0 || len(e.Offices) == 0 {
		return nil, ErrNothing
	}
	record, err := src.RecordOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	e.takeItems(record)
	agenda, err := src.AgendaOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	for _, i := range agenda.Newest(e.Known) {
		if slices.ContainsFunc(e.Asks, func(a Ask) bool { return a.Key == i.Ask }) && i.Since.By(endOf(e.On), i.RecordedAt) {
			e.Agenda = append(e.Agenda, Work{i.ID, i})
		}
	}
	if err := e.measure(ctx, src, l); err != nil {
		return nil, fmt.Errorf("measure for an edition: %w", err)
	}
	if err := e.takePoints(ctx, src, l); err != nil {
		return nil, err
	}
	if previous != nil {
		e.compare(previous)
	}
	return e, nil
}

// choose takes the asks and offices that were chosen, in the letter's order.
func (e *Edition) choose(l *letter.Letter, c Choice) {
	wanted := func(list []string, key string) bool { return len(list) == 0 || slices.Contains(list, key) }
	at := map[string]int{}
	for _, t := range l.Texts {
		if newest, ok := l.Text(t.Lang); !ok || newest.Lang != t.Lang {
			continue
		}
		newest, _ := l.Text(t.Lang)
		e.Title[t.Lang] = newest.Title
		for _, a := range newest.Asks {
			if !wanted(c.Asks, a.Key) {
				continue
			}
			n, ok := at[a.Key]
			if !ok {
				n = len(e.Asks)
				at[a.Key] = n
				e.Asks = append(e.Asks, Ask{Key: a.Key, Title: followup.Words{}})
			}
			e.Asks[n].Title[t.Lang] = a.Title
		}
	}
	for _, a := range l.Addressees {
		if !wanted(c.Offices, a.Key) {
			continue
		}
		o := Office{Key: a.Key, Country: a.Country, Name: followup.Words{}}
		for _, lang := range []string{"es", "pt", "en", "fr"} {
			o.Name[lang] = place.Name(a.Country, lang)
			if o.Name[lang] == "" {
				if office, in := a.OfficeIn(lang); in == lang {
					o.Name[lang] = office
				}
			}
		}
		e.Offices = append(e.Offices, o)
	}
}

// takeItems freezes the record about what was chosen, as it stood.
func (e *Edition) takeItems(record followup.Record) {
	offices := map[string]bool{}
	for _, o := range e.Offices {
		offices[o.Key] = true
	}
	about := func(i *followup.Item) bool {
		return offices[i.Addressee] && slices.ContainsFunc(e.Asks, func(a Ask) bool { return i.About(a.Key) })
	}
	for _, i := range record.As(endOf(e.On), e.Known).Items() {
		if !about(i) {
			continue
		}
		out := Item{ID: i.ID, Version: i.Version, Kind: i.Kind, Addressee: i.Addressee, RecordedAt: i.RecordedAt}
		if i.TakenDown {
			out.Gone = i.Reason
			out.Body = &followup.Item{Asks: i.Asks, Date: i.Date}
		} else {
			body := *i
			out.Body = &body
		}
		e.Items = append(e.Items, out)
	}
}

// measure takes what moved since the letter, and the series that show it.
func (e *Edition) measure(ctx context.Context, src Store, l *letter.Letter) error {
	since, err := time.Parse(time.DateOnly, l.Date)
	if err != nil {
		return nil // without its date there is nothing to compare with
	}
	measured, err := src.LetterEvidence(ctx, l.Slug)
	if err != nil || len(measured.Outcomes) == 0 {
		return err
	}
	var asks []evidence.Measured
	for _, m := range measured.Outcomes {
		if slices.ContainsFunc(e.Asks, func(a Ask) bool { return a.Key == m.Ask }) {
			asks = append(asks, m)
		}
	}
	offices := map[string][]string{} // by place
	var places []string
	for _, o := range e.Offices {
		if c, ok := place.ByAlpha2(o.Country); ok {
			if offices[c.Alpha3] == nil {
				places = append(places, c.Alpha3)
			}
			offices[c.Alpha3] = append(offices[c.Alpha3], o.Key)
		}
	}
	until := endOf(e.On)
	found, err := evidence.Outcomes(ctx, src, asks, places, since, until)
	if err != nil {
		return err
	}
	type key struct{ indicator, place, source string }
	shown := map[key]bool{}
	indicators, sources := map[string]bool{}, map[string]bool{}
	for _, o := range found {
		if o.Verdict == outcome.NoData && len(o.Indicators) == 0 {
			continue
		}
		out := Outcome{Ask: o.Ask, Verdict: o.Verdict}
		for _, i := range o.Indicators {
			m := Moved{Indicator: i.Indicator, Verdict: i.Verdict, Source: i.Source}
			if i.HasBaseline() {
				m.BaselineYear, m.Baseline = i.Baseline.Year, i.Baseline.Value
			}
			if i.HasLatest() {
				m.LatestYear, m.Latest = i.Latest.Year, i.Latest.Value
			}
			if i.Source != "" {
				shown[key{i.Indicator, o.Place, i.Source}] = true
				indicators[i.Indicator], sources[i.Source] = true, true
			}
			out.Moved = append(out.Moved, m)
		}
		for _, office := range offices[o.Place] {
			out.Addressee = office
			e.Outcomes = append(e.Outcomes, out)
		}
	}
	all, err := src.Indicators(ctx)
	if err != nil {
		return err
	}
	var keys []string
	for _, i := range all {
		if indicators[i.Key] {
			keys = append(keys, i.Key)
			e.Indicators = append(e.Indicators, Indicator{Key: i.Key, Name: followup.Words(i.Names), Unit: string(i.Unit), Decimals: i.Decimals})
		}
	}
	if len(keys) == 0 {
		return nil
	}
	series, err := evidence.Read(ctx, src, evidence.Query{Indicators: keys, Places: places, From: since.Year() - yearsBefore})
	if err != nil {
		return err
	}
	for _, s := range series {
		if !shown[key{s.Indicator, s.Place, s.Source}] {
			continue
		}
		out := Series{Indicator: s.Indicator, Place: s.Place, Source: s.Source}
		for _, v := range s.Judged(until).Values {
			out.Points = append(out.Points, Value{Year: v.Year, Value: v.Value, Doubtful: v.Flagged})
		}
		e.Series = append(e.Series, out)
	}
	known, err := src.Sources(ctx)
	if err != nil {
		return err
	}
	for _, s := range known {
		if sources[s.Key] {
			e.Sources = append(e.Sources, Source{Key: s.Key, Title: s.Title, Publisher: s.Publisher, Vintage: s.Vintage, URL: s.URL})
		}
	}
	return nil
}

// yearsBefore is how many years before the letter the charts show.
const yearsBefore = 10

// takePoints takes what forums adopted about what was asked, in the period.
func (e *Edition) takePoints(ctx context.Context, src Store, l *letter.Letter) error {
	provisions, err := src.Provisions(ctx)
	if err != nil {
		return err
	}
	forums, err := src.Forums(ctx)
	if err != nil {
		return err
	}
	for _, p := range provisions {
		f, ok := forums[p.Forum]
		if !ok || p.LetterID != l.ID || p.TakenDown || f.From < e.From || f.From > e.On {
			continue
		}
		if !slices.ContainsFunc(e.Asks, func(a Ask) bool { return slices.Contains(p.Asks, a.Key) }) {
			continue
		}
		e.Points = append(e.Points, Point{
			ID: p.ID, Forum: followup.Words(f.Names), Date: f.From, Instrument: p.Instrument, Point: p.Point, Summary: p.Summary, Quote: p.Quote,
			Asks: p.Asks, Answers: string(p.Answers), Source: p.Source,
		})
	}
	slices.SortStableFunc(e.Points, func(a, b Point) int {
		switch {
		case a.Date < b.Date:
			return -1
		case a.Date > b.Date:
			return 1
		}
		return 0
	})
	return nil
}

// compare notes what is otherwise than in the previous edition.
func (e *Edition) compare(previous *Edition) {
	was, is := previous.Cells(), e.Cells()
	value := func(cells map[followup.Cell]*followup.CellStanding, at followup.Cell) followup.Value {
		if c := cells[at]; c != nil {
			return c.Tracks[followup.TrackEvidenced].Value
		}
		return followup.NotAssessed
	}
	for _, o := range e.Offices {
		for _, a := range e.Asks {
			at := followup.Cell{Addressee: o.Key, Ask: a.Key}
			if old, now := value(was, at), value(is, at); old != now {
				e.Changes = append(e.Changes, Change{o.Key, a.Key, old, now})
			}
		}
	}
	had := map[string]bool{}
	for _, i := range previous.Items {
		had[i.ID] = true
	}
	for _, i := range e.Items {
		if !had[i.ID] && i.Kind != followup.Assessment && i.Gone == "" {
			e.Added = append(e.Added, i.ID)
		}
	}
}
