package typeset

import (
	"time"

	"pliego/internal/chart"
)

// Report is a longer document of several sections, such as an edition of a
// letter's record: tables, charts, what was done, and its sources as notes. As
// with a Letter, its strings are localised already, and the same Report yields the
// same bytes.
type Report struct {
	Lang      string // BCP 47 tag
	Kicker    string // above the title: "Follow-up report, edition 1"
	Title     string
	Facts     []ReportFact
	Intro     []Block // below the facts on the first page; may be empty
	Sections  []Section
	URL       string // of the report's own page
	Hash      string // SHA-256 of its data, 64 hex digits; may be empty
	Published time.Time
	Labels    ReportLabels
}

// ReportFact is a line of what the first page says of the report.
type ReportFact struct{ Label, Text, URL string }

// ReportLabels is every word of a report's furniture.
type ReportLabels struct {
	Contents string // heading of the list of sections
	Notes    string // heading of a section's sources
	Page     string // as in Labels
	Address  string // before URL
	Hash     string // before Hash
}

// Section is a part of a report with a heading of its own.
type Section struct {
	ID    string // names it within an HTML page
	Title string
	// Minor sections are listed in two columns below the others, as places are.
	Minor bool
	// Fresh begins a page.
	Fresh bool
	Parts []Part
	Notes []Note
}

// Part is one thing in a section: exactly one of its fields is set.
type Part struct {
	Heading string
	Text    []Block
	Small   []Block // in the furniture's face
	Table   *Table
	Chart   *ReportChart
	Entry   *Entry
}

// Table has a row of heads, which repeats on every page.
type Table struct {
	Caption string // for who cannot see it
	Widths  []float64
	Heads   []string
	Rows    [][]Cell
}

// Cell is one cell of a table.
type Cell struct {
	Sign  Sign
	Text  string
	Quiet string // after it, in grey
	URL   string
	Bold  bool
}

// Sign is drawn before a cell's text, so that it is told apart without colour.
type Sign string

// The signs.
const (
	SignNone Sign = ""
	SignDot  Sign = "dot"  // nobody judged
	SignRing Sign = "ring" // nothing was found
	SignBar  Sign = "bar"  // not begun
	SignPart Sign = "part" // a little
	SignHalf Sign = "half" // much
	SignFull Sign = "full" // all
	SignBack Sign = "back" // the other way
)

// ReportChart is a chart with the lines under it.
type ReportChart struct {
	Lines   chart.Lines // without sizes: they are the sheet's or the screen's
	Caption string
	Source  string
}

// Entry is one thing that happened.
type Entry struct {
	When  string
	Mark  string // +, − or ±
	Class string // toward, against or mixed
	Kind  string
	Title string
	Text  string
	Lang  string // of title and text, when not the report's
	Told  string // says so: "in English"
	Warn  string // why it may not be relied upon
	// Beside is what others say of it, a paragraph each.
	Beside []string
	Notes  []int
}

// Note is a source.
type Note struct {
	N    int
	Text string
	URL  string
}

// shell is what a report has in common with a letter.
func (r *Report) shell() *Letter {
	return &Letter{
		Lang: r.Lang, Title: r.Title, Occasion: r.Kicker, URL: r.URL, TextHash: r.Hash, Published: r.Published,
		Labels: Labels{Page: r.Labels.Page, Address: r.Labels.Address, Hash: r.Labels.Hash},
	}
}

// Bounds of a report.
const (
	maxSections = 2000
	maxParts    = 100_000
)

func (r *Report) check() error {
	if len(r.Sections) > maxSections {
		return bad("sections", "%d are more than %d", len(r.Sections), maxSections)
	}
	parts := 0
	for _, s := range r.Sections {
		parts += len(s.Parts) + len(s.Notes)
		for _, p := range s.Parts {
			if t := p.Table; t != nil {
				parts += len(t.Rows)
				if len(t.Widths) != len(t.Heads) {
					return bad("table "+t.Caption, "has %d columns and %d heads", len(t.Widths), len(t.Heads))
				}
				for _, row := range t.Rows {
					if len(row) != len(t.Heads) {
						return bad("table "+t.Caption, "has a row of %d cells and %d heads", len(row), len(t.Heads))
					}
				}
			}
		}
	}
	if parts > maxParts {
		return bad("report", "has %d parts, more than %d", parts, maxParts)
	}
	return r.shell().check()
}
