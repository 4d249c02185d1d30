package evidence

// Content is what a pack holds of evidence.
type Content struct {
	Indicators []Indicator
	Sources    []Source
	Series     []Series // published ones
	Events     []Event
}

// Empty tells whether there is nothing.
func (c *Content) Empty() bool {
	return len(c.Indicators)+len(c.Sources)+len(c.Series)+len(c.Events) == 0
}
