package penalty

// Offence classes rows, so that they can be laid side by side across laws that
// name them differently.
type Offence string

// Offences are all classes, in the order in which they are shown: use first,
// then the trade as it grows, then violence.
var Offences = []Offence{
	"personal-use-exempt", "personal-use", "simple-possession", "simple-possession-federal",
	"possession-intent-small", "possession-intent",
	"small-trade", "small-trade-aggravated", "trafficking-medium", "trafficking", "import-small", "transport", "aggravated",
	"cultivation-personal", "cultivation-peasant", "cultivation-small", "cultivation", "production", "premises",
	"precursors-conspiracy", "prison-introduction", "prison-introduction-women", "leader", "alternatives",
	Homicide, "homicide-aggravated", "rape", "rape-aggravated", "robbery", "robbery-aggravated",
}

// Homicide is the class that drug penalties are held against.
const Homicide Offence = "homicide"

// Act is what somebody does, as the calculator asks it.
type Act string

// Acts are the choices, in the order in which they are offered.
var Acts = []Act{"use", "hold", "sell", "carry", "prison", "grow", "make", "lead"}

// Substances are the choices, in the order in which they are offered. The
// amount of plants is a number, that of the others grams.
var Substances = []string{
	"cannabis", "hashish", "cannabis-plants", "cocaine", "cocaine-base-paste", "crack", "heroin", "opium",
	"mdma", "mda", "methamphetamine", "amphetamine", "lsd", "fentanyl",
}

// broader names the wider words under which a law's table may hold a substance,
// the nearest first.
func broader(substance string) []string {
	switch substance {
	case "methamphetamine":
		return []string{"methamphetamine", "methamphetamine-mix", "synthetic", "any"}
	case "mdma", "mda", "amphetamine", "lsd":
		return []string{substance, "synthetic", "any"}
	case "cannabis-plants":
		return []string{substance}
	}
	return []string{substance, "any"}
}

// ThresholdKinds are what an amount in a law can mean.
var ThresholdKinds = []string{
	"none-defined", "personal-max", "personal-presumption", "personal-max-unit-weight", "retail-max",
	"simple-possession-max", "simple-possession-below", "distribution-max", "minima-max", "mediana-max", "alta-max",
	"small-max", "medium-max", "state-jurisdiction-max-1000x", "grave-harm-from", "aggravated-above", "min5y-from", "min10y-from",
}
