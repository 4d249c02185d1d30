package pack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pliego/internal/evidence"
	"pliego/internal/evidence/outcome"
	"pliego/internal/place"
)

// Bounds of the folder evidence/.
const (
	MaxIndicators = 500
	MaxSources    = 500
	maxSeries     = 64 << 10 // bytes of one cell with a series' values
)

// readEvidence reads the folder evidence/: what is measured, where figures
// come from, the figures, and dated events.
func (r *reader) readEvidence(p *Pack) {
	dirs := r.entries("evidence", []string{"indicators.yaml", "sources.yaml", "notes.csv", "events.csv"}, []string{"series"})
	r.readIndicators(p)
	r.readSources(p)
	if slices.Contains(dirs, "series") {
		r.readSeries(p)
	}
	r.readNotes(p)
	r.readEvents(p)
}

var directions = map[string]outcome.Direction{"lower": outcome.Lower, "higher": outcome.Higher, "neither": outcome.Neither}

func (r *reader) readIndicators(p *Pack) {
	f, ok := r.yamlFile("evidence/indicators.yaml", false)
	if !ok {
		return
	}
	top := f.fields(f.root, "")
	list := top.list("indicators", true)
	top.done()
	if len(list) > MaxIndicators {
		f.add(list[MaxIndicators], "has more than %d indicators", MaxIndicators)
		return
	}
	names := map[string]string{} // key or alias → key
	for n, node := range list {
		x := f.fields(node, fmt.Sprintf("indicators[%d]", n+1))
		i := evidence.Indicator{
			Key: x.key("key"), Names: x.languages("name", true), Short: x.languages("short", true),
			Definitions: x.languages("definition", true), Comparison: x.languages("comparison", false),
			Aliases:     x.lines("aliases"),
			Unit:        evidence.Unit(x.checked("unit", true, func(s string) string { return checkOneOf(s, stringsOf(evidence.Units)) })),
			Denominator: x.checked("denominator", false, checkKey),
			Good:        directions[x.checked("good", true, func(s string) string { return checkOneOf(s, []string{"lower", "higher", "neither"}) })],
			Decimals:    int(x.number("decimals", 0, 6)),
			OverYear:    evidence.OverYear(x.checked("over_year", false, func(s string) string { return checkOneOf(s, []string{"sum", "average"}) })),
			Least:       x.number("least", -evidence.MaxNumber, evidence.MaxNumber),
			Most:        x.number("most", 0, evidence.MaxNumber),
			Usual:       x.number("usual", 1, 1000),
			UsualFrom:   x.number("usual_from", 0, evidence.MaxNumber),
			Sources:     x.lines("sources"),
		}
		if v := x.get("ratio", false); v != nil {
			y := f.fields(v, x.path+"ratio")
			i.Ratio = &evidence.Ratio{Of: y.key("of"), By: y.key("by"), Times: y.number("times", 1e-9, evidence.MaxNumber)}
			y.done()
		}
		for m, v := range x.list("breaks", false) {
			y := f.fields(v, fmt.Sprintf("%sbreaks[%d]", x.path, m+1))
			i.Breaks = append(i.Breaks, evidence.Break{
				Place: y.checked("place", false, checkArea), Source: y.checked("source", false, checkKey),
				Year: int(y.number("year", 1800, 2200)), Why: y.languages("why", true),
			})
			y.done()
		}
		x.done()
		for _, name := range append([]string{i.Key}, i.Aliases...) {
			if other, taken := names[name]; taken && name != "" {
				f.add(node, "%s%q is a name of %s already; keep one", x.path, clip(name), other)
			}
			names[name] = i.Key
		}
		p.Evidence.Indicators = append(p.Evidence.Indicators, i)
	}
	for n, i := range p.Evidence.Indicators {
		if i.Ratio == nil {
			continue
		}
		for _, part := range []string{i.Ratio.Of, i.Ratio.By} {
			if other, ok := evidence.Find(p.Evidence.Indicators, part); part != "" && (!ok || other.Ratio != nil && other.Key == i.Key) {
				f.add(list[n], "indicators[%d].ratio names %q, which is none of the indicators; add it or correct its key", n+1, part)
			}
		}
	}
}

