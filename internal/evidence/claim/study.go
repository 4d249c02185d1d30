package claim

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pliego/internal/evidence"
	"pliego/internal/evidence/study"
	"pliego/internal/place"
)

// The study's fixed settings.
const (
	// Draws is how often the dates are given to states by lot.
	Draws     = 9999
	seed      = 20131119
	eventKind = "joint-operation"
	// TopState is Chihuahua, whose rise was the largest.
	TopState = "MEX-08"
)

// Study is the event study of homicide in the states of Mexico around the
// starts of joint operations.
type Study struct {
	Report  *study.Report
	Source  string            // of deaths and people
	Places  []string          // codes, by the position that the report uses
	Start   evidence.Period   // of the first month
	Events  []evidence.Event  // those that date the states
	Without []WithoutOne      // the main estimates without each state in turn
	Months  []evidence.Period // by the report's months
}

// WithoutOne are the main effects with one state left out, by dating and
// horizon as in the report.
type WithoutOne struct {
	Place   string
	Effects []study.Estimate
}

func (s *Study) verdict() evidence.Verdict {
	switch s.Report.Verdict {
	case study.Supported:
		return evidence.Supported
	case study.NotSupported:
		return evidence.NotSupported
	}
	return evidence.Mixed
}

// Estimates is how many main estimates there are.
func (s *Study) Estimates() (n int) {
	for _, e := range s.Report.Estimates {
		if e.Variant == study.Main {
			n++
		}
	}
	return n
}

// Rose is how many of them the rule counts as a rise.
func (s *Study) Rose() (n int) {
	for _, e := range s.Report.Estimates {
		if e.Variant == study.Main && e.Rose() {
			n++
		}
	}
	return n
}

// RisingBefore tells whether violence was rising already under either dating.
func (s *Study) RisingBefore() bool {
	return slices.ContainsFunc(study.Datings, s.Report.RisingBefore)
}

// eventStudy makes the study once; nil when the evidence does not hold what it
// needs.
func (c *checker) eventStudy(ctx context.Context) (*Study, error) {
	if c.studied {
		return c.study, nil
	}
	c.studied = true
	events, err := c.store.Events(ctx, eventKind)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	s, panel, err := c.panel(ctx)
	if err != nil || s == nil {
		return nil, err
	}
	d := study.Design{Panel: panel, Top: slices.Index(s.Places, TopState), Draws: Draws, Seed: seed}
	if err := s.date(&d, events); err != nil {
		return nil, err
	}
	s.borders(&d)
	if s.Report, err = d.Run(); err != nil {
		return nil, fmt.Errorf("the study of joint operations: %w", err)
	}
	if err := s.leaveOut(d); err != nil {
		return nil, err
	}
	c.study = s
	return s, nil
}

// panel takes deaths and people by month from the first source that has both
// for every state over the same months.
func (c *checker) panel(ctx context.Context) (*Study, *study.Panel, error) {
	s := &Study{}
	for _, a := range place.States("MEX") {
		s.Places = append(s.Places, a.Code)
	}
	found, err := evidence.Read(ctx, c.store, evidence.Query{Indicators: []string{"homicide-count", "population"}, Places: s.Places, Monthly: true})
	if err != nil {
		return nil, nil, err
	}
	type name struct{ indicator, place, source string }
	by := map[name][]evidence.Value{}
	var sources []string
	for _, x := range found {
		by[name{x.Indicator, x.Place, x.Source}] = x.Values
		if !slices.Contains(sources, x.Source) {
			sources = append(sources, x.Source)
		}
	}
	for _, source := range sources {
		var deaths, people [][]float64
		var months []evidence.Period
		whole := true
		for _, p := range s.Places {
			d, n := by[name{"homicide-count", p, source}], by[name{"population", p, source}]
			if len(months) == 0 {
				for _, v := range d {
					months = append(months, v.Period)
				}
			}
			if whole = len(months) > 0 && covers(d, months) && covers(n, months); !whole {
				break
			}
			deaths, people = append(deaths, numbers(d)), append(people, numbers(n))
		}
		if !whole {
			continue
		}
		panel, err := study.NewPanel(s.Places, deaths, people)
		if err != nil {
			return nil, nil, err
		}
		s.Source, s.Start, s.Months = source, months[0], months
		return s, panel, nil
	}
	return nil, nil, nil
}

// covers tells whether values are those of some months, one after another.
func covers(values []evidence.Value, months []evidence.Period) bool {
	if len(values) != len(months) {
		return false
	}
	at := months[0]
	for i, v := range values {
		if v.Period != months[i] || v.Period != at {
			return false
		}
		at = at.Next()
	}
	return true
}

func numbers(values []evidence.Value) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v.Value
	}
	return out
}

// date turns the events into those of the panel.
func (s *Study) date(d *study.Design, events []evidence.Event) error {
	for _, e := range events {
		day, err := time.Parse(time.DateOnly, e.Date)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Title, err)
		}
		month := (day.Year()-s.Start.Year)*12 + int(day.Month()) - s.Start.Month
		used := false
		for _, p := range e.Places {
			if at := slices.Index(s.Places, p); at >= 0 {
				d.Events = append(d.Events, study.Event{Place: at, Month: month, Apart: e.Apart})
				used = true
			}
		}
		if used {
			s.Events = append(s.Events, e)
		}
	}
	return nil
}

func (s *Study) borders(d *study.Design) {
	for i, code := range s.Places {
		a, _ := place.AreaByCode(code)
		for _, n := range a.Borders() {
			if j := slices.Index(s.Places, n.Code); j > i {
				d.Borders = append(d.Borders, [2]int{i, j})
			}
		}
	}
}

// leaveOut computes the main effects without each state in turn. They are
// shown without placebo draws, since they move no verdict.
func (s *Study) leaveOut(d study.Design) error {
	done := map[int]bool{}
	d.Draws = 1
	for _, e := range d.Events {
		if done[e.Place] {
			continue
		}
		done[e.Place] = true
		d.Top = e.Place
		r, err := d.Run()
		if err != nil {
			return fmt.Errorf("the study without %s: %w", s.Places[e.Place], err)
		}
		w := WithoutOne{Place: s.Places[e.Place]}
		for _, dating := range study.Datings {
			for _, h := range study.Horizons {
				if x, ok := r.Of(study.WithoutTop, dating, h); ok {
					w.Effects = append(w.Effects, x)
				}
			}
		}
		s.Without = append(s.Without, w)
	}
	slices.SortFunc(s.Without, func(a, b WithoutOne) int { return slices.Index(s.Places, a.Place) - slices.Index(s.Places, b.Place) })
	return nil
}
