package main

import (
	"regexp"
	"strings"

	"pliego/internal/evidence"
)

// keys are the indicators that the collected data calls by other names. What
// is not here does not go into the pack.
var keys = map[string]string{
	"homicide_rate_total":              "homicide-rate",
	"homicide_rate_female":             "homicide-rate-female",
	"homicide_rate_male":               "homicide-rate-male",
	"homicide_rate_firearms":           "homicide-rate-firearms",
	"homicide_count_total":             "homicide-count",
	"homicide_count_female":            "homicide-count-female",
	"homicide_count_male":              "homicide-count-male",
	"homicide_count_firearms":          "homicide-count-firearms",
	"homicide_deaths_registered_total": "homicide-count",

	"homicide_deaths_registered_female": "homicide-count-female",
	"homicide_deaths_registered_male":   "homicide-count-male",
	"homicides_occurrence":              "homicide-count",
	"population_est":                    "population",
	"population_total":                  "population",

	"prisoners_count":                             "prisoners",
	"prisoners_rate":                              "prisoner-rate",
	"prisoners_female_count":                      "women-prisoners",
	"prisoners_female_rate":                       "women-prisoner-rate",
	"prisoners_unsentenced_count":                 "pretrial-prisoners",
	"prisoners_unsentenced_female_count":          "women-pretrial-prisoners",
	"prison_official_prison_capacity_count":       "prison-capacity",
	"prison_official_prison_capacity_adult_count": "adult-prison-capacity",
	"prisoners_adult_count":                       "adult-prisoners",
	"prisoners_drug_possession_count":             "drug-possession-prisoners",
	"prisoners_drug_trafficking_count":            "drug-trafficking-prisoners",
	"prison_deaths_count":                         "prison-deaths",

	"prisoners_acts_involving_controlled_psycho_active_substances_count":        "drug-offence-prisoners",
	"prison_deaths_deaths_due_to_external_causes_by_intentional_homicide_count": "prison-homicides",

	"drug_share_pct_cedd":                   "drug-offence-share",
	"prisoners_count_cedd":                  "prisoners",
	"prisoners_drug_offences_count_cedd":    "drug-offence-prisoners",
	"drug_share_pct_cedd_t3":                "drug-offence-share",
	"prisoners_drug_offences_count_cedd_t3": "drug-offence-prisoners",
	"women_drug_offences_count_cedd":        "women-drug-offence-prisoners",
	"women_drug_share_pct_cedd":             "women-drug-offence-share",
	"women_drug_share_pct_cedd_note47":      "women-drug-offence-share",

	"ppd_confrontation_events":      "clashes",
	"ppd_confrontation_events_army": "clashes-army",
	"ppd_confrontation_dead_total":  "clash-deaths",
}

// target gives the indicator and the source of a row in the pack. The study of
// 2017 has two tables that do not agree: they are two sources.
func target(r map[string]string) (key, source string, wanted bool) {
	key, wanted = keys[r["indicator"]]
	source = r["source"]
	switch r["indicator"] {
	case "drug_share_pct_cedd_t3", "prisoners_drug_offences_count_cedd_t3", "women_drug_offences_count_cedd", "women_drug_share_pct_cedd_note47":
		source += "-women"
	case "women_drug_share_pct_cedd":
		if !(r["place"] == "CRI" && r["period"] == "2014") { // said in the text, not in the table
			source += "-women"
		}
	}
	return key, source, wanted
}

// doubt flags what the collection found suspicious and no bound catches.
func doubt(n name, v *evidence.Value) {
	switch {
	case n.source == "unodc-prisons-2023" && n.place == "COL" && v.Period.Year >= 2020 &&
		(n.indicator == "drug-offence-prisoners" || n.indicator == "drug-trafficking-prisoners"):
		v.Flag = evidence.Implausible
		v.Note = join(v.Note, "the share nearly doubles from the years before, unexplained")
	case n.source == "unodc-prisons-2023" && n.place == "PAN" && (v.Period.Year == 2017 || v.Period.Year == 2018) && n.indicator == "women-prisoners":
		v.Note = join(v.Note, "the release has two conflicting rows; the larger was taken")
	}
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// spelling puts back the accents that the list of operations was kept without.
var spelling = strings.NewReplacer("Michoacan", "Michoacán", "Triangulo", "Triángulo", "Operacion ", "Operación ",
	"Leon", "León", "Culiacan", "Culiacán", "Juarez", "Juárez")

// title is what an operation is called, in Spanish throughout.
func title(s string) string {
	switch s {
	case "Troops sent to Nuevo Laredo (Fox)":
		return "Envío de tropas a Nuevo Laredo"
	case "Refuerzos Ciudad Juarez (5,000 soldiers)":
		return "Refuerzos a Ciudad Juárez (5,000 soldados)"
	}
	return spelling.Replace(s)
}

var aboutCodes = regexp.MustCompile(`(?:[;.] )?(?:Juarez )?municipality codes?[^;.]* added here(?: for Tijuana)?`)

// remark is an operation's note without what was said of the collection itself.
func remark(s string) string { return strings.TrimSpace(aboutCodes.ReplaceAllString(s, "")) }
