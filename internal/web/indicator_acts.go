package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"pliego/internal/chart"
	"pliego/internal/evidence"
	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
)

// actView is one act or promise that a chart marks, told beneath it.
type actView struct {
	Place, When, Sign, Says string
	Title                   words
	Href                    string
	Unverified              bool
	day                     time.Time
}

// marked ties an act to the line that it is marked on.
type marked struct {
	line int
	act  chart.Act
	view actView
}

// acts are what the shown countries did and promised on the asks that an
// indicator measures, of every public letter, the oldest first.
func (s *Site) acts(ctx context.Context, lang string, x *shown, letters []*letter.Letter) ([]marked, error) {
	var out []marked
	for _, l := range letters {
		measured, err := s.store.LetterEvidence(ctx, l.Slug)
		if err != nil {
			return nil, err
		}
		asks := asksMeasured(measured, x.indicator.Key)
		if _, ok := l.Text(lang); len(asks) == 0 || !ok { // no page to lead to
			continue
		}
		record, err := s.recordOf(ctx, l)
		if err != nil {
			return nil, err
		}
		now := s.now()
		for _, i := range record.As(now, now).Items() {
			if i.TakenDown || i.Kind != followup.Action && i.Kind != followup.Commitment {
				continue
			}
			at := slices.IndexFunc(asks, func(ask string) bool { return slices.Contains(i.Asks, ask) })
			a, known := l.Addressee(i.Addressee)
			day, dated := i.Date.Middle()
			if at < 0 || !known || !dated {
				continue
			}
			c, known := place.ByAlpha2(a.Country)
			n := slices.IndexFunc(x.series, func(one evidence.Series) bool { return known && one.Place == c.Alpha3 })
			if n < 0 || day.Year() < x.from || day.Year() > x.to {
				continue
			}
			out = append(out, newMarked(lang, n, i, areaName(lang, c.Alpha3), day, letterPath(lang, l)+"/follow-up/"+a.Key+"/"+asks[at]+"#"+i.ID))
		}
	}
	slices.SortStableFunc(out, func(a, b marked) int {
		return cmp.Or(a.view.day.Compare(b.view.day), cmp.Compare(a.line, b.line))
	})
	return out, nil
}

// asksMeasured are the keys of the asks that an indicator is a measure of.
func asksMeasured(e evidence.LetterEvidence, indicator string) (asks []string) {
	for _, m := range e.Outcomes {
		if slices.Contains(m.Indicators, indicator) {
			asks = append(asks, m.Ask)
		}
	}
	return asks
}

func newMarked(lang string, line int, i *followup.Item, name string, day time.Time, href string) marked {
	v := actView{Place: name, When: wording.Date(lang, i.Date), Href: href, Unverified: !i.Verified(), day: day}
	v.Title.Text, v.Title.Lang = i.Title.In(lang)
	if v.Title.Text == "" {
		v.Title.Text, v.Title.Lang = i.Summary.In(lang)
	}
	way := chart.Neither
	v.Sign, v.Says = "◆", locale.T(lang, "cell.commitment")
	if i.Kind == followup.Action {
		v.Says = locale.Named(lang, wording.Directions, i.Direction)
		switch i.Direction {
		case followup.Toward:
			way, v.Sign = chart.Up, "▲"
		case followup.Against:
			way, v.Sign = chart.Down, "▼"
		}
	}
	says := name + ", " + v.When + ": " + v.Title.Text + " (" + v.Says + ")"
	if v.Unverified {
		says += ". " + locale.T(lang, "cell.unverified")
	}
	return marked{line, chart.Act{X: atDay(day), Way: way, Doubtful: v.Unverified, Says: says}, v}
}

// atDay is where a day stands on an axis of years: a year's own figure stands at
// its middle.
func atDay(day time.Time) float64 {
	return float64(day.Year()) + float64(day.YearDay()-1)/365 - 0.5
}

// latestView is the last figure of one country, as a row of a ranking.
type latestView struct {
	Place, Href, Value, ValueHref, Year, Source, SourceHref, Flag string
}

// ranking puts beside a ranking or a map what it shows: a row for each country.
func (p *indicatorPage) ranking(lang string, x *shown) {
	write := x.format(lang)
	list, _ := x.latest()
	used := map[string]bool{}
	for _, one := range list {
		v := one.Values[len(one.Values)-1]
		source, _ := evidence.FindSource(x.sources, one.Source)
		if !used[source.Key] {
			used[source.Key] = true
			p.Sources = append(p.Sources, newSourceView(lang, source))
		}
		row := latestView{Place: areaName(lang, one.Place), Href: "/" + lang + "/places/" + one.Place, Value: write(v.Value), ValueHref: figureHref(lang, one, v),
			Year: strconv.Itoa(v.Period.Year), Source: source.Short, SourceHref: "#source-" + source.Key}
		if v.Flag != evidence.Sound {
			row.Flag = locale.Named(lang, flagNames, v.Flag)
		}
		p.Ranking = append(p.Ranking, row)
	}
}

// tellActs says beneath the lines what is marked on them.
func (s *Site) tellActs(ctx context.Context, p *indicatorPage, lang string, x *shown) error {
	letters, err := s.lettersWithClaims(ctx)
	if err != nil {
		return err
	}
	done, err := s.acts(ctx, lang, x, letters)
	for _, m := range done {
		p.Acts = append(p.Acts, m.view)
	}
	return err
}
