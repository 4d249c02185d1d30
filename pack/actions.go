package pack

import (
	"slices"
	"strings"

	"pliego/internal/followup"
	"pliego/internal/letter"
)

// readActions reads a letter's actions.csv: what those that it addresses did on
// its asks. The IDs of the items are their keys.
func (r *reader) readActions(dir string) []*followup.Item {
	t, ok := r.table(dir+"/actions.csv",
		[]string{"key", "addressee", "date", "date_basis", "kind", "direction", "asks", "source_publisher", "source_grade", "confidence"},
		[]string{"title_es", "title_pt", "title_en", "title_fr", "summary_es", "summary_pt", "summary_en", "summary_fr", "source_url", "note"})
	if !ok {
		return nil
	}
	oneOf := func(allowed []string) func(string) string {
		return func(s string) string { return checkOneOf(s, allowed) }
	}
	seen := map[string]int{}
	var list []*followup.Item
	for _, w := range t.rows {
		i := &followup.Item{
			ID: w.checked("key", true, checkKey), Version: 1, Kind: followup.Action,
			Addressee: w.checked("addressee", true, checkKey), Asks: strings.Fields(w.need("asks")),
			Date:     followup.Date(w.checked("date", true, checkDate)),
			Inferred: w.checked("date_basis", true, oneOf([]string{"seen", "inferred"})) == "inferred",
			Action:   followup.ActionKind(w.checked("kind", true, oneOf(stringsOf(followup.ActionKinds)))),
			Direction: followup.Direction(w.checked("direction", true,
				oneOf([]string{string(followup.Toward), string(followup.Against), string(followup.Mixed)}))),
			Title: w.languages("title_"), Summary: w.languages("summary_"), Note: w.get("note"),
			Citations: []followup.Citation{{
				URL: w.checked("source_url", false, checkURL), Publisher: w.get("source_publisher"),
				Grade:      followup.Grade(w.checked("source_grade", true, oneOf(stringsOf(followup.Grades)))),
				Confidence: followup.Confidence(w.checked("confidence", true, oneOf(confidences))),
			}},
		}
		if first := seen[i.ID]; first > 0 && i.ID != "" {
			w.add("key %q is on line %d already; give each act its own", i.ID, first)
		}
		seen[i.ID] = w.line
		if r.problems.count() == 0 { // else the cell that is wrong was named
			if err := i.Check(); err != nil {
				w.add("%v", err)
			}
		}
		r.after = append(r.after, func(p *Pack) { checkAction(p, dir, i, w) })
		list = append(list, i)
	}
	return list
}

// checkAction holds an act's addressee and asks against its letter.
func checkAction(p *Pack, dir string, i *followup.Item, w row) {
	n := slices.IndexFunc(p.Letters, func(l Letter) bool { return "letters/"+l.Slug == dir })
	if n < 0 {
		return // the letter has mistakes of its own
	}
	l := p.Letters[n]
	if !slices.ContainsFunc(l.Addressees, func(a letter.Addressee) bool { return a.Key == i.Addressee }) && i.Addressee != "" {
		w.add("addressee %q is none of the letter's; see its addressees.csv", i.Addressee)
	}
	if len(l.Texts) == 0 {
		return
	}
	for _, ask := range i.Asks {
		if _, _, ok := l.Texts[0].Ask(ask); !ok {
			w.add("ask %q is none of the letter's", ask)
		}
	}
}
