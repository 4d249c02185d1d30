package pack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pliego/internal/penalty"
	"pliego/internal/place"
)

// Law is what a pack holds of drug laws: the folder law/.
type Law struct {
	Penalties  []penalty.Penalty   // in the order of the file
	Thresholds []penalty.Threshold // in the order of the file
}

// maxMonths is the longest bound of a sentence that is taken for one: laws of
// some countries add sentences up to a thousand years.
const maxMonths = 12_000

// readLaw reads law/penalties.csv and law/thresholds.csv.
func (r *reader) readLaw(p *Pack) {
	r.entries("law", []string{"penalties.csv", "thresholds.csv"}, []string{})
	r.readPenalties(p)
	r.readThresholds(p)
}

func (r *reader) readPenalties(p *Pack) {
	t, ok := r.table("law/penalties.csv",
		[]string{"country", "statute", "article", "offence", "words", "prison_min_months", "prison_max_months", "source_urls", "confidence"},
		[]string{"acts", "substances", "amounts", "circumstances", "life", "alternatives", "women", "in_force_from", "in_force_to", "text_version", "derived", "note"})
	if !ok {
		return
	}
	for _, w := range t.rows {
		x := penalty.Penalty{
			Country: w.checked("country", true, checkAlpha3), Statute: w.need("statute"), Article: w.get("article"),
			Offence: penalty.Offence(w.checked("offence", true, func(s string) string { return checkOneOf(s, stringsOf(penalty.Offences)) })),
			Words:   w.need("words"), Circumstances: strings.Fields(w.get("circumstances")),
			Months:       penalty.Range{Life: w.yes("life")},
			Alternatives: w.get("alternatives"), Women: w.get("women"), TextVersion: w.get("text_version"),
			From: w.date("in_force_from"), To: w.date("in_force_to"),
			Sources: w.urls("source_urls"), Confidence: w.lawConfidence(), Derived: w.yes("derived"), Note: w.get("note"),
		}
		x.Months.Min, x.Months.HasMin = w.months("prison_min_months")
		x.Months.Max, x.Months.HasMax = w.months("prison_max_months")
		if x.Months.HasMin && x.Months.HasMax && x.Months.Min > x.Months.Max {
			w.add("prison_min_months is above prison_max_months; where a law says so, write the range a court can give, and say why in the note")
		}
		for _, a := range strings.Fields(w.get("acts")) {
			if msg := checkOneOf(a, stringsOf(penalty.Acts)); msg != "" {
				w.add("acts: %s", msg)
			}
			x.Acts = append(x.Acts, penalty.Act(a))
		}
		var err error
		if x.Substances, err = penalty.ParseScope(w.get("substances")); err != nil {
			w.add("substances: %v", err)
		}
		if x.Amounts, err = penalty.ParseAmounts(w.get("amounts")); err != nil {
			w.add("amounts: %v", err)
		}
		w.sourced(x.Confidence, x.Sources)
		p.Law.Penalties = append(p.Law.Penalties, x)
	}
}

func (r *reader) readThresholds(p *Pack) {
	t, ok := r.table("law/thresholds.csv",
		[]string{"country", "kind", "substance", "amount", "unit", "source_urls", "confidence"},
		[]string{"statute", "article", "in_force_from", "in_force_to", "note"})
	if !ok {
		return
	}
	for _, w := range t.rows {
		x := penalty.Threshold{
			Country: w.checked("country", true, checkAlpha3), Statute: w.get("statute"), Article: w.get("article"),
			Kind:      w.checked("kind", true, func(s string) string { return checkOneOf(s, penalty.ThresholdKinds) }),
			Substance: w.checked("substance", true, checkKey), Amount: w.get("amount"), Unit: w.need("unit"),
			From: w.date("in_force_from"), To: w.date("in_force_to"),
			Sources: w.urls("source_urls"), Confidence: w.lawConfidence(), Note: w.get("note"),
		}
		if _, number := penalty.ParseAmount(x.Amount); !number && (x.Amount != "" || x.Kind != "none-defined") {
			w.add("amount %q is no number; write it as 0.5, or leave it empty where kind is none-defined", clip(x.Amount))
		}
		w.sourced(x.Confidence, x.Sources)
		p.Law.Thresholds = append(p.Law.Thresholds, x)
	}
}

func checkAlpha3(s string) string {
	if c, ok := place.ByAlpha3(s); !ok || c.Alpha3 != s {
		return fmt.Sprintf("%q is not a country; write its ISO 3166-1 code of three capital letters, such as URY", clip(s))
	}
	return ""
}

func (w row) yes(column string) bool {
	return w.checked(column, false, func(s string) string { return checkOneOf(s, []string{"yes"}) }) == "yes"
}

func (w row) date(column string) penalty.Date {
	return penalty.Date(w.checked(column, false, checkDate))
}

func (w row) months(column string) (n int, given bool) {
	s := w.get(column)
	if s == "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > maxMonths {
		w.add("%s is %q; write whole months, 0 to %d, or nothing where the law names none", column, clip(s), maxMonths)
		return 0, false
	}
	return n, true
}

func (w row) urls(column string) []string {
	list := strings.Fields(w.get(column))
	for _, u := range list {
		if msg := checkURL(u); msg != "" {
			w.add("%s: %s", column, msg)
		}
	}
	return list
}

func (w row) lawConfidence() penalty.Confidence {
	return penalty.Confidence(w.checked("confidence", true, func(s string) string { return checkOneOf(s, stringsOf(penalty.Confidences)) }))
}

// sourced wants an address for what was seen.
func (w row) sourced(c penalty.Confidence, sources []string) {
	if c == penalty.Seen && len(sources) == 0 && w.empty("source_urls") {
		w.add("confidence is seen but source_urls is empty; give the address, or write memory")
	}
}

func stringsOf[T ~string](list []T) []string {
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, string(x))
	}
	return slices.Clip(out)
}
