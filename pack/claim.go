package pack

import (
	"fmt"
	"slices"

	"pliego/internal/evidence"
	"pliego/internal/place"
)

// maxClaims bounds the claims of a letter.
const maxClaims = 200

// readClaims reads letters/SLUG/claims.yaml: by which indicators the outcome of
// each ask is told, and the letter's statements of fact with their tests.
func (r *reader) readClaims(dir string, l *Letter) {
	f, ok := r.yamlFile(dir+"/claims.yaml", false)
	if !ok {
		return
	}
	asks := map[string]bool{}
	for _, t := range l.Texts {
		for _, a := range t.Asks {
			asks[a.Key] = true
		}
	}
	top := f.fields(f.root, "")
	var named []namedIndicators
	for n, node := range top.list("outcomes", false) {
		x := f.fields(node, fmt.Sprintf("outcomes[%d]", n+1))
		m := evidence.Measured{Ask: x.ask(asks), Indicators: x.lines("indicators"), Why: x.languages("why", false)}
		if len(m.Indicators) == 0 && len(m.Why) == 0 {
			f.add(node, "%snames no indicators; say why in why", x.path)
		}
		x.done()
		named = append(named, namedIndicators{x, m.Indicators})
		l.Evidence.Outcomes = append(l.Evidence.Outcomes, m)
	}
	list := top.list("claims", true)
	top.done()
	if len(list) > maxClaims {
		f.add(list[maxClaims], "has more than %d claims", maxClaims)
		return
	}
	seen := map[string]bool{}
	for n, node := range list {
		x := f.fields(node, fmt.Sprintf("claims[%d]", n+1))
		c := evidence.Claim{Key: x.key("key"), Ask: x.ask(asks), Statements: x.languages("statement", true), Causal: x.flag("causal"), Limits: x.languages("limits", false)}
		if seen[c.Key] && c.Key != "" {
			f.add(node, "claim %q is here already; keep one", c.Key)
		}
		seen[c.Key] = true
		for m, part := range x.list("parts", true) {
			y := f.fields(part, fmt.Sprintf("%sparts[%d]", x.path, m+1))
			p := y.claimPart()
			named = append(named, namedIndicators{y, p.Indicators})
			c.Parts = append(c.Parts, p)
		}
		x.done()
		l.Evidence.Claims = append(l.Evidence.Claims, c)
	}
	r.after = append(r.after, func(p *Pack) {
		for _, n := range named {
			for _, key := range n.keys {
				if _, ok := evidence.Find(p.Evidence.Indicators, key); !ok {
					f.add(n.at.node, "%sindicator %q is not in evidence/indicators.yaml; add it there or correct the key", n.at.path, clip(key))
				}
			}
		}
	})
}

// namedIndicators are indicators that a place of the file names.
type namedIndicators struct {
	at   *fields
	keys []string
}

func (x *fields) ask(known map[string]bool) string {
	key := x.key("ask")
	if key != "" && !known[key] {
		x.file.add(x.at("ask"), "%sask %q is none of the letter; correct its key", x.path, key)
	}
	return key
}

// claimPart reads one part of a claim and what its test needs.
func (x *fields) claimPart() evidence.ClaimPart {
	p := evidence.ClaimPart{
		Key: x.key("key"), What: x.languages("what", true), Premise: x.flag("premise"),
		Test:       evidence.Test(x.checked("test", true, func(s string) string { return checkOneOf(s, stringsOf(evidence.Tests)) })),
		Indicators: x.lines("indicators"), Place: x.checked("place", false, checkArea),
		From: int(x.number("from", 1800, 2200)), To: int(x.number("to", 1800, 2200)),
		Threshold: x.number("threshold", 0, evidence.MaxNumber), Reason: x.languages("reason", false),
	}
	x.done()
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			x.file.add(x.node, x.path+format, args...)
		}
	}
	queries := []evidence.Test{evidence.SumTest, evidence.LevelTest, evidence.RiseTest, evidence.CompareTest}
	add(slices.Contains(queries, p.Test) && len(p.Indicators) == 0, "indicators is missing; a %s needs them", p.Test)
	add(p.Test == evidence.CompareTest && len(p.Indicators) != 2, "indicators must be two, the one that should be larger first")
	add(p.Test == evidence.NoTest && len(p.Reason) == 0, "reason is missing; say why it cannot be tested")
	if p.Test == evidence.SumTest {
		a, ok := place.AreaByCode(p.Place)
		add(!ok || !a.IsCountry() || p.From == 0 || p.To < p.From || p.Threshold == 0, "a sum needs place (a country), from, to and threshold")
	}
	add(p.Test == evidence.LevelTest && p.Threshold == 0, "threshold is missing; a level needs one")
	return p
}
