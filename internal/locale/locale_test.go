package locale

import (
	"strings"
	"testing"
	"time"
)

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"":                                 "en",
		"es":                               "es",
		"es-419,es;q=0.9,en;q=0.8":         "es",
		"es-ES":                            "es",
		"pt-PT,pt;q=0.9":                   "pt",
		"pt-BR":                            "pt",
		"fr-CA,en;q=0.5":                   "fr",
		"en-GB":                            "en",
		"de,fr;q=0.4":                      "fr",
		"de":                               "en",
		"zh-CN,zh;q=0.9":                   "en",
		"qu-PE":                            "es",
		"fr;q=0.2,pt;q=0.9":                "pt",
		"*":                                "en",
		"gl":                               "es",
		"<script>":                         "en",
		"pt," + strings.Repeat("x-", 9999): "pt",
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%.40q) = %q, want %q", header, got, want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("es-419,es;q=0.9")
	f.Add("*;q=,,")
	f.Fuzz(func(t *testing.T, header string) {
		if got := Match(header); !Known(got) {
			t.Errorf("Match(%q) = %q, which is no language of ours", header, got)
		}
	})
}

func TestDates(t *testing.T) {
	november := time.Date(2013, 11, 19, 14, 3, 0, 0, time.UTC)
	march := time.Date(2014, 3, 1, 23, 59, 0, 0, time.UTC)
	for _, c := range []struct{ lang, long, first, moment string }{
		{"es", "19 de noviembre de 2013", "1 de marzo de 2014", "19 de noviembre de 2013, 14:03\u00a0UTC"},
		{"pt", "19 de novembro de 2013", "1º de março de 2014", "19 de novembro de 2013, 14:03\u00a0UTC"},
		{"en", "19 November 2013", "1 March 2014", "19 November 2013, 14:03\u00a0UTC"},
		{"fr", "19 novembre 2013", "1er mars 2014", "19 novembre 2013, 14:03\u00a0UTC"},
		{"xx", "19 November 2013", "1 March 2014", "19 November 2013, 14:03\u00a0UTC"},
	} {
		for _, pair := range [][2]string{
			{Date(c.lang, november), c.long}, {Date(c.lang, march), c.first},
			{DateTime(c.lang, november), c.moment},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: got %q, want %q", c.lang, pair[0], pair[1])
			}
		}
	}
	elsewhere := time.FixedZone("", -5*3600)
	if got, want := DateTime("en", march.In(elsewhere)), "1 March 2014, 23:59\u00a0UTC"; got != want {
		t.Errorf("a moment in another zone: got %q, want %q", got, want)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int64
		want string
	}{
		{"en", 0, "0"}, {"en", 999, "999"}, {"en", 1000, "1,000"}, {"en", 34000, "34,000"}, {"en", -1234567, "\u22121,234,567"},
		{"es", 1284, "1284"}, {"es", 34000, "34\u202f000"}, {"pt", 1284, "1.284"}, {"fr", 1284, "1\u202f284"}, {"fr", -5, "\u22125"},
	} {
		if got := Number(c.lang, c.n); got != c.want {
			t.Errorf("Number(%s, %d) = %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		lang   string
		v      float64
		digits int
		want   string
	}{
		{"en", 85.1, 1, "85.1"}, {"es", 85.1, 1, "85,1"}, {"pt", 25757.04, 1, "25.757,0"}, {"fr", 1234.5, 0, "1\u202f234"}, {"en", 0.95, 1, "0.9"},
		{"en", -0.04, 1, "0.0"}, {"es", -0.06, 1, "\u22120,1"}, {"en", 12, 3, "12.000"}, {"en", -12, 0, "\u221212"},
	} {
		if got := Decimal(c.lang, c.v, c.digits); got != c.want {
			t.Errorf("Decimal(%s, %v, %d) = %q, want %q", c.lang, c.v, c.digits, got, c.want)
		}
	}
}

func TestPluralCategories(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int64
		want string
	}{
		{"en", 1, one}, {"en", 0, other}, {"en", 1_000_000, other},
		{"es", 1, one}, {"es", 0, other}, {"es", 2, other}, {"es", 1_000_000, many}, {"es", 1_000_001, other},
		{"pt", 0, one}, {"pt", 1, one}, {"pt", 2, other}, {"pt", 3_000_000, many},
		{"fr", 0, one}, {"fr", 1, one}, {"fr", 2, other}, {"fr", 2_000_000, many},
	} {
		if got := category(c.lang, c.n); got != c.want {
			t.Errorf("category(%s, %d) = %s, want %s", c.lang, c.n, got, c.want)
		}
	}
}
