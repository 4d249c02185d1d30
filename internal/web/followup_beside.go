package web

import (
	"context"
	"strconv"

	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// besideView is what stands beside a cell's record and is not the coalition's word.
type besideView struct {
	Opinions *opinionsView
	Looked   string // when somebody last looked and found nothing changed
	Stale    string // nobody has touched the cell for long
}

// opinionsView is how the signatories' own judgements lie.
type opinionsView struct {
	N, Agree, Reach string
	Rows            []opinionRow
}

type opinionRow struct {
	Value, Count string
	Share        int // of a hundred, for the bar
}

// contestView is a contest beside the item that it is about.
type contestView struct {
	Who, When string
	Text      words
	Source    string
}

// saidView is what an addressee said of an item before it was public.
type saidView struct {
	When string
	Text words
}

func (s *Site) beside(ctx context.Context, lang string, l *letter.Letter, at followup.Cell, d twoDays) (besideView, error) {
	var v besideView
	looks, err := s.store.Looks(ctx, l.ID)
	if err != nil {
		return v, err
	}
	known := d.known
	if d.on.Before(known) {
		known = d.on
	}
	for _, x := range looks {
		if x.Cell == at && !x.At.After(known) {
			v.Looked = locale.T(lang, "cell.nothing_changed", "date", locale.Date(lang, x.At))
		}
	}
	if d.query() == "" { // only today can be late
		touched, err := s.touched(ctx, l)
		if err != nil {
			return v, err
		}
		if when := touched[at]; followup.Stale(when, s.now()) {
			v.Stale = locale.T(lang, "cell.stale", "date", locale.Date(lang, when))
		}
	}
	opinions, err := s.store.Opinions(ctx, l.ID, at.Addressee, at.Ask, "", known)
	if err != nil || len(opinions) == 0 {
		return v, err
	}
	values := make([]followup.Value, len(opinions))
	for n, o := range opinions {
		values[n] = o.Item.Value
	}
	v.Opinions = newOpinionsView(lang, followup.SpreadOf(values))
	return v, nil
}

func newOpinionsView(lang string, spread followup.Spread) *opinionsView {
	name := func(v followup.Value) string { return locale.Named(lang, wording.Values, v) }
	v := &opinionsView{N: locale.T(lang, "opinion.n", "n", spread.N)}
	for _, t := range spread.Tallies {
		v.Rows = append(v.Rows, opinionRow{name(t.Value), strconv.Itoa(t.N), t.N * 100 / spread.N})
	}
	switch {
	case spread.N == 1:
	case spread.Most == "":
		v.Agree = locale.T(lang, "opinion.divided")
	default:
		v.Agree = locale.T(lang, "opinion.agree", "k", spread.Agree, "n", spread.N, "value", name(spread.Most))
	}
	if spread.Low != spread.High {
		v.Reach = locale.T(lang, "opinion.reach", "low", name(spread.Low), "high", name(spread.High))
	}
	return v
}

// contestViews puts the contests of an item into words.
func contestViews(lang string, i *followup.Item) (list []contestView) {
	for _, c := range i.Contests {
		list = append(list, contestView{Who: wording.Contester(lang, c), When: wording.Date(lang, c.On), Text: words{c.Text, c.Lang}, Source: c.Source})
	}
	return list
}
