package web

import (
	"context"
	"net/http"

	"pliego/internal/evidence/outcome"
	"pliego/internal/locale"
)

type rulesPage struct {
	page
	Baseline, Step, Clear string
}

// rules says by which rules changes and claims are judged. The numbers are
// those that the program uses.
func (s *Site) rules(_ context.Context, _ *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	p := rulesPage{
		page:     s.newPage(lang, "/rules", locale.T(lang, "rules.title"), locale.T(lang, "rules.lead")),
		Baseline: locale.T(lang, "rules.baseline", "years", outcome.BaselineYears),
		Step:     locale.T(lang, "rules.step", "years", outcome.StepYears, "steps", outcome.MinSteps),
		Clear:    locale.T(lang, "rules.clear", "times", int(outcome.ClearSteps), "share", percentWords(lang, outcome.ClearShare*100, 0)),
	}
	out, err := s.render("rules", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}

// percentWords writes a share in per cent as the language does.
func percentWords(lang string, v float64, digits int) string {
	sign := "\u00a0%"
	if lang == "en" || lang == "pt" {
		sign = "%"
	}
	return locale.Decimal(lang, v, digits) + sign
}
