package pack

import (
	"strings"
	"testing"
	"testing/fstest"

	"pliego/internal/penalty"
)

func TestShippedLawHoldsEveryResearchedRow(t *testing.T) {
	p, err := Read(Americas())
	if err != nil {
		t.Fatal(err)
	}
	if n, m := len(p.Law.Penalties), len(p.Law.Thresholds); n != 219 || m != 149 {
		t.Fatalf("%d penalties and %d thresholds, want 219 and 149", n, m)
	}
	confidence := map[penalty.Confidence]int{}
	for _, x := range p.Law.Penalties {
		confidence[x.Confidence]++
		if x.Confidence == penalty.Memory && len(x.Sources) > 0 {
			t.Errorf("%s %s %s: from memory, with a source", x.Country, x.Statute, x.Article)
		}
	}
	if confidence[penalty.Seen] != 143 || confidence[penalty.Partial] != 10 || confidence[penalty.Memory] != 66 {
		t.Errorf("rows by confidence: %v", confidence)
	}
}

func TestMistakesInLawAreNamed(t *testing.T) {
	head := "country,statute,article,offence,words,prison_min_months,prison_max_months,source_urls,confidence,acts,amounts,substances,life,in_force_from\n"
	const good = "COL,Code,1,trafficking,sells,12,24,https://example.org/code,seen,sell,cannabis<=10,,,2011-06-24\n"
	for _, c := range []struct{ name, row, want string }{
		{"country", "COLOMBIA,Code,1,trafficking,sells,12,24,https://example.org/,seen,,,,,\n", "not a country"},
		{"offence", "COL,Code,1,theft,takes,12,24,https://example.org/,seen,,,,,\n", "not known here"},
		{"months", "COL,Code,1,trafficking,sells,a year,24,https://example.org/,seen,,,,,\n", "whole months"},
		{"too long", "COL,Code,1,trafficking,sells,12,99999,https://example.org/,seen,,,,,\n", "whole months"},
		{"turned round", "COL,Code,1,trafficking,sells,24,12,https://example.org/,seen,,,,,\n", "above prison_max_months"},
		{"no source", "COL,Code,1,trafficking,sells,12,24,,seen,,,,,\n", "source_urls is empty"},
		{"act", "COL,Code,1,trafficking,sells,12,24,https://example.org/,seen,steal,,,,\n", "acts"},
		{"amount", "COL,Code,1,trafficking,sells,12,24,https://example.org/,seen,sell,cannabis=10,,,\n", "no bound"},
		{"substance", "COL,Code,1,trafficking,sells,12,24,https://example.org/,seen,sell,,tea,,\n", "no substance"},
		{"life", "COL,Code,1,trafficking,sells,12,24,https://example.org/,seen,sell,,,1,\n", "life"},
		{"date", "COL,Code,1,trafficking,sells,12,24,https://example.org/,seen,sell,,,,June 2011\n", "not a date"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fsys := fstest.MapFS{
				"pack.yaml":         {Data: []byte("key: p-1\nname: {en: A pack}\nversion: '1'\nlicence: none\n")},
				"law/penalties.csv": {Data: []byte(head + good + c.row)},
			}
			p, err := Read(fsys)
			if err == nil || p != nil {
				t.Fatalf("taken: %+v", p)
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "law/penalties.csv:3") {
				t.Errorf("%v", err)
			}
		})
	}
}
