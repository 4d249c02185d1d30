package pack

import (
	"strings"
	"testing"
	"testing/fstest"

	"pliego/internal/evidence"
)

// figure looks one value up, as a page would.
func figure(t *testing.T, all []evidence.Series, indicator, place, source, period string) evidence.Value {
	t.Helper()
	for _, s := range all {
		if s.Indicator != indicator || s.Place != place || s.Source != source {
			continue
		}
		for _, v := range s.Values {
			if v.Period.String() == period {
				return v
			}
		}
	}
	t.Errorf("no %s of %s in %s from %s", indicator, place, period, source)
	return evidence.Value{}
}

func TestShippedFigures(t *testing.T) {
	p, err := Read(Americas())
	if err != nil {
		t.Fatal(err)
	}
	all := evidence.Compute(p.Evidence.Indicators, p.Evidence.Sources, p.Evidence.Series, evidence.Query{})
	for _, c := range []struct {
		indicator, place, source, period string
		want                             float64
	}{
		{"homicide-count", "MEX", "inegi-annual", "2010", 25757},
		{"homicide-count", "MEX", "inegi-annual", "2007", 8868},
		{"homicide-count", "MEX", "unodc-gsh-2019", "2007", 8867},
		{"homicide-rate", "HND", "unodc-gsh-2019", "2011", 85.1},
		{"homicide-rate", "SLV", "unodc-gsh-2019", "2015", 105.4},
		{"drug-offence-share", "CRI", "cedd-2017-women", "2011", 26.4},
		{"women-drug-offence-share", "CRI", "cedd-2017-women", "2011", 75.46},
		{"women-drug-offence-share", "CRI", "cedd-2017", "2014", 53.8},
		{"population", "ARG", "wdi-population", "1960", 20386045},
	} {
		if v := figure(t, all, c.indicator, c.place, c.source, c.period); v.Value != c.want || v.Flag != evidence.Sound {
			t.Errorf("%s %s %s %s: %v %s, want %v", c.indicator, c.place, c.source, c.period, v.Value, v.Flag, c.want)
		}
	}
	for _, c := range []struct {
		indicator, place, source, period string
		want                             float64
		flag                             evidence.Flag
	}{
		{"homicide-rate", "HND", "unodc-homicide-owid", "2011", 83.2, evidence.Sound},
		{"homicide-rate", "SLV", "unodc-homicide-owid", "2015", 107.6, evidence.Sound},
		{"prison-occupancy", "SLV", "unodc-prisons-2023", "2013", 296.7, evidence.Sound},
		{"adult-prison-occupancy", "VCT", "unodc-prisons-2023", "2011", 440.3, evidence.Implausible},
		{"women-pretrial-share", "BRB", "unodc-prisons-2023", "2018", 128.3, evidence.Implausible},
		{"drug-offence-share", "COL", "unodc-prisons-2023", "2013", 0, evidence.Implausible},
		{"drug-offence-share", "COL", "unodc-prisons-2023", "2020", 38.4, evidence.Implausible},
		{"drug-offence-share", "COL", "unodc-prisons-2023", "2012", 15.3, evidence.Sound},
		{"women-prisoners", "SLV", "unodc-prisons-2023", "2021", 39, evidence.Implausible},
		{"women-prisoner-rate", "SLV", "unodc-prisons-2023", "2021", 1.2, evidence.Implausible},
		{"women-prisoners", "SLV", "unodc-prisons-2023", "2019", 3012, evidence.Sound},
		{"homicide-rate", "MEX-08", "gargiulo-2024", "2010", 188.8, evidence.Sound},
	} {
		v := figure(t, all, c.indicator, c.place, c.source, c.period)
		if d := v.Value - c.want; d > 0.051 || d < -0.051 || v.Flag != c.flag {
			t.Errorf("%s %s %s %s: %v %q, want %v %q", c.indicator, c.place, c.source, c.period, v.Value, v.Flag, c.want, c.flag)
		}
	}
}

