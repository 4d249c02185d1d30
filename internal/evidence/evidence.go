// Package evidence holds what was measured: indicators, the sources they come
// from, and their values for places and periods. Values of different sources,
// and of different vintages of one source, are never joined.
//
// It knows no SQL and no HTTP; Store is what it needs of the store.
package evidence

import (
	"context"
	"slices"

	"pliego/internal/evidence/outcome"
)

// Words are what something is called or explained as, by language.
type Words map[string]string

// In gives the words in a language, else in English, else in any.
func (w Words) In(lang string) string {
	for _, l := range []string{lang, "en", "es", "pt", "fr"} {
		if s := w[l]; s != "" {
			return s
		}
	}
	return ""
}

// Unit is what the numbers of an indicator count.
type Unit string

// The units. Their names stand in the messages, under "unit."
const (
	Persons Unit = "persons"
	Deaths  Unit = "deaths"
	Events  Unit = "events"
	Per100k Unit = "per-100k" // per 100,000 people
	Percent Unit = "percent"
	Berths  Unit = "places" // in prisons
)

// Units are all units.
var Units = []Unit{Persons, Deaths, Events, Per100k, Percent, Berths}

// OverYear says how the months of a year make its yearly value.
type OverYear string

// The ways; the zero way makes none.
const (
	Sum     OverYear = "sum"     // of what happens
	Average OverYear = "average" // of what there is
)

// Ratio is how an indicator is computed from two others of the same source,
// place and period: Of divided by By, times Times.
type Ratio struct {
	Of    string  `json:"of"` // indicator
	By    string  `json:"by"` // indicator
	Times float64 `json:"times"`
}

// Break is a year in which a series may jump because of how it was measured.
type Break struct {
	Place  string `json:"place,omitempty"`  // "": everywhere
	Source string `json:"source,omitempty"` // key or family; "": in all
	Year   int    `json:"year"`             // the first year measured the new way
	Why    Words  `json:"why"`
}

// Indicator is a measured thing.
type Indicator struct {
	Key         string   `json:"key"`
	Names       Words    `json:"names"`
	Short       Words    `json:"short"`       // for a label or a column
	Definitions Words    `json:"definitions"` // what is counted, and what is not
	Comparison  Words    `json:"comparison"`  // what to mind when places or sources are laid side by side
	Aliases     []string `json:"aliases,omitempty"`
	Unit        Unit     `json:"unit"`
	// Denominator says what a rate or share is of: an indicator's key, or women
	// or men (in the population); "" for a count.
	Denominator string            `json:"denominator,omitempty"`
	Good        outcome.Direction `json:"good"` // which way it should move
	Decimals    int               `json:"decimals"`
	OverYear    OverYear          `json:"over_year,omitempty"`
	Ratio       *Ratio            `json:"ratio,omitempty"`
	// Values outside of these bounds are flagged as implausible: they are shown
	// and count toward no verdict. Most is 0 for no bound.
	Least float64 `json:"least,omitempty"`
	Most  float64 `json:"most,omitempty"`
	// A value that is more than Usual times the median of its own series, or less
	// than that part of it, is flagged too, where the larger of the two is at
	// least UsualFrom: small numbers jump by themselves. Usual is 0 for no bound.
	Usual     float64  `json:"usual,omitempty"`
	UsualFrom float64  `json:"usual_from,omitempty"`
	Sources   []string `json:"sources"` // keys or families, the preferred first
	Breaks    []Break  `json:"breaks,omitempty"`
}

// Rank is the place of a source among the preferred ones; those that are not
// named come after them.
func (i Indicator) Rank(s Source) int {
	for n, want := range i.Sources {
		if want == s.Key || want == s.Family {
			return n
		}
	}
	return len(i.Sources)
}

// Source is one vintage of where figures come from.
type Source struct {
	Key string `json:"key"` // names this vintage: unodc-gsh-2019
	// Family is what vintages of one publication have in common.
	Family    string `json:"family"`
	Vintage   string `json:"vintage"` // YYYY, YYYY-MM or YYYY-MM-DD: when the publisher issued it
	Title     string `json:"title"`   // as the publisher calls it
	Publisher string `json:"publisher"`
	Short     string `json:"short"` // for the line under a chart
	Licence   string `json:"licence"`
	URL       string `json:"url,omitempty"`
	Copy      string `json:"copy,omitempty"` // where the copy that was read lay
	Notes     Words  `json:"notes,omitempty"`
	// OneTable says that the values of one place belong together although their
	// years may differ by one or two, because the source printed them in a row.
	OneTable bool `json:"one_table,omitempty"`
	// Imported says that somebody brought it here; it did not come with a pack.
	Imported bool `json:"imported,omitempty"`
}

