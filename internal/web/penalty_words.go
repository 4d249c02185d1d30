package web

import (
	"strconv"
	"strings"
	"time"

	"pliego/internal/locale"
	"pliego/internal/penalty"
)

// The words for the codes of the tables of laws.
var penaltyOffences = map[penalty.Offence]string{
	"personal-use-exempt":       "penalty.offence_personal_use_exempt",
	"personal-use":              "penalty.offence_personal_use",
	"simple-possession":         "penalty.offence_simple_possession",
	"simple-possession-federal": "penalty.offence_simple_possession_federal",
	"possession-intent-small":   "penalty.offence_possession_intent_small",
	"possession-intent":         "penalty.offence_possession_intent",
	"small-trade":               "penalty.offence_small_trade",
	"small-trade-aggravated":    "penalty.offence_small_trade_aggravated",
	"trafficking-medium":        "penalty.offence_trafficking_medium",
	"trafficking":               "penalty.offence_trafficking",
	"import-small":              "penalty.offence_import_small",
	"transport":                 "penalty.offence_transport",
	"aggravated":                "penalty.offence_aggravated",
	"cultivation-personal":      "penalty.offence_cultivation_personal",
	"cultivation-peasant":       "penalty.offence_cultivation_peasant",
	"cultivation-small":         "penalty.offence_cultivation_small",
	"cultivation":               "penalty.offence_cultivation",
	"production":                "penalty.offence_production",
	"premises":                  "penalty.offence_premises",
	"precursors-conspiracy":     "penalty.offence_precursors_conspiracy",
	"prison-introduction":       "penalty.offence_prison_introduction",
	"prison-introduction-women": "penalty.offence_prison_introduction_women",
	"leader":                    "penalty.offence_leader",
	"alternatives":              "penalty.offence_alternatives",
	"homicide":                  "penalty.offence_homicide",
	"homicide-aggravated":       "penalty.offence_homicide_aggravated",
	"rape":                      "penalty.offence_rape",
	"rape-aggravated":           "penalty.offence_rape_aggravated",
	"robbery":                   "penalty.offence_robbery",
	"robbery-aggravated":        "penalty.offence_robbery_aggravated",
}

var penaltyActs = map[penalty.Act]string{
	"use":    "penalty.act_use",
	"hold":   "penalty.act_hold",
	"sell":   "penalty.act_sell",
	"carry":  "penalty.act_carry",
	"prison": "penalty.act_prison",
	"grow":   "penalty.act_grow",
	"make":   "penalty.act_make",
	"lead":   "penalty.act_lead",
}

var penaltySubstances = map[string]string{
	"any":                    "penalty.substance_any",
	"cannabis":               "penalty.substance_cannabis",
	"hashish":                "penalty.substance_hashish",
	"cannabis-plants":        "penalty.substance_cannabis_plants",
	"cannabis-home-harvest":  "penalty.substance_cannabis_home_harvest",
	"cannabis-modified":      "penalty.substance_cannabis_modified",
	"cocaine":                "penalty.substance_cocaine",
	"cocaine-base-paste":     "penalty.substance_cocaine_base_paste",
	"crack":                  "penalty.substance_crack",
	"heroin":                 "penalty.substance_heroin",
	"opium":                  "penalty.substance_opium",
	"mdma":                   "penalty.substance_mdma",
	"mda":                    "penalty.substance_mda",
	"methamphetamine":        "penalty.substance_methamphetamine",
	"methamphetamine-actual": "penalty.substance_methamphetamine_actual",
	"methamphetamine-mix":    "penalty.substance_methamphetamine_mix",
	"amphetamine":            "penalty.substance_amphetamine",
	"lsd":                    "penalty.substance_lsd",
	"fentanyl":               "penalty.substance_fentanyl",
	"synthetic":              "penalty.substance_synthetic",
	"pcp":                    "penalty.substance_pcp",
	"methaqualone":           "penalty.substance_methaqualone",
	"amyl-nitrate":           "penalty.substance_amyl_nitrate",
	"ketamine-ghb":           "penalty.substance_ketamine_ghb",
}