func TestShippedEvidenceIsOfTheSourcesThatMayShip(t *testing.T) {
	p, err := Read(Americas())
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]int{}
	for _, s := range p.Evidence.Series {
		values[s.Source] += len(s.Values)
	}
	for source, want := range map[string]int{
		"unodc-homicide-owid": 968, "unodc-gsh-2019": 4166, "wdi-population": 2275, "inegi-annual": 63, "gargiulo-2024": 2 * 8832,
	} {
		if values[source] != want {
			t.Errorf("%s has %d values, want %d", source, values[source], want)
		}
	}
	for source := range values {
		if strings.HasPrefix(source, "wpb") || strings.HasPrefix(source, "valle") || strings.HasPrefix(source, "derived") {
			t.Errorf("%s must not ship", source)
		}
	}
	for _, i := range p.Evidence.Indicators {
		for _, lang := range Languages {
			if i.Names[lang] == "" || i.Short[lang] == "" || i.Definitions[lang] == "" || (len(i.Comparison) > 0 && i.Comparison[lang] == "") {
				t.Errorf("%s lacks words in %s", i.Key, lang)
			}
		}
	}
	for _, key := range []string{"homicide-rate", "homicide-count", "homicide-rate-female", "prisoners", "prisoner-rate", "women-prisoners",
		"women-prisoner-share", "pretrial-share", "prison-occupancy", "drug-offence-share", "women-drug-offence-share", "population"} {
		if _, ok := evidence.Find(p.Evidence.Indicators, key); !ok {
			t.Errorf("no indicator %s", key)
		}
	}
	if n := len(p.Evidence.Events); n != 13 {
		t.Errorf("%d joint operations", n)
	}
}