// Flag says why a value counts toward no verdict.
type Flag string

// The flags.
const (
	Sound       Flag = ""
	Implausible Flag = "implausible"
	Provisional Flag = "provisional"
)

// Flags are all flags but none.
var Flags = []Flag{Implausible, Provisional}

// Value is one value of a series. A derived one has the parts that it was
// computed from.
type Value struct {
	Period Period
	Value  float64
	Flag   Flag
	Note   string
	Parts  []Part
}

// Part is an observation that a derived value was computed from.
type Part struct {
	Indicator string
	Place     string
	Period    Period
	Value     float64
	Flag      Flag
}

// Series is one indicator in one place from one source, by period.
type Series struct {
	Indicator string
	Place     string // HND, MEX-09
	Source    string // key
	Derived   bool   // computed from parts, not published
	Values    []Value
}

// Same tells whether two series are of the same indicator, place and source.
func (s Series) Same(as Series) bool {
	return s.Indicator == as.Indicator && s.Place == as.Place && s.Source == as.Source
}

// Observation is one value with all that identifies it.
type Observation struct {
	Indicator, Place, Source string
	Period                   Period
	Value                    float64
	Flag                     Flag
	Note                     string
}

// Event is something dated that evidence is held against, such as the start of
// a joint operation.
type Event struct {
	Kind     string   `json:"kind"` // joint-operation
	Date     string   `json:"date"` // YYYY-MM-DD
	Title    string   `json:"title"`
	Lang     string   `json:"lang"` // of the title
	Places   []string `json:"places"`
	Source   string   `json:"source"`   // key
	Citation string   `json:"citation"` // what that source cites
	Note     string   `json:"note,omitempty"`
	// Apart marks an event that came before the others and is left out in one
	// variant of the study.
	Apart bool `json:"apart,omitempty"`
}

// Query says which series are wanted. An empty list means all.
type Query struct {
	Indicators []string
	Places     []string
	Sources    []string // keys
	From, To   int      // years, both within; 0: no bound
	// Monthly asks for monthly values; otherwise yearly ones are given, and
	// whole years of months are made into years as the indicator says.
	Monthly bool
}

// Holding says that there are values of an indicator in a place from a source.
type Holding struct {
	Indicator, Place, Source string
	Values                   int
	First, Last              Period
}

// And adds what another holding of the same series has.
func (h Holding) And(more Holding) Holding {
	h.Values += more.Values
	if more.First.Compare(h.First) < 0 {
		h.First = more.First
	}
	if more.Last.Compare(h.Last) > 0 {
		h.Last = more.Last
	}
	return h
}

// Store is what reading the evidence needs of the store. Each call reads one
// consistent state.
type Store interface {
	// Indicators gives all that are defined, in their order.
	Indicators(ctx context.Context) ([]Indicator, error)
	// Sources gives all sources, by family and the newest vintage first.
	Sources(ctx context.Context) ([]Source, error)
	// Observed gives the series as they were published, by indicator, place and
	// source: all values, yearly and monthly, whatever the query's years say.
	Observed(ctx context.Context, q Query) ([]Series, error)
	// Holdings lists what was published of some indicators; nil: of all.
	Holdings(ctx context.Context, indicators []string) ([]Holding, error)
	// Events gives the dated events of a kind, by date.
	Events(ctx context.Context, kind string) ([]Event, error)
	// EvidenceVersion grows whenever anything of the evidence changes.
	EvidenceVersion(ctx context.Context) (int64, error)
}

// Find finds an indicator by its key.
func Find(list []Indicator, key string) (Indicator, bool) {
	n := slices.IndexFunc(list, func(i Indicator) bool { return i.Key == key })
	if n < 0 {
		return Indicator{}, false
	}
	return list[n], true
}

// FindSource finds a source by its key.
func FindSource(list []Source, key string) (Source, bool) {
	n := slices.IndexFunc(list, func(s Source) bool { return s.Key == key })
	if n < 0 {
		return Source{}, false
	}
	return list[n], true
}