func (r *reader) readSources(p *Pack) {
	f, ok := r.yamlFile("evidence/sources.yaml", false)
	if !ok {
		return
	}
	top := f.fields(f.root, "")
	list := top.list("sources", true)
	top.done()
	if len(list) > MaxSources {
		f.add(list[MaxSources], "has more than %d sources", MaxSources)
		return
	}
	for n, node := range list {
		x := f.fields(node, fmt.Sprintf("sources[%d]", n+1))
		s := evidence.Source{
			Key: x.key("key"), Family: x.key("family"), Vintage: x.checked("vintage", false, checkDate),
			Title: x.line("title", true), Publisher: x.line("publisher", true), Short: x.line("short", true), Licence: x.line("licence", true),
			URL: x.checked("url", false, checkURL), Copy: x.line("copy", false), Notes: x.languages("notes", false), OneTable: x.flag("one_table"),
		}
		x.done()
		if _, twice := evidence.FindSource(p.Evidence.Sources, s.Key); twice && s.Key != "" {
			f.add(node, "source %q is here already; keep one", s.Key)
		}
		p.Evidence.Sources = append(p.Evidence.Sources, s)
	}
}

// readSeries reads evidence/series/SOURCE.csv, a row for each indicator and
// place: the first period and the values from there on, "." for none.
func (r *reader) readSeries(p *Pack) {
	var files []string
	for _, s := range p.Evidence.Sources {
		files = append(files, s.Key+".csv")
	}
	r.entries("evidence/series", files, []string{})
	for n, s := range p.Evidence.Sources {
		t, ok := r.table("evidence/series/"+files[n], []string{"indicator", "place", "from", "values"}, nil)
		if !ok {
			continue
		}
		seen := map[[2]string]bool{}
		for _, w := range t.rows {
			x := evidence.Series{
				Indicator: w.checked("indicator", true, checkKey), Place: w.checked("place", true, checkArea), Source: s.Key,
			}
			if _, ok := evidence.Find(p.Evidence.Indicators, x.Indicator); !ok && x.Indicator != "" {
				w.add("indicator %q is not in evidence/indicators.yaml; add it there or correct the key", clip(x.Indicator))
			}
			if name := [2]string{x.Indicator, x.Place}; seen[name] {
				w.add("%s of %s is here twice; keep one row", clip(x.Indicator), clip(x.Place))
			} else {
				seen[name] = true
			}
			from, err := evidence.ParsePeriod(w.get("from"))
			if err != nil {
				w.add("from: %v", err)
				continue
			}
			x.Values = w.values(from)
			p.Evidence.Series = append(p.Evidence.Series, x)
		}
	}
}

// values reads a run of numbers, one a year or one a month.
func (w row) values(from evidence.Period) []evidence.Value {
	cell := w.cells[w.table.columns["values"]]
	if len(cell) > maxSeries {
		w.add("values has %d bytes; %d at most: part the series", len(cell), maxSeries)
		return nil
	}
	var out []evidence.Value
	at := from
	for word := range strings.FieldsSeq(cell) {
		if word != "." {
			v, err := evidence.ParseNumber(word)
			if err != nil {
				w.add("values: %v", err)
				return nil
			}
			if _, err := evidence.ParsePeriod(at.String()); err != nil {
				w.add("values run beyond any year: %v", err)
				return nil
			}
			out = append(out, evidence.Value{Period: at, Value: v})
		}
		at = at.Next()
	}
	if len(out) == 0 {
		w.add("values is empty; take the row out or give numbers parted by spaces, . where there is none")
	}
	return out
}

