package pack

import (
	"fmt"
	"strings"
)

// readForums reads forums.yaml, a list under the one field "forums".
func (r *reader) readForums(p *Pack) {
	found := r.problems.count()
	f, ok := r.yamlFile("forums.yaml", false)
	if !ok {
		r.lostForums = r.problems.count() > found
		return
	}
	top := f.fields(f.root, "")
	list := top.list("forums", true)
	top.done()
	if len(list) > MaxForums {
		f.add(list[MaxForums], "has more than %d forums; part the pack", MaxForums)
		return
	}
	seen := map[string]int{}
	for i, n := range list {
		x := f.fields(n, fmt.Sprintf("forums[%d]", i+1))
		m := Forum{
			Key:        x.key("key"),
			Names:      x.languages("name", true),
			Kind:       x.checked("kind", true, func(s string) string { return checkOneOf(s, ForumKinds) }),
			Body:       x.languages("body", true),
			Place:      x.languages("place", false),
			Country:    x.checked("country", false, checkCountry),
			From:       x.checked("from", true, checkDate),
			To:         x.checked("to", false, checkDate),
			SourceURL:  x.checked("source_url", false, checkURL),
			Confidence: x.checked("confidence", true, func(s string) string { return checkOneOf(s, confidences) }),
		}
		if first := seen[m.Key]; first > 0 && m.Key != "" {
			f.add(x.at("key"), "forum %q is on line %d already; keep one", m.Key, first)
		} else {
			seen[m.Key] = x.at("key").Line
		}
		if m.To == "" {
			m.To = m.From
		} else if before(m.To, m.From) {
			f.add(x.at("to"), "%sto lies before from; correct one of them", x.path)
		}
		if msg := checkSource(m.SourceURL, m.Confidence); msg != "" && x.get("source_url", false) == nil {
			f.add(x.at("confidence"), "%s%s", x.path, msg)
		}
		x.done()
		p.Forums = append(p.Forums, m)
	}
}

// readProvisions reads provisions.csv and holds it against the forums and
// letters, which are read before it.
func (r *reader) readProvisions(p *Pack) {
	t, ok := r.table("provisions.csv",
		[]string{"forum", "instrument", "point", "letter", "asks", "answers", "source_url", "confidence"},
		[]string{"summary_es", "summary_pt", "summary_en", "summary_fr"})
	if !ok {
		return
	}
	known := r.references(p)
	for _, w := range t.rows {
		v := Provision{
			Forum:      w.checked("forum", true, checkKey),
			Instrument: w.need("instrument"),
			Point:      w.get("point"),
			Summary:    w.languages("summary_"),
			Letter:     w.checked("letter", true, checkKey),
			Asks:       strings.Fields(w.need("asks")),
			Answers:    w.checked("answers", true, func(s string) string { return checkOneOf(s, ProvisionAnswers) }),
			SourceURL:  w.checked("source_url", false, checkURL),
			Confidence: w.checked("confidence", true, func(s string) string { return checkOneOf(s, confidences) }),
		}
		if len(v.Summary) == 0 {
			w.add("has no summary; give one in at least one of the columns summary_es, summary_pt, summary_en, summary_fr")
		}
		if msg := checkSource(v.SourceURL, v.Confidence); msg != "" && w.empty("source_url") {
			w.add("%s", msg)
		}
		known.check(w, v)
		p.Provisions = append(p.Provisions, v)
	}
}

// references are the keys that a provision may point to.
type references struct {
	reader *reader
	forums map[string]bool
	asks   map[string]map[string]bool // by the letter's slug
}

func (r *reader) references(p *Pack) references {
	k := references{reader: r, forums: map[string]bool{}, asks: map[string]map[string]bool{}}
	for _, f := range p.Forums {
		k.forums[f.Key] = true
	}
	for _, l := range p.Letters {
		k.asks[l.Slug] = map[string]bool{}
		for _, t := range l.Texts {
			for _, a := range t.Asks {
				k.asks[l.Slug][a.Key] = true
			}
		}
	}
	return k
}

// check wants a provision's forum, letter and asks to be in the pack.
func (k references) check(w row, v Provision) {
	if v.Forum != "" && !k.forums[v.Forum] && !k.reader.lostForums {
		w.add("forum %q is not in forums.yaml; add it there or correct the key", v.Forum)
	}
	if v.Letter == "" || k.reader.lostLetters[v.Letter] {
		return
	}
	asks, ok := k.asks[v.Letter]
	if !ok {
		w.add("letter %q is not under letters/; correct its slug", v.Letter)
		return
	}
	seen := map[string]bool{}
	for _, key := range v.Asks {
		if seen[key] {
			w.add("ask %q is here twice; keep one", clip(key))
		} else if !asks[key] {
			w.add("ask %q is none of the letter %s; correct its key", clip(key), v.Letter)
		}
		seen[key] = true
	}
}
