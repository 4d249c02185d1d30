package importing

import (
	"regexp"
	"strings"

	"pliego/internal/evidence"
	"pliego/internal/place"
)

// unodcKeys are the rows of UNODC's files that are measured here, by their
// indicator, dimension, category, sex, age and unit.
var unodcKeys = map[string]string{
	"victims of intentional homicide|total|total|total|total|counts":                                                        "homicide-count",
	"victims of intentional homicide|total|total|female|total|counts":                                                       "homicide-count-female",
	"victims of intentional homicide|total|total|male|total|counts":                                                         "homicide-count-male",
	"victims of intentional homicide|total|total|total|total|rate per 100 000 population":                                   "homicide-rate",
	"victims of intentional homicide|total|total|female|total|rate per 100 000 population":                                  "homicide-rate-female",
	"victims of intentional homicide|total|total|male|total|rate per 100 000 population":                                    "homicide-rate-male",
	"victims of intentional homicide|by mechanisms|firearms or explosives firearms|total|total|counts":                      "homicide-count-firearms",
	"victims of intentional homicide|by mechanisms|firearms or explosives firearms|total|total|rate per 100 000 population": "homicide-rate-firearms",
	"persons held|total|total|total|total|counts":                                                                           "prisoners",
	"persons held|total|total|total|total|rate per 100 000 population":                                                      "prisoner-rate",
	"persons held|total|total|total|adult|counts":                                                                           "adult-prisoners",
	"persons held|total|total|female|total|counts":                                                                          "women-prisoners",
	"persons held|total|total|female|total|rate per 100 000 population":                                                     "women-prisoner-rate",
	"persons held|by status|unsentenced|total|total|counts":                                                                 "pretrial-prisoners",
	"persons held|by status|unsentenced|female|total|counts":                                                                "women-pretrial-prisoners",
	"persons held|by selected crime|drug possession|total|total|counts":                                                     "drug-possession-prisoners",
	"persons held|by selected crime|drug trafficking|total|total|counts":                                                    "drug-trafficking-prisoners",
	"persons held|by type of criminal acts|acts involving controlled psycho active substances|total|total|counts":           "drug-offence-prisoners",
	"prisons facilities and capacity|total|official prison capacity|total|total|counts":                                     "prison-capacity",
	"prisons facilities and capacity|total|official prison capacity|total|adult|counts":                                     "adult-prison-capacity",
	"mortality in prison|total|total|total|total|counts":                                                                    "prison-deaths",
	"mortality in prison|by type of death|deaths due to external causes by intentional homicide|total|total|counts":         "prison-homicides",
}

// unodcRows reads the data portal's layout.
func unodcRows(f *File, columns map[string]int, _ []string) func(int, []string) []Figure {
	at, ok := all(columns, "iso3_code", "indicator", "dimension", "category", "sex", "age", "unit_of_measurement", "year", "value")
	if !ok {
		return nil
	}
	note := optional(columns, "source")
	found := map[string]string{} // what was written → key, so that folding is done once
	return func(line int, cells []string) []Figure {
		var b strings.Builder
		for _, i := range at[1:7] {
			b.WriteString(cell(cells, i))
			b.WriteByte('|')
		}
		written := b.String()
		key, met := found[written]
		if !met {
			parts := make([]string, 0, 6)
			for _, i := range at[1:7] {
				parts = append(parts, place.Fold(cell(cells, i)))
			}
			key = unodcKeys[strings.Join(parts, "|")]
			if len(found) < 10_000 {
				found[written] = key
			}
		}
		i, ok := f.defined[key]
		if key == "" || !ok {
			return passed(line, "not measured here: %s", clip(strings.TrimSuffix(written, "|")))
		}
		area, ok := f.area(cell(cells, at[0]))
		if !ok {
			return passed(line, "no country: %s", clip(cell(cells, at[0])))
		}
		family := "unodc-prisons"
		if strings.HasPrefix(key, "homicide") {
			family = "unodc-homicide"
		}
		return f.figure(line, i, area, f.source(family), cell(cells, at[7]), cell(cells, at[8]), cell(cells, note))
	}
}

// worldBankKeys are the World Bank's codes of what is measured here.
var worldBankKeys = map[string]string{
	"SP.POP.TOTL": "population", "VC.IHR.PSRC.P5": "homicide-rate", "VC.IHR.PSRC.FE.P5": "homicide-rate-female", "VC.IHR.PSRC.MA.P5": "homicide-rate-male",
}

var fourDigits = regexp.MustCompile(`^\d{4}$`)