// readNotes reads evidence/notes.csv: flags and notes of single values.
func (r *reader) readNotes(p *Pack) {
	t, ok := r.table("evidence/notes.csv", []string{"source", "indicator", "place", "periods", "flag", "note"}, nil)
	if !ok {
		return
	}
	type name struct{ source, indicator, place string }
	by := map[name]*evidence.Series{}
	for i := range p.Evidence.Series {
		s := &p.Evidence.Series[i]
		by[name{s.Source, s.Indicator, s.Place}] = s
	}
	for _, w := range t.rows {
		flag := evidence.Flag(w.checked("flag", false, func(s string) string { return checkOneOf(s, stringsOf(evidence.Flags)) }))
		note := w.get("note")
		if utf8.RuneCountInString(note) > 0 && evidence.CleanNote(note) != note {
			w.add("note is longer than %d bytes or holds odd spaces; shorten it", evidence.MaxNote)
		}
		s := by[name{w.get("source"), w.get("indicator"), w.get("place")}]
		if s == nil {
			w.add("no series has this source, indicator and place; correct the row")
			continue
		}
		for word := range strings.FieldsSeq(w.need("periods")) {
			first, last, isRun := strings.Cut(word, "..")
			if !isRun {
				last = first
			}
			a, errA := evidence.ParsePeriod(first)
			b, errB := evidence.ParsePeriod(last)
			if errA != nil || errB != nil {
				w.add("periods: %q is none; write 2010, 2010-03 or 2010..2014", clip(word))
				continue
			}
			found := false
			for i := range s.Values {
				v := &s.Values[i]
				if v.Period.Compare(a) >= 0 && v.Period.Compare(b) <= 0 {
					found = true
					v.Flag, v.Note = flag, note
				}
			}
			if !found {
				w.add("the series has no value in %s", word)
			}
		}
	}
}

func (r *reader) readEvents(p *Pack) {
	t, ok := r.table("evidence/events.csv", []string{"kind", "date", "title", "lang", "places", "source", "citation"}, []string{"apart", "note"})
	if !ok {
		return
	}
	for _, w := range t.rows {
		e := evidence.Event{
			Kind: w.checked("kind", true, checkKey), Date: w.checked("date", true, checkDay), Title: w.need("title"),
			Lang: w.checked("lang", true, checkTag), Source: w.checked("source", true, checkKey), Citation: w.need("citation"),
			Note: w.get("note"), Apart: w.yes("apart"), Places: strings.Fields(w.need("places")),
		}
		for _, code := range e.Places {
			if msg := checkArea(code); msg != "" {
				w.add("places: %s", msg)
			}
		}
		if _, ok := evidence.FindSource(p.Evidence.Sources, e.Source); !ok && e.Source != "" {
			w.add("source %q is not in evidence/sources.yaml; add it there or correct the key", clip(e.Source))
		}
		p.Evidence.Events = append(p.Evidence.Events, e)
	}
}

func checkArea(s string) string {
	if _, ok := place.AreaByCode(s); !ok {
		return fmt.Sprintf("%q is no place; write an ISO 3166-1 code of three capital letters, such as URY, or MEX-09 for a state of Mexico", clip(s))
	}
	return ""
}

// lines gives a list of single-line values.
func (x *fields) lines(name string) []string {
	var out []string
	for i, n := range x.list(name, false) {
		if msg := checkLine(n.Value); msg != "" || n.Value == "" {
			x.file.add(n, "%s%s[%d] must be one line of text; %s", x.path, name, i+1, msg)
			continue
		}
		out = append(out, n.Value)
	}
	return out
}

// number gives a number within bounds, 0 when it is absent.
func (x *fields) number(name string, least, most float64) float64 {
	s, n := x.scalar(name, false)
	if n == nil {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= least && v <= most) {
		x.file.add(n, "%s%s is %q; write a number from %g to %g", x.path, name, clip(s), least, most)
		return 0
	}
	return v
}
