package chart

// The colours of a chart that stands alone; pages have theirs, for dark too.
const (
	paper = "#fbfaf6"
	ink   = "#1c1b18"
	soft  = "#5d5950"
	rule  = "#d8d2c4"
	shade = "#4a5a8a" // of bars and of the steps of a map
)

// colors are those of lines.
var colors = [Kinds]string{"#9a2a1f", "#1f5f5b", "#4a5a8a", "#8a6210", soft, "#7a3b73", "#3c6e2c", ink}

// Steps is how many steps a map has.
const Steps = 5

// opacities are how much of the shade each step of a map shows.
var opacities = [Steps]float64{0.14, 0.32, 0.52, 0.74, 1}