// worldBankRows reads the bulk download: a row for each country and indicator,
// a column a year.
func worldBankRows(f *File, columns map[string]int, head []string) func(int, []string) []Figure {
	at, ok := all(columns, "country_code", "indicator_code")
	if !ok {
		return nil
	}
	years := map[int]string{}
	var order []int
	for i, h := range head {
		// A column is "1960", or "1960 [YR1960]" in a selection.
		if y, _, _ := strings.Cut(strings.TrimSpace(h), " "); fourDigits.MatchString(y) {
			years[i] = strings.Clone(y)
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		return nil
	}
	return func(line int, cells []string) []Figure {
		code := cell(cells, at[1])
		i, ok := f.defined[worldBankKeys[code]]
		if !ok {
			return passed(line, "not measured here: %s", clip(code))
		}
		area, ok := f.area(cell(cells, at[0]))
		if !ok {
			return passed(line, "no country: %s", clip(cell(cells, at[0])))
		}
		var out []Figure
		for _, c := range order {
			if v := cell(cells, c); !absent(v) {
				out = append(out, f.figure(line, i, area, f.source("world-bank"), years[c], v, "")...)
			}
		}
		return out
	}
}

// owidRows reads a chart's data from Our World in Data: entity, code, year and
// a column for each thing measured.
func owidRows(f *File, columns map[string]int, head []string) func(int, []string) []Figure {
	at, ok := all(columns, "entity", "code", "year")
	if !ok || len(head) < 4 {
		return nil
	}
	indicators := map[int]evidence.Indicator{}
	var order []int
	for c, h := range head {
		if c == at[0] || c == at[1] || c == at[2] {
			continue
		}
		key := owidKey(place.Fold(h))
		if f.opts.Indicator != "" && len(order) == 0 && key == "" {
			key = f.opts.Indicator
		}
		if i, ok := f.defined[key]; ok && key != "" {
			indicators[c] = i
			order = append(order, c)
		}
	}
	return func(line int, cells []string) []Figure {
		if len(order) == 0 {
			return bad(line, "no column is known to be measured here; say with --indicator what the first one is")
		}
		code := cell(cells, at[1])
		area, ok := f.area(code)
		if !ok {
			return passed(line, "no country: %s", clip(cell(cells, at[0])))
		}
		var out []Figure
		for _, c := range order {
			v := cell(cells, c)
			if absent(v) {
				continue
			}
			family := "owid"
			if strings.HasPrefix(indicators[c].Key, "homicide") {
				family = "unodc-homicide-owid"
			}
			out = append(out, f.figure(line, indicators[c], area, f.source(family), cell(cells, at[2]), v, "")...)
		}
		return out
	}
}

// owidKey tells from a column's name what it measures.
func owidKey(column string) string {
	switch {
	case strings.HasPrefix(column, "homicide rate per 100 000 population"), column == "homicide rate":
		switch {
		case strings.Contains(column, "female"):
			return "homicide-rate-female"
		case strings.Contains(column, "male"):
			return "homicide-rate-male"
		}
		return "homicide-rate"
	case column == "population", column == "population historical", strings.HasPrefix(column, "population sex all age all"):
		return "population"
	}
	return ""
}

// wpbColumns are the columns of World Prison Brief tables, as its pages and the
// compilations of them name them.
var wpbColumns = map[string]string{
	"prisonrate": "prisoner-rate", "prison_population_rate": "prisoner-rate", "prison_population_rate_per_100_000_of_national_population": "prisoner-rate",
	"prisonpop": "prisoners", "prison_population_total": "prisoners", "prison_population": "prisoners",
	"female_prisoners": "women-prisoner-share", "female_prisoners_percentage_of_prison_population": "women-prisoner-share",
	"pre_trial_detainees": "pretrial-share", "pre_trial_detainees_remand_prisoners": "pretrial-share",
	"occupancy_level": "prison-occupancy", "occupancy_level_based_on_official_capacity": "prison-occupancy",
}

// wpbComments spell out the marks of the compilation by year.
var wpbComments = map[string]string{
	"x": "newest number, often of mid-year or an estimate", "c": "about; an estimate",
	"p": "includes an estimate for police stations", "j": "convicted prisoners only",
}

// wpbRows reads tables of the World Prison Brief: a row for each country, with
// or without a year.
func wpbRows(f *File, columns map[string]int, head []string) func(int, []string) []Figure {
	code := optional(columns, "countrycode", "country_code", "iso3", "code", "iso_a3", "iso_a2")
	name := optional(columns, "country", "countryname", "country_name", "title")
	year := optional(columns, "year", "period")
	comment := optional(columns, "prisoncomment")
	indicators := map[int]evidence.Indicator{}
	var order []int
	for c, h := range head {
		if i, ok := f.defined[wpbColumns[columnName(h)]]; ok {
			indicators[c] = i
			order = append(order, c)
		}
	}
	if len(order) == 0 || code < 0 && name < 0 {
		return nil
	}
	family := "wpb-series"
	if year < 0 {
		family = "wpb-snapshot"
	}
	return func(line int, cells []string) []Figure {
		var figures []int
		for _, c := range order {
			if !absent(cell(cells, c)) {
				figures = append(figures, c)
			}
		}
		if len(figures) == 0 {
			return nil // a year without a figure
		}
		area, ok := f.area(cell(cells, code))
		if !ok {
			if c, read := place.Parse(cell(cells, name)); read {
				area, ok = place.AreaByCode(c.Alpha3)
			}
		}
		if !ok {
			return passed(line, "no country: %s", clip(strings.TrimSpace(cell(cells, name)+" "+cell(cells, code))))
		}
		period := cell(cells, year)
		if year < 0 {
			if f.opts.Year == 0 {
				return bad(line, "the table names no year; say with --year of which one it is")
			}
			period = evidence.Period{Year: f.opts.Year}.String()
		}
		note := cell(cells, comment)
		if spelled, ok := wpbComments[note]; ok {
			note = spelled
		} else if absent(note) {
			note = ""
		}
		var out []Figure
		for _, c := range figures {
			one := f.figure(line, indicators[c], area, f.source(family), period, cell(cells, c), note)
			if cell(cells, comment) == "x" && one[0].Problem == "" {
				one[0].Observation.Flag = evidence.Provisional
			}
			out = append(out, one...)
		}
		return out
	}
}

// sdmxRows reads SDMX-CSV, of version 1 and 2. The indicator is a code of the
// World Bank or one of ours, or is given.
func sdmxRows(f *File, columns map[string]int, _ []string) func(int, []string) []Figure {
	at, ok := all(columns, "ref_area", "time_period", "obs_value")
	if !ok {
		return nil
	}
	indicator := optional(columns, "indicator", "series", "measure")
	sex, status := optional(columns, "sex"), optional(columns, "obs_status")
	flow := optional(columns, "dataflow", "structure_id")
	return func(line int, cells []string) []Figure {
		code := cell(cells, indicator)
		i, ok := f.defined[sdmxKey(code, cell(cells, sex))]
		if !ok {
			i, ok = f.defined[code]
		}
		if !ok && f.opts.Indicator != "" {
			i, ok = f.defined[f.opts.Indicator]
		}
		if !ok {
			return passed(line, "not measured here: %s", clip(code))
		}
		area, ok := f.area(cell(cells, at[0]))
		if !ok {
			return passed(line, "no country: %s", clip(cell(cells, at[0])))
		}
		if absent(cell(cells, at[2])) {
			return nil
		}
		out := f.figure(line, i, area, f.source(sdmxFamily(cell(cells, flow))), cell(cells, at[1]), cell(cells, at[2]), "")
		if s := cell(cells, status); (s == "P" || s == "E") && out[0].Problem == "" {
			out[0].Observation.Flag = evidence.Provisional
		}
		return out
	}
}

// sdmxKey finds what a code measures; the sustainable development goals' series
// of homicide has the sexes in a column of their own.
func sdmxKey(code, sex string) string {
	code = code[strings.LastIndexByte(code, ':')+1:]
	if key, ok := worldBankKeys[strings.ReplaceAll(strings.TrimPrefix(code, "WB_WDI_"), "_", ".")]; ok {
		return key
	}
	if code != "VC_IHR_PSRC" {
		return ""
	}
	switch sex {
	case "F", "FEMALE":
		return "homicide-rate-female"
	case "M", "MALE":
		return "homicide-rate-male"
	case "", "_T", "BOTHSEX":
		return "homicide-rate"
	}
	return ""
}

var notKey = regexp.MustCompile(`[^a-z0-9]+`)

// sdmxFamily makes a family's key of a data flow's name, "WB:WDI(1.0)".
func sdmxFamily(flow string) string {
	flow, _, _ = strings.Cut(flow, "(")
	key := strings.Trim(notKey.ReplaceAllString(strings.ToLower(flow), "-"), "-")
	if len(key) > 40 {
		key = strings.Trim(key[:40], "-")
	}
	if key == "" {
		return "sdmx"
	}
	return "sdmx-" + key
}