var penaltyKinds = map[string]string{
	"none-defined":                 "penalty.kind_none_defined",
	"personal-max":                 "penalty.kind_personal_max",
	"personal-presumption":         "penalty.kind_personal_presumption",
	"personal-max-unit-weight":     "penalty.kind_personal_max_unit_weight",
	"retail-max":                   "penalty.kind_retail_max",
	"simple-possession-max":        "penalty.kind_simple_possession_max",
	"simple-possession-below":      "penalty.kind_simple_possession_below",
	"distribution-max":             "penalty.kind_distribution_max",
	"minima-max":                   "penalty.kind_minima_max",
	"mediana-max":                  "penalty.kind_mediana_max",
	"alta-max":                     "penalty.kind_alta_max",
	"small-max":                    "penalty.kind_small_max",
	"medium-max":                   "penalty.kind_medium_max",
	"state-jurisdiction-max-1000x": "penalty.kind_state_jurisdiction_max_1000x",
	"grave-harm-from":              "penalty.kind_grave_harm_from",
	"aggravated-above":             "penalty.kind_aggravated_above",
	"min5y-from":                   "penalty.kind_min5y_from",
	"min10y-from":                  "penalty.kind_min10y_from",
}

var penaltyConfidences = map[penalty.Confidence]string{
	penalty.Seen:    "penalty.seen",
	penalty.Partial: "penalty.partial",
	penalty.Memory:  "penalty.memory",
}

var penaltyDoubts = map[penalty.Doubt]string{
	penalty.DoubtDate:      "penalty.doubt_date",
	penalty.DoubtSubstance: "penalty.doubt_substance",
	penalty.DoubtAmount:    "penalty.doubt_amount",
	penalty.DoubtPerson:    "penalty.doubt_person",
}

// rangeWords writes a range of prison as a reader says it: years where the
// months allow it.
func rangeWords(lang string, r penalty.Range) string {
	switch {
	case !r.Known():
		return locale.T(lang, "penalty.unknown")
	case r.NoPrison():
		return locale.T(lang, "penalty.no_prison")
	case r.Life && r.HasMin && r.Min > 0:
		return locale.T(lang, "penalty.from_life", "min", monthsWords(lang, r.Min))
	case r.Life:
		return locale.T(lang, "penalty.up_to", "max", locale.T(lang, "penalty.life"))
	case r.HasMin && r.HasMax && r.Min == r.Max:
		return monthsWords(lang, r.Max)
	case r.HasMin && r.HasMax && r.Min > 0:
		return locale.T(lang, "penalty.range", "min", monthsWords(lang, r.Min), "max", monthsWords(lang, r.Max))
	case r.HasMax:
		return locale.T(lang, "penalty.up_to", "max", monthsWords(lang, r.Max))
	}
	return locale.T(lang, "penalty.from", "min", monthsWords(lang, r.Min))
}

func monthsWords(lang string, n int) string {
	years, months := n/12, n%12
	switch {
	case years == 0:
		return locale.T(lang, "penalty.months", "n", months)
	case months == 0:
		return locale.T(lang, "penalty.years", "n", years)
	}
	return locale.T(lang, "penalty.years_months", "years", locale.T(lang, "penalty.years", "n", years), "months", locale.T(lang, "penalty.months", "n", months))
}

// datesWords says when a row was in force, as far as that is recorded.
func datesWords(lang string, from, to penalty.Date) string {
	switch {
	case from != "" && to != "":
		return locale.T(lang, "penalty.dates", "from", partialDate(lang, string(from)), "to", partialDate(lang, string(to)))
	case from != "":
		return locale.T(lang, "penalty.dates_from", "from", partialDate(lang, string(from)))
	case to != "":
		return locale.T(lang, "penalty.dates_to", "to", partialDate(lang, string(to)))
	}
	return locale.T(lang, "penalty.dates_none")
}

// partialDate writes a whole date in the language, and a month or a year as it
// is kept.
func partialDate(lang, d string) string {
	if t, err := time.Parse(time.DateOnly, d); err == nil {
		return locale.Date(lang, t)
	}
	return d
}

// amountWords writes an amount of a threshold with its unit.
func amountWords(lang string, t penalty.Threshold) string {
	if t.Amount == "" {
		return locale.T(lang, "penalty.no_amount")
	}
	whole, part, _ := strings.Cut(t.Amount, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return t.Amount + " " + t.Unit
	}
	out := locale.Number(lang, n)
	if part != "" {
		point := ","
		if lang == "en" {
			point = "."
		}
		out += point + part
	}
	return out + " " + t.Unit
}