func TestMistakesInEvidenceAreNamed(t *testing.T) {
	const indicators = "indicators:\n  - {key: deaths, name: {en: Deaths}, short: {en: Deaths}, definition: {en: Deaths}, unit: deaths, good: lower, aliases: [dead]}\n"
	const sources = "sources:\n  - {key: one, family: one, title: One, publisher: One, short: One, licence: none}\n"
	good := map[string]string{
		"pack.yaml":                "key: p-1\nname: {en: A pack}\nversion: '1'\nlicence: none\n",
		"evidence/indicators.yaml": indicators, "evidence/sources.yaml": sources,
		"evidence/series/one.csv": "indicator,place,from,values\ndeaths,HND,2010,1 . 3\n",
		"evidence/notes.csv":      "source,indicator,place,periods,flag,note\none,deaths,HND,2010..2012,provisional,early\n",
		"evidence/events.csv":     "kind,date,title,lang,places,source,citation\njoint-operation,2008-03-27,Operativo,es,MEX-08,one,a paper\n",
	}
	read := func(file, text string) (*Pack, error) {
		fsys := fstest.MapFS{}
		for name, body := range good {
			fsys[name] = &fstest.MapFile{Data: []byte(body)}
		}
		fsys[file] = &fstest.MapFile{Data: []byte(text)}
		return Read(fsys)
	}
	p, err := read("pack.yaml", good["pack.yaml"])
	if err != nil {
		t.Fatal(err)
	}
	if v := p.Evidence.Series[0].Values; len(v) != 2 || v[1].Period.Year != 2012 || v[1].Flag != evidence.Provisional || v[1].Note != "early" {
		t.Errorf("%+v", v)
	}
	for _, c := range []struct{ file, text, want string }{
		{"evidence/indicators.yaml", strings.Replace(indicators, "unit: deaths", "unit: dead", 1), "indicators[1].unit"},
		{"evidence/indicators.yaml", strings.Replace(indicators, "good: lower", "good: down", 1), "indicators[1].good"},
		{"evidence/indicators.yaml", strings.Replace(indicators, "[dead]", "[deaths]", 1), "is a name of deaths already"},
		{"evidence/indicators.yaml", strings.Replace(indicators, "aliases: [dead]", "ratio: {of: deaths, by: people, times: 100}", 1), `names "people"`},
		{"evidence/indicators.yaml", strings.Replace(indicators, "aliases", "alias", 1), "no field of a pack"},
		{"evidence/sources.yaml", strings.Replace(sources, "family: one, ", "", 1), "family is missing"},
		{"evidence/series/two.csv", "indicator,place,from,values\n", "two.csv"},
		{"evidence/series/one.csv", "indicator,place,from,values\nbirths,HND,2010,1\n", "not in evidence/indicators.yaml"},
		{"evidence/series/one.csv", "indicator,place,from,values\ndeaths,HON,2010,1\n", "is no place"},
		{"evidence/series/one.csv", "indicator,place,from,values\ndeaths,HND,2010-13,1\n", "is no period"},
		{"evidence/series/one.csv", "indicator,place,from,values\ndeaths,HND,2010,1 x\n", "is no number"},
		{"evidence/series/one.csv", "indicator,place,from,values\ndeaths,HND,2010,. .\n", "values is empty"},
		{"evidence/series/one.csv", "indicator,place,from,values\ndeaths,HND,2010,1\ndeaths,HND,2011,1\n", "twice"},
		{"evidence/notes.csv", "source,indicator,place,periods,flag,note\none,deaths,HND,2011,,early\n", "no value in 2011"},
		{"evidence/notes.csv", "source,indicator,place,periods,flag,note\none,deaths,SLV,2010,,early\n", "no series"},
		{"evidence/notes.csv", "source,indicator,place,periods,flag,note\none,deaths,HND,2010,odd,early\n", "flag"},
		{"evidence/events.csv", "kind,date,title,lang,places,source,citation\nx-y,2008-13-27,Operativo,es,MEX-08,one,a paper\n", "not a date"},
		{"evidence/events.csv", "kind,date,title,lang,places,source,citation\nx-y,2008-03-27,Operativo,es,MEX-99,one,a paper\n", "is no place"},
		{"evidence/events.csv", "kind,date,title,lang,places,source,citation\nx-y,2008-03-27,Operativo,es,MEX-08,two,a paper\n", "not in evidence/sources.yaml"},
	} {
		p, err := read(c.file, c.text)
		if err == nil || p != nil {
			t.Errorf("%s is taken with %q", c.file, c.text)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}

func TestMistakesInClaimsAreNamed(t *testing.T) {
	const head = "claims:\n  - key: murders\n    ask: ask-1\n    statement: {en: Many were killed.}\n    parts:\n"
	good := map[string]string{
		"pack.yaml":                    "key: p-1\nname: {en: A pack}\nversion: '1'\nlicence: none\n",
		"evidence/indicators.yaml":     "indicators:\n  - {key: deaths, name: {en: Deaths}, short: {en: Deaths}, definition: {en: Deaths}, unit: deaths, good: lower}\n",
		"letters/a-letter/letter.yaml": "state: open\noriginal_language: en\npublisher: Example Organisation\ntexts:\n  en:\n    kind: text\n    title: A letter\n    body: Words.\n    asks:\n      - {key: ask-1, title: One, text: Do it.}\n",
	}
	read := func(claims string) (*Pack, error) {
		fsys := fstest.MapFS{"letters/a-letter/claims.yaml": {Data: []byte(claims)}}
		for name, body := range good {
			fsys[name] = &fstest.MapFile{Data: []byte(body)}
		}
		return Read(fsys)
	}
	const sum = "      - {key: sum, what: {en: Deaths}, test: sum, indicators: [deaths], place: MEX, from: 2007, to: 2012, threshold: 5}\n"
	p, err := read("outcomes:\n  - {ask: ask-1, indicators: [deaths]}\n" + head + sum)
	if err != nil {
		t.Fatal(err)
	}
	if e := p.Letters[0].Evidence; len(e.Claims) != 1 || e.Claims[0].Parts[0].Threshold != 5 || e.Outcomes[0].Indicators[0] != "deaths" {
		t.Errorf("%+v", e)
	}
	for _, c := range []struct{ text, want string }{
		{strings.Replace(head+sum, "ask-1", "ask-2", 1), "none of the letter"},
		{head + strings.Replace(sum, "[deaths]", "[births]", 1), "not in evidence/indicators.yaml"},
		{head + strings.Replace(sum, "test: sum", "test: guess", 1), "test"},
		{head + strings.Replace(sum, "place: MEX, ", "", 1), "a sum needs place"},
		{head + strings.Replace(sum, "from: 2007", "from: 2013", 1), "a sum needs place"},
		{head + "      - {key: level, what: {en: Deaths}, test: level, indicators: [deaths]}\n", "threshold is missing"},
		{head + "      - {key: level, what: {en: Deaths}, test: rise}\n", "indicators is missing"},
		{head + "      - {key: two, what: {en: Deaths}, test: compare, indicators: [deaths]}\n", "must be two"},
		{head + "      - {key: none, what: {en: Deaths}, test: none}\n", "reason is missing"},
		{"outcomes:\n  - {ask: ask-1}\n" + head + sum, "names no indicators"},
		{head + sum + strings.TrimPrefix(head, "claims:\n") + sum, "is here already"},
	} {
		if p, err := read(c.text); err == nil || p != nil {
			t.Errorf("taken: %q", c.text)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}
