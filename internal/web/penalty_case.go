package web

import (
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/locale"
	"pliego/internal/penalty"
)

type penaltyCasePage struct {
	penaltiesPage
	Amount, AmountWhy string
	Act               string
	Acts              []option
	Violence, Woman   bool
	Unverified        bool
	Answers           []caseAnswer
}

// caseAnswer is what one country's laws say of the case, in words.
type caseAnswer struct {
	Country      string
	Range        string
	Counted      bool
	Homicide     string
	HomicideSure string // "" when it was seen
	Verdict      string
	Above        bool // more than for homicide, in some way
	Alternatives []string
	Sure         string
	Verified     bool
	LeftOut      string
	Rows         []penaltyRow
}

// penaltyCase holds one case against the laws of every country.
func (s *Site) penaltyCase(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	rows, thresholds, err := s.store.Law(ctx)
	if err != nil {
		return err
	}
	p := penaltyCasePage{penaltiesPage: s.penaltyPage(lang, "/compare")}
	p.Empty = len(rows) == 0
	for _, x := range penalty.Substances {
		p.Substances = append(p.Substances, option{x, locale.Named(lang, penaltySubstances, x)})
	}
	for _, a := range penalty.Acts {
		p.Acts = append(p.Acts, option{string(a), locale.Named(lang, penaltyActs, a)})
	}
	c := p.ask(r, lang, s.today())
	if p.AmountWhy == "" && p.OnWhy == "" {
		p.answer(lang, penalty.Calculate(c, rows, thresholds))
	}
	w.Header()["Cache-Control"] = revalidate
	return s.draw(w, http.StatusOK, "penalty_case", &p)
}

// ask reads the case from the address. Without one the page begins with a case
// that the laws treat very differently: ten grams of cocaine, sold, today.
func (p *penaltyCasePage) ask(r *http.Request, lang string, today time.Time) penalty.Case {
	q := r.URL.Query()
	get := func(name, otherwise string) string {
		if !q.Has(name) {
			return otherwise
		}
		return excerpt(q.Get(name), 40)
	}
	c := penalty.Case{Today: today, On: today}
	p.Substance = get("substance", "cocaine")
	if !slices.Contains(penalty.Substances, p.Substance) {
		p.Substance = "cocaine"
	}
	p.Act = get("act", "sell")
	if !slices.Contains(penalty.Acts, penalty.Act(p.Act)) {
		p.Act = "sell"
	}
	c.Substance, c.Act = p.Substance, penalty.Act(p.Act)
	p.Amount = get("amount", "10")
	if p.Amount != "" {
		var ok bool
		var n *big.Rat
		if n, ok = penalty.ParseAmount(strings.Replace(p.Amount, ",", ".", 1)); !ok {
			p.AmountWhy = locale.T(lang, "penalty.case_bad_amount")
		}
		c.Amount = n
	}
	p.On = get("on", today.Format(time.DateOnly))
	if p.On != "" {
		on, ok := isoDate(p.On)
		if !ok {
			p.OnWhy = locale.T(lang, "penalty.case_bad_date")
		}
		c.On = on
	}
	p.Violence, p.Woman, p.Unverified = q.Get("violence") == "1", q.Get("woman") == "1", q.Get("unverified") == "1"
	c.Violence, c.Woman, c.Unverified = p.Violence, p.Woman, p.Unverified
	return c
}

// answer puts what was calculated into words, in the order of the countries'
// names.
func (p *penaltyCasePage) answer(lang string, answers []penalty.Answer) {
	for _, a := range answers {
		row := caseAnswer{Country: alpha3Name(lang, a.Country), Counted: a.Counted > 0}
		row.Range, row.Homicide = locale.T(lang, "penalty.case_nothing"), locale.T(lang, "penalty.unknown")
		if row.Counted {
			row.Range = rangeWords(lang, a.Range)
			row.Sure, row.Verified = locale.Named(lang, penaltyConfidences, a.WeakestCounted), a.WeakestCounted == penalty.Seen
		}
		if a.Homicide.Known() {
			row.Homicide = rangeWords(lang, a.Homicide)
			if a.HomicideWeakest != penalty.Seen {
				row.HomicideSure = locale.Named(lang, penaltyConfidences, a.HomicideWeakest)
			}
		}
		if a.HomicideUnproven {
			row.Homicide = locale.T(lang, "penalty.case_unproven")
		}
		row.Verdict, row.Above = verdictWords(lang, a)
		if a.LeftOut > 0 {
			row.LeftOut = locale.T(lang, "penalty.case_left_out", "n", a.LeftOut)
		}
		for _, m := range a.Alternatives {
			if text := m.Alternatives; text != "" && !slices.Contains(row.Alternatives, text) {
				row.Alternatives = append(row.Alternatives, text)
			}
		}
		for _, m := range slices.Concat(a.Matches, a.HomicideRows) {
			x := penaltyWords(lang, m.Penalty)
			x.MayApply = !m.Sure
			for _, d := range m.Why {
				x.Why = append(x.Why, locale.Named(lang, penaltyDoubts, d))
			}
			row.Rows = append(row.Rows, x)
		}
		if len(a.Matches) > 0 {
			p.Answers = append(p.Answers, row)
		}
	}
	order := collate.New(language.Make(lang))
	slices.SortStableFunc(p.Answers, func(a, b caseAnswer) int { return order.CompareString(a.Country, b.Country) })
}

func verdictWords(lang string, a penalty.Answer) (says string, above bool) {
	switch {
	case !a.Compared:
		return locale.T(lang, "penalty.case_not_compared"), false
	case a.LeastAbove && a.MostAbove:
		return locale.T(lang, "penalty.case_both_above"), true
	case a.LeastAbove:
		return locale.T(lang, "penalty.case_least_above"), true
	case a.MostAbove:
		return locale.T(lang, "penalty.case_most_above"), true
	}
	return locale.T(lang, "penalty.case_not_above"), false
}
