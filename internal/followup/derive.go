package followup

import (
	"cmp"
	"slices"
	"time"
)

// Derive judges the evidenced track of each cell by the first version of the
// rubric, from actions alone: one assessment for each day on which the judgement
// changed. Only deeds since the letter count whose source was read and whose date
// is not inferred; bills and statements do not.
//
//   - Limited: at least one deed toward the ask.
//   - Substantial: at least two deeds toward it, one of them a law, decree or
//     ruling, none against, by an official text or two publishers.
//   - Reversed: deeds against and none toward, or a law, decree or ruling against
//     the ask after the last deed toward it; by an official text or two publishers
//     of what goes against.
//
// Complete is never derived: a person says so. The caller gives each assessment
// its ID.
func Derive(actions []*Item, letter time.Time) []*Item {
	byCell := map[Cell][]*Item{}
	for _, a := range actions {
		if a.Kind != Action || a.TakenDown || !a.Action.Deed() || a.Direction == Mixed || !a.Verified() || !a.Date.After(letter) {
			continue
		}
		for _, ask := range a.Asks {
			at := Cell{a.Addressee, ask}
			byCell[at] = append(byCell[at], a)
		}
	}
	var out []*Item
	for at, deeds := range byCell {
		slices.SortFunc(deeds, func(a, b *Item) int { return newestFirst(b, a) })
		stands := NotAssessed
		for n := range deeds {
			if n+1 < len(deeds) && deeds[n+1].Date == deeds[n].Date {
				continue // judged once for each day
			}
			value, by := judge(deeds[:n+1])
			if value == stands {
				continue
			}
			stands = value
			first := by[0]
			a := &Item{
				Kind: Assessment, LetterID: first.LetterID, Addressee: at.Addressee, Asks: []string{at.Ask}, Date: deeds[n].Date,
				Track: TrackEvidenced, Value: value, Rubric: 1, ByRule: true,
			}
			for _, deed := range by {
				if len(a.Citations)+len(deed.Citations) <= MaxCitations {
					a.Citations = append(a.Citations, deed.Citations...)
				}
			}
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Addressee, b.Addressee), cmp.Compare(a.Asks[0], b.Asks[0]))
	})
	return out
}

// judge gives the value that deeds bear out, oldest first, and those that do.
func judge(deeds []*Item) (Value, []*Item) {
	var toward, against, after []*Item // after: against, since the last one toward
	binding := func(list []*Item) bool {
		return slices.ContainsFunc(list, func(i *Item) bool { return i.Action == Law || i.Action == Decree || i.Action == Ruling })
	}
	for _, d := range deeds {
		if d.Direction == Toward {
			toward, after = append(toward, d), nil
			continue
		}
		against, after = append(against, d), append(after, d)
	}
	switch {
	case len(toward) == 0 && Independent(citationsOf(against)),
		len(toward) > 0 && binding(after) && Independent(citationsOf(after)):
		return Reversed, after
	case len(toward) == 0:
		return NotAssessed, against
	case len(toward) > 1 && len(against) == 0 && binding(toward) && Independent(citationsOf(toward)):
		return Substantial, toward
	}
	return Limited, toward
}

func citationsOf(list []*Item) (all []Citation) {
	for _, i := range list {
		all = append(all, i.Citations...)
	}
	return all
}
