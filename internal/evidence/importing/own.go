package importing

import (
	"fmt"
	"slices"
	"strings"

	"pliego/internal/evidence"
)

// ownRows reads our own layout: place, period, indicator, value, and perhaps
// unit, source, flag and note. Without the column indicator, as in the CSV of a
// chart's page, the indicator must be given.
func ownRows(f *File, columns map[string]int, _ []string) func(int, []string) []Figure {
	at, ok := all(columns, "place", "period", "value")
	if !ok {
		return nil
	}
	indicator, unit := optional(columns, "indicator"), optional(columns, "unit")
	source, note, flag := optional(columns, "source"), optional(columns, "note"), optional(columns, "flag")
	return func(line int, cells []string) []Figure {
		name := cell(cells, indicator)
		if name == "" {
			name = f.opts.Indicator
		}
		i, ok := f.defined[name]
		switch {
		case name == "":
			return bad(line, "it names no indicator; add the column indicator, or say --indicator")
		case !ok:
			return bad(line, "no indicator is called %q; correct it, or define it in a pack", clip(name))
		}
		code := cell(cells, at[0])
		area, ok := f.area(code)
		if !ok {
			return bad(line, "%q is no place; write HND, or MEX-09 for a state of Mexico", clip(code))
		}
		if u := cell(cells, unit); u != "" && !fits(u, i.Unit) {
			return bad(line, "the unit %q does not fit %s, which is counted in %s", clip(u), i.Key, i.Unit)
		}
		from := cell(cells, source)
		if f.opts.Source != "" {
			from = f.opts.Source
		}
		if !isKey(from) {
			return bad(line, "the source %q is no key; write lower-case letters, digits and hyphens, or say --source", clip(from))
		}
		mark := evidence.Flag(cell(cells, flag))
		if mark != evidence.Sound && !slices.Contains(evidence.Flags, mark) {
			return bad(line, "the flag %q is not known; write implausible, provisional or nothing", clip(string(mark)))
		}
		out := f.figure(line, i, area, f.named(from), cell(cells, at[1]), cell(cells, at[2]), cell(cells, note))
		if out[0].Problem == "" {
			out[0].Observation.Flag = mark
		}
		return out
	}
}

// unitWords are the ways in which files write our units.
var unitWords = map[evidence.Unit][]string{
	evidence.Persons: {"persons", "count", "people"},
	evidence.Deaths:  {"deaths", "persons", "count"},
	evidence.Events:  {"events", "count"},
	evidence.Per100k: {"per-100k", "per 100,000", "per 100.000", "per 100 000"},
	evidence.Percent: {"percent", "%"},
	evidence.Berths:  {"places", "count", "persons"},
}

// fits tells whether a unit as a file writes it is that of the indicator; a
// rate may go on, as in "per 100,000 females".
func fits(written string, unit evidence.Unit) bool {
	for _, w := range unitWords[unit] {
		if written == w || unit == evidence.Per100k && strings.HasPrefix(written, w) {
			return true
		}
	}
	return false
}

// isKey tells whether a source may be called so.
func isKey(s string) bool {
	if len(s) < 2 || len(s) > 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s[0] != '-' && s[len(s)-1] != '-'
}

// CheckSource says what is wrong with a source's key, or nil.
func CheckSource(key string) error {
	if !isKey(key) {
		return fmt.Errorf("%q is no key of a source; use 2 to 64 lower-case letters, digits and hyphens", clip(key))
	}
	return nil
}
